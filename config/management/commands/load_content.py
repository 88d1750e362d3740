"""Loads fixtures/ into an empty database, in one transaction. Leaves a database that has content alone."""

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import transaction

from personalization.models import Question

IN_ORDER = [
    "references",
    "questions",
    "questions-further",
    "populations",
    "subtypes",
    "exclusions",
    "glossary",
    "routes",
    "drug-classes",
    "drugs",
    "regimens",
    "indications",
    "indications-early",
    "jurisdictions",
    "programmes",
    "milestones",
    "funding",
    "track-metastatic",
]
"""Files that others refer to, in the order in which they must come. Any further file is loaded after these."""


def fixture_names(folder) -> list[str]:
    found = {path.stem for path in folder.glob("*.yaml")}
    return [name for name in IN_ORDER if name in found] + sorted(found.difference(IN_ORDER))


class Command(BaseCommand):
    help = "Load the content in fixtures/ into an empty database. Does nothing if there is content already."

    def handle(self, *args, verbosity=1, **options):
        if Question.objects.exists():
            if verbosity:
                self.stdout.write("The database has content already; fixtures were not loaded.")
            return
        names = fixture_names(settings.BASE_DIR / "fixtures")
        with transaction.atomic():
            call_command("loaddata", *names, verbosity=0)
        if verbosity:
            self.stdout.write(f"Loaded the content of {len(names)} files from fixtures/.")
