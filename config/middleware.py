"""The privacy and security headers of every response, in one place; and what is said before anything is published."""

from evidence.releases import NoRelease

from .views import nothing_published

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class PublicHeaders:
    """Says what pages may load (nothing from elsewhere) and, for pages, that no shared cache may keep them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith("/admin/"):
            # With no-referrer, browsers send "Origin: null", and every form in admin would fail its CSRF check.
            response.headers["Referrer-Policy"] = "same-origin"
        return response

    def process_exception(self, request, exception):
        return nothing_published(request) if isinstance(exception, NoRelease) else None
