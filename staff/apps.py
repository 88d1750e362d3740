from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """Who may enter /admin/, what they may do there, and the log of both.

    An app of its own, beside the content rather than part of it: it has a table that must outlive every release, roles
    that speak of the tables of all other apps, and nothing that a reader ever sees. Only config knows it; it learns of
    publications by a signal.
    """

    name = "staff"
    verbose_name = _("Staff")

    def ready(self):
        from . import log, roles

        log.listen()
        post_migrate.connect(roles.give_permissions, sender=self)
