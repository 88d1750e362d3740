"""What of the plan's page is the reader's: what it was made for, the forms that send the answers again, the plan code.

It is put together for each request, of words that are the same for all: how each option of each question reads, and what
stands around. The answers stand on a page once for each form; buttons and fields elsewhere on it name their form.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from django.template.loader import render_to_string

from evidence.kept import Made
from medsearch.frozen import Jurisdiction
from personalization.frozen import Question

from .assembly import answer

_HERE, _THERE, _HOST = "\x00", "\x01", "\x02"
"""Stand in a template where something is put in; no text has such characters."""

_PLACE = ("answer_line", "answer_row")
_ANSWER = (*_PLACE, "answer_assumed")


class _Shown(NamedTuple):
    """One answer: in the line of all, in the list with a way to change each, and as something taken as given."""

    line: str
    row: str
    assumed: str = ""


class ReadersWords:
    """The words for all answers that there are, in the active language."""

    def __init__(self, questions: Iterable[Question], places: Iterable[Jurisdiction]):
        self._answers = {
            (question.slug, given, taken): _Shown(*_written(_ANSWER, answer=answer(question, given, taken)))
            for question in questions
            for given in ("", *(option.slug for option in question.options))
            for taken in ((False, True) if question.assumed else (False,))
        }
        self._places = {place.slug: _Shown(*_written(_PLACE, place=place.name)) for place in places}
        here = dict.fromkeys(("lines", "assumed", "rows"), _HERE)
        self._around = render_to_string("pathway/answers.html", here).strip().split(_HERE)
        self._assumed = render_to_string("pathway/answers_assumed.html", {"assumed": _HERE}).strip().split(_HERE)
        self._forms = render_to_string("pathway/forms_again.html", {"given": _HERE, "switching": _THERE}).strip()
        self._code = render_to_string(
            "pathway/plan_code.html", {"plan_code": _HERE, "fragment": _THERE, "host": _HOST}
        ).strip()

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(2 * len(text) for shown in (*self._answers.values(), *self._places.values()) for text in shown)

    def shown(self, answers: Iterable[tuple[Question, str, bool]], jurisdiction: str) -> str:
        """What the plan was made for, as HTML. `answers`: as assembly.made_for has them. `jurisdiction`: where the reader
        lives, or empty."""
        lines, rows, assumed = [], [], []
        for question, given, taken in answers:
            shown = self._answers[question.slug, given, taken]
            rows.append(shown.row)
            if taken:
                assumed.append(shown.assumed)
            else:
                lines.append(shown.line)
        if jurisdiction:
            shown = self._places[jurisdiction]
            lines.append(shown.line)
            rows.append(shown.row)
        before, between, after, end = self._around
        taken_as_given = "; ".join(assumed).join(self._assumed) if assumed else ""
        return "".join([before, *lines, between, taken_as_given, after, *rows, end])

    def forms(self, given: str, switching: str) -> str:
        """The forms that buttons and fields of the page belong to, as HTML. `given`: the answers to be sent again, as HTML.
        `switching`: what is sent for the same page in the other language."""
        return self._forms.replace(_HERE, given).replace(_THERE, switching)

    def code(self, code: str, fragment: str, host: str) -> str:
        """The plan code with what to do with it, as HTML. `fragment`: the code to keep in the address."""
        return self._code.replace(_HERE, code).replace(_THERE, fragment).replace(_HOST, escape(host))


def readers_words(questions: Iterable[Question], places: Iterable[Jurisdiction]) -> Made:
    words = ReadersWords(questions, places)
    return Made(words, words.size)


def _written(templates: Iterable[str], **said) -> Iterable[str]:
    return (render_to_string(f"pathway/{template}.html", said).strip() for template in templates)
