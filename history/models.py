"""What every kept state of a row says beside the row itself, and the imports that can be undone as one."""

import uuid

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kept(models.Model):
    """Base of all tables of history. django-simple-history adds the columns of the row, and who, when and what."""

    by = models.CharField(max_length=150, blank=True)
    """The user's name as it was then, also once the account is gone. Empty: not changed by somebody in admin."""
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    """The same for all that one request, or one command, changed."""

    class Meta:
        abstract = True


class Import(models.Model):
    """A file that was imported: all rows that it added or changed have its batch in their history."""

    batch = models.UUIDField(unique=True, editable=False)
    table = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+", verbose_name=_("table"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.CharField(_("who"), max_length=150)
    file = models.CharField(_("file"), max_length=200, blank=True)
    added = models.PositiveIntegerField(_("new rows"), default=0)
    changed = models.PositiveIntegerField(_("changed rows"), default=0)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.CharField(_("undone by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-at"]
        default_permissions = ["view"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return _("Import of %(file)s") % {"file": self.file or self.table.name}
