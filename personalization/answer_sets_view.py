"""For staff: rules as sentences, and as the list of ways to answer that they hold for, each leading to its plan."""

from dataclasses import dataclass
from hashlib import sha256

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evidence.templatetags.words import bare_words, page_language

from .content import answers_of, freeze
from .frozen import Personalization
from .membership import Line, Membership, sentence
from .ruleset import NotAPlainOption, Ruleset

MOST_NAMED = 3
"""Of a question's options, how many a line names before it says which it leaves out, if those are fewer."""


MOST_SENTENCES = 20
"""Rules that the page of a row tells as sentences; a link leads to all of them."""


class Saved:
    """The questions and rules as the tables have them now, with who belongs where."""

    def __init__(self, section: Personalization):
        self.section = section
        self.questions = {question.slug: question for question in section.questions}
        try:
            self.membership = Membership(Ruleset(section))
        except (NotAPlainOption, KeyError):
            self.membership = None
            """A rule names an option that is gone."""

    def sentence(self, options) -> str:
        """The rule or exclusion of these options (rows) as a sentence; empty if it has none."""
        return sentence(self.section.questions, answers_of(options), page_language())


_held: tuple[str, Saved] | None = None


def saved() -> Saved:
    """Worked out once while nothing is saved. Reads the tables of questions and rules once."""
    global _held
    section = freeze()
    key = sha256(msgspec.json.encode(section, order="deterministic")).hexdigest()
    held = _held
    if held is None or held[0] != key:
        _held = held = (key, Saved(section))
    return held[1]


@dataclass(frozen=True)
class Shown:
    """A line of the page: ways to answer that differ in nothing that matters."""

    name: str
    ways: list[tuple[str, str]]
    """(name, address of its plan)."""


def lines(found: Saved, answer_sets) -> list[Shown]:
    return [_shown(found, line) for line in found.membership.lines(answer_sets)]


def _shown(found: Saved, line: Line) -> Shown:
    return Shown(
        name=" · ".join(_told(found.questions[slug], options) for slug, options in line.answers.items())
        or str(_("Everybody")),
        ways=[
            (
                " · ".join(bare_words(found.questions[q].option(option).label) for q, option in answers.items()),
                f"{reverse('admin:pathway_compare')}?{urlencode(answers)}",
            )
            for answers in line.answer_sets
        ],
    )


def _told(question, options) -> str:
    left_out = [option for option in question.options if option.slug not in options]
    if len(options) > MOST_NAMED and len(left_out) < len(options):
        listed = ", ".join(bare_words(option.label) for option in left_out)
        return str(_("%(question)s: anything but %(options)s")) % {"question": bare_words(question.short), "options": listed}
    return f"{bare_words(question.short)}: " + " / ".join(bare_words(question.option(slug).label) for slug in options)


def _and_more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count}


class WithAnswerSets:
    """For the ModelAdmin of rows that hold for some ways to answer. `sentences` and `sections` say which."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_answers"
        page = path("<path:object_id>/answers/", self.admin_site.admin_view(self.answers_view), name=name)
        return [page, *super().get_urls()]

    def answers_url(self, row) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_answers", args=[row.pk])

    def answers_view(self, request, object_id):
        """GET: every way to answer that the row holds for."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        found = saved()
        context = {
            **self.admin_site.each_context(request),
            "title": self.answers_title % {"row": row},
            "opts": self.opts,
            "row": row,
            "sentences": self.sentences(found, row),
            "unreadable": found.membership is None,
            "sections": self.sections(found, row) if found.membership else (),
        }
        return render(request, "admin/personalization/answer_sets.html", context)

    def in_sentences(self, row):
        """The row's sentences, as a list if there are several."""
        told = self.sentences(saved(), row)
        if len(told) == 1:
            return told[0]
        listed = format_html_join("", "<li>{}</li>", ((one,) for one in told[:MOST_SENTENCES]))
        more = len(told) - MOST_SENTENCES
        if more > 0:
            listed += format_html('<li><a href="{}">{}</a></li>', self.answers_url(row), _and_more(more))
        return format_html("<p>{}</p><ul>{}</ul>", _("Any one of these is enough:"), listed)

    def with_link(self, row, said: str):
        """What is said of the number of answer sets, leading to the list of them."""
        return format_html('<a href="{}">{}</a>', self.answers_url(row), said)


UNREADABLE = _("Not to be told: a rule names an option that is gone.")
