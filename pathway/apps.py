from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "pathway"

    def ready(self):
        from . import content

        content.register()
