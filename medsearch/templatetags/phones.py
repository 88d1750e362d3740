"""Telephone numbers as links that dial."""

import re

from django import template

register = template.Library()


@register.filter
def dialled(phone: str) -> str:
    """What a tel: link needs: "905-472-7373 ext. 2020" is "+19054727373;ext=2020", "811" stays "811".

    Empty for what is no number of North America: it is then to be shown, not linked.
    """
    number, *extension = re.split(r"ext\.?|poste|#", phone, maxsplit=1, flags=re.IGNORECASE)
    digits = re.sub(r"[\s().+-]", "", number)
    behind = "".join(f";ext={inner.strip()}" for inner in extension if inner.strip().isdecimal())
    match len(digits) if digits.isdecimal() else 0:
        case 11 if digits.startswith("1"):
            return f"+{digits}{behind}"
        case 10:
            return f"+1{digits}{behind}"
        case 3:
            return digits
        case _:
            return ""
