"""How the clinical sign-off of a text stands, in words for readers."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from evidence import holding
from evidence.frozen import Review
from evidence.templatetags.words import partial_date

register = template.Library()


@register.filter
def review_words(review: Review, on: date | str = "") -> str:
    """One to two sentences. `on`: the day of the reader; today, if empty."""
    told = {"by": review.by, "on": partial_date(review.on), "due": partial_date(review.due)}
    if review.changed:
        said = _("This text has been changed since %(by)s signed it off on %(on)s. The change is not signed off yet.")
        return said % told
    if review.signed_off:
        said = _("Signed off by %(by)s on %(on)s.") % told
        if review.overdue(on or holding.today(holding.held())):
            return said + " " + _("It was due for review on %(due)s, and that is still to be done.") % told
        return said + (" " + _("Next review: %(due)s.") % told if review.due else "")
    if review.state == "in-review":
        return _("A clinician is reviewing this text; it is not signed off yet.")
    return _("No clinician has signed this text off yet.")
