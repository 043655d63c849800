"""Rows of what frames a bond: borders, alliances, rivalries, distances, capitals and size, from their panels."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from khasan.sources.actors import clip
from khasan.sources.correlates_trade import COMPILER
from khasan.sources.rows import observations, row_id, year_span
from khasan.sources.state_system import capital_distance

CONTEXT: dict[str, str | int | None] = {"basis": "derived", "credibility": 2, "locator": "R package peacesciencer"}
SINCE = pl.date(1945, 1, 1)
SINCE_YEAR = 1945
NEAR_KM = 4000
FAR_KM = 100
"""Shortest distance from which a file of distances contradicts a common land border of another file."""
_HELD = ("first_year", "last_year", "kilometres")
FAR_NOTE = f"doubtful: the file of distances has the two {FAR_KM} km or more apart"
OPEN_NOTE = "still in force at the end of the data"
DEFENCE = "alliance_defence"


def among(names: Iterable[str]) -> pl.Expr:
    """Whether both actors of a pair are among the names."""
    held = list(names)
    return pl.col("from_actor").is_in(held) & pl.col("to_actor").is_in(held)


def in_force(spells: pl.DataFrame, source: str, stem: pl.Expr, month: bool = False) -> pl.DataFrame:
    """Make rows with value 1 while something holds; the note says where it outlasts the file."""
    unit = pl.lit("in force") if "unit" not in spells.columns else pl.col("unit")
    value = pl.lit(1.0) if "value" not in spells.columns else pl.col("value").cast(pl.Float64())
    day = pl.col("start").dt.strftime("%Y-%m" if month else "%Y")
    rows = spells.filter(pl.col("end") >= SINCE).select(
        row_id("d", stem, pl.col("from_actor"), pl.col("to_actor"), day).alias("id"),
        "series",
        "from_actor",
        "to_actor",
        "start",
        "end",
        value.alias("value"),
        unit.alias("unit"),
        pl.when("open").then(pl.lit(OPEN_NOTE)).alias("note"),
    )
    return observations(rows, source=source, **CONTEXT)


def border_rows(borders: pl.DataFrame, near: Iterable[str], distances: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make rows of the neighbours of some actors by land and by sea, from the panel ``border``.

    Parameters
    ----------
    borders : DataFrame
        The panel.
    near : iterable of str
        Whose neighbours.
    distances : DataFrame, optional
        The panel ``distance``: a land border ends where the two are 100 km or more apart from then on, and what the
        file holds after that is marked doubtful.
    """
    if distances is not None:
        return pl.concat(_uncontradicted(borders, list(near), distances))
    land = pl.col("kind") == "land"
    spells = borders.filter(pl.col("one").is_in(list(near))).select(
        pl.col("one").alias("from_actor"),
        pl.col("other").alias("to_actor"),
        pl.format("contiguity_{}", "kind").alias("series"),
        pl.col("miles").alias("value"),
        pl.when(land).then(pl.lit("in force")).otherwise(pl.lit("miles")).alias("unit"),
        "kind",
        "start",
        "end",
        "open",
    )
    return in_force(spells, "cow-contiguity", pl.col("kind"), month=True)


def _uncontradicted(borders: pl.DataFrame, near: list[str], distances: pl.DataFrame) -> list[pl.DataFrame]:
    """Make rows of borders up to where the distances contradict them, and doubtful ones of what follows."""
    pair = ["one", "other"]
    both = pl.concat(
        [distances, distances.select(pl.col("other").alias("one"), pl.col("one").alias("other"), *_HELD)],
        how="diagonal",
    )
    touching = both.filter(pl.col("kilometres") < FAR_KM).group_by(pair).agg(pl.col("last_year").max().alias("touched"))
    last = both.group_by(pair).agg(pl.col("last_year").max().alias("known"), pl.col("first_year").min().alias("first"))
    joined = borders.join(last, on=pair, how="left").join(touching, on=pair, how="left")
    seen = pl.coalesce("touched", pl.col("first") - 1)
    wrong = (pl.col("kind") == "land") & (seen < pl.min_horizontal(pl.col("end").dt.year(), "known"))
    parted = joined.with_columns(wrong.fill_null(False).alias("wrong"), (seen + 1).alias("apart"))
    names = borders.columns
    kept = parted.with_columns(
        pl.when("wrong").then(pl.date(pl.col("apart") - 1, 12, 31)).otherwise("end").alias("end"),
        (pl.col("open") & ~pl.col("wrong")).alias("open"),
    ).filter(pl.col("end") >= pl.col("start"))
    doubted = parted.filter("wrong").with_columns(
        pl.max_horizontal("start", pl.date("apart", 1, 1)).alias("start"), pl.lit(False).alias("open")
    )
    rows = border_rows(doubted.select(names), near)
    return [
        border_rows(kept.select(names), near),
        rows.with_columns(pl.lit("doubtful").alias("status"), pl.lit(FAR_NOTE).alias("note")),
    ]


def alliance_pairs(alliances: pl.DataFrame) -> pl.DataFrame:
    """Name the panel ``alliance`` as rows are named, each pair in one order."""
    return alliances.filter(pl.col("one") < pl.col("other")).select(
        pl.col("one").alias("from_actor"),
        pl.col("other").alias("to_actor"),
        pl.format("alliance_{}", "commitment").alias("series"),
        "start",
        "end",
        "open",
    )


