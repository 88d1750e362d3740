"""The plan's page. What it says of the content is made once and kept (evidence/kept.py); what is the reader's (the answers,
the code, what has changed for them) stands in two places, is put in for each request, and into nothing that is kept.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from evidence import releases
from evidence.gzipped import Piece, joined, piece
from evidence.kept import Kept, Made, kept
from glossary.content import Reader
from glossary.frozen import Term

from .assembly import assemble, made_for
from .content import content, lexicon, scheme
from .glance import glance
from .plan import Plan
from .plan_code import Given
from .print_form import PrintForm
from .readers_part import readers_words
from .sent import Sent, hidden

_TOKEN = secrets.token_hex(8)
"""No content can have it, since it is another one in every process."""
_PLACE = re.compile(f"{_TOKEN}:([^:]*):{_TOKEN}")
ANSWERS, CODE = "answers", "code"
"""The places of what is the reader's."""
ON_PAPER = "on-paper"
"""The one section, for first mentions, that goes on from step to step."""


@dataclass(frozen=True)
class Told:
    """What a page says beside the plan. `recall`, `changes`: HTML, or empty. `code`: the one that was typed in, if any."""

    host: str
    full: bool = False
    recall: str = ""
    changes: str = ""
    code: str = ""
    quietly: bool = False
    reload_code: bool = False
    """Reloading is to open the code that was typed in, not today's."""


class Contradiction(Exception):
    """These answers cannot go together."""


class _Page(NamedTuple):
    """A page with places (names) for what is the reader's."""

    parts: tuple[Piece | str, ...]
    asked: frozenset[str]
    """Questions that are asked of whom the plan is for."""


class _Step(NamedTuple):
    """One step of a page."""

    piece: Piece
    terms: tuple[Term, ...]
    seen: frozenset[tuple[str, str]]


def plan_of(release: releases.Active, sent: Sent, *, on: date) -> Plan:
    """Raises Contradiction."""
    made_of = content(release)
    if made_of.ruleset.contradictions(sent.profile):
        raise Contradiction
    return assemble(
        made_of,
        sent.profile,
        on=on,
        jurisdiction=sent.jurisdiction,
        moment=sent.moment,
        check_days=settings.FUNDING_CHECK_DAYS,
    )


def plan_page(release: releases.Active, language: str, sent: Sent, told: Told, *, on: date) -> list[Piece | bytes]:
    """The page, in parts to be joined. The language must be the active one. Raises Contradiction."""
    held = kept(release, on=on)
    key = ("plan", language, sent.profile.open, sent.jurisdiction, sent.moment, told.full, told.recall)
    page = held.get(key, lambda: _page(held, release, language, sent, told, on))
    filled = dict(_of_the_reader(held, release, language, sent, told, page, on))
    return [filled[part] if type(part) is str else part for part in page.parts]


def _of_the_reader(
    held: Kept, release: releases.Active, language: str, sent: Sent, told: Told, page: _Page, on: date
) -> Iterator[tuple[str, bytes]]:
    """Name of a place → what stands there for this reader."""
    made_of = content(release)
    code = scheme(release).code(Given(dict(sent.profile.given), sent.jurisdiction, sent.moment, release.number, on))
    given = switching = hidden(sent.fields)
    if told.code:
        switching = hidden({"code": told.code} | ({"quietly": "yes"} if told.quietly else {}))
    words = held.get(("words", language), lambda: readers_words(made_of.questions, made_of.formulary.jurisdictions.values()))
    answers = made_for(made_of.questions, sent.profile, lambda question: question.slug in page.asked)
    yield ANSWERS, f"{told.changes}{words.shown(answers, sent.jurisdiction)}{words.forms(given, switching)}".encode()
    yield CODE, words.code(code, told.code if told.reload_code else code, told.host).encode()


def _page(held: Kept, release: releases.Active, language: str, sent: Sent, told: Told, on: date) -> Made:
    plan = plan_of(release, sent, on=on)
    steps: list[Piece] = []

    def write_step(context, short, place, to_come) -> SafeString:
        steps.append(_step(held, context, short, place, to_come, language).piece)
        return _place(f"step {len(steps) - 1}")

    html = _written(release, language, plan, told, write_step, {ANSWERS: _place(ANSWERS), CODE: _place(CODE)})
    made_of = content(release)
    placement = made_of.ruleset.place(sent.profile)
    page = _Page(
        parts=tuple(_packed(html, steps)),
        asked=frozenset(
            question.slug for question in made_of.questions if not question.asked_of or placement.belongs(question.asked_of)
        ),
    )
    return Made(page, sum(len(part.deflated) + 150 for part in page.parts if isinstance(part, Piece)))


def _place(name: str) -> SafeString:
    return mark_safe(f"{_TOKEN}:{name}:{_TOKEN}")  # noqa: S308


def _packed(html: str, steps: list[Piece]) -> Iterator[Piece | str]:
    """What stands between the places of what is the reader's, each a single piece."""
    together: list[Piece] = []
    for number, part in enumerate(_PLACE.split(html)):
        if number % 2 == 0:
            together.append(piece(part.encode()))
        elif part.startswith("step "):
            together.append(steps[int(part.removeprefix("step "))])
        else:
            yield joined(together)
            together.clear()
            yield part
    yield joined(together)


def _written(
    release: releases.Active, language: str, plan: Plan, told: Told, write_step: Callable, of_the_reader: dict[str, str]
) -> str:
    """The page's HTML. `of_the_reader`: what is the reader's, or places for it."""
    context = {
        "plan": plan,
        "glance": glance(plan, language),
        "reader": Reader(release, language, lexicon(release, language)),
        "printing": PrintForm(plan),
        "reading": "full" if told.full else "",
        "recall": mark_safe(told.recall),  # noqa: S308 – our template
        "write_step": write_step,
        "of_the_reader": of_the_reader,
    }
    return render_to_string("pathway/plan.html", context)


def _step(held: Kept, context, short, place: int, to_come: int, language: str) -> _Step:
    plan, reader = context["plan"], context["reader"]
    content_of_step = blake2b(msgspec.msgpack.encode(short.step), digest_size=20).digest()
    way = (place % 2, to_come == 0, context["glance"].aside and to_come == 1)
    seen = reader.seen_in(ON_PAPER)
    key = ("step", language, content_of_step, way, context["reading"], plan.track, plan.jurisdiction, seen)

    def make() -> Made:
        apart = reader.apart(ON_PAPER)
        named = {name: context[name] for name in ("plan", "glance", "reading")}
        here = {"short": short, "step": short.step, "place": place, "to_come": to_come}
        html = render_to_string("pathway/station.html", {**named, **here, "reader": apart})
        step = _Step(piece(html.encode()), tuple(apart.terms_used), apart.seen_in(ON_PAPER))
        return Made(step, len(step.piece.deflated) + 60 * len(seen))

    step = held.get(key, make)
    reader.joined_by(step.terms, ON_PAPER, step.seen)
    return step
