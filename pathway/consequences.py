"""What publishing would do for readers, told to whoever publishes: which plans, statements, drugs and pages change."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext

from evidence import releases
from evidence.differences import Row
from evidence.releases import Active
from glossary.frozen import Term
from glossary.marking import mentions
from glossary.prose import parse
from personalization.ruleset import AnswerSet, NotAPlainOption

from .assembly import Content
from .checking import check_name, errors_of, findings, in_a_line
from .comparison import QuestionsChanged, compare
from .content import content, lexicon
from .effects import Affected, Shown, affected, shown
from .finding import Finding, Severity
from .finding_lines import lines, name_of

COMPARED_AT_MOST = 60
"""Plans that are assembled twice while the page is waited for; how many more might change is said."""
REMEMBERED = 8
"""What was worked out for the pages that staff look at, back and forth and in both languages."""
SAID_AT_MOST = 3
"""Groups of readers that one sentence names."""
NAMED = {"blocks": "block", "indications": "indication"}
LISTED_AT_MOST = 100
"""Rows, pages and findings of one kind that are listed; how many more there are is said."""


@dataclass(frozen=True)
class Moved:
    """Blocks and uses that the same readers see now and did not, or the other way round."""

    count: int
    """Answer sets of the core questions."""
    who: list[str]
    """In words; empty if that cannot be said."""
    statements: int
    names: list[str]
    """Of the first of them."""

    @property
    def more(self) -> int:
        return self.statements - len(self.names)


@dataclass(frozen=True)
class Example:
    """One answer set, in words, with the way to its plan before and after."""

    name: str
    address: str


@dataclass(frozen=True)
class Page:
    name: str
    address: str


def effects(public: Active, draft: Active) -> releases.Effects:
    """Remembered while neither changes, because the page is looked at more than once."""
    key = (public.sha256, draft.sha256, draft.number, timezone.localdate(), get_language())
    told = _remembered.get(key) or _effects(public, draft)
    _remembered[key] = told
    while len(_remembered) > REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    return told


_remembered: dict[tuple, releases.Effects] = {}


def _effects(public: Active, draft: Active) -> releases.Effects:
    try:
        before, after = content(public), content(draft)
        found = findings(draft)
    except (NotAPlainOption, KeyError) as error:
        # Rules that name options that are gone: what plans would become cannot be told before that is mended.
        said = gettext("%(error)s Tick what the option covers instead, or make it plain again.") % {"error": error}
        return releases.Effects(template="admin/pathway/effects.html", context={"unknown": True}, errors=(said,))
    known = public.derived(_shown)
    change = affected(before, after, on=timezone.localdate(), compare_at_most=COMPARED_AT_MOST, known=known)
    lost, gained, all_anew = _moved(before, after, change)
    drugs = _drugs(before, after)
    context = {
        "total": len(change.answer_sets),
        "changed": len(change.changed),
        "undecided": len(change.undecided),
        "lost": lost,
        "gained": gained,
        "all_anew": all_anew,
        "examples": _examples(after, [change.answer_sets[place] for place in sorted(change.changed)]),
        "drugs": drugs[:LISTED_AT_MOST],
        "count_of_drugs": len(drugs),
        "places": _places(before, after),
        "other_pages": _other_pages(public, draft),
        "warnings": _warnings(after, found),
    }
    return releases.Effects(
        template="admin/pathway/effects.html",
        context=context,
        errors=tuple(_told(after, errors_of(found))),
        beside=_beside(public, draft, change),
    )


def _shown(public: Active) -> Shown:
    return shown(content(public))


def _moved(before: Content, after: Content, change: Affected) -> tuple[list[Moved], list[Moved], bool]:
    """What is not shown any more, what is newly shown; and whether the questions changed, so that nobody can be named."""
    try:
        said = {(_KINDS[effect.kind], effect.slug): effect for effect in compare(before, after)}
    except (QuestionsChanged, NotAPlainOption):
        said, all_anew = {}, True
    else:
        all_anew = False
    lost = {row: effect.lost_by for row, effect in said.items() if effect.lost_by}
    gained = {row: effect.gained_by for row, effect in said.items() if effect.gained_by}
    total = len(change.answer_sets)
    return (
        _together(before, change.lost, lost, total),
        _together(after, change.gained, gained, total),
        all_anew,
    )


_KINDS = {"block": "blocks", "indication": "indications"}


def _together(made: Content, sets: dict, who: dict[tuple[str, str], tuple[str, ...]], total: int) -> list[Moved]:
    """Those with the same readers told together. `sets`: row → answer sets; `who`: row → readers in words."""
    rows: dict[tuple, list[str]] = {}
    for row in dict.fromkeys([*sets, *who]):
        rows.setdefault((sets.get(row, frozenset()), who.get(row, ())), []).append(name_of(made, NAMED[row[0]], row[1]))
    listed = []
    for (places, said), names in rows.items():
        # "Everybody" would be wrong of those whose track is only that for an open stage.
        told = [] if len(places) < total and "everybody" in said else _few(said)
        listed.append(Moved(len(places), told, len(names), sorted(names)[:LISTED_AT_MOST]))
    return sorted(listed, key=lambda one: (-one.count, one.names))


def _few(said: Iterable[str]) -> list[str]:
    said = list(said)
    rest = len(said) - SAID_AT_MOST
    if rest <= 0:
        return said
    return [*said[:SAID_AT_MOST], ngettext("and %(count)s more group", "and %(count)s more groups", rest) % {"count": rest}]


def _examples(made: Content, answer_sets: list[AnswerSet]) -> list[tuple[str, list[Example]]]:
    """Answer sets by the answer to the first question, each with the address that shows its plan before and after."""
    by_first: dict[str, list[Example]] = {}
    asked = {question.slug: question for question in made.questions}
    for found in answer_sets:
        labels = [
            (option.label.en if option else answer)
            for question, answer in found.answers.items()
            for option in [asked[question].option(answer) if question in asked else None]
        ]
        named = [
            f"{asked[question].short.en}: {label}" if question in asked else label
            for question, label in zip(found.answers, labels, strict=True)
        ]
        # Numbered: what is looked at is a release, not what is saved.
        looked_at = {"after": made.number} if made.number else {}
        address = f"{reverse('admin:pathway_compare')}?{urlencode({**found.answers, **looked_at})}"
        by_first.setdefault(named[0] if named else "", []).append(Example(" · ".join(named[1:]), address))
    return list(by_first.items())


def _beside(public: Active, draft: Active, change: Affected) -> dict[Row, str]:
    total = len(change.answer_sets)
    section_of = {kind: section for section, kind in releases.model_names()}
    beside = {}
    for (kind, slug), places in change.shown_by.items():
        if kind == "funding":
            told = ngettext(
                "On a card in %(count)s of %(total)s plans; told in full to who chose the province.",
                "On a card in %(count)s of %(total)s plans; told in full to who chose the province.",
                len(places),
            )
        else:
            told = ngettext("Seen in %(count)s of %(total)s plans.", "Seen in %(count)s of %(total)s plans.", len(places))
        beside[section_of[kind], kind, slug] = told % {"count": len(places), "total": total}
    for slug, count in _terms(public, draft, change).items():
        told = ngettext("Explained in %(count)s of %(total)s plans.", "Explained in %(count)s of %(total)s plans.", count)
        beside["glossary", "terms", slug] = told % {"count": count, "total": total}
    return beside


def _changed(before: Iterable, after: Iterable) -> list:
    """Rows that are new, gone or not the same, as they are now if they still are."""
    old, new = {row.slug: row for row in before}, {row.slug: row for row in after}
    return [new.get(slug) or old[slug] for slug in sorted(old.keys() | new.keys()) if old.get(slug) != new.get(slug)]


def _terms(public: Active, draft: Active, change: Affected) -> dict[str, int]:
    """Changed term → how many plans have its words in a block. Those of a term that is gone are looked for as it was."""
    terms: list[Term] = _changed(public.sections["glossary"].terms, draft.sections["glossary"].terms)
    if not terms:
        return {}
    words = [name.casefold() for t in terms for name in (t.name.en, *t.aliases.en.splitlines()) if name]
    explained = {term.slug: 0 for term in terms}
    for release in (public, draft):
        marks = lexicon(release, "en")
        for block in content(draft).pathway.blocks:
            text = block.body.en.casefold()
            if any(word in text for word in words):
                for mention in mentions(marks.mark(parse(block.body.en))):
                    if mention.kind == "term" and mention.key in explained:
                        explained[mention.key] |= change.shown["blocks", block.slug]
    return {slug: mask.bit_count() for slug, mask in explained.items()}


def _drugs(before: Content, after: Content) -> list[Page]:
    """Pages of drugs on which something changes."""
    old, new = before.formulary, after.formulary
    sources = {slug for slug in before.references if before.references[slug] != after.references.get(slug)}
    touched: set[str] = set()
    everywhere = bool(_changed(old.section.jurisdictions, new.section.jurisdictions))
    for one, other in ((old, new), (new, old)):
        classes = {slug for slug, group in one.classes.items() if group != other.classes.get(slug)}
        classes |= {slug for slug, group in one.classes.items() if sources & set(group.references)}
        routes = {slug for slug, route in one.routes.items() if route != other.routes.get(slug)}
        for slug, drug in one.drugs.items():
            if (
                everywhere
                or drug != other.drugs.get(slug)
                or drug.drug_class in classes
                or routes & set(drug.routes)
                or sources & set(drug.references)
            ):
                touched.add(slug)
        for regimen in one.regimens.values():
            if regimen != other.regimens.get(regimen.slug):
                touched |= set(regimen.drugs)
        for use in one.indications.values():
            named = before.populations.get(use.population), after.populations.get(use.population)
            if use != other.indications.get(use.slug) or named[0] != named[1] or sources & set(use.references):
                touched |= set(one.regimens[use.regimen].drugs)
        for rows, others in (
            (one.section.funding, other.section.funding),
            (one.section.milestones, other.section.milestones),
        ):
            there = {row.slug: row for row in others}
            touched |= {row.drug for row in rows if row != there.get(row.slug) or row.reference in sources}
        there = {row.slug: row for row in other.section.programmes}
        for programme in one.section.programmes:
            if programme != there.get(programme.slug):
                touched |= set(programme.drugs)
    return [
        Page((new.drugs.get(slug) or old.drugs[slug]).name.en, reverse("medsearch:drug", args=[slug]))
        for slug in sorted(touched)
    ]


def _places(before: Content, after: Content) -> list[Page]:
    """Pages of provinces on which something changes."""
    old, new = before.formulary.section, after.formulary.section
    touched = {place.slug for place in _changed(old.jurisdictions, new.jurisdictions)}
    touched |= {row.jurisdiction for row in _changed(old.funding, new.funding)}
    touched |= {row.jurisdiction for row in _changed(old.programmes, new.programmes)}
    names = {place.slug: place.name.en for place in (*old.jurisdictions, *new.jurisdictions)}
    return [Page(names[slug], reverse("medsearch:place", args=[slug])) for slug in sorted(touched) if slug in names]


def _other_pages(public: Active, draft: Active) -> list[Page]:
    pages = []
    people = [release.sections["personalization"] for release in (public, draft)]
    if people[0].questions != people[1].questions or people[0].exclusions != people[1].exclusions:
        pages.append(Page(gettext("the form with the questions"), reverse("pathway:plan")))
    if public.sections["glossary"] != draft.sections["glossary"]:
        pages.append(Page(gettext("the glossary"), reverse("glossary:terms")))
    return pages


def _told(made: Content, errors: list[Finding]) -> list[str]:
    """The first of them with links; of the others the page shows how many they are."""
    return [*lines(made, errors[:LISTED_AT_MOST]), *map(in_a_line, errors[LISTED_AT_MOST:])]


def _warnings(made: Content, found) -> list[tuple[str, int, list[str]]]:
    """The warnings by check, the most frequent first: how many, and the first of them."""
    by_check: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.severity is not Severity.ERROR:
            by_check.setdefault(check_name(finding.check), []).append(finding)
    return [
        (check, len(listed), lines(made, listed[:LISTED_AT_MOST]))
        for check, listed in sorted(by_check.items(), key=lambda entry: -len(entry[1]))
    ]
