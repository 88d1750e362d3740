"""Each row of the real content in a plan: what is claimed to show it does, and where nothing is claimed nothing shows it."""

import re
from functools import cache

import msgspec
import pytest
from django.urls import reverse

from evidence.text import Text
from glossary.marking import mentions
from glossary.models import Term
from glossary.prose import parse
from medsearch.models import Drug, Indication, Milestone
from pathway.assembly import assemble
from pathway.content import lexicon, naming
from pathway.models import Block
from pathway.preview import example, sought
from personalization.models import Exclusion, Option, Population, Question
from personalization.profile import Profile
from personalization.ruleset import every_answer_set
from staff.roles import MAY
from tests.conftest import DAY
from tests.staff.test_roles import someone

SECTIONS = {
    "pathway": ("tracks", "steps", "headings", "blocks"),
    "medsearch": ("drugs", "classes", "routes", "regimens", "indications", "jurisdictions", "funding", "milestones"),
    "personalization": ("questions", "populations"),
    "glossary": ("terms",),
    "evidence": ("references",),
}
KINDS = [(section, kind) for section, kinds in SECTIONS.items() for kind in kinds]


def cards(plan):
    return [card for step in plan.steps for block in step.blocks for card in block.cards]


def text_of(value):
    """All English words of a value, folded."""

    def texts(node):
        if isinstance(node, Text):
            yield node.en
        elif isinstance(node, msgspec.Struct):
            for field in node.__struct_fields__:
                yield from texts(getattr(node, field))
        elif isinstance(node, tuple):
            for one in node:
                yield from texts(one)

    return re.sub(r"\s+", " ", " ".join(texts(value))).replace("’", "'").casefold()


def is_named(names, text):
    return any(name.replace("’", "'").casefold() in text for name in names if name)


def shows(kind, row, plan, content):
    """Whether the plan has the row, found without pathway/preview.py."""
    match kind:
        case "tracks":
            return plan.track == row.slug
        case "steps":
            return row.slug in {step.slug for step in plan.steps}
        case "headings":
            return row.slug in {part.slug for step in plan.steps for part in step.parts}
        case "blocks":
            return row.slug in {block.slug for step in plan.steps for block in step.blocks}
        case "drugs":
            on_cards = {drug.slug for card in cards(plan) for drug in card.drugs}
            return row.slug in on_cards or is_named(row.names, text_of(plan.steps))
        case "classes":
            return row.slug in {content.formulary.drugs[drug.slug].drug_class for card in cards(plan) for drug in card.drugs}
        case "routes":
            return row.name in {route for card in cards(plan) for drug in card.drugs for route in drug.routes}
        case "regimens":
            return row.slug in {card.regimen for card in cards(plan)}
        case "indications":
            return row.slug in {use.indication for card in cards(plan) for use in card.uses}
        case "jurisdictions":
            return plan.jurisdiction == row.slug
        case "funding":
            return row.slug in {here.now.row.slug for card in cards(plan) for here in card.funding if here.now.row}
        case "questions":
            return row.slug in {a.question for a in plan.answers} | {q.question for q in plan.find_out}
        case "populations":
            asked = {a.question for a in plan.answers} | {q.question for q in plan.find_out}
            blocks = {block.slug for step in plan.steps for block in step.blocks}
            uses = {use.indication for card in cards(plan) for use in card.uses}
            return (
                any(block.slug in blocks and block.population == row.slug for block in content.pathway.blocks)
                or any(content.formulary.indications[use].population == row.slug for use in uses)
                or any(track.slug == plan.track and track.population == row.slug for track in content.pathway.tracks)
                or any(question.slug in asked and question.asked_of == row.slug for question in content.questions)
            )
        case "terms":
            return is_named([row.name.en, *row.aliases.en.splitlines()], text_of(plan))
        case "references":
            return row.slug in {cited.reference.slug for cited in plan.references}


@pytest.fixture(scope="module")
def plan_of(content):
    return lambda answers, place="": assemble(
        content, Profile.of(content.questions, answers), on=DAY, jurisdiction=place, check_days=180
    )


