"""One line for each release with the sha256 of every plan: equal lines before and after mean equal plans.

For comparing a restored database, an imported release, another machine, or a newer program with what there was.
"""

import hashlib
from datetime import date

import msgspec
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from evidence import holding
from evidence.holding import Active
from pathway.assembly import assemble
from pathway.content import content as content_of
from personalization.ruleset import every_answer_set


class Command(BaseCommand):
    help = "Make the plan for every way to answer the core questions, and print how many and the sha256 of all."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, help="The day of the plans (YYYY-MM-DD); today without it.")
        parser.add_argument(
            "--release", type=int, nargs="+", metavar="NUMBER", help="Of these releases; of the public one without it."
        )

    def handle(self, *args, on, release, **options):
        day = on or timezone.localdate()
        for one in map(_stored, release) if release else [holding.active()]:
            self.stdout.write(f"release {one.number}, {day}: {_hashed(one, day)}")


def _stored(number: int) -> Active:
    found = holding.past_release(number)
    if found is None:
        raise CommandError(f"There is no release {number}.")
    return found.release


def _hashed(release: Active, day: date) -> str:
    content = content_of(release)
    sha256, count = hashlib.sha256(), 0
    for answer_set in every_answer_set(content.ruleset):
        plan = assemble(content, answer_set.profile, on=day, check_days=settings.FUNDING_CHECK_DAYS)
        sha256.update(hashlib.sha256(msgspec.json.encode(plan)).digest())
        count += 1
    return f"{count} plans, sha256 {sha256.hexdigest()}"
