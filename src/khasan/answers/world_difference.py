"""Findings that rows of panels moved: shares of trade where flows, and agreement where votes, are other than before.

A revision of one flow moves a little every share of the two states in that year. What is listed is bounded: the share
of each of the two in the other's trade; and for a vote, the agreement in its year with the permanent members of the
Security Council, the actors of the triangles, and the other states whose votes changed that year. A year that only one
of the two states of the ledger covers is no revision and is left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import polars as pl

from khasan.answers.difference import FindingMoved, near
from khasan.ledger.finding import finding_key
from khasan.measures.world.alignment import alignment
from khasan.measures.world.dependence import dependence

_PAIR_YEAR = ["compiler", "actor", "partner", "year"]
_WHOLE = ("month", "goods", "reported_by")

Panels = Mapping[str, pl.DataFrame]


@cache
def permanent_members() -> tuple[str, ...]:
    """Return the permanent members of the Security Council, as ``permanent_members.csv`` lists them."""
    text = files("khasan.answers").joinpath("permanent_members.csv").read_text(encoding="utf-8")
    return tuple(row["actor"] for row in csv.DictReader(text.splitlines()))


def shares_moved(old: Panels, new: Panels, touched: pl.DataFrame) -> list[FindingMoved]:
    """Compare the shares of trade of the pairs whose flows were revised, added or withdrawn.

    Each is the finding ``trade_share`` of :mod:`khasan.measures.dependence`, by its formula and in its unit: ``share``
    (0 to 1); where nothing but zeros is recorded there is no share.

    Parameters
    ----------
    old, new : mapping of str to DataFrame
        Panels, of which ``trade_flow`` is read.
    touched : DataFrame
        ``exporter``, ``importer``, ``year``, ``compiler``, ``row``, ``source``.

    Returns
    -------
    list of FindingMoved
        Both sides of each pair and year, the largest change first.
    """
    flows = [_whole_flows(one["trade_flow"]) for one in (old, new)]
    covered = (
        flows[0]
        .select("compiler", "year")
        .unique()
        .join(flows[1].select("compiler", "year").unique(), on=["compiler", "year"])
    )
    kept = touched.join(covered, on=["compiler", "year"], how="semi")
    sides = [
        kept.select("compiler", "year", "row", "source", pl.col(one).alias("actor"), pl.col(other).alias("partner"))
        for one, other in (("importer", "exporter"), ("exporter", "importer"))
    ]
    pairs = pl.concat(sides).group_by(_PAIR_YEAR).agg(pl.col("row", "source").unique().sort())
    years = pairs.select("compiler", "year").unique()
    shares = []
    for frame in flows:
        whole = dependence(frame.join(years, on=["compiler", "year"], how="semi")).filter(pl.col("trade") > 0)
        shares.append(whole.select(*_PAIR_YEAR, "share"))
    beside = pairs.join(shares[0], on=_PAIR_YEAR, how="left").join(shares[1], on=_PAIR_YEAR, how="left", suffix="_new")
    found = [
        _finding(
            "trade_share",
            {"client": row["actor"], "partner": row["partner"], "year": row["year"], "compiler": row["compiler"]},
            row,
            row["share"],
            row["share_new"],
        )
        for row in beside.iter_rows(named=True)
        if _apart(row["share"], row["share_new"])
    ]
    return _largest_first(found)


def agreements_moved(old: Panels, new: Panels, touched: pl.DataFrame, beside: Iterable[str]) -> list[FindingMoved]:
    """Compare the agreement of states whose votes were revised, added or withdrawn with some others.

    Each is the finding ``agreement`` of :mod:`khasan.measures.alignment`, in the unit ``share`` (0 to 1).

    Parameters
    ----------
    old, new : mapping of str to DataFrame
        Panels, of which ``vote`` and ``roll_call`` are read.
    touched : DataFrame
        ``roll_call``, ``actor``, ``row``, ``source``.
    beside : iterable of str
        With whom each is compared, beside the others that were touched in the year.

    Returns
    -------
    list of FindingMoved
        The two states of a pair in the order of their codes, the largest change first.
    """
    calls = [one["roll_call"].select("roll_call", "year").unique() for one in (old, new)]
    years = calls[0].select("year").unique().join(calls[1].select("year").unique(), on="year")
    dated = touched.join(pl.concat(calls).unique("roll_call"), on="roll_call").join(years, on="year", how="semi")
    changed = dated.group_by("actor", "year").agg(pl.col("row", "source").unique().sort())
    shares = []
    for one, held in zip((old, new), calls, strict=True):
        listed = held.join(changed, on="year", how="semi")
        wanted = {*changed.get_column("actor"), *beside}
        given = one["vote"].filter(pl.col("actor").is_in(list(wanted))).join(listed, on="roll_call", how="semi")
        found = alignment(given.select("roll_call", "actor", "answer"), listed)
        shares.append(found.select("one", "other", "year", "agreement"))
    both = shares[0].join(shares[1], on=["one", "other", "year"], how="full", coalesce=True, suffix="_new")
    for end in ("one", "other"):
        both = both.join(
            changed.rename({"actor": end, "row": f"row_{end}", "source": f"source_{end}"}), on=[end, "year"], how="left"
        )
    close = list(beside)
    concerned = [pl.col(f"row_{end}").is_not_null() for end in ("one", "other")]
    fixed = [pl.col(end).is_in(close) for end in ("one", "other")]
    listed_pairs = both.filter((concerned[0] & concerned[1]) | (concerned[0] & fixed[1]) | (concerned[1] & fixed[0]))
    moved = []
    for row in listed_pairs.iter_rows(named=True):
        if _apart(row["agreement"], row["agreement_new"]):
            told = {name: [*(row[f"{name}_one"] or []), *(row[f"{name}_other"] or [])] for name in ("row", "source")}
            parameters = {"a": row["one"], "b": row["other"], "year": row["year"]}
            moved.append(_finding("agreement", parameters, told, row["agreement"], row["agreement_new"]))
    return _largest_first(moved)


def _whole_flows(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the flows of all goods in a whole year."""
    whole = frame.filter(*(pl.col(name).is_null() for name in _WHOLE))
    return whole.select("compiler", "exporter", "importer", "year", "value")


def _apart(one: float | None, other: float | None) -> bool:
    """Whether two values differ, also where only one is known."""
    return one is not other if one is None or other is None else not near(one, other)


def _finding(
    method: str,
    parameters: Mapping[str, str | int],
    row: Mapping[str, list[str]],
    old: float | None,
    new: float | None,
) -> FindingMoved:
    """Describe a share that moved; it has no interval, and the word of its source."""
    return FindingMoved(
        finding_key(method, parameters),
        method,
        parameters,
        old,
        new,
        "share",
        tuple(sorted(set(row["row"]))),
        tuple(sorted(set(row["source"]))),
        old_unit=None if old is None else "share",
    )


def _largest_first(found: list[FindingMoved]) -> list[FindingMoved]:
    """Sort by the size of the change; what came or went follows."""
    return sorted(found, key=lambda one: (one.change is None, -abs(one.change or 0.0), one.key))
