"""For staff: the plan of an example as it is public and as it would be, or in any two releases, and what differs.

The answers stand in the address, because they are staff's own examples and nobody's. A code can be a reader's: it is posted.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evidence import holding, releases
from evidence.days import FIRST_DAY, LAST_DAY
from evidence.models import Release
from glossary.content import Reader
from personalization.ruleset import NotAPlainOption

from .changes import changes
from .content import content, lexicon, scheme
from .example_form import ExampleForm, plan_of
from .forms import code_problem
from .plan_code import CannotBeRead
from .printout import paper
from .reopening import OutOfReach, reopen
from .selection import everything, select

PUBLIC, SAVED = "public", "saved"


class TwoReleasesForm(ExampleForm):
    """Answers, the two releases whose plans are compared, and the day they are made for."""

    before = forms.ChoiceField(label=gettext_lazy("Compare"), required=False)
    after = forms.ChoiceField(label=gettext_lazy("with"), required=False)
    day = forms.DateField(
        label=gettext_lazy("As of (empty: today)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        # Those that codes can say, so that the whole plan can be written with its own.
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
    field_order = ["before", "after", "day"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        numbered = [(str(number), _("Release %(number)s") % {"number": number}) for number in _numbers()]
        self.fields["before"].choices = [("", _("what is public now")), *numbered]
        self.fields["after"].choices = [("", _("what is saved")), *numbered]


def _numbers():
    return Release.objects.order_by("-number").values_list("number", flat=True)


class _Unreadable(Exception):
    pass


def _releases(*wanted: tuple[str, str]) -> list[releases.Active | None]:
    """For each number its release; for an empty one what is PUBLIC or SAVED. None where there is none."""
    try:
        now = releases.unpublished() if any(not number for number, _ in wanted) else None
        found = []
        for number, else_ in wanted:
            past = holding.past_release(int(number)) if number.isdecimal() else None
            found.append((past and past.release) if number else now.public if else_ == PUBLIC else now.draft)
        for release in filter(None, found):
            content(release)
    except (NotAPlainOption, KeyError, releases.UnreadableRelease) as error:
        raise _Unreadable from error
    return found


def _asked(request, after: releases.Active) -> TwoReleasesForm:
    """Bound once an answer was given: before, only what is compared is known."""
    answered = any(question.slug in request.GET for question in content(after).questions)
    return TwoReleasesForm(request.GET if answered else None, content=content(after), initial=request.GET.dict())


@require_safe
def compare(request):
    """GET: the example's answers, as names of questions and options; `before` and `after`, numbers of releases; `day`."""
    context = _context(request, _("A plan before and after"))
    numbers = request.GET.get("before", ""), request.GET.get("after", "")
    try:
        before, after = _releases((numbers[0], PUBLIC), (numbers[1], SAVED))
    except _Unreadable:
        return render(request, "admin/pathway/compare.html", {**context, "unreadable": True})
    if after is None:
        return render(request, "admin/pathway/compare.html", {**context, "gone": _("There is no such release.")})
    form = context["form"] = _asked(request, after)
    if form.is_valid():
        day = form.cleaned_data["day"]
        then, now = before and plan_of(before, form, day), plan_of(after, form, day)
        context |= {"then": then, "now": now, "changes": changes(then, now) if then and now else ()}
        context["sides"] = [
            _side(request, PUBLIC, numbers[0], _("Public now"), then),
            _side(request, SAVED, numbers[1], _("Saved"), now),
        ]
    return render(request, "admin/pathway/compare.html", context)


def _side(request, key: str, number: str, title: str, plan) -> dict:
    address = request.GET.copy()
    address.pop("before", None)
    # Without a number the other page shows what is saved, so what is public now goes by its own.
    address["after"] = number or (str(plan.release) if plan and key == PUBLIC else "")
    title = _("Release %(number)s") % {"number": number} if number else title
    return {"key": key, "title": title, "plan": plan, "address": address.urlencode()}


@require_http_methods(["GET", "HEAD", "POST"])
def whole_plan(request):
    """All of a plan, word for word as on paper. GET: as `compare`, of release `after`. POST: by `code`."""
    context = _context(request, _("A plan, all of it"))
    if request.method == "POST":
        return _by_code(request, context)
    try:
        (release,) = _releases((request.GET.get("after", ""), SAVED))
    except _Unreadable:
        release = None
    form = _asked(request, release) if release else None
    if form is None or not form.is_valid():
        return HttpResponseRedirect(f"{reverse('admin:pathway_compare')}?{request.GET.urlencode()}")
    plan = plan_of(release, form, form.cleaned_data["day"])
    return _written(request, context, release, plan, Release.objects.filter(number=release.number).first())


def _by_code(request, context):
    try:
        reopened = reopen(request.POST.get("code", ""), holding.active())
    except (CannotBeRead, OutOfReach, releases.NoRelease) as error:
        problem = code_problem(error) if not isinstance(error, releases.NoRelease) else _("Nothing is public yet.")
        return _problem(request, context, problem, 422)
    plan = reopened.as_printed()
    if plan is None:
        return render(
            request, "admin/pathway/whole_plan.html", {**context, "problem": _("The database is away.")}, status=503
        )
    stored = Release.objects.filter(number=plan.release).first()
    return _written(request, context, reopened.past.release, plan, stored)


def _written(request, context, release: releases.Active, plan, stored: Release | None):
    if plan is None:
        return render(
            request, "admin/pathway/whole_plan.html", {**context, "problem": _("These answers get no plan from it.")}
        )
    reader = Reader(release, get_language(), lexicon(release, get_language()))
    code = scheme(release).code_of(plan) if stored else ""
    written = paper(select(plan, everything(plan)), reader, code)
    return render(request, "admin/pathway/whole_plan.html", {**context, "paper": written, "plan": plan, "stored": stored})


def _problem(request, context, problem: str, status: int):
    return render(request, "admin/pathway/whole_plan.html", {**context, "problem": problem}, status=status)


def _context(request, title: str) -> dict:
    if not request.user.has_perm("pathway.view_track"):
        raise PermissionDenied
    return {**admin.site.each_context(request), "title": title}
