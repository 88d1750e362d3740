"""Compiles locale/*.po, where newer than what was compiled. With Babel, so that gettext need not be installed."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Compile the translations of the interface, where they have changed."
    requires_system_checks = []

    def handle(self, *args, **options):
        for source in (settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"):
            compiled = source.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as lines:
                catalogue = read_po(lines)
            with compiled.open("wb") as out:
                write_mo(out, catalogue)
