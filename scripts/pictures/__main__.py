"""Walks through docs/staff.md as the people it is written for, and takes its pictures. What `make pictures` calls.

    python scripts/pictures

Makes a new database in a temporary folder, with the content, one account for each role, and a server. Then it does the
steps of docs/staff.md in a real browser and stops at the first one that does not show what the page promises. The
pictures in docs/pictures/staff/ come from this walk, so they cannot be older than what they show. Everything entered on the
way is made up, and goes with the folder. Takes some minutes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import MILLISECONDS_TO_ANSWER, PASSWORD, PICTURES, ROOT, Staff, serving
from editing import add_a_drug, add_a_question, change_funding, readers_see_it, work_lists
from entry import enter_for_the_first_time, ten_wrong_passwords_lock
from playwright.sync_api import expect, sync_playwright
from reviewing import (
    a_change_voids_the_signature,
    ask_for_a_review,
    go_back_to_a_release,
    publish,
    publish_at_a_date,
    send_back,
    sign,
    sign_off,
)
from undoing import refusals, two_at_once, undo_a_field_and_a_row, undo_an_import, undo_deleting

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu"]
PEOPLE = {
    "daria": "Data",
    "amelie": "Author",
    "andre": "Author",
    "rosa": "Reviewer",
    "paul": "Publisher",
    "vera": "Viewer",
    "nina": "Author",
}
MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group, User
for name, role in {PEOPLE}.items():
    User.objects.create_user(name, password="{PASSWORD}", is_staff=True).groups.add(Group.objects.get(name=role))
"""


def walk(staff: Staff, folder: Path) -> None:
    """docs/staff.md from “See what is waiting” to its end, in an order in which each part finds what it needs."""
    work_lists(staff)
    change_funding(staff)
    ask_for_a_review(staff, "daria", "Quebec pays for it now.", take_pictures=True)
    sign(staff, "daria", take_pictures=True)
    publish(staff, "Quebec pays for trastuzumab deruxtecan.", take_pictures=True)
    add_a_drug(staff)
    add_a_question(staff)
    staff.at("amelie")
    ask_for_a_review(staff, "amelie", "A drug, and a question with its tip.")
    send_back(staff, "amelie")
    ask_for_a_review(staff, "amelie", "The tip names nobody to call: that is right so.")
    sign(staff, "amelie")
    publish_at_a_date(staff)
    publish(staff, "A drug and a question.")
    readers_see_it(staff)
    go_back_to_a_release(staff)
    undo_a_field_and_a_row(staff)
    undo_deleting(staff)
    undo_an_import(staff, folder)
    two_at_once(staff)
    a_change_voids_the_signature(staff)
    sign_off(staff)
    refusals(staff)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("PATHWAY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        expect.set_options(timeout=MILLISECONDS_TO_ANSWER)
        with serving(folder, PATHWAY_SECOND_FACTOR="false") as (address, environment):
            command = [sys.executable, "scripts/local.py", "manage", "shell", "-c", MAKE_PEOPLE]
            subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
            walk(Staff(browser, address), folder)
        with serving(folder, PATHWAY_SECOND_FACTOR="true") as (address, _environment):
            staff = Staff(browser, address)
            enter_for_the_first_time(staff, "nina")
            ten_wrong_passwords_lock(staff, "vera")
        browser.close()
    print("The steps of docs/staff.md do what they say.")


if __name__ == "__main__":
    main()
