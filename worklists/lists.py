"""The work lists: which rows stand in each on a day, who may do something about them, and whose they are.

A list is read from the tables as staff have saved them, public or not. Nothing is kept of it but who looks after a row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.translator import translator

from evidence import signing
from evidence.models import Reference, ReviewState
from feedback.models import Feedback
from glossary.models import Term
from medsearch.models import Funding, Programme
from pathway.models import DecisionOption, Step
from personalization.models import Option

from . import grades
from .models import Link, Owner, Which

SOON = timedelta(days=30)
"""So long before the day, a review is listed."""
NO_DAY = Value(None, output_field=DateField(null=True))


@dataclass(frozen=True)
class Source:
    """The rows of one table that stand in a list."""

    rows: QuerySet
    """Each with `day` (a date or None), and `late` (whether that day has passed)."""
    acts: tuple[str, ...]
    """Permissions, one of which is needed to do something about these rows."""
    beside: Callable[[Any], str] = str
    """What the page says of a row besides its name."""
    name: Callable[[Any], str] = str
    page_of: Callable[[Any], Model] = lambda row: row
    """The row whose page in admin it is changed on."""

    @property
    def model(self) -> type[Model]:
        return self.rows.model

    @property
    def table(self) -> str:
        return self.model._meta.label_lower

    def may_see(self, user) -> bool:
        return user.has_perm(_permission("view", self.model))

    def may_act(self, user) -> bool:
        return self.may_see(user) and any(user.has_perm(permission) for permission in self.acts)


@dataclass
class WorkList:
    which: Which
    about: str
    """What to do about its rows, in a sentence."""
    dated: str
    """What the day of a row is; empty if its rows have none."""
    make: Callable[[], Sequence[Source]]
    has_late: bool = False
    """Whether some of its rows are overdue and others not yet."""
    actions: tuple[str, ...] = ()
    """What can be done about several rows at once, besides giving them to somebody."""

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Made when first asked for: to know what is hard to read takes reading it."""
        return tuple(self.make())

    def seen_by(self, user) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.may_see(user))


@dataclass
class Counted:
    """A list as the front page tells it to somebody."""

    worklist: WorkList
    count: int = 0
    late: int = 0
    mine: int = 0
    oldest: date | None = None
    never: bool = False
    """Some of its rows should have a day, and have none yet."""


def _permission(action: str, model: type[Model]) -> str:
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def _dated(rows: QuerySet, day=NO_DAY, late: Q | None = None) -> QuerySet:
    passed = [When(late, then=Value(True))] if late else []
    return rows.annotate(day=day, late=Case(*passed, default=Value(False), output_field=BooleanField()))


def _editors(model: type[Model]) -> tuple[str, ...]:
    return (_permission("change", model),)


def _reviewers(model: type[Model]) -> tuple[str, ...]:
    return (*_editors(model), _permission("sign_off", model))


def worklists(on: date) -> dict[str, WorkList]:
    """Every list as of that day, by its slug, in order. Asks the database nothing yet."""
    made = (
        _feedback(on), _review_due(on), _funding(on), _links(), _unsigned(), _reading(), _french(),
    )  # fmt: skip
    return {worklist.which.value: worklist for worklist in made}


def _feedback(on: date) -> WorkList:
    rows = _dated(Feedback.objects.open(), F("due"), Q(due__lt=on))
    source = Source(rows, _editors(Feedback), beside=lambda row: row.text[:120])
    about = gettext_lazy("What readers found unclear, wrong or missing. They were told by when somebody reads it.")
    return WorkList(Which.FEEDBACK, about, gettext_lazy("Due"), lambda: [source], has_late=True, actions=("read",))


def _review_due(on: date) -> WorkList:
    sources = [
        Source(
            _dated(
                model.objects.filter(review_state=ReviewState.SIGNED_OFF, review_due__lte=on + SOON),
                F("review_due"),
                Q(review_due__lt=on),
            ),
            _reviewers(model),
            beside=lambda row: _("signed off by %(by)s") % {"by": f"{row.signed_off_by}, {row.signed_off_role}"},
        )
        for model in signing.kinds()
    ]
    about = gettext_lazy("Signed off, and to be looked at again within 30 days. Once the day is past, readers are told.")
    return WorkList(Which.REVIEW_DUE, about, gettext_lazy("Due"), lambda: sources, has_late=True, actions=("sign-off",))


