"""Whatever stands in a text field, and however it got there: no page of the site carries it out."""

import csv
import io
import json

import pytest
from django.contrib import admin
from django.db import models, transaction
from django.urls import NoReverseMatch, reverse

from evidence.models import Release
from evidence.sheets import inert
from evidence.templatetags.words import web_address
from glossary.models import Term
from medsearch.downloads import TABLES
from medsearch.models import Drug, Jurisdiction

from .poison import PAYLOADS, content_models, intruders, poison, poison_feedback, poisonous_release

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REFUSED_BY_THE_DATABASE = {
    "evidence.reference.url",
    "evidence.reference.published",
    "medsearch.drug.atc",
    "medsearch.milestone.date",
    "medsearch.funding.effective",
}
"""Fields with a pattern of their own."""
PROFILES = (
    {"stage": "0", "type": "dcis", "hr": "positive", "her2": "unknown"},
    {"stage": "2", "type": "idc", "hr": "negative", "her2": "positive", "province": "on"},
    {"stage": "4", "type": "unknown", "hr": "unknown", "her2": "unknown", "province": "qc"},
    {"stage": "unknown", "type": "unknown", "hr": "unknown", "her2": "unknown"},
)


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker):
    """Field → how many rows of the content took a payload in it. Published, and all of it gone after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        poison_feedback()
        fields = poison()
        poisonous_release()
        yield fields
        transaction.set_rollback(True)


def told(response) -> list[str]:
    assert response.status_code in (200, 422), (response.request["PATH_INFO"], response.status_code)
    return [f"{response.request['PATH_INFO']}: {found}" for found in intruders(response.content.decode())]


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if "<" in p and "&lt;" not in p and "\u200b" not in p])
def test_what_would_come_through_unescaped_would_be_noticed(payload):
    assert intruders(f"<p>{payload}</p>") or "javascript:" in payload or "CDATA" in payload


def test_every_text_field_of_content_can_be_poisoned_but_those_with_a_pattern(taken):
    assert {name for name, rows in taken.items() if not rows} == REFUSED_BY_THE_DATABASE
    assert len(taken) > 80


def test_no_public_page_lets_any_of_it_through(taken, site):
    found = []
    for language in ("en", "fr"):
        pages = ["", "about/", "about/proof/", "plan/", "medsearch/", "medsearch/where/", "medsearch/data/", "glossary/"]
        pages += [f"medsearch/{slug}/" for slug in Drug.objects.values_list("slug", flat=True)[:5]]
        pages += [f"medsearch/where/{code}/" for code in Jurisdiction.objects.values_list("code", flat=True)[:4]]
        pages += [f"glossary/{slug}/" for slug in Term.objects.values_list("slug", flat=True)[:3]]
        pages += ["medsearch/compare/?drug=letrozole&drug=palbociclib&place=on", "medsearch/?place=on"]
        for address in pages:
            found += told(site.get(f"/{language}/{address}"))
        for answers in PROFILES:
            found += told(site.plan(language, **answers))
            found += told(site.post(f"/{language}/plan/print/", answers))
    for payload in PAYLOADS:
        found += told(site.get("/en/medsearch/", {"q": payload}))
        found += told(site.post("/en/feedback/", {"feedback-page": payload, "feedback-text": payload}))
    assert found == []


def test_a_pdf_is_made_of_it(taken, site):
    for answers in PROFILES[:3]:
        response = site.post("/en/plan/pdf/", answers)
        assert response.status_code == 200
        assert response.content.startswith(b"%PDF")


def test_no_cell_of_a_download_is_a_formula(taken, site):
    for name in TABLES:
        rows = list(csv.reader(io.StringIO(site.get(f"/en/medsearch/data/{name}.csv").content.decode("utf-8-sig"))))
        assert [cell for row in rows for cell in row if inert(cell) != cell] == []
        assert json.loads(site.get(f"/en/medsearch/data/{name}.json").content)["rows"]


def test_no_page_of_admin_lets_any_of_it_through(taken, admin_client, quick):
    found = []
    for model in [*content_models(), Release]:
        if not admin.site.is_registered(model):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses = [f"{name}_changelist", f"{name}_deleted"]
        for address in addresses:
            try:
                found += told(admin_client.get(reverse(address)))
            except NoReverseMatch:
                assert model._meta.label_lower in ("evidence.release", "feedback.feedback")
        for pk in models.QuerySet(model).order_by("pk").values_list("pk", flat=True)[:2]:
            row = models.QuerySet(model).get(pk=pk)
            row.save() if model is not Release else None
            for what in ("change", "history", "delete"):
                if model is Release and what == "delete":
                    continue
                found += told(admin_client.get(reverse(f"{name}_{what}", args=[pk])))
    models.QuerySet(Drug).update(summary_en="Something else.")
    for address in ("/admin/", "/admin/evidence/release/publish/", "/admin/staff/entry/"):
        found += told(admin_client.get(address))
    assert found == []


@pytest.fixture
def quick(monkeypatch):
    """What publishing would do for readers is another test's matter, and slow."""
    from evidence import releases

    monkeypatch.setattr(releases, "_effects", [])


def test_an_address_for_web_pages_is_linked_only_if_it_is_one():
    assert web_address("javascript:pwned(1)") == ""
    assert web_address("https://example.org/") == "https://example.org/"
