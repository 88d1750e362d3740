"""Admin asks the database as often with many rows as with ten, on every page, and no page lists all of them.

`make many` walks the same pages with 10,000 drugs and 100,000 rows of funding, and prints what each took.
"""

import re
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, reset_queries, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from config import many
from evidence.models import Release
from history import records
from history.models import Import
from medsearch.models import Drug
from staff.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FEW = 10
MOST_OFFERED = 120
"""Options in one list of choices, and links of one filter. Parts of the busiest row are not counted."""
NAMES = [model._meta.label for model in admin.site._registry]


class Enough(Exception):
    """Rolls back what was made."""


@dataclass
class Visit:
    queries: list[str]
    seconds: float
    offered: int
    """Options in the longest list of choices."""


class Walk:
    """Every page of admin about the rows that were made last."""

    def __init__(self, client, user, mark):
        self.client, self.user, self.mark = client, user, mark

    def warm_up(self) -> None:
        """What is asked once in the life of a process, or worked out once for each new text, is not a page's."""
        for url in self.pages_of_the_site().values():
            self.client.get(url)
        for model in admin.site._registry:
            self.client.get(self.pages_of(model)["list"])
            self.client.get(self.pages_of(model)["change"])

    def visits(self) -> dict[tuple[str, str], Visit]:
        """(model, page) → what it took."""
        found = {("", page): self.visit(url) for page, url in self.pages_of_the_site().items()}
        for model in admin.site._registry:
            for page, url in self.pages_of(model).items():
                found[model._meta.label, page] = self.visit(url)
            found[model._meta.label, "delete several"] = self.delete_several(model)
        return found

    def visit(self, url, sent=None) -> Visit:
        reset_queries()  # Django keeps the last 9,000.
        with CaptureQueriesContext(connection) as queries:
            start = time.perf_counter()
            reply = self.client.post(url, sent) if sent else self.client.get(url)
            seconds = time.perf_counter() - start
        assert reply.status_code in ((200, 302, 403) if sent else (200,)), url
        choices = re.findall(r"<select.*?</select>|<details data-filter-title.*?</details>", reply.text, re.DOTALL)
        offered = max((len(re.findall("<option|<li", each)) for each in choices), default=0)
        return Visit([query["sql"] for query in queries], seconds, offered)

    def delete_several(self, model) -> Visit:
        rows = [row.pk for row in model._default_manager.order_by("-pk")[:FEW]]
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        return self.visit(url, {"action": "delete_selected", "_selected_action": rows})

    def pages_of_the_site(self) -> dict[str, str]:
        apps = {model._meta.app_label for model in admin.site._registry}
        return {"front": reverse("admin:index")} | {app: reverse("admin:app_list", args=[app]) for app in apps}

    def busiest(self, model):
        """The row with most parts."""
        if "slug" in {field.name for field in model._meta.fields}:
            return model.objects.get(slug=f"{self.mark}-0")
        return model.objects.first()

    def pages_of(self, model) -> dict[str, str]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row, shown = self.busiest(model), admin.site.get_model_admin(model)
        pages = {"list": reverse(f"{name}_changelist")}
        pages |= {f"list {given}": f"{pages['list']}?{given}" for given in ("q=many", "p=2", *self.filters(model))}
        for page in ("add", "import", "export", "deleted"):
            with suppress(NoReverseMatch):
                pages[page] = reverse(f"{name}_{page}")
        for page in ("change", "history", "delete"):
            pages[page] = reverse(f"{name}_{page}", args=[row.pk])
        request = RequestFactory().get("/")
        request.user = self.user
        may = shown.get_model_perms(request)
        for page in ("add", "delete"):
            if not may[page]:
                del pages[page]
        for one in (shown, *shown.get_inline_instances(request)):
            for field in one.get_autocomplete_fields(request):
                of = one.model._meta
                asked = f"app_label={of.app_label}&model_name={of.model_name}&field_name={field}&term=many"
                pages[f"autocomplete {of.model_name}.{field}"] = f"{reverse('admin:autocomplete')}?{asked}"
        return pages

    def filters(self, model) -> list[str]:
        """What the last choice of each filter adds to the list's address."""
        request = RequestFactory().get("/")
        request.user = self.user
        listed = admin.site.get_model_admin(model).get_changelist_instance(request)
        chosen = ([*each.choices(listed)][-1]["query_string"].lstrip("?") for each in listed.filter_specs)
        return [each for each in chosen if each]


