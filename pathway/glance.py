"""PURE. A plan at a glance: the way through its steps drawn, what each step comes down to, how long the reading takes."""

import math
from collections.abc import Iterable, Sequence

import msgspec

from evidence.text import Text
from glossary.prose import parse, plain

from .plan import Part, Plan, PlanBlock, PlanStep
from .selection import in_short

WORDS_A_MINUTE = 180
"""Of plain text, read silently and with care. Slower than the 238 words a minute that Brysbaert (How many words do we
read per minute?, Journal of Memory and Language 109, 2019) found for adults who read English non-fiction."""

QUESTIONS_IN_SHORT = 2

WIDTH, HEIGHT = 1000, 400
"""Of the drawing, in its own units."""
FIRST, LAST, UPPER, LOWER = 0.04, 0.86, 0.38, 0.62
"""Where the first and the last stop stand across, and the odd and the even ones down: as parts of WIDTH and HEIGHT. The
stylesheet puts the stops' words at the same places."""
DRAWN = range(4, 10)
"""Numbers of stops that fit side by side on a wide screen. Fewer or more stand one below the other."""


class Interval(msgspec.Struct, frozen=True):
    """A standard of care: what should happen how soon."""

    what: Text
    interval: Text


class Decision(msgspec.Struct, frozen=True):
    title: Text
    condition: Text
    """After "if"; empty if it is a decision whatever the reader left open."""


class Urgent(msgspec.Struct, frozen=True):
    """Danger signs: what to call about at once."""

    block: PlanBlock
    condition: Text
    """After "if"; empty if they hold whatever the reader left open."""
    anchor: str
    """Id of the block within the whole step."""


class DrugNamed(msgspec.Struct, frozen=True):
    name: Text
    drug: str
    """Slug of the regimen's first drug, whose page says more."""


class DrugsNamed(msgspec.Struct, frozen=True):
    """The regimens of one therapy group that hang on the same answers."""

    therapy_group: str
    condition: Text
    """After "if"; empty if nothing that the reader left open decides."""
    drugs: tuple[DrugNamed, ...]


class Chapter(msgspec.Struct, frozen=True):
    part: Part
    minutes: int


class StepGlance(msgspec.Struct, frozen=True):
    step: PlanStep
    intervals: tuple[Interval, ...]
    decisions: tuple[Decision, ...]
    drugs: tuple[DrugsNamed, ...]
    urgent: tuple[Urgent, ...]
    questions: tuple[Text, ...]
    """The first of the questions to ask."""
    other_questions: tuple[Text, ...]
    chapters: tuple[Chapter, ...]


class Glance(msgspec.Struct, frozen=True):
    steps: tuple[StepGlance, ...]
    minutes: int
    """To read all of it, rounded up to 5."""
    way: tuple[str, ...]
    """The stretches of the way from stop to stop, as SVG path data: first one that leads to the first stop. Empty if there
    are too few or too many stops to draw them side by side."""
    aside: bool
    """The last step is a sensitive one: the drawing leads to it by a side path, since no one need go there now."""


def glance(plan: Plan, language: str) -> Glance:
    """`language`: the page's, en or fr; the words that are read are counted in it."""
    steps = tuple(_step(step, language) for step in plan.steps)
    texts = [plan.intro, *(text for step in plan.steps for part in step.parts for text in _texts(part))]
    return Glance(
        steps=steps,
        minutes=5 * math.ceil(_words(texts, language) / WORDS_A_MINUTE / 5),
        way=way_through(len(steps)),
        aside=bool(plan.steps) and plan.steps[-1].sensitive,
    )


def way_through(stops: int) -> tuple[str, ...]:
    """SVG path data of a way that winds through so many stops, in a drawing of WIDTH × HEIGHT. Empty if they do not fit."""
    if stops not in DRAWN:
        return ()
    across = [WIDTH * (FIRST + (LAST - FIRST) * n / (stops - 1)) for n in range(stops)]
    down = [HEIGHT * (LOWER if n % 2 else UPPER) for n in range(stops)]
    x, y = across[0], down[0]
    way = [f"M{x - 80:g} {y + 24:g} C{x - 50:g} {y + 24:g} {x - 30:g} {y:g} {x:g} {y:g}"]
    for n in range(1, stops):
        start, end, middle = across[n - 1], across[n], (across[n - 1] + across[n]) / 2
        way.append(
            f"M{start:.1f} {down[n - 1]:g} C{middle:.1f} {down[n - 1]:g} {middle:.1f} {down[n]:g} {end:.1f} {down[n]:g}"
        )
    return tuple(way)


