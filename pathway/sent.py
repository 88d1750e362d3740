"""What the form sent, read at once if nothing about it has to be mended; all else is for ProfileForm, which says what.

Whether answers contradict each other is not looked at here: that is asked once for each plan (plan_page.py).
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, QueryDict

from personalization.profile import MissingAnswer, Profile, UnknownOption

from .assembly import Content
from .forms import NOW, PROVINCE, READING
from .frozen import MOMENTS

_ENCODED = re.compile(r"[%+]")
"""Only what people type needs decoding, and the form has nothing to type into but a plan code."""
INSTEAD = "instead"
"""Sent by a button that answers one question of a plan anew: question=option."""


class Sent(NamedTuple):
    """Answers that make a plan. `fields`: what was sent, by the names of the form, to be sent again."""

    profile: Profile
    jurisdiction: str
    moment: str
    reading: str
    """"full" if the long parts are to be open."""
    fields: dict[str, str]


def pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of the form in the request's body, with what was answered instead in its place."""
    found = _pairs(request)
    for place, (name, value) in enumerate(found):
        if name == INSTEAD:
            question, _, option = value.partition("=")
            others = [pair for other, pair in enumerate(found) if other != place and pair[0] != question]
            return [*others, (question, option)]
    return found


def as_data(pairs: Iterable[tuple[str, str]]) -> QueryDict:
    """The same for a form."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    if request.content_type == "application/x-www-form-urlencoded":
        # As request.POST would read it, without the many things that it can do and we do not need.
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        sent = request.body.decode(errors="replace")
        if not _ENCODED.search(sent) and sent.count("&") < most:
            return [(name, value) for name, _, value in [pair.partition("=") for pair in sent.split("&") if pair]]
        with suppress(ValueError):
            return parse_qsl(sent, keep_blank_values=True, max_num_fields=most)
    return pairs_of(request.POST)


def pairs_of(data: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in data.lists() for value in values]


def read(content: Content, data: Iterable[tuple[str, str]]) -> Sent | None:
    """None if ProfileForm would find anything wrong with it, other than answers that cannot go together; or if it asks for
    the form, or brings a plan code."""
    answers: dict[str, str] = {}
    fields: dict[str, str] = {}
    seen: set[str] = set()
    reading = ""
    known = content.question_slugs
    for name, value in data:
        if name in seen:
            return None
        seen.add(name)
        if name in known:
            if value:
                answers[name] = fields[name] = value
        elif name in (PROVINCE, NOW):
            if value:
                fields[name] = value
        elif name == READING:
            reading = value
        else:
            return None
    jurisdiction, moment = (_chosen(fields.get(name, "")) for name in (PROVINCE, NOW))
    if (jurisdiction and jurisdiction not in content.formulary.jurisdictions) or (moment and moment not in MOMENTS):
        return None
    try:
        return Sent(content.ruleset.asked.profile(answers), jurisdiction, moment, reading, fields)
    except (MissingAnswer, UnknownOption):
        return None


def _chosen(value: str) -> str:
    return "" if value == "unknown" else value


def hidden(fields: dict[str, str]) -> str:
    """The fields to be sent again, as HTML."""
    return "".join(
        [f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()]
    )
