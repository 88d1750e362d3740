from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "pathway"

    def ready(self):
        from evidence import releases
        from medsearch.content import register_appearances

        from . import checking, content

        content.register()
        releases.register_check(checking.check)
        releases.register_effects(checking.effects)
        register_appearances(content.appearances_of_drugs)
