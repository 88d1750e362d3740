"""Publishes the release whose date has come. For a timer: see docs/deploy.md."""

from django.core.management import BaseCommand, CommandError

from evidence import scheduling
from evidence.models import Scheduled


class Command(BaseCommand):
    help = "Publish what was scheduled for now or earlier. Does nothing if nothing is due; safe to run anywhere, any time."

    def handle(self, *args, verbosity=1, **options):
        settled = scheduling.publish_due(by="manage.py publish_due")
        if settled is None:
            return
        if settled.state == Scheduled.State.REFUSED:
            raise CommandError(f"{settled} was not published. {settled.reason}")
        if verbosity:
            self.stdout.write(f"Published release {settled.release.number}, as scheduled by {settled.scheduled_by}.")
