"""The first entry of a new member of staff, and the next one without the telephone."""

import re
from base64 import b32decode

from browser import PASSWORD, Staff, picture, shows
from django_otp.oath import totp
from playwright.sync_api import Page, expect

TRIES = 10


def give_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("[type=submit]")


def enter_for_the_first_time(staff: Staff, name: str) -> None:
    page = staff.window()
    give_password(page, name)
    shows(page, "Set up your second step", "h1")
    picture(page, "second-step", "#content", "#content form")
    key = page.locator("code.secret").inner_text().replace(" ", "")
    page.fill("#id_code", f"{totp(b32decode(key)):06d}")
    page.keyboard.press("Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery = page.locator(".recovery-codes code").first.inner_text()
    page.click("text=I have kept them. Continue")
    expect(page).to_have_url(re.compile("/admin/$"))
    page.click("#logout-form button")
    give_password(page, name)
    shows(page, "Second step: your code", "h1")
    page.fill("#id_code", recovery)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/$"))
    page.click("#user-tools >> text=Recovery codes")
    shows(page, "You have 9 recovery codes left.")
    page.click("[type=submit][value='Make ten new codes']")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.context.close()


def ten_wrong_passwords_lock(staff: Staff, name: str) -> None:
    page = staff.window()
    for _ in range(TRIES):
        give_password(page, name, "not-the-password")
    give_password(page, name)
    shows(page, "Nobody can enter with it for 30 minutes.", "body")
    page.context.close()