def alliance_spells(alliances: pl.DataFrame, circle: Iterable[str], opponents: Iterable[str]) -> pl.DataFrame:
    """Turn the panel ``alliance`` into spells among the circle, and of all defence partners of the opponents.

    An opponent stands first in its pairs, so that who joined its alliance stands second.
    """
    names, against = list(circle), list(opponents)
    pairs = alliance_pairs(alliances.filter(pl.col("compiler") == COMPILER))
    first, second = pl.col("from_actor").is_in(against), pl.col("to_actor").is_in(against)
    kept = pairs.filter(among(names) | ((first | second) & (pl.col("series") == DEFENCE)))
    turned = second & ~first
    return kept.with_columns(
        pl.when(turned).then("to_actor").otherwise("from_actor").alias("from_actor"),
        pl.when(turned).then("from_actor").otherwise("to_actor").alias("to_actor"),
    )


def alliance_rows(spells: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Make rows of spells of alliances, within the existence of both sides."""
    return in_force(clip(spells, actors), "cow-alliances", pl.col("series").str.strip_prefix("alliance_"))


def rivalry_rows(rivalries: pl.DataFrame, circle: Iterable[str], actors: pl.DataFrame) -> pl.DataFrame:
    """Make rows of the strategic rivalries among the circle, from the panel ``rivalry``."""
    spells = rivalries.rename({"one": "from_actor", "other": "to_actor"}).filter(among(circle))
    named = clip(spells, actors).with_columns(pl.lit("strategic_rivalry").alias("series"))
    return in_force(named, "thompson-rivalries", pl.lit("rivalry"))


def distance_rows(
    distances: pl.DataFrame,
    circle: Iterable[str],
    near: Iterable[str],
    allies: Iterable[str],
    *,
    outward_first: bool = True,
) -> pl.DataFrame:
    """Make rows of minimum distances among the circle, and from some actors to allies of the opponent nearby.

    A row stands where a distance first holds or changed, and in the last year of the file. With ``outward_first`` the
    ally stands second; without it a pair stands as in the panel, whoever else is in the circle.
    """
    names, around, friends = list(circle), list(near), list(allies)
    spells = distances.filter(pl.col("last_year") >= SINCE_YEAR).select(
        pl.col("one").alias("from_actor"),
        pl.col("other").alias("to_actor"),
        pl.col("first_year").clip(SINCE_YEAR).alias("first_year"),
        "last_year",
        pl.col("kilometres").alias("value"),
    )
    outward = pl.col("to_actor").is_in(around) & pl.col("from_actor").is_in(friends)
    inward = pl.col("from_actor").is_in(around) & pl.col("to_actor").is_in(friends)
    pair = ["from_actor", "to_actor"]
    ordered = spells.filter(among(names) | outward | inward).sort(*pair, "first_year")
    changed = pl.col("value").ne_missing(pl.col("value").shift(1).over(pair))
    last = pl.col("last_year") == pl.col("last_year").max().over(pair)
    firsts = ordered.filter(changed).select(*pair, pl.col("first_year").alias("year"), "value")
    lasts = ordered.filter(last).select(*pair, pl.col("last_year").alias("year"), "value")
    kept = pl.concat([firsts, lasts]).unique([*pair, "year"], keep="first", maintain_order=True)
    kept = kept.filter(among(names) | (pl.col("value") <= NEAR_KM))
    turn = outward & ~among(names) & pl.lit(outward_first)
    turned = kept.select(
        pl.when(turn).then("to_actor").otherwise("from_actor").alias("from_actor"),
        pl.when(turn).then("from_actor").otherwise("to_actor").alias("to_actor"),
        "year",
        pl.col("value").round(1),
    )
    rows = turned.select(
        row_id("d-mindist", pl.col("from_actor"), pl.col("to_actor"), pl.col("year")).alias("id"),
        *pair,
        *year_span(),
        "value",
    )
    return observations(rows, series="minimum_distance", unit="km", source="cshapes-distance", **CONTEXT)


def capital_rows(capitals: pl.DataFrame, circle: Iterable[str], near: Iterable[str]) -> pl.DataFrame:
    """Make rows of the coordinates of capitals of the circle and of allies nearby, and of distances in the circle."""
    names = list(circle)
    places = capitals.filter(pl.col("actor").is_in([*names, *near]) & (pl.col("end") >= SINCE))
    made = []
    for axis in ("latitude", "longitude"):
        rows = places.select(
            row_id(f"d-capital-{axis}", pl.col("actor"), pl.col("start").dt.year()).alias("id"),
            pl.col("actor").alias("from_actor"),
            pl.col("actor").alias("to_actor"),
            "start",
            "end",
            pl.col(axis).round(4).alias("value"),
            pl.col("capital").alias("note"),
        )
        made.append(
            observations(rows, series=f"capital_{axis}", unit="degrees", source="peacesciencer-capitals", **CONTEXT)
        )
    apart = capital_distance(places.filter(pl.col("actor").is_in(names))).select(
        row_id("d-capdist", pl.col("from_actor"), pl.col("to_actor"), pl.col("start").dt.year()).alias("id"),
        "from_actor",
        "to_actor",
        "start",
        "end",
        pl.col("value").round(1),
    )
    distances = observations(apart, series="capital_distance", unit="km", source="peacesciencer-capitals", **CONTEXT)
    return pl.concat([*made, distances])


def gdp_rows(state_years: pl.DataFrame, circle: Iterable[str], since: int) -> pl.DataFrame:
    """Make rows of the gross domestic product of the circle, from the panel ``state_year``."""
    kept = state_years.filter(
        (pl.col("measure") == "gdp") & pl.col("actor").is_in(list(circle)) & (pl.col("year") >= since)
    )
    rows = kept.select(
        row_id("d-gdp", pl.col("actor"), pl.col("year")).alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.col("actor").alias("to_actor"),
        *year_span(),
        "value",
    )
    return observations(rows, series="gdp_constant_2011", unit="USD million", source="anders-gdp", **CONTEXT)
