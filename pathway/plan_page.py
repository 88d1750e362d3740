"""The plan's page. What it says of the content is made once and kept (evidence/kept.py); what is the reader's (the answers,
the code, what has changed for them) is put in for each request, and into nothing that is kept.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from html import escape
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from evidence import releases
from evidence.gzipped import Piece, piece, sheet
from evidence.kept import Kept, Made, kept
from glossary.content import Reader
from glossary.frozen import Term

from .answers_shown import shown
from .assembly import assemble, made_for
from .content import content, lexicon, scheme
from .glance import glance
from .plan import Plan
from .plan_code import Given
from .print_form import PrintForm
from .sent import Sent, hidden, hidden_fields

_TOKEN = secrets.token_hex(8)
"""No content can have it, since it is another one in every process."""
_PLACE = re.compile(f"{_TOKEN}:([^:]*):{_TOKEN}")
ON_PAPER = "on-paper"
"""The one section, for first mentions, that goes on from step to step."""
ROOM = 64
"""The places of the answers are as large as they need, rounded up to a multiple of so many bytes."""


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


class _Place:
    """Stands in a template for something of the reader's."""

    def __init__(self, name: str):
        self.name = name

    def place(self, but: str = "") -> SafeString:
        return mark_safe(f"{_TOKEN}:{self.name} {but}:{_TOKEN}")  # noqa: S308

    def __str__(self) -> SafeString:
        return self.place()

    __html__ = __str__


class _Page(NamedTuple):
    """A page with places (names) for what is the reader's."""

    parts: tuple[Piece | str, ...]
    room: int
    """Bytes that each place of the answers takes."""
    buts: frozenset[str]
    """Questions that the answers leave out at one of their places; "" for a place with all of them."""
    asked: frozenset[str]
    """Questions that are asked of whom the plan is for."""


class _Step(NamedTuple):
    """One step of a page, with places."""

    parts: tuple[bytes | str, ...]
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


def plan_page(release: releases.Active, language: str, sent: Sent, told: Told, *, on: date) -> list[Piece]:
    """The page, in pieces to be joined. The language must be the active one. Raises Contradiction."""
    held = kept(release, on=on)
    fields = hidden_fields(sent.fields)
    given = "".join(fields.values())
    room = -(-len(given.encode()) // ROOM) * ROOM
    key = ("plan", language, sent.profile.open, sent.jurisdiction, sent.moment, told.full, room)
    page = held.get(key, lambda: _page(held, release, language, sent, told.full, room, on))
    pieces = {name: piece(value.encode()) for name, value in _readers(held, release, language, sent, told, page, given, on)}
    for but in page.buts:
        others = "".join([field for name, field in fields.items() if name != but])
        pieces[f"answers {but}"] = piece(others.encode().ljust(room))
    return [pieces[part] if type(part) is str else part for part in page.parts]


def _readers(
    held: Kept, release: releases.Active, language: str, sent: Sent, told: Told, page: _Page, given: str, on: date
) -> Iterable[tuple[str, str]]:
    """Name of a place → what stands there for this reader."""
    made_of = content(release)
    place = made_of.formulary.jurisdictions.get(sent.jurisdiction)
    answers = made_for(made_of.questions, sent.profile, lambda question: question.slug in page.asked)
    code = scheme(release).code(Given(dict(sent.profile.given), sent.jurisdiction, sent.moment, release.number, on))
    switching = given
    if told.code:
        switching = hidden({"code": told.code} | ({"quietly": "yes"} if told.quietly else {}))
    yield "shown ", shown(held, language, answers, place, given)
    yield "switching ", switching
    yield "recall ", told.recall
    yield "told ", told.changes
    yield "plan_code ", code
    yield "fragment ", told.code if told.reload_code else code
    yield "host ", escape(told.host)


def _page(held: Kept, release: releases.Active, language: str, sent: Sent, full: bool, room: int, on: date) -> Made:
    plan = plan_of(release, sent, on=on)
    steps: list[_Step] = []

    def write_step(context, short, place, to_come) -> SafeString:
        steps.append(_step(held, context, short, place, to_come, language))
        return _Place(f"step {len(steps) - 1}").place()

    html = _written(release, language, plan, full, write_step, _places())
    parts: list[bytes | str] = []
    for part in _parts(html):
        parts += steps[int(part.split()[1])].parts if isinstance(part, str) and part.startswith("step ") else [part]
    packed = tuple(_packed(parts, room))
    made_of = content(release)
    placement = made_of.ruleset.place(sent.profile)
    page = _Page(
        parts=packed,
        room=room,
        buts=frozenset(part.split(" ")[1] for part in packed if isinstance(part, str) and part.startswith("answers ")),
        asked=frozenset(
            question.slug for question in made_of.questions if not question.asked_of or placement.belongs(question.asked_of)
        ),
    )
    return Made(page, sum(len(part.deflated) + 150 for part in packed if isinstance(part, Piece)))


def _places() -> dict:
    names = ("switching", "shown", "recall", "told", "plan_code", "fragment", "host")
    return {
        "answers": _Place("answers"),
        **{name: _Place(name) for name in names},
    }


def _written(release: releases.Active, language: str, plan: Plan, full: bool, write_step: Callable, readers: dict) -> str:
    """The page's HTML. `readers`: what is the reader's, or places for it."""
    context = {
        "plan": plan,
        "glance": glance(plan, language),
        "reader": Reader(release, language, lexicon(release, language)),
        "printing": PrintForm(plan),
        "reading": "full" if full else "",
        "write_step": write_step,
        **readers,
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
        html = render_to_string("pathway/station.html", {**named, **here, "reader": apart, "answers": _Place("answers")})
        parts = tuple(_parts(html))
        step = _Step(parts, tuple(apart.terms_used), apart.seen_in(ON_PAPER))
        return Made(step, sum(map(len, parts)) + 60 * len(seen))

    step = held.get(key, make)
    reader.joined_by(step.terms, ON_PAPER, step.seen)
    return step


def _parts(html: str) -> list[bytes | str]:
    """Bytes and, between them, the names of places."""
    return [part if number % 2 else part.encode() for number, part in enumerate(_PLACE.split(html))]


def _packed(parts: list[bytes | str], room: int) -> list[Piece | str]:
    """The places of the answers always take the same room, so that what stands around one is compressed together."""
    packed: list[Piece | str] = []
    together: list[bytes | str] = []

    def pack() -> None:
        compressed = sheet((part if isinstance(part, bytes) else None for part in together), room)
        packed.extend(name if done is None else done for name, done in zip(together, compressed, strict=True))
        together.clear()

    for part in parts:
        if isinstance(part, bytes) or part.startswith("answers "):
            together.append(part)
        else:
            pack()
            packed.append(part)
    pack()
    return packed
