"""Absorption around a date in one call: a row for each partner and expectation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.absorption import busters
from khasan.measures.absorption.deflection import deflections
from khasan.measures.absorption.drift import drifts_of
from khasan.measures.absorption.expectations import EXPECTATIONS
from khasan.measures.absorption.expecting import Expected, expectation
from khasan.measures.absorption.placebo import over_dates, over_partners
from khasan.measures.absorption.ratio import Interval
from khasan.measures.absorption.sample import Group, common_sample
from khasan.measures.absorption.window import AFTER, BEFORE, Window, window_around

SENDER, THIRD = "sender", "third party"

SCHEMA: dict[str, Any] = {
    "partner": pl.String, "role": pl.String, "expectation": pl.String, "before": pl.Float64, "actual": pl.Float64,
    "expected": pl.Float64, "change": pl.Float64, "share_of_loss": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "loss": pl.Float64, "loss_low": pl.Float64, "loss_high": pl.Float64, "placebo_p": pl.Float64,
    "placebos": pl.Int64, "dates_p": pl.Float64, "dates": pl.Int64, "periods_before": pl.Int64,
    "periods_after": pl.Int64, "first_after": pl.String, "last_after": pl.String, "defined": pl.Boolean,
    "reason": pl.String, "class": pl.String,
}  # fmt: skip
"""Columns of the result and their types; amounts are in the unit of the flows, summed over the periods after."""

ALL_BOUND = "all are bound by the restriction: nobody is left to whom trade could be deflected lawfully"
NO_THIRD = "every partner with data restricts, so nobody is left to whom trade could be deflected"
NO_SENDER = "no sender has enough data on both sides of the shock, so no loss is known"
IS_SENDER = "it restricts itself"


def absorption(
    flows: pl.DataFrame,
    senders: Collection[str],
    shock: date,
    *,
    binds_all: bool = False,
    expectations: Sequence[str] | None = None,
    gravity: pl.DataFrame | None = None,
    donors: pl.DataFrame | None = None,
    before: int = BEFORE,
    after: int = AFTER,
    leads: int = 0,
    seed: int = 0,
) -> pl.DataFrame:
    """Say for every partner of a client what it traded after a shock, what was expected, and its share of the loss.

    Parameters
    ----------
    flows : DataFrame
        ``partner``, ``year`` or ``month``, ``value``: the client's trade, as
        :func:`khasan.measures.absorption.flows.client_trade` gives it. Missing is no row.
    senders : collection of str
        Partners that restrict; who is not among them is a third party.
    shock : date
        First day under restriction. A year in which it fell after 1 January is of neither side.
    binds_all : bool
        Whether all are bound (a UN measure); deflection is then undefined, and substitution is to be asked instead.
    expectations : sequence of str, optional
        Among mean, trend, gravity and synthetic; those that can be had where not given.
    gravity : DataFrame, optional
        ``partner``, ``year`` (or ``month``), ``expected``; needed for gravity.
    donors : DataFrame, optional
        ``donor``, ``year`` (or ``month``), ``value``: flows that the restriction does not touch, for synthetic. Where
        not given, the largest third parties known throughout are the donors; what they gained hides in the mix.
    before, after, leads : int
        Length of either side, and periods left out before the shock.
    seed : int
        Start of the random numbers of the intervals.

    Returns
    -------
    DataFrame
        Columns of :data:`SCHEMA`. ``change = actual - expected``; ``loss`` is the senders' expected less actual trade
        over the periods of the row; ``share_of_loss = change / loss`` (unit ``share``) with its 90 percent interval;
        ``placebo_p`` over partners and ``dates_p`` over pretended shocks, for a rise (third parties) or a fall
        (senders). ``defined`` says whether the share is; ``reason`` says why not.

    Source: see :mod:`khasan.measures.absorption.deflection`, :mod:`khasan.measures.absorption.placebo`.
    """
    asked = _asked(expectations, gravity)
    chosen = set(senders)
    window = window_around(flows, shock, before, after, leads)
    sample = common_sample(window, chosen)
    rows: list[dict[str, Any]] = []
    why = _undefined_for_all(window, sample.senders, chosen, binds_all)
    around = (shock, before, after, leads)
    for name in asked:
        source = expectation(name, gravity if name == "gravity" else donors, around)
        for group in sample.groups:
            part, missing = source.ready(group)
            rows += [_bare(one, chosen, name, reason) for one, reason in missing.items()]
            rows += _group_rows(part, source, why, seed)
        rows += [_bare(one, chosen, name, reason) for one, reason in sample.left_out.items()]
    frame = pl.DataFrame(rows, schema=SCHEMA)
    order = pl.col("expectation").replace_strict({one: place for place, one in enumerate(asked)}, return_dtype=pl.Int64)
    frame = frame.sort(order, pl.col("role") == THIRD, -pl.col("before").fill_null(-1.0), "partner")
    return busters.with_classes(frame)


def _asked(expectations: Sequence[str] | None, gravity: pl.DataFrame | None) -> list[str]:
    """Check the names of expectations, or take those that can be had."""
    if expectations is None:
        return [one for one in EXPECTATIONS if one != "gravity" or gravity is not None]
    for one in expectations:
        if one not in EXPECTATIONS:
            raise InputError(f"expectation {one!r} is unknown; choose among {', '.join(EXPECTATIONS)}")
        if one == "gravity" and gravity is None:
            raise InputError("expectation 'gravity' needs the frame of expected trade; give gravity or leave it out")
    return list(dict.fromkeys(expectations))


def _undefined_for_all(window: Window, kept: Sequence[str], senders: set[str], binds_all: bool) -> str:
    """Say why deflection is undefined for everybody, or nothing."""
    if binds_all:
        return ALL_BOUND
    if not set(window.partners) - senders:
        return NO_THIRD
    return "" if kept else NO_SENDER


def _bare(partner: str, senders: set[str], name: str, reason: str) -> dict[str, Any]:
    """Make the row of a partner of which nothing can be expected (no unit: no value)."""
    role = SENDER if partner in senders else THIRD
    return {"partner": partner, "role": role, "expectation": name, "defined": False, "reason": reason}


def _group_rows(group: Group, source: Expected, why: str, seed: int) -> list[dict[str, Any]]:
    """Make the rows of a group for one expectation (amounts in the unit of the flows)."""
    if not group.asked:
        return []
    window = group.window
    split, stop = window.split, len(window.periods)
    expect = source.of(group)
    expected = expect(split, stop)
    drifts = drifts_of(group, expect)
    shares: dict[int, Interval] = {} if why else deflections(group, expected, drifts, seed)
    p, count = over_partners(drifts.now, np.exp(drifts.traits[:, 1]), drifts.placebos)
    dates_p, dates = over_dates(drifts.now, drifts.past, drifts.placebos)
    actual, total = window.values[:, split:].sum(axis=1), expected.sum(axis=1)
    rows = []
    for row in group.asked:
        sender = row < group.senders
        share = shares.get(row)
        reason = why if why and not sender else IS_SENDER if sender else "" if share is None else share.reason
        rows.append(
            {
                "partner": window.partners[row],
                "role": SENDER if sender else THIRD,
                "expectation": source.name,
                "before": float(window.values[row, :split].mean()),
                "actual": float(actual[row]),
                "expected": float(total[row]),
                "change": float(actual[row] - total[row]),
                "share_of_loss": share.value if share else None,
                "low": share.low if share else None,
                "high": share.high if share else None,
                "loss": float((total - actual)[: group.senders].sum()) if group.senders else None,
                "loss_low": share.below_low if share else None,
                "loss_high": share.below_high if share else None,
                "placebo_p": float(p[row]) if count[row] else None,
                "placebos": int(count[row]),
                "dates_p": float(dates_p[row]) if dates else None,
                "dates": dates,
                "periods_before": split,
                "periods_after": stop - split,
                "first_after": window.periods[split],
                "last_after": window.periods[-1],
                "defined": share is not None and share.value is not None,
                "reason": reason,
            }
        )
    return rows
