"""Fills a database with synthetic rows, to see how admin and the site do with many. Nothing of it is medical."""

from datetime import date, timedelta
from itertools import cycle

from django.db import transaction
from django.utils import timezone

from evidence.models import Reference
from feedback.models import Feedback
from glossary.models import Term
from medsearch.models import (
    OUTCOMES,
    Approval,
    Body,
    Drug,
    DrugClass,
    Funding,
    FundingStatus,
    Indication,
    Jurisdiction,
    Milestone,
    Programme,
    Regimen,
    Route,
    Setting,
    TherapyGroup,
)
from pathway.models import Block, DecisionOption, Section, Step, Track, TrackStep
from personalization.models import Exclusion, Option, Population, Question, Rule

A_BATCH = 500
"""Rows written at once: SQLite takes so many values in one statement."""
A_DAY = date(2020, 1, 1)
SYLLABLES = [consonant + vowel for consonant in "bdflmrtv" for vowel in "aeiou"]
ENDINGS = ("mab", "tinib", "ciclib", "taxel", "platin", "zole", "parib")


def drug_name(number: int) -> str:
    """A name that sounds like a drug's, another one for each number."""
    said = ""
    rest = number
    while rest or len(said) < 4:
        rest, syllable = divmod(rest, len(SYLLABLES))
        said += SYLLABLES[syllable]
    return f"x{said}{ENDINGS[number % len(ENDINGS)]}"


HARD_TO_READ = "Comprehensive administrative documentation necessitates considerable organisational responsibility."
"""So that the list of texts that are hard to read has rows, few or many."""


