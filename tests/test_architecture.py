"""Reads the source: who imports whom, which modules are pure, and that no page asks another host for anything."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT = {
    "history": set(),
    "evidence": {"history"},
    "personalization": {"history", "evidence"},
    "glossary": {"history", "evidence"},
    "medsearch": {"history", "evidence", "personalization", "glossary"},
    "pathway": {"history", "evidence", "personalization", "glossary", "medsearch"},
    "feedback": {"evidence", "personalization", "pathway"},
    "worklists": {"history", "evidence", "personalization", "glossary", "medsearch", "pathway", "feedback"},
    "staff": {"evidence"},
    "config": {
        "history",
        "evidence",
        "personalization",
        "glossary",
        "medsearch",
        "pathway",
        "feedback",
        "worklists",
        "staff",
    },
}
MUST_BE_PURE = {
    "history.wording",
    "evidence.text",
    "evidence.addresses",
    "evidence.days",
    "evidence.frozen",
    "evidence.differences",
    "evidence.gzipped",
    "personalization.boxes",
    "personalization.frozen",
    "personalization.profile",
    "personalization.ruleset",
    "personalization.membership",
    "glossary.frozen",
    "glossary.prose",
    "glossary.marking",
    "glossary.literal",
    "medsearch.frozen",
    "medsearch.formulary",
    "medsearch.search",
    "medsearch.filters",
    "pathway.frozen",
    "pathway.plan",
    "pathway.assembly",
    "pathway.audit",
    "pathway.selection",
    "pathway.paper",
    "pathway.typst_text",
    "pathway.plan_code",
    "pathway.changes",
    "pathway.effects",
    "pathway.preview",
    "pathway.matrix",
}
OUTSIDE_WORLD = {
    "asyncio",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
}
"""Modules of the standard library that bring in a clock, chance, files or shared state."""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(path): ast.parse(path.read_text()) for app in MAY_IMPORT for path in sorted((ROOT / app).rglob("*.py"))
}
PURE = {name for name, tree in MODULES.items() if (ast.get_docstring(tree) or "").startswith("PURE.")}
PURE_MAY_IMPORT = {"msgspec": PURE, "markdown_it": {"glossary.prose"}, "rapidfuzz": {"medsearch.search"}}


def imports(name: str) -> set[str]:
    """Absolute names of the modules that this one imports, wherever in the file."""
    found = set()
    package = name.split(".") if (ROOT / Path(*name.split("."))).is_dir() else name.split(".")[:-1]
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            # "from . import frozen" names a module, "from .frozen import Drug" a thing in one.
            found |= {f"{base}.{a.name}" if f"{base}.{a.name}" in MODULES else base for a in node.names}
    return found


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_the_apps_below_it(app):
    allowed = MAY_IMPORT[app] | {app}
    upwards = {
        f"{name} imports {imported}"
        for name in MODULES
        if name.split(".")[0] == app
        for imported in imports(name)
        if imported.split(".")[0] in MAY_IMPORT and imported.split(".")[0] not in allowed
    }
    assert not upwards


def test_the_modules_that_must_be_pure_say_so():
    assert MUST_BE_PURE <= PURE


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_imports_only_what_is_pure(name):
    allowed = PURE | {library for library, users in PURE_MAY_IMPORT.items() if name in users}
    impure = {
        imported
        for imported in imports(name)
        if imported not in allowed
        and imported.split(".")[0] not in allowed
        and (imported.split(".")[0] not in sys.stdlib_module_names or imported.split(".")[0] in OUTSIDE_WORLD)
    }
    assert not impure


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_is_told_the_day_and_never_asks(name):
    called = {node.func for node in ast.walk(MODULES[name]) if isinstance(node, ast.Call)}
    asked = {of.attr for of in called if isinstance(of, ast.Attribute)} & {"today", "now", "utcnow"}
    assert not asked


def test_the_types_of_every_pure_module_are_checked():
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]
    assert {module_name(ROOT / file) for file in checked} >= PURE


LOADS = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*?\b(?:src|srcset|href|data|poster)\s*=\s*["']?\s*(?:https?:)?//"""
    r"""|url\(\s*["']?\s*(?:https?:)?//|@import|\b(?:import|fetch)\b[^\n]*?["'`](?:https?:)?//""",
    re.IGNORECASE,
)


def test_no_page_loads_anything_from_another_host():
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/**/*.css"), *ROOT.glob("static/**/*.js")]
    assert len(pages) > 20
    assert not {str(page.relative_to(ROOT)) for page in pages if LOADS.search(page.read_text())}


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<link rel=stylesheet href=//cdn.example/x.css>",
        '@import "x.css"',
        "a { background: url('https://cdn.example/x.png') }",
        'import x from "https://cdn.example/x.js"',
    ],
)
def test_loading_from_another_host_would_be_noticed(markup):
    assert LOADS.search(markup)
