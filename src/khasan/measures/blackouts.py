"""Blackouts: what a compiler has stopped, suppressed or booked elsewhere. They are facts, never zeros."""

from __future__ import annotations

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.roles import trade_series


def blackout(snapshot: Snapshot, compiler: str, partner: str, goods: str = "") -> Finding | None:
    """Say since when a compiler does not show a flow.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    compiler, partner, goods : str
        Whose statistics, of whom, on what.

    Returns
    -------
    Finding or None
        Value is the year in which the blackout began (unit ``year``); ``detail`` holds state, start and end. None where
        the table ``coverage`` has no such row.

    Source: the row of ``coverage`` and its source.
    """
    named = pl.col("goods") == goods if goods else pl.col("goods").is_null()
    frame = snapshot.coverage.filter(
        (pl.col("compiler") == compiler) & (pl.col("partner") == partner) & named & (pl.col("state") != "published")
    )
    if not frame.height:
        return None
    row = frame.sort("start").row(0, named=True)
    return make_finding(
        snapshot,
        "blackout",
        {"compiler": compiler, "partner": partner, "goods": goods},
        [row["id"]],
        row["start"].year,
        "year",
        caveats=["No data is not zero."],
        detail={"state": row["state"], "start": row["start"], "end": row["end"], "compiler": compiler, "goods": goods},
    )


def blackouts(snapshot: Snapshot, actors: tuple[str, ...]) -> list[Finding]:
    """Return every blackout that concerns one of some actors.

    The value of each is the year in which it began (unit ``year``).

    Source: the rows of the table ``coverage``, see :func:`blackout`.
    """
    line = {member for code in actors for member in snapshot.actors.lineage(code)}
    frame = snapshot.coverage.filter((pl.col("state") != "published") & pl.col("partner").is_in(list(line)))
    keys = frame.select("compiler", "partner", pl.col("goods").fill_null("")).unique(maintain_order=True).rows()
    found = [blackout(snapshot, compiler, partner, goods) for compiler, partner, goods in keys]
    return [one for one in found if one is not None]


def recorded_zeros(snapshot: Snapshot, actor: str) -> Finding | None:
    """Count the years in which a compiler records a trade of 0 that another compiler contradicts.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    actor : str
        One side of the pair.

    Returns
    -------
    Finding or None
        Number of pairs and years (unit ``years``); ``detail`` tells of the largest: partner, year, amount, unit and
        both compilers. None where no recorded zero is contradicted.

    Source: the rows of the channel of goods, doubtful ones included.
    """
    line = list(snapshot.actors.lineage(actor))
    frame = snapshot.observation.filter(
        pl.col("year").is_not_null()
        & (pl.col("dimension") == "money")
        & pl.col("from_actor").is_in(line).xor(pl.col("to_actor").is_in(line))
        & pl.col("status").fill_null("").is_in(["", "doubtful"])
        & pl.col("direction").is_in(["from_to", "two_way"])
        & (pl.col("adds_up") == "yes")
    )
    series = [name for role in ("goods_exports", "goods_trade") if (name := trade_series(snapshot, role))]
    frame = frame.filter(pl.col("series").is_in(series)).with_columns(
        partner=pl.when(pl.col("from_actor").is_in(line)).then("to_actor").otherwise("from_actor")
    )
    sums = frame.group_by("partner", "year", "compiler").agg(
        most=pl.col("value_base").max(), ids=pl.col("id"), top=pl.col("value_base").arg_max()
    )
    zero = sums.filter((pl.col("most") == 0) & pl.col("compiler").is_not_null())
    sound = frame.filter(pl.col("status").is_null() & (pl.col("value_base") > 0) & pl.col("compiler").is_not_null())
    both = zero.join(
        sound.select("partner", "year", other="compiler", id="id", value="value", unit="unit", base="value_base"),
        on=["partner", "year"],
        how="inner",
    )
    both = both.filter(pl.col("compiler") != pl.col("other"))
    if not both.height:
        return None
    top = both.sort("base", "id").row(-1, named=True)
    evidence = [*both.get_column("id"), *(row for ids in both.get_column("ids") for row in ids)]
    return make_finding(
        snapshot,
        "recorded_zeros",
        {"actor": actor},
        evidence,
        both.select("partner", "year").n_unique(),
        "years",
        channel=frame.item(0, "channel"),
        caveats=["A recorded 0 is not a measurement; such rows are kept as doubtful and enter no share."],
        detail={
            "partner": top["partner"], "year": top["year"], "amount": top["value"], "amount_unit": top["unit"],
            "compiler": top["compiler"], "other": top["other"],
        },
    )  # fmt: skip
