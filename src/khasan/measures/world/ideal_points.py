"""Ideal points: where each state stands in the General Assembly, session by session, on one scale.

Agreement changes with what is put to the vote; ideal points allow for it, since each resolution has cut points of its
own. They are estimates with an interval, on one dimension that the votes themselves choose.
"""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.vote_book import ANSWERS
from khasan.measures.world.alignment import check_for_answers
from khasan.measures.world.graded_response import ABSTAIN, NO, YES, Ballots, Matrix, sample_positions
from khasan.measures.world.inputs import check_for_columns, check_for_gaps, check_for_repeats
from khasan.measures.world.places import places_held
from khasan.measures.world.recurring import recurring_items

BEFORE_FIRST_SESSION = 1945
"""A session opens in the year of this plus its number; the first met in 1946."""

ANCHORS = "anchors.csv"
"""Table of whose side of a scale is positive, as in the published series."""

WIDTH = 1.6449
"""Standard errors on either side of a 90 percent interval of a normal distribution."""

GRADES = {"no": NO, "abstain": ABSTAIN, "yes": YES}

SCHEMA = {
    "actor": pl.String(),
    "session": pl.Int64(),
    "year": pl.Int64(),
    "ideal_point": pl.Float64(),
    "standard_error": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "votes": pl.Int64(),
}


def ideal_points(
    votes: pl.DataFrame,
    roll_calls: pl.DataFrame,
    actors: pl.DataFrame | None = None,
    positive: str | None = None,
    draws: int = 150,
    warm_up: int = 60,
    seed: int = 1946,
) -> pl.DataFrame:
    """Ideal points of all states in all sessions, by the dynamic graded response model of Bailey and others.

    ``P(yes) = P(z >= high_j)``, ``P(no) = P(z < low_j)``, ``z = beta_j theta_it + e``, ``e ~ N(0, 1)``; the points of a
    state walk at random from session to session, and a resolution that comes back keeps its slope and cut points
    (:func:`khasan.measures.world.recurring.recurring_items`). Values are means over draws from the joint distribution
    (:mod:`khasan.measures.world.graded_response`); the same votes and seed give the same values. Unanimous
    resolutions say nothing and are left out.

    Parameters
    ----------
    votes : DataFrame
        ``roll_call``, ``actor``, ``answer`` (yes, abstain or no); a state that did not vote has no row.
    roll_calls : DataFrame
        ``roll_call``, ``session`` and, to tell which resolutions come back, ``title``.
    actors : DataFrame, optional
        ``actor`` and ``predecessor``: a successor goes on from where its predecessor stood
        (:func:`khasan.measures.world.places.places_held`).
    positive : str, optional
        Actor whose side of the scale is positive; the one of ``anchors.csv`` where not given, and the first by id where
        it never voted.
    draws, warm_up, seed : int
        Draws kept, draws thrown away before, and where the random numbers begin.

    Returns
    -------
    DataFrame
        One row a state and session in which it voted on anything that was not unanimous: ``actor`` (who held the place
        in the session's year, as its votes name it), ``session``, ``year`` (1945 + session), ``ideal_point`` with
        ``standard_error`` and the 90 percent interval ``low`` to ``high``, in standard deviations over all states and
        sessions (no other unit), and ``votes``, the roll calls on which it rests. Empty where fewer than two states
        voted on anything contested.

    Raises
    ------
    InputError
        For missing columns, unknown answers, two answers of one state in a roll call, and roll calls without a session.

    Source: Bailey, Strezhnev and Voeten, Estimating dynamic state preferences from United Nations voting data, Journal
    of Conflict Resolution 61 (2017) 430-456. Their step variance is half a session's share of the votes of it and the
    session before; here it is 0.25 throughout.
    """
    check_for_answers(votes)
    check_for_columns(roll_calls, ("roll_call", "session"), "roll calls")
    check_for_gaps(roll_calls, ("roll_call", "session"), "roll calls")
    check_for_repeats(roll_calls, ("roll_call",), "roll calls")
    if draws < 2 or warm_up < 0:
        raise InputError(f"{draws} draws after {warm_up} thrown away give no interval; keep two or more")
    cast = _informative(votes, roll_calls, actors)
    if cast.get_column("place").n_unique() < 2:
        return pl.DataFrame(schema=SCHEMA)
    coded = cast.select(
        *(pl.col(name).rank("dense").cast(pl.Int32()) - 1 for name in ("item", "place")),
        (pl.col("session") - pl.col("session").min()).cast(pl.Int32()).alias("period"),
        pl.col("answer").cast(pl.Enum(ANSWERS)).cast(pl.String()).replace_strict(GRADES, return_dtype=pl.Int8()),
    )
    ballots = _ballots(coded)
    anchor = cast.filter(pl.col("actor") == (positive or _published_side())).get_column("place")
    side = anchor[0] if len(anchor) else cast.get_column("place").min()
    places = cast.get_column("place").unique().sort()
    start = _first_positions(coded, ballots, places.to_list().index(side))
    positions = sample_positions(ballots, start, draws, warm_up, seed)
    return _rows(cast, places, positions)