def _funding(on: date) -> WorkList:
    due = Funding.objects.due(on=on, check_days=settings.FUNDING_CHECK_DAYS)
    rows = _dated(
        due.select_related("drug", "jurisdiction", "indication__regimen", "indication__population", "reference"),
        F("checked"),
    )

    def beside(row):
        return " – ".join(filter(None, (row.get_status_display(), row.indication and str(row.indication))))

    source = Source(rows, _editors(Funding), beside, name=lambda row: f"{row.drug} – {row.jurisdiction}")
    about = gettext_lazy("Never confirmed at the source, or too long ago. Until then readers are told “last known”.")
    return WorkList(Which.FUNDING, about, gettext_lazy("Last checked"), lambda: [source], actions=("confirm",))


def _links() -> WorkList:
    failing = Link.objects.failing()
    since = Subquery(failing.filter(url=OuterRef("url")).values("first_failed")[:1])
    problem = Subquery(failing.filter(url=OuterRef("url")).values("problem")[:1])
    sources = tuple(
        Source(
            _dated(model.objects.filter(url__in=failing.values("url")).annotate(problem=problem), since),
            _editors(model),
            beside=lambda row: f"{row.problem} – {row.url}",
        )
        for model in (Reference, Programme)
    )
    about = gettext_lazy("Did not open on two days or more. Find where the page went, or say in the row that it is gone.")
    return WorkList(Which.LINKS, about, gettext_lazy("Failing since"), lambda: sources, actions=("check",))


def _unsigned() -> WorkList:
    sources = tuple(
        Source(
            _dated(model.objects.exclude(review_state=ReviewState.SIGNED_OFF), F("signed_off_on")),
            _reviewers(model),
            beside=lambda row: row.get_review_state_display(),
        )
        for model in signing.kinds()
    )
    about = gettext_lazy("Readers are told that no clinician has signed these off. Only reviewers can.")
    return WorkList(Which.UNSIGNED, about, gettext_lazy("Last signed off"), lambda: sources, actions=("sign-off",))


def _reading() -> WorkList:
    # Only when the list is asked for, and then once for both tables.
    hard = cache(grades.too_hard)

    def of(model) -> Source:
        found = hard()[model]
        rows = _dated(model.objects.filter(pk__in=list(found)))
        return Source(rows, _editors(model), lambda row: _("grade %(grade)s") % {"grade": f"{found[row.pk]:.1f}"})

    about = gettext_lazy("Steps over grade 8 and definitions over grade 7, in English. Shorter sentences, common words.")
    return WorkList(Which.READING, about, "", lambda: [of(Step), of(Term)])


def _french() -> WorkList:
    pages = {Option: lambda row: row.question, DecisionOption: lambda row: row.block}
    sources = []
    for model in sorted(translator.get_registered_models(), key=lambda model: model._meta.label):
        if model._meta.proxy or model._meta.abstract:
            continue
        missing = Q()
        for name in translator.get_options_for_model(model).get_field_names():
            french = Q(**{f"{name}_fr__isnull": True}) | Q(**{f"{name}_fr": ""})
            missing |= french & Q(**{f"{name}_en__gt": ""})
        rows = model.objects.filter(missing)
        if model in pages:
            rows = rows.select_related("question" if model is Option else "block")
        sources.append(
            Source(_dated(rows), _editors(model), beside=lambda row: "", page_of=pages.get(model, lambda row: row))
        )
    about = gettext_lazy("Something is said in English only. French pages show the English words, marked as such.")
    return WorkList(Which.FRENCH, about, "", lambda: sources)


def owned(which: Which, source: Source, **by) -> Exists:
    """Whether a row of the source has an owner in this list."""
    return Exists(Owner.objects.filter(worklist=which, table=source.table, key=OuterRef("pk"), **by))


