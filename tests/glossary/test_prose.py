"""What editors write is read as Markdown and nothing else: no HTML of theirs ever reaches a page."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.marking import Entry, Lexicon
from glossary.prose import html, parse, plain


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One\nline.", "<p>One line.</p>"),
        ("One  \nline.", "<p>One<br>line.</p>"),
        ("A **strong** and *soft* word.", "<p>A <strong>strong</strong> and <em>soft</em> word.</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("[Ask](https://cancer.ca/?a=1&b=2)", '<p><a href="https://cancer.ca/?a=1&amp;b=2">Ask</a></p>'),
        ("[Glossary](/en/glossary/)", '<p><a href="/en/glossary/">Glossary</a></p>'),
        ("# No heading", "<p># No heading</p>"),
        ("![No image](/x.png)", '<p>!<a href="/x.png">No image</a></p>'),
        ("Smaller than 5 mm: T < 5 & N0", "<p>Smaller than 5 mm: T &lt; 5 &amp; N0</p>"),
        ("", ""),
    ],
)
def test_markdown_as_html(markdown, expected):
    assert html(parse(markdown)) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<b>bold</b>",
        '<a href="/">x</a>',
        "<!-- comment -->",
        "&lt;b&gt;",
        "`<i>`",
        "<https://x.org>",
    ],
)
def test_html_in_the_text_is_shown_as_text(markdown):
    written = html(parse(markdown)).removeprefix("<p>").removesuffix("</p>")
    assert "<" not in written


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "x.html"]
)
def test_a_link_to_anything_but_a_page_is_dropped_and_its_words_stay(address):
    assert "href" not in html(parse(f"[words]({address})"))
    assert "words" in plain(parse(f"[words]({address})"))


class Tags(HTMLParser):
    def __init__(self, written):
        super().__init__()
        self.seen = set()
        self.feed(written)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.seen |= {(tag, name) for name, _ in attributes} | {(tag, "")}


@given(st.text(alphabet=st.sampled_from("<>&\"'/=[]()*_-1. \nabjsx:"), max_size=60))
def test_whatever_is_written_only_our_own_tags_come_out(markdown):
    ours = {(tag, "") for tag in ("p", "ul", "ol", "li", "strong", "em", "br", "a")} | {("a", "href")}
    assert Tags(html(parse(markdown))).seen <= ours


def test_the_sources_stand_at_the_end_of_the_last_paragraph_or_item():
    assert html(parse("One.\n\nTwo."), tail="[1]") == "<p>One.</p><p>Two.[1]</p>"
    assert html(parse("- one\n- two"), tail="[1]") == "<ul><li>one</li><li>two[1]</li></ul>"


def test_the_words_alone():
    assert plain(parse("A **strong** [word](/x/).\n\n- one\n- two")) == "A strong word.\none\ntwo"


def test_punctuation_stays_with_the_marked_word_beside_it():
    """Browsers break lines around a button, and would leave "(" alone at the end of one."""
    tree = Lexicon([Entry(words="stage IV", kind="term", key="stage-iv")]).mark(parse("Spread (stage IV), mostly."))
    assert html(tree, lambda found: f"<button>{found.text}</button>") == (
        '<p>Spread <span class="together">(<button>stage IV</button>),</span> mostly.</p>'
    )
    assert html(tree, lambda found: found.text) == "<p>Spread (stage IV), mostly.</p>"
