"""The mirror gap of one flow: what the seller reports against what the buyer reports, by one compiler and year."""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.roles import trade_series
from khasan.measures.world.mirror import FREIGHT

NOT_FRAUD = (
    "A gap may come from transit, timing, valuation or a namesake; it is no sign of fraud or of evasion by itself."
)


def mirror_gap(snapshot: Snapshot, exporter: str, importer: str, year: int, compiler: str = "") -> Finding | None:
    """Gap between the two reports of one flow.

    With ``X`` what the exporter reports (FOB) and ``M`` what the importer reports (CIF): value ``M / 1.08 - X``, low
    ``M / 1.10 - X``, high ``M / 1.06 - X``; above 0 where the buyer reports more.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    exporter, importer : str
        Actors; a predecessor is asked in years before they existed.
    year : int
        Calendar year.
    compiler : str
        Whose numbers; both reports are of one compiler.

    Returns
    -------
    Finding or None
        In the unit ``USD million``; None where one side alone reports: nothing stands against it, and that is no gap
        of 0. ``detail`` holds ``exporter_reported``, ``importer_reported`` (USD million), ``ratio`` (M / X; None where
        X is 0) and ``within_band``.

    Source: the band of 6 to 10 percent for freight and insurance (International Monetary Fund, Direction of Trade
    Statistics; Gaulier and Zignago 2010).
    """
    (seller, buyer), caveats = in_the_year(snapshot, year, exporter, importer)
    series = trade_series(snapshot, "goods_exports")
    if seller is None or buyer is None or series is None:
        return None
    rows = snapshot.usable.filter(
        (pl.col("series") == series)
        & (pl.col("from_actor") == seller)
        & (pl.col("to_actor") == buyer)
        & (pl.col("year") == year)
        & (pl.col("compiler") == compiler)
    )
    sold = best_first(rows.filter(pl.col("basis") == "reported"))
    bought = best_first(rows.filter(pl.col("basis") == "mirror"))
    if sold.is_empty() or bought.is_empty():
        return None
    fob, cif = sold.row(0, named=True), bought.row(0, named=True)
    if fob["base"] != cif["base"]:
        return None
    given, taken = fob["value_base"] / 1e6, cif["value_base"] / 1e6
    least, most = FREIGHT
    low, high = taken / most - given, taken / least - given
    return make_finding(
        snapshot,
        "mirror_gap",
        {"exporter": exporter, "importer": importer, "year": year, "compiler": compiler},
        [fob["id"], cif["id"]],
        taken / ((least + most) / 2) - given,
        "USD million",
        low=low,
        high=high,
        channel=fob["channel"],
        caveats=[*caveats, NOT_FRAUD],
        detail={
            "exporter_reported": given,
            "importer_reported": taken,
            "ratio": taken / given if given > 0 else None,
            "within_band": low <= 0 <= high,
            "compiler": compiler,
        },
    )


def mirror_gaps(snapshot: Snapshot, one: str, other: str, first: int, last: int) -> list[Finding]:
    """Return :func:`mirror_gap` in both directions of a pair for every year and compiler, in the unit ``USD million``.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: see :func:`mirror_gap`.
    """
    if first > last:
        raise InputError(f"--from {first} lies after --to {last}; swap them")
    mirrored = snapshot.usable.filter((pl.col("basis") == "mirror") & pl.col("year").is_between(first, last))
    asked = mirrored.select("year", "compiler").drop_nulls().unique().sort("year", "compiler").rows()
    gaps = (
        mirror_gap(snapshot, seller, buyer, year, compiler)
        for year, compiler in asked
        for seller, buyer in ((one, other), (other, one))
    )
    return [gap for gap in gaps if gap is not None]
