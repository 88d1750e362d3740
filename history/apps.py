from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    """What became of every row: who changed what and when, and back again.

    An app of its own, below all others, so that its tables stand together and no content table knows of them.
    Each app says in its `ready` which of its rows are kept (records.py).
    """

    name = "history"
    verbose_name = _("Undo")
