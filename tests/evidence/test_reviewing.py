"""Two pairs of eyes: a reviewer signs exactly one diff, and nobody signs or publishes their own change."""

import pytest

from evidence import releases, reviewing
from evidence.authorship import authors
from evidence.models import Reference, Release, SignOff
from history.records import together
from medsearch.models import Drug
from pathway.models import Block
from personalization.models import Option
from staff.models import Entry

from .reviewing import PAGE, edited, signed, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.SECOND_FACTOR = False
    monkeypatch.setattr(releases, "_checks", [])
    monkeypatch.setattr(releases, "_effects", [])


@pytest.fixture
def author():
    return somebody("amelie", "Author")


@pytest.fixture
def reviewer():
    return somebody("rosa", "Reviewer")


@pytest.fixture
def publisher():
    return somebody("paul", "Publisher")


@pytest.fixture
def change(author):
    return edited(Drug.objects.get(slug="letrozole"), author.user, summary_en="Rewritten just now.")


def do(client, what, **sent):
    """The text of the page that comes back."""
    return client.post(PAGE, {"do": what, **sent}, follow=True).text


def test_asked_signed_and_published_all_names_are_kept(author, reviewer, publisher, change):
    assert "rosa is asked for a review" in do(author, "ask", of="rosa", request="The source is new.").lower()
    assert "The source is new." in reviewer.get(PAGE).text
    do(reviewer, "sign", comment="Read it.")
    assert "is public now" in do(publisher, "publish", notes="Letrozole.")
    release = Release.objects.get(active=True)
    assert (release.authors, release.asked_by, release.signed_by, release.published_by) == (
        ["amelie"],
        "amelie",
        "rosa",
        "paul",
    )
    page = publisher.get(f"/admin/evidence/release/{release.pk}/change/").text
    assert "Read it." in page
    assert [what for (what,) in Entry.objects.order_by("pk").values_list("what")][-3:] == [
        "review-asked",
        "signed",
        "published",
    ]
    assert Entry.objects.first().about == "Release 2: Letrozole. (review asked for by amelie, signed by rosa)"


def test_without_a_signature_nothing_is_published(publisher, change):
    assert "Nobody has signed this yet." in do(publisher, "publish", notes="What I typed.")
    assert Release.objects.count() == 1


def test_a_review_that_is_not_answered_is_no_signature(author, publisher, change):
    do(author, "ask")
    assert "nobody has signed yet" in do(publisher, "publish")


def test_nobody_signs_their_own_change_and_the_reason_names_the_row(author, change):
    both = somebody("both", "Author", "Reviewer")
    edited(Reference.objects.first(), both.user, title="Edited by both")
    do(author, "ask")
    assert "You edited “Edited by both” since the last publication, and nobody signs their own change." in (
        do(both, "sign").replace("&quot;", '"')
    )
    assert SignOff.objects.get().state == "asked"


def test_nobody_publishes_their_own_change(change):
    both = somebody("both", "Author", "Publisher")
    edited(Reference.objects.first(), both.user, title="Edited by both")
    signed()
    assert "nobody publishes their own change" in do(both, "publish")
    assert Release.objects.count() == 1


def test_where_nobody_knows_who_edited_the_signer_does_not_publish_alone():
    Drug.objects.filter(slug="letrozole").update(summary_en="By a command.")
    both = somebody("both", "Reviewer", "Publisher")
    signed(by="both")
    assert "Somebody else publishes it" in do(both, "publish")
    assert "is public now" in do(somebody("paul", "Publisher"), "publish")


def test_who_edited_something_published_before_may_sign(author, change, publisher, reviewer):
    signed()
    do(publisher, "publish")
    both = somebody("both", "Author", "Reviewer")
    edited(Reference.objects.first(), both.user, title="Edited by both")
    signed()
    do(publisher, "publish")
    edited(Reference.objects.last(), author.user, title="Edited by the author")
    do(author, "ask")
    assert "Signed." in do(both, "sign")


@pytest.mark.parametrize(
    "edit",
    [
        lambda: (Option.objects.filter(kind="plain").first(), {"label_en": "Said anew."}),
        lambda: (Block.objects.filter(kind="decision").first().options.first(), {"benefit_en": "Said anew."}),
    ],
    ids=["an answer of a question", "an option of a decision"],
)
def test_who_edits_a_part_of_a_row_is_its_author(edit):
    row, fields = edit()
    with together(by="somebody"):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
    assert set(authors(releases.unpublished())) == {"somebody"}


