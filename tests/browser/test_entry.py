"""The first entry of a new staff member, and the next one: what `make run` and `make staff` lead to."""

import os
import re
import subprocess
import sys
from base64 import b32decode

import pytest
from django.conf import settings
from django_otp.oath import totp
from playwright.sync_api import expect

from .conftest import _is_elsewhere, own_port, serving

NAME, PASSWORD = "newcomer", "a-long-word-for-tests"


@pytest.fixture(scope="module")
def strict_server(server, server_environment, tmp_path_factory):
    """Beside the other server, on the same database, as it is without the setting of the tests."""
    environment = {**server_environment, "PORT": own_port(), "PATHWAY_SECOND_FACTOR": "true"}
    made = {**os.environ, **environment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    command = [sys.executable, "scripts/local.py", "manage", "createsuperuser", "--noinput"]
    command += ["--username", NAME, "--email", "newcomer@example.org"]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR, env=made)
    with serving(environment, tmp_path_factory.mktemp("strict")) as address:
        yield address


@pytest.fixture
def fresh_page(chromium, strict_server):
    context = chromium.new_context(base_url=strict_server, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    elsewhere, refused = [], []
    page.on("request", lambda asked: elsewhere.append(asked.url) if _is_elsewhere(asked.url, strict_server) else None)
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert elsewhere == []
    assert refused == []
    context.close()


def give_password(page):
    page.goto("/admin/medsearch/drug/")
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


def test_a_newcomer_sets_up_the_second_step_and_comes_back_with_a_recovery_code(fresh_page):
    page = fresh_page
    give_password(page)
    expect(page.locator("h1")).to_have_text("Set up your second step")
    drawn = page.locator(".qr-frame svg").bounding_box()
    assert drawn["width"] == pytest.approx(drawn["height"])
    assert drawn["width"] > 150

    address = page.get_by_role("link", name="open it in the app").get_attribute("href")
    key = re.search(r"secret=([A-Z2-7]+)", address).group(1)
    page.fill("#id_code", f"{totp(b32decode(key)):06d}")
    page.keyboard.press("Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery = page.locator(".recovery-codes code").first.inner_text()
    page.click("text=I have kept them. Continue")
    expect(page).to_have_url(re.compile("/admin/medsearch/drug/$"))

    page.click("#logout-form button")
    give_password(page)
    expect(page.locator("h1")).to_have_text("Second step: your code")
    page.fill("#id_code", "000 000")
    page.keyboard.press("Enter")
    expect(page.locator(".errornote")).to_contain_text("This code is wrong")
    page.fill("#id_code", recovery)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/medsearch/drug/$"))
    page.click("text=Recovery codes")
    expect(page.locator("#content")).to_contain_text("You have 9 recovery codes left.")
