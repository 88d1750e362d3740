"""How hard texts are to read: a warning for editors, never an error, since prose must not turn choppy to please a formula.

The formula is the Flesch–Kincaid grade (Kincaid and others 1975):

    0.39 × words per sentence + 11.8 × syllables per word − 15.59

It is computed as textstat 0.7.4 does (later versions fetch a word list when they run): a syllable ends where a word can be
divided, two words or fewer are no sentence, and both means are rounded to a tenth.

Drug names cannot be made shorter, and glossary terms are explained where they stand, so both count as one easy word. A list
item is a sentence. French has formulas of its own and is not measured.
"""

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from pyphen import Pyphen

from glossary.frozen import Glossary
from glossary.marking import Lexicon, mentions
from glossary.prose import Prose, parse, plain

from .assembly import Content
from .finding import Finding, Severity, filled
from .finding import gettext_noop as _

STEP_GRADE = 8.0
DEFINITION_GRADE = 7.0
SENTENCE_WORDS = 25
EASY_WORD = "drug"
SYLLABLES = Pyphen(lang="en_US")


def easy_words(prose: Prose) -> str:
    """The text's words, a sentence a line item, with drug names and terms replaced by one easy word each."""
    lines = []
    for line in plain(prose).splitlines():
        lines.append(line if re.search(r"[.!?:]”?$", line) else f"{line}.")
    words = "\n".join(lines)
    names = sorted({mention.text for mention in mentions(prose)}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, names)), EASY_WORD, words) if names else words


def _bare(text: str) -> list[str]:
    """The words without punctuation; two that a hyphen joins are one."""
    return re.sub(r"[^\w\s]", "", text).split()


def _tenths(number: float) -> float:
    return math.floor(number * 10 + math.copysign(0.5, number)) / 10


@lru_cache(maxsize=2048)
def grade(text: str) -> float:
    """School grade in which the text can be read, by Flesch–Kincaid."""
    words = _bare(text)
    if not words:
        return _tenths(-15.59)
    whole = sum(len(_bare(part)) > 2 for part in re.findall(r"\b[^.!?]+[.!?]*", text))
    syllables = sum(len(SYLLABLES.positions(word)) + 1 for word in _bare(text.lower()))
    return _tenths(0.39 * _tenths(len(words) / max(1, whole)) + 11.8 * _tenths(syllables / len(words)) - 15.59)


def sentences(words: str) -> list[str]:
    return re.split(r"(?<=[.!?:])\s+|(?<=[.!?:]”)\s+", words)


def long_sentences(words: str) -> list[str]:
    return [sentence for sentence in sentences(words) if len(sentence.split()) > SENTENCE_WORDS]


def readability(content: Content, glossary: Glossary, lexicon: Lexicon) -> Iterable[Finding]:
    """Steps over grade 8, definitions over grade 7, sentences over 25 words: English text only."""
    for step, blocks in content.blocks_of.items():
        texts = [easy_words(lexicon.mark(parse(block.body.en))) for block in blocks if block.body.en]
        if texts and (measured := grade("\n".join(texts))) > STEP_GRADE:
            yield _too_hard(f"step {step}", measured, STEP_GRADE)
        for block, words in zip((block for block in blocks if block.body.en), texts, strict=True):
            for sentence in long_sentences(words):
                yield Finding(
                    Severity.WARNING,
                    "long-sentence",
                    f"block {block.slug}",
                    _("A sentence of {count} words: “{sentence}…”"),
                    _("Cut it in two, if it reads better so."),
                    filled(count=len(sentence.split()), sentence=sentence[:60]),
                )
    for term in glossary.terms:
        if (
            term.definition.en
            and (measured := grade(easy_words(lexicon.mark(parse(term.definition.en))))) > DEFINITION_GRADE
        ):
            yield _too_hard(f"term {term.slug}", measured, DEFINITION_GRADE)


def _too_hard(where: str, measured: float, limit: float) -> Finding:
    return Finding(
        Severity.WARNING,
        "reading-grade",
        where,
        _("Reading grade {grade}, over {limit}."),
        _("Shorter words and sentences, the common word first."),
        filled(grade=f"{measured:.1f}", limit=f"{limit:.0f}"),
    )


def step_grades(content: Content, lexicon: Lexicon) -> dict[str, float]:
    """Reading grade of each step, all its blocks together."""
    return {
        step: grade("\n".join(easy_words(lexicon.mark(parse(block.body.en))) for block in blocks if block.body.en))
        for step, blocks in content.blocks_of.items()
        if any(block.body.en for block in blocks)
    }
