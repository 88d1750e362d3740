"""A source is entered once: whoever adds one that is here already is offered that one."""

from django import forms
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .addresses import page
from .content_form import ContentForm
from .models import Reference

TAKE = "_take"
"""Name of the button that takes the source that is here already; its value is the id."""
MOST = 5
"""So many sources of the same address or title are named."""


def same_as(address: str, title: str, *, but=None) -> list[Reference]:
    """Sources with this page's address or with this title, but for the row `but`."""
    wanted, called = page(address), " ".join(title.casefold().split())
    others = Reference.objects.exclude(pk=but).only("title", "organisation", "published", "url")
    found = []
    for row in others.iterator():
        same_page = wanted and page(row.url) == wanted
        same_title = called and " ".join(row.title.casefold().split()) == called
        if same_page or same_title:
            found.append(row)
    return found


class ReferenceForm(ContentForm):
    another = forms.BooleanField(required=False, widget=forms.HiddenInput, label=_("It is another document"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound and self._known():
            self.fields["another"].widget = forms.CheckboxInput()
            self.fields["another"].help_text = _(
                "Tick this only after you looked: a new edition, or two pages of one title."
            )

    def _known(self) -> list[Reference]:
        """Those of the same address or title, unless neither was touched."""
        if not hasattr(self, "_same"):
            said = {name: str(self.data.get(self.add_prefix(name), "")) for name in ("url", "title")}
            touched = not self.instance.pk or any(
                said[name].strip() != getattr(self.instance, name) for name in said if self.add_prefix(name) in self.data
            )
            self._same = same_as(said["url"], said["title"], but=self.instance.pk) if touched else []
        return self._same

    def clean(self):
        cleaned = super().clean()
        if self._known() and not self.cleaned_data.get("another"):
            address = page(str(self.data.get(self.add_prefix("url"), "")))
            for row in self._known()[:MOST]:
                if address and page(row.url) == address:
                    self.add_error("url", format_html(_("This page is here already: {} {}"), row, self._offered(row)))
                else:
                    self.add_error("title", format_html(_("A source of this title is here: {} {}"), row, self._offered(row)))
        return cleaned

    def _offered(self, row: Reference):
        if self.instance.pk:
            return format_html('<a href="{}">{}</a>', reverse("admin:evidence_reference_change", args=[row.pk]), _("See it"))
        take = _("Take that one")
        return format_html('<button type="submit" name="{}" value="{}" formnovalidate>{}</button>', TAKE, row.pk, take)


class OffersKnown:
    """For the ModelAdmin of sources: the button beside a known one takes it instead of adding another."""

    form = ReferenceForm

    def get_fieldsets(self, request, obj=None):
        """The tick stands last, and is only seen when it is asked for."""
        shown = super().get_fieldsets(request, obj)
        may = obj is None or self.has_change_permission(request, obj)
        return [*shown, (None, {"fields": ["another"]})] if may else shown

    def add_view(self, request, form_url="", extra_context=None):
        if request.method == "POST" and TAKE in request.POST and self.has_add_permission(request):
            row = self.get_object(request, request.POST[TAKE])
            if row is not None and IS_POPUP_VAR in request.POST:
                # As if it had just been added: the window closes, and the form behind it has the source chosen.
                return self.response_add(request, row)
            if row is not None:
                return HttpResponseRedirect(reverse("admin:evidence_reference_change", args=[row.pk]))
        return super().add_view(request, form_url, extra_context)
