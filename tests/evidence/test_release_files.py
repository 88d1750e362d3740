"""Releases as files: byte for byte from one installation to another, and nothing that was harmed gets in."""

import json
from datetime import date

import msgspec
import pytest
from django.core.management import CommandError, call_command

from evidence import holding, release_files, releases
from evidence.models import Reference, Release
from medsearch.models import Drug, Funding
from pathway.assembly import assemble
from pathway.content import content
from pathway.models import Block
from personalization.profile import Profile
from personalization.ruleset import every_answer_set

from .reviewing import somebody

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/evidence/release/import/"


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.SECOND_FACTOR = False
    monkeypatch.setattr(releases, "_checks", [])
    monkeypatch.setattr(releases, "_effects", [])


@pytest.fixture
def file():
    return release_files.exported(Release.objects.get(number=1))


def without_releases():
    Release.objects.all().delete()
    holding._held = None
    holding._past_held.clear()


class TestThreeReleases:
    """Published, taken to an empty installation as files, and their plans made again: the same bytes.

    Of all plans, which takes long, `manage.py hash_plans --release 1 2 3` says the same.
    """

    DAY = date(2026, 11, 23)

    def plans(self, number):
        """The plans of a sample of answer sets from the release as it is stored, each as JSON."""
        holding._past_held.clear()
        holding._held = None
        of = content(holding.past_release(number).release)
        sample = list(every_answer_set(of.ruleset))[::40]
        made = (assemble(of, Profile.of(of.questions, found.answers), on=self.DAY, check_days=180) for found in sample)
        return [msgspec.json.encode(plan) for plan in made]

    def test_are_rebuilt_byte_for_byte(self, tmp_path):
        drug = Drug.objects.get(slug="letrozole")
        drug.name_en = "letrozole, renamed"
        drug.save()
        releases.publish(by="a publisher", notes="A drug.")
        block = Block.objects.filter(kind="text", population__slug="everyone").first()
        block.body_en = f"{block.body_en} Said anew."
        block.save()
        Funding.objects.filter(status="funded", history=False).update(status="not-funded")
        releases.publish(by="a publisher", notes="Words, and who pays.")
        before = {number: self.plans(number) for number in (1, 2, 3)}
        assert len({b"".join(plans) for plans in before.values()}) == 3
        for number in before:
            call_command("export_release", number, output=str(tmp_path / f"{number}.json"))
        documents = dict(Release.objects.values_list("number", "document"))
        without_releases()
        for number in (2, 3, 1):
            call_command("import_release", str(tmp_path / f"{number}.json"), verbosity=0)
        assert dict(Release.objects.values_list("number", "document")) == documents
        assert {number: self.plans(number) for number in before} == before
        for number in before:
            again = release_files.exported(Release.objects.get(number=number))
            assert again == (tmp_path / f"{number}.json").read_bytes()


def test_an_imported_release_is_not_public_and_says_where_it_came_from(file):
    without_releases()
    release = release_files.imported(file, by="paul")
    assert (release.active, release.imported_from, release.imported_by) == (False, release_files.origin(), "paul")
    assert release.published_by == "the tests"


def altered(found):
    found["document"] = found["document"].replace("letrozole", "letrozol", 1)


def sealed_with_another_name(found):
    found["signed_by"], found["signed_at"] = "somebody", "2026-11-23T12:00:00Z"


def of_another_number(found):
    found["number"] = 7


def of_a_newer_format(found):
    found["format"] += 1


def of_something_else(found):
    found["kind"] = "recipe"


def without_its_document(found):
    del found["document"]


HARM = [
    (altered, "its sha256 is not the one in the file"),
    (sealed_with_another_name, "its seal does not fit"),
    (of_another_number, "its seal does not fit"),
    (of_a_newer_format, "Update the program first"),
    (of_something_else, "no file of a release"),
    (without_its_document, "damaged"),
]


@pytest.mark.parametrize(("harm", "told"), HARM, ids=[harm.__name__ for harm, _ in HARM])
def test_a_harmed_file_is_refused_with_the_reason(file, harm, told):
    without_releases()
    found = json.loads(file)
    harm(found)
    with pytest.raises(release_files.Refused, match=told):
        release_files.imported(json.dumps(found).encode(), by="paul")
    assert not Release.objects.exists()


@pytest.mark.parametrize("cut", [0, 1, 1000, -2])
def test_a_file_cut_off_is_refused(file, cut):
    without_releases()
    with pytest.raises(release_files.Refused, match="damaged"):
        release_files.imported(file[:cut], by="paul")


def test_content_of_a_newer_program_is_refused(file):
    release = Release.objects.get(number=1)
    release.document = release.document.replace('"format":1', '"format":2', 1)
    release.sha256 = releases.sha256_of(release.document)
    newer = release_files.exported(release)
    without_releases()
    with pytest.raises(release_files.Refused, match="cannot be read by this program"):
        release_files.imported(newer, by="paul")


def test_the_number_of_another_release_is_refused(file):
    without_releases()
    Reference.objects.create(slug="new", title="New", organisation="Tests")
    releases.publish(by="a publisher")
    with pytest.raises(release_files.Refused, match="another release 1 here"):
        release_files.imported(file, by="paul")
    assert Release.objects.count() == 1


def test_the_same_release_is_not_imported_twice(file):
    with pytest.raises(release_files.Refused, match="here already"):
        release_files.imported(file, by="paul")


def test_out_of_admin_and_into_it(file, tmp_path):
    publisher, colleague = somebody("paul", "Publisher"), somebody("petra", "Publisher")
    page = f"/admin/evidence/release/{Release.objects.get().pk}/file/"
    response = publisher.get(page)
    assert response.content == file
    assert 'attachment; filename="pathway-release-1-' in response["Content-Disposition"]
    without_releases()
    (tmp_path / "file.json").write_bytes(file)
    with (tmp_path / "file.json").open("rb") as upload:
        assert "Readers see nothing of it" in publisher.post(UPLOAD, {"file": upload}, follow=True).text
    release = Release.objects.get()
    activate = f"/admin/evidence/release/{release.pk}/activate/"
    assert "You imported this release" in publisher.post(activate).text
    assert not Release.objects.filter(active=True).exists()
    assert colleague.post(activate).status_code == 302
    assert Release.objects.get(active=True) == release


def test_admin_tells_why_a_file_is_refused(tmp_path):
    (tmp_path / "file.json").write_text("{}")
    with (tmp_path / "file.json").open("rb") as upload:
        page = somebody("paul", "Publisher").post(UPLOAD, {"file": upload}).text
    assert "Nothing was imported. This is no file of a release." in page


def test_the_command_tells_why_a_file_is_refused(tmp_path):
    (tmp_path / "file.json").write_text("{}")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_release", str(tmp_path / "file.json"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_release", str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match="There is no release 9"):
        call_command("export_release", 9)
