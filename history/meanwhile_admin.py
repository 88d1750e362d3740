"""Two people at once on one row: whoever saves later is told what the other changed, and loses nothing that was typed."""

from django.contrib.admin.utils import flatten_fieldsets
from django.core import signing
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from . import meanwhile, records

OPENED = "_opened"
"""Name of the hidden field that says how the rows stood when the form was opened."""
REFUSED = _("Nothing is saved yet, because this was changed while you had it open. Look at the box above, then save again.")


class ToldOfOthers:
    """For the ModelAdmin of rows that have a history, and that has a `form` of its own for each request."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None or OPENED not in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            pk = self._id(object_id)
            # Whoever saves the same row at the same moment waits here, and then sees what was saved.
            locked = self.model._base_manager.select_related(None).select_for_update().filter(pk=pk).order_by("pk").first()
            row = self.get_object(request, str(pk)) if locked else None
            if row is None and self.has_change_permission(request):
                return self._gone(request, pk)
            if row is not None and self.has_change_permission(request, row):
                self._look(request, row)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "meanwhile", None):
            clean = form.clean

            def refuse(self):
                cleaned = clean(self)
                self.add_error(None, REFUSED)
                return cleaned

            form.clean = refuse
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and self.has_change_permission(request, obj):
            states = getattr(request, "states_now", None) or self._states(request, context, obj)
            context |= {
                "opened": meanwhile.sealed(states),
                "meanwhile": getattr(request, "meanwhile", ()),
                "me": request.user.get_username(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _states(self, request, context, row) -> meanwhile.States:
        """How the rows of this page stand: as the form shows them; after a refusal, as they are saved."""
        rows = {self.model: [row]}
        for inline in context["inline_admin_formsets"]:
            if inline.has_change_permission and inline.model_admin is self and inline.opts.model in records.kept():
                rows[inline.opts.model] = [form.instance for form in inline.formset.initial_forms if form.instance.pk]
        if request.method == "POST":
            rows = {
                model: list(model._base_manager.filter(pk__in=[row.pk for row in shown])) for model, shown in rows.items()
            }
        return {model: records.states(shown) for model, shown in rows.items() if model in records.kept()}

    def _look(self, request, row) -> None:
        """Compares what was sent with what was opened and with what is saved now.

        If somebody else changed what the form would overwrite, `request.meanwhile` says so, and the form is as it was sent,
        but for what was not touched in it: that is as it is saved now.
        """
        try:
            opened = meanwhile.unsealed(request.POST[OPENED])
        except (signing.BadSignature, LookupError):
            return
        form = self.get_form(request, row, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, row)))
        bound = [(self.opts, form(request.POST, request.FILES, instance=row), None, 0)]
        for formset, inline in zip(*self._create_formsets(request, row, change=True), strict=True):
            if inline.has_change_permission(request, row) and formset.is_bound:
                bound += [
                    (inline.opts, one, formset, place)
                    for place, one in enumerate(formset.forms[: formset.initial_form_count()])
                ]
        pks = {}
        for opts, one, _formset, _place in bound:
            pks.setdefault(opts.model, set()).add(one.instance.pk)
        current = {model: records.states(model._base_manager.filter(pk__in=found)) for model, found in pks.items()}
        request.states_now = {model: states for model, states in current.items() if model in records.kept()}
        told, sent, lost = [], request.POST.copy(), []
        for opts, one, formset, place in bound:
            model, pk = opts.model, one.instance.pk
            before = opened.get(model, {})
            if formset is not None and pk is None:
                gone = meanwhile.known(before, sent.get(one.add_prefix(model._meta.pk.name)))
                if gone is not None:
                    told.append(_told(model, gone, one, gone=True))
                    lost.append((formset, place))
            elif (
                pk in before and pk in current[model] and (fields := meanwhile.compared(one, before[pk], current[model][pk]))
            ):
                told.append(_told(model, pk, one, fields=fields))
                for field in fields:
                    if not field.mine:
                        meanwhile.put(sent, one, field.name, current[model][pk][field.theirs.field])
        for formset, place in reversed(lost):
            meanwhile.take_out(sent, formset, place)
        if told:
            request.POST = sent
            request.meanwhile = told

    def _gone(self, request, pk):
        """The row was deleted: says by whom, and shows all that was typed, to be copied."""
        form = self.get_form(request, None, change=False)(request.POST, request.FILES)
        by, at, _why = meanwhile.last_change(self.model, pk)
        shown = _told(self.model, pk, form, gone=True)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted meanwhile: %(row)s") % {"row": records.name_of_deleted(self.model, pk)},
            "row": shown,
            "history_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[pk]),
            "opts": self.opts,
            "by": by,
            "at": at,
        }
        return render(request, "admin/history/gone.html", context, status=409)


def _told(model, pk, form, *, gone=False, fields=()) -> meanwhile.Row:
    by, at, why = meanwhile.last_change(model, pk)
    return meanwhile.Row(
        what=capfirst(str(model._meta.verbose_name)),
        name=records.name_of_deleted(model, pk) if gone else str(form.instance),
        by=by,
        at=at,
        why=why,
        gone=gone,
        fields=list(fields),
        typed=meanwhile.all_typed(form) if gone else [],
    )
