"""What a line of the log says. Never what somebody asked or answered, at any level, in any error.

Django and libraries put into their messages what a request held: the path that was typed, the host, the value that could not
be read; the template engine at DEBUG even the whole context of a page. So of an error only its type and the lines of
our code it passed are written, and of a request only its method and which page it was.
"""

import json
import logging
import traceback
from datetime import UTC, datetime


class WithoutTheRequest(logging.Filter):
    """Puts in place of a message about a request: status, method, and the pattern of the address, not the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            record.msg = f"{getattr(record, 'status_code', '')} {_method(request)} {_page(request)}".strip()
            record.args = ()
        return True


class WithoutValues(logging.Formatter):
    """Of an error: where it was raised and its type. Its message may quote what somebody typed."""

    def formatException(self, ei) -> str:
        error, told, seen = ei[1], [], set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            told.append("".join(traceback.format_tb(error.__traceback__)) + _name(type(error)))
            error = error.__cause__ or error.__context__
        return "\nafter\n".join(told)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _method(request) -> str:
    return request.method if request.method in ("GET", "HEAD", "POST") else "another method"


def _page(request) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "no page of ours"


class JsonLines(WithoutValues):
    """A JSON object a line, for programs that gather logs. Of a record only its own words, never what hangs on it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class NotRefusals(logging.Filter):
    """Leaves out that a request was answered with 503: why is logged once, and a line for each would fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
