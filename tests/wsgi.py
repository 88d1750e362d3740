"""The site as a server asks it, within the transaction of one test."""

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections


class AsServed:
    """The WSGI application, whose connection to the database outlives a request.

    Between two requests a server closes connections; a test needs the one that its transaction is on. It is kept anew for
    each request, since Django's test client has the closing put back after each of its own.
    """

    def __init__(self):
        self._application = get_wsgi_application()

    def __call__(self, environ, start_response):
        signals = (request_started, request_finished)
        for signal in signals:
            signal.disconnect(close_old_connections)
        try:
            parts = self._application(environ, start_response)
            body = b"".join(parts)
            if hasattr(parts, "close"):
                parts.close()
        finally:
            for signal in signals:
                signal.connect(close_old_connections)
        return [body]