@pytest.fixture(scope="module")
def every_plan(content):
    """The plans of all ways to answer the core questions."""
    return [assemble(content, found.profile, on=DAY) for found in every_answer_set(content.ruleset)]


@pytest.fixture(scope="module")
def examples(content, release):
    """Kind → the rows with the example claimed for each."""

    @cache
    def of(section, kind):
        rows = getattr(release.sections[section], kind)
        return [(row, example(content, sought(content, kind, row.slug, naming(release)), on=DAY)) for row in rows]

    return of


@pytest.mark.parametrize(("section", "kind"), KINDS)
def test_the_plan_claimed_to_show_a_row_does(examples, plan_of, content, section, kind):
    wrong = [
        row.slug
        for row, found in examples(section, kind)
        if found and not shows(kind, row, plan_of(found.answers, found.place), content)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["blocks", "steps", "tracks", "headings", "drugs", "classes", "regimens", "questions"])
def test_every_row_of_what_plans_are_made_of_has_an_example(examples, kind):
    section = next(section for section, kinds in SECTIONS.items() if kind in kinds)
    assert [row.slug for row, found in examples(section, kind) if found is None] == []


@pytest.mark.parametrize("kind", ["indications", "references", "populations"])
def test_a_row_without_an_example_is_in_no_plan(examples, every_plan, content, kind):
    section = next(section for section, kinds in SECTIONS.items() if kind in kinds)
    none = [row for row, found in examples(section, kind) if found is None]
    assert none
    shown = [row.slug for row in none for plan in every_plan if shows(kind, row, plan, content)]
    assert shown == []


def test_a_statement_about_paying_without_an_example_is_history_or_on_no_card(examples, every_plan, content, plan_of):
    leads = {card.drugs[0].slug: plan for plan in every_plan for card in cards(plan)}
    for row, found in examples("medsearch", "funding"):
        if found is None and not row.history and row.jurisdiction and row.drug in leads:
            answers = {answer.question: answer.option for answer in leads[row.drug].answers if answer.option}
            assert not shows("funding", row, plan_of(answers, row.jurisdiction), content), row.slug


def test_a_term_without_an_example_is_in_no_text_that_plans_show(examples, every_plan, release):
    shown = {block.body.en for plan in every_plan for step in plan.steps for block in step.blocks}
    marks = lexicon(release, "en")
    named = {mention.key for text in shown for mention in mentions(marks.mark(parse(text))) if mention.kind == "term"}
    without = {row.slug for row, found in examples("glossary", "terms") if found is None}
    assert without
    assert not without & named


def test_as_much_is_known_as_can_be(examples):
    """Only who is newly diagnosed, or what is to be found out, needs an open answer to be seen."""
    on_cards = [found for _, found in examples("medsearch", "indications") if found]
    assert not any("unknown" in found.answers.values() for found in on_cards)
    open_ones = [found for _, found in examples("pathway", "blocks") if "unknown" in found.answers.values()]
    assert open_ones
    assert len(open_ones) < 100


pages = pytest.mark.django_db


@pytest.fixture
def staff_client(admin_client, settings):
    settings.SECOND_FACTOR = False
    return admin_client


def address(row):
    return reverse("admin:pathway_preview", args=[row._meta.app_label, row._meta.model_name, row.pk])


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text[response.text.index('id="content"') :]))


@pages
def test_the_change_page_leads_to_a_plan_with_what_is_saved_beside_what_is_public(staff_client):
    block = Block.objects.filter(kind="text").exclude(title="").first()
    was, block.title_en = block.title, "A title said anew"
    block.save()
    change = staff_client.get(reverse("admin:pathway_block_change", args=[block.pk]))
    assert f'<a href="{address(block)}">See it in a plan</a>' in change.text
    page = words(staff_client.get(address(block)))
    here = page[page.index("Where it stands") : page.index("Both plans")]
    assert f"the block “{was}”" in here
    assert "the block “A title said anew”" in here
    assert "Here A title said anew" in page[page.index("Both plans") :]


