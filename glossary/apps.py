from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    name = "glossary"
    verbose_name = _("Glossary")

    def ready(self):
        from evidence import signing
        from history import records

        from . import content, models

        content.register()
        records.keep(*self.get_models())
        signing.register(models.Term, frozen=content.frozen_terms)
