"""The commands that staff and developers run on the content."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathway.models import TrackStep
from personalization.models import Option

pytestmark = pytest.mark.django_db


def run(*command) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_check_content_counts_and_finds_no_error():
    found = json.loads(run("check_content", "--json"))
    assert found["counts"]["answer_sets"] > 800
    assert found["counts"]["with_further"] > 1_000_000
    assert not [finding for finding in found["findings"] if finding["severity"] == "error"]


def test_check_content_fails_on_a_hole_and_says_where():
    TrackStep.objects.filter(track__slug="metastatic", number=5).delete()
    out = StringIO()
    with pytest.raises(CommandError, match="publishing would be refused"):
        call_command("check_content", "--quiet", stdout=out)
    assert "unreachable-block:met-" in out.getvalue()


def test_explain_plan_says_who_belongs_and_by_which_rule():
    told = run("explain_plan", "stage=4", "hr=positive", "her2=positive", "type=idc")
    assert "certain  her2-positive-metastatic: by her2 positive and" in told
    assert "no       triple-negative-metastatic: needs" in told
    assert "Plan: metastatic" in told


def test_explain_plan_refuses_what_is_not_an_answer():
    with pytest.raises(CommandError, match="'5' is no answer to 'stage'"):
        run("explain_plan", "stage=5")


def test_a_rule_left_with_an_option_that_is_no_longer_plain_is_refused_with_the_remedy():
    Option.objects.filter(question__slug="her2", slug="low").update(kind="wider")
    with pytest.raises(CommandError, match="names her2 low, which is no plain option"):
        run("publish")


@pytest.mark.from_memory
def test_hash_plans_is_the_same_for_the_same_release_and_day_and_another_on_another():
    chosen = (["2026-11-23"], ["2026-11-23", "--release", "1"], ["2036-11-23"])
    told = [run("hash_plans", "--on", *words) for words in chosen]
    assert told[0] == told[1]
    assert told[0].split("sha256")[1] != told[2].split("sha256")[1]
    assert "846 plans" in told[0]


def test_hash_plans_of_a_release_that_never_was():
    with pytest.raises(CommandError, match="There is no release 9"):
        run("hash_plans", "--release", "9")
