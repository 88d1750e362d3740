from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MedsearchConfig(AppConfig):
    name = "medsearch"
    verbose_name = _("Drugs, and who pays")

    def ready(self):
        from history import records

        from . import content

        content.register()
        records.keep(*self.get_models())
