"""Entering: setting up a second factor, giving its code, recovery codes; and what a locked account is told."""

from base64 import b32encode

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_otp import login as remember_device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from . import second_factor as factor
from .log import record
from .models import What

KEY = "second_factor_key"
"""In the session: the key being set up. It belongs to no account before a code has proved it."""


class Code(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        return factor.normal(self.cleaned_data["code"])


def second_factor(request, site):
    """Asks for the code, or sets the second factor up at the first entry. For whoever has given the right password."""
    if site.has_permission(request):
        return HttpResponseRedirect(_afterwards(request))
    if not site.password_accepted(request):
        return redirect_to_login(_afterwards(request), reverse("admin:login"))
    form = Code(request.POST or None)
    return (_ask if factor.enrolled(request.user) else _set_up)(request, site, form)


def _ask(request, site, form):
    if form.is_valid():
        device = factor.verify(request.user, form.cleaned_data["code"])
        if device:
            _enter(request, device, What.RECOVERY_USED if isinstance(device, StaticDevice) else What.ENTERED)
            return HttpResponseRedirect(_afterwards(request))
        record(What.WRONG_CODE, who=request.user.get_username())
        form.add_error(
            "code",
            _("This code is wrong, was used before, or came too soon after a wrong one. Wait for the next code."),
        )
    return _page(request, site, "ask", title=_("Second step: your code"), form=form)


def _set_up(request, site, form):
    key = request.session.setdefault(KEY, default_key())
    if form.is_valid():
        made = factor.enrol(request.user, key, form.cleaned_data["code"])
        if made:
            device, codes = made
            del request.session[KEY]
            _enter(request, device, What.ENROLLED)
            told = {"title": _("Your recovery codes"), "codes": codes, "afterwards": _afterwards(request)}
            return _page(request, site, "codes", **told)
        record(What.WRONG_CODE, who=request.user.get_username())
        form.add_error("code", _("This is not the code that the app shows now. Check the clock of your telephone."))
    device = TOTPDevice(user=request.user, key=key)
    secret = b32encode(device.bin_key).decode()
    return _page(
        request,
        site,
        "set_up",
        title=_("Set up your second step"),
        form=form,
        picture=factor.picture(device),
        address=device.config_url,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


def recovery_codes(request, site):
    """GET: how many are left. POST: ten new ones, shown once."""
    codes = []
    if request.method == "POST" and factor.enrolled(request.user):
        codes = factor.new_recovery_codes(request.user)
        record(What.RECOVERY_MADE, who=request.user.get_username())
    return _page(
        request,
        site,
        "codes",
        title=_("Your recovery codes"),
        codes=codes,
        left=factor.recovery_codes_left(request.user),
        enrolled=factor.enrolled(request.user),
        afterwards=reverse("admin:index"),
    )


def locked(request, response, credentials):
    """In place of the log-in page after too many wrong passwords; the same whether or not there is such an account."""
    from django.contrib.admin import site

    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return _page(request, site, "locked", status=429, title=_("Too many tries"), minutes=minutes)


def _enter(request, device, what):
    request.session.cycle_key()
    # A session that was opened with a recovery code must not end when the used-up codes are replaced.
    app = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    remember_device(request, app or device)
    record(what, who=request.user.get_username())


def _afterwards(request) -> str:
    """Where somebody wanted to go, if that is here."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("admin:index")


def _page(request, site, name, *, status=200, **context):
    about_the_site = site.each_context(request)
    if not about_the_site["has_permission"]:
        about_the_site |= {"available_apps": [], "is_nav_sidebar_enabled": False}
    response = render(request, f"admin/staff/{name}.html", {**about_the_site, **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
