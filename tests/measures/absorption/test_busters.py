"""Classes of third parties, with the reasons stated."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from khasan.measures.absorption.busters import classify, with_classes

SHOCK = date(2010, 1, 1)


def result(**partners: list[tuple[str, float | None, float, float, float]]) -> pl.DataFrame:
    rows = [
        (
            name,
            "third party",
            expectation,
            share,
            low,
            high,
            p,
            50,
            share is not None,
            "" if share is not None else "gaps",
        )
        for name, found in partners.items()
        for expectation, share, low, high, p in found
    ]
    columns = [
        "partner",
        "role",
        "expectation",
        "share_of_loss",
        "low",
        "high",
        "placebo_p",
        "placebos",
        "defined",
        "reason",
    ]
    return with_classes(pl.DataFrame(rows, schema=columns, orient="row"))


UP, FLAT, DOWN = (0.3, 0.1, 0.5, 0.02), (0.1, -0.1, 0.3, 0.4), (-0.2, -0.4, -0.1, 0.99)
BOTH = ("mean", "trend")


def made(*cells: tuple[float, float, float, float]) -> list[tuple[str, float | None, float, float, float]]:
    return [(name, *cell) for name, cell in zip(("mean", "trend", "synthetic"), cells, strict=False)]


def test_classes_of_rows() -> None:
    rows = result(A=made(UP, FLAT, DOWN), B=made((0.3, 0.1, 0.5, 0.3)), C=[("mean", None, 0.0, 0.0, 0.5)])
    assert rows.get_column("class").to_list() == ["rose", "as expected", "fell", "as expected", "undefined"]


def test_the_average_third_party_may_trade_less() -> None:
    found = classify(result(A=made(DOWN, DOWN, FLAT), B=made(FLAT, FLAT)), "T", ["S"], SHOCK)
    assert found.select("partner", "class", "motive").rows() == [("A", "traded less", None), ("B", "as expected", None)]
    assert "rose under 0 of 3" in found.item(0, "reason")


def test_a_rise_over_the_mean_alone_may_be_growth() -> None:
    assert classify(result(A=[("mean", *UP)]), "T", ["S"], SHOCK).item(0, "class") == "as expected"
    assert classify(result(A=made(UP, UP)), "T", ["S"], SHOCK).item(0, "class") == "trade-based buster"
    tiny = (0.004, 0.001, 0.006, 0.01)
    assert classify(result(A=made(tiny, tiny)), "T", ["S"], SHOCK).item(0, "class") == "as expected"


@pytest.mark.parametrize(
    ("allies", "motive"),
    [
        ([("A", "T")], "political"),
        ([("A", "S")], "commercial"),
        ([("A", "S"), ("A", "T")], "mixed"),
        ([("B", "T")], "commercial"),
    ],
)
def test_motives(allies: list[tuple[str, str]], motive: str) -> None:
    schema = {"one": pl.String, "other": pl.String, "start": pl.Date, "end": pl.Date}
    alliance = pl.DataFrame([(*pair, date(1990, 1, 1), None) for pair in allies], schema=schema, orient="row")
    found = classify(result(A=made(UP, UP)), "T", ["S"], SHOCK, alliance)
    assert found.select("class", "motive").row(0) == ("trade-based buster", motive)
    ended = alliance.with_columns(end=pl.lit(date(2000, 1, 1)))
    assert classify(result(A=made(UP, UP)), "T", ["S"], SHOCK, ended).item(0, "motive") == "commercial"
    assert classify(result(A=made(UP, UP)), "T", ["S"], SHOCK).item(0, "motive") == "unknown"


def test_aid() -> None:
    rows = [
        ("A", "T", 2008, 5.0),
        ("A", "T", 2011, 20.0),
        ("B", "T", 2008, 5.0),
        ("B", "T", 2011, 6.0),
        ("C", "T", 2012, 1.0),
    ]
    aid = pl.DataFrame(rows, schema=["donor", "recipient", "year", "value"], orient="row")
    table = result(A=made(FLAT, FLAT), B=made(FLAT, FLAT), C=made(UP, UP), D=[("mean", None, 0.0, 0.0, 1.0)])
    found = classify(table, "T", ["S"], SHOCK, aid=aid)
    assert found.select("partner", "class", "motive").rows() == [
        ("A", "aid-based buster", "political"),
        ("B", "as expected", None),
        ("C", "buster by trade and aid", "political"),
        ("D", "undefined", None),
    ]
    assert "aid 20.0 a year after, 5.0 a year before" in found.item(0, "reason")
    assert found.item(3, "reason") == "gaps"
