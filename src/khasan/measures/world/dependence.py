"""Dependence of every state on every partner in every year, from directed flows of goods.

What a share is not: vulnerability, which is the cost of replacing the partner. What is not recorded has no row, or a
null where only one of the two directions is: it is never 0.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError
from khasan.measures.world.inputs import check_for_amounts, check_for_columns, check_for_gaps, check_for_repeats

FLOW = ("exporter", "importer", "year", "value")
"""Columns that a flow has."""

READING = ("compiler", "reported_by")
"""Columns that may stand beside them: each value of them is a reading of its own, never mixed with another."""

PARTS = ("month", "goods")
"""Columns that may stand beside them too: a row with one of them filled is a part of another's whole, and left out."""


def dependence(flows: pl.DataFrame) -> pl.DataFrame:
    """Share of each partner in each state's trade, with concentration and asymmetry, for all years.

    With ``X_cp`` what c sold to p and ``M_cp`` what c bought from p, over the flows that are recorded:

    - ``share = (X_cp + M_cp) / sum_k (X_ck + M_ck)``, ``export_share = X_cp / sum_k X_ck``,
      ``import_share = M_cp / sum_k M_ck``
    - ``hhi = sum_k share_ck**2``, of the actor and year
    - ``asymmetry = share_cp / share_pc``, above 1 where the actor needs the partner more than it is needed

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` (any one currency unit); a missing flow has no row. Where there
        are columns ``compiler`` and ``reported_by``, each value of them is a world of its own; rows with a ``month`` or
        ``goods`` are left out.

    Returns
    -------
    DataFrame
        One row an actor, partner and year (and reading) with at least one recorded direction, sorted by these:
        ``export``, ``import``, ``trade`` in the unit of ``value``, null where not recorded; ``share``,
        ``export_share``, ``import_share`` and ``hhi`` in the unit ``share`` (0 to 1), null where the direction is not
        recorded or the total is 0; ``asymmetry`` (unit ``ratio``), null where undefined; ``one_way``, whether one
        direction is missing, so that trade and share are lower bounds; ``recorded_zero``, whether a recorded 0, which
        is doubtful, enters; ``partners``, the actor's partners on record in the year, and ``partners_one_way``, those
        of them with one direction only.

    Raises
    ------
    InputError
        For columns that are missing, amounts below 0, a state that trades with itself, and two rows of one flow.

    Source: Hirschman, National power and the structure of foreign trade (1945); Herfindahl (1950); the flows given.
    """
    check_for_columns(flows, FLOW, "flows")
    check_for_gaps(flows, FLOW, "flows")
    check_for_amounts(flows, "value", "flows")
    _check_for_partners(flows)
    whole = flows.filter(pl.lit(True), *(pl.col(name).is_null() for name in PARTS if name in flows.columns))
    reading = [name for name in READING if name in flows.columns]
    check_for_repeats(whole, [*reading, "year", "exporter", "importer"], "flows")
    worlds = whole.select(*reading, "year").unique().sort(*reading, "year").with_row_index("world")
    actors = pl.concat([whole["exporter"], whole["importer"]]).unique().sort()
    pairs = _with_totals(_pairs(_coded(whole, worlds, actors), len(actors)), len(actors))
    views = [
        _view(pairs, "one", "other", "sold", "bought"),
        _view(pairs, "other", "one", "bought", "sold"),
    ]
    found = pl.concat(views)
    of_reading = worlds.select(pl.struct(*reading, pl.lit(0)).rle_id().alias("reading"), "year")
    world = found.get_column("world")
    order = (
        found.select("actor", "partner")
        .with_columns(of_reading["reading"].gather(world), of_reading["year"].gather(world))
        .select(pl.arg_sort_by("reading", "actor", "partner", "year"))
        .to_series()
    )
    found = found[order]
    world = found.get_column("world")
    return found.select(
        *(worlds[name].gather(world) for name in reading),
        *(actors.gather(found.get_column(side)).alias(side) for side in ("actor", "partner")),
        worlds["year"].gather(world),
        *MEASURES,
    )


MEASURES = (
    "export",
    "import",
    "trade",
    "share",
    "export_share",
    "import_share",
    "hhi",
    "asymmetry",
    "one_way",
    "recorded_zero",
    "partners",
    "partners_one_way",
)
"""Columns of the result after its keys."""

Amounts = NDArray[np.float64]


def _check_for_partners(flows: pl.DataFrame) -> None:
    """Refuse a state that trades with itself."""
    own = flows.filter(pl.col("exporter") == pl.col("importer"))
    if own.height:
        first = own.row(0, named=True)
        raise InputError(
            f"flows: {first['exporter']} trades with itself in {first['year']}; leave out what is traded inside a state"
        )


