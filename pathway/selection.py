"""PURE. What somebody chose of a plan: which steps, short or full. Page, print and PDF are made of the same choice.

The short reading of a step is defined here and nowhere else: number, title and summary, the standards of care, the names of
the decisions and of their options, the drugs, the questions to ask, and danger signs whole.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from evidence.text import Text
from medsearch.formulary import FundingNow

from .plan import Card, OnlyIf, Part, Plan, PlanBlock, PlanStep

SHORT, FULL = "short", "full"


class Selection(msgspec.Struct, frozen=True):
    """What is to be printed, as it was chosen."""

    reading: str = FULL
    """SHORT or FULL."""
    steps: tuple[int, ...] = ()
    """Numbers of the steps."""
    find_out: bool = True
    """What could still be found out."""
    glossary: bool = True
    references: bool = True
    questions_sheet: bool = False
    """A sheet with lines to write one's own questions and the answers on."""
    care_team: bool = False
    """A box for names and telephone numbers, the next appointment and notes. Filled in by hand, never on the site."""
    large: bool = False
    """18 points instead of 11."""


class LeftOut(msgspec.Struct, frozen=True):
    """A step that is not printed."""

    number: int
    title: Text
    sensitive_label: Text
    """Empty, unless it is one that is left out until somebody asks for it."""


class Selected(msgspec.Struct, frozen=True):
    plan: Plan
    """With the chosen steps alone, each in the chosen reading, and the sources that are cited in them. Steps and sources
    keep the numbers that they have on screen."""
    selection: Selection
    left_out: tuple[LeftOut, ...]


def everything(plan: Plan) -> Selection:
    """What is offered first: all of it, except the steps that stay closed until somebody asks for them."""
    return Selection(steps=tuple(step.number for step in plan.steps if not step.sensitive))


def select(plan: Plan, selection: Selection) -> Selected:
    """Raises ValueError if the selection names a step that the plan does not have, or a reading that there is not."""
    unknown = set(selection.steps) - {step.number for step in plan.steps}
    if unknown or selection.reading not in (SHORT, FULL):
        raise ValueError(f"no such reading or steps: {selection.reading} {sorted(unknown)}")
    chosen = [step for step in plan.steps if step.number in selection.steps]
    kept = replace(
        plan,
        steps=tuple(in_short(step) if selection.reading == SHORT else step for step in chosen),
        find_out=plan.find_out if selection.find_out else (),
    )
    cited = set(_cited(kept))
    return Selected(
        plan=replace(kept, references=tuple(entry for entry in plan.references if entry.number in cited)),
        selection=selection,
        left_out=tuple(
            LeftOut(number=step.number, title=step.title, sensitive_label=step.sensitive_label if step.sensitive else Text())
            for step in plan.steps
            if step.number not in selection.steps
        ),
    )


def in_short(step: PlanStep) -> PlanStep:
    """The same step in the short reading. What a drug hangs on is kept: it never reads as settled where it is not."""
    parts = (_part(part) for part in step.parts)
    return replace(step, parts=tuple(part for part in parts if part.blocks or part.only_if))


def _part(part: Part) -> Part:
    groups = (OnlyIf(group.condition, group.questions, _blocks(group.blocks)) for group in part.only_if)
    return replace(part, blocks=_blocks(part.blocks), only_if=tuple(group for group in groups if group.blocks))


def _blocks(blocks: Iterable[PlanBlock]) -> tuple[PlanBlock, ...]:
    return tuple(short for block in blocks if (short := _block(block)) is not None)


def _block(block: PlanBlock) -> PlanBlock | None:
    if block.urgent:
        return block
    match block.kind:
        case "questions":
            return block
        case "standard":
            return replace(block, body=Text())
        case "decision":
            names = (replace(o, benefit=Text(), harm=Text(), experience=Text()) for o in block.options)
            return replace(block, body=Text(), options=tuple(names))
        case "treatments":
            return replace(block, body=Text(), cards=tuple(_card(card) for card in block.cards))
        case _:
            return None


def _card(card: Card) -> Card:
    """Name, line, route and who pays; and its uses, if one of them is only for some."""
    hangs = any(use.for_whom or use.condition or use.given_with for use in card.uses)
    return replace(
        card,
        drugs=tuple(replace(drug, brands=()) for drug in card.drugs),
        uses=tuple(replace(use, note=Text()) for use in card.uses) if hangs else (),
        funding=tuple(replace(here, now=_funding(here.now)) for here in card.funding),
    )


def _funding(now: FundingNow) -> FundingNow:
    return replace(now, who_pays=Text(), row=replace(now.row, criteria=Text()) if now.row else None)


def _cited(plan: Plan) -> Iterable[int]:
    yield from plan.intro_references
    for question in plan.find_out:
        yield from question.references
    for step in plan.steps:
        for block in step.blocks:
            yield from block.references
            for card in block.cards:
                for use in card.uses:
                    yield from use.references
                yield from (here.source for here in card.funding)
