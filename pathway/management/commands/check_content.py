"""Checks the content for every profile the form can produce. Exit status 1 if there is an error."""

import time

import msgspec
from django.core.management import BaseCommand, CommandError

from evidence import holding, releases
from pathway.checking import counts, findings
from pathway.finding import Finding, Severity


class Command(BaseCommand):
    help = "Check the content as the tables have it now (or, with --active, as it is published)."

    def add_arguments(self, parser):
        parser.add_argument("--active", action="store_true", help="Check the active release instead of the tables.")
        parser.add_argument("--json", action="store_true", help="Write counts and findings as JSON.")
        parser.add_argument("--quiet", action="store_true", help="Leave warnings out.")

    def handle(self, *args, active, json, quiet, **options):
        start = time.monotonic()
        release = holding.active() if active else releases.drafted()[1]
        found = findings(release)
        seconds_for_checks = time.monotonic() - start
        counted = counts(release)
        errors = [finding for finding in found if finding.severity is Severity.ERROR]
        if json:
            rows = [_row(finding) for finding in found]
            text = msgspec.json.encode({"counts": counted, "findings": rows})
            self.stdout.write(msgspec.json.format(text, indent=2).decode())
        else:
            for finding in errors if quiet else found:
                self.stdout.write(f"{finding.severity.upper():8}{finding.id}\n        {finding.told()}")
            for name, value in msgspec.to_builtins(counted).items():
                self.stdout.write(f"{value:>12,} {name.replace('_', ' ')}")
            self.stdout.write(f"{len(errors):>12,} errors\n{len(found) - len(errors):>12,} warnings")
            self.stdout.write(f"{seconds_for_checks:>12.2f} seconds for the checks")
        if errors:
            raise CommandError(f"{len(errors)} errors: publishing would be refused.")


def _row(finding: Finding) -> dict[str, str]:
    row = {"id": finding.id, "severity": finding.severity, "check": finding.check, "where": finding.where}
    return {**row, "what": finding.said(), "mend": finding.mend}
