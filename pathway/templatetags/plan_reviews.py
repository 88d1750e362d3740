"""How much of a plan clinicians have signed off, in words: on its page and on paper."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathway.plan import ReviewCount

register = template.Library()


@register.filter
def plan_review_words(review: ReviewCount, where: str = "") -> str:
    """Two to four sentences. `where`: the sentence that says where each part tells its own."""
    if not review.signed_off:
        return _(
            "No clinician has signed off this plan yet. It was put together from the published sources listed at the end. "
            "Please check it with your care team."
        )
    if review.signed_off == review.total:
        said = [_("Every part of this plan has been signed off by a clinician.")]
    else:
        told = _("A clinician has signed off %(signed)s of the %(total)s parts of this plan.")
        said = [told % {"signed": review.signed_off, "total": review.total}]
    if review.overdue:
        told = ngettext(
            "%(count)s of them was due for another look, which is still to be done.",
            "%(count)s of them were due for another look, which is still to be done.",
            review.overdue,
        )
        said.append(told % {"count": review.overdue})
    if review.changed:
        told = ngettext(
            "%(count)s part has been changed since it was signed off.",
            "%(count)s parts have been changed since they were signed off.",
            review.changed,
        )
        said.append(told % {"count": review.changed})
    return " ".join([*said, where] if where else said)