@pages
@pytest.mark.parametrize("model", [Block, Drug, Indication, Population, Question, Option, Exclusion, Term, Milestone])
def test_every_kind_of_row_is_shown_or_said_why_not(staff_client, model):
    page = words(staff_client.get(address(model.objects.first())))
    assert "Where it stands" in page or "No plan" in page


@pages
def test_other_answers_can_be_chosen_and_the_way_back_is_shown(staff_client):
    row = Indication.objects.get(slug="zoledronic-acid-bone-mets")
    page = words(staff_client.get(address(row), {"stage": "0", "type": "dcis", "hr": "positive", "her2": "positive"}))
    assert "This plan does not show it." in page
    assert "Back to the example that was chosen" in page


@pages
def test_what_no_plan_shows_says_why_and_leads_to_the_page_that_does(staff_client):
    row = Milestone.objects.filter(drug__slug="tucatinib").first()
    response = staff_client.get(address(row))
    assert "Decisions on the way of a drug stand on the drug’s page, never in a plan." in words(response)
    assert f'href="{reverse("admin:pathway_preview_drug", args=["tucatinib"])}"' in response.text


@pages
def test_a_population_nobody_is_in_is_told(staff_client):
    row = Population.objects.get(slug="stage-0")
    row.rules.first().options.add(Option.objects.get(question__slug="type", slug="inflammatory"))
    page = words(staff_client.get(address(row)))
    assert "No plan shows this row. Nobody can be in it" in page


@pages
def test_an_exclusion_shows_what_the_form_says(staff_client):
    row = Exclusion.objects.get(slug="dcis-is-stage-0")
    page = words(staff_client.get(address(row)))
    assert "No plan, on purpose." in page
    assert "DCIS on its own is always stage 0." in page


@pages
def test_the_page_of_a_drug_and_of_a_word_are_shown_as_saved_to_staff_alone(staff_client, client, site):
    Drug.objects.filter(slug="tucatinib").update(summary_en="Rewritten just now.", summary="Rewritten just now.")
    term = Term.objects.first()
    Term.objects.filter(pk=term.pk).update(definition_en="Rewritten just now.", definition="Rewritten just now.")
    for name, slug, public in (
        ("drug", "tucatinib", "/en/medsearch/tucatinib/"),
        ("term", term.slug, f"/en/glossary/{term.slug}/"),
    ):
        page = staff_client.get(reverse(f"admin:pathway_preview_{name}", args=[slug])).text
        assert "Rewritten just now." in page
        assert f'href="{public}"' in page
    client.logout()
    assert "Rewritten just now." not in client.get("/en/medsearch/tucatinib/").text
    assert client.get(reverse("admin:pathway_preview_drug", args=["tucatinib"])).status_code == 302


@pages
def test_content_no_plan_can_be_made_of_is_told(staff_client):
    option = Population.objects.get(slug="stage-0").rules.first().options.first()
    Option.objects.filter(pk=option.pk).update(kind="wider")
    assert "No plan can be made of what is saved" in words(staff_client.get(address(Block.objects.first())))


@pages
@pytest.mark.parametrize("role", MAY)
def test_whoever_may_read_a_table_sees_its_rows_in_a_plan(role):
    row = Drug.objects.first()
    may = "view" in MAY[role].get("medsearch.drug", set())
    assert someone(role).get(address(row)).status_code == (200 if may else 403)


@pages
def test_who_has_no_role_sees_nothing_and_what_is_no_content_is_not_found(staff_client):
    block = Block.objects.first()
    nobody = someone()
    drafts = [reverse("admin:pathway_preview_drug", args=["tucatinib"]), reverse("admin:pathway_preview_term", args=["x"])]
    assert {nobody.get(page).status_code for page in (address(block), *drafts)} == {403}
    for wrong in ("auth/user/1", "no/such/1", "pathway/block/987654321"):
        assert staff_client.get(f"/admin/pathway/track/preview/{wrong}/").status_code == 404
