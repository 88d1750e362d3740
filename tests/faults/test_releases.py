"""Publishing while readers read, and a release in the database that cannot be read."""

import json

import pytest

from evidence.releases import FORMAT, sha256_of

from .conftest import make_public
from .nodes import Readers, Staff, until


@pytest.mark.quick
def test_each_page_is_wholly_of_one_release_while_others_become_public(database, node_of, fault):
    node = node_of(database.url())
    readers = Readers(node)
    with readers.reading():
        for number in (2, 1, 2, 1, 2):
            fault.happens()
            make_public(database, number)
            until(lambda number=number: node.ready()["release"] == number, 20, f"release {number} is served")
            readers.go_on(8)
    fault.unnoticed_by(readers)
    assert readers.marks[1] > 0
    assert readers.marks[2] > 0


def as_damaged(document):
    return document.replace("letrozole", "letrozol", 1), sha256_of(document)


def as_half_written(document):
    half = document[: len(document) // 2]
    return half, sha256_of(half)


def as_newer(document):
    text = json.dumps({**json.loads(document), "format": FORMAT + 1})
    return text, sha256_of(text)


@pytest.mark.quick
def test_a_release_that_cannot_be_read_is_refused_and_staff_are_told(database, node_of, fault):
    node = node_of(database.url())
    staff = Staff(node)
    whole = database.sql("SELECT document FROM evidence_release WHERE number = 2")
    readers = Readers(node)
    with readers.reading():
        for harm in (as_damaged, as_half_written, as_newer):
            fault.happens()
            document, sha256 = harm(whole)
            text = f"document = $text${document}$text$, sha256 = '{sha256}'"
            database.sql_from(f"UPDATE evidence_release SET {text} WHERE number = 2")
            make_public(database, 2)
            until(lambda: node.ready()["degraded"], 20, "readiness says that it cannot be read")
            assert node.ready()["release"] == 1
            assert "Readers still get release 1." in staff.get("/admin/")[1]
            make_public(database, 1)
            until(lambda: not node.ready()["degraded"], 20, "the one before is public again")
    fault.unnoticed_by(readers)
    assert set(readers.marks) == {1}
