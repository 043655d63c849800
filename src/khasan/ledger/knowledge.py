"""Conflicts, readings and corroboration: which rows contradict, stand beside or support each other."""

from __future__ import annotations

import polars as pl

KEY = ("series", "from_actor", "to_actor", "start", "end", "unit", "compiler", "basis", "excludes")
"""What two rows must share to be able to contradict each other; scenario is dealt with through estimate_id."""


def conflicts(observation: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose key another row holds with another value and another origin.

    Rows with one ``estimate_id`` are one estimate under several assumptions and never a conflict; doubtful and
    retracted rows contest nothing.

    Parameters
    ----------
    observation : DataFrame
        Rows of a snapshot.

    Returns
    -------
    DataFrame
        The rows in conflict with ``conflict``, the number of their group.
    """
    frame = observation.filter(pl.col("status").is_null())
    frame = frame.with_columns(_scenario=pl.when(pl.col("estimate_id").is_null()).then(pl.col("scenario")))
    keys = [*KEY, "_scenario"]
    filled = [pl.col(key).cast(pl.String).fill_null("") for key in keys]
    frame = frame.with_columns(_key=pl.concat_str(filled, separator="|"))
    apart = (pl.col("value").n_unique().over("_key") > 1) & (pl.col("origin").fill_null("").n_unique().over("_key") > 1)
    one_estimate = (pl.col("estimate_id").n_unique().over("_key") == 1) & pl.col("estimate_id").is_not_null()
    frame = frame.filter(apart & one_estimate.not_())
    return (
        frame.with_columns(conflict=pl.col("_key").rank("dense").cast(pl.Int64))
        .drop("_key", "_scenario")
        .sort("conflict", "id")
    )


def readings(observation: pl.DataFrame) -> pl.DataFrame:
    """Return one row a reading (compiler, basis and what is left out) for rows of one series, pair and period.

    Compilers are never mixed: values of several compilers stand side by side. Within a reading the best graded
    row that is no reprint comes first; other values of that reading are kept in ``others``.
    """
    ranked = best_first(observation)
    groups = ["series", "from_actor", "to_actor", "start", "end", "compiler", "basis", "excludes", "scenario"]
    return ranked.group_by(groups, maintain_order=True).agg(
        pl.all().exclude(groups).first(), others=pl.col("value").unique().sort()
    )


def best_first(observation: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by how far they may be trusted: digit, letter, originals before reprints, later publications first."""
    return observation.sort(
        "credibility",
        "reliability",
        "reprint",
        "published",
        "id",
        descending=[False, False, False, True, False],
        nulls_last=True,
    )


def origin_closure(origin: pl.DataFrame, one: str) -> frozenset[str]:
    """Return an origin with all origins on which it rests, followed to the end."""
    rests = {
        row["id"]: [part.strip() for part in (row["rests_on"] or "").split(";") if part.strip()]
        for row in origin.iter_rows(named=True)
    }
    seen: set[str] = set()
    waiting = [one]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(rests.get(current, []))
    return frozenset(seen)


def corroborates(origin: pl.DataFrame, one: str, other: str) -> bool:
    """Whether two origins have nothing in common, so that agreement between them supports a number.

    Three newspapers with one customs table are one origin.
    """
    return not origin_closure(origin, one) & origin_closure(origin, other)


def corroboration(origin: pl.DataFrame, observation: pl.DataFrame, tolerance: float = 0.02) -> pl.DataFrame:
    """Return the pairs of rows of one series, pair, period and unit that agree and have independent origins.

    Parameters
    ----------
    origin : DataFrame
        Table ``origin``.
    observation : DataFrame
        Rows of a snapshot.
    tolerance : float
        Largest difference, as a share of the larger value, that still counts as agreement.

    Returns
    -------
    DataFrame
        Columns ``id`` and ``id_other``.
    """
    keys = ["series", "from_actor", "to_actor", "start", "end", "unit"]
    frame = observation.filter(pl.col("status").is_null() & pl.col("origin").is_not_null()).select(
        "id", "origin", "value", *keys
    )
    pairs = frame.join(frame, on=keys, suffix="_other").filter(
        (pl.col("id") < pl.col("id_other")) & (pl.col("origin") != pl.col("origin_other"))
    )
    larger = pl.max_horizontal(pl.col("value").abs(), pl.col("value_other").abs())
    pairs = pairs.filter((pl.col("value") - pl.col("value_other")).abs() <= tolerance * larger)
    kept = [corroborates(origin, one, other) for one, other in pairs.select("origin", "origin_other").rows()]
    return pairs.filter(pl.Series(kept, dtype=pl.Boolean())).select("id", "id_other")
