"""Lists of sanctions in one shape: who or what is listed, by whom, since when, and the number of a ship's hull.

Private persons stand in these lists. They are read, since a user screens against them on his own disk, and they never
enter a casebook that ships: what is mapped to rows of a ledger is organisations and vessels only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from khasan.sources.packaged import packaged
from khasan.sources.rows import row_id

LISTING: Mapping[str, pl.DataType] = {
    "list": pl.String(),
    "entry": pl.String(),
    "name": pl.String(),
    "kind": pl.String(),
    "programmes": pl.String(),
    "country": pl.String(),
    "call_sign": pl.String(),
    "vessel_type": pl.String(),
    "tonnage": pl.Int64(),
    "gross_tonnage": pl.Int64(),
    "owner": pl.String(),
    "imo": pl.String(),
    "aliases": pl.String(),
    "remarks": pl.String(),
    "reference": pl.String(),
    "regime": pl.String(),
    "listed_on": pl.Date(),
}
"""Columns of a list. ``kind`` is individual, entity, vessel or aircraft; several programmes or aliases are separated by
a semicolon; ``country`` is a vessel's flag or an entity's country as the list writes it; ``imo`` is a valid number."""

_WEIGHTS = (7, 6, 5, 4, 3, 2)


def imo_is_valid(number: str) -> bool:
    """Whether seven digits are the number of a ship by the International Maritime Organization.

    The last digit is that of the sum of the first six, weighted 7, 6, 5, 4, 3, 2 (IMO Resolution A.1117(30)):
    9074729 gives 9*7 + 0*6 + 7*5 + 4*4 + 7*3 + 2*2 = 139, which ends in 9.
    """
    if not re.fullmatch(r"[1-9]\d{6}", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return total % 10 == int(number[6])


def find_imo(remarks: str | None) -> str | None:
    """Find the number of a ship in remarks; None where there is none, or its check digit is wrong."""
    for found in re.finditer(r"\bIMO(?:\s+(?:No\.?|Number):?)?:?\s*(\d{7})(?!\d)", remarks or "", re.IGNORECASE):
        if imo_is_valid(found[1]):
            return found[1]
    return None


def regimes() -> pl.DataFrame:
    """Return which actor a regime of sanctions is against, from ``regimes.csv``: ``regime`` and ``target``."""
    return packaged("regimes.csv")


def listing_events(listing: pl.DataFrame, sender: str, source: str, credibility: int = 2) -> pl.DataFrame:
    """Make rows of ``event`` of kind ``listing``, one for each organisation or vessel under a regime against an actor.

    Parameters
    ----------
    listing : DataFrame
        In the shape of :data:`LISTING`. Individuals have no row, whoever asks.
    sender : str
        Actor that keeps the list.
    source : str
        Id of the source.
    credibility : int
        Digit of the rows.
    """
    listed = listing.filter(pl.col("kind").is_in(["entity", "vessel"])).drop_nulls("listed_on")
    named = listed.join(regimes(), on="regime", how="inner", maintain_order="left")
    return named.select(
        row_id(
            "listing", pl.col("list"), pl.col("entry").str.replace_all(r"[^A-Za-z0-9]+", "-").str.strip_chars("-")
        ).alias("id"),
        pl.col("listed_on").alias("date"),
        pl.lit("day").alias("precision"),
        pl.concat_str(pl.lit(sender), pl.col("target"), separator=";").alias("actors"),
        pl.lit("listing").alias("kind"),
        pl.format("Listed: {} ({})", pl.col("name"), pl.col("reference").fill_null(pl.col("entry"))).alias("what"),
        pl.lit(credibility).alias("credibility"),
        pl.lit(source).alias("source"),
    ).sort("date", "id")
