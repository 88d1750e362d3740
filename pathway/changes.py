"""PURE. What differs between two plans made of the same answers, statement by statement: the one on paper and today's.

Everything a plan tells its reader is a statement with a name of its own, so that one that moved or got another number is
still the same. Only what follows from the statements is left out: numbers of steps and sources, and what could be settled.
"""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from re import split

import msgspec
from msgspec.structs import replace

from evidence.frozen import Review
from evidence.text import Text
from medsearch.formulary import FundingNow, Tally
from medsearch.frozen import Jurisdiction

from .plan import Card, Plan, PlanBlock, Use

Value = Text | str | bool | tuple[str, ...] | FundingNow | Tally | Review

PLAN, QUESTION, ANSWER, STEP, BLOCK, OPTION, CARD, FUNDING = (
    "plan",
    "question",
    "answer",
    "step",
    "block",
    "option",
    "card",
    "funding",
)
"""Kinds of statements."""
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Difference(msgspec.Struct, frozen=True):
    """One thing that a statement says otherwise. Of long texts, only the sentences that differ."""

    field: str
    before: Value
    after: Value


class PlanChange(msgspec.Struct, frozen=True):
    """One statement that was added, removed or changed."""

    what: str
    kind: str
    name: Text
    within: Text
    """Title of the step it stands (or stood) in; empty outside the steps."""
    place: str
    """Anchor on today's plan, or empty."""
    differences: tuple[Difference, ...] = ()
    """Empty unless `what` is CHANGED."""


class _Statement(msgspec.Struct, frozen=True):
    kind: str
    name: Text
    within: Text
    place: str
    says: dict[str, Value]


_Key = tuple[str, ...]
_Statements = dict[_Key, _Statement]
_Cited = Callable[[Iterable[int]], tuple[str, ...]]
"""Numbers of sources → their slugs."""


def changes(before: Plan, after: Plan) -> tuple[PlanChange, ...]:
    """What `after` says otherwise than `before`, in the order of `after`; what is gone comes last."""
    old, new = _statements(before), _statements(after)
    found = []
    for key, statement in new.items():
        if key in old:
            differences = tuple(_differences(old[key], statement))
            if differences:
                found.append(_change(CHANGED, statement, differences))
        elif _stands_alone(key, new, old):
            found.append(_change(ADDED, statement))
    found += [
        _change(REMOVED, statement) for key, statement in old.items() if key not in new and _stands_alone(key, old, new)
    ]
    return tuple(found)


def _stands_alone(key: _Key, here: _Statements, there: _Statements) -> bool:
    """Whether a statement that only one of the plans has needs a line of its own: what came or went together with its step,
    block or card does not, nor does what only tells that nothing is known."""
    if key[0] == "tally" or key[-1] == "":
        return False
    if key[0] == "funding":
        return any(other[:2] == key[:2] for other in there)
    above = (key[:length] for length in range(1, len(key)))
    return not any(one in here and one not in there for one in above)


def _differences(old: _Statement, new: _Statement) -> Iterable[Difference]:
    for field in dict.fromkeys([*new.says, *old.says]):
        before, after = old.says.get(field, ""), new.says.get(field, "")
        if field == "order" and isinstance(before, tuple) and isinstance(after, tuple):
            # What was added or removed has a line of its own.
            common = {*before} & {*after}
            before = tuple(one for one in before if one in common)
            after = tuple(one for one in after if one in common)
        if before == after:
            continue
        if isinstance(before, Text) and isinstance(after, Text):
            en = sentences_that_differ(before.en, after.en)
            fr = sentences_that_differ(before.fr, after.fr)
            before, after = Text(en=en[0], fr=fr[0]), Text(en=en[1], fr=fr[1])
        yield Difference(field, before, after)


def _change(what: str, statement: _Statement, differences: tuple[Difference, ...] = ()) -> PlanChange:
    return PlanChange(
        what=what,
        kind=statement.kind,
        name=statement.name,
        within=statement.within,
        place="" if what == REMOVED else statement.place,
        differences=differences,
    )


def _statements(plan: Plan) -> _Statements:
    """Key → statement, in reading order. The key of what stands within something begins with that one's key."""
    sources = {cited.number: cited.reference.slug for cited in plan.references}

    def cited(numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(sources[number] for number in numbers))

    found: _Statements = {
        ("plan",): _Statement(
            PLAN,
            plan.name,
            Text(),
            "",
            {
                "name": plan.name,
                "text": plan.intro,
                "order": tuple(step.slug for step in plan.steps),
                "sources": cited(plan.intro_references),
            },
        )
    }
    for answer in plan.answers:
        found["answer", answer.question] = _Statement(
            ANSWER, answer.short, Text(), "", {"answer": answer.label, "assumed": answer.assumed}
        )
    for question in plan.find_out:
        found["question", question.question] = _Statement(
            QUESTION,
            question.short,
            Text(),
            "find-out-heading",
            {
                "title": question.text,
                "report": question.on_the_report,
                "test": question.test,
                "say": question.say,
                "still open": _joined("; ", (option.label for option in question.still_open)),
                "sources": cited(question.references),
            },
        )
    for step in plan.steps:
        of_step = ("step", step.slug)
        place = f"step-{step.number}"
        found[of_step] = _Statement(
            STEP,
            step.title,
            Text(),
            place,
            {
                "title": step.title,
                "text": step.summary,
                "sensitive": step.sensitive,
                "label": step.sensitive_label,
                "order": tuple(dict.fromkeys(block.slug for block in step.blocks)),
            },
        )
        for part in step.parts:
            groups = [(Text(), part.blocks), *((group.condition, group.blocks) for group in part.only_if)]
            for condition, blocks in groups:
                for block in blocks:
                    _add_block(found, of_step, step.title, place, part.heading, condition, block, cited)
    return found


