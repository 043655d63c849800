"""Substitution: where all are bound, what exempt, capped and covert channels gained as restricted goods fell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.absorption.expectations import mean_before, trend_before
from khasan.measures.absorption.ratio import HOLDS_ZERO, fieller
from khasan.measures.absorption.sample import LEAST_BEFORE
from khasan.measures.absorption.window import AFTER, BEFORE, Array, window_around

RESTRICTED = "restricted"
CHANNELS = ("exempt", "capped", "covert")

FELL_NOT = HOLDS_ZERO.replace("the senders' loss", "the fall in restricted goods")

SCHEMA: dict[str, Any] = {
    "channel": pl.String, "expectation": pl.String, "actual": pl.Float64, "expected": pl.Float64,
    "change": pl.Float64, "share_of_fall": pl.Float64, "low": pl.Float64, "high": pl.Float64, "fall": pl.Float64,
    "fall_low": pl.Float64, "fall_high": pl.Float64, "defined": pl.Boolean, "reason": pl.String,
}  # fmt: skip
"""Columns of the result and their types."""

_RANGE = 2 * 1.645
"""A range from low to high is read as one of 90 percent: so many standard deviations."""


def substitution(
    goods: pl.DataFrame,
    shock: date,
    *,
    expectations: Sequence[str] = ("mean", "trend"),
    before: int = BEFORE,
    after: int = AFTER,
    leads: int = 0,
) -> pl.DataFrame:
    """Set the rise of other channels against the fall of restricted goods, for a restriction that binds all.

    ``S_c = sum_t (Y_ct - E_ct) / sum_t (E_rt - Y_rt)`` over the periods t in which channel c and the restricted goods
    are both known. Expected is the mean or the log-linear trend before. The error of the expectation is taken from its
    one-period errors before: their variance and covariance times ``h + h^2 / n``, for h periods after and n before,
    and stretched for autocorrelation r by ``(1 + r) / (1 - r)``. The interval is Fieller's at 90 percent.

    Parameters
    ----------
    goods : DataFrame
        ``channel`` (restricted, exempt, capped or covert), ``year`` or ``month``, ``value``, and ``low`` and ``high``
        where a value is an estimate. Items of one channel are added up by period. What has no row is missing, not 0, so
        an item must be known in every period of its channel, or be left out by whoever asks.
    shock : date
        First day under restriction.
    expectations : sequence of str
        mean, trend or both.
    before, after, leads : int
        As in :func:`khasan.measures.absorption.window.window_around`.

    Returns
    -------
    DataFrame
        Columns of :data:`SCHEMA`, a row for each channel (and ``all``, where more than one is known) and expectation.
        Amounts in the unit given; ``share_of_fall`` in the unit ``share``.

    Source: the design of the measure; Fieller (1954).
    """
    unknown = set(goods.get_column("channel").unique()) - {RESTRICTED, *CHANNELS}
    if unknown:
        raise InputError(f"channel {sorted(unknown)[0]!r} is unknown; choose {RESTRICTED}, {', '.join(CHANNELS)}")
    for one in expectations:
        if one not in ("mean", "trend"):
            raise InputError(f"expectation {one!r} is unknown here; choose mean or trend")
    period = "year" if "year" in goods.columns else "month"
    ranged = {"low", "high"} <= set(goods.columns)
    doubt = (pl.col("high") - pl.col("low")).fill_null(0.0) / _RANGE if ranged else pl.lit(0.0)
    known = goods.drop_nulls("value").with_columns(doubt=doubt)
    summed = known.group_by("channel", period).agg(pl.col("value").sum(), pl.col("doubt").sum())
    summed = summed.rename({"channel": "partner"})
    amount, spread = (
        window_around(summed.select("partner", period, value=column), shock, before, after, leads)
        for column in ("value", "doubt")
    )
    at = {one: place for place, one in enumerate(amount.partners)}
    others = [one for one in CHANNELS if one in at]
    asked = [(one, [one]) for one in others] + ([("all", others)] if len(others) > 1 else [])
    rows = []
    for name in expectations:
        for channel, members in asked:
            if RESTRICTED not in at:
                rows.append(_undefined(channel, name, "restricted goods have no data around the shock"))
                continue
            places = [at[RESTRICTED], *(at[one] for one in members)]
            both = np.asarray(np.isfinite(amount.values[places]).all(axis=0))
            split = int(both[: amount.split].sum())
            if split < LEAST_BEFORE or not both[amount.split :].any():
                told = f"{split} periods before and {int(both[amount.split :].sum())} after are known in both"
                rows.append(_undefined(channel, name, f"{told}; {LEAST_BEFORE} and 1 are needed"))
                continue
            pair = amount.values[places][:, both]
            doubts = spread.values[places][:, both]
            pair = np.vstack([pair[0], pair[1:].sum(axis=0)])
            rows.append(_row(channel, name, pair, np.vstack([doubts[0], doubts[1:].sum(axis=0)]), split))
    return pl.DataFrame(rows, schema=SCHEMA)


def _row(channel: str, name: str, pair: Array, doubt: Array, split: int) -> dict[str, Any]:
    """Make the row of a channel: restricted goods first in ``pair``, the channel second."""
    stop = pair.shape[1]
    if name == "trend" and not (pair[:, :split] > 0).all():
        return _undefined(channel, name, "a trend in logarithms needs amounts above 0 before the shock")
    expected = (
        mean_before(pair[:, :split], stop - split)
        if name == "mean"
        else trend_before(pair[:, :split], np.arange(split, stop, dtype=float))
    )
    change = pair[:, split:].sum(axis=1) - expected.sum(axis=1)
    fitted = (
        mean_before(pair[:, :split], split)
        if name == "mean"
        else trend_before(pair[:, :split], np.arange(split, dtype=float))
    )
    freedom = split - (1 if name == "mean" else 2)
    covariance = _error_covariance(pair[:, :split] - fitted, freedom, stop - split)
    # A doubtful level is doubtful in every period alike, so ranges add up over periods before they are squared.
    covariance[np.diag_indices(2)] += doubt[:, split:].sum(axis=1) ** 2
    found = fieller(float(change[1]), -float(change[0]), covariance[1, 1], covariance[0, 0], -covariance[0, 1], freedom)
    reason = FELL_NOT if found.reason == HOLDS_ZERO else found.reason
    return {
        "channel": channel,
        "expectation": name,
        "actual": float(pair[1, split:].sum()),
        "expected": float(expected[1].sum()),
        "change": float(change[1]),
        "share_of_fall": found.value,
        "low": found.low,
        "high": found.high,
        "fall": -float(change[0]),
        "fall_low": found.below_low if math.isfinite(found.below_low) else None,
        "fall_high": found.below_high if math.isfinite(found.below_high) else None,
        "defined": found.value is not None,
        "reason": reason,
    }


def _error_covariance(residuals: Array, freedom: int, horizon: int) -> Array:
    """Give the covariance of the summed errors over the periods after (unit of the amounts squared)."""
    number = residuals.shape[1]
    covariance = residuals @ residuals.T / max(1, freedom)
    together = (residuals[:, 1:] * residuals[:, :-1]).sum() / max(float((residuals**2).sum()), 1e-300)
    stretch = min(0.8, max(0.0, float(together)))
    return np.asarray(covariance * (horizon + horizon**2 / number) * (1 + stretch) / (1 - stretch))


def _undefined(channel: str, name: str, reason: str) -> dict[str, Any]:
    """Make the row of a channel without a share (no unit: a reason)."""
    return {"channel": channel, "expectation": name, "defined": False, "reason": reason}
