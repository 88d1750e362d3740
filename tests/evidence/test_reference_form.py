"""A source is entered once."""

import re

import pytest
from django.urls import reverse

from evidence.addresses import linkable, page, web
from evidence.models import Reference

pytestmark = pytest.mark.django_db

ADD = "/admin/evidence/reference/add/"
NEW = {"slug": "new", "title": "A title of its own", "organisation": "Somebody", "url": "https://example.org/new"}


@pytest.fixture
def known():
    return Reference.objects.create(
        slug="known", title="Drug Funding: a list", organisation="A province", url="https://www.example.org/list/"
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/list",
        "https://EXAMPLE.org/list/#funding",
        "https://www.example.org/list?utm_source=letter&fbclid=1",
    ],
)
def test_a_page_that_is_here_already_is_offered_instead(admin_client, known, address):
    response = admin_client.post(ADD, {**NEW, "url": address})
    assert response.status_code == 200
    assert f'name="_take" value="{known.pk}"' in response.text
    assert not Reference.objects.filter(slug="new").exists()


def test_a_title_that_is_here_already_is_told_too(admin_client, known):
    assert "A source of this title is here" in admin_client.post(ADD, {**NEW, "title": "drug  funding: A LIST"}).text


def test_another_document_can_be_added_knowingly(admin_client, known):
    sent = {**NEW, "url": known.url}
    assert 'type="checkbox" name="another"' in admin_client.post(ADD, sent).text
    assert admin_client.post(ADD, {**sent, "another": "on"}).status_code == 302
    assert Reference.objects.filter(slug="new").exists()


def test_in_the_window_of_another_form_the_known_one_is_taken_as_if_it_had_been_added(admin_client, known):
    response = admin_client.post(ADD, {**NEW, "url": known.url, "_popup": "1", "_take": str(known.pk)})
    assert "popup_response" in response.text
    assert re.search(rf"&quot;value&quot;: &quot;{known.pk}&quot;", response.text)
    assert not Reference.objects.filter(slug="new").exists()


def test_a_known_source_can_be_saved_again_beside_one_of_the_same_page(admin_client, known):
    twin = Reference.objects.create(slug="twin", title="The same", organisation="A province", url=known.url)
    sent = {"slug": twin.slug, "title": twin.title, "organisation": "Another name", "url": twin.url}
    assert admin_client.post(reverse("admin:evidence_reference_change", args=[twin.pk]), sent).status_code == 302


def test_pages_that_differ_in_what_is_asked_for_are_two():
    assert page("https://example.org/list?id=1") != page("https://example.org/list?id=2")
    assert page("https://example.org/list?b=2&a=1") == page("http://www.example.org/list/?a=1&b=2")
    assert page("nowhere") == page("http://[") == ""


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://example.org/x", True),
        ("mailto:a@example.org", True),
        ("tel:+18005550100", True),
        ("/en/glossary/", True),
        ("//example.org", False),
        ("/\\example.org", False),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("elsewhere", False),
    ],
)
def test_links_lead_to_the_web_mail_telephones_and_this_site_alone(address, may):
    assert linkable(address) is may
    assert not web(address) or may


def test_an_address_without_a_scheme_is_taken_as_https(admin_client):
    admin_client.post(ADD, {**NEW, "url": "example.org/new"})
    assert Reference.objects.get(slug="new").url == "https://example.org/new"
