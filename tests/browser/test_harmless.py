"""Content that was poisoned behind the forms, in a real browser: nothing of it runs, and nothing even tries."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import ready

from .conftest import own_port, serving

POISON = """
import django
django.setup()
from tests.poison import poison, poison_feedback, poisonous_release
poison_feedback()
poison()
poisonous_release()
"""
WATCH = """
window.seen = [];
window.pwned = (which) => window.seen.push(`pwned ${which}`);
const refused = (event) => window.seen.push(`refused ${event.violatedDirective} ${event.blockedURI}`);
document.addEventListener("securitypolicyviolation", refused);
"""
PUBLIC = (
    *("about/proof/", "plan/", "medsearch/", "medsearch/?q=pwned", "medsearch/letrozole/", "medsearch/where/on/"),
    *("medsearch/compare/?drug=letrozole&drug=palbociclib&place=on", "glossary/"),
)
TABLES = ("medsearch/drug", "medsearch/programme", "pathway/block", "personalization/question", "feedback/feedback")


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """Address of a server with a database of its own, whose content is poisoned and published."""
    folder = tmp_path_factory.mktemp("poisoned")
    database = ready.copy_to(folder / "pathway.sqlite3", ready.shared_folder(tmp_path_factory))
    environment = {
        "PORT": own_port(),
        "DATABASE_URL": f"sqlite:///{database}",
        "PATHWAY_RELEASE_CHECK_SECONDS": "0",
        "DJANGO_SUPERUSER_PASSWORD": "a-long-word-for-tests",
    }
    with serving(environment, folder) as address:
        made = {**os.environ, **environment, "PATHWAY_HTTPS": "false"}
        command = [sys.executable, "scripts/local.py", "manage", "createsuperuser", "--noinput", "--username", "editor"]
        subprocess.run([*command, "--email", "e@example.org"], check=True, cwd=settings.BASE_DIR, env=made)
        run = [sys.executable, "-c", POISON]
        made["DJANGO_SETTINGS_MODULE"] = "config.settings"
        subprocess.run(run, check=True, cwd=settings.BASE_DIR, env=made)
        yield address


def test_nothing_of_it_runs(chromium, poisoned):
    context = chromium.new_context(base_url=poisoned, viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    seen = []
    page.on("dialog", lambda dialog: (seen.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: seen.append(f"{page.url}: {error}"))
    page.on("console", lambda said: seen.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: seen.append(asked.url) if "pwned.example" in asked.url else None)

    def look():
        """Also for what would wait for a press."""
        for link in page.locator("a[href^='javascript:' i], a[href^='data:' i], [onclick], [onmouseover]").all():
            seen.append(f"{page.url}: {link.evaluate('one => one.outerHTML')}")
        seen.extend(f"{page.url}: {found}" for found in page.evaluate("window.seen"))

    for language in ("en", "fr"):
        for address in PUBLIC:
            page.goto(f"/{language}/{address}")
            look()
    page.goto("/en/plan/")
    for question, answer in {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}.items():
        page.locator(f'input[name={question}][value="{answer}"]').check(force=True)
    page.locator("form.profile-form [type=submit]").first.click()
    page.wait_for_selector("#step-1")
    look()
    page.goto("/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "a-long-word-for-tests")
    page.click("[type=submit]")
    for table in TABLES:
        page.goto(f"/admin/{table}/")
        look()
        page.click("#result_list tbody th a")
        look()
        if page.locator("[data-written]").count():
            page.locator("textarea[data-written]").first.focus()
            page.wait_for_selector(".writing .measured")
            look()
    context.close()
    assert seen == []
