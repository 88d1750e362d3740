"""MedSearch: the list of drugs, and a page for each. Reading it is not answering: these are ordinary GET pages."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import holding
from evidence.pages import content_page
from evidence.programs import as_json
from glossary.content import Reader

from .comparison_page import comparison_page
from .content import formulary
from .downloads import TABLES
from .downloads import download as make_download
from .drug_list import DrugList, asked_by
from .drug_page import drug_page
from .province_page import places as places_page
from .province_page import province_page
from .templatetags.funding import funding_words


@require_safe
@content_page
def drugs(request):
    release = holding.active()
    page = DrugList(release, asked_by(request.GET), on=holding.today(release), check_days=settings.FUNDING_CHECK_DAYS)
    return render(request, "medsearch/drugs.html", {"page": page})


@require_safe
@content_page
def drug(request, slug):
    release = holding.active()
    if slug not in formulary(release).drugs:
        raise Http404
    page = drug_page(release, slug, on=holding.today(release), check_days=settings.FUNDING_CHECK_DAYS)
    return render(request, "medsearch/drug.html", {"page": page, "reader": Reader(release, get_language())})


@require_safe
@content_page
def places(request):
    release = holding.active()
    listed, drugs = places_page(release, on=holding.today(release), check_days=settings.FUNDING_CHECK_DAYS)
    return render(request, "medsearch/places.html", {"places": listed, "drugs": drugs})


@require_safe
@content_page
def place(request, code):
    release = holding.active()
    if code not in formulary(release).jurisdictions:
        raise Http404
    page = province_page(
        release,
        code,
        status=request.GET.get("status", ""),
        on=holding.today(release),
        check_days=settings.FUNDING_CHECK_DAYS,
    )
    return render(request, "medsearch/place.html", {"page": page, "reader": Reader(release, get_language())})


@require_safe
@content_page
def compare(request):
    release = holding.active()
    page = comparison_page(
        release,
        request.GET.getlist("drug"),
        request.GET.get("in", ""),
        on=holding.today(release),
        check_days=settings.FUNDING_CHECK_DAYS,
    )
    return render(request, "medsearch/compare.html", {"page": page, "reader": Reader(release, get_language())})


@require_safe
@content_page
def data(request):
    names = {
        "drugs": _("Drugs"),
        "indications": _("Uses of drugs"),
        "funding": _("Who pays where"),
        "terms": _("Words explained"),
    }
    context = {"release": holding.active(), "licence": settings.CONTENT_LICENCE, "tables": names.items()}
    return render(request, "medsearch/data.html", context)


@require_safe
def download(request, name, form):
    if name not in TABLES or form not in ("csv", "json"):
        raise Http404
    release = holding.active()
    made = make_download(
        release,
        name,
        on=holding.today(release),
        check_days=settings.FUNDING_CHECK_DAYS,
        licence=settings.CONTENT_LICENCE,
        in_words=funding_words,
    )
    if form == "json":
        response = as_json(made.table)
    else:
        # Spreadsheets take a file without this mark for their own old encoding, and spoil every accent.
        response = HttpResponse("\ufeff" + made.csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{made.filename}.{form}"'
    return response
