"""The table of plans: its numbers are those of plans assembled one by one."""

import re

import msgspec
import pytest
from django.urls import reverse
from msgspec.structs import replace

from evidence.text import Text
from pathway.assembly import Content, assemble
from pathway.audit import audit
from pathway.checking import findings
from pathway.content import lexicon
from pathway.finding import Finding, Severity
from pathway.matrix import axes, cells, columns, fingerprint, rows_of
from pathway.models import Block, Track
from personalization.profile import Profile
from personalization.ruleset import Belonging
from staff.roles import MAY
from tests.conftest import DAY
from tests.staff.test_roles import someone


def made_of(sections):
    return Content(number=0, published_at=None, **{name: sections[name] for name in sections if name != "glossary"})


def table(content, above, *, every=False, found=(), before=None):
    of = axes(content)
    across = columns(content, of, every=every)
    return [cell for line in cells(content, of, across, above, found, on=DAY, before=before) for cell in line]


def counted(plan):
    """(steps, blocks, drugs) of a plan as JSON."""
    steps = msgspec.to_builtins(plan)["steps"]
    blocks = [
        block for step in steps for part in step["parts"] for group in (part, *part["only_if"]) for block in group["blocks"]
    ]
    drugs = {drug["slug"] for block in blocks for card in block["cards"] for drug in card["drugs"]}
    return len(steps), len({block["slug"] for block in blocks}), len(drugs)


@pytest.mark.parametrize(
    ("kind", "every"), [(kind, kind == "ilc") for kind in ("dcis", "idc", "ilc", "inflammatory", "paget", "rare", "unknown")]
)
def test_each_cell_counts_what_its_plan_has(content, kind, every):
    listed = table(content, {"type": kind}, every=every)
    assert len(listed) == 8 * (18 if every else 5)
    for cell in listed:
        profile = Profile.of(content.questions, cell.answers)
        if content.ruleset.contradictions(profile):
            assert cell.refused
        else:
            assert not cell.refused
            assert (cell.steps, cell.blocks, cell.drugs) == counted(assemble(content, profile, on=DAY)), cell.answers


def test_a_column_for_each_subtype_and_one_for_who_knows_nothing_of_it(content):
    found = columns(content, axes(content))
    names = {population.name: slug for slug, population in content.populations.items() if population.subtype}
    assert {column.subtype for column in found} == {*names, Text()}
    for column in found:
        answers = {"stage": "unknown", "type": "unknown", **column.answers}
        placement = content.ruleset.place(Profile.of(content.questions, answers))
        if column.subtype:
            assert placement.belongs(names[column.subtype]) is Belonging.CERTAIN
        else:
            assert set(column.answers.values()) == {"unknown"}


def test_cells_whose_plan_is_not_the_public_one_are_told_and_no_others(content, release):
    blocks = list(release.sections["pathway"].blocks)
    place = next(n for n, block in enumerate(blocks) if "her2-positive" in block.population and block.kind == "text")
    blocks[place] = replace(blocks[place], body=Text(en=f"{blocks[place].body.en} Said anew."))
    edited = made_of({**release.sections, "pathway": replace(release.sections["pathway"], blocks=tuple(blocks))})
    listed = table(edited, {"type": "idc"}, before=lambda answers: fingerprint(content, answers, on=DAY))
    for cell in listed:
        profile = Profile.of(content.questions, cell.answers)
        if not cell.refused:
            shown = {b.slug for step in assemble(content, profile, on=DAY).steps for b in step.blocks}
            assert cell.differs == (blocks[place].slug in shown), cell.answers
    assert {cell.differs for cell in listed} == {True, False}


def test_a_step_with_nothing_to_show_is_a_gap_of_the_cells_it_is_missing_in(release):
    step = next(track for track in release.sections["pathway"].tracks if track.slug == "metastatic").steps[3]
    blocks = tuple(
        replace(block, population="her2-positive-metastatic") if block.step == step else block
        for block in release.sections["pathway"].blocks
    )
    sections = {**release.sections, "pathway": replace(release.sections["pathway"], blocks=blocks)}
    content = made_of(sections)
    found = audit(content, release.sections["glossary"], lexicon(release, "en"), on=DAY)
    listed = table(content, {"type": "idc"}, found=found)
    gaps = [cell for cell in listed if cell.empty]
    assert gaps
    for cell in gaps:
        assert cell.answers["stage"] in ("4", "recurrence-distant")
        assert cell.answers["her2"] not in ("positive", "unknown")
        assert cell.empty == (content.steps[step].title,)


