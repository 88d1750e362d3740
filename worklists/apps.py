from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistsConfig(AppConfig):
    """What is waiting for staff, and who looks after it: on the front page of admin, above the tables.

    An app of its own, above all content: its lists are read from the tables of the others, none of which knows of it.
    """

    name = "worklists"
    verbose_name = _("Work lists")
