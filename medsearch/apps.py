from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MedsearchConfig(AppConfig):
    name = "medsearch"
    verbose_name = _("Drugs, and who pays")

    def ready(self):
        from evidence import signing
        from history import records

        from . import content, models

        content.register()
        records.keep(*self.get_models())
        signing.register(models.DrugClass, frozen=content.frozen_classes)
        signing.register(models.Drug, frozen=content.frozen_drugs)
