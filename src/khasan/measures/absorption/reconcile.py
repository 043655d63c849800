"""The changes of all partners add up to the change of the total, and what is outside the sum is named."""

from __future__ import annotations

from typing import Any

import polars as pl

SCHEMA: dict[str, Any] = {
    "expectation": pl.String, "whose": pl.String, "partners": pl.Int64, "actual": pl.Float64, "expected": pl.Float64,
    "change": pl.Float64, "share_of_loss": pl.Float64, "left_out": pl.List(pl.String),
}  # fmt: skip
"""Columns of :func:`totals`."""


def totals(result: pl.DataFrame) -> pl.DataFrame:
    """Add up the rows of a result: the senders, the third parties, and all.

    Only partners known in every period of the common sample enter, so that all rows of a sum are over the same cells;
    who is outside is in ``left_out``. ``change`` of all is ``sum actual - sum expected`` to the last digit, and is the
    sum of the changes of the two sides. The share of all third parties together has no interval: nobody is left among
    whom a placebo could be had.

    Parameters
    ----------
    result : DataFrame
        As :func:`khasan.measures.absorption.result.absorption` gives it.

    Returns
    -------
    DataFrame
        Columns of :data:`SCHEMA`; amounts in the unit of the flows; ``share_of_loss`` (unit ``share``) of the third
        parties over the loss of the senders, null where the senders lost nothing.

    Source: the rows of the result.
    """
    rows: list[dict[str, Any]] = []
    periods = pl.struct("periods_before", "periods_after")
    for name in result.get_column("expectation").unique(maintain_order=True).to_list():
        own = result.filter(pl.col("expectation") == name)
        known = own.filter(pl.col("actual").is_not_null())
        most = known.select(pl.col("periods_before").max(), pl.col("periods_after").max())
        inside = known.filter(periods == most.to_struct("most").first()) if known.height else known
        outside = own.filter(pl.col("partner").is_in(inside.get_column("partner").implode()).not_())
        senders = inside.filter(pl.col("role") == "sender")
        loss = -float(senders.get_column("change").sum())
        for whose, part in (
            ("senders", senders),
            ("third parties", inside.filter(pl.col("role") == "third party")),
            ("all", inside),
        ):
            change = float(part.get_column("change").sum())
            rows.append(
                {
                    "expectation": name,
                    "whose": whose,
                    "partners": part.height,
                    "actual": float(part.get_column("actual").sum()),
                    "expected": float(part.get_column("expected").sum()),
                    "change": change,
                    "share_of_loss": change / loss if whose == "third parties" and loss > 0 else None,
                    "left_out": outside.get_column("partner").to_list(),
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA)
