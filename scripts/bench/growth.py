"""How the time for something grows with how much there is.

Each entry measures one thing on two sizes of the same kind, one after the other in the same process, and prints the ratio:
that holds on any machine, milliseconds do not. To add an entry, write a function that returns a Comparison and put it
into ENTRIES. docs/performance.md says how to read the table.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

DRUGS = 10_000
ROUNDS = 15
DAY, CHECK_DAYS = date(2026, 11, 23), 180

QUERIES = (
    "herceptine",
    "kadcila",
    "enhertoo",
    "T-DM1",
    "nab paclitaxel",
    "letrozole",
    "tra",
    "taxane",
    "HER2-positive",
    "duct",
    "",
)
CHOICES = ({}, {"subtype": "triple-negative", "setting": "metastatic", "place": "on", "funded": "yes"})


@dataclass(frozen=True)
class Comparison:
    """Seconds for the same work on less and on more."""

    what: str
    less: str
    more: str
    seconds_less: float
    seconds_more: float


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of several rounds, after one that does not count."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def real_release():
    """The content of fixtures/, as it would be published, from a database in memory."""
    import django

    django.setup()
    from django.core.management import call_command

    from evidence import releases

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    return releases.drafted()[1]


def with_drugs(release, count: int):
    """The release with synthetic drugs beside its own, up to `count`: each has the class, routes, uses and funding of a
    real one, and a name and a brand made of syllables."""
    import msgspec

    from evidence import releases
    from evidence.text import Text
    from medsearch.content import formulary
    from medsearch.frozen import Regimen

    chance = random.Random(4)  # noqa: S311 – the same names on every machine

    def made_up() -> str:
        return "".join(chance.choice("bcdfglmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(3, 5)))

    found = formulary(release)
    section = found.section
    drugs, regimens, indications, funding = map(
        list, (section.drugs, section.regimens, section.indications, section.funding)
    )
    replace = msgspec.structs.replace
    for number in range(count - len(section.drugs)):
        model = section.drugs[number % len(section.drugs)]
        slug = f"synthetic-{number}"
        ending = chance.choice(("mab", "ib", "taxel", "platin", "zole"))
        names = {"name": Text(en=made_up() + ending), "brands": (made_up().capitalize(),)}
        drugs.append(replace(model, slug=slug, other_names=(), biosimilars=(), **names))
        regimens.append(Regimen(slug, Text(), slug, ()))
        same = {use.slug: f"{slug}-{place}" for place, (_, use) in enumerate(found.uses_of(model.slug))}
        indications += [replace(use, slug=same[use.slug], regimen=slug) for _, use in found.uses_of(model.slug)]
        funding += [
            replace(row, slug=f"{slug}-{row.slug}", drug=slug, indication=same.get(row.indication, ""))
            for row in found.funding_of(model.slug)
        ]
    large = replace(
        section,
        drugs=tuple(drugs),
        regimens=tuple(regimens),
        indications=tuple(indications),
        funding=tuple(funding),
    )
    sections = {**release.sections, "medsearch": large}
    return releases.Active(number=0, published_at=release.published_at, sha256="", sections=sections)


def compared(what: str, release, work: Callable[..., None]) -> Comparison:
    """The same work on the real drugs and on DRUGS drugs."""
    from medsearch.drug_list import searchable

    large = with_drugs(release, DRUGS)
    sizes = [len(searchable(one).index.drugs) for one in (release, large)]
    return Comparison(
        what=what,
        less=f"{sizes[0]:,} real drugs",
        more=f"{sizes[1]:,} drugs",
        seconds_less=seconds(lambda: work(release)),
        seconds_more=seconds(lambda: work(large)),
    )


def lists(release) -> Comparison:
    """Everything a list needs but its HTML: what is found, in order, and every filter with its counts, words and links."""
    from medsearch.drug_list import DrugList

    def work(one) -> None:
        for query in QUERIES:
            for chosen in CHOICES:
                page = DrugList(one, {"q": query, **chosen}, on=DAY, check_days=CHECK_DAYS)
                _ = page.filters, list(page.page)

    return compared(f"{len(QUERIES) * len(CHOICES)} searches, with counts of filters", release, work)


def searches(release) -> Comparison:
    """The search and the counting alone, without words and links, which cost the same for any number of drugs."""
    from medsearch.drug_list import searchable

    chosen = {"subtype": "triple-negative", "setting": "metastatic", "paid": "on"}

    def work(one) -> None:
        index, filters = searchable(one).index, searchable(one).filters
        for query in QUERIES:
            among = index.find(query).mask if query else filters.everything
            for some in ({}, chosen):
                _ = filters.narrowed(some, among), filters.counts(some, among)

    return compared("the same without words and links", release, work)


def pdfs(release) -> Comparison | None:
    """A full plan as PDF, beside what WeasyPrint takes for the same words with the site's own style for paper. It is no
    requirement, since it needs Pango on the system: without it (`pip install weasyprint`) there is nothing to compare."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    import logging
    from pathlib import Path

    from django.template.loader import render_to_string
    from django.utils.translation import override

    from glossary.content import Reader
    from pathway import typeset
    from pathway.assembly import assemble
    from pathway.content import content, lexicon
    from pathway.printout import paper
    from pathway.selection import everything, select
    from personalization.profile import Profile

    profile = Profile.of(content(release).questions, {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"})
    with override("en"):
        plan = assemble(content(release), profile, on=DAY, jurisdiction="on")
        printed = paper(select(plan, everything(plan)), Reader(release, "en", lexicon(release, "en")))
    pieces = render_to_string("pathway/paper.html", {"pieces": printed.pieces, "listed": printed.lists_sources})
    style = (Path(__file__).parent.parent.parent / "static" / "pathway.css").read_text()
    page = f'<html lang="en"><title>x</title><style>{style}</style><article class="paper">{pieces}</article></html>'

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # It objects to what it cannot read in the style.

    def by_weasyprint() -> bytes:
        return weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")

    return Comparison(
        what="the PDF of a full plan",
        less=f"Typst, {len(typeset.pdf(printed)) // 1000} kB",
        more=f"WeasyPrint, {len(by_weasyprint()) // 1000} kB",
        seconds_less=seconds(lambda: typeset.pdf(printed)),
        seconds_more=seconds(by_weasyprint, rounds=1),
    )


def with_content(release, times: int):
    """The release with all its populations, blocks, regimens, drugs and uses `times` over: the others are for people of whom
    the profile in PLAN is none, so that its plan stays the same."""
    import msgspec

    from evidence import releases
    from medsearch.frozen import Regimen

    replace = msgspec.structs.replace
    people, drugs, plans = (release.sections[name] for name in ("personalization", "medsearch", "pathway"))
    elsewhere = {"stage": ("0", "1"), "type": ("dcis", "paget")}
    populations, blocks = list(people.populations), list(plans.blocks)
    listed, regimens, indications = list(drugs.drugs), list(drugs.regimens), list(drugs.indications)
    for copy in range(1, times):
        populations += [
            replace(one, slug=f"{one.slug}-{copy}", rules=tuple({**rule, **elsewhere} for rule in one.rules or ({},)))
            for one in people.populations
        ]
        blocks += [replace(one, slug=f"{one.slug}-{copy}", population=f"{one.population}-{copy}") for one in plans.blocks]
        listed += [replace(one, slug=f"{one.slug}-{copy}") for one in drugs.drugs]
        regimens += [
            Regimen(f"{one.slug}-{copy}", one.name, f"{one.lead}-{copy}", tuple(f"{drug}-{copy}" for drug in one.companions))
            for one in drugs.regimens
        ]
        indications += [
            replace(one, slug=f"{one.slug}-{copy}", regimen=f"{one.regimen}-{copy}", population=f"{one.population}-{copy}")
            for one in drugs.indications
        ]
    sections = {
        **release.sections,
        "personalization": replace(people, populations=tuple(populations)),
        "pathway": replace(plans, blocks=tuple(blocks)),
        "medsearch": replace(drugs, drugs=tuple(listed), regimens=tuple(regimens), indications=tuple(indications)),
    }
    return releases.Active(number=1, published_at=release.published_at, sha256="0", sections=sections)


PLAN = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}


def plans(release, times: int) -> Comparison:
    """The same plan, assembled from content that has `times` as many populations, blocks, drugs and uses."""
    from pathway.assembly import assemble
    from pathway.content import content
    from personalization.profile import Profile

    small, large = content(release), content(with_content(release, times))
    profile = Profile.of(small.questions, PLAN)
    assert assemble(small, profile, on=DAY).steps == assemble(large, profile, on=DAY).steps  # noqa: S101
    return Comparison(
        what=f"a plan from {times} times the content",
        less=f"{len(small.pathway.blocks):,} blocks",
        more=f"{len(large.pathway.blocks):,} blocks",
        seconds_less=seconds(lambda: assemble(small, profile, on=DAY)),
        seconds_more=seconds(lambda: assemble(large, profile, on=DAY)),
    )


def ten_times(release) -> Comparison:
    return plans(release, 10)


def hundred_times(release) -> Comparison:
    return plans(release, 100)


ENTRIES: list[Callable[..., Comparison | None]] = [lists, searches, ten_times, hundred_times, pdfs]


def measure() -> None:
    """Prints the table. Needs a database of its own, in memory."""
    release = real_release()
    print("| what | less | more | time for less | time for more | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for entry in ENTRIES:
        row = entry(release)
        if row is None:
            print(f"| {entry.__name__}: not measured here | | | | | |", flush=True)
            continue
        times = f"{row.seconds_less * 1000:.1f} ms | {row.seconds_more * 1000:.1f} ms"
        print(f"| {row.what} | {row.less} | {row.more} | {times} | {row.seconds_more / row.seconds_less:.1f} |", flush=True)
