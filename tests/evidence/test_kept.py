"""Pieces that are joined to a gzip file, and the bound on what is kept."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.gzipped import gzipped, joined, piece, plain
from evidence.kept import Kept, Made

TEXTS = st.lists(
    st.one_of(st.binary(max_size=200), st.sampled_from([b"", b"step " * 3000, b"<p>A step of a plan</p>" * 40]))
)


@given(TEXTS, st.data())
def test_pieces_that_are_joined_unpack_to_what_went_in(texts, data):
    """Whether each was compressed before, is put in as it is, or was joined with its neighbours."""
    parts = [piece(text) if data.draw(st.booleans()) else text for text in texts]
    assert gzip.decompress(gzipped(parts)) == plain(parts) == b"".join(texts)
    whole = joined(piece(text) for text in texts)
    assert gzip.decompress(gzipped([whole])) == plain([whole]) == b"".join(texts)


def test_what_is_put_in_may_be_longer_than_deflate_stores_at_once():
    text = b"0123456789" * 20_000
    assert gzip.decompress(gzipped([piece(b"before"), text, piece(b"behind")])) == b"before" + text + b"behind"


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
