"""A clinician signs off a part of plans: its plan says so, and says it no more once somebody changed the part."""

import os
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from .test_journey import fill_in

TITLE = "Treatment can thin your bones"
BLOCK = f"li:has(a:has-text('{TITLE}'))"


@pytest.fixture
def publish(server_environment):
    def run():
        command = [sys.executable, "scripts/local.py", "manage", "publish"]
        subprocess.run(command, check=True, cwd=settings.BASE_DIR, env={**os.environ, **server_environment})

    return run


def faults(page):
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


def told_in_the_plan(page):
    fill_in(page, stage="2", her2="negative")
    return page.locator(".why").locator(BLOCK)


def test_a_part_is_signed_off_shown_changed_and_shown_as_changed(staff_page, publish):
    staff_page.goto("/admin/")
    expect(staff_page.locator(".worklists")).to_contain_text("Not signed off")
    assert faults(staff_page) == []
    staff_page.goto(f"/admin/pathway/block/?q={TITLE}")
    staff_page.check("input.action-select >> nth=0")
    staff_page.select_option("select[name=action]", "sign_off")
    staff_page.click("button[name=index]")
    expect(staff_page.locator("#content")).to_contain_text("Thin bones give no warning.")
    assert faults(staff_page) == []
    staff_page.fill("#id_name", "Dr. Ann Lee")
    staff_page.fill("#id_role", "medical oncologist")
    staff_page.click("text=I have read this and sign it off")
    expect(staff_page.locator(".messagelist")).to_contain_text("1 text is signed off.")
    expect(staff_page.locator(".sign-off")).to_contain_text("Signed off by Dr. Ann Lee, medical oncologist on")
    there = staff_page.url

    publish()
    expect(told_in_the_plan(staff_page)).to_contain_text("Signed off by Dr. Ann Lee, medical oncologist on")
    expect(staff_page.locator(".plan-head")).to_contain_text("A clinician has signed off 1 of the")

    staff_page.goto(there)
    staff_page.fill("#id_body_en", "Said anew by a test. Thin bones give no warning.")
    staff_page.click("[name=_save]")
    expect(staff_page.locator(".messagelist")).to_contain_text("What you saved is not signed off")
    publish()
    expect(told_in_the_plan(staff_page)).to_contain_text(
        "has been changed since Dr. Ann Lee, medical oncologist signed it off"
    )


def test_a_work_list_can_be_read_and_used_by_everybody(staff_page):
    staff_page.goto("/admin/")
    staff_page.click("text=Funding to confirm")
    assert faults(staff_page) == []
    staff_page.check("tbody .tick input >> nth=0")
    staff_page.click("text=Assign to me")
    expect(staff_page.locator(".messagelist")).to_contain_text("1 row is given to")
    staff_page.check("tbody .tick input >> nth=0")
    staff_page.click("text=Confirmed at the source today")
    expect(staff_page.locator("#content")).to_contain_text("You say that you read this at its source today")
    assert faults(staff_page) == []
    staff_page.click("text=Back, without confirming")
    staff_page.click(".worklist-filters >> text=Mine")
    expect(staff_page.locator(".worklist tbody tr")).to_have_count(1)
