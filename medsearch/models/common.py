"""What the tables of drugs and of funding have in common."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from evidence.models import BySlug
from history.reading import reading_along

RESTS_ON = _("The sources that this rests on. Search by title or organisation; + adds one that is not there yet.")
SAYS_SO = _("The source that says so. Search by title or organisation; + adds one that is not there yet.")


class Told(BySlug):
    """Rows that are called by what they name: that is read along, so that a list of them asks once."""

    def __init__(self, *named: str):
        super().__init__()
        self._named = named

    def get_queryset(self):
        # Those of the model: the manager of a relation is made of this class too, and without its arguments.
        return reading_along(super().get_queryset(), self.model._default_manager._named)


def free_slug(model, wish: str) -> str:
    """`wish` as a slug, shortened to fit, with a number behind it if that is taken."""
    longest = model._meta.get_field("slug").max_length - 4
    slug = slugify(wish)[:longest].strip("-")
    taken = set(model.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for name in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if name not in taken)
