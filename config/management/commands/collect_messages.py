"""Adds words of the interface that are new to locale/*.po, for somebody to translate. With Babel, without gettext."""

from babel.messages.catalog import Catalog
from babel.messages.pofile import generate_po
from django.conf import settings
from django.core.management import BaseCommand

from config import messages

WIDTH = 79


class Command(BaseCommand):
    help = "Add what is not translated yet to the end of the files in locale/, and tell what to do there."
    requires_system_checks = []

    def handle(self, *args, **options):
        source = messages.in_source()
        for path, catalogue in messages.catalogues():
            missing = messages.untranslated(source, catalogue)
            new = Catalog()
            for message in missing:
                if catalogue.get(message.id, message.context) is None:
                    new.add(message.id, context=message.context)
            # Only what is new is written: the rest stays as it is, line by line, and is easy to merge.
            if new:
                with path.open("a") as file:
                    file.write("\n" + "".join(generate_po(new, omit_header=True, width=WIDTH)).rstrip() + "\n")
            name = path.relative_to(settings.BASE_DIR)
            self.stdout.write(f"{name}: {len(missing)} without a translation, {len(new)} of them added at its end.")
            for message in messages.unused(source, catalogue):
                self.stdout.write(f"Nothing says this any more, take it out: {message.id!r}")
