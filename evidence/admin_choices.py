"""What rows may be chosen from, asked for once a page instead of once for each of its parts."""

from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
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
    """The parts of a row. They share the choices of each field; what they name has been read along with them."""

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


class AskedOnce:
    """For an inline. Its `get_queryset` reads along what the parts name."""

    formset = Parts

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
