"""Drugs, indications and funding as tables (see evidence/resources.py)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.resources import Rows

from .models import Drug, Funding, Indication


class DrugResource(Rows):
    mends = {
        "drug_atc_is_a_code_or_empty": gettext_lazy("This is no ATC code. Write it as L01FD01, or leave the cell empty."),
    }

    class Meta(Rows.Meta):
        model = Drug
        fields = (
            *("slug", "name_en", "name_fr", "brands", "biosimilars", "generics", "other_names"),
            *("drug_class", "routes", "atc", "summary_en", "summary_fr"),
            *("benefit_en", "benefit_fr", "harm_en", "harm_fr", "experience_en", "experience_fr"),
            *("call_at_once_en", "call_at_once_fr", "references"),
        )


class IndicationResource(Rows):
    mends = {
        "indication_does_not_supersede_itself": gettext_lazy(
            "This row is superseded by itself. Name the newer one, or leave the cell empty."
        ),
    }

    class Meta(Rows.Meta):
        model = Indication
        fields = (
            *("slug", "regimen", "population", "setting", "first_line", "second_line", "later_line"),
            *("condition_en", "condition_fr", "given_with_en", "given_with_fr", "note_en", "note_fr"),
            *("approval", "superseded_by", "references"),
        )

    def in_order(self, rows):
        """What supersedes another row is saved before it, so that both can be new in one file."""
        by_slug = {row["slug"]: row for row in rows if row.get("slug")}
        done: dict[int, dict] = {}

        def take(row):
            waiting = []
            while row and id(row) not in done and row not in waiting:
                waiting.append(row)
                row = by_slug.get(row.get("superseded_by"))
            done.update((id(last), last) for last in reversed(waiting))

        for row in rows:
            take(row)
        return list(done.values())


class FundingResource(Rows):
    checked_together = frozenset({"drug", "indication"})
    tell_rows_apart = frozenset({"drug", "indication", "jurisdiction", "history"})

    class Meta(Rows.Meta):
        model = Funding
        fields = (
            *("slug", "drug", "indication", "jurisdiction", "several_en", "several_fr", "status"),
            *("programme_en", "programme_fr", "criteria_en", "criteria_fr"),
            *("effective", "checked", "check_days", "history", "reference"),
        )

    def in_order(self, rows):
        """What becomes history is saved first: it makes place for the current row."""
        return sorted(rows, key=lambda row: (row.get("history") or "").lower() != "yes")

    def check(self, instance, unsound):
        if instance.history or not instance.jurisdiction_id or unsound & self.tell_rows_apart:
            return
        same = Funding.objects.filter(
            drug=instance.drug_id, indication=instance.indication_id, jurisdiction=instance.jurisdiction_id, history=False
        )
        if other := same.exclude(pk=instance.pk).first():
            said = _(
                "There is a current row for this use and place already: “%(slug)s”%(where)s. Only one can be current: write "
                "yes under history in the older one, and bring both in one file."
            )
            where = _(" (row %(row)s)") % {"row": self.numbers[other.slug]} if other.slug in self.numbers else ""
            raise ValidationError({"history": said % {"slug": other.slug, "where": where}})
