"""MedSearch: the list of drugs, and a page for each. Reading it is not answering: these are ordinary GET pages."""

from itertools import groupby

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence import releases
from glossary.content import Reader

from .content import formulary
from .drug_page import drug_page
from .models import TherapyGroup
from .search import find

LONGEST_QUERY = 100


@require_safe
def drugs(request):
    release = releases.active()
    found = formulary(release)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    order = TherapyGroup.values
    groups = sorted(
        find(found.drugs.values(), query), key=lambda drug: order.index(found.classes[drug.drug_class].therapy_group)
    )
    by_group = [
        (group, [(drug, found.classes[drug.drug_class]) for drug in members])
        for group, members in groupby(groups, key=lambda drug: found.classes[drug.drug_class].therapy_group)
    ]
    return render(request, "medsearch/drugs.html", {"query": query, "groups": by_group, "count": len(groups)})


@require_safe
def drug(request, slug):
    release = releases.active()
    if slug not in formulary(release).drugs:
        raise Http404
    page = drug_page(release, slug, on=timezone.localdate(), check_days=settings.FUNDING_CHECK_DAYS)
    return render(request, "medsearch/drug.html", {"page": page, "reader": Reader(release, get_language())})
