"""Substitution: restricted goods against the other channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.absorption.substitution import substitution

SHOCK = date(2017, 1, 1)


def goods(**channels: Sequence[float | None]) -> pl.DataFrame:
    rows = [
        (name, 2007 + at, value)
        for name, values in channels.items()
        for at, value in enumerate(values)
        if value is not None
    ]
    return pl.DataFrame(rows, schema={"channel": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")


def test_by_hand() -> None:
    restricted = [99.0, 101.0] * 5 + [20.0] * 3
    exempt = [11.0, 9.0] * 5 + [30.0] * 3
    covert = [1.0, 1.0] * 5 + [13.0] * 3
    found = substitution(goods(restricted=restricted, exempt=exempt, covert=covert), SHOCK, expectations=["mean"])
    assert found.select("channel", "change", "fall", "share_of_fall", "defined").rows() == [
        ("exempt", pytest.approx(60), pytest.approx(240), pytest.approx(0.25), True),
        ("covert", pytest.approx(36), pytest.approx(240), pytest.approx(0.15), True),
        ("all", pytest.approx(96), pytest.approx(240), pytest.approx(0.4), True),
    ]
    assert (found["low"] < found["share_of_fall"]).all()
    assert (found["share_of_fall"] < found["high"]).all()
    trend = substitution(goods(restricted=restricted, exempt=exempt), SHOCK, expectations=["trend"])
    assert trend.item(0, "share_of_fall") == pytest.approx(0.25, abs=0.06)


def test_a_range_of_an_estimate_widens_the_interval() -> None:
    frame = goods(restricted=[99.0, 101.0] * 5 + [20.0] * 3, covert=[1.0] * 10 + [13.0] * 3)
    ranged = frame.with_columns(
        low=pl.when(pl.col("channel") == "covert").then(pl.col("value") * 0.5),
        high=pl.when(pl.col("channel") == "covert").then(pl.col("value") * 1.5),
    )
    sure, doubtful = (substitution(one, SHOCK, expectations=["mean"]) for one in (frame, ranged))
    assert doubtful.item(0, "high") - doubtful.item(0, "low") > 2 * (sure.item(0, "high") - sure.item(0, "low"))


def test_undefined_and_said_so() -> None:
    still = substitution(goods(restricted=[90.0, 110.0] * 6 + [100.0], exempt=[10.0] * 13), SHOCK)
    assert not still.get_column("defined").any()
    assert "the fall in restricted goods holds 0" in still.item(0, "reason")
    gap = substitution(
        goods(restricted=[*[None] * 8, 100.0, 90.0, 5.0], exempt=[10.0] * 13), SHOCK, expectations=["mean"]
    )
    assert "2 periods before and 1 after" in gap.item(0, "reason")
    alone = substitution(goods(exempt=[10.0] * 13), SHOCK, expectations=["mean"])
    assert alone.item(0, "reason") == "restricted goods have no data around the shock"
    zero = substitution(goods(restricted=[100.0, 99.0] * 5 + [5.0] * 3, covert=[0.0] * 10 + [4.0] * 3), SHOCK)
    assert dict(zero.select("expectation", "defined").rows()) == {"mean": True, "trend": False}


def test_the_true_share_lies_in_the_interval() -> None:
    held = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        noise = np.zeros((2, 13))
        for at in range(1, 13):
            noise[:, at] = 0.4 * noise[:, at - 1] + generator.normal(0, 0.06, 2)
        restricted, exempt = 500 * np.exp(noise[0]), 100 * np.exp(noise[1])
        lost = 0.7 * restricted[10:]
        exempt[10:] += 0.3 * lost
        restricted[10:] -= lost
        found = substitution(
            goods(restricted=restricted.tolist(), exempt=exempt.tolist()), SHOCK, expectations=["mean"]
        )
        held += bool(found.item(0, "defined")) and found.item(0, "low") <= 0.3 <= found.item(0, "high")
    assert held >= 170


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="choose restricted, exempt, capped, covert"):
        substitution(goods(secret=[1.0] * 13), SHOCK)
    with pytest.raises(InputError, match="choose mean or trend"):
        substitution(goods(restricted=[1.0] * 13), SHOCK, expectations=["gravity"])
