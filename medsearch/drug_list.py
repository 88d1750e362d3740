"""The list of drugs as it was asked for: what was typed, what was chosen, and what every further choice would leave."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from evidence import releases
from evidence.templatetags.words import words
from evidence.text import Text

from .content import formulary, population_names
from .filters import OF_USE, Filters
from .formulary import Formulary, FundingNow, Tally
from .frozen import LINES, Drug, DrugClass, Indication, Jurisdiction, Route
from .lines import LINE_NAMES
from .models import Setting, TherapyGroup
from .search import LONGEST_QUERY, Entry, Found, Hit, Index, Suggestion, Tier, folded, numbers_in
from .templatetags.funding import setting_name, therapy_group_name

DRUGS_ON_A_PAGE = 100
HERE_IN_A_ROW = 2
FUNDED = "yes"
"""Value of `funded` that keeps only what the chosen place is last known to pay for."""


@dataclass(frozen=True)
class Option:
    label: str
    drugs: int
    chosen: bool
    address: str
    """Where choosing it leads; for a chosen one, giving it up. Empty if it would leave no drug."""


@dataclass(frozen=True)
class Filter:
    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Choice:
    """Something chosen, and what the list would be without it."""

    title: str
    label: str
    address: str
    drugs: int


@dataclass(frozen=True)
class UsedFor:
    """Settings, each with its lines, for the same people. `who`: to be read after "if"; empty if subtype does not matter."""

    settings: tuple[tuple[str, tuple[str, ...]], ...]
    who: Text


@dataclass(frozen=True)
class Near:
    """A drug to try instead. `name`: one of its names; `generic`: the generic one, if that is another."""

    name: str
    drug: str
    generic: Text


@dataclass(frozen=True)
class Row:
    drug: Drug
    kind: DrugClass
    routes: tuple[Route, ...]
    used_for: tuple[UsedFor, ...]
    found_as: str
    """The name that fits what was typed, if the row would not show it."""
    by_kind: bool
    by_use: bool
    here: tuple[FundingNow, ...]
    """What is known of the chosen place paying, newest first; empty if none is chosen."""
    tally: Tally

    @property
    def more_here(self) -> int:
        """How many decisions of the place the row has no room for."""
        return max(len(self.here) - HERE_IN_A_ROW, 0)


class Searchable:
    """A release's drugs, numbered by name, as search and filters need them. Made once for a release."""

    def __init__(self, release: releases.Active):
        self.formulary: Formulary = formulary(release)
        section = release.sections["personalization"]
        populations = population_names(release)
        drugs = sorted(self.formulary.drugs.values(), key=lambda drug: (folded(drug.name.en), drug.slug))
        self.filters = Filters(self.formulary, section, [drug.slug for drug in drugs])
        kinds: dict[str, list[str]] = defaultdict(list)
        uses: dict[str, list[str]] = defaultdict(list)
        for language, _name in settings.LANGUAGES:
            with override(language):
                for drug in drugs:
                    kind = self.formulary.classes[drug.drug_class]
                    kinds[drug.slug] += [kind.name.words_for(language), therapy_group_name(kind.therapy_group)]
                    for use in self.filters.current_uses(drug.slug):
                        told = (
                            populations[use.population].words_for(language),
                            setting_name(use.setting),
                            *(LINE_NAMES[line] for line in use.lines),
                            use.condition.words_for(language),
                        )
                        uses[drug.slug].append(" ".join(map(str, told)))
        self.index = Index(
            [
                Entry(drug=drug.slug, names=drug.names, kinds=tuple(map(str, kinds[drug.slug])), uses=tuple(uses[drug.slug]))
                for drug in drugs
            ]
        )

    def used_for(self, drug: str) -> tuple[UsedFor, ...]:
        """The drug's current uses in short, those for the same subtypes together, those for any subtype first."""
        populations: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
        for use in self.filters.current_uses(drug):
            populations[use.setting, use.lines].add(use.population)
        together: dict[Text, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for (setting, lines), of in populations.items():
            together[self.filters.for_whom(frozenset(of))][setting].update(lines)
        return tuple(
            UsedFor(
                settings=tuple(
                    (setting, tuple(line for line in LINES if line in together[who][setting]))
                    for setting in Setting.values
                    if setting in together[who]
                ),
                who=who,
            )
            for who in sorted(together, key=bool)
        )


def searchable(release: releases.Active) -> Searchable:
    return release.derived(Searchable)


class DrugList:
    """One page of the list. `asked`: the parameters of the address; what is no choice is told (`ignored`) and left out."""

    def __init__(self, release: releases.Active, asked: Mapping[str, str], *, on: date, check_days: int):
        self._all = searchable(release)
        self._on, self._check_days = on, check_days
        self.ignored: list[str] = []
        self.query = self._understood_query(asked.get("q", ""))
        self._values = self._offered()
        self._kept = {"q": self.query} if self.query else {}
        self.chosen: dict[str, str] = {}
        for name, values in self._values.items():
            if name == "paid":
                continue
            if value := self._understood(asked.get(name, ""), values, self._titles[name]):
                self.chosen[name] = self._kept[name] = value
        place = self._understood(asked.get("place", ""), self._values["paid"], _("Where you live"))
        self.place: Jurisdiction | None = self._all.formulary.jurisdictions.get(place)
        if place:
            self._kept["place"] = place
        if self._understood(asked.get("funded", ""), {FUNDED: ""}, self._titles["paid"]):
            if place:
                self.chosen["paid"] = place
                self._kept["funded"] = FUNDED
            elif "place" not in asked:
                self.ignored.append(_("To see who pays, please choose where you live first."))
        self._page_asked = asked.get("page", "1")

    def _understood_query(self, typed: str) -> str:
        typed = " ".join(typed.replace("\0", " ").split())
        if len(typed) > LONGEST_QUERY:
            self.ignored.append(
                _("Your search was longer than %(most)s characters; we used the beginning of it.") % {"most": LONGEST_QUERY}
            )
        return typed[:LONGEST_QUERY].strip()

    def _understood(self, value: str, offered: Mapping[str, str], title: str) -> str:
        if value and value not in offered:
            shown = value if len(value) <= 40 else f"{value[:40]}…"
            self.ignored.append(
                _("“%(value)s” is not one of the choices under “%(title)s”, so we left it out.")
                % {"value": shown, "title": title}
            )
            return ""
        return value

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {
            "subtype": _("Subtype"),
            "setting": _("When"),
            "line": _("Line of treatment (metastatic)"),
            "paid": _("Last known to be paid for in"),
            "route": _("How it is given"),
            "group": _("Kind of treatment"),
        }

    def _offered(self) -> dict[str, dict[str, str]]:
        """Filter → option → label, in the order of the page."""
        found = self._all.formulary
        return {
            "subtype": {subtype.slug: words(subtype.name) for subtype in self._all.filters.subtypes},
            "setting": {value: str(setting_name(value)) for value in Setting.values},
            "line": {value: str(LINE_NAMES[value]) for value in LINES},
            "paid": {place.slug: words(place.name) for place in found.jurisdictions.values()},
            "route": {route.slug: words(route.name) for route in found.routes.values()},
            "group": {value: str(therapy_group_name(value)) for value in TherapyGroup.values},
        }

    @property
    def places(self) -> tuple[Jurisdiction, ...]:
        return tuple(self._all.formulary.jurisdictions.values())

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form sends along beside the fields that people see."""
        return [(name, value) for name, value in self._kept.items() if name not in ("q", "place")]

    def _address(self, **changed: str) -> str:
        """The list with some parameters changed; an empty value takes one away."""
        kept = {name: value for name, value in {**self._kept, **changed}.items() if value}
        return reverse("medsearch:drugs") + (f"?{urlencode(kept)}" if kept else "")

    def _with(self, name: str, value: str) -> str:
        if name == "paid":
            return self._address(place=value or self._kept["place"], funded=FUNDED if value else "")
        return self._address(**{name: value})

    @property
    def cleared(self) -> str:
        """The same search without filters."""
        return reverse("medsearch:drugs") + (f"?{urlencode({'q': self.query})}" if self.query else "")

    @property
    def without_query(self) -> str:
        return self._address(q="")

    @cached_property
    def _found(self) -> Found | None:
        """What was found by what was typed; None if nothing was typed."""
        return self._all.index.find(self.query) if self.query else None

    @property
    def as_if(self) -> str:
        return self._found.as_if if self._found else ""

    @cached_property
    def _among(self) -> int:
        return self._all.filters.everything if self._found is None else self._found.mask

    @cached_property
    def _shown(self) -> int:
        return self._all.filters.narrowed(self.chosen, self._among)

    @property
    def count(self) -> int:
        return self._shown.bit_count()

    @cached_property
    def filters(self) -> list[Filter]:
        counts = self._all.filters.counts(self.chosen, self._among)
        listed = []
        for name, values in self._values.items():
            options = []
            for value, label in values.items():
                chosen = self.chosen.get(name) == value
                drugs = counts[name].get(value, 0)
                address = self._with(name, "" if chosen else value) if drugs or chosen else ""
                options.append(Option(label=label, drugs=drugs, chosen=chosen, address=address))
            listed.append(Filter(name=name, title=self._titles[name], options=tuple(options)))
        return listed

    @cached_property
    def choices(self) -> list[Choice]:
        """What is chosen, with how many drugs there would be without it."""
        return [
            Choice(
                title=self._titles[name],
                label=self._values[name][value],
                address=self._with(name, ""),
                drugs=self._count({other: chosen for other, chosen in self.chosen.items() if other != name}, self._among),
            )
            for name, value in self.chosen.items()
        ]

    def _count(self, chosen: Mapping[str, str], among: int) -> int:
        return self._all.filters.narrowed(chosen, among).bit_count()

    @property
    def count_without_query(self) -> int:
        return self._count(self.chosen, self._all.filters.everything)

    @property
    def found_by_query(self) -> bool:
        """Whether what was typed finds anything, whatever else was chosen."""
        return bool(self._found and self._found.hits)

    @property
    def suggestions(self) -> list[Near]:
        """The nearest names, if nothing is listed: those that the filters keep out, else those that look like it."""
        if not self.query or self.count:
            return []
        if self._found and self._found.hits:
            found = (self._all.formulary.drugs[self._all.index.drugs[hit.number]] for hit in self._found.hits[:3])
            return [Near(name=words(drug.name), drug=drug.slug, generic=Text()) for drug in found]
        return [self._near(suggestion) for suggestion in self._all.index.suggestions(self.query)]

    def _near(self, suggestion: Suggestion) -> Near:
        generic = self._all.formulary.drugs[suggestion.drug].name
        is_generic = suggestion.name in (generic.en, generic.fr)
        return Near(name=suggestion.name, drug=suggestion.drug, generic=Text() if is_generic else generic)

    @cached_property
    def page(self) -> Page:
        """Hits of this page: the best first, or without a query by therapy group and name."""
        if self._found is not None:
            hits = [hit for hit in self._found.hits if self._shown >> hit.number & 1]
        else:
            order = {group: place for place, group in enumerate(TherapyGroup.values)}
            hits = [Hit(number=number, tier=Tier.EXACT) for number in numbers_in(self._shown)]
            hits.sort(key=lambda hit: order[self._group_of(hit)])
        return Paginator(hits, DRUGS_ON_A_PAGE).get_page(self._page_asked)

    @property
    def page_before(self) -> str:
        return self._address(page=str(self.page.previous_page_number())) if self.page.has_previous() else ""

    @property
    def page_after(self) -> str:
        return self._address(page=str(self.page.next_page_number())) if self.page.has_next() else ""

    def _group_of(self, hit: Hit) -> str:
        drug = self._all.formulary.drugs[self._all.index.drugs[hit.number]]
        return self._all.formulary.classes[drug.drug_class].therapy_group

    @property
    def sections(self) -> Iterable[tuple[str, list[Row]]]:
        """Therapy group and its rows; one section without a group if something was typed."""
        rows: dict[str, list[Row]] = {}
        for hit in self.page:
            rows.setdefault("" if self.query else self._group_of(hit), []).append(self._row(hit))
        return rows.items()

    def _row(self, hit: Hit) -> Row:
        found = self._all.formulary
        drug = found.drugs[self._all.index.drugs[hit.number]]
        uses = self._all.filters.uses(drug.slug, self.chosen)
        return Row(
            drug=drug,
            kind=found.classes[drug.drug_class],
            routes=tuple(found.routes[route] for route in drug.routes),
            used_for=self._all.used_for(drug.slug),
            found_as="" if hit.name in (drug.name.en, drug.name.fr, *drug.brands) else hit.name,
            by_kind=hit.tier is Tier.KIND,
            by_use=hit.tier is Tier.USE,
            here=self._known_here(drug.slug, uses),
            tally=found.tally(
                drug.slug, tuple(use.slug for use in self._wanted(drug.slug)), on=self._on, check_days=self._check_days
            ),
        )

    def _wanted(self, drug: str) -> list[Indication]:
        """The uses that fit what is chosen, whoever pays."""
        return self._all.filters.uses(drug, {name: value for name, value in self.chosen.items() if name != "paid"})

    def _known_here(self, drug: str, uses: list[Indication]) -> tuple[FundingNow, ...]:
        if self.place is None:
            return ()
        told = [
            now
            for use in uses or [None]
            for now in self._all.formulary.funding_in(
                drug, self.place.slug, (use.slug,) if use else (), on=self._on, check_days=self._check_days
            )
        ]
        # Several uses decided about together read the same: said once.
        different = {(now.row.status, now.row.effective, now.row.checked): now for now in told if now.row}
        return tuple(sorted(different.values(), key=lambda now: now.row.effective, reverse=True)) or tuple(told[:1])


def asked_by(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of an address that the list knows, one value each (the last, as Django reads them)."""
    known = (*OF_USE, "q", "route", "group", "place", "funded", "page")
    return {name: parameters[name] for name in known if name != "paid" and name in parameters}
