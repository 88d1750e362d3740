"""What each role may do: one table, which the database follows after every migration and a test walks in admin.

What stands in no line, nobody but a superuser may do. A person may have several roles. Accounts are made by superusers.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
SIGN_OFF = "sign_off"
"""Giving one's name for a text, and withdrawing that. Never for what one wrote: evidence/signing.py sees to it."""
EVERYTHING = {VIEW, ADD, CHANGE, DELETE}

CONTENT = (
    *("evidence.reference", "glossary.term"),
    *("personalization.question", "personalization.option", "personalization.population", "personalization.rule"),
    "personalization.exclusion",
    *("medsearch.route", "medsearch.drugclass", "medsearch.drug", "medsearch.regimen", "medsearch.indication"),
    *("medsearch.jurisdiction", "medsearch.programme", "medsearch.milestone", "medsearch.funding"),
    *("pathway.track", "pathway.trackstep", "pathway.step", "pathway.section", "pathway.block", "pathway.decisionoption"),
)
"""Every table that a release is made of."""

SIGNED_OFF = ("glossary.term", "medsearch.drugclass", "medsearch.drug", "pathway.block")
"""Tables whose rows a clinician signs off, one by one."""
RELEASES = "evidence.release"
FEEDBACK = "feedback.feedback"
LOG = "staff.entry"
IMPORTS = "history.import"
"""What imports changed. Undoing one asks for what importing asks for."""
PUBLISH = "publish_release"
"""Publishing now or at a date, activating another release, marking one as wrong, importing one."""
SIGN, ASK = "sign_release", "ask_review"
"""Signing what somebody else wants to publish, or sending it back; asking for that."""

READS = {table: {VIEW} for table in (*CONTENT, RELEASES, IMPORTS)}

MAY: dict[str, dict[str, set[str]]] = {
    "Viewer": READS,
    # A decision has a source: whoever enters one may add it, but not change what other statements rest on.
    "Data": {**READS, RELEASES: {VIEW, ASK}, "medsearch.funding": EVERYTHING - {DELETE}, "evidence.reference": {VIEW, ADD}},
    "Author": {**READS, **dict.fromkeys(CONTENT, EVERYTHING), RELEASES: {VIEW, ASK}, FEEDBACK: {VIEW, CHANGE, DELETE}},
    "Reviewer": {
        **READS,
        **{table: {VIEW, SIGN_OFF} for table in SIGNED_OFF},
        RELEASES: {VIEW, SIGN},
        FEEDBACK: {VIEW, CHANGE, DELETE},
    },
    "Publisher": {**READS, RELEASES: {VIEW, PUBLISH, ASK}, FEEDBACK: {VIEW, CHANGE, DELETE}, LOG: {VIEW}},
}
"""Role → table → actions: view, add, change, delete, sign_off, or the codename of a permission of that table.

Importing asks for adding and changing.
"""


def codename(table: str, action: str) -> str:
    """ "medsearch.drug", "add" → "add_drug". An action that is none of the verbs is a codename already."""
    return f"{action}_{table.split('.')[1]}" if action in EVERYTHING | {SIGN_OFF} else action


def give_permissions(using="default", **kwargs):
    """Makes the permissions of the groups those of the table: no more, no fewer.

    Called after each migration. The permissions of tables that were migrated in the same run need not exist yet, so they
    are made here first; one whose table is not there (an older state of the database) is left out until it is.
    """
    from django.contrib.auth.models import Group, Permission

    for app in sorted({table.split(".")[0] for tables in MAY.values() for table in tables}):
        create_permissions(apps.get_app_config(app), verbosity=0, using=using)
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role, tables in MAY.items():
        group, _ = Group.objects.using(using).get_or_create(name=role)
        wanted = ((table.split(".")[0], codename(table, action)) for table, actions in tables.items() for action in actions)
        group.permissions.set([known[key] for key in wanted if key in known])