def _add_block(
    found: _Statements,
    of_step: _Key,
    step: Text,
    place: str,
    heading: Text,
    condition: Text,
    block: PlanBlock,
    cited: _Cited,
) -> None:
    of_block = (*of_step, block.slug)
    name = block.title or heading or step
    says: dict[str, Value] = {
        "title": block.title,
        "kind": block.kind,
        "under": heading,
        "text": block.body,
        "interval": block.interval,
        "reason": block.reason,
        "sources": cited(block.references),
        "review": block.review,
    }
    if block.kind != "treatments":
        # What a treatments block hangs on, each of its cards says: one block may stand under several conditions.
        says["condition"] = condition
    found.setdefault(of_block, _Statement(BLOCK, name, step, place, says))
    for option in block.options:
        found[(*of_block, "option", option.name.en)] = _Statement(
            OPTION,
            option.name,
            name if block.title else step,
            place,
            {"name": option.name, "benefit": option.benefit, "harm": option.harm, "experience": option.experience},
        )
    for card in block.cards:
        _add_card(found, of_block, step, place, condition, block.therapy_group, card, cited)


def _add_card(
    found: _Statements, of_block: _Key, step: Text, place: str, condition: Text, group: str, card: Card, cited: _Cited
) -> None:
    of_card = (*of_block, "card", card.regimen)
    says: dict[str, Value] = {
        "name": card.name,
        "drugs": _joined(", ", (drug.name for drug in card.drugs)),
        "brands": tuple(brand for drug in card.drugs for brand in drug.brands),
        "routes": _joined(" / ", (route for drug in card.drugs for route in drug.routes)),
        "lines": card.lines,
        "group": group,
        "condition": condition,
    }
    found[of_card] = _Statement(CARD, card.name, step, place, says)
    for use in card.uses:
        found[(*of_card, use.indication)] = _Statement(CARD, _named_use(card, use), step, place, _of_use(use, cited))
    # One drug stands in several steps; who pays for it is told once.
    uses = sorted(use.indication for use in card.uses)
    found.setdefault(("tally", card.regimen, *uses), _Statement(FUNDING, card.name, Text(), place, {"tally": card.tally}))
    for here in card.funding:
        lead, row = card.drugs[0], here.now.row
        paid: dict[str, Value] = {"funding": _bare(here.now), "who pays": here.now.who_pays if row is None else Text()}
        if row is not None:
            paid |= {"program": row.programme, "criteria": row.criteria, "sources": cited([here.source])}
        found.setdefault(
            ("funding", lead.slug, row.slug if row else ""), _Statement(FUNDING, lead.name, Text(), place, paid)
        )


def _bare(now: FundingNow) -> FundingNow:
    """Status, dates and what they are worth, without what is told apart from them or not at all."""
    row = now.row and replace(
        now.row, slug="", programme=Text(), criteria=Text(), several=Text(), check_days=0, history=False, reference=""
    )
    return replace(now, row=row, jurisdiction=_ANYWHERE, who_pays=Text())


_ANYWHERE = Jurisdiction(slug="", name=Text(), hospital_drugs=Text(), home_drugs=Text(), status_words=Text(), references=())


def _joined(between: str, texts: Iterable[Text]) -> Text:
    texts = tuple(texts)
    return Text(en=between.join(text.en for text in texts), fr=between.join(text.fr or text.en for text in texts))


def _named_use(card: Card, use: Use) -> Text:
    return Text(
        en=f"{card.name.en} – {use.population.en}",
        fr=f"{card.name.fr or card.name.en} – {use.population.fr or use.population.en}",
    )


def _of_use(use: Use, cited: _Cited) -> dict[str, Value]:
    return {
        "for whom": use.for_whom,
        "population": use.population,
        "use lines": use.lines,
        "use condition": use.condition,
        "given with": use.given_with,
        "note": use.note,
        "approval": use.approval,
        "sources": cited(use.references),
    }


def sentences_that_differ(before: str, after: str) -> tuple[str, str]:
    """Of both texts, the sentences (or lines of a list) that the other does not have, "…" between those that were apart."""
    old, new = _sentences(before), _sentences(after)
    left, right = [], []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            left.append(" ".join(old[old_from:old_to]))
            right.append(" ".join(new[new_from:new_to]))
    return " … ".join(filter(None, left)), " … ".join(filter(None, right))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in split(r"(?<=[.!?])\s+|\n+", text) if sentence.strip()]
