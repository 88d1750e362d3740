from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"

    def ready(self):
        from history import records

        from . import content, models

        content.register()
        records.keep(models.Reference)
