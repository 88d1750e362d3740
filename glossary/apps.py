from django.apps import AppConfig


class GlossaryConfig(AppConfig):
    name = "glossary"

    def ready(self):
        from history import records

        from . import content

        content.register()
        records.keep(*self.get_models())
