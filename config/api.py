"""What programs can ask for, as an OpenAPI 3.1 description. It is made of the content (what the form asks) and of the types
that are answered, so that neither is written down twice.
"""

from typing import Any

import msgspec
from django.conf import settings
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from evidence import holding, releases
from evidence.programs import Errors, as_json
from medsearch.downloads import TABLES
from pathway.assembly import Content
from pathway.content import content, scheme
from pathway.forms import NOW, PROVINCE, READING
from pathway.models import Moment
from pathway.plan import Plan
from pathway.plan_code import Given
from personalization.frozen import Question
from personalization.ruleset import every_answer_set

from .limits import LIMITS
from .views import Ready

VERSION = "1"
"""Goes up when something that a program may rely on is taken away or means something else."""
ABOUT = """\
Treatment plans for breast cancer in Canada, and the tables behind them. All of it is also for people to read, at the same
addresses: a program says `Accept: application/json`. Who asks for a type that is neither that nor a page gets the page:
there is no 406.

Answers are sent in the body of a POST and stand in no address. They make the plan and are forgotten. What comes back is
information, not medical advice."""
OTHER_STATUSES = {
    "400": "It could not be read, or answers stand in the address.",
    "404": "There is no such address.",
    "405": "Another method than GET, HEAD and POST, or than this address takes. `Allow` says which.",
    "411": "There is a body without a length: send `Content-Length`.",
    "413": "The body is larger than any that is asked for here.",
    "414": "The address is longer than 4,096 characters.",
    "429": "More came from this place in a minute than is taken. `Retry-After` says in how many seconds to ask again.",
    "503": "No room, no release or no database just now. `Retry-After` says when to ask again, where that is known.",
}
FORMS = {"json": "JSON", "csv": "CSV, with an apostrophe before what a spreadsheet would run as a formula"}
NOT_SAID = {"unknown": "I don’t know", "": "not said"}

Json = dict[str, Any]


@require_safe
@cache_control(no_cache=True)
def openapi(request):
    return as_json(holding.active().derived(description))


def description(release: releases.Active) -> Json:
    """The whole document."""
    made = content(release)
    types = [Plan, Errors, Ready, *(kind.table for kind in TABLES.values())]
    _, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    name, _, url = settings.CONTENT_LICENCE.partition(", ")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pathway",
            "version": VERSION,
            "description": f"{ABOUT}\n\nAll of this is of release {release.number}.",
            "license": {"name": name, "url": url} if url else {"name": name},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/{language}/plan/": _plan(made, release),
            **{f"/{{language}}/medsearch/data/{name}.{form}": _table(name, form) for name in TABLES for form in FORMS},
            "/readyz": _ready(),
            "/openapi.json": _this(),
        },
        "components": {
            "parameters": {
                "Language": {
                    "name": "language",
                    "in": "path",
                    "required": True,
                    "description": "Of the sentences that say what is wrong. Plans and tables hold both languages.",
                    "schema": {"enum": [code for code, _ in settings.LANGUAGES]},
                }
            },
            "responses": {status: _other(status, said) for status, said in OTHER_STATUSES.items()},
            "schemas": {**schemas, "Answers": _answers(made), "PlanCode": _plan_code()},
        },
    }


def _plan(made: Content, release: releases.Active) -> Json:
    given = dict(next(iter(every_answer_set(made.ruleset))).answers)
    code = scheme(release).code(Given(given, "", "", release.number, release.published_at.date()))
    cannot = "\n".join(f"- {exclusion.message.en}" for exclusion in made.ruleset.exclusions)
    return {
        "parameters": [{"$ref": "#/components/parameters/Language"}],
        "get": {
            "operationId": "form",
            "summary": "The form, for people",
            "responses": _responses({"200": {"description": "A page.", "content": {"text/html": {}}}}),
        },
        "post": {
            "operationId": "plan",
            "summary": "The plan for some answers, or for a plan code",
            "description": f"Some answers cannot go together, and are refused with 422:\n\n{cannot}\n\n{_counted('plan')}",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"anyOf": [{"$ref": _schema("Answers")}, {"$ref": _schema("PlanCode")}]},
                        "examples": {
                            "answers": {"summary": "Answers", "value": given},
                            "code": {"summary": "A plan code", "value": {"code": code}},
                        },
                    }
                },
            },
            "responses": _responses(
                {
                    "200": _answer("The plan, in both languages. As a page for who asks for none of this.", "Plan"),
                    "422": _answer(
                        "An answer is missing or unknown, answers cannot go together, or it is no code.", "Errors"
                    ),
                }
            ),
        },
    }


