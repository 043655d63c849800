"""Invented trade with a known absorption: two partners restrict, one takes a known part of what they lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

SENDERS = ("S1", "S2")
CATCHER = "C0"

CALM: Mapping[str, list[float]] = {
    "S1": [100.0] * 8 + [40.0] * 4,
    "S2": [50.0] * 8 + [20.0] * 4,
    "C0": [10.0] * 8 + [55.0] * 4,
    "P1": [30.0, 31.0] * 6,
    "P2": [20.0, 19.0] * 6,
    "P3": [9.0, 10.0, 11.0] * 4,
    "P4": [70.0, 69.0, 68.0, 71.0] * 3,
}
"""Eight years before and four after: the senders lose 360, the catcher gains 180."""


def frame(table: Mapping[str, Sequence[float | None]], first: int) -> pl.DataFrame:
    """Make yearly flows of rows of values; None is no row."""
    rows = [
        (partner, first + place, float(value))
        for partner, values in table.items()
        for place, value in enumerate(values)
        if value is not None
    ]
    return pl.DataFrame(rows, schema={"partner": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")


def noisy(
    seed: int,
    before: int,
    after: int,
    *,
    partners: int = 40,
    noise: float = 0.15,
    trend: float = 0.0,
    wander: float = 0.0,
) -> dict[str, list[float]]:
    """Draw lognormal trade with autocorrelated errors (0.5), a common trend and random walks where asked for."""
    generator = np.random.default_rng(seed)
    names = [*SENDERS, CATCHER, *(f"P{n:02d}" for n in range(partners - 3))]
    size = np.concatenate([generator.uniform(500, 2000, 3), np.exp(generator.normal(4, 1.5, partners - 3))])
    length = before + after
    errors = np.zeros((partners, length))
    errors[:, 0] = generator.normal(0, noise, partners)
    for at in range(1, length):
        errors[:, at] = 0.5 * errors[:, at - 1] + np.sqrt(0.75) * generator.normal(0, noise, partners)
    walk = np.cumsum(generator.normal(0, wander, (partners, length)), axis=1)
    walk += np.cumsum(generator.normal(0, wander, length))
    slopes = trend * generator.uniform(0.5, 1.5, partners)[:, None] * np.arange(length)
    values = size[:, None] * np.exp(errors + walk + slopes)
    return {name: row.tolist() for name, row in zip(names, values, strict=True)}


def plant(table: dict[str, list[float]], before: int, part: float) -> dict[str, list[float]]:
    """Take 60 percent of the senders' trade away after the shock, and give a part of that to the catcher."""
    lost = [sum(0.6 * table[one][at] for one in SENDERS) for at in range(len(table[CATCHER]))]
    planted = {name: list(values) for name, values in table.items()}
    for at in range(before, len(lost)):
        planted[CATCHER][at] += part * lost[at]
        for one in SENDERS:
            planted[one][at] *= 0.4
    return planted