class Filling:
    """One call of `fill`. The first row of each kind is its busiest one: it has `on_one` parts of each kind."""

    def __init__(self, drugs: int, funding: int, others: int, on_one: int):
        self.drugs, self.funding, self.others, self.on_one = drugs, funding, others, min(on_one, others)
        self.start = Drug.objects.filter(slug__startswith="many-").count()
        self.mark = f"many-{self.start}"

    def slugs(self, count: int) -> list[str]:
        return [f"{self.mark}-{n}" for n in range(count)]

    def save(self, model, rows) -> list:
        return model.objects.bulk_create(rows, batch_size=A_BATCH)

    def link(self, field, pairs) -> None:
        """Rows of a many-to-many field: (the row, one that it names)."""
        here, there = field.field.m2m_field_name(), field.field.m2m_reverse_field_name()
        links = [field.through(**{f"{here}_id": row.pk, f"{there}_id": other.pk}) for row, other in pairs]
        field.through.objects.bulk_create(links, batch_size=A_BATCH, ignore_conflicts=True)

    def cited(self, model, rows) -> list:
        """Saves the rows, each with a source; the first with many."""
        rows = self.save(model, rows)
        self.link(model.references, zip(rows, cycle(self.references), strict=False))
        self.link(model.references, [(rows[0], reference) for reference in self.references[: self.on_one]])
        return rows

    def busy(self, rows: list, count: int | None = None) -> list:
        """Whose part each of the parts is: the first `on_one` belong to the first row, the others to one each."""
        owners = [rows[0]] * self.on_one + rows[1:]
        return owners if count is None else owners[:count]

    def everything(self) -> None:
        self.references = self.save(
            Reference,
            [
                Reference(
                    slug=slug,
                    title=f"Made-up source {n}",
                    organisation=f"Made-up publisher {n % 50}",
                    url=f"https://example.org/{n}",
                    published="2024-05",
                    accessed=A_DAY + timedelta(days=n % 2000),
                )
                for n, slug in enumerate(self.slugs(self.others))
            ],
        )
        self.about_people()
        self.about_drugs()
        self.who_pays()
        self.plans()
        self.cited(
            Term,
            [
                Term(slug=slug, name_en=f"Made-up term {self.start}-{n}", category="care", definition_en="A made-up word.")
                for n, slug in enumerate(self.slugs(self.others))
            ],
        )
        today = timezone.localdate()
        said = {"step": "made-up", "track": "made-up", "language": "en", "release": 1, "received": today, "due": today}
        kinds = cycle(Feedback.Kind.values)
        self.save(Feedback, [Feedback(kind=next(kinds), text=f"Made-up message {n}", **said) for n in range(self.others)])

    def about_people(self) -> None:
        """Questions, populations and exclusions."""
        last = Question.objects.order_by("-number").values_list("number", flat=True).first() or 0
        questions = self.cited(
            Question,
            [
                Question(
                    slug=slug,
                    number=last + n + 1,
                    text_en=f"Made-up question {n}?",
                    short_en=f"Made-up {n}",
                    clause_en="it is {}",
                    explanation_en="Made up.",
                )
                for n, slug in enumerate(self.slugs(self.others))
            ],
        )
        owners = [*self.busy(questions), *questions[1:]]
        options = self.save(
            Option,
            [
                Option(question=owner, slug=f"o{n}", number=n, label_en=f"Option {n}", phrase_en=f"option {n}")
                for n, owner in enumerate(owners)
            ],
        )
        self.link(Option.covers, [(options[0], option) for option in options[1 : self.on_one]])
        self.populations = self.save(
            Population, [Population(slug=slug, name_en=f"Made-up population {slug}") for slug in self.slugs(self.others)]
        )
        owners = self.busy(self.populations)
        rules = self.save(Rule, [Rule(population=owner, number=n + 1) for n, owner in enumerate(owners)])
        self.link(Rule.options, [(rule, option) for rule in rules for option in options[:2]])
        exclusions = [
            Exclusion(slug=slug, message_en="Made up: they exclude each other.") for slug in self.slugs(self.others)
        ]
        exclusions = self.cited(Exclusion, exclusions)
        self.link(Exclusion.options, [(exclusions[0], option) for option in options[: self.on_one]])

    def about_drugs(self) -> None:
        """Drugs with a regimen, a use and a decision each."""
        routes = self.save(Route, [Route(slug=slug, name_en=f"Made-up route {slug}") for slug in self.slugs(3)])
        groups = cycle(TherapyGroup.values)
        classes = self.cited(
            DrugClass,
            [
                DrugClass(slug=slug, name_en=f"Made-up class {slug}", therapy_group=next(groups), how_it_works_en="Made up.")
                for slug in self.slugs(self.others)
            ],
        )
        # The first class has as many drugs as the first of the others has parts.
        owners = [*[classes[0]] * self.on_one, *classes[1:]]
        names = [drug_name(self.start + n) for n in range(self.drugs)]
        self.made = self.cited(
            Drug,
            [
                Drug(slug=slug, name_en=name, brands=name.title(), summary_en="A made-up drug.", drug_class=owner)
                for slug, name, owner in zip(self.slugs(self.drugs), names, cycle(owners), strict=False)
            ],
        )
        self.link(Drug.routes, zip(self.made, cycle(routes), strict=False))
        leads = self.busy(self.made)
        self.regimens = self.save(
            Regimen,
            [
                Regimen(slug=slug, name_en=f"{lead.name_en} {n}", lead=lead)
                for n, (slug, lead) in enumerate(zip(self.slugs(len(leads)), leads, strict=True))
            ],
        )
        self.link(Regimen.companions, [(self.regimens[0], drug) for drug in self.made[1 : self.on_one + 1]])
        used = self.busy(self.regimens)
        settings, approvals, populations = cycle(Setting.values), cycle(Approval.values), cycle(self.populations)
        indications = self.cited(
            Indication,
            [
                Indication(
                    slug=slug,
                    regimen=regimen,
                    population=next(populations),
                    setting=next(settings),
                    approval=next(approvals),
                )
                for slug, regimen in zip(self.slugs(len(used)), used, strict=True)
            ],
        )
        decisions = cycle([(body, outcome) for body in Body for outcome in OUTCOMES[body]])
        milestones = []
        for n, (slug, drug) in enumerate(zip(self.slugs(len(leads)), leads, strict=True)):
            body, outcome = next(decisions)
            day = (A_DAY + timedelta(days=n % 2000)).isoformat()
            made_up = {"about_en": "Made-up use", "date": day, "reference": self.references[n % self.others]}
            milestones.append(Milestone(slug=slug, drug=drug, body=body, outcome=outcome, **made_up))
        milestones = self.save(Milestone, milestones)
        self.link(Milestone.indications, [(milestones[0], indication) for indication in indications[: self.on_one]])

    def who_pays(self) -> None:
        """Funding: for each drug a current row a place, then what those replaced. And programmes."""
        places = list(Jurisdiction.objects.all()) or self.save(
            Jurisdiction,
            [Jurisdiction(code=f"m{n}", number=n, name_en=f"Place {n}", map_column=n, map_row=1) for n in range(1, 9)],
        )
        several = min(self.on_one, self.funding)
        owners = [self.made[0]] * several + [self.made[n % len(self.made)] for n in range(self.funding - several)]
        statuses, seen, rows = cycle(FundingStatus.values), set(), []
        for n, (slug, drug) in enumerate(zip(self.slugs(self.funding), owners, strict=True)):
            place = places[(n // len(self.made)) % len(places)] if n >= several else places[n % len(places)]
            row = Funding(slug=slug, drug=drug, jurisdiction=place, status=next(statuses), programme_en="Made-up program")
            row.reference = self.references[n % self.others]
            row.checked = A_DAY + timedelta(days=n % 2400)
            row.effective = row.checked.isoformat()
            row.history = (drug.pk, place.pk) in seen
            seen.add((drug.pk, place.pk))
            rows.append(row)
        self.save(Funding, rows)
        programmes = self.cited(
            Programme,
            [
                Programme(slug=slug, kind="other", name_en=f"Made-up program {slug}", what_en="Made up.")
                for slug in self.slugs(self.others)
            ],
        )
        self.link(Programme.drugs, [(programmes[0], drug) for drug in self.made[: self.on_one]])

    def plans(self) -> None:
        last = Track.objects.order_by("-number").values_list("number", flat=True).first() or 0
        tracks = self.cited(
            Track,
            [
                Track(
                    slug=slug, number=last + n + 1, name_en=f"Made-up track {n}", intro_en="Made up.", population=population
                )
                for n, (slug, population) in enumerate(zip(self.slugs(self.others), self.populations, strict=True))
            ],
        )
        steps = self.save(
            Step,
            [
                Step(slug=slug, title_en=f"Step {n}.", summary_en=HARD_TO_READ)
                for n, slug in enumerate(self.slugs(self.others))
            ],
        )
        places = enumerate(steps[: self.on_one])
        self.save(TrackStep, [TrackStep(track=tracks[0], step=step, number=n + 1) for n, step in places])
        sections = self.save(
            Section, [Section(slug=slug, name_en=f"Made-up section {slug}") for slug in self.slugs(self.others)]
        )
        of_all = cycle(sections), cycle(self.populations)
        owners = self.busy(steps)
        blocks = []
        for n, (slug, step) in enumerate(zip(self.slugs(len(owners)), owners, strict=True)):
            made_up = {"title_en": f"Block {n}.", "body_en": HARD_TO_READ}
            blocks.append(
                Block(slug=slug, step=step, number=n + 1, section=next(of_all[0]), population=next(of_all[1]), **made_up)
            )
        blocks = self.cited(Block, blocks)
        ways = [DecisionOption(block=blocks[0], number=n + 1, name_en=f"Way {n}.") for n in range(self.on_one)]
        self.save(DecisionOption, ways)


@transaction.atomic
def fill(drugs: int, funding: int, *, others: int, on_one: int) -> str:
    """Adds so many drugs and rows of funding, `others` rows of each other kind, and all that belongs to them.

    The first row of each kind has up to `on_one` parts of each kind. Writes no history. Returns what the slugs of these
    rows begin with; those of the busiest rows end in "-0".
    """
    filling = Filling(drugs, funding, others, on_one)
    filling.everything()
    return filling.mark
