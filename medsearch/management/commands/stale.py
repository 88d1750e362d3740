"""Lists what has to be confirmed again: funding checked longer ago than its limit or never, and reviews that are due."""

import csv
from datetime import date

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from medsearch.due import Due, due


class Command(BaseCommand):
    help = (
        "List the funding rows that were never confirmed at their source or longer ago than their limit, and the drugs, "
        "classes and uses whose review is due, longest overdue first. Reads what staff have saved, public or not."
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", help="the day to look from, as 2026-11-23 (today, if left out)")
        parser.add_argument("--where", help="only funding of this place: on, qc, nihb …")
        parser.add_argument("--csv", action="store_true", help="as CSV, for a spreadsheet")

    def handle(self, *args, on, where, **options):
        try:
            day = date.fromisoformat(on) if on else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"--on {on}: write a day as 2026-11-23.") from error
        rows = [row for row in due(on=day, check_days=settings.FUNDING_CHECK_DAYS) if not where or row.where == where]
        if options["csv"]:
            self.write_csv(rows)
            return
        for row in rows:
            since = f"{row.days} days overdue" if row.days is not None else "never checked"
            self.stdout.write(f"{since:>18}  {row.kind:<8} {row.slug}")
        never = sum(row.days is None for row in rows)
        self.stdout.write(f"{len(rows)} due on {day}: {never} never checked, {len(rows) - never} overdue.")

    def write_csv(self, rows: list[Due]) -> None:
        table = csv.writer(self.stdout, lineterminator="\n")
        table.writerow(["kind", "slug", "where", "last", "days_overdue"])
        for row in rows:
            table.writerow([row.kind, row.slug, row.where, row.last, "" if row.days is None else row.days])
