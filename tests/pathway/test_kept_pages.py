"""What is kept of a page is content: the page is the same whether it was kept or not, and tells of nobody else."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from unittest.mock import patch

import brotli
import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from hypothesis import Phase, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from evidence import holding, kept, releases
from evidence.gzipped import plain
from evidence.models import Release
from glossary.models import Term
from pathway import plan_page as pages
from pathway.assembly import made_for
from pathway.forms import NOW, PROVINCE, ProfileForm
from pathway.frozen import MOMENTS
from pathway.models import Block
from pathway.plan_page import Contradiction, Told, plan_of, plan_page
from pathway.readers_part import ReadersWords
from pathway.sent import hidden, pairs_of, read

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
OTHERS = {"stage": "1", "type": "ilc", "hr": "negative", "her2": "unknown", "province": "qc", "now": "before-surgery"}


def forms(content):
    """What a form may send: every core question, any of the others."""
    core = {q.slug: st.sampled_from([o.slug for o in q.options]) for q in content.questions if q.core}
    further = {q.slug: st.sampled_from(["", *(o.slug for o in q.options)]) for q in content.questions if not q.core}
    further[PROVINCE] = st.sampled_from(["", "unknown", *content.formulary.jurisdictions])
    further[NOW] = st.sampled_from(["", "unknown", *MOMENTS])
    further["reading"] = st.sampled_from(["full", "short", ""])
    return st.fixed_dictionaries(core, optional=further)


def written_at_once(release, language, sent, told, day):
    """The same page from the same templates, with nothing kept, joined or left free."""
    plan, made_of = plan_of(release, sent, on=day), pages.content(release)
    placement = made_of.ruleset.place(sent.profile)
    answers = made_for(made_of.questions, sent.profile, lambda q: not q.asked_of or placement.belongs(q.asked_of))
    words = ReadersWords(made_of.questions, made_of.formulary.jurisdictions.values())
    code, given = pages.scheme(release).code_of(plan), hidden(sent.fields)

    def write_step(context, short, place, to_come):
        here = {"short": short, "step": short.step, "place": place, "to_come": to_come}
        return mark_safe(render_to_string("pathway/station.html", {**context.flatten(), **here}))

    of_the_reader = {
        pages.ANSWERS: mark_safe(told.changes + words.shown(answers, sent.jurisdiction) + words.forms(given, given)),
        pages.CODE: mark_safe(words.code(code, code, told.host)),
    }
    return pages._written(release, language, plan, told, write_step, of_the_reader).encode()


class EveryPage(TestCase):
    @tried(max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate))
    @given(data=st.data())
    def test_is_the_same_bytes_kept_or_not(self, data):
        release, day = holding.active(), date(2026, 11, 23)
        form = data.draw(forms(pages.content(release)))
        language = data.draw(st.sampled_from(["en", "fr"]))
        sent = read(pages.content(release), form.items())
        told = Told(host="here.example", full=sent.reading == "full")
        with translation.override(language):
            try:
                first = plan_page(release, language, sent, told, on=day)
            except Contradiction:
                return
            again = plan_page(release, language, sent, told, on=day)
            assert plain(first) == plain(again) == written_at_once(release, language, sent, told, day)

    @tried(max_examples=100)
    @given(data=st.data())
    def test_of_the_form_is_read_as_the_form_itself_reads_it(self, data):
        content = pages.content(holding.active())
        form = data.draw(forms(content))
        spoilt = data.draw(st.sampled_from([None, None, *form, "stranger"]))
        if spoilt:
            form[spoilt] = data.draw(st.sampled_from(["", "nonsense", "unknown", " "]))
        asked = ProfileForm(pages_data(form), content=content)
        sent = read(content, pairs_of(pages_data(form)))
        if sent is not None and content.ruleset.contradictions(sent.profile):
            sent = None
        assert (sent is not None) == asked.is_valid()
        if sent is not None:
            assert (sent.profile, sent.jurisdiction, sent.moment) == (asked.profile, asked.jurisdiction, asked.moment)


def pages_data(form):
    data = QueryDict(mutable=True)
    data.update(form)
    return data


def test_two_answers_to_one_question_are_for_the_form_to_refuse(content):
    assert read(content, [*ANSWERS.items(), ("stage", "3")]) is None


def page(answers, language="en"):
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
    return gzip.decompress(Client().post(f"/{language}/plan/", answers, headers=headers).content)


@pytest.mark.django_db
def test_readers_who_ask_at_once_each_get_their_own_page(release):
    asked = [
        (ANSWERS, "en"),
        (OTHERS, "en"),
        ({**ANSWERS, "province": "on"}, "en"),
        ({**ANSWERS, "menopause": "pre"}, "en"),
        ({**ANSWERS, "reading": "full"}, "en"),
        ({**ANSWERS, "now": "on-treatment"}, "en"),
        ({**ANSWERS, "province": "unknown"}, "en"),
        (ANSWERS, "fr"),
    ]
    alone = []
    for answers, language in asked:
        kept.forget()
        alone.append(page(answers, language))
    assert len(set(alone)) == len(asked)
    kept.forget()
    with ThreadPoolExecutor(4) as pool:
        # Each asked for many times, in an order in which they meet.
        together = list(pool.map(lambda n: (n % len(asked), page(*asked[n % len(asked)])), range(6 * len(asked))))
    assert all(found == alone[which] for which, found in together)


@pytest.mark.django_db
def test_nothing_of_a_reader_is_kept(release):
    kept_pages = []
    for answers in (ANSWERS, OTHERS, {**ANSWERS, "province": "on", "now": "on-treatment"}):
        assert 'name="her2" value="' in page(answers).decode()
        # Looked at each time: by chance, what is made for the next page can take the place of this one.
        found = [value for value in kept.kept(release, on=timezone.localdate()).values() if isinstance(value, pages._Page)]
        kept_pages += [value for value in found if not any(value is other for other in kept_pages)]
    assert len(kept_pages) == 3
    for entry in kept_pages:
        words = plain(part for part in entry.parts if not isinstance(part, str)).decode()
        assert "What to call about at once" in words
        assert not re.search(r'<input type="hidden"|class="given"|class="code"', words)


@pytest.mark.django_db
def test_a_new_release_shows_at_once_on_pages_that_were_kept(site):
    def seen():
        return site.plan(**ANSWERS).text, site.get("/en/glossary/biopsy/").text

    before = seen()
    assert seen() == before
    Block.objects.exclude(title_en="").update(title_en="Quite another heading")
    Term.objects.filter(slug="biopsy").update(definition_en="Quite another definition.")
    with patch.object(releases, "_checks", []):
        releases.publish(by="a test")
    holding.forget()
    plan, term = seen()
    assert "Quite another heading" in plan
    assert "Quite another definition." in term


@pytest.mark.django_db
def test_a_public_page_asks_the_database_nothing_while_no_release_was_published(site, settings, django_assert_num_queries):
    settings.RELEASE_CHECK_SECONDS = 3600
    holding.forget()
    addresses = ["/en/medsearch/", "/en/medsearch/letrozole/", "/en/glossary/", "/en/plan/", "/en/medsearch/?q=letrozole"]
    site.plan(**ANSWERS)
    with django_assert_num_queries(0):
        for address in addresses:
            assert site.get(address).status_code == 200
        assert site.plan(**ANSWERS).status_code == 200
        assert site.plan(**OTHERS).status_code == 200
    holding.forget()
    with django_assert_num_queries(1):
        site.plan(**ANSWERS)
        site.get("/en/medsearch/")


@pytest.mark.django_db
class TestAPageThatIsContentAlone:
    ADDRESS = "/en/medsearch/letrozole/"

    def test_is_the_same_in_every_encoding(self, site):
        bare = site.get(self.ADDRESS)
        packed = site.get(self.ADDRESS, headers={"Accept-Encoding": "gzip"})
        small = site.get(self.ADDRESS, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert "Content-Encoding" not in bare.headers
        assert gzip.decompress(packed.content) == bare.content == brotli.decompress(small.content)
        assert len({response["ETag"] for response in (bare, packed, small)}) == 3

    def test_is_not_sent_again_to_who_has_it(self, site):
        mark = site.get(self.ADDRESS)["ETag"]
        again = site.get(self.ADDRESS, headers={"If-None-Match": mark})
        assert (again.status_code, again.content) == (304, b"")
        assert site.get(self.ADDRESS, headers={"If-None-Match": '"another"'}).status_code == 200

    def test_is_not_found_where_there_is_none(self, site):
        assert site.get("/en/medsearch/no-such-drug/").status_code == 404

    @pytest.mark.parametrize("refused", ["br; q=0.000", "identity", "", "gzipped"])
    def test_is_sent_as_it_is_to_who_cannot_unpack_it(self, site, refused):
        assert "Content-Encoding" not in site.get(self.ADDRESS, headers={"Accept-Encoding": refused}).headers


@pytest.mark.django_db
def test_what_staff_say_about_a_release_shows_at_once(site):
    before = site.get("/en/medsearch/letrozole/").text
    releases.mark_wrong(Release.objects.get(active=True), "The dose is wrong.")
    holding.forget()
    assert "The dose is wrong." not in before
    assert "The dose is wrong." in site.get("/en/medsearch/letrozole/").text
    assert "The dose is wrong." in site.plan(**ANSWERS).text
