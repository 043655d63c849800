"""Verdicts laid out as rows: one a flow and client, with the parts that speak for and against it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.measures.verdicts import REASONS, SUSPECT, Context, Verdicts

DIRECTIONS = ("export", "import")

_DIRECTION = pl.Enum(list(DIRECTIONS))
_REASON = pl.Enum(list(REASONS))
_SCHEMA: dict[str, pl.DataType] = {
    "client": pl.Enum([]),
    "partner": pl.Enum([]),
    "year": pl.Int64(),
    "direction": _DIRECTION,
    "value": pl.Float64(),
    "jump": pl.Float32(),
    "above_gravity": pl.Float32(),
    "namesake_value": pl.Float32(),
    "namesake_dip": pl.Float32(),
    "carried_on": pl.Boolean(),
    "second_value": pl.Float64(),
    "score": pl.Float32(),
    "suspect": pl.Boolean(),
    "reason": _REASON,
    "namesake": pl.Enum([]),
}


def no_rows() -> pl.DataFrame:
    """Return the frame of :func:`verdict_rows` without a row; columns have the units given there.

    Source: none, since nothing was vetted.
    """
    return pl.DataFrame(schema=_SCHEMA)


def verdict_rows(
    flows: pl.DataFrame, context: Context, verdicts: Verdicts, clients: Collection[str] | None = None
) -> pl.DataFrame:
    """Lay the verdicts on flows (unit ``USD million``) out, as :func:`khasan.measures.vetting.vet` says.

    Source: see :func:`khasan.measures.verdicts.decide`.
    """
    named = pl.Enum(list(context.world.actors))
    places = flows.select(pl.col("exporter", "importer").cast(named), "year", "value")
    if clients is not None:
        own = pl.col("exporter", "importer").cast(pl.String).is_in(list(clients))
        places = places.filter(pl.any_horizontal(own))
    rows = pl.concat([_side(places, side, context, verdicts) for side in (0, 1)])
    if clients is not None:
        rows = rows.filter(pl.col("client").cast(pl.String).is_in(list(clients)))
    return rows.sort("client", "year", "partner", "direction")


def _side(places: pl.DataFrame, side: int, context: Context, verdicts: Verdicts) -> pl.DataFrame:
    """Lay out the flows as rows of their exporters (side 0) or of their importers (1)."""
    world, named = context.world, pl.Enum(list(context.world.actors))
    exporter, importer = (places[name].to_physical().to_numpy() for name in ("exporter", "importer"))
    place = (exporter, importer, (places["year"] - world.first).to_numpy())
    client, partner = ("exporter", "importer") if side == 0 else ("importer", "exporter")
    namesake = verdicts.namesake[(side, *place)]
    theirs = world.trade[(namesake, importer, place[2]) if side == 0 else (exporter, namesake, place[2])]
    score, reason = verdicts.score[(side, *place)], verdicts.reason[(side, *place)]
    suspect = score >= SUSPECT
    told = np.where(suspect, reason, np.int8(-1)).astype(np.int16)
    called = np.where(reason == REASONS.index("namesake"), namesake, np.int16(-1))
    second = None if context.second is None else pl.Series(context.second.trade[place], dtype=pl.Float64)
    return places.select(
        pl.col(client).alias("client"),
        pl.col(partner).alias("partner"),
        "year",
        pl.lit(DIRECTIONS[side], _DIRECTION).alias("direction"),
        "value",
        _known(context.jumps[place]).alias("jump"),
        _known(world.residual[place]).alias("above_gravity"),
        _known(np.where(namesake >= 0, theirs, np.float32(np.nan))).alias("namesake_value"),
        pl.Series(verdicts.dip[(side, *place)]).alias("namesake_dip"),
        pl.Series(context.grown[place]).alias("carried_on"),
        (pl.lit(None, pl.Float64) if second is None else second.fill_nan(None)).alias("second_value"),
        pl.Series(score).alias("score"),
        pl.Series(suspect).alias("suspect"),
        _word(told, _REASON).alias("reason"),
        _word(called, named).alias("namesake"),
    )


def _known(values: NDArray[np.float32]) -> pl.Series:
    """Make a column in which what is not a number is null."""
    return pl.Series(values).fill_nan(None)


def _word(places: NDArray[np.int16], words: pl.Enum) -> pl.Series:
    """Turn places in a list of words into the words; below 0 there is none."""
    choice = pl.Series([*words.categories.to_list(), None], dtype=words)
    return choice.gather(pl.Series(np.where(places < 0, len(choice) - 1, places)))
