"""PURE. Sets of answers as unions of boxes, and exact arithmetic on them.

A *box* is a tuple of bit masks, one int a question, a bit a plain option: within a question any of the options, across
questions all. Rules, exclusions and profiles are boxes; populations are unions of boxes. What holds for every one of
millions of ways to answer is decided on a few boxes, never by walking the answers.
"""

from collections.abc import Iterable, Sequence
from itertools import compress, count
from operator import and_, ne

Box = tuple[int, ...]
# With hundreds of questions a box is long, and all that follows walks boxes: hence map() instead of loops.


def meets(box: Box, other: Box) -> bool:
    """Whether the boxes have a point in common."""
    return 0 not in map(and_, box, other)


def within(box: Box, other: Box) -> Box:
    """What the boxes have in common. Only a box if they meet."""
    return tuple(map(and_, box, other))


def contains(box: Box, other: Box) -> bool:
    """Whether all of the other box lies in this one."""
    return within(box, other) == other


def outside(box: Box, other: Box) -> Iterable[Box]:
    """The part of `box` that lies outside `other`, as boxes without overlap."""
    both = within(box, other)
    if 0 in both:
        yield box
        return
    for question in compress(count(), map(ne, box, both)):
        yield (*both[:question], box[question] & ~other[question], *box[question + 1 :])


def uncovered(box: Box, by: Sequence[Box]) -> Iterable[Box]:
    """The part of `box` that none of the others covers, as boxes without overlap. Yields nothing if they cover it."""
    for position, other in enumerate(by):
        if meets(box, other):
            for piece in outside(box, other):
                yield from uncovered(piece, by[position + 1 :])
            return
    yield box


def covered(box: Box, by: Sequence[Box]) -> bool:
    """Whether every point of the box lies in one of the others."""
    return next(iter(uncovered(box, by)), None) is None


def intersections(boxes: Iterable[Box], others: Sequence[Box]) -> list[Box]:
    """The common part of two unions of boxes, as a union of boxes."""
    return [both for box in boxes for other in others if 0 not in (both := within(box, other))]


def joined(boxes: Iterable[Box]) -> list[Box]:
    """The same union in fewer boxes: those that differ in one question only become one. Does not depend on their order."""
    todo = sorted(boxes, key=lambda box: ([-mask.bit_count() for mask in box], box))
    for first in range(len(todo)):
        for second in range(first + 1, len(todo)):
            differ = sum(a != b for a, b in zip(todo[first], todo[second], strict=True))
            if differ <= 1:
                both = tuple(a | b for a, b in zip(todo[first], todo[second], strict=True))
                return joined([*todo[:first], both, *todo[first + 1 : second], *todo[second + 1 :]])
    return todo


def size(box: Box) -> int:
    """How many ways to answer lie in the box."""
    points = 1
    for mask in box:
        points *= mask.bit_count()
    return points
