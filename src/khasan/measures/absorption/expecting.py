"""The four expectations over a group, each with what it needs beside the group's own trade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from khasan.measures.absorption.drift import Expect, above_zero
from khasan.measures.absorption.expectations import DONORS, mean_before, scaled_gravity, synthetic, trend_before
from khasan.measures.absorption.sample import Group
from khasan.measures.absorption.window import Array, Window, window_around

FEWEST_DONORS = 3
"""Fewer donors than this make no mix."""

NO_GRAVITY = "the gravity expectation lacks it in one of the periods"
FEW_DONORS = f"fewer than {FEWEST_DONORS} donors are known in every period"
HAS_GAPS = "it has gaps: donors and partner must be known in every period"


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation with what it was given: the gravity expectation, or the donors, around the shock."""

    name: str
    given: Window | None

    def ready(self, group: Group) -> tuple[Group, dict[str, str]]:
        """Return the part of a group that can be answered, and why the rest cannot (no unit: rows).

        Source: the group and what was given.
        """
        names = group.window.partners
        if self.name == "gravity":
            known = np.asarray(np.isfinite(self._matched(group)).all(axis=1))
            lost = {names[row]: NO_GRAVITY for row in group.asked if not known[row]}
            if not known[: group.senders].all():
                without = names[int(np.flatnonzero(~known[: group.senders])[0])]
                reason = f"the gravity expectation lacks the sender {without} in one of the periods"
                return replace(group, asked=()), {names[row]: reason for row in group.asked}
            return _rows_of(group, known), lost
        if self.name == "synthetic":
            if len(names) > group.senders + group.steady:
                return replace(group, asked=()), {names[row]: HAS_GAPS for row in group.asked}
            if len(self._donors(group)[0]) <= FEWEST_DONORS:
                return replace(group, asked=()), {names[row]: FEW_DONORS for row in group.asked}
        return group, {}

    def of(self, group: Group) -> Expect:
        """Return the function that gives expected trade between a split and a stop, in the unit of the flows.

        Source: :mod:`khasan.measures.absorption.expectations`.
        """
        values = group.window.values
        if self.name == "mean":
            return lambda split, stop: mean_before(values[:, :split], stop - split)
        if self.name == "trend":
            return lambda split, stop: trend_before(above_zero(values)[:, :split], np.arange(split, stop, dtype=float))
        if self.name == "gravity":
            held = self._matched(group)
            return lambda split, stop: scaled_gravity(values[:, :split], held[:, :split], held[:, split:stop])
        donors, own = self._donors(group)
        return lambda split, stop: synthetic(values[:, :split], donors[:, :split], donors[:, split:stop], own)

    def _matched(self, group: Group) -> Array:
        """Return what was given, by the rows and periods of a group; NaN where it lacks one."""
        assert self.given is not None
        rows = {one: place for place, one in enumerate(self.given.partners)}
        columns = {one: place for place, one in enumerate(self.given.periods)}
        found = np.full(group.window.values.shape, np.nan)
        for place, partner in enumerate(group.window.partners):
            if partner in rows:
                for at, period in enumerate(group.window.periods):
                    if period in columns:
                        found[place, at] = self.given.values[rows[partner], columns[period]]
        return found

    def _donors(self, group: Group) -> tuple[Array, np.ndarray]:
        """Return the donors by the periods of a group, and which donor each row is."""
        window = group.window
        if self.given is None:
            rows = np.arange(group.senders, group.senders + group.steady)
            size = window.values[rows, : window.split].mean(axis=1)
            rows = np.sort(rows[np.argsort(-size, kind="stable")[:DONORS]])
            own = np.full(len(window.partners), -1)
            own[rows] = np.arange(len(rows))
            return window.values[rows], own
        at = {one: place for place, one in enumerate(self.given.periods)}
        kept = [at[one] for one in window.periods if one in at]
        held = self.given.values[:, kept]
        complete = np.isfinite(held).all(axis=1) if len(kept) == len(window.periods) else np.zeros(len(held), bool)
        held = held[complete]
        size = held[:, : window.split].mean(axis=1)
        held = held[np.argsort(-size, kind="stable")[:DONORS]]
        return held, np.full(len(window.partners), -1)


def expectation(name: str, frame: pl.DataFrame | None, around: tuple[date, int, int, int]) -> Expected:
    """Make an expectation from its name and what it needs.

    Parameters
    ----------
    name : str
        mean, trend, gravity or synthetic.
    frame : DataFrame, optional
        For gravity ``partner``, time, ``expected``; for synthetic ``donor``, time, ``value``.
    around : (date, int, int, int)
        Shock, before, after and leads, as in :func:`khasan.measures.absorption.window.window_around`.

    Returns
    -------
    Expected
        Gives values in the unit of the flows.

    Source: the frame given.
    """
    if frame is None or name not in ("gravity", "synthetic"):
        return Expected(name, None)
    renamed = frame.rename({"expected": "value"} if name == "gravity" else {"donor": "partner"})
    value = pl.col("value").cast(pl.Float64)
    return Expected(name, window_around(renamed.filter(value.is_finite() & (value > 0)), *around))


def _rows_of(group: Group, known: np.ndarray) -> Group:
    """Return a group with the rows of a mask, in which all senders are."""
    places = np.cumsum(known) - 1
    partners = tuple(one for one, kept in zip(group.window.partners, known, strict=True) if kept)
    return Group(
        replace(group.window, partners=partners, values=group.window.values[known]),
        group.senders,
        int(known[group.senders : group.senders + group.steady].sum()),
        tuple(int(places[row]) for row in group.asked if known[row]),
    )
