"""What every request has to keep to, what every response says to browsers, what is said before the first release; and the
middleware that only staff need.
"""

import time

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django_otp.middleware import OTPMiddleware

from evidence.releases import NoRelease

from .limits import Counters, limits, place_of
from .views import nothing_published, refused, too_often

_OWN = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_TEXT_IS_NEVER_SCRIPT = {
    # One script of ours reads pages of ours (pathway.js); nothing else may turn text into a page. Django's admin does.
    "require-trusted-types-for": "'script'",
    "trusted-types": "pathway",
}
NEVER_USED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *(
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
    ),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb", "xr-spatial-tracking"),
)
"""What browsers can do and no page of ours needs."""


def content_security_policy(*, public: bool, https: bool) -> str:
    policy = " ".join(
        f"{name} {allowed};" for name, allowed in {**_OWN, **(_TEXT_IS_NEVER_SCRIPT if public else {})}.items()
    )
    return f"{policy} upgrade-insecure-requests" if https else policy.removesuffix(";")


class PublicHeaders:
    """Says what pages may load (nothing from elsewhere) and use, and that no other site may frame or read them."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = {public: content_security_policy(public=public, https=settings.HTTPS) for public in (True, False)}
        self.headers = {
            "Permissions-Policy": ", ".join(f"{name}=()" for name in NEVER_USED),
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
            # Said by Django's SecurityMiddleware too, but not of the responses that it gives itself.
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
        }

    def __call__(self, request):
        staff = request.path.startswith("/admin/")
        if not staff:
            # Public pages read no cookie, not even that of staff who look at them; so nothing can answer one with another.
            request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", self.policy[not staff])
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        # With no-referrer, browsers send "Origin: null", and every form in admin would fail its CSRF check.
        headers["Referrer-Policy"] = "same-origin" if staff else settings.SECURE_REFERRER_POLICY
        return response

    def process_exception(self, request, exception):
        return nothing_published(request) if isinstance(exception, NoRelease) else None


class RequestSize:
    """Refuses what is larger than any honest request before a byte of its body is read, so that it costs no memory.

    Headers are the server's to limit: it has to read them before anything of ours runs (docs/threats.md).
    """

    METHODS = ("GET", "HEAD", "POST")
    LONGEST_ADDRESS = 4_096
    """Characters, with the query. Admin's longest has about 1,500: every answer of an example, compared."""
    LARGEST_PUBLIC_BODY = 131_072
    """Bytes. Forms have tighter limits of their own, and answer in the form itself; no public form takes a file."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        status = self._refused(request)
        return refused(request, status) if status else self.get_response(request)

    def _refused(self, request) -> int:
        """The status that says why; 0 if there is nothing to refuse."""
        told = request.META
        if request.method not in self.METHODS:
            return 405
        if len(told.get("PATH_INFO", "")) + len(told.get("QUERY_STRING", "")) > self.LONGEST_ADDRESS:
            return 414
        announced = told.get("CONTENT_LENGTH") or "0"
        if not (announced.isascii() and announced.isdigit()):
            return 400
        if "HTTP_TRANSFER_ENCODING" in told and announced == "0":
            return 411
        staff = request.path.startswith("/admin/")
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if staff else self.LARGEST_PUBLIC_BODY
        return 413 if int(announced[:20]) > largest else 0


class RateLimits:
    """Answers 429 to a place that asks more often than limits.py allows, and gives back what was typed."""

    POST = {
        "pathway:plan": "plan",
        "pathway:print": "plan",
        "pathway:pdf": "pdf",
        "feedback:send": "feedback",
        "admin:login": "login",
        "admin:second_factor": "login",
    }
    SEARCHED = ("medsearch:drugs", "medsearch:place", "medsearch:compare", "medsearch:download")
    """Counted when asked for with a query; a download always."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.counters = Counters(limits(settings.RATE_LIMITS)) if settings.RATE_LIMITS else None

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        kind = self._kind(request)
        if not kind or self.counters is None:
            return None
        place = place_of(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            proxies=settings.TRUSTED_PROXIES,
            behind_proxy=settings.BEHIND_PROXY,
        )
        seconds = self.counters.wait(kind, place, time.monotonic())
        return too_often(request, kind, seconds) if seconds else None

    def _kind(self, request) -> str:
        name = request.resolver_match.view_name
        if request.method == "POST":
            return self.POST.get(name, "")
        searched = name in self.SEARCHED and (request.META.get("QUERY_STRING") or name == "medsearch:download")
        return "search" if searched else ""


class _ForStaff:
    """Passes public pages by: they have no session, no account, no message and no history."""

    def __call__(self, request):
        if request.path_info.startswith("/admin/"):
            return super().__call__(request)
        return self.get_response(request)


class StaffSession(_ForStaff, SessionMiddleware):
    pass


class StaffAccount(_ForStaff, AuthenticationMiddleware):
    pass


class StaffSecondFactor(_ForStaff, OTPMiddleware):
    pass


class StaffMessages(_ForStaff, MessageMiddleware):
    pass