def _step(step: PlanStep, language: str) -> StepGlance:
    short = in_short(step)
    asked = [text for block in short.blocks if block.kind == "questions" for text in _listed(block)]
    return StepGlance(
        step=step,
        intervals=tuple(
            Interval(what=block.title, interval=block.interval)
            for part in short.parts
            for block in part.blocks
            if block.kind == "standard"
        ),
        decisions=tuple(
            Decision(title=block.title, condition=condition)
            for condition, block in _with_condition(short)
            if block.kind == "decision" and block.title
        ),
        drugs=_drugs(short),
        urgent=tuple(_urgent(step)),
        questions=tuple(asked[:QUESTIONS_IN_SHORT]),
        other_questions=tuple(asked[QUESTIONS_IN_SHORT:]),
        chapters=tuple(
            Chapter(part=part, minutes=max(1, round(_words(_texts(part), language) / WORDS_A_MINUTE))) for part in step.parts
        ),
    )


def _urgent(step: PlanStep) -> Iterable[Urgent]:
    for part in step.parts:
        yield from (Urgent(block=block, condition=Text(), anchor=block.slug) for block in part.blocks if block.urgent)
        for number, group in enumerate(part.only_if, 1):
            for block in group.blocks:
                if block.urgent:
                    yield Urgent(block=block, condition=group.condition, anchor=f"{block.slug}-if-{number}")


def _with_condition(step: PlanStep) -> Iterable[tuple[Text, PlanBlock]]:
    for part in step.parts:
        for block in part.blocks:
            yield Text(), block
        for group in part.only_if:
            for block in group.blocks:
                yield group.condition, block


def _drugs(step: PlanStep) -> tuple[DrugsNamed, ...]:
    """A regimen is named once: without a condition, if it stands anywhere without one."""
    found: dict[tuple[str, Text], dict[str, DrugNamed]] = {}
    named: set[str] = set()
    blocks = sorted(_with_condition(step), key=lambda pair: bool(pair[0]))
    for condition, block in blocks:
        for card in block.cards:
            if card.regimen not in named:
                group = found.setdefault((block.therapy_group, condition), {})
                group[card.regimen] = DrugNamed(name=card.name, drug=card.drugs[0].slug)
        named |= {card.regimen for card in block.cards if not condition}
    order = [(block.therapy_group, condition) for condition, block in _with_condition(step)]
    return tuple(
        DrugsNamed(therapy_group=group, condition=condition, drugs=tuple(drugs.values()))
        for (group, condition), drugs in sorted(found.items(), key=lambda item: order.index(item[0]))
    )


def _listed(block: PlanBlock) -> Sequence[Text]:
    """The entries of a block's list. French ones only where there are as many, so that each stands for its English one."""
    english, french = (_entries(words) for words in (block.body.en, block.body.fr))
    if not english:
        return [Text(fr=entry) for entry in french]
    return [Text(en=entry, fr=french[n] if len(french) == len(english) else "") for n, entry in enumerate(english)]


def _entries(words: str) -> list[str]:
    lines = (line.strip() for line in words.splitlines())
    return [plain(parse(line[2:])) for line in lines if line.startswith(("- ", "* "))]


def _words(texts: Iterable[Text], language: str) -> int:
    return sum(len(text.words_for(language).split()) for text in texts)


def _texts(part: Part) -> Iterable[Text]:
    for block in (*part.blocks, *(block for group in part.only_if for block in group.blocks)):
        yield from (block.title, block.body)
        for option in block.options:
            yield from (option.name, option.benefit, option.harm, option.experience)
        for card in block.cards:
            yield card.name
            for use in card.uses:
                yield from (use.for_whom, use.condition, use.given_with, use.note)
