"""Rules as sentences, and the ways to answer that they hold for, against a literal walk."""

import re
from itertools import product

import pytest
from hypothesis import given

from personalization.membership import Membership, sentence
from personalization.models import Exclusion, Option, Population
from personalization.profile import Profile
from personalization.ruleset import Ruleset

from .worlds import box, fillings, is_in, lies_in, permitted, question, world, worlds


def ways(section):
    """Every way to answer the core questions."""
    core = [asked for asked in section.questions if asked.core]
    for options in product(*(asked.options for asked in core)):
        yield {asked.slug: option.slug for asked, option in zip(core, options, strict=True)}


def sorted_ways(listed):
    return sorted(tuple(sorted(answers.items())) for answers in listed)


@given(worlds())
def test_the_ways_listed_for_a_population_are_those_that_literally_belong(section):
    membership = Membership(Ruleset(section))
    for population in section.populations:
        certain, possible = [], []
        for answers in ways(section):
            filled = permitted(section, Profile.of(section.questions, answers))
            inside = [filling for filling in filled if is_in(section, filling, (population.slug,))]
            if filled and len(inside) == len(filled):
                certain.append(answers)
            elif inside:
                possible.append(answers)
        listing = membership.of(population.slug)
        assert sorted_ways(listing.certain) == sorted_ways(certain)
        assert sorted_ways(listing.possible) == sorted_ways(possible)


@given(worlds())
def test_the_ways_an_exclusion_refuses_are_those_it_literally_forbids(section):
    membership = Membership(Ruleset(section))
    for exclusion in section.exclusions:
        refused = [
            answers
            for answers in ways(section)
            if all(lies_in(filling, exclusion.answers) for filling in fillings(Profile.of(section.questions, answers)))
        ]
        assert sorted_ways(membership.refused_by(exclusion)) == sorted_ways(refused)


@given(worlds())
def test_the_lines_hold_each_way_once(section):
    membership = Membership(Ruleset(section))
    for population in section.populations:
        for listed in (membership.of(population.slug).certain, membership.of(population.slug).possible):
            inside = [answers for line in membership.lines(listed) for answers in line.answer_sets]
            assert sorted_ways(inside) == sorted_ways(listed)


def test_ways_that_differ_in_nothing_that_matters_stand_in_one_line():
    asked = [question("a", "a1 a2 a3"), question("b", "b1 b2")]
    membership = Membership(Ruleset(world(asked, populations={"p": [box(a="a1 a2", b="b1")]})))
    (line,) = membership.lines(membership.of("p").certain)
    assert line.answers == {"a": ("a1", "a2"), "b": ("b1",)}
    assert len(line.answer_sets) == 2


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (box(stage="2 3", her2="positive"), "Your cancer is stage II or stage III, and HER2-positive."),
        (box(her2="low ultralow zero"), "Your cancer is HER2-negative."),
        (box(stage="1", menopause="post"), "Your cancer is stage I, and you have been through menopause."),
        (box(nodes="one-to-three four-or-more"), "Cancer was found in lymph nodes."),
        ({}, ""),
    ],
)
def test_a_rule_is_a_sentence(content, rule, said):
    assert sentence(content.questions, rule) == said


class TestInAdmin:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _may_enter(self, settings):
        settings.SECOND_FACTOR = False

    @staticmethod
    def words(response):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text[response.text.index('id="content"') :]))

    def test_the_list_of_populations_says_each_in_words_and_how_many_ways_it_holds_for(self, admin_client, content):
        listing = Membership(content.ruleset).of("stage-0")
        page = self.words(admin_client.get("/admin/personalization/population/?q=stage-0"))
        assert "Your cancer is stage 0." in page
        assert f"{len(listing.certain)} of 846 certainly, {len(listing.possible)} possibly" in page

    def test_each_way_to_answer_leads_to_its_plan(self, admin_client, content):
        row = Population.objects.get(slug="her2-positive-metastatic")
        response = admin_client.get(f"/admin/personalization/population/{row.pk}/answers/")
        links = re.findall(r'href="(/admin/pathway/track/compare/[^"]+)"', response.text)
        listing = Membership(content.ruleset).of(row.slug)
        assert len(links) == len(set(links)) == len(listing.certain) + len(listing.possible)
        assert admin_client.get(links[0].replace("&amp;", "&")).text.count("Nothing: this plan stays as it is.") == 1

    def test_an_exclusion_is_told_with_the_answers_it_refuses(self, admin_client):
        row = Exclusion.objects.get(slug="dcis-is-stage-0")
        response = admin_client.get(f"/admin/personalization/exclusion/{row.pk}/answers/")
        assert "and ductal carcinoma in situ (DCIS)." in self.words(response)
        assert "Refused (72 of 1008)" in self.words(response)
        # Four stages, one type, three answers about hormone receptors, six about HER2.
        assert len(re.findall(r'href="/admin/pathway/track/compare/', response.text)) == 4 * 3 * 6

    def test_an_exclusion_of_further_answers_says_that_it_refuses_only_with_them(self, admin_client):
        page = self.words(admin_client.get("/admin/personalization/exclusion/"))
        assert "only together with further answers" in page

    def test_a_rule_that_names_an_option_that_is_gone_is_told(self, admin_client):
        row = Population.objects.get(slug="stage-0")
        Option.objects.filter(pk=row.rules.first().options.first().pk).update(kind="wider")
        for page in ("", f"{row.pk}/change/", f"{row.pk}/answers/"):
            assert "names an option that is gone" in self.words(
                admin_client.get(f"/admin/personalization/population/{page}")
            )

    def test_the_list_asks_no_more_of_the_database_for_more_populations(self, admin_client, django_assert_max_num_queries):
        for number in range(30):
            Population.objects.create(slug=f"another-{number}", name=f"Another {number}")
        with django_assert_max_num_queries(40):
            admin_client.get("/admin/personalization/population/")
