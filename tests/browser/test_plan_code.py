"""The plan code in a real browser: reload, bookmark and copied link reopen the plan, clearing leaves nothing for Back, and
what goes over the wire is watched."""

import re
import socket
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.browser import test_journey
from tests.browser.conftest import FLAGS, _page
from tests.browser.test_accessibility import violations
from tests.browser.test_journey import ANSWERS

PLAN, FORM = "Your treatment plan", "My treatment plan"


def fill_in(page, **answers):
    test_journey.fill_in(page, **answers)
    expect(page.locator("h1")).to_have_text(PLAN)


def code_of(page):
    page.wait_for_load_state()
    return page.locator(".plan-code .code").inner_text()


def test_typed_in_by_keyboard_it_opens_the_plan_again(page, keyboard):
    fill_in(page)
    code = code_of(page)
    page.goto("/en/about/")
    page.goto("/en/plan/")
    keyboard(page).to(".code-form summary")
    page.keyboard.press("Enter")
    keyboard(page).to("#code")
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(PLAN)
    expect(page.locator("#changes-heading")).to_have_text("Nothing has changed")
    assert code_of(page) == code


def test_a_slip_is_told_at_the_field(page):
    page.goto("/en/plan/")
    page.click(".code-form summary")
    page.fill("#code", "7K3M-Q2P9-AAA")
    page.click("text=Open my plan")
    expect(page.locator("#code-error")).to_contain_text("not the right one")
    expect(page.locator("#code")).to_be_focused()
    assert page.locator("#code").get_attribute("aria-describedby").startswith("code-error")


def test_with_script_the_address_holds_the_code_and_reload_shows_the_plan(scripted_page):
    fill_in(scripted_page)
    code = code_of(scripted_page)
    assert scripted_page.url.endswith(f"/en/plan/#{code}")
    entries = scripted_page.evaluate("history.length")
    scripted_page.reload()
    expect(scripted_page.locator("h1")).to_have_text(PLAN)
    expect(scripted_page.locator(".plan-changes")).to_have_count(0)
    expect(scripted_page).to_have_url(re.compile(f"/en/plan/#{code}$"))
    assert scripted_page.evaluate("history.length") == entries


def test_a_copied_link_opens_the_plan_in_another_browser(scripted_page, chromium, server):
    fill_in(scripted_page)
    url = scripted_page.url
    for other in _page(chromium, server, javascript=True):
        other.goto(url)
        expect(other.locator("h1")).to_have_text(PLAN)
        expect(other).to_have_url(url)


def test_a_link_within_the_plan_leaves_the_code_in_place(scripted_page):
    fill_in(scripted_page)
    url = scripted_page.url
    scripted_page.evaluate("location.hash = '#step-2'")
    expect(scripted_page).to_have_url(url)
    assert scripted_page.evaluate("scrollY") > 0


def test_copy_and_mail_have_the_whole_link_and_need_script(scripted_page, chromium, server):
    scripted_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill_in(scripted_page)
    url = scripted_page.url
    scripted_page.click("text=Copy a link")
    expect(scripted_page.locator(".kept")).to_have_text("The link is copied.")
    assert scripted_page.evaluate("navigator.clipboard.readText()") == url
    mail = scripted_page.locator("[data-mail-link]").get_attribute("href")
    assert mail.startswith("mailto:?subject=My%20treatment%20plan")
    assert url.replace("#", "%23").replace(":", "%3A").replace("/", "%2F") in mail
    assert not [word for word in ANSWERS.values() if len(word) > 2 and word in mail]
    for plain in _page(chromium, server, javascript=False):
        fill_in(plain)
        expect(plain.locator("[data-copy-link]")).to_be_hidden()
        expect(plain.locator("[data-mail-link]")).to_be_hidden()


def test_the_other_language_keeps_the_plan_and_its_code(scripted_page):
    fill_in(scripted_page)
    code = code_of(scripted_page)
    scripted_page.click("button:has-text('Français')")
    expect(scripted_page.locator("html")).to_have_attribute("lang", "fr")
    expect(scripted_page).to_have_url(re.compile(f"/fr/plan/#{code}$"))
    scripted_page.reload()
    expect(scripted_page.locator(".step").first).to_be_visible()
    assert scripted_page.locator("html").get_attribute("lang") == "fr"


def test_back_from_a_drug_shows_the_plan(page):
    fill_in(page)
    page.goto("/en/medsearch/tucatinib/")
    page.go_back()
    expect(page.locator("h1")).to_have_text(PLAN)


# Clearing


def shows_answers(page):
    """Whether a plan, a filled-in form or a code can be seen."""
    return page.evaluate(
        """() => Boolean(document.querySelector('.step, .plan-code, .profile-form input[type=radio]:checked')
           || [...document.querySelectorAll('#code')].some((field) => field.value))"""
    )


def back_to_the_beginning(page):
    """Presses Back until there is nothing before; says after each whether answers show."""
    shown = []
    for _ in range(8):
        before = page.url
        # Without script the browser asks first whether to send the form again, and shows a page of its own meanwhile.
        with suppress(Error):
            if page.go_back(timeout=5_000) is None and page.url == before:
                break
        page.wait_for_timeout(300)
        if page.url == "about:blank":
            break
        shown.append(shows_answers(page))
    return shown


