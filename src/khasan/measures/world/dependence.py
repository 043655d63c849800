"""Dependence of every state on every partner in every year, from directed flows of goods.

What a share is not: vulnerability, which is the cost of replacing the partner. What is not recorded has no row, or a
null where only one of the two directions is: it is never 0.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.world.inputs import check_for_amounts, check_for_columns, check_for_gaps, check_for_repeats

FLOW = ("exporter", "importer", "year", "value")
"""Columns of a flow; ``compiler`` may stand beside them, and compilers are then kept apart."""


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
        is a column ``compiler``, each compiler's flows are a world of their own.

    Returns
    -------
    DataFrame
        One row an actor, partner and year (and compiler) with at least one recorded direction, sorted by these:
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
    world = ["compiler", "year"] if "compiler" in flows.columns else ["year"]
    pairs = _pairs(flows, world)
    sides = [
        pairs.select(*world, pl.col(actor).alias("actor"), pl.col(sold).alias("export"), pl.col(bought).alias("import"))
        for actor, sold, bought in (("one", "sold", "bought"), ("other", "bought", "sold"))
    ]
    totals = _totals(pl.concat(sides), world)
    joined = pairs
    for actor in ("one", "other"):
        named = totals.rename({"actor": actor, **{name: f"{name}_{actor}" for name in TOTALS}})
        joined = joined.join(named, on=[*world, actor], how="left", maintain_order="left")
    views = [
        _view(joined, world, "one", "other", "sold", "bought"),
        _view(joined, world, "other", "one", "bought", "sold"),
    ]
    found = pl.concat(views)
    concentration = found.group_by(*world, "actor").agg((pl.col("share") ** 2).sum().alias("hhi"))
    keys = ["compiler", "actor", "partner", "year"][0 if len(world) > 1 else 1 :]
    return (
        found.join(concentration, on=[*world, "actor"], how="left")
        .with_columns(pl.when(pl.col("share").is_not_null()).then("hhi").alias("hhi"))
        .select(*keys, *MEASURES)
        .sort(keys)
    )


TOTALS = ("export_total", "import_total", "partners", "partners_one_way")
"""What is added up over the partners of an actor in a year."""

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


def _pairs(flows: pl.DataFrame, world: list[str]) -> pl.DataFrame:
    """Bring the two directions of a pair and year to one row: ``sold`` by ``one`` (< ``other``) and ``bought``."""
    check_for_repeats(flows, [*world, "exporter", "importer"], "flows")
    forward = pl.col("exporter") < pl.col("importer")
    ahead = flows.filter(forward).select(
        *world, pl.col("exporter").alias("one"), pl.col("importer").alias("other"), pl.col("value").alias("sold")
    )
    back = flows.filter(pl.col("exporter") > pl.col("importer")).select(
        *world, pl.col("importer").alias("one"), pl.col("exporter").alias("other"), pl.col("value").alias("bought")
    )
    if ahead.height + back.height < flows.height:
        from_to_itself = flows.filter(pl.col("exporter") == pl.col("importer")).row(0, named=True)
        raise InputError(
            f"flows: {from_to_itself['exporter']} trades with itself in {from_to_itself['year']}; "
            "leave out what is traded inside a state"
        )
    return ahead.join(back, on=[*world, "one", "other"], how="full", coalesce=True)


def _totals(sides: pl.DataFrame, world: list[str]) -> pl.DataFrame:
    """Add up the recorded flows of each actor, and count its partners."""
    missing = pl.col("export").is_null() | pl.col("import").is_null()
    return sides.group_by(*world, "actor").agg(
        pl.col("export").sum().alias("export_total"),
        pl.col("import").sum().alias("import_total"),
        pl.len().cast(pl.Int64()).alias("partners"),
        missing.sum().cast(pl.Int64()).alias("partners_one_way"),
    )


def _view(pairs: pl.DataFrame, world: list[str], actor: str, partner: str, sold: str, bought: str) -> pl.DataFrame:
    """Read each pair from one of its two sides."""
    trade = pl.sum_horizontal(sold, bought)

    def over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
        """Divide, where the whole is above 0."""
        return pl.when(whole > 0).then(part / whole)

    def all_trade(side: str) -> pl.Expr:
        """Add up the two directions of a side's trade with all partners."""
        return pl.col(f"export_total_{side}") + pl.col(f"import_total_{side}")

    share, back = over(trade, all_trade(actor)), over(trade, all_trade(partner))
    return pairs.select(
        *world,
        pl.col(actor).alias("actor"),
        pl.col(partner).alias("partner"),
        pl.col(sold).alias("export"),
        pl.col(bought).alias("import"),
        trade.alias("trade"),
        share.alias("share"),
        over(pl.col(sold), pl.col(f"export_total_{actor}")).alias("export_share"),
        over(pl.col(bought), pl.col(f"import_total_{actor}")).alias("import_share"),
        over(share, back).alias("asymmetry"),
        (pl.col(sold).is_null() | pl.col(bought).is_null()).alias("one_way"),
        ((pl.col(sold) == 0) | (pl.col(bought) == 0)).fill_null(False).alias("recorded_zero"),
        pl.col(f"partners_{actor}").alias("partners"),
        pl.col(f"partners_one_way_{actor}").alias("partners_one_way"),
    )
