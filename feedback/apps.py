from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """What readers say about a step of a plan.

    An app of its own, above pathway, rather than part of it: it is the only table that the public writes to, it is no
    content (no release holds it, nothing of it is published), and so everything that keeps it harmless stands together.
    """

    name = "feedback"
    verbose_name = _("Feedback")