def _coded(flows: pl.DataFrame, worlds: pl.DataFrame, actors: pl.Series) -> pl.DataFrame:
    """Give flows by numbers: ``world`` (reading and year), ``exporter`` and ``importer`` in their order, ``value``."""
    names = pl.Enum(actors)
    keys = [name for name in worlds.columns if name != "world"]
    return flows.join(worlds, on=keys, nulls_equal=True, maintain_order="left").select(
        pl.col("world").cast(pl.Int64()),
        *(pl.col(side).cast(names).to_physical().cast(pl.Int64()) for side in ("exporter", "importer")),
        "value",
    )


def _pairs(flows: pl.DataFrame, count: int) -> pl.DataFrame:
    """Bring the two directions of a pair to one row: ``sold`` by ``one`` (< ``other``) and ``bought``, null if missing.

    Parameters
    ----------
    flows : DataFrame
        As :func:`_coded` gives them, each once.
    count : int
        How many actors there are.
    """
    seller, buyer = pl.col("exporter"), pl.col("importer")
    low, high = pl.min_horizontal(seller, buyer), pl.max_horizontal(seller, buyer)
    keyed = flows.select(
        ((pl.col("world") * count + low) * count + high).alias("pair"), "value", (seller < buyer).alias("ahead")
    )
    sold = keyed.filter("ahead").select("pair", pl.col("value").alias("sold"))
    bought = keyed.filter(~pl.col("ahead")).select("pair", pl.col("value").alias("bought"))
    pair = pl.col("pair")
    return sold.join(bought, on="pair", how="full", coalesce=True).select(
        (pair // (count * count)).alias("world"),
        (pair // count % count).alias("one"),
        (pair % count).alias("other"),
        "sold",
        "bought",
    )


def _with_totals(pairs: pl.DataFrame, count: int) -> pl.DataFrame:
    """Add what each of the two traded with all partners on record, its concentration, and how many these are."""
    world, one, other = (pairs.get_column(name).to_numpy() for name in ("world", "one", "other"))
    sold, bought = (pairs.get_column(name).fill_null(0.0).to_numpy() for name in ("sold", "bought"))
    single = (pairs["sold"].is_null() | pairs["bought"].is_null()).to_numpy().astype(np.float64)
    places = {"one": world * count + one, "other": world * count + other}

    def added(of_one: Amounts, of_other: Amounts) -> Amounts:
        """Add up an amount over the partners of each actor and year."""
        size = int(world.max(initial=-1) + 1) * count
        parts = np.bincount(places["one"], of_one, size), np.bincount(places["other"], of_other, size)
        return np.asarray(parts[0] + parts[1], dtype=np.float64)

    exports, imports = added(sold, bought), added(bought, sold)
    squares = added((sold + bought) ** 2, (sold + bought) ** 2)
    partners, one_way = added(np.ones(len(sold)), np.ones(len(sold))), added(single, single)
    totals = {"exports": exports, "imports": imports, "squares": squares, "partners": partners, "one_way": one_way}
    return pairs.with_columns(
        pl.Series(f"{name}_{side}", total[place]) for side, place in places.items() for name, total in totals.items()
    )


def _view(pairs: pl.DataFrame, actor: str, partner: str, sold: str, bought: str) -> pl.DataFrame:
    """Read each pair from one of its two sides."""
    trade = pl.sum_horizontal(sold, bought)

    def over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
        """Divide, where the whole is above 0."""
        return pl.when(whole > 0).then(part / whole)

    def all_trade(side: str) -> pl.Expr:
        """Add up the two directions of a side's trade with all partners."""
        return pl.col(f"exports_{side}") + pl.col(f"imports_{side}")

    share, back = over(trade, all_trade(actor)), over(trade, all_trade(partner))
    return pairs.select(
        "world",
        pl.col(actor).alias("actor"),
        pl.col(partner).alias("partner"),
        pl.col(sold).alias("export"),
        pl.col(bought).alias("import"),
        trade.alias("trade"),
        share.alias("share"),
        over(pl.col(sold), pl.col(f"exports_{actor}")).alias("export_share"),
        over(pl.col(bought), pl.col(f"imports_{actor}")).alias("import_share"),
        over(pl.col(f"squares_{actor}"), all_trade(actor) ** 2).alias("hhi"),
        over(share, back).alias("asymmetry"),
        (pl.col(sold).is_null() | pl.col(bought).is_null()).alias("one_way"),
        ((pl.col(sold) == 0) | (pl.col(bought) == 0)).fill_null(False).alias("recorded_zero"),
        pl.col(f"partners_{actor}").cast(pl.Int64()).alias("partners"),
        pl.col(f"one_way_{actor}").cast(pl.Int64()).alias("partners_one_way"),
    )