def add_what_no_content_is(count: int, mark: str) -> None:
    """Accounts, log entries, imports, releases and history."""
    User.objects.bulk_create([User(username=f"{mark}-{n}") for n in range(count)])
    Entry.objects.bulk_create([Entry(what="entered", who="somebody") for _ in range(count)])
    table = ContentType.objects.get_for_model(Drug)
    Import.objects.bulk_create([Import(table=table, by="somebody", batch=uuid.uuid4()) for _ in range(count)])
    public = Release.objects.get(number=1)
    last = Release.objects.order_by("-number").values_list("number", flat=True).first()
    same = {"published_at": public.published_at, "sha256": public.sha256, "document": "{}"}
    Release.objects.bulk_create([Release(number=last + n, published_by="somebody", **same) for n in range(1, count + 1)])
    for model in records.kept():
        if "slug" in {field.name for field in model._meta.fields} and model in admin.site._registry:
            row = model.objects.get(slug=f"{mark}-0")
            for _ in range(count):
                records.write(row, "~")


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker, request) -> dict[tuple[str, str], tuple[Visit, Visit]]:
    """(model, page) → what it took with few rows, and with many."""
    asked = request.config.getoption("many")
    drugs, funding = asked or (300, 3_000)
    most = 200 if asked else 60
    with (
        pytest.MonkeyPatch.context() as steady,
        django_db_blocker.unblock(),
        suppress(Enough),
        transaction.atomic(),
    ):
        # Whether another release is active is asked by the clock.
        steady.setattr("django.conf.settings.RELEASE_CHECK_SECONDS", 1e6)
        user = User.objects.create_superuser("walker")
        client = Client()
        client.force_login(user)
        mark = many.fill(FEW, FEW, others=FEW, on_one=FEW)
        add_what_no_content_is(FEW, mark)
        Walk(client, user, mark).warm_up()
        few = Walk(client, user, mark).visits()
        mark = many.fill(drugs, funding, others=most, on_one=most // 2)
        add_what_no_content_is(most // 2, mark)
        Walk(client, user, mark).warm_up()
        much = Walk(client, user, mark).visits()
        raise Enough
    found = {page: (few[page], much[page]) for page in few.keys() & much.keys()}
    if asked:
        print(f"\n| page | queries, {FEW} drugs | queries, {drugs:,} drugs | seconds |\n| --- | --- | --- | --- |")
        for (model, page), (less, more) in sorted(found.items()):
            print(f"| {model or 'admin'}: {page} | {len(less.queries)} | {len(more.queries)} | {more.seconds:.2f} |")
    return found


@pytest.mark.parametrize("model", ["", *NAMES])
def test_no_page_of_admin_asks_more_often_with_many_rows(walked, model):
    grown = []
    for page, (few, much) in walked.items():
        if page[0] == model and len(much.queries) > len(few.queries):
            more = "\n    ".join(sorted(set(much.queries) - set(few.queries))[:6])
            grown.append(f"{page}: {len(few.queries)} → {len(much.queries)}\n    {more}")
    assert not grown, "\n".join(grown)


@pytest.mark.parametrize("model", NAMES)
def test_no_list_of_choices_in_admin_grows_without_end(walked, model):
    long = [
        f"{page}: {much.offered}" for page, (_, much) in walked.items() if page[0] == model and much.offered > MOST_OFFERED
    ]
    assert not long, "\n".join(long)


def test_made_up_rows_are_refused_where_something_is_published():
    with pytest.raises(CommandError, match="has been published"):
        call_command("make_many", drugs=2, funding=2)


def test_made_up_rows_are_made_in_a_database_of_their_own():
    Release.objects.all().delete()
    before = Drug.objects.count()
    call_command("make_many", drugs=3, funding=4, others=2, on_one=1, verbosity=0)
    assert Drug.objects.count() == before + 3
