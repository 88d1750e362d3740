"""Publishes what the tables hold now as a new release, and activates it."""

from django.core.management import BaseCommand, CommandError

from evidence import releases
from evidence.models import Release


class Command(BaseCommand):
    help = "Publish the content as it stands now. With --first, only if nothing has ever been published."

    def add_arguments(self, parser):
        parser.add_argument("--by", default="manage.py", help="Who publishes: kept with the release.")
        parser.add_argument("--notes", default="", help="What changed, in a sentence.")
        parser.add_argument("--first", action="store_true", help="Do nothing if there is a release already.")

    def handle(self, *args, by, notes, first, verbosity=1, **options):
        if first and Release.objects.exists():
            return
        try:
            release = releases.publish(by=by, notes=notes)
        except releases.ContentErrors as found:
            raise CommandError("Nothing was published: the content has errors.\n" + "\n".join(found.errors)) from found
        if verbosity:
            self.stdout.write(f"Published release {release.number} (sha256 {release.sha256[:12]}).")
