"""Mirror gaps, worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.world.mirror import mirror


def reports(*rows: tuple[str, float], **columns: str) -> pl.DataFrame:
    """Make reports of one flow."""
    frame = pl.DataFrame(rows, schema=["reported_by", "value"], orient="row")
    keys = {"exporter": "AAA", "importer": "BBB"} | columns
    return frame.with_columns(year=pl.lit(2010), **{name: pl.lit(cell) for name, cell in keys.items()})


def test_gap_and_band_by_hand() -> None:
    found = mirror(reports(("exporter", 100.0), ("importer", 118.8))).row(0, named=True)
    assert (found["exporter_reported"], found["importer_reported"]) == (100, 118.8)
    assert (found["gap"], found["low"]) == (pytest.approx(10), pytest.approx(8))
    assert found["high"] == pytest.approx(118.8 / 1.06 - 100)
    assert found["ratio"] == pytest.approx(1.188)
    assert found["within_band"] is False


@pytest.mark.parametrize(
    ("bought", "inside"), [(105.9, False), (106.001, True), (108.0, True), (109.999, True), (111.0, False)]
)
def test_freight_explains_six_to_ten_percent(bought: float, inside: bool) -> None:
    assert mirror(reports(("exporter", 100.0), ("importer", bought))).item(0, "within_band") is inside


def test_one_report_alone_has_no_row() -> None:
    assert mirror(reports(("exporter", 100.0))).is_empty()


def test_a_compiler_that_keeps_one_report_is_left_out() -> None:
    single = reports(("exporter", 100.0)).with_columns(reported_by=pl.lit(None, pl.String()))
    assert mirror(single).is_empty()


def test_goods_are_told_apart() -> None:
    found = mirror(
        pl.concat(
            [
                reports(("exporter", 100.0), ("importer", 108.0), goods="27"),
                reports(("exporter", 0.0), ("importer", 5.0), goods="84"),
                reports(("importer", 7.0), goods="85"),
            ]
        )
    )
    assert found.select("goods", "ratio").rows() == [("27", 1.08), ("84", None)]
    assert found.item(1, "gap") == pytest.approx(5 / 1.08)


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(InputError, match="share their key"):
        mirror(reports(("exporter", 1.0), ("exporter", 2.0)))
    with pytest.raises(InputError, match="both not known; known are exporter, importer"):
        mirror(reports(("both", 1.0)))
