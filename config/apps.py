from django.apps import AppConfig


class PathwayConfig(AppConfig):
    """The site: what knows every app."""

    name = "config"

    def ready(self):
        from . import names

        names.translate()
