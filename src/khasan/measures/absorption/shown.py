"""The rows of a chart: who fell and who rose."""

from __future__ import annotations

from typing import Any

import polars as pl


def shown(result: pl.DataFrame, expectation: str, most: int = 8) -> list[dict[str, Any]]:
    """Return the senders that fell most and the third parties that moved most, under one expectation.

    Parameters
    ----------
    result : DataFrame
        As :func:`khasan.measures.absorption.result.absorption` gives it.
    expectation : str
        One of those in it.
    most : int
        Rows of either side.

    Returns
    -------
    list of dict
        ``partner``, ``role``, ``change``, ``low``, ``high``, ``class``, in order of change on either side. Amounts in
        the unit of the flows; low and high are the ends of the 90 percent interval of the share times the loss, None
        where the share is undefined.

    Source: the rows of the result.
    """
    own = result.filter((pl.col("expectation") == expectation) & pl.col("change").is_not_null())
    sides = [
        own.filter(pl.col("role") == role).sort(pl.col("change").abs(), "partner", descending=[True, False]).head(most)
        for role in ("sender", "third party")
    ]
    rows = pl.concat(side.sort("change", "partner") for side in sides)
    return rows.select(
        "partner",
        "role",
        "change",
        low=pl.col("low") * pl.col("loss"),
        high=pl.col("high") * pl.col("loss"),
        **{"class": "class"},
    ).to_dicts()
