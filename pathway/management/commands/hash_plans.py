"""One line with the sha256 of every plan of the public release: equal lines before and after mean equal plans.

For comparing a restored database, another machine, or a newer program with what there was.
"""

import hashlib
from datetime import date

import msgspec
from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from evidence import holding
from pathway.assembly import assemble
from pathway.content import content as content_of
from personalization.ruleset import every_answer_set


class Command(BaseCommand):
    help = "Make the plan for every way to answer the core questions, and print how many and the sha256 of all."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, help="The day of the plans (YYYY-MM-DD); today without it.")

    def handle(self, *args, on, **options):
        release = holding.active()
        content = content_of(release)
        day = on or timezone.localdate()
        sha256, count = hashlib.sha256(), 0
        for answer_set in every_answer_set(content.ruleset):
            plan = assemble(content, answer_set.profile, on=day, check_days=settings.FUNDING_CHECK_DAYS)
            sha256.update(hashlib.sha256(msgspec.json.encode(plan)).digest())
            count += 1
        self.stdout.write(f"release {release.number}, {day}: {count} plans, sha256 {sha256.hexdigest()}")
