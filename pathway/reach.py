"""PURE. In which ways to answer each block and each use of a drug is shown: unions of boxes (personalization/boxes.py)."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from evidence.text import Text
from personalization.boxes import Box, covered, intersections, uncovered
from personalization.ruleset import in_words

from .assembly import Content
from .frozen import Block, Track

EVERYBODY = Text(en="everybody", fr="tout le monde")


class Reach:
    def __init__(self, content: Content):
        self.content = content
        self.ruleset = content.ruleset
        self.forbidden = content.ruleset.forbidden
        self._of_block: dict[str, list[Box]] = {}
        self.tracks_of_step: dict[str, list[Track]] = defaultdict(list)
        for track in content.pathway.tracks:
            for step in track.steps:
                self.tracks_of_step[step].append(track)

    def permitted(self, boxes: Iterable[Box]) -> list[Box]:
        """Those of the boxes that some permitted way to answer lies in."""
        return [box for box in boxes if not covered(box, self.forbidden)]

    def boxes(self, population: str) -> list[Box]:
        return self.ruleset.boxes_of(population)

    def of_track(self, track: Track) -> list[Box]:
        """Ways to answer in which the track can be the plan's. The one for an open stage can be anybody's."""
        return self.boxes(track.population) if track.population else [self.ruleset.everything]

    def in_step(self, block: Block) -> list[Box]:
        """Ways to answer in which the block has something to show, wherever its step stands; for treatments, a card."""
        if block.kind != "treatments":
            return self.boxes(block.population)
        # Each population once: thousands of uses are for a few dozen.
        uses = dict.fromkeys(use.population for _, found in self.content.regimens_for(block) for use in found)
        return intersections(self.boxes(block.population), [box for use in uses for box in self.boxes(use)])

    def of_block(self, block: Block) -> list[Box]:
        """Ways to answer in which some plan shows the block."""
        if block.slug not in self._of_block:
            self._of_block[block.slug] = self._reached(block)
        return self._of_block[block.slug]

    def _reached(self, block: Block) -> list[Box]:
        tracks = [box for track in self.tracks_of_step[block.step] for box in self.of_track(track)]
        return self.permitted(intersections(self.in_step(block), tracks))

    def of_blocks(self) -> dict[str, list[Box]]:
        return {block.slug: self.of_block(block) for block in self.content.pathway.blocks}

    def of_indications(self) -> dict[str, list[Box]]:
        """Ways to answer in which some plan shows the use on a card."""
        shown: dict[str, list[Box]] = {use: [] for use in self.content.formulary.indications}
        for block in self.content.pathway.blocks:
            if block.kind == "treatments":
                reach = self.of_block(block)
                for_whom: dict[str, list[Box]] = {}
                for _, found in self.content.regimens_for(block):
                    for use in found:
                        if use.population not in for_whom:
                            for_whom[use.population] = self.permitted(intersections(reach, self.boxes(use.population)))
                        shown[use.slug] += for_whom[use.population]
        return shown

    def answers(self, box: Box, unknown: Collection[str] = ()) -> dict[str, str]:
        """One permitted way to fill in the form that lies in the box: core questions, and further ones that it narrows.

        The first that the form offers. `unknown`: core questions answered "I don't know" all the same. Raises ValueError if
        the box has no permitted way.
        """
        point = min(uncovered(box, self.forbidden), key=lambda piece: [mask & -mask for mask in piece])
        narrowed, chosen = self.ruleset.answers_in(point), {}
        for question in self.content.questions:
            options = narrowed.get(question.slug, ())
            if question.slug in unknown:
                chosen[question.slug] = "unknown"
            elif options and question.assumed not in options:
                chosen[question.slug] = options[0]
            elif question.core:
                chosen[question.slug] = question.plain[0]
        return chosen

    def said(self, box: Box) -> Text:
        """The box in the options' own words."""
        answers = self.ruleset.answers_in(box)
        return in_words(self.content.questions, [answers]) if answers else EVERYBODY
