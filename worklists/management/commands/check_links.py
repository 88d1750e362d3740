"""Asks every cited address whether it still opens. To be run once a day by a timer."""

from django.core.management import BaseCommand, CommandError

from worklists import links
from worklists.models import Link


class Command(BaseCommand):
    help = (
        "Ask the addresses of references and programs whether they still open: new ones, those that failed, and those that "
        "worked a week ago or longer. An address fails once it did not open on two days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="also those that worked within the last week")

    def handle(self, *args, verbosity=1, **options):
        urls = sorted(links.cited()) if options["all"] else links.due()
        try:
            answers = links.look_at(urls)
        except links.NoNetwork as error:
            raise CommandError(
                f"None of {len(urls)} addresses answered: this server seems to have no way out to the network. "
                "Nothing was noted."
            ) from error
        links.note(answers)
        if verbosity:
            for answer in answers:
                if answer.problem:
                    self.stdout.write(f"{answer.url}  {answer.problem}")
            failing, once = Link.objects.failing().count(), Link.objects.failed_once().count()
            self.stdout.write(f"{len(answers)} asked. Failing: {failing}; failed for the first time: {once}.")
