"""The page with the form, for those who come to it and for those whose answers have to be mended."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language

from evidence import holding
from glossary.content import Reader

from .content import content
from .forms import ProfileForm

LARGEST_FORM = 16_384
"""Bytes. The form sends a few hundred."""
LONGEST_TYPED = 240
"""Characters of what was typed for a code that are shown again, to be mended."""


def form_page(request, answers: QueryDict, status: int, problem: str = "", code_problem: str = "") -> HttpResponse:
    """The form with these answers filled in, unchecked, under what there is to say about them."""
    release = holding.active()
    context = {
        "form": ProfileForm(content=content(release), initial=answers.dict()),
        "problem": problem,
        "code_problem": code_problem,
        "code_typed": request.POST.get("code", "")[:LONGEST_TYPED] if code_problem else "",
        "reader": Reader(release, get_language()),
    }
    return render(request, "pathway/form.html", context, status=status)


def length_of(request) -> int:
    """Bytes of the body as announced; 0 if that is no number."""
    announced = request.META.get("CONTENT_LENGTH", "")
    return int(announced) if announced.isdecimal() else 0