def _published_side() -> str:
    """Return the actor whose side is positive in the published series, from ``anchors.csv``."""
    text = files("khasan.measures.world").joinpath(ANCHORS).read_text(encoding="utf-8")
    return next(row["positive"] for row in csv.DictReader(text.splitlines()) if row["scale"] == "ideal_point")


def _informative(votes: pl.DataFrame, roll_calls: pl.DataFrame, actors: pl.DataFrame | None) -> pl.DataFrame:
    """Return the votes on items that were not unanimous, with session, item and place, in an order that is their own.

    The order does not depend on that of the rows given, so that the draws do not either.
    """
    listed = roll_calls.select("roll_call", pl.col("session").cast(pl.Int64())).join(
        recurring_items(roll_calls), on="roll_call"
    )
    cast = votes.select("roll_call", "actor", pl.col("answer").cast(pl.String())).join(
        listed, on="roll_call", how="left"
    )
    lost = cast.filter(pl.col("session").is_null()).get_column("roll_call").unique().sort()
    if len(lost):
        raise InputError(f"votes: {len(lost)} roll calls are not listed among the roll calls, the first {lost[0]}")
    placed = cast.join(places_held(votes, actors), on="actor")
    split = placed.group_by("item").agg(pl.col("answer").n_unique().alias("answers")).filter(pl.col("answers") > 1)
    return placed.join(split.select("item"), on="item", how="semi").sort("item", "place", "roll_call")


def _ballots(coded: pl.DataFrame) -> Ballots:
    """Part the votes by answer, for the sampler."""
    item, place, period, grade = (coded.get_column(name).to_numpy() for name in ("item", "place", "period", "answer"))
    periods = int(period.max()) + 1
    cell = place * periods + period
    parts = [grade == answer for answer in (NO, ABSTAIN, YES)]
    return Ballots(
        items=(item[parts[NO]], item[parts[ABSTAIN]], item[parts[YES]]),
        cells=(cell[parts[NO]], cell[parts[ABSTAIN]], cell[parts[YES]]),
        item_count=int(item.max()) + 1,
        voters=int(place.max()) + 1,
        periods=periods,
    )


def _first_positions(coded: pl.DataFrame, ballots: Ballots, positive: int) -> Matrix:
    """Place each state, the same in all sessions, on the first principal component of its votes."""
    item, place, grade = (coded.get_column(name).to_numpy() for name in ("item", "place", "answer"))
    mean = np.bincount(item, grade, ballots.item_count) / np.bincount(item, minlength=ballots.item_count)
    cells = place.astype(np.int64) * ballots.item_count + item
    table = np.bincount(cells, grade - mean[item], ballots.voters * ballots.item_count)
    table = table.reshape(ballots.voters, ballots.item_count)
    component = np.linalg.eigh(table @ table.T)[1][:, -1]
    component = component if component[positive] >= 0 else -component
    return np.repeat(component[:, None], ballots.periods, axis=1)


def _rows(cast: pl.DataFrame, places: pl.Series, positions: Matrix) -> pl.DataFrame:
    """Turn draws into one row a state and session in which it voted."""
    voted = (
        cast.group_by("place", "session", "actor")
        .agg(pl.len().alias("own"))
        .sort("own", "actor", descending=[True, False])
        .group_by("place", "session", maintain_order=True)
        .agg(pl.col("actor").first(), pl.col("own").sum().cast(pl.Int64()).alias("votes"))
    )
    first = int(cast.get_column("session").min())  # type: ignore[arg-type]
    place = voted.get_column("place").replace_strict(places, pl.Series(range(len(places))), return_dtype=pl.Int64())
    period = voted.get_column("session") - first
    of_cell = positions[:, place.to_numpy(), period.to_numpy()]
    mean, error = of_cell.mean(axis=0), of_cell.std(axis=0, ddof=1)
    return (
        voted.with_columns(
            (pl.col("session") + BEFORE_FIRST_SESSION).alias("year"),
            pl.Series("ideal_point", mean),
            pl.Series("standard_error", error),
            pl.Series("low", mean - WIDTH * error),
            pl.Series("high", mean + WIDTH * error),
        )
        .select(list(SCHEMA))
        .sort("actor", "session")
    )