def test_back_shows_no_answers_after_they_were_cleared(page):
    fill_in(page)
    page.click(".plan-code [data-clear]")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")
    shown = back_to_the_beginning(page)
    assert shown
    assert not any(shown)


def test_nor_do_earlier_plans_and_changed_answers(scripted_page):
    page = scripted_page
    fill_in(page)
    page.click(".change-answers summary")
    page.locator(".change-answers button[value=all]").click()
    expect(page.locator("h1")).to_have_text(FORM)
    page.check("input[name=her2][value=low]", force=True)
    page.click("text=Show my plan")
    expect(page.locator("h1")).to_have_text(PLAN)
    page.click(".plan-code [data-clear]")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")
    shown = back_to_the_beginning(page)
    assert len(shown) >= 2
    assert not any(shown)


def test_the_next_patient_gets_a_plan_of_their_own(scripted_page):
    fill_in(scripted_page)
    scripted_page.click(".plan-code [data-clear]")
    expect(scripted_page.locator("h1")).to_have_text("Your answers are cleared")
    fill_in(scripted_page, her2="low")
    url = scripted_page.url
    scripted_page.goto("/en/medsearch/tucatinib/")
    scripted_page.go_back()
    expect(scripted_page.locator("h1")).to_have_text(PLAN)
    expect(scripted_page).to_have_url(url)


def test_in_a_browser_that_keeps_whole_pages_too(playwright_with_whole_pages, server):
    context = playwright_with_whole_pages.new_context(base_url=server)
    page = context.new_page()
    fill_in(page)
    page.click(".plan-code [data-clear]")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")
    assert not any(back_to_the_beginning(page))
    context.close()


@pytest.fixture
def playwright_with_whole_pages(chromium):
    """A Chromium whose back-forward cache is on, as people's is; Playwright turns it off."""
    browser = chromium.browser_type.launch(
        executable_path=_path_of(chromium), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


def _path_of(chromium):
    import os
    import shutil

    from tests.browser.conftest import NAMES

    return os.environ.get("PATHWAY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


# Over the wire


@contextmanager
def wiretap(server):
    """An address that hands everything on to the server, and the bytes that browsers sent there."""
    heard = bytearray()
    listener = socket.create_server(("127.0.0.1", 0))
    target = (urlsplit(server).hostname, urlsplit(server).port)

    def hand_on(source, sink, listens):
        try:
            while data := source.recv(65_536):
                if listens:
                    heard.extend(data)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def accept():
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            behind = socket.create_connection(target)
            threading.Thread(target=hand_on, args=(browser, behind, True), daemon=True).start()
            threading.Thread(target=hand_on, args=(behind, browser, False), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        listener.close()


def test_no_answer_and_no_code_is_sent_outside_the_body_of_a_form(chromium, server, tmp_path_factory):
    with wiretap(server) as (address, heard):
        for page in _page(chromium, address, javascript=True):
            fill_in(page)
            code = code_of(page)
            page.reload()
            expect(page.locator("h1")).to_have_text(PLAN)
            page.click("button:has-text('Français')")
            expect(page.locator("html")).to_have_attribute("lang", "fr")
            page.goto(f"/en/plan/#{code}")
            expect(page.locator("h1")).to_have_text(PLAN)
            page.click(".site-header nav a:has-text('MedSearch')")
            expect(page.locator("h1")).not_to_have_text(PLAN)
            page.go_back()
            expect(page.locator("h1")).to_have_text(PLAN)
            page.click(".plan-code [data-clear]")
            expect(page.locator("h1")).to_have_text("Your answers are cleared")
    sent = heard.decode("latin-1")
    heads = re.findall(r"(?:GET|POST) \S+ HTTP/1\.1\r\n(?:[^\r\n]+\r\n)+\r\n", sent)
    assert sum(head.startswith("POST") for head in heads) >= 4
    assert f"code={code}" in sent
    secret = re.compile(rf"{re.escape(code)}|{code.replace('-', '')}|her2|positive|stage", re.IGNORECASE)
    assert not [head for head in heads if secret.search(head)]
    logs = list(tmp_path_factory.getbasetemp().glob("log*/log"))
    assert logs
    assert not [log for log in logs if secret.search(log.read_text())]


# For everybody


def test_axe_finds_nothing(scripted_page):
    page = scripted_page
    fill_in(page)
    code = code_of(page)
    page.goto("/en/plan/clear/")
    assert violations(page) == []
    page.goto("/en/plan/")
    page.click(".code-form summary")
    page.fill("#code", "7K3M-Q2P9-AAA")
    page.click("text=Open my plan")
    expect(page.locator("#code-error")).to_be_visible()
    assert violations(page) == []
    page.fill("#code", code)
    page.click("text=Open my plan")
    expect(page.locator("#changes-heading")).to_be_visible()
    assert violations(page) == []
