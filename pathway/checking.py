"""Runs the checks of audit.py on a release, and counts what it covers: at every publication, and for `check_content`."""

import hashlib
from datetime import date

import msgspec
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from evidence.releases import Active, Checked
from personalization.ruleset import NotAPlainOption, count_of_further_answers, every_answer_set

from .assembly import steps_of
from .audit import Limits, audit
from .content import content, lexicon
from .finding import CHECKS, Finding, Severity
from .readability import readability


class Counts(msgspec.Struct, frozen=True):
    answer_sets: int
    """Ways to fill in the core questions that are not excluded."""
    with_further: int
    """The same, with every way to answer or leave the further questions."""
    distinct_plans: int
    blocks: int
    drugs: int
    indications: int
    references: int


def findings(release: Active, on: date | None = None) -> list[Finding]:
    made_of, glossary, words = content(release), release.sections["glossary"], lexicon(release, "en")
    limits = Limits(check_days=settings.FUNDING_CHECK_DAYS)
    found = audit(made_of, glossary, words, on=on or timezone.localdate(), limits=limits)
    return sorted({*found, *readability(made_of, glossary, words)})


def counts(release: Active, on: date | None = None) -> Counts:
    made_of = content(release)
    day = on or timezone.localdate()
    plans = set()
    answer_sets = 0
    for answer_set in every_answer_set(made_of.ruleset):
        answer_sets += 1
        steps = steps_of(made_of, answer_set.profile, on=day)
        plans.add(hashlib.blake2b(msgspec.json.encode(steps), digest_size=16).digest())
    return Counts(
        answer_sets=answer_sets,
        with_further=answer_sets * count_of_further_answers(made_of.ruleset),
        distinct_plans=len(plans),
        blocks=len(made_of.pathway.blocks),
        drugs=len(made_of.formulary.drugs),
        indications=len(made_of.formulary.indications),
        references=len(made_of.references),
    )


def check(release: Active) -> Checked:
    """What publishing asks for."""
    try:
        found = findings(release)
    except NotAPlainOption as error:
        return Checked(errors=[f"{error} Tick what the option covers instead, or make it plain again."], proof={})
    errors = errors_of(found)
    proof = {
        **(msgspec.to_builtins(counts(release)) if not errors else {}),
        "errors": len(errors),
        "warnings": len(found) - len(errors),
        "checked_at": timezone.now().isoformat(timespec="seconds"),
    }
    return Checked(errors=[in_a_line(finding) for finding in errors], proof=proof)


def errors_of(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]


def told(finding: Finding) -> str:
    """What is wrong and how to mend it, in the language of the page."""
    return finding.told(gettext, get_language() or settings.LANGUAGE_CODE)


def in_a_line(finding: Finding) -> str:
    return gettext("{row}: {said}").format(row=finding.where, said=told(finding))


def check_name(check: str) -> str:
    return gettext(CHECKS[check])