def counted(worklist: WorkList, user) -> Counted | None:
    """What the list has for this person, one query a table. None if it has nothing that they may see."""
    sources = worklist.seen_by(user)
    if not sources:
        return None
    found = Counted(worklist)
    for source in sources:
        rows = source.rows.order_by().annotate(mine=owned(worklist.which, source, owner=user.pk))
        told = rows.aggregate(
            count=Count("pk"),
            past=Count("pk", filter=Q(late=True)),
            own=Count("pk", filter=Q(mine=True)),
            first=Min("day"),
            undated=Count("pk", filter=Q(day=None)),
        )
        found.count += told["count"]
        found.late += told["past"]
        found.mine += told["own"]
        found.never = found.never or bool(worklist.dated and told["undated"])
        found.oldest = min(filter(None, (found.oldest, told["first"])), default=None)
    return found


@dataclass(frozen=True)
class Chosen:
    """Which rows of a list are asked for."""

    whose: str = ""
    """mine, nobody, or empty for everybody's."""
    late: bool = False
    table: str = ""


Place = tuple[str, int, date | None]
"""Table, id, day."""


def places(worklist: WorkList, user, chosen: Chosen) -> list[Place]:
    """Where the rows stand: the oldest day first, what has none before that. One query a table."""
    found: list[Place] = []
    for source in worklist.seen_by(user):
        if chosen.table and source.table != chosen.table:
            continue
        rows = source.rows.order_by()
        if chosen.late:
            rows = rows.filter(late=True)
        if chosen.whose == "mine":
            rows = rows.filter(owned(worklist.which, source, owner=user.pk))
        elif chosen.whose == "nobody":
            rows = rows.exclude(owned(worklist.which, source))
        found += [(source.table, pk, day) for pk, day in rows.values_list("pk", "day")]
    return sorted(found, key=lambda place: (place[2] or date.min, place[0], place[1]))


@dataclass
class Listed:
    """One row of a list as its page shows it."""

    source: Source
    row: Model
    may_act: bool
    owner: Any = None
    beside: str = field(default="")


def listed(worklist: WorkList, user, found: Iterable[Place]) -> list[Listed]:
    """The rows of these places, in their order: one query a table, and one for their owners."""
    found = list(found)
    by_table: dict[str, list[int]] = {}
    for table, pk, _day in found:
        by_table.setdefault(table, []).append(pk)
    sources = {source.table: source for source in worklist.seen_by(user) if source.table in by_table}
    rows = {(table, row.pk): row for table, source in sources.items() for row in source.rows.filter(pk__in=by_table[table])}
    of_rows = Q()
    for table, pks in by_table.items():
        of_rows |= Q(table=table, key__in=pks)
    owners = Owner.objects.filter(of_rows, worklist=worklist.which).select_related("owner") if by_table else ()
    owner_of = {(owner.table, owner.key): owner.owner for owner in owners}
    acts = {table: source.may_act(user) for table, source in sources.items()}
    return [
        Listed(sources[table], row, acts[table], owner_of.get((table, pk)), sources[table].beside(row))
        for table, pk, _day in found
        if (row := rows.get((table, pk))) is not None
    ]


def people(sources: Iterable[Source]) -> QuerySet:
    """The active staff who may do something about rows of all these tables."""
    found = get_user_model().objects.filter(is_active=True, is_staff=True)
    for source in sources:
        allowed = Q()
        for permission in source.acts:
            app, codename = permission.split(".")
            allowed |= Q(content_type__app_label=app, codename=codename)
        permissions = Permission.objects.filter(allowed)
        holders = Q(is_superuser=True) | Q(groups__permissions__in=permissions) | Q(user_permissions__in=permissions)
        found = found.filter(pk__in=get_user_model().objects.filter(holders).values("pk"))
    return found.order_by("username")


def give(worklist: WorkList, rows: Iterable[Listed], to) -> None:
    """Makes `to` the owner of these rows of the list; nobody, if it is None."""
    rows = list(rows)
    of_rows = Q(pk__in=[])
    for one in rows:
        of_rows |= Q(table=one.source.table, key=one.row.pk)
    if to is None:
        Owner.objects.filter(of_rows, worklist=worklist.which).delete()
        return
    Owner.objects.bulk_create(
        [Owner(worklist=worklist.which, table=one.source.table, key=one.row.pk, owner=to) for one in rows],
        update_conflicts=True,
        unique_fields=["worklist", "table", "key"],
        update_fields=["owner"],
    )
