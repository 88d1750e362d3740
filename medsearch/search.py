"""PURE. Finds drugs by what people type: names, kinds of drug, uses; forgives spelling, never guesses.

People come with a word from an appointment, heard once and often misspelt. What the word means decides where a drug stands,
the surest reading first (`Tier`):

1. EXACT     it is one of the drug's names (generic, short, brand, biosimilar; English or French)
2. BEGINS    a name begins with it: somebody is still typing
3. WORD      words of its names begin with the words typed, in any order: "paclitaxel" in "nab-paclitaxel"
4. CONTAINS  a name has it in the middle, from three letters on: fewer stand in nearly every name
5. MISSPELT  a name is a few letters away
6. KIND      the words stand in its class or therapy group
7. USE       the words stand in one of its uses: for whom, when, under which condition

Accents, capitals, hyphens and spaces never matter: nobody knows where "T-DM1" has its hyphen.

A misspelling is only looked for if nothing fits as it is typed: drugs with similar names are different drugs, so one is
never shown beside the right one for looking like it. The longer the word, the more letters may differ (`edits_allowed`), and
only the nearest names are taken. Words shorter than five letters and words with digits must be right: one letter off, those
are other words. If no name is near, each word typed is taken for the nearest word that is known ("chemotheraphy").

Kinds and uses are sentences and have many words, so there a word must be a whole one, or at least five letters of its
beginning ("metas"): "duct" must not find everything ductal. Words that say nothing here ("the", "cancer") are passed over.
"HER2-positive" is one word, however it is written: a drug for "HR-positive, HER2-negative" is not for it. A drug that is
only mentioned in another's use ("after letrozole") does not lead there: the use is not about it.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import reduce
from operator import and_, attrgetter, or_

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_QUERY = 100
SHORTEST_INSIDE_A_NAME = 3
SHORTEST_BEGINNING_IN_A_TEXT = 5
SHORTEST_MISSPELT = 5
SHORTEST_MEANT = 4
SHORTEST_WITH_A_SUGGESTION = 4
NEAR = 0.6
"""Share of letters that must agree for a name to be suggested."""


class Tier(IntEnum):
    """How a drug was found; the lower, the surer."""

    EXACT = 1
    BEGINS = 2
    WORD = 3
    CONTAINS = 4
    MISSPELT = 5
    KIND = 6
    USE = 7


class Entry(msgspec.Struct, frozen=True):
    """What one drug can be found by. `kinds`: its class and therapy group. `uses`: a text for each use and language."""

    drug: str
    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """A drug, by its number in the index. `name`: the one that matched, as it is written; empty for kinds and uses."""

    number: int
    tier: Tier
    name: str = ""


class Found(msgspec.Struct, frozen=True):
    """The drugs that fit, best first, each once. `as_if`: the words taken for those typed, if they had to be corrected."""

    hits: tuple[Hit, ...] = ()
    as_if: str = ""

    @property
    def mask(self) -> int:
        """The same drugs as a set: bit n for drug number n."""
        return bits(hit.number for hit in self.hits)


class Suggestion(msgspec.Struct, frozen=True):
    name: str
    drug: str


def words_in(text: str) -> tuple[str, ...]:
    """The runs of letters and digits, without accents and capitals: "T-DM1" is ("t", "dm1")."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


SAYS_NOTHING = frozenset(
    words_in(
        "a an and are as at be been but by can cannot did do for from had has have if in is it its of on or our so than that"
        " the their them then this to was were which who will with would you your"
        " au aux avec avez ce ces cette dans de des du elle en est et il la le les leur ne ou par pas pour que qui sa se ses"
        " si son sur un une vos votre vous"
        " breast cancer drug medicine medication treatment sein medicament traitement"
    )
)
"""Function words of both languages, and what is true of every drug here."""


def folded(text: str) -> str:
    """Without accents, capitals and what is neither letter nor digit: "T-DM1" is "tdm1"."""
    return "".join(words_in(text))


def edits_allowed(word: str) -> int:
    """How many letters may be wrong, missing, added or swapped with their neighbour in a misspelling of this length."""
    if len(word) < SHORTEST_MISSPELT or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) < 7 else 2 if len(word) < 11 else 3


