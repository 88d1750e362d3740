"""Clinical sign-off in admin: a page to read a text and sign it off, for one row or several, and one to withdraw that."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from history.reading import reading_along

from . import signing
from .frozen import fingerprint
from .models import ReviewState
from .templatetags.reviews import review_words
from .text import Text

AT_ONCE = 50
"""Rows on one page: what is signed off has to be read."""
A_YEAR = timedelta(days=365)
COLUMN_OF = {"heading": "section"}
"""Fields of a release that are called otherwise in the tables."""
SAYS_NOTHING = {("combination", "any")}
"""Fields and values with which no reader is told anything."""


class SignOffForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As readers should see it, such as “Dr. Ann Lee”."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = forms.CharField(
        label=_("Role"),
        max_length=200,
        help_text=_("Such as “medical oncologist”."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    on = forms.DateField(label=_("Signed off on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    due = forms.DateField(
        label=_("Next review"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From the day after, readers are told that it was due for review."),
    )

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Write the day on which the text was read."))
        return self.cleaned_data["on"]

    def clean(self):
        on, due = self.cleaned_data.get("on"), self.cleaned_data.get("due")
        if on and due and due <= on:
            self.add_error("due", _("The next review comes after the sign-off: choose a later day."))

    @property
    def given(self) -> signing.SignOff:
        return signing.SignOff(**self.cleaned_data)


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text=_("For whoever mends the text. Only staff read it."),
    )


class SignedOff:
    """For the ContentAdmin of rows that a clinician signs off."""

    def get_readonly_fields(self, request, obj=None):
        if obj is not None:
            obj.may_be_signed_off = self.has_sign_off_permission(request)
        return [*super().get_readonly_fields(request, obj), "sign_off_told"]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("sign-off/", view(self.sign_off_view), name=f"{self._name}_sign_off"),
            path("withdraw/", view(self.withdraw_view), name=f"{self._name}_withdraw"),
            *super().get_urls(),
        ]

    def has_sign_off_permission(self, request) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.sign_off_{self.opts.model_name}")

    def _page(self, what: str, pks) -> str:
        return f"{reverse(f'admin:{self._name}_{what}')}?{urlencode([('pk', pk) for pk in pks])}"

    # How it stands, on the row's own page.

    @admin.display(description=_("Sign-off"))
    def sign_off_told(self, row) -> SafeString:
        if row is None or not row.pk:
            return gettext("Save first. A clinician signs off what is saved.")
        text = signing.texts(self.model, [row.pk])[row.pk]
        parts = [format_html("<p>{}</p>", review_words(text.review))]
        if row.withdrawn_why:
            said = gettext("The last sign-off was withdrawn: %(why)s") % {"why": row.withdrawn_why}
            parts.append(format_html("<p>{}</p>", said))
        if getattr(row, "may_be_signed_off", False):
            parts.append(
                format_html('<p><a href="{}">{}</a></p>', self._page("sign_off", [row.pk]), gettext("Read and sign off"))
            )
            if row.review_state in signing.STANDING:
                link = format_html(
                    '<p><a href="{}">{}</a></p>', self._page("withdraw", [row.pk]), gettext("Withdraw the sign-off")
                )
                parts.append(link)
        return format_html('<div class="sign-off">{}</div>', SafeString("".join(parts)))

    def save_model(self, request, obj, form, change):
        request.was_signed_off = change and obj.review_state == ReviewState.SIGNED_OFF
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        row = form.instance
        row.refresh_from_db(fields=["review_state"])
        if getattr(request, "was_signed_off", False) and row.review_state == ReviewState.CHANGED:
            said = _(
                "%(by)s had signed off “%(row)s” as it stood before. What you saved is not signed off: once it is public, "
                "readers are told so, until somebody else signs it off again."
            )
            messages.warning(request, said % {"by": row.signed_off_by, "row": row})

    # From the list.

    @admin.action(description=_("Read and sign off"), permissions=["sign_off"])
    def sign_off(self, request, queryset):
        return self._to_page(request, "sign_off", queryset)

    @admin.action(description=_("Withdraw the sign-off"), permissions=["sign_off"])
    def withdraw(self, request, queryset):
        return self._to_page(request, "withdraw", queryset)

    def _to_page(self, request, what, queryset):
        pks = list(queryset.values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(pks) > AT_ONCE:
            told = _("Choose %(count)s rows or fewer: each of them has to be read.")
            messages.error(request, told % {"count": AT_ONCE})
            return None
        return HttpResponseRedirect(self._page(what, pks))

    @admin.action(description=_("A clinician has it for review"), permissions=["change"])
    def give_to_clinician(self, request, queryset):
        self._told_handed_over(request, signing.hand_over(queryset, with_a_clinician=True))

    @admin.action(description=_("No clinician has it any more"), permissions=["change"])
    def take_from_clinician(self, request, queryset):
        self._told_handed_over(request, signing.hand_over(queryset, with_a_clinician=False))

    def _told_handed_over(self, request, count):
        said = ngettext("%(count)s row says so now.", "%(count)s rows say so now.", count)
        if not count:
            said = _("None of these rows is a draft that this can be said of.")
        messages.success(request, said % {"count": count})

    # The two pages.

    def _chosen(self, request) -> list:
        """The rows that are named in the address, as far as they are there."""
        if not self.has_sign_off_permission(request):
            raise PermissionDenied
        pks = [int(pk) for pk in request.GET.getlist("pk") if pk.isdecimal()][:AT_ONCE]
        one = [field.name for field in self.opts.fields if field.is_relation]
        several = [field.name for field in self.opts.many_to_many]
        rows = reading_along(self.model._default_manager.all(), one).prefetch_related(*several)
        return list(rows.filter(pk__in=pks).order_by("pk"))

    def _show(self, request, template, **context):
        return render(request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context})

    def _done(self, request, rows, said: str):
        for row in rows:
            self.log_change(request, row, said)
        if len(rows) == 1:
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[rows[0].pk]))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_changelist"))

    def sign_off_view(self, request):
        """GET: the texts as they stand, and what is asked of who signs them off. POST: sign off what was read."""
        rows = self._chosen(request)
        account = request.user.get_username()
        texts = signing.texts(self.model, [row.pk for row in rows])
        refused = signing.refusals(self.model, texts, account=account)
        today = timezone.localdate()
        form = SignOffForm(
            request.POST or None, initial={"name": request.user.get_full_name(), "on": today, "due": today + A_YEAR}
        )
        reasons: list[str] = []
        if request.method == "POST" and form.is_valid():
            seen = {row.pk: request.POST[f"seen-{row.pk}"] for row in rows if f"seen-{row.pk}" in request.POST}
            try:
                done = signing.sign(self.model, seen, form.given, account=account) if seen else []
            except signing.Refused as refusal:
                reasons = refusal.reasons
            else:
                if done:
                    said = ngettext("%(count)s text is signed off.", "%(count)s texts are signed off.", len(done))
                    messages.success(
                        request, said % {"count": len(done)} + " " + gettext("Readers see it once it is published.")
                    )
                    given = f"{form.given.name}, {form.given.role}"
                    return self._done(request, done, gettext("Signed off by %(who)s.") % {"who": given})
                reasons = [gettext("Nothing was chosen that you may sign off.")]
        listed = [
            {
                "row": row,
                "lines": list(told(row, texts[row.pk])),
                "review": texts[row.pk].review,
                "seen": fingerprint(texts[row.pk]),
                "refused": refused.get(row.pk, ""),
                "url": reverse(f"admin:{self._name}_change", args=[row.pk]),
            }
            for row in rows
        ]
        open_to_sign = any(not one["refused"] for one in listed)
        return self._show(
            request, "admin/evidence/sign_off.html", title=_("Sign off"), listed=listed, form=form, reasons=reasons,
            open_to_sign=open_to_sign,
        )  # fmt: skip

    def withdraw_view(self, request):
        """GET: whose sign-offs would be withdrawn, and the question why. POST: withdraw them."""
        rows = [row for row in self._chosen(request) if row.review_state in signing.STANDING]
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and rows:
            why = form.cleaned_data["why"]
            done = signing.withdraw(self.model, [row.pk for row in rows], why, account=request.user.get_username())
            said = ngettext("%(count)s sign-off is withdrawn.", "%(count)s sign-offs are withdrawn.", len(done))
            messages.success(request, said % {"count": len(done)} + " " + gettext("Readers see it once it is published."))
            return self._done(request, done, gettext("Sign-off withdrawn: %(why)s") % {"why": why})
        texts = signing.texts(self.model, [row.pk for row in rows])
        listed = [{"row": row, "review": texts[row.pk].review} for row in rows]
        return self._show(request, "admin/evidence/withdraw.html", title=_("Withdraw a sign-off"), listed=listed, form=form)


def told(row, text: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """What readers are told in a row, field by field: label, language (empty if it is in none), words."""
    for field in msgspec.structs.fields(text):
        value = getattr(text, field.name)
        if field.name not in ("slug", "review") and (field.name, value) not in SAYS_NOTHING:
            yield from _said(row, field.name, value)


def _said(row, name: str, value: Any, within: str = "") -> Iterator[tuple[str, str, str]]:
    column = _column(row, COLUMN_OF.get(name, name))
    label = within + capfirst(str(column.verbose_name) if column is not None else name.replace("_", " "))
    if isinstance(value, Text):
        for language in ("en", "fr"):
            if words := getattr(value, language):
                yield label, language, words
    elif column is not None and column.many_to_many and value:
        yield label, "", "; ".join(str(other) for other in getattr(row, column.name).all())
    elif column is not None and column.is_relation and value:
        yield label, "", str(getattr(row, column.name))
    elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        for number, part in enumerate(value, 1):
            for field in msgspec.structs.fields(part):
                yield from _said(None, field.name, getattr(part, field.name), f"{label} {number}: ")
    elif isinstance(value, tuple) and value:
        yield label, "", ", ".join(value)
    elif value is True:
        yield label, "", gettext("yes")
    elif value and isinstance(value, str):
        choices = dict(column.flatchoices) if column is not None and column.choices else {}
        yield label, "", str(choices.get(value, value))


def _column(row, name: str):
    """The field of the row's own table that this is; None if it is something else."""
    try:
        column = row._meta.get_field(name) if row is not None else None
    except FieldDoesNotExist:
        return None
    return None if column is not None and column.auto_created else column
