"""What /admin/ asks before it opens: the password, then the second factor. Imported before there are models."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache


class SecondFactorSite:
    """For an AdminSite: whoever has only given a password has no permission at all."""

    def has_permission(self, request):
        return self.password_accepted(request) and (not settings.SECOND_FACTOR or request.user.is_verified())

    def password_accepted(self, request) -> bool:
        return super().has_permission(request)

    def login(self, request, extra_context=None):
        if request.method == "GET" and self.password_accepted(request) and not self.has_permission(request):
            asked = {"next": request.GET["next"]} if "next" in request.GET else {}
            return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{urlencode(asked)}")
        return super().login(request, extra_context)

    def get_urls(self):
        from . import views

        return [
            # Whoever is stuck at the second factor can leave, too.
            path("logout/", self.logout, name="logout"),
            path("second-factor/", never_cache(views.second_factor), {"site": self}, name="second_factor"),
            path(
                "second-factor/recovery-codes/",
                self.admin_view(views.recovery_codes),
                {"site": self},
                name="recovery_codes",
            ),
            *super().get_urls(),
        ]
