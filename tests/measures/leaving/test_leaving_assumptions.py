"""Losses under sets of assumptions: turned into findings, and read back in the order in which they are told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from small_world import RESTS_ON, ledger

from khasan.answers.methods import recompute
from khasan.gravity.uncertainty.assumption_sets import assumption_sets
from khasan.ledger.finding import Finding
from khasan.ledger.keeping import with_kept
from khasan.measures.leaving.assumptions import assumption_label, kept_assumptions, under_assumptions

CASES = {"no fuel from anybody": "fuel:all", "the rival leaves": "goods:RIV"}
NAMES = tuple(one.name for one in assumption_sets())


def row(size: float, case: str, assumption: str, value: float | None, failed: str = "") -> dict[str, object]:
    ends = (None, None) if value is None else (value - 1.0, value + 0.5)
    return {
        "size": size, "case": case, "assumption": assumption, "value": value, "low": ends[0], "high": ends[1],
        "failed": failed, "caveats": "made of PAT and HST; tariffs are theirs",
    }  # fmt: skip


def table() -> pl.DataFrame:
    """Changes of real income: falls of 3 and 8 percent, one set without equilibrium, and one with one size only."""
    rows = [
        row(1.0, "the rival leaves", NAMES[0], -3.0), row(0.35, "the rival leaves", NAMES[0], -8.0, "HST"),
        row(1.0, "the rival leaves", NAMES[1], -4.0), row(0.35, "the rival leaves", NAMES[1], None),
        row(1.0, "no fuel from anybody", NAMES[0], -0.5), row(0.35, "no fuel from anybody", NAMES[0], 0.25),
        row(1.0, "no fuel from anybody", NAMES[2], -7.0),
        row(1.0, "nobody asked", NAMES[0], -1.0), row(0.35, "nobody asked", NAMES[0], -2.0),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"value": pl.Float64})


@pytest.fixture(scope="module")
def found() -> tuple[Finding, ...]:
    return under_assumptions(ledger(), table(), CASES, "CLI", 2010, ("PAT", "HST"), RESTS_ON)


def test_a_fall_is_a_loss_over_donors_and_sizes(found: tuple[Finding, ...]) -> None:
    told = {(one.parameters["case"], one.parameters["assumption"]): one for one in found}
    assert set(told) == {("goods:RIV", NAMES[0]), ("fuel:all", NAMES[0])}
    loss = told["goods:RIV", NAMES[0]]
    # Changes reach from -9 (size 0.35, low) to -2.5 (size 1, high); the value is that of the first size.
    assert (loss.value, loss.low, loss.high) == (3.0, 2.5, 9.0)
    assert (loss.unit, loss.channel, loss.evidence) == ("percent", "trade", RESTS_ON)
    assert loss.parameters == {
        "client": "CLI", "case": "goods:RIV", "assumption": NAMES[0], "donors": "PAT;HST", "year": 2010,
        "size": "1;0.35",
    }  # fmt: skip
    fuel = told["fuel:all", NAMES[0]]
    assert (fuel.value, fuel.low, fuel.high) == (0.5, -0.75, 1.5)


def test_what_is_assumed_and_what_failed_is_said(found: tuple[Finding, ...]) -> None:
    told = {str(one.parameters["case"]): one.caveats for one in found}
    assert told["goods:RIV"] == (
        "Assumed: the elasticities of Caliendo and Parro; interval over the technologies of 2 countries and 2 sizes of "
        "the client",
        "no equilibrium with HST; left out",
        "made of PAT and HST",
        "tariffs are theirs",
    )
    assert not any("no equilibrium" in line for line in told["fuel:all"])


def test_they_are_kept_and_read_in_the_order_of_the_sets(found: tuple[Finding, ...]) -> None:
    more = pl.concat([table(), table().with_columns(assumption=pl.lit(NAMES[2]))])
    every = under_assumptions(
        ledger(), more.unique(["size", "case", "assumption"], keep="first", maintain_order=True), CASES, "CLI", 2010,
        ("PAT", "HST"), RESTS_ON,
    )  # fmt: skip
    kept = with_kept(ledger(), every, date(2026, 2, 1))
    told = [(str(one.parameters["assumption"]), str(one.parameters["case"])) for one in kept_assumptions(kept, "CLI")]
    third = NAMES[2].replace(" ", "-")
    assert told == [
        (NAMES[0], "goods:RIV"), (NAMES[0], "fuel:all"), (third, "goods:RIV"), (third, "fuel:all"),
    ]  # fmt: skip
    assert kept_assumptions(kept, "RIV") == ()
    for one in every:
        assert recompute(kept, one.id).unchanged
        assert recompute(kept, one.id).finding.value == one.value
    assert {one.id for one in found} <= {one.id for one in every}


def test_every_set_has_a_phrase() -> None:
    for one in assumption_sets():
        assert assumption_label(one.name.replace(" ", "-")) == one.label
    assert assumption_label("unheard-of") == "unheard-of"
