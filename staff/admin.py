"""Accounts, and the log."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import second_factor
from .log import record
from .models import Entry, What

# Roles are what staff/roles.py says, and keys of the second factor are for nobody's eyes.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """For superusers: no role may touch accounts."""

    list_display = ["username", "first_name", "last_name", "roles", "is_active", "has_second_factor", "last_login"]
    list_filter = ["groups", "is_active", "is_superuser"]
    list_per_page = 50
    # What somebody may do is what their roles say: a permission given by itself would stand in no table.
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Who it is"), {"fields": ["first_name", "last_name", "email"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    actions = ["unlock", "take_off_second_factor"]

    def get_queryset(self, request):
        app = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).prefetch_related("groups").annotate(second_factor=Exists(app))

    @admin.display(description=_("Roles"))
    def roles(self, user):
        named = [group.name for group in user.groups.all()]
        return ", ".join([str(_("superuser")), *named] if user.is_superuser else named)

    @admin.display(description=_("Second factor"), boolean=True)
    def has_second_factor(self, user):
        return user.second_factor

    @admin.action(description=_("Unlock after too many wrong passwords"), permissions=["change"])
    def unlock(self, request, queryset):
        for user in queryset:
            second_factor.unlock(user)
            record(What.UNLOCKED, who=request.user.get_username(), about=user.get_username())
        messages.success(request, _("Unlocked."))

    @admin.action(description=_("Take off the second factor (telephone and recovery codes lost)"), permissions=["change"])
    def take_off_second_factor(self, request, queryset):
        for user in queryset:
            second_factor.take_off(user)
            record(What.FACTOR_RESET, who=request.user.get_username(), about=user.get_username())
        messages.success(request, _("They set up a new one at their next entry. Give them a new password as well."))


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """For reading."""

    list_display = ["at", "who", "what", "about"]
    list_filter = ["what"]
    search_fields = ["who", "about"]
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
