"""Takes what readers say about a step. Like the plan, it is answered by the page itself, and the answers go nowhere."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from evidence import holding
from pathway.content import content as content_of
from pathway.forms import ProfileForm

from .forms import FeedbackForm, TooMuchToday

LARGEST_FORM = 32_768
"""Bytes. A thousand characters of any script, with every question's answer, are less than half of it."""


# No CSRF cookie: the public site sets none. What one protects against, acting in somebody's name, cannot happen here: there
# is no name. What another site could do, send a message through its visitors' browsers, is what the form keeps out anyway.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def send(request):
    if request.method != "POST":
        return render(request, "feedback/how.html")
    if len(request.body) > LARGEST_FORM:
        return render(request, "feedback/how.html", {"too_large": True}, status=413)
    release = holding.active()
    form = FeedbackForm(request.POST, content=content_of(release), today=holding.today(release))
    if not form.is_written and form.place:
        return _to_write(request, form)
    if not form.is_valid():
        return _again(request, form, 422)
    try:
        form.keep(language=get_language()[:2])
    except TooMuchToday:
        return _again(
            request,
            form,
            503,
            _("More messages came today than we can read. Yours was not kept. Please try again tomorrow."),
        )
    except DatabaseError:
        return _again(
            request, form, 503, _("We could not keep your message just now. Please send it again in a few minutes.")
        )
    due = form.today + timedelta(days=settings.FEEDBACK_DUE_DAYS)
    return _page(request, "feedback/thanks.html", form, {"due": due, "with_answers": form.cleaned_data["with_answers"]})


def _again(request, form: FeedbackForm, status: int, problem: str = ""):
    """What was written, with what stands in its way."""
    told = {"not_sent": True, "errors": form.errors, "problem": problem, "email": settings.FEEDBACK_EMAIL}
    return _to_write(request, form, told, status=status)


def _to_write(request, form: FeedbackForm, told: dict | None = None, *, status: int = 200):
    """The page to write on, about the step that a button of the plan names."""
    step = form.content.steps.get(form.place.step) if form.place else None
    blocks = form.content.blocks_of.get(step.slug, ()) if step else ()
    context = {"form": form, "step": step, "blocks": blocks, **(told or {})}
    return _page(request, "feedback/write.html", form, context, status=status)


def _page(request, template: str, form: FeedbackForm, context: dict, *, status: int = 200):
    """A page with the way back to the plan, which needs the answers."""
    asked = ProfileForm(content=form.content).fields
    answers = {name: value for name, value in request.POST.items() if name in asked and value}
    return render(request, template, {**context, "answers": answers, "place": form.place}, status=status)
