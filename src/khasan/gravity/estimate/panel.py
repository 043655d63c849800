"""The panel that gravity is estimated on: trade with all that may have moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from khasan.gravity.estimate.spells import with_spells
from khasan.gravity.expectation import NEAREST
from khasan.ledger.errors import InputError

KEEP_ZEROS = ("kept", "left-out")


@dataclass(frozen=True)
class Panel:
    """Rows to estimate on, the names of the regressors, and what must be said of them."""

    rows: pl.DataFrame
    regressors: tuple[str, ...]
    caveats: tuple[str, ...]


def make_panel(
    flows: pl.DataFrame,
    spells: Sequence[pl.DataFrame] = (),
    *,
    distances: pl.DataFrame | None = None,
    borders: pl.DataFrame | None = None,
    first: int | None = None,
    last: int | None = None,
    every: int = 1,
    zeros: str = "kept",
    leads: Sequence[int] = (),
    lags: Sequence[int] = (),
) -> Panel:
    """Put trade and its regressors together.

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` of one compiler; pairs without a record have no row, and none
        is made for them.
    spells : sequence of DataFrame
        As in :func:`khasan.gravity.estimate.spells.with_spells`.
    distances : DataFrame, optional
        ``one`` < ``other``, ``first_year``, ``last_year``, ``kilometres``; adds ``log distance``. Rows without a
        distance are left out. Meant for estimates without effects of the pair, which take distance up.
    borders : DataFrame, optional
        ``one``, ``other`` (both orders), ``start``, ``end``, ``kind``; adds ``land border``.
    first, last : int, optional
        Years from and to.
    every : int
        Take only every so many years, counted back from the last.
    zeros : {"kept", "left-out"}
        What becomes of a recorded 0, which is doubtful in most files.
    leads, lags : sequence of int
        Of the spells.

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        Where nothing is left, or an option is out of range.

    Source: for intervals of years, Yotov and others (2016), An advanced guide to trade policy analysis, chapter 1.
    """
    if zeros not in KEEP_ZEROS:
        raise InputError(f"zeros {zeros!r}: not known; choose {' or '.join(KEEP_ZEROS)}")
    if every < 1:
        raise InputError(f"every {every}: must be a whole number of years, 1 or more")
    rows = flows.select("exporter", "importer", pl.col("year").cast(pl.Int64), "value")
    rows = rows.filter(pl.col("exporter") != pl.col("importer"))
    if first is not None:
        rows = rows.filter(pl.col("year") >= first)
    if last is not None:
        rows = rows.filter(pl.col("year") <= last)
    rows = rows.filter((pl.col("year").max() - pl.col("year")) % every == 0)
    if rows.is_empty():
        raise InputError(
            f"no trade recorded from {first or 'the beginning'} to {last or 'the end'}; choose other years"
        )
    empty = int((rows["value"] == 0).sum())
    caveats = ["only recorded flows are used; pairs without a record are not taken for pairs without trade"]
    if zeros == "left-out":
        rows = rows.filter(pl.col("value") > 0)
        caveats.append(f"{empty:,} recorded zeros are left out, and with them trade that a measure stopped altogether")
    elif empty:
        caveats.append(
            f"{empty:,} of {rows.height:,} flows are a recorded 0, which is doubtful; compare with zeros left out"
        )
    regressors: list[str] = []
    for each in spells:
        rows, added = with_spells(rows, each, leads, lags)
        regressors += added
    if borders is not None:
        land = borders.filter(pl.col("kind") == "land").select(
            pl.lit("land border").alias("regressor"),
            pl.col("one").alias("exporter"),
            pl.col("other").alias("importer"),
            "start",
            pl.when(pl.col("open")).then(None).otherwise("end").alias("end"),
        )
        rows, added = with_spells(rows, land)
        regressors += added
    if distances is not None:
        before = rows.height
        rows = _with_distance(rows, distances)
        regressors.append("log distance")
        if rows.height < before:
            caveats.append(f"{before - rows.height:,} flows have no distance on file and are left out")
    never = [name for name in regressors if rows[name].n_unique() == 1]
    if never:
        caveats.append(f"never changes in these years and has no coefficient: {', '.join(never[:12])}")
    return Panel(rows, tuple(name for name in regressors if name not in never), tuple(caveats))


def alliance_spells(alliances: pl.DataFrame, compiler: str) -> pl.DataFrame:
    """Lay alliances out as spells, one regressor a commitment, on in both directions of trade.

    Parameters
    ----------
    alliances : DataFrame
        ``one``, ``other``, ``commitment``, ``compiler``, ``start``, ``end``, ``open``; a spell that reaches the end of
        the file is read as still in force.
    compiler : str
        Whose; compilers are never mixed.
    """
    own = alliances.filter(pl.col("compiler") == compiler)
    if own.is_empty():
        held = sorted(alliances["compiler"].unique())
        raise InputError(f"alliances by {compiler!r}: none; the ledger holds {', '.join(held) or 'none at all'}")
    return _both_ways(own, pl.concat_str(pl.lit("alliance:"), "commitment"))


def agreement_spells(agreements: pl.DataFrame) -> pl.DataFrame:
    """Lay treaties or trade agreements out as spells, one regressor a kind, on in both directions of trade.

    Parameters
    ----------
    agreements : DataFrame
        ``one``, ``other``, ``kind``, ``start``, ``end`` (null while in force).
    """
    for column in ("one", "other", "kind", "start", "end"):
        if column not in agreements.columns:
            raise InputError(f"agreements, column {column}: missing; it needs one, other, kind, start, end")
    if agreements["start"].null_count():
        raise InputError("agreements, column start: a day is missing; every agreement has a first day")
    return _both_ways(agreements.with_columns(pl.lit(False).alias("open")), pl.col("kind"))


def _both_ways(spells: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    """Name spells of pairs and turn them into both directions of trade."""
    end = pl.when(pl.col("open")).then(None).otherwise("end").alias("end")
    one = spells.select(name.alias("regressor"), exporter="one", importer="other", start="start", end=end)
    other = one.select("regressor", exporter="importer", importer="exporter", start="start", end="end")
    return pl.concat([one, other]).unique(maintain_order=True)


def _with_distance(rows: pl.DataFrame, distances: pl.DataFrame) -> pl.DataFrame:
    """Add the logarithm of the distance in the year; rows without one are left out."""
    apart = (
        distances.select("one", "other", "kilometres", year=pl.int_ranges("first_year", pl.col("last_year") + 1))
        .explode("year")
        .with_columns(pl.col("year").cast(pl.Int64))
        .unique(["one", "other", "year"], keep="last", maintain_order=True)
    )
    return (
        rows.with_columns(
            one=pl.min_horizontal("exporter", "importer"), other=pl.max_horizontal("exporter", "importer")
        )
        .join(apart, on=["one", "other", "year"], maintain_order="left")
        .with_columns(pl.col("kilometres").clip(NEAREST).log().alias("log distance"))
        .drop("one", "other", "kilometres")
    )
