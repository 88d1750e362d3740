"""Every change of a row is kept with who, when and what, and can be taken back: a field, a row, a whole import."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from evidence import releases, sheets
from evidence.models import Reference
from history import records
from history.models import Import
from medsearch.models import Drug, DrugClass, Funding, Indication, Programme
from medsearch.resources import FundingResource
from pathway.models import Block, DecisionOption, TrackStep
from personalization.models import Population, Question, Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def drug():
    return Drug.objects.get(slug="cisplatin")


def last(row):
    return row.kept.order_by("-history_id").first()


def url(row, what, *more):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{what}", args=[row.pk, *more])


def go_back(client, row, record, **sent):
    page = url(row, "restore", record._meta.model.instance_type._meta.model_name, record.pk)
    seen = re.search(r'name="seen" value="(\w+)"', client.get(page, sent).content.decode()).group(1)
    return client.post(page, {"seen": seen, **sent}, follow=True)


def test_what_is_loaded_from_fixtures_is_no_change():
    assert not any(model.kept.exists() for model in records.kept())


def test_rows_loaded_again_over_old_ones_write_nothing(tmp_path, drug):
    file = tmp_path / "rows.json"
    call_command("dumpdata", "medsearch.drug", natural_foreign=True, output=str(file), verbosity=0)
    call_command("loaddata", str(file), verbosity=0)
    assert not Drug.kept.exists()


def test_every_content_table_keeps_its_history():
    kinds = {model._meta.label_lower for model in records.kept()}
    assert kinds == {
        *("evidence.reference", "glossary.term"),
        *(f"personalization.{name}" for name in ("question", "option", "exclusion", "population", "rule")),
        *(f"medsearch.{name}" for name in ("route", "drugclass", "drug", "regimen", "indication", "jurisdiction")),
        *(f"medsearch.{name}" for name in ("programme", "milestone", "funding")),
        *(f"pathway.{name}" for name in ("track", "step", "trackstep", "section", "block", "decisionoption")),
    }


def test_the_first_change_also_keeps_what_was_before(drug):
    was = drug.summary_en
    drug.summary_en = "New words."
    drug.save()
    assert [record.summary_en for record in drug.kept.order_by("history_id")] == [was, "New words."]


def test_a_change_that_passed_by_the_history_is_found_before_the_next_one(drug):
    drug.save()
    Drug.objects.filter(pk=drug.pk).update(brands="Behind our back")
    drug.refresh_from_db()
    drug.brands = "In front"
    drug.save()
    assert [(r.brands, r.history_change_reason) for r in drug.kept.order_by("-history_id")[:2]] == [
        ("In front", None),
        ("Behind our back", records.FOUND),
    ]


def test_a_change_in_admin_names_who_and_tells_the_field_before_and_after(admin_client, drug):
    Drug.objects.filter(pk=drug.pk).update(brands="Old brand")
    drug.refresh_from_db()
    source = Reference.objects.exclude(pk__in=drug.references.all()).first()
    with_admin(admin_client, drug, brands="New brand", references=[*(r.pk for r in drug.references.all()), source.pk])
    page = admin_client.get(url(drug, "history")).content.decode()
    assert "<del>Old brand</del>" in page
    assert "<ins>New brand</ins>" in page
    assert f"<ins>{source.organisation}" in page
    assert page.count('class="who">admin<') == 1


def with_admin(client, row, **changes):
    """Saves the row's change page with these fields changed."""
    form = client.get(url(row, "change")).context["adminform"].form
    inlines = client.get(url(row, "change")).context["inline_admin_formsets"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        sent[name] = [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
    for inline in inlines:
        for part in (inline.formset.management_form, *inline.formset.initial_forms):
            for name in part.fields:
                value = part[name].value()
                value = [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
                sent[part.add_prefix(name)] = value
    sent = {name: value for name, value in (sent | changes).items() if value is not None and value is not False}
    reply = client.post(url(row, "change"), sent)
    assert reply.status_code == 302, reply.context and reply.context["errors"]
    return reply


@pytest.mark.parametrize(
    ("row", "field", "new"),
    [
        (lambda: Drug.objects.first(), "summary_fr", "En français."),
        (lambda: Funding.objects.filter(history=False).first(), "criteria_en", "For some."),
        (lambda: Block.objects.filter(kind="text").first(), "body_en", "Other words."),
        (lambda: Population.objects.first(), "name_en", "Another name"),
    ],
    ids=["drug", "funding", "block", "population"],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_row_comes_back_as_it_was_and_the_release_with_it(row, field, new, language):
    before = releases.freeze()
    with translation.override(language):
        row = row()
        setattr(row, field, new)
        row.save()
        assert releases.freeze() != before
        records.restore(records.before(last(row)))
    assert releases.freeze() == before


def test_one_field_comes_back_alone(admin_client, drug):
    was = drug.summary_en
    drug.summary_en, drug.brands = "Wrong.", "Right"
    drug.save()
    go_back(admin_client, drug, records.before(last(drug)), field="summary_en")
    drug.refresh_from_db()
    assert (drug.summary_en, drug.brands) == (was, "Right")


def test_going_back_is_a_change_with_a_name(admin_client, drug):
    drug.brands = "Wrong"
    drug.save()
    go_back(admin_client, drug, records.before(last(drug)))
    assert (last(drug).by, last(drug).history_change_reason, last(drug).brands) == ("admin", records.RESTORE, "")


def test_many_to_many_fields_come_back(drug):
    had = set(drug.references.all())
    drug.references.set([Reference.objects.exclude(pk__in=[r.pk for r in had]).first()])
    records.restore(drug.kept.order_by("history_id").first())
    assert set(drug.references.all()) == had


def test_a_deleted_population_comes_back_with_its_rules():
    before = releases.freeze()
    population = Population.objects.create(slug="x", name_en="X")
    rule = Rule.objects.create(population=population)
    rule.options.set(Question.objects.first().options.filter(kind="plain")[:2])
    then, pk = releases.freeze(), population.pk
    with records.together():
        population.delete()
    assert releases.freeze() == before
    records.restore(records.before(Population.kept.filter(id=pk).order_by("-history_id").first()))
    assert releases.freeze() == then


def test_a_row_that_names_what_is_gone_says_so(drug):
    source = Reference.objects.create(slug="gone", title="Gone", organisation="O")
    drug.references.add(source)
    record = last(drug)
    source.delete()
    with pytest.raises(ValidationError, match="gone"):
        records.restore(record)


def test_deleting_a_source_is_a_change_of_the_rows_that_cite_it(drug):
    source = Reference.objects.create(slug="gone", title="Gone", organisation="O")
    drug.references.add(source)
    pk = source.pk
    source.delete()
    states = records.states_then(drug.kept.order_by("-history_id")[:2])
    assert [pk in state["references"] for _, state in sorted(states.items())] == [True, False]


def test_a_state_that_a_constraint_refuses_is_refused_in_words():
    row = Funding.objects.filter(history=False, indication__isnull=False).first()
    row.history = True
    row.save()
    current = Funding.objects.create(
        drug=row.drug, indication=row.indication, jurisdiction=row.jurisdiction, status="funded", reference=row.reference
    )
    assert current.pk
    with pytest.raises(ValidationError, match="There is a current row for this already"):
        records.restore(records.before(last(row)))


def test_a_row_that_changed_since_it_was_shown_does_not_go_back(admin_client, drug):
    drug.brands = "Wrong"
    drug.save()
    page = url(drug, "restore", "drug", records.before(last(drug)).pk)
    reply = admin_client.post(page, {"seen": "of another state"})
    drug.refresh_from_db()
    assert drug.brands == "Wrong"
    assert "Somebody changed this row" in reply.content.decode()


def test_looking_at_history_does_not_give_the_right_to_go_back(drug):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_drug"))
    client = Client()
    client.force_login(viewer)
    drug.save()
    assert client.get(url(drug, "history")).status_code == 200
    assert client.post(url(drug, "restore", "drug", last(drug).pk)).status_code == 403


def test_a_row_cannot_go_back_to_the_state_of_another(admin_client, drug):
    other = Drug.objects.exclude(pk=drug.pk).first()
    other.save()
    assert admin_client.get(url(drug, "restore", "drug", last(other).pk)).status_code == 404


def test_parts_without_a_page_are_told_on_the_page_of_their_row(admin_client):
    option = DecisionOption.objects.first()
    option.name_en = "Wait a little"
    option.save()
    assert "<ins>Wait a little</ins>" in admin_client.get(url(option.block, "history")).content.decode()
    go_back(admin_client, option.block, records.before(last(option)))
    option.refresh_from_db()
    assert option.name_en != "Wait a little"


def test_rows_that_were_deleted_are_listed_and_can_be_brought_back(admin_client):
    row = Reference.objects.create(slug="gone", title="Gone", organisation="O")
    kept, page = last(row), url(row, "history")
    row.delete()
    assert page in admin_client.get(reverse("admin:evidence_reference_deleted")).content.decode()
    row.pk = kept.id
    go_back(admin_client, row, kept)
    assert Reference.objects.filter(pk=kept.id, slug="gone").exists()


def test_the_bulk_action_is_a_change_of_each_row_with_a_name(admin_client):
    rows = list(Funding.objects.filter(history=False)[:3])
    admin_client.post(
        reverse("admin:medsearch_funding_changelist"),
        {"action": "confirmed_today", "_selected_action": [row.pk for row in rows]},
    )
    assert {last(row).by for row in rows} == {"admin"}
    assert len({last(row).batch for row in rows}) == 1


# Imports


def file_of(rows) -> BytesIO:
    data = FundingResource()
    header = list(data.fields)
    out = BytesIO(b"\xef\xbb\xbf")
    lines = [",".join(header)] + [",".join(f'"{row.get(name, "")}"' for name in header) for row in rows]
    out.write(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    out.name = "funding.csv"
    out.seek(0)
    return out


def exported(*slugs):
    table = FundingResource().export(queryset=Funding.objects.filter(slug__in=slugs))
    return [dict(zip(table.headers, (cell.replace('"', '""') for cell in values), strict=True)) for values in table]


def bring(client, rows) -> Import:
    page = reverse("admin:medsearch_funding_import")
    asked = client.post(page, {"import_file": file_of(rows), "format": "0"}).context["confirm_form"]
    sent = {name: asked[name].value() for name in asked.fields}
    client.post(reverse("admin:medsearch_funding_process_import"), sent)
    return Import.objects.first()


@pytest.fixture
def brought(admin_client) -> Import:
    """An import of one row that becomes history and makes place for a new one."""
    row = Funding.objects.filter(history=False, indication__isnull=False).order_by("slug").first()
    (old,) = exported(row.slug)
    new = {**old, "slug": "brand-new", "status": "not-funded", "effective": "2026-11"}
    return bring(admin_client, [{**old, "history": "yes"}, new])


def test_a_dry_run_keeps_nothing(admin_client):
    (old,) = exported(Funding.objects.filter(history=False).first().slug)
    asked = admin_client.post(
        reverse("admin:medsearch_funding_import"),
        {"import_file": file_of([{**old, "criteria_en": "Other"}]), "format": "0"},
    )
    assert "confirm_form" in asked.context
    assert not Funding.kept.exists()


def test_an_import_is_undone_with_one_button(admin_client):
    before = releases.freeze()
    row = Funding.objects.filter(history=False, indication__isnull=False).order_by("slug").first()
    (old,) = exported(row.slug)
    new = {**old, "slug": "brand-new", "status": "not-funded", "effective": "2026-11"}
    done = bring(admin_client, [{**old, "history": "yes"}, new])
    assert (done.by, done.file, done.added, done.changed) == ("admin", "funding.csv", 1, 1)
    assert releases.freeze() != before
    assert "Undo this import" in admin_client.get(reverse("admin:history_import_change", args=[done.pk])).content.decode()
    admin_client.post(reverse("admin:history_import_undo", args=[done.pk]))
    done.refresh_from_db()
    assert releases.freeze() == before
    assert done.undone_by == "admin"
    assert last(row).by == "admin"


def test_an_import_with_a_row_that_was_changed_since_is_not_undone(admin_client, brought):
    row = Funding.objects.get(slug="brand-new")
    row.programme_en = "Corrected since"
    row.save()
    before = releases.freeze()
    page = admin_client.post(reverse("admin:history_import_undo", args=[brought.pk])).content.decode()
    assert escape(f"“{row}” was changed on") in page
    assert releases.freeze() == before


def test_an_import_whose_new_row_has_got_parts_since_is_not_undone():
    with records.together() as batch:
        drug_class = DrugClass.objects.create(slug="c", name_en="C", therapy_group="bone-strengthening", how_it_works_en="x")
    Drug.objects.create(slug="d", name_en="D", summary_en="x", drug_class=drug_class)
    with pytest.raises(ValidationError, match="D"):
        records.undo(batch, DrugClass, by="somebody")


def test_undoing_needs_the_permissions_of_importing(brought):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_funding", "change_funding"]))
    client = Client()
    client.force_login(viewer)
    assert client.post(reverse("admin:history_import_undo", args=[brought.pk])).status_code == 403


# Deleting


def test_deleting_what_the_public_release_uses_says_so(admin_client):
    row = Indication.objects.filter(milestones__isnull=False).first()
    page = admin_client.get(url(row, "delete")).content.decode()
    assert "The public release uses this:" in page
    assert escape(f"Indication: {row}") in page
    assert Indication.objects.filter(pk=row.pk).exists()


def test_deleting_what_was_never_public_says_nothing(admin_client):
    row = Reference.objects.create(slug="new", title="New", organisation="O")
    assert "The public release uses this:" not in admin_client.get(url(row, "delete")).content.decode()


def test_deleting_several_says_so_too(admin_client):
    rows = Programme.objects.all()[:2]
    page = admin_client.post(
        reverse("admin:medsearch_programme_changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk for row in rows]},
    ).content.decode()
    assert "The public release uses this:" in page
    assert all(escape(f"Program: {row}") in page for row in rows)


def test_deleting_part_of_a_row_says_which_row_changes():
    from evidence.deleting import consequences

    place = TrackStep.objects.first()
    told = consequences(TrackStep.objects.filter(pk=place.pk))
    assert place.track.slug in {change.key for change in told.changed}


def test_files_are_read_as_they_are_written():
    assert sheets.read(file_of(exported(Funding.objects.first().slug)).read()).headers[1] == "slug"
