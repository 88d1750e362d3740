from django.apps import AppConfig


class PersonalizationConfig(AppConfig):
    name = "personalization"

    def ready(self):
        from history import records

        from . import content

        content.register()
        records.keep(*self.get_models())
