"""Pieces that are joined to a gzip file, and the bound on what is kept."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.gzipped import gzipped, piece, plain, sheet
from evidence.kept import Kept, Made

TEXTS = st.lists(
    st.one_of(st.binary(max_size=200), st.sampled_from([b"", b"step " * 3000, b"<p>A step of a plan</p>" * 40]))
)


@given(TEXTS)
def test_pieces_that_are_joined_unpack_to_what_went_in(texts):
    pieces = [piece(text) for text in texts]
    assert gzip.decompress(gzipped(pieces)) == plain(pieces) == b"".join(texts)


@given(texts=TEXTS, fillings=st.lists(st.text(alphabet="stepofaplan<>/ ", min_size=64, max_size=64), min_size=1, max_size=5))
def test_what_stands_in_a_place_of_a_sheet_changes_nothing_around_it(texts, fillings):
    texts = [text.replace(b"\0", b"") for text in texts]
    parts = [part for text in texts for part in (text, None)]
    packed = sheet(parts, 64)
    for filling in fillings:
        filled = [piece(filling.encode()) if part is None else part for part in packed]
        whole = b"".join(filling.encode() if part is None else part for part in parts)
        assert gzip.decompress(gzipped(filled)) == plain(filled) == whole


def test_parts_of_a_sheet_are_compressed_together():
    parts = [b"".join(b"%d," % number for number in range(3000)), None] * 3
    apart = sum(len(piece(part).deflated) for part in parts if part)
    assert sum(len(part.deflated) for part in sheet(parts, 64) if part) < apart * 0.6


@given(sizes=st.lists(st.integers(0, 30_000), max_size=300))
def test_never_more_is_kept_than_the_bound(sizes):
    kept = Kept(100_000)
    for number, size in enumerate(sizes):
        assert kept.get(number, lambda number=number, size=size: Made(number, size)) == number
        assert kept.size <= kept.most
    assert kept.size == sum(sizes[number] + kept.BESIDE for number in kept.values())


def test_what_is_kept_is_not_made_again():
    kept = Kept(10_000)
    kept.get("page", lambda: Made("first", 100))
    assert kept.get("page", lambda: pytest.fail("made again")) == "first"


def test_what_is_too_large_is_made_and_not_kept():
    kept = Kept(0)
    assert kept.get("page", lambda: Made("first", 100)) == "first"
    assert len(kept) == kept.size == 0
