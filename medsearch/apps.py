from django.apps import AppConfig


class MedsearchConfig(AppConfig):
    name = "medsearch"

    def ready(self):
        from . import content

        content.register()
