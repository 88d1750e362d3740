"""What programs get where readers get a page: JSON, if they say that they would rather have it."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse


class Errors(msgspec.Struct, frozen=True):
    """Why there is nothing else to answer with, in the language of the address."""

    errors: Annotated[
        dict[str, tuple[str, ...]],
        msgspec.Meta(description="Name of a field → what is wrong with it. What is about no field alone has an empty name."),
    ]


def wants_json(request: HttpRequest) -> bool:
    if "json" not in request.META.get("HTTP_ACCEPT", "").lower():
        return False
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def as_json(value: object, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)


def problems(errors: dict[str, Iterable[object]], status: int) -> HttpResponse:
    """Name of a field, or nothing, → what is wrong with it."""
    return as_json(Errors({name: tuple(map(str, said)) for name, said in errors.items()}), status)
