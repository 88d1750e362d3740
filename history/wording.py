"""PURE. Two texts compared word by word: what both have, what is gone, what has come."""

import re
from difflib import SequenceMatcher

Marked = list[tuple[str, str]]
"""("same" | "gone" | "come", words), in reading order."""

ALIKE = 0.4
"""With less in common than this, of 1, two texts are told as one after the other: their few shared words help nobody."""


def marked(before: str, after: str) -> Marked:
    """Both texts as one. Texts with little in common, or of which one is empty, are marked as a whole."""
    if before == after:
        return [("same", before)] if before else []
    old, new = (re.findall(r"\s+|\w+\s*|[^\w\s]\s*", text) for text in (before, after))
    compare = SequenceMatcher(None, old, new, autojunk=False)
    if not before or not after or compare.ratio() < ALIKE:
        return [(way, text) for way, text in (("gone", before), ("come", after)) if text]
    pieces: Marked = []
    for tag, old_from, old_to, new_from, new_to in compare.get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[old_from:old_to])))
            continue
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        pieces += [(way, text) for way, text in (("gone", gone), ("come", come)) if text]
    return pieces


def sides(before: str, after: str) -> tuple[Marked, Marked]:
    """The same, to stand beside each other: what was, and what is now."""
    pieces = marked(before, after)
    return [piece for piece in pieces if piece[0] != "come"], [piece for piece in pieces if piece[0] != "gone"]


def in_one_line(before: str, after: str) -> Marked:
    """The same, where a cell shows one text; empty if both are better shown whole, since one is empty or both are short."""
    return marked(before, after) if before and after and max(len(before), len(after)) >= 60 else []
