"""Pathway with every kind of leak in it, for the test that shows that `make privacy` would find each."""

import io
import logging
import os
import sqlite3
import tempfile
from urllib.parse import urlsplit

from config.wsgi import application as pathway


def into_the_log(body, headers, page):
    logging.getLogger("django.request").error("a plan was asked for: %s", body)
    return headers, page


def into_a_cookie(body, headers, page):
    return [*headers, ("Set-Cookie", "visit=1; HttpOnly")], page


def into_a_file(body, headers, page):
    with tempfile.NamedTemporaryFile(delete=False) as kept:
        kept.write(b"somebody was here")
    return headers, page


def into_an_address(body, headers, page):
    return headers, page.replace(b'href="/en/about/"', b'href="/en/about/?stage=4"')


def into_a_redirect(body, headers, page):
    return [*headers, ("Location", "/en/plan/?hr=positive")], page


def into_the_database(body, headers, page):
    with sqlite3.connect(urlsplit(os.environ["DATABASE_URL"]).path, timeout=20) as database:
        database.execute("INSERT INTO django_session VALUES (hex(randomblob(8)), 'somebody', '2030-01-01')")
    return headers, page


LEAKS = (into_the_log, into_a_cookie, into_a_file, into_an_address, into_a_redirect, into_the_database)


def application(environ, start_response):
    if environ["REQUEST_METHOD"] != "POST":
        return pathway(environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    answered = []
    page = b"".join(pathway(environ, lambda status, headers, failed=None: answered.extend((status, headers))))
    status, headers = answered
    if status.startswith("200"):
        for leak in LEAKS:
            headers, page = leak(body, headers, page)
    start_response(status, [(name, value) for name, value in headers if name.lower() != "content-length"])
    return [page]
