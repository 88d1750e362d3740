"""The chosen parts of a plan, to print: as a page and as a PDF, both made of the same paper. Nothing is kept of either."""

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from evidence import holding
from glossary.content import Reader

from .content import content as content_of
from .content import lexicon, scheme
from .form_page import LARGEST_FORM, form_page, length_of
from .forms import ProfileForm
from .print_form import PrintForm, parted
from .printout import paper
from .selection import everything, select
from .typeset import Busy, pdf


# As for the plan: no CSRF cookie, since a POST here changes nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def as_page(request):
    return _printed(request, lambda made, context: render(request, "pathway/print.html", {**context, "paper": made}))


# A file that answers can be read off, so not even the reader's browser keeps it; nothing needs it again.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def as_pdf(request):
    def write(made, context):
        try:
            file = pdf(made)
        except Busy:
            busy = _("Many people are having a PDF made just now. Please try again in a minute, or print this page.")
            return render(request, "pathway/print.html", {**context, "paper": made, "problem": busy}, status=503)
        # Shown, not downloaded: on a shared computer it is gone with the tab.
        headers = {"Content-Disposition": 'inline; filename="treatment-plan.pdf"'}
        return HttpResponse(file, content_type="application/pdf", headers=headers)

    return _printed(request, write)


def _printed(request, write):
    """What `write` makes of the paper chosen; else the form that the answers, or the choices, have to be mended on."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("pathway:plan"))
    if length_of(request) > LARGEST_FORM:
        return form_page(request, QueryDict(), 413, _("That was far more than this form asks for."))
    answers, choices = parted(request.POST)
    release = holding.active()
    form = ProfileForm(answers, content=content_of(release))
    reader = Reader(release, get_language(), lexicon(release, get_language()))
    if not form.is_valid():
        return render(request, "pathway/form.html", {"form": form, "reader": reader}, status=422)
    plan = form.plan(on=holding.today(release))
    printing = PrintForm(plan, choices)
    given = {name: value for name, value in answers.items() if name in form.fields and value}
    context = {"printing": printing, "answers": given}
    if choices and not printing.is_valid():
        return render(request, "pathway/print.html", context, status=422)
    selection = printing.selection if choices else everything(plan)
    return write(paper(select(plan, selection), reader, scheme(release).code_of(plan)), context)
