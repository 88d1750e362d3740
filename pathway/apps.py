from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PathwayConfig(AppConfig):
    name = "pathway"
    verbose_name = _("Plans")

    def ready(self):
        from evidence import releases, signing
        from history import records
        from medsearch.content import register_appearances

        from . import checking, consequences, content, models

        content.register()
        records.keep(*self.get_models())
        signing.register(models.Block, frozen=content.frozen_blocks, parts=[models.DecisionOption])
        releases.register_check(checking.check)
        releases.register_effects(consequences.effects)
        register_appearances(content.appearances_of_drugs)
