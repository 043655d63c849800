"""Applying a finding's method to its rows, and to no others, gives its value again."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conftest import AtDay

from khasan.answers.assemble import Answers, assemble
from khasan.answers.methods import recompute
from khasan.answers.triangle import resolve
from khasan.ledger.knowledge import conflicts
from khasan.ledger.snapshot import Snapshot
from khasan.measures.caps import cap_use


def check(answers: Answers) -> None:
    """Make every finding of a brief again: from the whole ledger, and from its evidence alone."""
    snapshot = answers.case.snapshot
    for one in answers.findings:
        assert set(one.evidence) <= set(snapshot.rows), one.id
        whole = recompute(snapshot, one.id)
        assert whole.unchanged
        assert whole.finding.id == one.id
        again = recompute(snapshot.only(one.evidence), one.id).finding
        assert (again.value, again.low, again.high, again.id) == (one.value, one.low, one.high, one.id)
        assert again.evidence == one.evidence


@pytest.mark.parametrize("triangle", ["bundled_answers", "rival_answers", "harbour_answers", "river_answers"])
def test_every_finding_of_a_brief(triangle: str, request: pytest.FixtureRequest) -> None:
    answers: Answers = request.getfixturevalue(triangle)
    assert len(answers.findings) > 40
    check(answers)


def test_every_finding_of_a_brief_of_an_earlier_day(bundled_at: AtDay) -> None:
    snapshot = bundled_at(date(2018, 4, 30))
    answers = assemble(snapshot, resolve(snapshot, "RUS", "PRK"))
    assert len(answers.findings) >= 60
    assert all(one.parameters["as_of"] == "2018-04-30" for one in answers.findings)
    check(answers)


def test_the_laden_fractions_of_2018_are_one_estimate_with_one_id(bundled: Snapshot) -> None:
    frame = bundled.observation.filter(bundled.observation["estimate_id"] == "us-2018-05-capacity")
    rows = set(frame["id"])
    assert len(rows) >= 3
    assert frame["scenario"].n_unique() == len(rows)
    (cap,) = bundled.restriction.filter(bundled.restriction["id"] == "r-s-res-2397-1").get_column("id")
    found = cap_use(bundled, "PRK", cap, 2018)
    assert found is not None
    assert rows <= set(found.evidence)
    assert found.low < found.high
    assert rows & set(conflicts(bundled.observation)["id"]) == set()
