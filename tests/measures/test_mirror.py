"""Mirror gaps on rows made by hand."""

from __future__ import annotations

import pytest
from facts import same, seen, world

from khasan.ledger.errors import InputError
from khasan.measures.mirror import mirror_gap, mirror_gaps

BOTH = [
    seen("x", "goods_sold", "PAT", "CLI", "2005", 100.0, basis="reported"),
    seen("m", "goods_sold", "PAT", "CLI", "2005", 150.0, basis="mirror"),
]


def test_the_gap_is_what_freight_does_not_explain() -> None:
    snapshot = world(BOTH)
    gap = mirror_gap(snapshot, "PAT", "CLI", 2005, "Office")
    assert gap is not None
    assert gap.value == pytest.approx(150 / 1.08 - 100)
    assert gap.low == pytest.approx(150 / 1.10 - 100)
    assert gap.high == pytest.approx(150 / 1.06 - 100)
    assert gap.detail["ratio"] == pytest.approx(1.5)
    assert gap.detail["within_band"] is False
    assert gap.unit == "USD million"
    same(snapshot, gap, mirror_gap)


def test_eight_percent_more_is_freight() -> None:
    rows = [BOTH[0], {**BOTH[1], "value": "108.0"}]
    gap = mirror_gap(world(rows), "PAT", "CLI", 2005, "Office")
    assert gap is not None
    assert gap.detail["within_band"] is True


def test_one_report_alone_has_no_gap() -> None:
    assert mirror_gap(world(BOTH[:1]), "PAT", "CLI", 2005, "Office") is None
    assert mirror_gap(world(BOTH[1:]), "PAT", "CLI", 2005, "Office") is None


def test_a_pair_is_asked_in_both_directions() -> None:
    other = [
        seen("x2", "goods_sold", "CLI", "PAT", "2005", 10.0, basis="reported"),
        seen("m2", "goods_sold", "CLI", "PAT", "2005", 10.8, basis="mirror"),
    ]
    gaps = mirror_gaps(world([*BOTH, *other]), "PAT", "CLI", 2000, 2010)
    assert [(gap.parameters["exporter"], gap.parameters["importer"]) for gap in gaps] == [
        ("PAT", "CLI"),
        ("CLI", "PAT"),
    ]


def test_years_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(InputError, match="swap them"):
        mirror_gaps(world(BOTH), "PAT", "CLI", 2010, 2000)
