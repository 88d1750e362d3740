"""PURE. In which plans each drug appears: on which card or in which text, for whom, and with answers that show it.

Worked out on boxes of answers (personalization/boxes.py), so it is exact for every way to fill in the form. One drug at a
time, when it is asked for: most texts do not name it, and are not even parsed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from evidence.text import Text
from glossary.marking import Lexicon, mentions
from glossary.prose import Prose
from medsearch.frozen import Appearance
from personalization.boxes import Box, intersections

from .assembly import Content
from .frozen import Block, Step, Track
from .reach import Reach


class Naming:
    """Which texts name a drug or a term. `prose`: English text as its tree, marked by the lexicon."""

    def __init__(self, lexicon: Lexicon, prose: Callable[[Text], Prose]):
        self._lexicon = lexicon
        self._prose = prose

    def names(self, kind: str, key: str, *texts: Text) -> bool:
        """Whether any of the texts names it."""
        return any(
            (mention.kind, mention.key) == (kind, key)
            for text in texts
            if text.en and self._lexicon.may_name(kind, key, text.en)
            for mention in mentions(self._prose(text))
        )


def texts_of(block: Block) -> tuple[Text, ...]:
    """The texts of a block in which drugs and terms are looked for."""
    return (block.body, *(slot for o in block.options for slot in (o.name, o.benefit, o.harm, o.experience)))


class Appearances(Mapping[str, tuple[Appearance, ...]]):
    """Drug → the steps it appears in, in the order of tracks and steps; steps that have a card of it before others."""

    def __init__(self, content: Content, naming: Naming):
        self._content = content
        self._naming = naming
        self._reach = Reach(content)
        self._found: dict[str, tuple[Appearance, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._content.formulary.drugs)

    def __len__(self) -> int:
        return len(self._content.formulary.drugs)

    def __getitem__(self, drug: str) -> tuple[Appearance, ...]:
        if drug not in self._found:
            if drug not in self._content.formulary.drugs:
                raise KeyError(drug)
            self._found[drug] = tuple(sorted(self._of(drug), key=lambda appearance: not appearance.on_card))
        return self._found[drug]

    def _of(self, drug: str) -> Iterable[Appearance]:
        for track in self._content.pathway.tracks:
            for number, step in enumerate(track.steps, 1):
                # On a card or not → (population, a box of answers that shows it).
                place: dict[bool, list[tuple[str, Box]]] = {}
                for block in self._content.blocks_of[step]:
                    for population, boxes, on_card in self._named(drug, block):
                        if shown := self._reach.permitted(intersections(boxes, self._reach.of_track(track))):
                            place.setdefault(on_card, []).append((population, shown[0]))
                if place:
                    yield self._appearance(track, number, self._content.steps[step], place)

    def _named(self, drug: str, block: Block) -> Iterable[tuple[str, list[Box], bool]]:
        """(population it is named for, ways to answer that show it, whether on a card)."""
        meant_for = self._reach.boxes(block.population)
        if block.kind == "treatments":
            for regimen, uses in self._content.regimens_for(block):
                if drug in regimen.drugs:
                    for use in uses:
                        yield use.population, intersections(meant_for, self._reach.boxes(use.population)), True
        elif self._naming.names("drug", drug, *texts_of(block)):
            yield block.population, meant_for, False

    def _appearance(self, track: Track, number: int, step: Step, place: dict[bool, list[tuple[str, Box]]]) -> Appearance:
        on_card = True in place
        named = place[on_card]
        return Appearance(
            track=track.name,
            number=number,
            step=step.title,
            on_card=on_card,
            for_whom=tuple(self._populations(population for population, _ in named)),
            answers=self._answers(track, named[0][1]),
        )

    def _populations(self, slugs: Iterable[str]) -> Iterable[Text]:
        """Names of the populations; none for everybody."""
        for slug in dict.fromkeys(slugs):
            if self._content.populations[slug].rules:
                yield self._content.populations[slug].name

    def _answers(self, track: Track, box: Box) -> dict[str, str]:
        if track.population:
            return self._reach.answers(box)
        # Where the track is the one for an open stage, every open answer has to stay open.
        narrowed = self._reach.ruleset.answers_in(box)
        return self._reach.answers(box, [q.slug for q in self._content.questions if q.core and q.slug not in narrowed])
