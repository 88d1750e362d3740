from django.apps import AppConfig


class PersonalizationConfig(AppConfig):
    name = "personalization"

    def ready(self):
        from . import content

        content.register()
