"""Adds a release from a file that another installation exported. It is not public until it is activated."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from evidence import release_files


class Command(BaseCommand):
    help = "Import the release in FILE. Nothing changes for readers until somebody activates it in admin."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="manage.py", help="Who imports it: kept with the release.")

    def handle(self, *args, file, by, **options):
        try:
            release = release_files.imported(file.read_bytes(), by=by)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}.") from error
        except release_files.Refused as refused:
            raise CommandError(f"Nothing was imported. {refused}") from refused
        self.stdout.write(
            f"Imported release {release.number} of {release.imported_from} (sha256 {release.sha256[:12]}). "
            "It is not public: activate it in admin, on its page."
        )
