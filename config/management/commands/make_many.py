"""Fills the database with synthetic rows, to see how admin does with 10,000 drugs. For a database of its own."""

from django.contrib.admin.models import LogEntry
from django.core.management import BaseCommand, CommandError

from config import many
from evidence.models import Release


class Command(BaseCommand):
    help = (
        "Add made-up drugs, funding and rows of every other kind, to see how the site does with many. For a database of its "
        "own (DATABASE_URL): they cannot be told apart from content afterwards, and nothing takes them out again. Refuses "
        "where something has been published or edited, unless told --really."
    )

    def add_arguments(self, parser):
        parser.add_argument("--drugs", type=int, default=10_000)
        parser.add_argument("--funding", type=int, default=100_000)
        parser.add_argument("--others", type=int, default=200, help="Rows of each other kind.")
        parser.add_argument("--on-one", type=int, default=100, help="Parts that the first row of each kind has, at most.")
        parser.add_argument("--really", action="store_true", help="Also where something has been published or edited.")

    def handle(self, *args, drugs, funding, others, on_one, really, verbosity=1, **options):
        if min(drugs, others) < 2 or min(funding, on_one) < 1:
            raise CommandError("It needs at least 2 drugs and 2 of the others, 1 row of funding, and 1 part on one.")
        if not really and (Release.objects.exists() or LogEntry.objects.exists()):
            raise CommandError(
                "People may depend on this database: something has been published or edited in it. Made-up rows are not "
                "content. Use a database of their own (DATABASE_URL), or say --really if this one can be thrown away."
            )
        many.fill(drugs, funding, others=others, on_one=on_one)
        if verbosity:
            self.stdout.write(f"Added {drugs} drugs, {funding} rows of funding and {others} of each other kind.")
