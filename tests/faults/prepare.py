"""Fills an empty database with the content and two releases to tell apart, release 1 public. Run as a program of its own.

Every step and term of release 1 says ⟦one⟧, of release 2 ⟦two⟧, so that a page made of both could be seen.
All that is said about who pays was checked today, and counts for half a year, so that it can be seen to expire.
Unchecked: the checks of the content take longer than all faults together.
"""

import sys
from unittest.mock import patch

from scripts.local import prepare_files, settle_environment

MARKS = {1: "⟦one⟧", 2: "⟦two⟧"}
PASSWORD = "a-long-word-for-tests"


def main() -> None:
    settle_environment()
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db.models import F, Value
    from django.db.models.functions import Concat, Replace
    from django.utils import timezone

    from evidence import releases
    from evidence.models import Release
    from glossary.models import Term
    from medsearch.models import Funding
    from pathway.models import Step

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    get_user_model().objects.create_superuser("editor", "editor@example.org", PASSWORD)
    Funding.objects.filter(history=False).update(checked=timezone.localdate(), check_days=180)
    marked = [(Step, "summary_en"), (Term, "definition_en")]
    with patch.object(releases, "_checks", []):
        for model, field in marked:
            model.objects.update(**{field: Concat(F(field), Value(f" {MARKS[1]}"))})
        releases.publish(by="the faults")
        for model, field in marked:
            model.objects.update(**{field: Replace(F(field), Value(MARKS[1]), Value(MARKS[2]))})
        releases.publish(by="the faults")
    releases.activate(Release.objects.get(number=1))
    prepare_files()


if __name__ == "__main__":
    sys.exit(main())
