"""Explore a model over ranges: intervals of its results under two laws, and what they are due to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.uncertainty.factors import LAWS, Factor, points
from khasan.gravity.uncertainty.shares import Shares, shares_of_grid, shares_of_sobol, sobol_points
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

Point = Mapping[str, float | str]

Evaluate = Callable[[Sequence[Point]], Floats]
"""From settings to outcomes, of shape (points, outcomes); rows of NaN where there is no equilibrium."""

LOW, HIGH = 0.05, 0.95
"""Ends of an interval, as shares of the draws below."""

EVERY = "every combination"
"""The law where there are choices only: each combination counts the same."""

MATTERS = 0.1
"""Difference of the middles under two laws, over the interval, from which a result is called not robust to the law."""


@dataclass(frozen=True)
class Spread:
    """Results over ranges.

    Attributes
    ----------
    of : str
        Scenario or target.
    factors : tuple of Factor
        What was varied.
    intervals : tuple of mapping
        One a result and law: ``outcome``, ``unit``, ``law``, ``value`` (at the settings as given), ``median``,
        ``low``, ``high`` (5 and 95 percent of the draws), ``least``, ``most``.
    shares : tuple of mapping
        One a result, law and factor: ``outcome``, ``law``, ``factor``, ``first_order``, ``total``, each with an
        ``..._error`` (half of the 95 percent interval); null where a draw has no equilibrium or nothing varies.
    law_matters : tuple of str
        Results whose middle moves with the law by more than a tenth of their interval.
    points, failed : int
        Worlds solved, and those of them without an equilibrium.
    draws, seed : int
        Of the sampling; 0 draws where every combination was solved.
    caveats : tuple of str
        What must be said beside any of the numbers.
    """

    of: str
    factors: tuple[Factor, ...]
    intervals: tuple[Mapping[str, Any], ...]
    shares: tuple[Mapping[str, Any], ...]
    law_matters: tuple[str, ...]
    points: int
    failed: int
    draws: int
    seed: int
    caveats: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it stands in JSON."""
        return {
            "of": self.of,
            "ranges": [factor.as_dict() for factor in self.factors],
            "intervals": [dict(row) for row in self.intervals],
            "shares": [dict(row) for row in self.shares],
            "law_matters": list(self.law_matters),
            "points": self.points,
            "failed": self.failed,
            "draws": self.draws,
            "seed": self.seed,
            "caveats": list(self.caveats),
        }


def explore(
    of: str,
    evaluate: Evaluate,
    outcomes: Sequence[str],
    factors: Sequence[Factor],
    *,
    unit: str = "percent",
    draws: int = 128,
    seed: int = 0,
    caveats: Sequence[str] = (),
) -> Spread:
    """Solve a model over ranges.

    Where there are choices only, every combination is solved and shares are exact. Otherwise draws * (factors + 2)
    points are drawn under each law.

    Parameters
    ----------
    of : str
        What is explored.
    evaluate : callable
        From settings to outcomes; settings that are not named keep what they are.
    outcomes : sequence of str
        Names of the outcomes.
    factors : sequence of Factor
        What is varied.
    unit : str
        Of all outcomes.
    draws, seed : int
        As in :func:`khasan.gravity.uncertainty.shares.sobol_points`.
    caveats : sequence of str
        What must be said beside the results.

    Returns
    -------
    Spread

    Raises
    ------
    InputError
        Where nothing is varied, or no point has an equilibrium.

    Source: Saltelli and others (2010), Variance based sensitivity analysis of model output, Computer Physics
    Communications 181(2).
    """
    if not factors:
        raise InputError("range: none given; name at least one, as in theta=2:8")
    given = evaluate([{}])[0]
    exact = all(factor.choices for factor in factors)
    if exact:
        cells = [
            dict(zip([f.name for f in factors], cell, strict=True)) for cell in product(*(f.choices for f in factors))
        ]
        runs = {EVERY: evaluate(cells)}
    else:
        cube = sobol_points(len(factors), draws, seed)
        runs = {law: evaluate(points(factors, cube, law)) for law in LAWS}
    failed = sum(int(np.isnan(found).any(axis=1).sum()) for found in runs.values())
    solved = {law: found[~np.isnan(found).any(axis=1)] for law, found in runs.items()}
    if not all(len(found) for found in solved.values()):
        raise InputError(f"{of}: no point of the ranges has an equilibrium; choose other ranges")
    intervals, shares = [], []
    shape = tuple(len(factor.choices) for factor in factors)
    for place, outcome in enumerate(outcomes):
        for law, found in solved.items():
            intervals.append(_interval(outcome, unit, law, float(given[place]), found[:, place]))
            known: Shares | None = None
            if len(found) == len(runs[law]):
                column = np.ascontiguousarray(found[:, place])
                known = shares_of_grid(column.reshape(shape)) if exact else shares_of_sobol(column, len(factors), seed)
            shares += _rows(outcome, law, factors, known)
    said = list(caveats)
    said.append("an interval holds what the ranges let results be; it is no probability that the truth lies in it")
    if failed:
        said.append(
            f"{failed} of {sum(map(len, runs.values()))} points have no equilibrium; intervals are of the others"
        )
    if any(factor.low <= 0.0 for factor in factors):
        said.append("a range that begins at 0 is drawn uniformly under both laws")
    return Spread(
        of=of,
        factors=tuple(factors),
        intervals=tuple(intervals),
        shares=tuple(shares),
        law_matters=tuple(outcome for outcome in outcomes if _moves([r for r in intervals if r["outcome"] == outcome])),
        points=sum(map(len, runs.values())),
        failed=failed,
        draws=0 if exact else draws,
        seed=seed,
        caveats=tuple(dict.fromkeys(said)),
    )


def _interval(outcome: str, unit: str, law: str, value: float, found: Floats) -> dict[str, Any]:
    """Sum up the values of one outcome under one law."""
    low, middle, high = (float(one) for one in np.quantile(found, [LOW, 0.5, HIGH]))
    return {
        "outcome": outcome, "unit": unit, "law": law, "value": None if np.isnan(value) else value, "median": middle,
        "low": low, "high": high, "least": float(found.min()), "most": float(found.max()),
    }  # fmt: skip


def _rows(outcome: str, law: str, factors: Sequence[Factor], known: Shares | None) -> list[dict[str, Any]]:
    """List the shares of one outcome under one law."""
    names = Shares._fields
    return [
        {"outcome": outcome, "law": law, "factor": factor.name}
        | {name: None if known is None else float(getattr(known, name)[place]) for name in names}
        for place, factor in enumerate(factors)
    ]


def _moves(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the middle of an outcome depends on the law."""
    middles = [row["median"] for row in rows]
    width = max(row["high"] - row["low"] for row in rows)
    return bool(width > 0.0 and (max(middles) - min(middles)) / width > MATTERS)
