"""The content of fixtures/ is fit to be published."""

from pathway.checking import findings
from pathway.finding import Severity
from tests.conftest import DAY


def test_the_checks_find_no_error(release):
    errors = [finding for finding in findings(release, DAY) if finding.severity is Severity.ERROR]
    assert not [f"{finding.where}: {finding.told()}" for finding in errors]


def test_every_block_that_states_something_has_a_source(release):
    silent = [b.slug for b in release.sections["pathway"].blocks if b.kind != "treatments" and not b.references]
    assert not silent


def test_every_use_and_every_funding_row_has_a_source(release):
    medsearch = release.sections["medsearch"]
    assert not [use.slug for use in medsearch.indications if not use.references]
    assert not [row.slug for row in medsearch.funding if not row.reference]


def test_two_blocks_stand_for_the_standards_of_care_of_two_and_four_weeks(release):
    standards = {
        b.interval.en for b in release.sections["pathway"].blocks if b.kind == "standard" and b.step.startswith("metastatic")
    }
    assert any("2 weeks" in interval for interval in standards)
    assert any("4 weeks" in interval for interval in standards)
