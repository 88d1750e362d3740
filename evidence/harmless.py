"""What staff may not save in a text because readers would see it as typed, or be led astray: HTML, links to elsewhere than
pages, characters that cannot be seen.

None of it could do harm on a page (docs/decisions/0009); it is said when saving, because it never does what was meant.
"""

import re
from html import unescape

import nh3
from django.utils.translation import gettext as _

from .addresses import linkable

_LINK = re.compile(r"\]\(\s*<?([^)>]*)")
_TAG = re.compile(r"<[!/?a-z][^<>]*>?", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows."""


def faults(text: str) -> list[str]:
    """What is wrong with a text, each with how to mend it, for whoever typed it. Empty: it can be saved."""
    found = []
    if nh3.is_html(text):
        tag = _TAG.search(text)
        found.append(
            _(
                "This looks like HTML (“%(found)s”), which readers would see exactly as typed. Take it out: **two stars** "
                "make words strong, a blank line begins a paragraph. If you mean “less than”, put a space behind the sign."
            )
            % {"found": tag.group()[:40] if tag else "<"}
        )
    for address in dict.fromkeys(_LINK.findall(text)):
        meant = re.sub(r"\\(?=[!-/:-@[-`{-~])", "", unescape(address)).strip().partition(" ")[0]
        if not linkable(meant):
            said = _(
                "A link leads to “%(address)s”, so it would not work. Links begin with https:// or http://, with mailto: or "
                "tel:, or with / for a page of this site."
            )
            found.append(said % {"address": meant[:60]})
    if unseen := _UNSEEN.search(text):
        said = _(
            "There is a character in this text that cannot be seen (U+%(code)s, behind “%(before)s”). It often comes along "
            "when text is copied: delete it and the letters beside it, and type them again."
        )
        found.append(said % {"code": f"{ord(unseen.group()):04X}", "before": text[: unseen.start()][-20:]})
    return found
