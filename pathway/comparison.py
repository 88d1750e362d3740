"""PURE. What a change of content does to readers: who gains and who loses which block or use of a drug, exactly.

Two contents are compared on the boxes of answers in which each block or use is shown, so every way to answer is
accounted for without assembling a single plan.
"""

import msgspec

from personalization.boxes import Box, covered, joined, size, uncovered

from .assembly import Content
from .reach import Reach


class Effect(msgspec.Struct, frozen=True, order=True):
    """One block or use that is shown to others than before."""

    kind: str
    """block or indication."""
    slug: str
    lost_by: tuple[str, ...]
    """Who does not see it any more, in words."""
    gained_by: tuple[str, ...]
    lost: int
    """How many ways to answer, all questions filled in with plain options."""
    gained: int


class QuestionsChanged(Exception):
    """The two contents do not ask the same, so that their answers cannot be compared box by box."""


def compare(before: Content, after: Content) -> list[Effect]:
    """What readers lose and gain. Raises QuestionsChanged if questions or plain options differ."""
    asked = [[(question.slug, question.plain) for question in content.questions] for content in (before, after)]
    if asked[0] != asked[1]:
        raise QuestionsChanged
    old, new = Reach(before), Reach(after)
    effects = []
    for kind, shown_before, shown_after in (
        ("block", old.of_blocks(), new.of_blocks()),
        ("indication", old.of_indications(), new.of_indications()),
    ):
        for slug in sorted(shown_before.keys() | shown_after.keys()):
            was, is_now = shown_before.get(slug, []), shown_after.get(slug, [])
            lost = _difference(was, is_now, old.forbidden)
            gained = _difference(is_now, was, new.forbidden)
            if lost or gained:
                effects.append(
                    Effect(
                        kind=kind,
                        slug=slug,
                        lost_by=tuple(dict.fromkeys(old.said(box).en for box in lost)),
                        gained_by=tuple(dict.fromkeys(new.said(box).en for box in gained)),
                        lost=_ways(lost, old.forbidden),
                        gained=_ways(gained, new.forbidden),
                    )
                )
    return effects


def _difference(boxes: list[Box], others: list[Box], forbidden: list[Box]) -> list[Box]:
    """What the first union covers and the second does not, as few boxes without overlap. Those with no permitted way to
    answer are left out; the others may hold some that are forbidden, which keeps them simple to say."""
    found: list[Box] = []
    for box in boxes:
        for piece in uncovered(box, others):
            found += uncovered(piece, found)
    return joined(box for box in found if not covered(box, forbidden))


def _ways(boxes: list[Box], forbidden: list[Box]) -> int:
    """How many permitted ways to answer lie in boxes without overlap."""
    return sum(size(piece) for box in boxes for piece in uncovered(box, forbidden))
