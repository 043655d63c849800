"""Plant a namesake's trade into the flows of a client, as a confused customs office or compiler would book it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

KEYS = ["exporter", "importer", "year"]


@dataclass(frozen=True)
class Plan:
    """How to plant: years in a row, partners a pair, share of the namesake's flow, and from which size on."""

    years: tuple[int, int] = (1, 12)
    partners: tuple[int, int] = (3, 25)
    share: tuple[float, float] = (0.3, 1.0)
    first_year: int = 1950
    last_year: int = 2014
    smallest: float = 10.0
    whole: float = 0.25
    """Chance that a partner books the whole flow, whatever the share."""
    wandering: float = 0.4
    """Chance that the share moves from year to year."""
    moved: float = 0.5
    """Chance that what is booked to the client is missing from the namesake."""


def plant(
    flows: pl.DataFrame, pairs: Sequence[tuple[str, str]], seed: int, plan: Plan | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plant into a copy of the flows of the world, for each pair of client and namesake.

    Only where both flows are recorded: nothing is planted where a file says nothing.

    Returns
    -------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` with the planted trade.
    planted : DataFrame
        ``client``, ``namesake``, ``partner``, ``direction`` (export or import of the client), ``year``, ``planted``
        and ``before`` (USD million), one row a flow that was changed.
    """
    plan = plan or Plan()
    random = np.random.default_rng(seed)
    rows = [_pair(flows, client, namesake, random, plan) for client, namesake in pairs]
    planted = pl.concat([row for row in rows if row.height] or [_EMPTY])
    given = planted.select(
        pl.when(pl.col("direction") == "export").then("client").otherwise("partner").alias("exporter"),
        pl.when(pl.col("direction") == "export").then("partner").otherwise("client").alias("importer"),
        "year",
        pl.col("planted").alias("change"),
    )
    taken = planted.filter(pl.col("moved")).select(
        pl.when(pl.col("direction") == "export").then("namesake").otherwise("partner").alias("exporter"),
        pl.when(pl.col("direction") == "export").then("partner").otherwise("namesake").alias("importer"),
        "year",
        -pl.col("planted").alias("change"),
    )
    changes = pl.concat([given, taken]).group_by(KEYS).agg(pl.col("change").sum())
    changed = flows.join(changes, on=KEYS, how="left", maintain_order="left").with_columns(
        (pl.col("value") + pl.col("change").fill_null(0)).clip(0)
    )
    return changed.drop("change"), planted


_EMPTY = pl.DataFrame(
    schema={
        "client": pl.String,
        "namesake": pl.String,
        "partner": pl.String,
        "direction": pl.String,
        "year": pl.Int64,
        "planted": pl.Float64,
        "before": pl.Float64,
        "moved": pl.Boolean,
    }
)


def _pair(flows: pl.DataFrame, client: str, namesake: str, random: np.random.Generator, plan: Plan) -> pl.DataFrame:
    """Draw what is planted for one client and its namesake."""
    length = int(random.integers(plan.years[0], plan.years[1] + 1))
    start = int(random.integers(plan.first_year, plan.last_year - length + 2))
    moved = bool(random.random() < plan.moved)
    directions = (("export",), ("import",), ("export", "import"))[int(random.integers(3))]
    count = int(random.integers(plan.partners[0], plan.partners[1] + 1))
    drawn = []
    for direction in directions:
        own, other = ("exporter", "importer") if direction == "export" else ("importer", "exporter")
        span = flows.filter(pl.col("year").is_between(start, start + length - 1))
        theirs = span.filter((pl.col(own) == namesake) & (pl.col(other) != client))
        ours = span.filter((pl.col(own) == client) & (pl.col(other) != namesake))
        both = theirs.select(pl.col(other).alias("partner"), "year", pl.col("value").alias("theirs")).join(
            ours.select(pl.col(other).alias("partner"), "year", pl.col("value").alias("before")), on=["partner", "year"]
        )
        large = both.group_by("partner").agg(pl.col("theirs").median())
        names = large.filter(pl.col("theirs") >= plan.smallest)["partner"].sort().to_list()
        chosen = [names[place] for place in random.permutation(len(names))[:count]]
        wandering = random.random() < plan.wandering
        for partner in chosen:
            share = 1.0 if random.random() < plan.whole else float(random.uniform(*plan.share))
            rows = both.filter(pl.col("partner") == partner).sort("year")
            shares = np.clip(share + (random.normal(0, 0.15, rows.height) if wandering else 0), 0.1, 1.0)
            planted = np.round(rows["theirs"].to_numpy() * shares)
            drawn.append(
                rows.select(
                    pl.lit(client).alias("client"),
                    pl.lit(namesake).alias("namesake"),
                    "partner",
                    pl.lit(direction).alias("direction"),
                    "year",
                    pl.Series("planted", planted, pl.Float64),
                    "before",
                    pl.lit(moved).alias("moved"),
                ).filter(pl.col("planted") >= 1)
            )
    return pl.concat(drawn) if drawn else _EMPTY
