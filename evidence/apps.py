from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("Sources and releases")

    def ready(self):
        from history import records

        from . import content, models

        content.register()
        records.keep(models.Reference)
