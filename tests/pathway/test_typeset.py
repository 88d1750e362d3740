"""The PDF and the print page: the same words in the same order, on tagged sheets that each say what they are of."""

import io
import json
import re
import tempfile
from html.parser import HTMLParser

import pypdf
import pytest
import typst
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from glossary.content import Reader
from glossary.prose import parse, plain
from pathway import typeset
from pathway.assembly import assemble
from pathway.content import lexicon
from pathway.paper import Frame, Heading, Line, Listing, Run, ranges
from pathway.printout import paper
from pathway.selection import FULL, SHORT, everything, select
from pathway.typst_text import literal
from pathway.typst_text import typst as written_as_typst
from personalization.profile import Profile
from tests.conftest import DAY

pytestmark = pytest.mark.from_memory

PROFILES = {
    "HR+ HER2+, stage IV": {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", "province": "on"},
    "triple-negative, stage II": {"stage": "2", "type": "idc", "hr": "negative", "her2": "zero", "province": "qc"},
    "nothing known": {"stage": "unknown", "type": "unknown", "hr": "unknown", "her2": "unknown"},
}
EVERYTHING = {
    "print-reading": FULL,
    "print-find_out": "on",
    "print-glossary": "on",
    "print-references": "on",
    "print-questions_sheet": "on",
    "print-care_team": "on",
}
CODE = "K7QM-2XWD-94PT"


# Reading both


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


FOOT = re.compile(r"Pathway · [^\n]*\n?(?:Page|page) \d+ \w+ \d+\s*$", re.IGNORECASE)


def words_of(pdf: bytes) -> str:
    """Without its feet and without spaces: where a line ends is the one thing that paper and page do not share."""
    return squeezed("".join(FOOT.sub("", page) for page in pages(pdf)))


class Printed(HTMLParser):
    """The words of a print page's paper, with the marks that a browser puts before the items of a list."""

    def __init__(self, html):
        super().__init__()
        self.words: list[str] = []
        self._within = 0
        self._lists: list[int | None] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        classes = dict(attributes).get("class") or ""
        if tag == "article":
            self._within += 1
        elif tag in ("ul", "ol"):
            marked = not any(plain in classes for plain in ("cards", "options", "sources"))
            self._lists.append(None if not marked else 0 if tag == "ol" else -1)
        elif tag == "li" and self._within and self._lists[-1] is not None:
            if self._lists[-1] == -1:
                self.words.append("•")
            else:
                self._lists[-1] += 1
                self.words.append(f"{self._lists[-1]}.")

    def handle_endtag(self, tag):
        if tag == "article":
            self._within -= 1
        elif tag in ("ul", "ol"):
            self._lists.pop()

    def handle_data(self, data):
        if self._within:
            self.words.append(data)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def ask(site, address, answers, language="en", **choices):
    sent = QueryDict(mutable=True)
    for name, value in {**answers, **choices}.items():
        sent.setlist(name, value) if isinstance(value, list) else sent.update({name: value})
    return site.post(f"/{language}/plan/{address}/", sent.urlencode(), content_type="application/x-www-form-urlencoded")


def both(site, answers, language="en", **choices):
    return (
        words_of(ask(site, "pdf", answers, language, **choices).content),
        squeezed("".join(Printed(ask(site, "print", answers, language, **choices).text).words)),
    )


# The same words in the same order


@pytest.mark.parametrize("answers", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("reading", [FULL, SHORT])
def test_the_pdf_says_what_the_print_page_says_in_the_same_order(site, answers, reading):
    pdf, page = both(site, answers, **{**EVERYTHING, "print-reading": reading, "print-steps": ["1", "2", "3", "4", "5"]})
    assert len(page) > 3_000
    assert pdf == page


def test_in_large_print_and_in_french_too(site):
    choices = {**EVERYTHING, "print-large": "on", "print-reading": SHORT, "print-steps": ["1", "3"]}
    pdf, page = both(site, PROFILES["nothing known"], "fr", **choices)
    assert len(page) > 1_000
    assert pdf == page


def test_without_choices_it_is_everything_but_what_stays_closed(site, content):
    answers = PROFILES["HR+ HER2+, stage IV"]
    text = words_of(ask(site, "pdf", answers).content)
    plan = assemble(content, profile(content, answers), on=DAY, jurisdiction="on")
    [closed] = [step for step in plan.steps if step.sensitive]
    for step in plan.steps:
        assert (squeezed(step.summary.en) in text) != step.sensitive, step.slug
    assert squeezed(closed.sensitive_label.en) in text
    assert squeezed(f"Step {closed.number}{closed.title.en}") not in text


def test_what_was_chosen_is_printed_and_nothing_else(site, content):
    answers = PROFILES["HR+ HER2+, stage IV"]
    text = words_of(ask(site, "pdf", answers, **{"print-reading": SHORT, "print-steps": ["2", "7"]}).content)
    plan = assemble(content, profile(content, answers), on=DAY, jurisdiction="on")
    for step in plan.steps:
        assert (squeezed(step.summary.en) in text) == (step.number in (2, 7)), step.slug
    for heading in ("Words used here", "Sources", "My care team", "My questions", "What you could find out"):
        assert squeezed(heading) not in text


def profile(content, answers):
    return Profile.of(content.questions, {name: value for name, value in answers.items() if name != "province"})


# The file


@pytest.fixture(scope="module")
def reader(release):
    return Reader(release, "en", lexicon(release, "en"))


@pytest.fixture(scope="module")
def short_paper(content, reader):
    plan = assemble(content, profile(content, PROFILES["triple-negative, stage II"]), on=DAY, jurisdiction="on")
    with override("en"):
        return paper(select(plan, replace(everything(plan), reading=SHORT)), reader, CODE)


def test_it_is_tagged_and_says_that_it_is_pdf_ua(short_paper):
    catalog = pypdf.PdfReader(io.BytesIO(typeset.pdf(short_paper))).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part>1<" in catalog["/Metadata"].get_data().replace(b" ", b"")


def test_its_title_and_language_are_the_pages_and_its_metadata_has_no_answers(short_paper):
    made = pypdf.PdfReader(io.BytesIO(typeset.pdf(short_paper)))
    assert made.metadata.title == "Your treatment plan"
    assert made.trailer["/Root"]["/Lang"].startswith("en")
    told = str(dict(made.metadata)).casefold() + made.trailer["/Root"]["/Metadata"].get_data().decode().casefold()
    assert not [word for word in ("stage", "negative", "her2", "ontario", CODE.casefold()) if word in told]


def test_its_headings_are_those_of_the_paper_in_order(short_paper):
    made = pypdf.PdfReader(io.BytesIO(typeset.pdf(short_paper)))
    tagged = [tag for tag in tags(made.trailer["/Root"]["/StructTreeRoot"]) if re.fullmatch(r"/H[1-6]", tag)]
    assert tagged == [f"/H{level - 1}" for level in levels(short_paper.pieces)]


def tags(node):
    kinds = node.get("/K", [])
    for child in kinds if isinstance(kinds, list) else [kinds]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict):
            if "/S" in child:
                yield child["/S"]
            yield from tags(child)


def levels(pieces):
    for piece in pieces:
        match piece:
            case Heading(level=level):
                yield level
            case Frame(pieces=inner):
                yield from levels(inner)
            case Listing(items=items):
                for item in items:
                    yield from levels(item)


def test_each_sheet_says_its_number_the_day_the_release_and_the_code(short_paper, release):
    sheets = pages(typeset.pdf(short_paper))
    assert len(sheets) > 3
    for number, sheet in enumerate(sheets, start=1):
        foot = sheet[sheet.rindex("Pathway ·") :]
        assert f"Page {number} of {len(sheets)}" in foot
        assert f"Nov. 23, 2026 · release {release.number} · plan code {CODE}" in foot


def test_every_sheet_is_letter_size(short_paper):
    boxes = {tuple(map(float, page.mediabox)) for page in pypdf.PdfReader(io.BytesIO(typeset.pdf(short_paper))).pages}
    assert boxes == {(0, 0, 612, 792)}


def test_no_card_is_split_over_two_sheets(content, reader):
    """As it would be: each card's name and the last line of it stand on the same sheet."""
    plan = assemble(content, profile(content, PROFILES["HR+ HER2+, stage IV"]), on=DAY, jurisdiction="on")
    with override("en"):
        made = paper(select(plan, replace(everything(plan), steps=(3,))), reader)
    sheets = [squeezed(sheet) for sheet in pages(typeset.pdf(made))]
    cards = [
        item for piece in walked(made.pieces) if isinstance(piece, Listing) and piece.role == "cards" for item in piece.items
    ]
    assert len(cards) > 20
    for card in cards:
        words = squeezed("".join(run.text for piece in walked(card) if isinstance(piece, Heading) for run in piece.runs))
        tally = squeezed("".join(run.text for run in card[-1].pieces[-1].runs))
        assert any(words in sheet and tally in sheet[sheet.index(words) :] for sheet in sheets), words


def walked(pieces):
    for piece in pieces:
        yield piece
        if isinstance(piece, Frame):
            yield from walked(piece.pieces)


# Who asks gets it, and nobody else


def test_the_pdf_is_shown_under_a_name_that_tells_nothing_and_kept_nowhere(site):
    response = ask(site, "pdf", PROFILES["nothing known"])
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="treatment-plan.pdf"'
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert not response.cookies


@pytest.mark.parametrize("address", ["pdf", "print"])
class TestBothAddresses:
    def test_bad_answers_lead_to_the_form_with_its_errors(self, site, address):
        response = ask(site, address, {"stage": "4", "type": "idc", "hr": "positive"})
        assert response.status_code == 422
        assert "#div_id_her2" in response.text

    @pytest.mark.parametrize("choices", [{"print-reading": "long"}, {"print-reading": FULL, "print-steps": ["99"]}])
    def test_choices_that_there_are_not_lead_to_the_choices_again(self, site, address, choices):
        response = ask(site, address, PROFILES["nothing known"], **choices)
        assert response.status_code == 422
        assert 'name="print-reading"' in response.text
        assert "<article" not in response.text

    def test_nothing_chosen_is_said(self, site, address):
        response = ask(site, address, PROFILES["nothing known"], **{"print-reading": FULL, "print-glossary": "on"})
        assert response.status_code == 422
        assert "Nothing is chosen yet" in response.text

    def test_who_only_follows_the_address_is_led_to_the_form(self, site, address):
        response = site.get(f"/fr/plan/{address}/?stage=4")
        assert response.status_code == 302
        assert response["Location"] == "/fr/plan/"

    def test_more_than_the_form_asks_for_is_refused(self, site, address):
        assert ask(site, address, {"stage": "4" * 20_000}).status_code == 413


def test_the_choices_on_the_plan_name_its_steps_and_carry_its_answers(site, content):
    answers = PROFILES["HR+ HER2+, stage IV"]
    page = site.plan(**answers).text
    form = page[page.index('id="print-form"') :].split("</form>")[0]
    for name, value in answers.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in form
    chooser = page[page.index('id="print-choices"') :].split("</details>")[0]
    offered = re.findall(r'name="print-steps" value="(\d)"([^>]*)>', chooser)
    assert [number for number, _ in offered] == list("1234567")
    assert [number for number, rest in offered if "checked" not in rest] == ["7"]


def test_while_others_have_theirs_made_one_is_told_to_wait(site, monkeypatch):
    monkeypatch.setattr(typeset, "PATIENCE", 0)
    for _ in range(typeset.AT_ONCE):
        assert typeset._ROOM.acquire(timeout=30)
    try:
        response = ask(site, "pdf", PROFILES["nothing known"])
    finally:
        for _ in range(typeset.AT_ONCE):
            typeset._ROOM.release()
    assert response.status_code == 503
    assert "Please try again in a minute" in response.text


# Whatever is written comes out as it was written

PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
SIGNS = st.sampled_from(
    [*"#$\\*_@<=/\"'`~-[](){}+;:%&^|>", "//", "/*", "*/", "#{", "$$", "\\u{41}", "---", "...", '"); #read("x']
)
TEXT = st.lists(PRINTABLE | SIGNS, max_size=40).map("".join)


def read_back(expression: str) -> str:
    """The text that Typst makes of an expression of its code mode."""
    with tempfile.TemporaryDirectory() as nowhere:
        [found] = json.loads(
            typst.Compiler(f"#metadata({expression})<it>".encode(), root=nowhere).query("<it>", field="value")
        )
    return text_in(found)


def text_in(found) -> str:
    match found:
        case str():
            return found
        case {"text": text}:
            return text
        case {"body": body}:
            return text_in(body)
        case {"children": children}:
            return "".join(map(text_in, children))
        case _:
            return ""


@given(TEXT)
def test_any_text_comes_out_literally(text):
    assert read_back(literal(text)) == text


@given(TEXT)
def test_any_markdown_comes_out_as_the_page_has_it(text):
    assert squeezed(read_back(written_as_typst(parse(text)))) == squeezed(plain(parse(text)))


def test_what_has_no_glyph_becomes_a_space():
    assert literal("a\x00\r\n\x85b\u2028c\ud800d") == '"a b c d"'


def test_nothing_is_read_from_disk_or_network():
    for asked in ('#read("/etc/hostname")', '#image("/etc/hostname")', '#include "plan.typ"'):
        with pytest.raises(typst.TypstError, match="not found"):
            typeset._compile(asked, [])


def test_words_that_these_fonts_cannot_show_cost_the_promise_and_not_the_paper(short_paper):
    strange = replace(short_paper, pieces=(Line((Run("日本 🙂 ok"),)),))
    made = typeset.pdf(strange)
    assert "ok" in pages(made)[0]


def test_signs_of_both_languages_have_a_glyph(short_paper):
    signs = "àâçéèêëîïôœùûüÿ ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ « » “ ” ‘ ’ – — … · ✓ ✕ ≥ − ½ ® ™ ²"
    made = typeset.pdf(replace(short_paper, pieces=(Line((Run(signs),)),)))
    assert squeezed(signs) in squeezed(pages(made)[0])
    assert b"pdfuaid" in pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]["/Metadata"].get_data()


def test_a_card_longer_than_a_sheet_goes_on_on_the_next(short_paper):
    lines = tuple(Line((Run(f"line {number} of many"),)) for number in range(90))
    card = (Frame("card-name", (Heading(2, (Run("Long"),), "card"),)), Frame("card-terms", lines))
    made = pages(typeset.pdf(replace(short_paper, pieces=(Listing("cards", (card,)),), large=True)))
    assert squeezed("line 89 of many") in squeezed("".join(made))


def test_more_than_is_ever_printed_is_refused(short_paper):
    with pytest.raises(ValueError, match="more than is ever printed"):
        typeset.pdf(replace(short_paper, pieces=(Line((Run("x" * typeset.LARGEST),)),)))


def test_numbers_that_follow_each_other_are_drawn_together():
    assert ranges((3, 7, 8, 9)) == ((3, 3), (7, 9))
