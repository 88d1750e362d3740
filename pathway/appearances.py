"""PURE. In which plans each drug appears: on which card or in which text, for whom, and with answers that show it.

Worked out on boxes of answers (personalization/boxes.py), so it is exact for every way to fill in the form.
"""

from collections import defaultdict
from collections.abc import Iterable

from evidence.text import Text
from glossary.marking import Lexicon, mentions
from glossary.prose import parse
from medsearch.frozen import Appearance
from personalization.boxes import Box, intersections, uncovered

from .assembly import Content
from .frozen import Block, Step, Track
from .reach import Reach


def appearances(content: Content, lexicon: Lexicon) -> dict[str, tuple[Appearance, ...]]:
    """Drug → the steps it appears in, in the order of tracks and steps; steps that have a card of it before others.

    `lexicon` finds drugs in English text.
    """
    found = _Found(content, lexicon)
    return {drug: found.of(drug) for drug in content.formulary.drugs}


class _Found:
    def __init__(self, content: Content, lexicon: Lexicon):
        self.content = content
        self.lexicon = lexicon
        self.reach = Reach(content)
        # drug → (track, step) → on a card or not → (population, a box of answers that shows it)
        self.places: dict[str, dict[tuple[str, str], dict[bool, list[tuple[str, Box]]]]] = defaultdict(dict)
        for track in content.pathway.tracks:
            for step in track.steps:
                for block in content.blocks_of[step]:
                    self._note(track, step, block)

    def _note(self, track: Track, step: str, block: Block) -> None:
        on_track = self.reach.of_track(track)
        for drug, population, boxes, on_card in self._named(block):
            if shown := self.reach.permitted(intersections(boxes, on_track)):
                place = self.places[drug].setdefault((track.slug, step), {})
                place.setdefault(on_card, []).append((population, shown[0]))

    def _named(self, block: Block) -> Iterable[tuple[str, str, list[Box], bool]]:
        """Drugs of a block: (drug, population it is named for, ways to answer that show it, whether on a card)."""
        meant_for = self.reach.boxes(block.population)
        if block.kind == "treatments":
            for regimen, uses in self.content.regimens_for(block):
                for use in uses:
                    boxes = intersections(meant_for, self.reach.boxes(use.population))
                    for drug in regimen.drugs:
                        yield drug, use.population, boxes, True
            return
        texts = [block.body, *(slot for o in block.options for slot in (o.name, o.benefit, o.harm, o.experience))]
        named = {
            mention.key
            for text in texts
            for mention in mentions(self.lexicon.mark(parse(text.en)))
            if mention.kind == "drug"
        }
        for drug in sorted(named):
            yield drug, block.population, meant_for, False

    def of(self, drug: str) -> tuple[Appearance, ...]:
        listed = []
        for track in self.content.pathway.tracks:
            for number, slug in enumerate(track.steps, 1):
                place = self.places[drug].get((track.slug, slug))
                if place:
                    listed.append(self._appearance(track, number, self.content.steps[slug], place))
        return tuple(sorted(listed, key=lambda appearance: not appearance.on_card))

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
            if self.content.populations[slug].rules:
                yield self.content.populations[slug].name

    def _answers(self, track: Track, box: Box) -> dict[str, str]:
        """One way to fill in the form that lies in the box: core questions, and further ones that the box narrows."""
        ruleset = self.reach.ruleset
        point = next(iter(uncovered(box, ruleset.forbidden)))
        narrowed, chosen = ruleset.answers_in(point), {}
        for question in self.content.questions:
            options = narrowed.get(question.slug, ())
            if options and question.assumed not in options:
                chosen[question.slug] = options[0]
            elif question.core:
                # Where the track is the one for an open stage, every open answer has to stay open.
                chosen[question.slug] = question.plain[0] if track.population else "unknown"
        return chosen
