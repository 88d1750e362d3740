"""The plan as the visitor's browser receives it: what it shows, what it links to, and what it gives away (nothing)."""

import gzip
import json
from collections import Counter
from urllib.parse import urlsplit

import msgspec
import pytest
from django.utils import timezone

from evidence import holding, releases
from evidence.models import Release
from pathway.assembly import assemble
from personalization.profile import Profile
from tests.page import Page

pytestmark = pytest.mark.from_memory

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
DRUGS = [
    "pertuzumab",
    "trastuzumab",
    "trastuzumab-emtansine",
    "trastuzumab-deruxtecan",
    "lapatinib",
    "tucatinib",
    "neratinib",
    "letrozole",
    "anastrozole",
    "exemestane",
    "tamoxifen",
    "fulvestrant",
    "goserelin",
    "leuprolide",
    "doxorubicin",
    "docetaxel",
    "capecitabine",
    "paclitaxel",
    "nab-paclitaxel",
    "pegylated-liposomal-doxorubicin",
    "vinorelbine",
    "gemcitabine",
    "carboplatin",
    "cyclophosphamide",
    "zoledronic-acid",
    "pamidronate",
    "clodronate",
    "denosumab",
]
STATIC = ["pathway.css", "pathway.js", "icon.svg"]
PUBLIC = [
    "/",
    "/en/",
    "/en/about/",
    "/en/about/components/",
    "/en/plan/",
    "/en/feedback/",
    "/en/medsearch/",
    "/en/medsearch/letrozole/",
    "/en/medsearch/?q=letrozole",
    "/en/medsearch/where/on/",
    "/en/medsearch/compare/?drug=letrozole&drug=anastrozole",
    "/en/medsearch/data/",
    "/en/medsearch/data/funding.csv",
    "/en/glossary/",
    "/en/glossary/biopsy/",
    "/en/no-such-page/",
    "/fr/",
    "/fr/plan/",
    "/healthz",
    "/readyz",
]


@pytest.fixture
def plan(site):
    response = site.plan(**ANSWERS)
    assert response.status_code == 200
    return Page(response)


def test_the_steps_stand_in_order(plan, content):
    titles = [title for title in plan.titles if title.strip().startswith("Step") or "Step " in title]
    track = next(track for track in content.pathway.tracks if track.slug == "metastatic")
    assert len(titles) == len(track.steps) == 7
    for number, (title, step) in enumerate(zip(titles, track.steps, strict=True), start=1):
        assert f"Step {number}:" in title
        assert content.steps[step].title.en in title


def test_every_drug_of_the_plan_is_linked(plan):
    assert not set(DRUGS) - set(plan.drugs_linked())


def test_every_drug_that_a_plan_links_to_has_a_page(site, plan):
    missing = [slug for slug in set(plan.drugs_linked()) if site.get(f"/en/medsearch/{slug}/").status_code != 200]
    assert not missing


def test_no_id_is_used_twice(plan):
    assert not [found for found, times in Counter(plan.ids).items() if times > 1]


def test_every_anchor_leads_somewhere(plan):
    assert not plan.broken_anchors


def test_every_link_within_the_site_leads_to_a_page(site, plan):
    paths = {urlsplit(link).path for link in plan.links if link.startswith("/")}
    assert not [path for path in paths if site.get(path).status_code != 200]


def test_the_answers_stand_in_no_address(plan, content):
    assert not [address for address in plan.within_the_site if urlsplit(address).query]
    places = {f"/en/plan/#div_id_{question}" for question in [*(q.slug for q in content.questions), "province"]}
    others = {
        "/en/plan/",
        "/fr/plan/",
        "/en/plan/#step-1",
        "/en/plan/pdf/",
        "/en/plan/print/",
        "/en/plan/clear/",
        "/en/feedback/",
    }
    assert set(plan.actions) <= {*others, *places}


def test_nothing_is_loaded_from_another_host(plan):
    assert not [address for address in plan.loaded if urlsplit(address).netloc]


def test_what_needs_the_answers_again_carries_them_in_the_form(plan):
    assert set(ANSWERS.items()) <= set(plan.fields)


def test_the_plan_says_its_release_and_that_no_clinician_has_signed_it_off(plan, release):
    assert f"from release {release.number}" in plan.words
    assert "No clinician has signed off this plan yet" in plan.words


def test_each_block_says_why_it_is_there(plan):
    assert "meant for HR-positive, HER2-positive, metastatic." in plan.words


def test_the_plan_of_her2_unknown_has_her2_drugs_under_what_decides(site):
    page = Page(site.plan(**{**ANSWERS, "her2": "unknown"}))
    assert "If your cancer is HER2-positive" in page.words
    assert "tucatinib" in page.drugs_linked()