def test_a_finding_stands_at_the_plans_that_have_what_it_is_about(content, release):
    found = findings(release, DAY)
    about = {kind for finding in found for kind, _ in rows_of(finding)}
    assert {"funding", "term", "reference"} <= about
    seen = [cell for cell in table(content, {"type": "unknown"}, found=found) if cell.findings]
    assert seen
    for cell in seen:
        plan = assemble(content, Profile.of(content.questions, cell.answers), on=DAY)
        leads = {card.drugs[0].slug for step in plan.steps for block in step.blocks for card in block.cards}
        rows = {row.slug: row for row in content.formulary.section.funding}
        told = {rows[finding.where].drug for finding in cell.findings if finding.check == "funding-to-confirm"}
        assert told <= leads


@pytest.mark.parametrize(
    ("check", "where", "rows"),
    [
        ("empty-step", "metastatic/bone-health", {("step", "bone-health")}),
        ("said-twice", "one, other", {("block", "one"), ("block", "other")}),
        ("subsumed-rule", "stage-0, rule 2", {("population", "stage-0")}),
        ("without-reference", "drug class taxane", {("drug class", "taxane")}),
        ("reading-grade", "block one", {("block", "one")}),
        ("no-track", "your cancer is stage 0", set()),
    ],
)
def test_what_a_finding_is_about(check, where, rows):
    assert rows_of(Finding(Severity.WARNING, check, where, "", "")) == rows


class TestThePage:
    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def opened(self, admin_client, settings):
        settings.SECOND_FACTOR = False
        return lambda **asked: admin_client.get(reverse("admin:pathway_matrix"), asked)

    @staticmethod
    def words(response):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text[response.text.index('id="content"') :]))

    def test_each_cell_opens_its_plan(self, opened, admin_client):
        response = opened(type="idc")
        links = re.findall(r'href="(/admin/pathway/track/compare/[^"]+)"', response.text)
        assert len(links) == 8 * 5
        assert "Both plans, step by step" in admin_client.get(links[-1].replace("&amp;", "&")).text

    def test_says_what_is_not_public_yet_and_stops_once_it_is_taken_back(self, opened):
        assert "All are as they are public now." in self.words(opened())
        track = Track.objects.get(slug="metastatic")
        was, track.name_en = track.name, "Renamed"
        track.save()
        assert "10 differ from what is public." in self.words(opened())
        track.name_en = was
        track.save()
        assert "All are as they are public now." in self.words(opened())

    def test_a_hole_is_told_in_words(self, opened):
        step = Track.objects.get(slug="metastatic").steps.first()
        Block.objects.filter(step=step).delete()
        assert "1 empty step" in self.words(opened(type="idc"))
        assert "has nothing to show and is left out" in self.words(opened(type="idc"))

    def test_the_findings_of_one_cell_can_be_listed(self, opened):
        told = self.words(opened(type="idc", at="4.0"))
        assert "What the checks found: Stage IV (metastatic), Positive (HR+) / Positive (HER2+)" in told

    def test_what_the_address_says_otherwise_is_left_out(self, opened):
        assert opened(type="nonsense", columns="nonsense", at="x").status_code == 200

    def test_is_linked_from_the_front_page_and_the_list_of_tracks(self, opened, admin_client):
        for start in ("/admin/", "/admin/pathway/track/"):
            assert f'href="{reverse("admin:pathway_matrix")}"' in admin_client.get(start).text

    @pytest.mark.parametrize("role", [*MAY, ""])
    def test_opens_to_whoever_may_read_tracks(self, role, settings):
        client = someone(*filter(None, [role]))
        may = "view" in MAY.get(role, {}).get("pathway.track", set())
        assert client.get(reverse("admin:pathway_matrix")).status_code == (200 if may else 403)
