"""What an editor is told about a text while it is being written, and how readers will see it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from evidence.harmless import faults
from evidence.written import Written
from glossary.literal import literal
from glossary.marking import FirstMentions, mentions
from glossary.prose import Mention, Paragraph, Prose, Words, html, parse
from history import records

from .readability import easy_words, grade, long_sentences, sentences
from .writing_tables import tables, tellable

FEWEST_WORDS = 12
"""Below this, a reading grade says nothing."""
PLACES = 3


@dataclass(frozen=True)
class Found:
    text: str
    kind: str
    """drug or term"""
    address: str


@dataclass(frozen=True)
class Repeated:
    sentence: str
    places: list[tuple[str, str]]
    """Name and address in admin; the address is empty where the row has no page."""
    more: int


@dataclass(frozen=True)
class Looked:
    written: Written
    words: int
    grade: float | None
    """None: French, or too short to measure."""
    long: list[str]
    found: list[Found]
    literal: list[str]
    faults: list[str]
    repeated: list[Repeated]
    untranslated: bool
    """English, and the French is empty."""
    older: tuple[str, datetime] | None
    """French, while the English was changed since: by whom (may be empty) and when."""
    untouched: bool
    """The English is being changed now, and the French is not."""
    preview: SafeString

    @property
    def too_hard(self) -> bool:
        return self.grade is not None and self.grade > self.written.grade

    @property
    def remarks(self) -> int:
        """How many things there are to look at."""
        told = (self.too_hard, self.long, self.literal, self.faults, self.repeated)
        return sum(map(bool, told)) + bool(self.untranslated or self.older or self.untouched)


def look(one: Written, text: str, other: str, pk=None) -> Looked:
    """`other`: the text of the other language. `pk`: of the row, None for a new one."""
    held = tables()
    text = text.replace("\r\n", "\n").strip()
    prose: Prose = parse(text) if one.markdown else (Paragraph(children=(Words(text=text),)),)
    marked = held.lexicons[one.language].mark(prose)
    easy = easy_words(marked) if text else ""
    measured = one.language == "en" and one.long and len(easy.split()) >= FEWEST_WORDS
    saved = one.model._base_manager.filter(pk=pk).values(one.column, one.other).first() if pk else None
    return Looked(
        written=one,
        words=len(text.split()),
        grade=max(0.0, grade(easy)) if measured else None,
        long=_long(prose, easy) if one.language == "en" and one.long else [],
        found=_found(marked, one.language) if one.markdown else [],
        literal=[] if one.own_marks else literal(text, markdown=one.markdown),
        faults=faults(text),
        repeated=_repeated(one, text, pk) if one.long else [],
        untranslated=one.language == "fr" and not text and bool(other.strip()),
        older=_older(one, pk) if one.language == "fr" and text and saved and _same(text, saved[one.column]) else None,
        untouched=bool(
            one.language == "fr"
            and text
            and saved
            and _same(text, saved[one.column])
            and other.strip()
            and not _same(other, saved[one.other])
        ),
        preview=_preview(marked if one.markdown else prose, one.language),
    )


def _long(prose: Prose, easy: str) -> list[str]:
    """The long sentences as they were typed, though a drug's name counts as one word."""
    typed, measured = sentences(easy_words(prose)), sentences(easy)
    if len(typed) != len(measured):
        return long_sentences(easy)
    return [own for own, words in zip(typed, measured, strict=True) if long_sentences(words)]


def _same(one: str, other: str | None) -> bool:
    return one.replace("\r\n", "\n").strip() == (other or "").replace("\r\n", "\n").strip()


def _address(mention: Mention, language: str) -> str:
    page = "medsearch:drug" if mention.kind == "drug" else "glossary:term"
    with override(language):
        return reverse(page, args=[mention.key])


def _found(marked: Prose, language: str) -> list[Found]:
    seen = FirstMentions()
    return [Found(m.text, m.kind, _address(m, language)) for m in mentions(marked) if seen.is_first(m)]


def _preview(prose: Prose, language: str) -> SafeString:
    seen = FirstMentions()

    def write(mention: Mention) -> str:
        if not seen.is_first(mention):
            return escape(mention.text)
        shown = '<a class="{}" href="{}" target="_blank" rel="noopener">{}</a>'
        return format_html(shown, mention.kind, _address(mention, language), mention.text)

    # Editors' text is escaped node by node while the tree is written; see glossary/prose.py.
    return mark_safe(html(prose, write))  # noqa: S308


def _repeated(one: Written, text: str, pk) -> list[Repeated]:
    told = []
    for sentence in dict.fromkeys(tellable(text, markdown=one.markdown)):
        if places := tables().elsewhere(sentence, one.model, pk):
            rows = list(dict.fromkeys((place.model, place.pk) for place in places))
            shown = [_place(model, row) for model, row in rows[:PLACES]]
            told.append(Repeated(sentence, shown, len(rows) - len(shown)))
    return told


def _place(model, pk) -> tuple[str, str]:
    """The row, or the row on whose page it stands."""
    row = model._base_manager.filter(pk=pk).first()
    name = f"{model._meta.verbose_name} “{row}”"
    if not admin.site.is_registered(model):
        owner = next(
            (f for f in model._meta.concrete_fields if f.is_relation and admin.site.is_registered(f.related_model)), None
        )
        if owner is None or row is None:
            return name, ""
        model, pk = owner.related_model, getattr(row, owner.attname)
    try:
        return name, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return name, ""


def _older(one: Written, pk) -> tuple[str, datetime] | None:
    """Who changed the English last and when, if that was after the French was."""
    if one.model not in records.kept():
        return None
    changed: dict[str, tuple[int, str, datetime]] = {}
    before = None
    kept = one.model.kept.filter(**{one.model._meta.pk.attname: pk}).order_by("history_id")
    for number, (by, at, french, english) in enumerate(kept.values_list("by", "history_date", one.column, one.other)):
        if before is not None:
            for name, was, now in (("fr", before[0], french), ("en", before[1], english)):
                if not _same(was or "", now):
                    changed[name] = (number, by, at)
        before = (french, english)
    if "en" in changed and changed["en"][0] > changed.get("fr", (-1,))[0]:
        return changed["en"][1:]
    return None
