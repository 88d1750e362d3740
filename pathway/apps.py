from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "pathway"

    def ready(self):
        from evidence import releases
        from history import records
        from medsearch.content import register_appearances

        from . import checking, consequences, content

        content.register()
        records.keep(*self.get_models())
        releases.register_check(checking.check)
        releases.register_effects(consequences.effects)
        register_appearances(content.appearances_of_drugs)
