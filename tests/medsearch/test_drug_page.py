"""What a drug's page adds up: its answer in a sentence, the map and the table, plans it appears in, what has changed."""

import pytest

from evidence import holding, releases
from evidence.models import Release
from medsearch.content import appearances, formulary
from medsearch.drug_page import drug_page
from medsearch.models import Drug, Funding, Indication
from tests.conftest import DAY
from tests.page import Page


@pytest.fixture
def shown(release):
    return lambda slug: drug_page(release, slug, on=DAY, check_days=180)


def test_tucatinib_is_told_as_its_sources_do(shown):
    tucatinib = shown("tucatinib")
    now = {
        place.jurisdiction.slug: [(known.now.row.status, known.now.row.effective) for known in place.statements]
        for place in tucatinib.places
    }
    assert now["qc"] == [("funded-with-criteria", "2022-11-09")]
    assert now["on"] == [("special-authorization", "2023-02-21")]
    assert now["ab"] == [("funded", "2022-10-20")]
    assert ("not-funded", "2022") in [(past.row.status, past.row.effective) for past in tucatinib.past_funding]


def test_the_way_of_tucatinib_goes_from_authorization_to_the_provinces(shown):
    (journey,) = shown("tucatinib").journeys
    order = [at.stop.body if not at.jurisdiction else at.jurisdiction.slug for at in journey.stops]
    assert order[0] == "health-canada"
    assert order.index("cda") < order.index("pcpa") < order.index("ab") < order.index("qc") < order.index("on")


def test_map_and_table_agree_for_every_drug(site, release):
    for drug in release.sections["medsearch"].drugs:
        found = drug_page(release, drug.slug, on=DAY, check_days=180)
        verdicts = [place.verdict for place in found.places]
        told = (verdicts.count("paid"), verdicts.count("no-information"))
        assert told == (found.tally.paid, found.tally.no_information)
        assert len(found.places) == found.tally.total
        for place in found.places:
            assert (place.verdict == "no-information") == (not place.statements) or place.statements[
                0
            ].now.status == "unknown"


def test_every_tile_leads_to_its_row(site, release):
    words = Page(site.get("/en/medsearch/tucatinib/"))
    for place in release.sections["medsearch"].jurisdictions:
        assert f"#in-{place.slug}" in words.links
    assert not words.broken_anchors


def test_the_answer_comes_first(site):
    words = Page(site.get("/en/medsearch/tucatinib/")).words
    assert "HER2-positive, metastatic, second line or later · by mouth · Last known to be paid for in" in words


def test_plans_that_a_page_names_have_the_drug_in_that_step(site, release):
    for drug in formulary(release).drugs:
        for appearance in appearances(release, drug):
            plan = site.plan(accept="application/json", **appearance.answers).json()
            step = plan["steps"][appearance.number - 1]
            assert plan["name"]["en"] == appearance.track.en, (drug, appearance.answers)
            if appearance.on_card:
                assert drug in slugs_of_cards(step), (drug, appearance.answers)


def slugs_of_cards(node):
    """Slugs of all drugs on the cards of a step."""
    if isinstance(node, dict):
        own = {drug["slug"] for drug in node.get("drugs", ()) if isinstance(drug, dict)}
        return own.union(*map(slugs_of_cards, node.values()))
    return set().union(*map(slugs_of_cards, node)) if isinstance(node, list) else set()


def test_every_drug_of_a_plan_has_a_page_and_every_page_a_plan_or_a_reason(site, release):
    for drug in formulary(release).drugs:
        words = Page(site.get(f"/en/medsearch/{drug}/")).words
        assert bool(appearances(release, drug)) != ("No plan names it" in words), drug


@pytest.fixture
def change_and_publish(db, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])

    def publish(queryset, **fields):
        queryset.update(**fields)
        releases.publish(by="a publisher")
        return holding.active()

    return publish


def test_a_page_that_never_changed_says_so(site):
    assert "Nothing since it was first published here." in Page(site.get("/en/medsearch/tucatinib/")).words


def test_a_change_of_funding_is_told_with_before_and_after(site, change_and_publish):
    change_and_publish(Funding.objects.filter(drug__slug="tucatinib", jurisdiction__code="on"), status="not-funded")
    words = Page(site.get("/en/medsearch/tucatinib/")).words
    assert "(release 2) Who pays, Ontario: changed" in words
    assert "status: funded if approved for you (special authorization) → not funded" in words
    assert "Nothing since" in Page(site.get("/en/medsearch/letrozole/")).words


def test_a_removed_row_is_told_of_the_drug_it_was_about(site, db, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    Funding.objects.filter(drug__slug="tucatinib", jurisdiction__code="ab").delete()
    releases.publish(by="a publisher")
    assert "(release 2) Who pays, Alberta: removed" in Page(site.get("/en/medsearch/tucatinib/")).words


def test_activating_an_older_release_takes_its_history_back(site, change_and_publish):
    change_and_publish(Drug.objects.filter(slug="tucatinib"), brands="Tukysa, Another")
    releases.activate(Release.objects.get(number=1))
    holding.forget()
    assert "Nothing since it was first published here." in Page(site.get("/en/medsearch/tucatinib/")).words


def test_a_use_that_was_replaced_is_kept_as_history(site, change_and_publish):
    newer = Indication.objects.filter(regimen__lead__slug="letrozole").first()
    older = Indication.objects.filter(regimen__lead__slug="tucatinib")
    change_and_publish(older, superseded_by=newer)
    words = Page(site.get("/en/medsearch/tucatinib/")).words
    assert "Earlier uses, since replaced" in words
