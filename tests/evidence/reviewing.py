"""People with a part in publishing, and what they do on its page."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from evidence import authorship, releases, reviewing

PAGE = "/admin/evidence/release/publish/"


def somebody(name, *roles):
    """A client of a new member of staff."""
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def edited(row, user, **fields):
    """As if that user had saved these fields in admin."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    LogEntry.objects.log_actions(user.pk, [row], CHANGE, change_message="Edited.")
    return row


def signed(by="a reviewer", asked_by="an author"):
    """What is saved now, signed by somebody."""
    found = releases.unpublished()
    authors = authorship.authors(found)
    reviewing.ask(found, by=asked_by, of="", request="", authors=authors)
    return reviewing.sign(found, by=by, comment="", authors=authors)