def test_who_deletes_a_row_is_an_author_of_that():
    with together(by="somebody"):
        Reference.objects.create(slug="new", title="New", organisation="Tests")
    assert authors(releases.unpublished()) == {"somebody": ["New"]}
    releases.publish(by="the tests")
    with together(by="somebody else"):
        Reference.objects.get(slug="new").delete()
    assert authors(releases.unpublished()) == {"somebody else": ["New"]}


def test_a_changed_draft_voids_the_signature(author, publisher, change):
    signed(by="rosa")
    edited(change, author.user, summary_en="Rewritten again.")
    page = publisher.get(PAGE).text
    assert "The signature of rosa" in page
    assert "Somebody has saved something else since." in page
    assert "does not count any more" in do(publisher, "publish")
    assert Release.objects.count() == 1


def test_a_draft_changed_back_is_what_was_signed(author, publisher, change):
    signed()
    edited(change, author.user, summary_en="Rewritten again.")
    edited(change, author.user, summary_en="Rewritten just now.")
    assert "is public now" in do(publisher, "publish")


def test_another_public_release_voids_the_signature(publisher, change):
    first = Release.objects.get()
    releases.publish(by="the server")
    Drug.objects.filter(slug="anastrozole").update(summary_en="Edited.")
    signed()
    releases.activate(first)
    assert "Then release 2 was public, now it is release 1" in do(publisher, "publish")


def test_a_signature_is_spent_by_one_publication(publisher, change):
    first = Release.objects.get()
    signed()
    do(publisher, "publish")
    releases.activate(first)
    assert "Nobody has signed this yet." in do(publisher, "publish")


def test_what_is_signed_is_what_the_reviewer_saw(author, reviewer, change):
    do(author, "ask")
    seen = releases.unpublished().draft.sha256
    edited(change, author.user, summary_en="Rewritten again.")
    assert "since you looked" in do(reviewer, "sign", seen=seen)
    assert SignOff.objects.get().state == "asked"


def test_sent_back_says_why_and_nothing_is_published(author, reviewer, publisher, change):
    do(author, "ask")
    assert "Write what has to be mended first." in do(reviewer, "send-back")
    do(reviewer, "send-back", comment="The source is missing.")
    assert "rosa sent back what you wanted published." in author.get("/admin/").text
    assert "The source is missing." in author.get(PAGE).text
    assert "The source is missing." in do(publisher, "publish")
    do(author, "ask")
    assert "sent back" not in author.get("/admin/").text
    assert "Signed." in do(reviewer, "sign")


def test_asking_again_replaces_the_review_that_is_open(author, change):
    do(author, "ask")
    do(author, "ask", request="Look at the source.")
    assert list(SignOff.objects.values_list("state", flat=True)) == ["asked", "replaced"]


def test_only_who_may_sign_is_asked_and_no_author(author, change):
    both = somebody("both", "Author", "Reviewer")
    edited(Reference.objects.first(), both.user, title="Edited by both")
    assert "may not sign" in do(author, "ask", of="amelie")
    assert "nobody signs their own change" in do(author, "ask", of="both")
    assert reviewing.reviewers() == ["both"]


def test_who_is_asked_sees_it_on_every_page_and_others_do_not(author, reviewer, publisher, change):
    do(author, "ask", of="rosa")
    assert "amelie asks you for a review" in reviewer.get("/admin/").text
    assert "asks you for a review" not in somebody("other", "Reviewer").get("/admin/").text
    assert "asks you for a review" not in publisher.get("/admin/").text


def test_content_with_errors_is_neither_asked_about_nor_signed(author, change, monkeypatch):
    monkeypatch.setattr(releases, "_effects", [lambda public, draft: _an_error()])
    assert "A step is empty." in do(author, "ask")
    assert not SignOff.objects.exists()


def _an_error():
    return releases.Effects(template="admin/pathway/effects.html", context={"unknown": True}, errors=("A step is empty.",))


def test_on_the_server_it_can_be_published_without_a_signature_and_the_log_says_so(change):
    releases.publish(by="manage.py")
    assert Entry.objects.first().about == "Release 2 (without a sign-off)"