@pytest.mark.parametrize("drug", ["goserelin", "leuprolide"])
def test_ovarian_suppression_is_linked_before_menopause_and_not_after(site, drug):
    assert drug in Page(site.plan(**ANSWERS, menopause="pre")).drugs_linked()
    assert drug not in Page(site.plan(**ANSWERS, menopause="post")).drugs_linked()


def test_every_track_has_a_page(site, content):
    answers_of = {
        "dcis": {"stage": "0", "type": "dcis"},
        "early": {"stage": "2"},
        "locally-advanced": {"stage": "3"},
        "metastatic": {"stage": "4"},
        "local-recurrence": {"stage": "recurrence-local"},
        "newly-diagnosed": {"stage": "unknown"},
    }
    assert set(answers_of) == {track.slug for track in content.pathway.tracks}
    for track in content.pathway.tracks:
        response = site.plan(**{**ANSWERS, **answers_of[track.slug], "her2": "unknown"})
        page = Page(response)
        assert response.status_code == 200, track.slug
        assert track.name.en in page.words, track.slug
        assert not page.broken_anchors, track.slug


# The same as JSON


def test_as_json_it_is_the_plan(site, content):
    response = site.plan(accept="application/json", **ANSWERS, province="on")
    profile = Profile.of(content.questions, ANSWERS)
    plan = assemble(content, profile, on=timezone.localdate(), jurisdiction="on")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == json.loads(msgspec.json.encode(plan))


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html, application/json;q=0.9"])
def test_a_browser_gets_the_page(site, accept):
    assert site.plan(accept=accept, **ANSWERS)["Content-Type"].startswith("text/html")


# Languages


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_way_in_follows_the_browsers_language(site, language):
    response = site.get("/", headers={"Accept-Language": language})
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


def test_english_on_a_french_page_is_marked_as_english(site, content):
    response = site.plan("fr", **ANSWERS)
    track = next(track for track in content.pathway.tracks if track.slug == "metastatic")
    assert '<html lang="fr">' in response.text
    assert track.name.fr or f'<span lang="en">{track.name.en}</span>' in response.text


# Privacy


@pytest.mark.parametrize("address", PUBLIC)
class TestEveryPublicPage:
    def test_sets_no_cookie(self, site, address):
        assert not site.get(address).cookies

    def test_may_load_nothing_from_elsewhere_and_tells_nobody_where_the_reader_was(self, site, address):
        headers = site.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert {policy[of] for of in ("script-src", "style-src", "connect-src", "form-action")} == {"'self'"}
        assert policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    "answers", [ANSWERS, {**ANSWERS, "stage": "0"}, {}], ids=["a plan", "an impossible pair", "no answers"]
)
class TestEveryAnswerToAForm:
    def test_sets_no_cookie(self, site, answers):
        assert not site.plan(**answers).cookies

    def test_may_be_kept_by_the_readers_browser_alone(self, site, answers):
        kept = {part.strip() for part in site.plan(**answers)["Cache-Control"].split(",")}
        assert {"private", "no-cache"} <= kept
        assert "no-store" not in kept


def test_what_could_be_found_out_is_headed_by_its_question(site):
    page = site.plan(stage="4", type="idc", hr="positive", her2="unknown").text
    assert "<h3>What is the HER2 result?</h3>" in page
    assert "<h3>Has the cancer spread to bone?</h3>" in page


# Short and full


@pytest.mark.parametrize(
    ("reading", "open_chapters"), [({}, False), ({"reading": "full"}, True), ({"reading": "short"}, False)]
)
def test_the_long_parts_are_open_where_the_reader_asked_for_all(site, reading, open_chapters):
    page = site.plan(**ANSWERS, **reading).text
    opened, closed = page.count('<details class="chapter" open>'), page.count('<details class="chapter">')
    assert opened + closed > 20
    assert opened > closed if open_chapters else opened < closed


def test_a_plan_opens_at_the_step_where_the_reader_is(site):
    page = site.plan(**ANSWERS, now="on-treatment").text
    here = page.index('aria-current="step"')
    assert here < page.index('<details class="chapter" open>') < page.index('<li class="step', here)


def test_the_whole_plan_is_small_on_the_wire(site, settings):
    """First load, everything together. The static files are counted as the server sends them, compressed."""
    page = site.post("/en/plan/", ANSWERS, headers={"Accept-Encoding": "gzip"}).content
    static = sum(len(gzip.compress((settings.BASE_DIR / "static" / name).read_bytes())) for name in STATIC)
    assert len(page) + static < 100_000


@pytest.mark.from_memory(False)
def test_a_release_that_staff_marked_as_wrong_says_so_on_plan_and_drug_page(site):
    releases.mark_wrong(Release.objects.get(active=True), "The interval of step 1 is wrong.")
    holding.forget()
    for page in (site.plan(**ANSWERS), site.get("/en/medsearch/letrozole/")):
        assert "The interval of step 1 is wrong." in Page(page).words
