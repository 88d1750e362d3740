from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = _("Sources and releases")

    def ready(self):
        from history import records

        from . import content, holding, models, releases

        content.register()
        releases.happened.connect(holding.forget_soon)
        records.keep(models.Reference)
