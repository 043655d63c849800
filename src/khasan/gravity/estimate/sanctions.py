"""Sanctions as regressors: who restricts whose trade, how deeply and in which direction, as dated spells of pairs.

Depth is one of ``listing`` (persons, vessels), ``partial`` (some goods, or a cap) and ``full`` (all goods). Which kind
of restriction is how deep stands in ``depth.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

import polars as pl

from khasan.ledger.actors import Actors, split
from khasan.ledger.errors import InputError

DEPTHS = ("listing", "partial", "full")
"""From shallow to deep."""

DIRECTIONS = ("import", "export")
"""Of trade, seen from the target."""

SPLITS = ("sender", "depth", "direction")
"""What regressors may be told apart by."""

COLUMNS = ("sender", "target", "start", "end", "direction", "depth")


def sanctions_of(restriction: pl.DataFrame, actors: Actors, everybody: Collection[str]) -> pl.DataFrame:
    """Turn restrictions of a ledger into sanctions of one state on another.

    Parameters
    ----------
    restriction : DataFrame
        The table ``restriction``: ``sender``, ``target``, ``date``, ``until``, ``binds``, ``kind``, ``direction``
        (several with semicolons), ``what``.
    actors : Actors
        For members of groups.
    everybody : collection of str
        Who counts as bound where a measure binds all.

    Returns
    -------
    DataFrame
        ``by`` (who passed it), ``sender`` (who must obey), ``target``, ``start``, ``end`` (null while in force),
        ``direction`` (import, export), ``depth``; measures that are not on goods have no row.
    """
    rows: list[dict[str, object]] = []
    for row in restriction.iter_rows(named=True):
        named = split(row["direction"])
        ways = [way for way in DIRECTIONS if way in named or "both" in named]
        sender = actors.by_id.get(row["sender"])
        if (row["binds"] or "").startswith("all"):
            bound: Sequence[str] = sorted(everybody)
        elif sender is not None and sender.members:
            bound = sender.members
        else:
            bound = (row["sender"],)
        rows += [
            {
                "by": row["sender"], "sender": one, "target": row["target"], "start": row["date"], "end": row["until"],
                "direction": way, "depth": depth_of(row["kind"], row["what"]),
            }
            for one in bound if one != row["target"] for way in ways
        ]  # fmt: skip
    columns = {"by": pl.String, "sender": pl.String, "target": pl.String, "start": pl.Date, "end": pl.Date,
               "direction": pl.String, "depth": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=columns)


def sanction_spells(sanctions: pl.DataFrame, split_by: Collection[str] = (), name: str = "sanction") -> pl.DataFrame:
    """Lay sanctions out as spells of directed pairs under the names of regressors.

    Parameters
    ----------
    sanctions : DataFrame
        ``sender``, ``target``, ``start``, ``end`` (null while in force), ``direction`` (import, export or both, seen
        from the target), ``depth``; ``by``, if there is one, is the sender's name in a regressor.
    split_by : collection of str
        Which of :data:`SPLITS` get regressors of their own; without any there is one for all.
    name : str
        First part of a regressor's name; its other parts follow after colons.

    Returns
    -------
    DataFrame
        ``regressor``, ``exporter``, ``importer``, ``start``, ``end``, ``depth`` (rank from 0).

    Raises
    ------
    InputError
        For a column that is missing or a word that is not known.
    """
    for column in COLUMNS:
        if column not in sanctions.columns:
            raise InputError(f"sanctions, column {column}: missing; it needs {', '.join(COLUMNS)}")
    for part in split_by:
        if part not in SPLITS:
            raise InputError(f"split {part!r}: not known; sanctions are told apart by {', '.join(SPLITS)}")
    for column, words in (("direction", (*DIRECTIONS, "both")), ("depth", DEPTHS)):
        wrong = sanctions.filter(~pl.col(column).is_in(words) | pl.col(column).is_null())
        if wrong.height:
            raise InputError(f"sanctions, column {column}: {wrong.item(0, column)!r}; choose {', '.join(words)}")
    if sanctions["start"].null_count():
        raise InputError("sanctions, column start: a day is missing; every sanction has a first day")
    ways = pl.when(pl.col("direction") == "both").then(pl.lit(list(DIRECTIONS))).otherwise(pl.concat_list("direction"))
    each = sanctions.with_columns(ways.alias("direction")).explode("direction")
    imports = pl.col("direction") == "import"
    whose = pl.col("by") if "by" in sanctions.columns else pl.col("sender")
    parts = {"sender": whose, "depth": pl.col("depth"), "direction": pl.col("direction")}
    return each.select(
        pl.concat_str(pl.lit(name), *(parts[part] for part in SPLITS if part in split_by), separator=":").alias(
            "regressor"
        ),
        pl.when(imports).then("sender").otherwise("target").alias("exporter"),
        pl.when(imports).then("target").otherwise("sender").alias("importer"),
        "start",
        "end",
        pl.col("depth").replace_strict({word: rank for rank, word in enumerate(DEPTHS)}, return_dtype=pl.Int64),
    )


def depth_of(kind: str, what: str) -> str:
    """Return how deep a kind of restriction is; unit: a word of :data:`DEPTHS`.

    Source: ``depth.csv``, read from the top; the first line that fits counts.
    """
    for fitting, pattern, depth in _depths():
        if fitting == kind and fnmatchcase((what or "").strip().lower(), pattern):
            return depth
    raise InputError(f"restriction of kind {kind!r}: no depth known; kinds are ban, cap, restriction, listing")


@cache
def _depths() -> tuple[tuple[str, str, str], ...]:
    """Return the lines of ``depth.csv``."""
    text = files("khasan.gravity.estimate").joinpath("depth.csv").read_text(encoding="utf-8")
    return tuple((row["kind"], row["what"], row["depth"]) for row in csv.DictReader(text.splitlines()))
