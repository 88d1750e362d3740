"""The log of what readers said. Staff say what becomes of it; what was written stays as it was written."""

from django.contrib import admin
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pathway.models import Step
from personalization.models import Option

from .models import Feedback


class Overdue(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("overdue", _("overdue")), ("open", _("still open"))]

    def queryset(self, request, queryset):
        if self.value() == "overdue":
            return queryset.overdue(on=timezone.localdate())
        return queryset.open() if self.value() == "open" else queryset


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = ["about", "kind", "excerpt", "state", "received", "due_with_delay"]
    list_filter = [Overdue, "state", "kind", "language", "track", "step"]
    list_per_page = 50
    date_hierarchy = "received"
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["text", "note", "track", "step", "block"]
    search_help_text = _("Words of the message or of the note, or the track, step or block it is about")
    actions = ["mark_in_work", "mark_done", "mark_dismissed"]
    fieldsets = [
        (_("What a reader said"), {"fields": ["kind", "text", "where", "answers_in_words", "received"]}),
        (_("What becomes of it"), {"fields": ["state", "note", "due"]}),
    ]
    readonly_fields = ["kind", "text", "where", "answers_in_words", "received"]

    def has_add_permission(self, request):
        return False

    @admin.display(description=_("Step"), ordering="step")
    def about(self, feedback):
        return f"{feedback.step} / {feedback.block}" if feedback.block else feedback.step

    @admin.display(description=_("Text"))
    def excerpt(self, feedback):
        return Truncator(feedback.text).chars(80)

    @admin.display(description=_("Due"), ordering="due")
    def due_with_delay(self, feedback):
        late = (timezone.localdate() - feedback.due).days
        if feedback.state not in Feedback.OPEN or late <= 0:
            return feedback.due
        told = ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": late}
        return format_html("{} <strong>({})</strong>", formats.localize(feedback.due), told)

    @admin.display(description=_("Where"))
    def where(self, feedback):
        step = Step.objects.filter(slug=feedback.step).first()
        named = (
            format_html('<a href="{}">{}</a>', reverse("admin:pathway_step_change", args=[step.pk]), step)
            if step
            else feedback.step
        )
        read = _("release %(number)s, %(language)s") % {"number": feedback.release, "language": feedback.language}
        return format_html("{} › {}{} ({})", feedback.track, named, f" › {feedback.block}" if feedback.block else "", read)

    @admin.display(description=_("The reader's answers"))
    def answers_in_words(self, feedback):
        if not feedback.answers:
            return _("Not sent along.")
        options = Option.objects.filter(question__slug__in=feedback.answers).select_related("question")
        named = {(option.question.slug, option.slug): str(option) for option in options}
        told = ((named.get(answer, ": ".join(answer)),) for answer in feedback.answers.items())
        return format_html_join(mark_safe("<br>"), "{}", told)

    def _mark(self, request, queryset, state):
        marked = queryset.update(state=state)
        told = ngettext("%(count)s message marked: %(state)s.", "%(count)s messages marked: %(state)s.", marked)
        self.message_user(request, told % {"count": marked, "state": state.label})

    @admin.action(description=_("Mark as in work"), permissions=["change"])
    def mark_in_work(self, request, queryset):
        self._mark(request, queryset, Feedback.State.IN_WORK)

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def mark_done(self, request, queryset):
        self._mark(request, queryset, Feedback.State.DONE)

    @admin.action(description=_("Mark as dismissed"), permissions=["change"])
    def mark_dismissed(self, request, queryset):
        self._mark(request, queryset, Feedback.State.DISMISSED)
