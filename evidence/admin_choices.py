"""The parts of a row on its page, so many at a time; what they may choose from is asked for once, not once for each."""

from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.paginator import Page, Paginator
from django.forms import ModelMultipleChoiceField
from django.forms.models import BaseInlineFormSet


class KnownSelect(AutocompleteSelect):
    """A search field for a row of another table, which knows what the chosen row is called."""

    chosen = None

    def optgroups(self, name, value, attrs=None):
        if self.chosen is None or [str(one) for one in value] != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, self.chosen.pk, str(self.chosen), True, len(options), attrs=attrs))
        return [(None, options, 0)]


class Parts(BaseInlineFormSet):
    """The parts of a row. They share the choices of each field; what they name has been read along with them.

    A page shows so many of them and saves those, whatever others do to the rest meanwhile.
    """

    asked = ""
    """Which page was asked for, as the address says it."""
    most = 20
    page: Page | None = None

    def get_queryset(self):
        if not hasattr(self, "_queryset"):
            rows = super().get_queryset()
            if self.is_bound:
                self._queryset = rows.filter(pk__in=self._sent()) if self._sent() else rows
            else:
                self.page = Paginator(rows, self.most).get_page(self.asked)
                self._queryset = self.page.object_list
        return self._queryset

    def _sent(self) -> list[str]:
        name = self.model._meta.pk.name
        keys = (f"{self.add_prefix(number)}-{name}" for number in range(self.initial_form_count()))
        return [pk for key in keys if (pk := self.data.get(key, "")).isdecimal()]

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if not hasattr(self, "_choices"):
            self._choices = {}
        for name, field in form.fields.items():
            widget = field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
            if isinstance(widget, KnownSelect):
                known = form.instance._meta.get_field(name).is_cached(form.instance)
                widget.chosen = getattr(form.instance, name) if known else None
            elif isinstance(field, ModelMultipleChoiceField):
                if name not in self._choices:
                    self._choices[name] = list(field.choices)
                field.choices = self._choices[name]


def page_of(prefix: str) -> str:
    """What the address calls the page of the parts that have this prefix."""
    return f"{prefix}-page"


class AskedOnce:
    """For an inline. Its `get_queryset` reads along what the parts name."""

    formset = Parts
    a_page = Parts.most

    def get_formset(self, request, obj=None, **kwargs):
        made = super().get_formset(request, obj, **kwargs)
        made.asked, made.most = request.GET.get(page_of(made.get_default_prefix()), ""), self.a_page
        return made

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
