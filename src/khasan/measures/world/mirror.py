"""Mirror gaps: what the seller reports against what the buyer reports, for every flow that both report."""

from __future__ import annotations

import polars as pl

from khasan.measures.world.inputs import (
    check_for_amounts,
    check_for_columns,
    check_for_gaps,
    check_for_repeats,
    check_for_words,
)

FREIGHT = (1.06, 1.10)
"""What insurance and freight add to a value at the seller's border, at least and at most."""

SIDES = ("exporter", "importer")
COLUMNS = ("exporter", "importer", "year", "reported_by", "value")


def mirror(flows: pl.DataFrame) -> pl.DataFrame:
    """Gap between the two reports of each flow, with the band that insurance and freight explain.

    Sellers report at their border (FOB), buyers with insurance and freight (CIF). With ``X`` the seller's value and
    ``M`` the buyer's: ``gap = M / 1.08 - X``, ``low = M / 1.10 - X``, ``high = M / 1.06 - X``.

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``reported_by`` (``exporter`` or ``importer``) and ``value`` (any one
        currency unit); ``compiler``, ``month`` and ``goods`` too where flows are told apart by them. Rows without
        ``reported_by`` come from a compiler that keeps one report, and are left out.

    Returns
    -------
    DataFrame
        One row a flow that both sides report, sorted: ``exporter_reported``, ``importer_reported``, ``gap``, ``low``
        and ``high`` in the unit of ``value``, above 0 where the buyer reports more; ``ratio`` (M / X, unit ``ratio``),
        null where X is 0; and ``within_band``, whether ``low <= 0 <= high``. A flow that one side alone reports has no
        row: nothing stands against it.

    Raises
    ------
    InputError
        For missing columns, amounts below 0, other reporters, and two reports of a flow by one side.

    Source: the band of 6 to 10 percent that is customary for insurance and freight (International Monetary Fund,
    Direction of Trade Statistics, which used 10 percent and since 2018 uses 6).
    """
    check_for_columns(flows, COLUMNS, "flows")
    flows = flows.filter(pl.col("reported_by").is_not_null())
    check_for_gaps(flows, COLUMNS, "flows")
    check_for_words(flows, "reported_by", SIDES, "flows")
    check_for_amounts(flows, "value", "flows")
    keys = [name for name in ("compiler", "exporter", "importer", "year", "month", "goods") if name in flows.columns]
    check_for_repeats(flows, [*keys, "reported_by"], "flows")
    sold, bought = (
        flows.filter(pl.col("reported_by") == side).select(*keys, pl.col("value").alias(f"{side}_reported"))
        for side in SIDES
    )
    seller, buyer = pl.col("exporter_reported"), pl.col("importer_reported")
    least, most = FREIGHT
    gaps = {"gap": (least + most) / 2, "low": most, "high": least}
    return (
        sold.join(bought, on=keys, nulls_equal=True)
        .with_columns((buyer / factor - seller).alias(name) for name, factor in gaps.items())
        .with_columns(
            pl.when(seller > 0).then(buyer / seller).alias("ratio"),
            ((pl.col("low") <= 0) & (pl.col("high") >= 0)).alias("within_band"),
        )
        .sort(keys)
    )
