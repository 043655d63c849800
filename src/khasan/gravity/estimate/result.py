"""What an estimate found, as a frame, as JSON, and as the table that a paper would print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
"""Levels of p below which a coefficient gets stars, as is usual in economics."""


@dataclass(frozen=True)
class Estimate:
    """Coefficients of a gravity equation.

    Attributes
    ----------
    terms : DataFrame
        ``term``, ``estimate``, ``standard_error``, ``low``, ``high`` (95 percent), ``p``, ``observations``,
        ``clusters``; unit of an estimate: log points of trade.
    effects : str
        Fixed effects.
    left_out : mapping of str to str
        Regressors without a coefficient, with the reason.
    dropped : int
        Rows that say nothing: pairs or countries without any trade, and single observations.
    zeros : int
        Rows with trade of 0.
    parameters : mapping
        What else the result depends on.
    caveats : tuple of str
        What must be said beside any of the numbers.
    data : tuple of mapping
        Data sets and files that it rests on, with version and hash.
    """

    terms: pl.DataFrame
    effects: str
    left_out: Mapping[str, str]
    dropped: int
    zeros: int
    parameters: Mapping[str, Any]
    caveats: tuple[str, ...]
    data: tuple[Mapping[str, Any], ...] = ()

    def coefficient(self, term: str) -> float:
        """Return the coefficient of a term; unit: log points."""
        return float(self.terms.filter(pl.col("term") == term).item(0, "estimate"))

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it stands in JSON."""
        return {
            "terms": self.terms.to_dicts(),
            "unit": "log points",
            "effects": self.effects,
            "clustered_by": "pair",
            "left_out": dict(self.left_out),
            "dropped": self.dropped,
            "zeros": self.zeros,
            **self.parameters,
            "data": [dict(row) for row in self.data],
            "caveats": list(self.caveats),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a term, with the change of trade in percent that the coefficient stands for."""
        percent = (pl.col("estimate").exp() - 1.0) * 100.0
        return self.terms.with_columns(percent.alias("percent")).to_dicts()

    def __str__(self) -> str:
        """Print the coefficients with standard errors in brackets below, as in a published table."""
        width = max([len(name) for name in (*self.terms["term"], "Observations")] + [12])
        lines = ["-" * (width + 14)]
        for row in self.terms.iter_rows(named=True):
            stars = next((mark for level, mark in STARS if row["p"] < level), "")
            lines.append(f"{row['term']:<{width}}{row['estimate']:>10.3f}{stars}")
            bracket = f"({row['standard_error']:.3f})"
            lines.append(f"{'':<{width}}{bracket:>11}")
        lines += ["-" * (width + 14), f"{'Fixed effects':<{width}}  {self.effects}"]
        if self.terms.height:
            lines.append(f"{'Observations':<{width}}{self.terms.item(0, 'observations'):>10,}")
            lines.append(f"{'Pairs':<{width}}{self.terms.item(0, 'clusters'):>10,}")
        lines += [f"left out: {name} ({reason})" for name, reason in self.left_out.items()]
        lines.append("Errors clustered by pair in brackets; *** p < 0.01, ** p < 0.05, * p < 0.1")
        return "\n".join(lines)
