from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonalizationConfig(AppConfig):
    name = "personalization"
    verbose_name = _("Questions, and who is who")

    def ready(self):
        from history import records

        from . import content

        content.register()
        records.keep(*self.get_models())
