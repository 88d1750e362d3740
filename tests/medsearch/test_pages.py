"""MedSearch: the list, the search, and a page for every drug."""

import pytest
from django.utils import timezone

from evidence import releases
from medsearch.content import formulary
from medsearch.models import Drug, Funding, Jurisdiction
from tests.page import Page


def test_every_drug_has_a_page_with_its_sources(site, release):
    cited = {reference.slug: reference.title for reference in release.sections["evidence"].references}
    for drug in release.sections["medsearch"].drugs:
        response = site.get(f"/en/medsearch/{drug.slug}/")
        assert response.status_code == 200, drug.slug
        page = Page(response)
        assert not page.broken_anchors, drug.slug
        assert "#source-1" in page.links, f"{drug.slug} cites nothing"
        missing = [slug for slug in drug.references if " ".join(cited[slug].split()) not in page.words]
        assert not missing, drug.slug


def test_a_drug_page_has_a_row_for_every_jurisdiction(site, release):
    words = Page(site.get("/en/medsearch/letrozole/")).words
    assert len(release.sections["medsearch"].jurisdictions) >= 14
    assert not [place.name.en for place in release.sections["medsearch"].jurisdictions if place.name.en not in words]


def test_every_use_of_a_drug_stands_on_its_page(site, release):
    populations = {p.slug: p.name.en for p in release.sections["personalization"].populations}
    uses = formulary(release).uses_of("letrozole")
    titles = Page(site.get("/en/medsearch/letrozole/")).titles
    assert uses
    assert not [i.slug for _, i in uses if not any(populations[i.population] in title for title in titles)]


def test_the_list_links_to_every_drug(site, release):
    listed = Page(site.get("/en/medsearch/")).drugs_linked()
    assert sorted(listed) == sorted(drug.slug for drug in release.sections["medsearch"].drugs)


def test_searching_by_brand_finds_the_drug(site):
    assert Page(site.get("/en/medsearch/", {"q": "herceptin"})).drugs_linked() == ["trastuzumab"]


def test_searching_for_what_is_not_there_says_so(site):
    response = site.get("/en/medsearch/", {"q": "<b>aspirin"})
    assert response.status_code == 200
    assert "No drug found for “&lt;b&gt;aspirin”" in response.text
    assert "<b>aspirin" not in response.text


@pytest.mark.parametrize("address", ["/en/medsearch/aspirin/", "/en/medsearch/Letrozole%00/"])
def test_a_drug_that_does_not_exist_is_not_found(site, address):
    assert site.get(address).status_code == 404


@pytest.fixture
def publish_funding(monkeypatch):
    """Replaces what is known about letrozole in Ontario, and publishes it."""
    monkeypatch.setattr(releases, "_checks", [])

    def publish(**fields):
        letrozole = Drug.objects.get(slug="letrozole")
        letrozole.funding.all().delete()
        reference = letrozole.references.first()
        if fields:
            Funding.objects.create(slug="this", drug=letrozole, reference=reference, **fields)
        releases.publish(by="a publisher")

    return publish


ONTARIO = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", "menopause": "post", "province": "on"}


def told(site):
    """What the drug page says of the funding of letrozole, and what a plan for Ontario does."""
    page = Page(site.get("/en/medsearch/letrozole/")).words
    plan = Page(site.plan(**ONTARIO)).words
    return page, plan[plan.index("Letrozole") :]


def test_a_row_checked_today_is_told_as_it_is(site, publish_funding):
    ontario = Jurisdiction.objects.get(code="on")
    publish_funding(jurisdiction=ontario, status="funded", effective="2022-11", checked=timezone.localdate())
    for words in told(site):
        assert "Funded (since November 2022; checked" in words


def test_a_row_never_checked_since_is_told_as_last_known(site, publish_funding):
    publish_funding(jurisdiction=Jurisdiction.objects.get(code="on"), status="funded", effective="2022-11")
    for words in told(site):
        assert "Last known: funded (November 2022), not checked since" in words


def test_a_statement_about_several_provinces_fills_none(site, publish_funding):
    publish_funding(several="most provinces", history=True, status="funded", effective="2011")
    page, plan = told(site)
    assert "Most provinces: funded (2011)" in page
    assert "Last known to be paid for in 0 of" in page
    assert "We have no confirmed information" in plan


def test_no_row_is_told_as_no_information_and_not_as_not_funded(site, publish_funding):
    publish_funding()
    page, plan = told(site)
    assert "We have no confirmed information" in page
    assert "We have no confirmed information" in plan
    assert "Not funded" not in page
