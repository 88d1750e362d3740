"""Writes a release as a file, to be imported by another installation."""

import sys

from django.core.management import BaseCommand, CommandError

from evidence import release_files
from evidence.models import Release


class Command(BaseCommand):
    help = "Write release NUMBER as one file to standard output, or to --output. Its format: docs/release-files.md."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int)
        parser.add_argument("--output", help="File to write instead of standard output.")

    def handle(self, *args, number, output, **options):
        release = Release.objects.filter(number=number).first()
        if release is None:
            raise CommandError(f"There is no release {number}.")
        file = release_files.exported(release)
        if output:
            with open(output, "wb") as target:
                target.write(file)
        else:
            # Bytes as they are: no line ending or encoding of the terminal's.
            sys.stdout.buffer.write(file)
