"""The part of the plan's page that says what it was made for. It is put together for each request, of one piece an answer:
a piece says how one option of one question reads, and is kept like the rest of the release's words."""

from django.template.loader import render_to_string

from evidence.kept import Kept, Made
from medsearch.frozen import Jurisdiction
from personalization.frozen import Question

from .assembly import answer
from .plan import Answer


class _Place:
    """Stands where the answers are put in; no text has such a character."""

    MARK = "\x00"

    def place(self, but: str) -> str:
        return self.MARK


def shown(
    kept: Kept, language: str, answers: list[tuple[Question, str, bool]], place: Jurisdiction | None, hidden: str
) -> str:
    """The whole part, as HTML. `answers`: as assembly.made_for has them. `place`: where the reader lives, if they said.
    `hidden`: the answers to be sent again, as HTML."""
    lines, rows, assumed = [], [], []
    for one in answers:
        question, given, taken = one
        key = ("answer", language, question.slug, given, taken)
        line, row = kept.get(key, lambda one=one: _written({"answer": answer(*one)}))
        rows.append(row)
        if taken:
            assumed.append(one)
        else:
            lines.append(line)
    if place:
        line, row = kept.get(("lives", language, place.slug), lambda: _written({"place": place.name}))
        lines.append(line)
        rows.append(row)
    key = ("assumed", language, *((question.slug, given) for question, given, _ in assumed))
    taken_as_given = kept.get(key, lambda: _taken_as_given([answer(*one) for one in assumed])) if assumed else ""
    frame = kept.get(("answers", language), _frame)
    return "".join([frame[0], *lines, frame[1], taken_as_given, frame[2], *rows, frame[3]]).replace(_Place.MARK, hidden)


def _frame() -> Made:
    """What stands around the lines, what was taken as given, and the rows."""
    here = "\x01"
    written = render_to_string("pathway/answers.html", {"lines": here, "assumed": here, "rows": here, "answers": _Place()})
    return Made(tuple(written.split(here)), 2 * len(written))


def _written(said: dict) -> Made:
    line = render_to_string("pathway/answer_line.html", said).strip()
    row = render_to_string("pathway/answer_row.html", {**said, "answers": _Place()}).strip()
    return Made((line, row), 2 * (len(line) + len(row)))


def _taken_as_given(assumed: list[Answer]) -> Made:
    written = render_to_string("pathway/answers_assumed.html", {"assumed": assumed}).strip()
    return Made(written, 2 * len(written))
