"""Bilateral goods trade from the Correlates of War Project, Trade, version 4.0 (Barbieri and Keshk 2016).

The file holds, for a pair of states and a year, ``flow1``, the imports of ``ccode1`` from ``ccode2``, and
``flow2``, the imports of ``ccode2`` from ``ccode1``, in current USD million rounded to the million.
A pair may stand once or twice, in either order. Missing (NaN, null or -9) is missing and never 0.

What the file is not:

- A recorded 0 is not a measurement. It stands for less than half a million dollars, for no trade, and for
  trade that nobody reported, such as the planned trade of socialist states before 1990 and trade between two
  states of one divided nation. Zeros are kept, with status ``doubtful``.
- Where partners stopped reporting, the compilers carried a flow on at a constant rate of growth, so a rate
  that repeats over years is an extrapolation.
- Partners confuse namesakes, and the file inherits what they reported.

Source: Barbieri, Keshk and Pollins (2009), Trading data, Conflict Management and Peace Science 26(5), 471-491;
Barbieri and Keshk (2016), Correlates of War Project Trade Data Set Codebook, version 4.0.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.mapped import Mapped, check_for_one_state, name_pairs

COMPILER = "Correlates of War"


def one_row_a_pair(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring each pair and year to one row, with the smaller code first.

    Where a pair stands twice, in either order, a recorded flow fills a missing one; two different recorded flows are
    refused.

    Parameters
    ----------
    frame : DataFrame
        ``ccode1``, ``ccode2``, ``year``, ``flow1``, ``flow2``, as :func:`khasan.sources.tabular.read_table` reads them:
        the file's code for missing is null.

    Returns
    -------
    DataFrame
        ``ccode1`` < ``ccode2``, ``year``, ``flow1``, ``flow2`` (USD million, null where missing).

    Raises
    ------
    InputError
        Where two rows of a pair disagree.
    """
    swapped = pl.col("ccode1") > pl.col("ccode2")
    ordered = frame.select(
        pl.min_horizontal("ccode1", "ccode2").cast(pl.Int64()).alias("ccode1"),
        pl.max_horizontal("ccode1", "ccode2").cast(pl.Int64()).alias("ccode2"),
        pl.col("year").cast(pl.Int64()),
        pl.when(swapped).then(pl.col("flow2")).otherwise(pl.col("flow1")).alias("flow1"),
        pl.when(swapped).then(pl.col("flow1")).otherwise(pl.col("flow2")).alias("flow2"),
        pl.int_range(1, pl.len() + 1).alias("_row"),
    )
    grouped = ordered.group_by("ccode1", "ccode2", "year").agg(
        pl.col("flow1", "flow2").max(),
        (pl.col("flow1", "flow2").max() != pl.col("flow1", "flow2").min()).fill_null(False).name.suffix("_differs"),
    )
    for flow in ("flow1", "flow2"):
        wrong = grouped.filter(pl.col(f"{flow}_differs"))
        if wrong.height:
            keys = ["ccode1", "ccode2", "year"]
            first = wrong.sort(keys).row(0, named=True)
            rows = ordered.filter(pl.col(key) == first[key] for key in keys).get_column("_row").to_list()
            raise InputError(
                f"column {flow}: {wrong.height} pairs stand twice with different values, the first {first['ccode1']} "
                f"and {first['ccode2']} in {first['year']} (data rows {rows[0]} and {rows[1]}); keep one"
            )
    return grouped.drop("flow1_differs", "flow2_differs").sort("ccode1", "ccode2", "year")


def directed_exports(frame: pl.DataFrame) -> pl.DataFrame:
    """List recorded flows by direction.

    ``flow1`` is what ``ccode1`` bought, so its exporter is ``ccode2``.

    Returns
    -------
    DataFrame
        ``exporter``, ``importer`` (codes), ``year``, ``value`` (USD million); missing flows have no row.
    """
    pairs = one_row_a_pair(frame)
    first = pairs.select(
        pl.col("ccode2").alias("exporter"), pl.col("ccode1").alias("importer"), "year", pl.col("flow1").alias("value")
    )
    second = pairs.select(
        pl.col("ccode1").alias("exporter"), pl.col("ccode2").alias("importer"), "year", pl.col("flow2").alias("value")
    )
    return pl.concat([first, second]).drop_nulls("value").sort("exporter", "importer", "year")


def trade_panel(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the dyadic file to the panel ``trade_flow``: every recorded flow of the world, by direction."""
    check_for_one_state(frame)
    flows = directed_exports(frame).rename({"exporter": "ccode1", "importer": "ccode2"})
    named, aside = name_pairs(flows, actors, "exporter", "importer")
    panel = named.select("exporter", "importer", "year", pl.lit(COMPILER).alias("compiler"), "value")
    return Mapped({"trade_flow": panel}, aside)
