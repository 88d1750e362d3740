from django.apps import AppConfig


class MedsearchConfig(AppConfig):
    name = "medsearch"

    def ready(self):
        from history import records

        from . import content

        content.register()
        records.keep(*self.get_models())