def bits(numbers: Iterable[int]) -> int:
    """The set of these numbers as one int."""
    listed = list(numbers)
    octets = bytearray(max(listed, default=0) // 8 + 1)
    for number in listed:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def numbers_in(mask: int) -> Iterator[int]:
    """The numbers in such a set, lowest first."""
    for position, octet in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
        while octet:
            lowest = octet & -octet
            yield position * 8 + lowest.bit_length() - 1
            octet ^= lowest


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") else word


class _Sorted:
    """Words in order, each with a number: which begin with some letters?"""

    def __init__(self, pairs: Iterable[tuple[str, int]]):
        ordered = sorted(set(pairs))
        self.words = [word for word, _ in ordered]
        self.numbers = [number for _, number in ordered]

    def beginning_with(self, letters: str) -> list[int]:
        return self.numbers[bisect_left(self.words, letters) : bisect_right(self.words, letters + "\U0010ffff")]


class _Texts:
    """The distinct texts of one sort, the drugs that each is about, and the texts that have a word (but some)."""

    def __init__(self, pairs: Iterable[tuple[str, int]], leave_out: Collection[str] = ()):
        drugs_of: dict[str, list[int]] = defaultdict(list)
        for text, drug in pairs:
            drugs_of[text].append(drug)
        self.about = [bits(drugs) for drugs in drugs_of.values()]
        self.compounds: dict[tuple[str, ...], str] = {}
        texts_with: dict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(drugs_of):
            for chunk in text.split():
                parts = tuple(map(_singular, words_in(chunk)))
                if len(parts) > 1:
                    self.compounds[tuple(sorted(parts))] = "".join(parts)
                for word in (*parts, "".join(parts)):
                    texts_with[word].add(number)
        for word in ("", *leave_out):
            texts_with.pop(word, None)
        self._texts_with = {word: bits(numbers) for word, numbers in texts_with.items()}
        self._words = sorted(self._texts_with)

    @property
    def words(self) -> list[str]:
        return self._words

    def having(self, word: str) -> int:
        """The texts with this word, or with one that begins so if that is said to be enough."""
        if word in SAYS_NOTHING:
            return 0
        texts = self._texts_with.get(_singular(word), 0)
        if len(word) >= SHORTEST_BEGINNING_IN_A_TEXT:
            first, last = bisect_left(self._words, word), bisect_right(self._words, word + "\U0010ffff")
            texts |= reduce(or_, (self._texts_with[w] for w in self._words[first:last]), 0)
        return texts

    def drugs(self, texts: int) -> int:
        return reduce(or_, (self.about[number] for number in numbers_in(texts)), 0)


class Index:
    """Built once for a release; drugs are numbered in the order in which they are given, which is also how equals rank."""

    def __init__(self, entries: Sequence[Entry]):
        self.drugs = tuple(entry.drug for entry in entries)
        self._spoken: list[str] = []
        self._drug_of: list[int] = []
        parts: list[tuple[str, ...]] = []
        for number, entry in enumerate(entries):
            for name in entry.names:
                if words := words_in(name):
                    self._spoken.append(name)
                    self._drug_of.append(number)
                    parts.append(words)
        whole = ["".join(words) for words in parts]
        self._exact: dict[tuple[str, ...] | str, list[int]] = defaultdict(list)
        for n, words in enumerate(parts):
            self._exact[whole[n]].append(n)
            self._exact[tuple(sorted(words))].append(n)
        self._names = _Sorted((word, n) for n, word in enumerate(whole))
        self._words = _Sorted((word, n) for n, words in enumerate(parts) for word in words)
        self._from_a_word = _Sorted(
            ("".join(words[start:]), n) for n, words in enumerate(parts) for start in range(len(words))
        )
        self._joined = "\n".join(whole)
        self._starts = [0]
        for word in whole:
            self._starts.append(self._starts[-1] + len(word) + 1)
        spellings: dict[str, set[int]] = defaultdict(set)
        for n, words in enumerate(parts):
            for word in {whole[n], *words}:
                if len(word) >= SHORTEST_MEANT:
                    spellings[word].add(n)
        self._spellings = spellings
        self._spelt = list(spellings)
        self._kinds = _Texts((text, number) for number, entry in enumerate(entries) for text in entry.kinds)
        self._uses = _Texts(((text, number) for number, entry in enumerate(entries) for text in entry.uses), spellings)
        known = {*self._kinds.words, *self._uses.words}
        self._known = [word for word in known if len(word) >= 7 and word not in spellings] + self._spelt

    def find(self, query: str) -> Found:
        """The drugs that fit what was typed (the first LONGEST_QUERY characters of it), best first. None for no words."""
        words = words_in(query[:LONGEST_QUERY])
        if not words:
            return Found()
        literal = self._by_name(words) + self._by_words(self._segments(words))
        if literal:
            return Found(hits=_best(literal))
        whole = "".join(words)
        if near := self._nearest_spellings(whole, self._spelt):
            names = {name for spelling in near for name in self._spellings[spelling]}
            by_whole_name = sorted(names, key=lambda name: (folded(self._spoken[name]) not in near, name))
            return Found(hits=_once(self._hits(Tier.MISSPELT, by_whole_name)), as_if=", ".join(self._as_written(near)))
        corrected = tuple(self._corrected(segment) for segment in self._segments(words))
        hits = self._by_words(corrected, misspelt=True)
        return Found(hits=_best(hits), as_if=" ".join(corrected) if hits else "")

    def suggestions(self, query: str, most: int = 3) -> tuple[Suggestion, ...]:
        """Names that look like what was typed, for when it finds nothing; each drug once, nearest first. Often none."""
        whole = folded(query[:LONGEST_QUERY])
        if len(whole) < SHORTEST_WITH_A_SUGGESTION:
            return ()
        near = process.extract(
            whole, self._spelt, scorer=OSA.normalized_similarity, processor=None, score_cutoff=NEAR, limit=4 * most
        )
        suggested: dict[int, Suggestion] = {}
        for spelling, _, _ in near:
            for name in sorted(self._spellings[spelling], key=lambda name: (len(self._spoken[name]), name)):
                drug = self._drug_of[name]
                suggested.setdefault(drug, Suggestion(name=self._spoken[name], drug=self.drugs[drug]))
        return tuple(suggested.values())[:most]

    def _hits(self, tier: Tier, names: Iterable[int]) -> list[Hit]:
        return [Hit(number=self._drug_of[name], tier=tier, name=self._spoken[name]) for name in names]

    def _by_name(self, words: tuple[str, ...]) -> list[Hit]:
        whole = "".join(words)
        exact = {*self._exact.get(whole, ()), *self._exact.get(tuple(sorted(words)), ())}
        at_words = [set(self._words.beginning_with(word)) for word in dict.fromkeys(words)]
        return [
            *self._hits(Tier.EXACT, sorted(exact)),
            *self._hits(Tier.BEGINS, self._names.beginning_with(whole)),
            *self._hits(Tier.WORD, sorted({*self._from_a_word.beginning_with(whole), *reduce(and_, at_words)})),
            *self._hits(Tier.CONTAINS, self._containing(whole)),
        ]

    def _containing(self, whole: str) -> Iterator[int]:
        if len(whole) < SHORTEST_INSIDE_A_NAME:
            return
        at = self._joined.find(whole)
        while at >= 0:
            name = bisect_right(self._starts, at) - 1
            yield name
            at = self._joined.find(whole, self._starts[name + 1])

    def _segments(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words, those joined that make one ("her2", "positive"), without those that say nothing."""
        compounds = self._uses.compounds | self._kinds.compounds
        segments = []
        at = 0
        while at < len(words):
            for size in (4, 3, 2):
                run = tuple(sorted(map(_singular, words[at : at + size])))
                if len(run) == size and run in compounds:
                    segments.append(compounds[run])
                    break
            else:
                size = 1
                if words[at] not in SAYS_NOTHING:
                    segments.append(words[at])
            at += size
        return tuple(segments)

    def _by_words(self, segments: tuple[str, ...], *, misspelt: bool = False) -> list[Hit]:
        """Drugs of which every word is said somewhere; what is not said by name or kind must be said of one use."""
        if not segments:
            return []
        named = [bits(self._drug_of[name] for name in self._words.beginning_with(segment)) for segment in segments]
        in_kinds = [self._kinds.having(segment) for segment in segments]
        known = [name | self._kinds.drugs(texts) for name, texts in zip(named, in_kinds, strict=True)]
        in_uses = [self._uses.having(segment) for segment in segments]
        used = 0
        for text in numbers_in(reduce(or_, in_uses)):
            fits = self._uses.about[text]
            for known_of, texts in zip(known, in_uses, strict=True):
                fits &= -1 if texts >> text & 1 else known_of
            used |= fits
        tiers = (
            (Tier.MISSPELT if misspelt else Tier.WORD, reduce(and_, named)),
            (Tier.KIND, reduce(and_, known)),
            (Tier.USE, used),
        )
        return [Hit(number=number, tier=tier) for tier, mask in tiers for number in numbers_in(mask)]

    def _nearest_spellings(self, word: str, among: Sequence[str]) -> list[str]:
        allowed = edits_allowed(word)
        if not allowed:
            return []
        near = process.extract(word, among, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None)
        return [spelling for spelling, distance, _ in near if distance == near[0][1]]

    def _corrected(self, segment: str) -> str:
        if self._words.beginning_with(segment) or self._kinds.having(segment) or self._uses.having(segment):
            return segment
        return min(self._nearest_spellings(segment, self._known), default=segment)

    def _as_written(self, spellings: Iterable[str]) -> Iterable[str]:
        return dict.fromkeys(
            min((self._spoken[name] for name in self._spellings[spelling]), key=len) for spelling in sorted(spellings)
        )


def _best(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each drug once, as it was found best, the best first."""
    return _once(sorted(hits, key=attrgetter("tier", "number")))


def _once(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.number, hit)
    return tuple(first.values())
