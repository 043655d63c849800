"""Findings of two snapshots: what moved, by how much, and what moved it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.casebooks import TODAY, TWO_HARBOURS, Row, copy_of, edit_table
from tests.conftest import AtDay

from khasan.answers.difference import FindingMoved, findings_moved, triangles_of
from khasan.ledger.bundled import open_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot, take_snapshot

TRIANGLE = ("QOS", "QVE", "QNO")


@pytest.fixture
def changed(tmp_path: Path, harbours: Snapshot) -> Callable[[dict[str, Row]], dict[str, FindingMoved]]:
    """Change rows of the invented casebook, and return what moved by key."""

    def run(cells: dict[str, Row]) -> dict[str, FindingMoved]:
        folder = copy_of(TWO_HARBOURS, tmp_path / "changed")
        edit_table(folder, "observation", lambda row: row.update(cells.get(row["id"], {})))
        after = take_snapshot(open_casebook(folder), None, TODAY)
        return {one.key: one for one in findings_moved(harbours, after, *TRIANGLE)}

    return run


def test_the_same_snapshot_moves_nothing(harbours: Snapshot) -> None:
    assert findings_moved(harbours, harbours, *TRIANGLE) == []


def test_a_flow_moves_the_share_by_what_the_formula_says(
    changed: Callable[[dict[str, Row]], dict[str, FindingMoved]], harbours: Snapshot
) -> None:
    sold, bought, total = (harbours.rows[row][1]["value"] for row in ("h039", "h040", "h041"))
    moved = changed({"h039": {"value": str(sold + 100)}})
    share = moved["trade_share:client=QVE,compiler=Harbour%20Board,partner=QOS,year=2019"]
    assert (sold, bought, total) == (340, 85, 1055)
    assert share.old == pytest.approx(425 / 1055)
    assert share.new == pytest.approx(525 / 1055)
    assert share.change == pytest.approx(100 / 1055)
    assert (share.unit, share.rows, share.sources) == ("share", ("h039",), ("board-yearbook",))
    assert all("h039" in one.rows for one in moved.values())


def test_a_word_that_weakened_is_a_change(changed: Callable[[dict[str, Row]], dict[str, FindingMoved]]) -> None:
    moved = changed({"h041": {"credibility": "3"}})
    share = moved["trade_share:client=QVE,compiler=Harbour%20Board,partner=QOS,year=2019"]
    assert (share.old_word, share.new_word, share.change) == ("documented", "reported", 0.0)


def test_a_remark_moves_no_finding(changed: Callable[[dict[str, Row]], dict[str, FindingMoved]]) -> None:
    assert changed({"h039": {"locator": "page 12"}}) == {}


def test_between_two_days_a_finding_is_asked_of_both_before_it_counts_as_new(bundled_at: AtDay) -> None:
    old, new = (bundled_at(date(year, 6, 30)) for year in (2018, 2024))
    moved = {one.key: one for one in findings_moved(old, new, "RUS", "PRK", None)}
    assert moved
    assert not any("as_of" in key for key in moved)
    share = moved[
        "trade_share:client=PRK,compiler=KITA,excludes=none:%20includes%20inter-Korean%20trade,partner=CHN,year=2010"
    ]
    assert (share.old, share.change) == (None, None)
    assert share.new == pytest.approx(0.453)
    assert share.sources == ("bk-2019-12",)
    assert old.sources["bk-2019-12"]["published_day"] > old.as_of
    kotra = "trade_share:client=PRK,compiler=KOTRA,excludes=inter-Korean%20trade,partner=CHN,year=2010"
    assert kotra not in moved


def test_units_that_differ_are_not_subtracted(bundled_at: AtDay) -> None:
    old, new = bundled_at(date(2018, 4, 30)), bundled_at(date(2024, 6, 30))
    moved = findings_moved(old, new, "RUS", "PRK", None)
    other_unit = [one for one in moved if one.old_unit is not None and one.old_unit != one.unit]
    assert other_unit
    assert all(one.change is None for one in other_unit)


def test_the_triangles_are_those_of_the_table(bundled: Snapshot, harbours: Snapshot) -> None:
    assert triangles_of(bundled, bundled) == [("RUS", "PRK", "USA"), ("CHN", "PRK", "USA")]
    assert triangles_of(harbours) == []


def test_actors_that_neither_knows_are_refused(harbours: Snapshot) -> None:
    with pytest.raises(InputError, match="unknown country 'ZZZ'"):
        findings_moved(harbours, harbours, "QOS", "ZZZ", None)
