"""For staff: a saved row as readers would meet it, in a plan chosen so that the row is in it, beside what is public now.

The answers stand in the address, because they are staff's own examples and nobody's.
"""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import releases
from evidence.releases import Active
from glossary.content import Reader, terms_by_slug
from glossary.views import term_page
from medsearch.content import formulary
from medsearch.drug_page import drug_page
from personalization.models import Option
from personalization.ruleset import NotAPlainOption

from .changes import changes
from .content import content, lexicon, naming
from .drafts import draft, public
from .example_form import ExampleForm, plan_of
from .forms import PROVINCE
from .plan import Plan
from .preview import Example, Found, Sought, beginning, example, found, sought
from .preview_reasons import drugs_of, why_not

IN_FULL_AT_MOST = 3
"""Blocks that are written out above the plan; all of them are marked in it."""


@dataclass(frozen=True)
class Side:
    """A plan, and where in it the row is seen."""

    key: str
    title: str
    plan: Plan | None
    reader: Reader | None
    found: tuple[Found, ...]
    term: str
    """Slug of the term to mark in texts, or empty."""

    @property
    def blocks(self) -> frozenset[str]:
        return frozenset(place.block for place in self.found if place.kind == "block")

    @property
    def cards(self) -> frozenset[str]:
        """ "block/regimen"."""
        return frozenset(f"{place.block}/{place.card}" for place in self.found if place.card)

    @property
    def steps(self) -> frozenset[int]:
        return frozenset(place.step for place in self.found if place.kind == "step")

    @property
    def in_full(self) -> list[tuple]:
        """(step, block) to be written out, each block once."""
        wanted = {(place.step, place.block) for place in self.found if place.block}
        listed = {}
        for step in self.plan.steps if self.plan else ():
            for block in step.blocks:
                if (step.number, block.slug) in wanted:
                    listed.setdefault((step.number, block.slug), []).append(block)
        return [(number, blocks) for (number, _slug), blocks in listed.items()][:IN_FULL_AT_MOST]


@cache
def kinds() -> dict[str, str]:
    """ "app.model" → the kind of row as a release names it, for all rows that this page can be asked about."""
    return {name.lower(): kind for (_section, kind), name in releases.model_names().items()}


def kind_of(model) -> str:
    """The kind of row that a release has of this model; empty if none."""
    return "options" if model is Option else kinds().get(model._meta.label_lower, "")


def _key(row) -> str:
    if isinstance(row, Option):
        return f"{row.question.slug}/{row.slug}"
    return row.code if hasattr(row, "code") else row.slug


@require_safe
def preview(request, app, model, pk):
    """GET: nothing, or other answers than those of the example, as names of questions and options."""
    try:
        table = apps.get_model(app, model)
    except LookupError as error:
        raise Http404 from error
    kind = kind_of(table)
    if not kind:
        raise Http404
    if not request.user.has_perm(f"{app}.view_{model}"):
        raise PermissionDenied
    row = get_object_or_404(table, pk=pk)
    key = _key(row)
    saved, now_public = draft(), public()
    context = {
        **admin.site.each_context(request),
        "title": _("In a plan: %(row)s") % {"row": row},
        "row": row,
        "opts": table._meta,
        "has_page": admin.site.is_registered(table),
        "kind": kind,
    }
    try:
        made_of = content(saved)
    except (NotAPlainOption, KeyError):
        return render(request, "admin/pathway/preview.html", {**context, "unreadable": True})
    of = sought(made_of, kind, key, naming(saved))
    shown = _example(saved, kind, key, of)
    chosen = _as_data(shown or Example(beginning(made_of, kind, key), ""))
    form = ExampleForm(request.GET or chosen or None, content=made_of)
    context |= {
        "form": form,
        "example": shown,
        "changed": bool(request.GET) and {name: value for name, value in request.GET.items() if value} != chosen.dict(),
        "drugs": [made_of.formulary.drugs[drug] for drug in drugs_of(made_of, kind, key)],
        "term": key if kind == "terms" else "",
        "options": list(row.options.all()) if kind == "questions" else (),
    }
    if shown is None:
        context["why_not"] = why_not(made_of, kind, key)
    if form.is_valid():
        context["sides"] = sides = [
            _side("public", _("Public now"), now_public, form, kind, key),
            _side("saved", _("Saved"), saved, form, kind, key),
        ]
        then, now = (side.plan for side in sides)
        context |= {"then": then, "now": now, "changes": changes(then, now) if then and now else ()}
    return render(request, "admin/pathway/preview.html", context)


def _example(saved: Active, kind: str, key: str, of: Sought) -> Example | None:
    """Looked for once while nothing is saved: the answers may be changed many times."""
    remembered = saved.derived(_examples)
    if (kind, key) not in remembered:
        remembered[kind, key] = example(content(saved), of, on=timezone.localdate())
    return remembered[kind, key]


def _examples(release: Active) -> dict[tuple[str, str], Example | None]:
    return {}


def _as_data(shown: Example) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(shown.answers)
    if shown.place:
        data[PROVINCE] = shown.place
    return data


def _side(name: str, title: str, release: Active | None, form: ExampleForm, kind: str, key: str) -> Side:
    if release is None:
        return Side(name, title, None, None, (), "")
    plan = plan_of(release, form)
    of = sought(content(release), kind, key, naming(release))
    return Side(
        key=name,
        title=title,
        plan=plan,
        reader=Reader(release, get_language(), lexicon(release, get_language())),
        found=found(plan, of) if plan else (),
        term=key if kind == "terms" else "",
    )


@require_safe
def drug(request, slug):
    """The drug's page as it is saved."""
    if not request.user.has_perm("medsearch.view_drug"):
        raise PermissionDenied
    saved = draft()
    if slug not in formulary(saved).drugs:
        raise Http404
    page = drug_page(saved, slug, on=timezone.localdate(), check_days=settings.FUNDING_CHECK_DAYS)
    there = public()
    context = {
        "page": page,
        "reader": Reader(saved, get_language()),
        "public_address": reverse("medsearch:drug", args=[slug]) if there and slug in formulary(there).drugs else "",
    }
    return render(request, "admin/pathway/draft_drug.html", context)


@require_safe
def term(request, slug):
    """The word's page in the glossary as it is saved."""
    if not request.user.has_perm("glossary.view_term"):
        raise PermissionDenied
    saved = draft()
    if slug not in terms_by_slug(saved):
        raise Http404
    there = public()
    context = {
        **term_page(saved, slug),
        "public_address": reverse("glossary:term", args=[slug]) if there and slug in terms_by_slug(there) else "",
    }
    return render(request, "admin/pathway/draft_term.html", context)
