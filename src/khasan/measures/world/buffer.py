"""Buffers: every state that lies between a patron and the bloc of its rival, in every year."""

from __future__ import annotations

import polars as pl

from khasan.measures.world.alliances import alliances
from khasan.measures.world.inputs import check_for_columns, check_for_gaps
from khasan.measures.world.spells import spell_years

TRIPLE = ["patron", "client", "opponent", "year"]


def buffer(
    rivalry: pl.DataFrame, border: pl.DataFrame, alliance: pl.DataFrame, first: int, last: int, compiler: str = ""
) -> pl.DataFrame:
    """Whether each land neighbour of a patron is a buffer against each of the patron's rivals.

    1 if patron and opponent are strategic rivals and the client has a land border with the patron and with the
    opponent or a defence ally of it (not the patron itself); 0 if it touches the patron only.

    Parameters
    ----------
    rivalry : DataFrame
        ``one``, ``other`` (either order), ``start``, ``end``, ``open``.
    border : DataFrame
        ``one``, ``other`` (both orders), ``kind`` (land or sea), ``start``, ``end``, ``open``.
    alliance : DataFrame
        As :func:`khasan.measures.world.alliances.alliances` takes it.
    first, last : int
        Calendar years.
    compiler : str
        Whose alliances; by default a bloc is made of all that any compiler lists.

    Returns
    -------
    DataFrame
        One row a ``patron``, ``client``, ``opponent`` and ``year`` where the first and third are rivals and the first
        and second touch by land, sorted by these: ``buffer`` (0 or 1, unit ``yes or no``), ``hosts`` (states of the
        opponent's bloc that touch the client, a list), ``client_in_bloc``, ``bloc_neighbours`` (states of the bloc that
        touch the patron by land), ``without_client`` (the same were the client's territory the bloc's; both in the
        unit ``states``) and ``carried``, whether anything is read as still true after the end of its file. A triple
        without a row is no buffer, or its years are not on file.

    Raises
    ------
    InputError
        For missing columns and empty cells.

    Source: Fazal, State death in the international system (2004), for a state between two rivals; Thompson, Sakuwa and
    Suhas, Analyzing strategic rivalries in world politics (2021); direct contiguity of the Correlates of War.
    """
    land, bloc = _land(border, first, last), _bloc(alliance, first, last, compiler)
    pairs = _rivals(rivalry, first, last)
    members = pl.concat([bloc, _opponents_alone(pairs)]).unique(["opponent", "year", "member"], keep="first")
    triples = pairs.join(land.rename({"state": "patron", "neighbour": "client"}), on=["patron", "year"]).filter(
        pl.col("client") != pl.col("opponent")
    )
    near = land.join(members.rename({"member": "neighbour"}), on=["neighbour", "year"], suffix="_bloc")
    hosts = (
        triples.select(TRIPLE)
        .join(near.rename({"state": "client", "neighbour": "host"}), on=["client", "opponent", "year"])
        .filter(pl.col("host") != pl.col("patron"))
        .group_by(TRIPLE)
        .agg(
            pl.col("host").sort().alias("hosts"),
            (pl.col("carried") | pl.col("carried_bloc")).any().alias("carried_near"),
        )
    )
    around = (
        near.rename({"state": "patron"})
        .group_by("patron", "opponent", "year")
        .agg(pl.len().cast(pl.Int64()).alias("bloc_neighbours"))
    )
    inside = members.select("opponent", "year", pl.col("member").alias("client"), pl.lit(True).alias("client_in_bloc"))
    found = (
        triples.join(hosts, on=TRIPLE, how="left")
        .join(around, on=["patron", "opponent", "year"], how="left")
        .join(inside, on=["client", "opponent", "year"], how="left")
        .with_columns(pl.col("client_in_bloc").fill_null(False), pl.col("bloc_neighbours").fill_null(0))
    )
    return found.select(
        *TRIPLE,
        pl.col("hosts").is_not_null().cast(pl.Int64()).alias("buffer"),
        pl.col("hosts").fill_null([]),
        "client_in_bloc",
        "bloc_neighbours",
        (pl.col("bloc_neighbours") + (~pl.col("client_in_bloc")).cast(pl.Int64())).alias("without_client"),
        (pl.col("carried") | pl.col("carried_right") | pl.col("carried_near").fill_null(False)).alias("carried"),
    ).sort(TRIPLE)


def _rivals(rivalry: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """List rivals in both orders: ``patron``, ``opponent``, ``year``, ``carried``."""
    check_for_columns(rivalry, ("one", "other"), "rivalries")
    check_for_gaps(rivalry, ("one", "other"), "rivalries")
    yearly = spell_years(rivalry, first, last, "rivalries")
    sides = [
        yearly.select(pl.col(ours).alias("patron"), pl.col(theirs).alias("opponent"), "year", "carried")
        for ours, theirs in (("one", "other"), ("other", "one"))
    ]
    return pl.concat(sides).group_by("patron", "opponent", "year").agg(pl.col("carried").all())


def _land(border: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """List land neighbours in both orders: ``state``, ``neighbour``, ``year``, ``carried``."""
    check_for_columns(border, ("one", "other", "kind"), "borders")
    check_for_gaps(border, ("one", "other", "kind"), "borders")
    yearly = spell_years(border.filter(pl.col("kind") == "land"), first, last, "borders")
    sides = [
        yearly.select(pl.col(ours).alias("state"), pl.col(theirs).alias("neighbour"), "year", "carried")
        for ours, theirs in (("one", "other"), ("other", "one"))
    ]
    return pl.concat(sides).group_by("state", "neighbour", "year").agg(pl.col("carried").all())


def _bloc(alliance: pl.DataFrame, first: int, last: int, compiler: str) -> pl.DataFrame:
    """List ``opponent``, ``member``, ``year``, ``carried``: defence allies, whichever of the two is committed."""
    listed = alliance.filter(pl.col("compiler") == compiler) if compiler else alliance
    allied = alliances(listed, first, last).filter(pl.col("defence"))
    sides = [
        allied.select(pl.col(ours).alias("opponent"), pl.col(theirs).alias("member"), "year", "carried")
        for ours, theirs in (("one", "other"), ("other", "one"))
    ]
    return pl.concat(sides).group_by("opponent", "member", "year").agg(pl.col("carried").all())


def _opponents_alone(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count each opponent itself as of its bloc."""
    own = pairs.select("opponent", pl.col("opponent").alias("member"), "year", pl.lit(False).alias("carried"))
    return own.unique()