def _table(name: str, form: str) -> Json:
    kind = TABLES[name]
    if form == "json":
        table = {"application/json": {"schema": {"$ref": _schema(kind.table.__name__)}}}
    else:
        table = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "parameters": [{"$ref": "#/components/parameters/Language"}],
        "get": {
            "operationId": f"{name}-{form}",
            "summary": f"The table of {name}, as {FORMS[form]}",
            "description": _counted("search"),
            "responses": _responses({"200": {"description": kind.row.__doc__ or name, "content": table}}),
        },
    }


def _ready() -> Json:
    return {
        "get": {
            "operationId": "ready",
            "summary": "Whether a plan can be served, for who watches over the site",
            "responses": _responses(
                {"200": _answer("It can.", "Ready", page=False), "503": _answer("It cannot.", "Ready", page=False)}
            ),
        }
    }


def _this() -> Json:
    return {
        "get": {
            "operationId": "description",
            "summary": "This description",
            "responses": _responses(
                {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}}
            ),
        }
    }


def _counted(kind: str) -> str:
    return f"One place may ask {LIMITS[kind].each} times a minute, unless whoever runs the site has set it otherwise."


def _schema(name: str) -> str:
    return f"#/components/schemas/{name}"


def _answer(said: str, schema: str, *, page: bool = True) -> Json:
    found = {"application/json": {"schema": {"$ref": _schema(schema)}}}
    return {"description": said, "content": {**found, "text/html": {}} if page else found}


def _other(status: str, said: str) -> Json:
    header = {"405": "Allow", "429": "Retry-After", "503": "Retry-After"}.get(status)
    told = {"headers": {header: {"schema": {"type": "string"}}}} if header else {}
    return {**_answer(said, "Errors"), **told}


def _responses(own: Json) -> Json:
    return {
        **own,
        **{status: {"$ref": f"#/components/responses/{status}"} for status in OTHER_STATUSES if status not in own},
    }


def _answers(made: Content) -> Json:
    """What the form of this release takes."""
    places = {place.slug: place.name.en for place in made.formulary.jurisdictions.values()}
    moments = {value: str(label) for value, label in Moment.choices}
    return {
        "type": "object",
        "title": "Answers",
        "properties": {
            **{question.slug: _question(question) for question in made.questions},
            PROVINCE: _choice("Where the reader lives", {**places, **NOT_SAID}),
            NOW: _choice("Where the reader is on the way", {**moments, **NOT_SAID}),
            READING: {"type": "string", "description": "`full` opens the long parts of the page. JSON always has them."},
        },
        "required": [question.slug for question in made.questions if question.core],
        "additionalProperties": False,
    }


def _question(question: Question) -> Json:
    options = {option.slug: option.label.en for option in question.options}
    return _choice(question.text.en, options if question.core else {**options, "": "not said"})


def _choice(text: str, options: dict[str, str]) -> Json:
    lines = "\n".join(f"- `{slug}`: {label}" if slug else f"- empty: {label}" for slug, label in options.items())
    return {"type": "string", "title": text, "description": lines, "enum": list(options)}


def _plan_code() -> Json:
    return {
        "type": "object",
        "title": "PlanCode",
        "properties": {
            "code": {"type": "string", "description": "As it stands on a printed plan, with or without hyphens."}
        },
        "required": ["code"],
    }
