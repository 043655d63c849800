"""Equidistance: where a patron stands between two states, layer by layer; a lean above 0 is towards ``one``.

Layers stay visible and are never summed: trade against an expectation, votes, and public acts as counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.alignment import agreement
from khasan.measures.expected_trade import CORNERS, DISTANCE, SIZE, compared
from khasan.measures.ideal_lean import ESTIMATED, lean_points
from khasan.measures.spans import check_span, places_over
from khasan.measures.thirds import change_over_thirds
from khasan.measures.trade_book import trade_book

PLAIN = "Trade is as reported; what is expected is a plain rule of size and distance, not an estimated gravity model."
AGENDA = "Agreement drifts with the agenda; a lean in ideal points does not."
COUNTS = "Events are counted as recorded, whatever their weight: an act that ends a treaty counts as one that makes it."

PARTS = ("treaty", "visit", "agreement", "link")
"""Parts of events (see ``event_kinds.csv``) that are acts between states."""

_CAVEATS = {"trade": PLAIN, "votes": AGENDA, "points": ESTIMATED}
LAYERS, FEWEST = tuple(_CAVEATS), 9
"""Layers with a value a year, of which a drift can be taken, and the years below which none is."""


def lean_trade(snapshot: Snapshot, patron: str, one: str, other: str, year: int, compiler: str = "") -> Finding | None:
    """Lean of a patron between two states in its trade, against what their size and distance let expect.

    ``0.5 * [log(X_p1 / E_p1) - log(X_p2 / E_p2)]`` with ``X_pk`` the two-way trade by one compiler and
    ``E_pk = GDP_k ** g / distance_pk ** d`` (distance between capitals; the patron's own GDP cancels). The value takes
    ``g = d = 1``; low and high let ``g`` run from 0.8 to 1.0 and ``d`` from 0.7 to 1.3.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, one, other : str
        Actors; in years before one existed its predecessor is asked, and named in a caveat.
    year : int
        Calendar year.
    compiler : str
        Whose trade numbers; compilers are never mixed.

    Returns
    -------
    Finding or None
        Value in the unit ``log points``, above 0 towards ``one``; None where trade, GDP or distance has no data or the
        recorded trade is 0. ``detail`` holds ``trade_one`` and ``trade_other`` in USD million, ``directions``,
        ``gdp_ratio`` and ``distance_ratio`` (one over other).

    Source: Head and Mayer, Gravity equations: workhorse, toolkit, and cookbook (2014), for the elasticities; the
    casebook's compiler.
    """
    ratios = compared(snapshot, patron, one, other, year, compiler)
    if ratios is None:
        return None
    corners = [ratios.lean(size, distance) for size, distance in CORNERS]
    return make_finding(
        snapshot,
        "lean_trade",
        {"patron": patron, "one": one, "other": other, "year": year, "compiler": compiler},
        ratios.rows,
        ratios.lean(),
        "log points",
        low=min(*corners, ratios.lean()),
        high=max(*corners, ratios.lean()),
        channel=ratios.channel,
        caveats=[*ratios.caveats, PLAIN],
        detail={**ratios.parts, "year": year, "compiler": compiler, "size": list(SIZE), "distance": list(DISTANCE)},
    )


def lean_votes(snapshot: Snapshot, patron: str, one: str, other: str, year: int) -> Finding | None:
    """Lean of a patron between two states in the General Assembly.

    ``(A_p1 - A_p2) / (A_p1 + A_p2)`` with ``A_pk`` the agreement of patron and k (see
    :func:`khasan.measures.alignment.agreement`).

    Returns
    -------
    Finding or None
        Value in the unit ``lean`` (-1 to 1), above 0 towards ``one``; low and high are the value. None where either
        agreement has no data or both are 0. ``detail`` holds the two agreements and their ``votes``.

    Source: the agreement lean beside ideal points, after Bailey, Strezhnev and Voeten (2017).
    """
    ours, theirs = (agreement(snapshot, patron, state, year) for state in (one, other))
    if ours is None or theirs is None or ours.value + theirs.value <= 0 or ours.evidence == theirs.evidence:
        return None
    return make_finding(
        snapshot,
        "lean_votes",
        {"patron": patron, "one": one, "other": other, "year": year},
        [*ours.evidence, *theirs.evidence],
        (ours.value - theirs.value) / (ours.value + theirs.value),
        "lean",
        channel=ours.channel,
        caveats=[*ours.caveats, *theirs.caveats, AGENDA],
        detail={
            "year": year,
            "agreement_one": ours.value,
            "agreement_other": theirs.value,
            "votes_one": ours.detail["votes"],
            "votes_other": theirs.detail["votes"],
        },
    )


def lean_record(
    snapshot: Snapshot, patron: str, one: str, other: str, first: int, last: int, part: str
) -> Finding | None:
    """Lean of a patron between two states in its recorded acts of one kind.

    ``(n_1 - n_2) / (n_1 + n_2)`` with ``n_k`` the events of the part whose actors hold the patron and k (or their
    predecessors) but not the other state. Events that are contradicted or cannot be judged (digits 5, 6) do not count.

    Parameters
    ----------
    part : str
        Part of the event in a measure, as ``event_kinds.csv`` lists them: ``treaty``, ``visit`` and others.

    Returns
    -------
    Finding or None
        Value in the unit ``lean`` (-1 to 1), above 0 towards ``one``; None where both counts are 0. ``detail`` holds
        ``events_one`` and ``events_other``.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: the events named in the evidence.
    """
    check_span(first, last)
    lines = [set(snapshot.actors.lineage(actor)) for actor in (patron, one, other)]
    counted: tuple[list[str], list[str]] = ([], [])
    frame = snapshot.event.filter(
        (pl.col("part") == part) & (pl.col("credibility") <= 4) & pl.col("date").dt.year().is_between(first, last)
    )
    for row, actors in frame.select("id", "actors").iter_rows():
        present = [bool(line & set(split(actors))) for line in lines]
        if present[0] and present[1] != present[2]:
            counted[0 if present[1] else 1].append(row)
    ours, theirs = len(counted[0]), len(counted[1])
    if ours + theirs == 0:
        return None
    return make_finding(
        snapshot,
        "lean_record",
        {"patron": patron, "one": one, "other": other, "first": first, "last": last, "part": part},
        [*counted[0], *counted[1]],
        (ours - theirs) / (ours + theirs),
        "lean",
        caveats=[COUNTS],
        detail={"part": part, "events_one": ours, "events_other": theirs, "first": first, "last": last},
    )


def drift(
    snapshot: Snapshot, patron: str, one: str, other: str, layer: str, first: int, last: int, compiler: str = ""
) -> Finding | None:
    """Change of a lean over a span: its mean over the last third of the years with data, less that over the first.

    Low and high come from blocks of years resampled within each third (see
    :func:`khasan.measures.thirds.change_over_thirds`), on trade the widest over the range of elasticities.

    Parameters
    ----------
    layer : str
        ``trade``, by the numbers of ``compiler``, ``votes`` (agreement) or ``points`` (ideal points).

    Returns
    -------
    Finding or None
        Value in the unit of the lean, above 0 where the patron moved towards ``one``; None with fewer than nine years
        of data. ``detail`` holds ``years`` with data and the span and mean of both thirds.

    Raises
    ------
    InputError
        For a layer that is not listed, and where ``first`` lies after ``last``.

    Source: see :func:`lean_trade`, :func:`lean_votes` and, for the interval, Kuensch (1989).
    """
    check_span(first, last)
    if layer not in LAYERS:
        raise InputError(f"unknown layer {layer!r} of a drift; known are {', '.join(LAYERS)}")
    points = [
        point
        for year in range(first, last + 1)
        if (point := _point(snapshot, patron, one, other, layer, year, compiler)) is not None
    ]
    if len(points) < FEWEST:
        return None
    years, third = [point.year for point in points], len(points) // 3
    readings = np.array([point.readings for point in points]).T
    changes = [change_over_thirds(reading) for reading in readings]
    of_trade = layer == "trade"
    name = compiler if of_trade else ""
    asked: dict[str, str | int] = {
        "patron": patron,
        "one": one,
        "other": other,
        "layer": layer,
        "first": first,
        "last": last,
    }
    return make_finding(
        snapshot,
        "drift",
        {**asked, "compiler": name},
        [row for point in points for row in point.rows],
        changes[0][0],
        "log points" if of_trade else "lean",
        low=min(end for change in changes for end in change),
        high=max(end for change in changes for end in change),
        channel=points[0].channel,
        caveats=[*places_over(snapshot, years, patron, one, other), _CAVEATS[layer]],
        detail={
            "layer": layer,
            "compiler": name,
            "years": years,
            "early": {"first": years[0], "last": years[third - 1], "mean": float(readings[0, :third].mean())},
            "late": {"first": years[-third], "last": years[-1], "mean": float(readings[0, -third:].mean())},
        },
    )


def equidistance(snapshot: Snapshot, patron: str, one: str, other: str, first: int, last: int) -> list[Finding]:
    """Return every layer of where a patron stands: yearly leans, records over the span, and drifts.

    Trade has one lean a year and compiler; a layer without data is absent. Leans and drifts on trade are in the unit
    ``log points``, all others in the unit ``lean``.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: see :func:`lean_trade`, :func:`lean_votes`, :func:`khasan.measures.ideal_lean.lean_points`,
    :func:`lean_record` and :func:`drift`.
    """
    check_span(first, last)
    years = range(first, last + 1)
    line = snapshot.actors.lineage(patron)
    compilers = sorted({name for year in years for name, _ in trade_book(snapshot).readings(line, year)})
    found = [lean_trade(snapshot, patron, one, other, year, name) for name in compilers for year in years]
    found += [lean_votes(snapshot, patron, one, other, year) for year in years]
    found += [lean_points(snapshot, patron, one, other, year) for year in years]
    found += [lean_record(snapshot, patron, one, other, first, last, part) for part in PARTS]
    found += [drift(snapshot, patron, one, other, "trade", first, last, name) for name in compilers]
    found += [drift(snapshot, patron, one, other, layer, first, last) for layer in ("votes", "points")]
    return [finding for finding in found if finding is not None]


def layers_disagree(findings: Sequence[Finding]) -> bool:
    """Whether the latest leans on trade and votes and the lean on treaties point to different sides.

    A lean whose interval holds 0 points to neither side. Where several compilers give trade in the latest year, each
    counts.

    No unit: true or false.

    Source: the findings given, by the rule above.
    """
    latest = [*_latest(findings, "lean_trade"), *_latest(findings, "lean_votes")]
    latest += [one for one in findings if one.method == "lean_record" and one.detail["part"] == "treaty"]
    return any(one.low > 0 for one in latest) and any(one.high < 0 for one in latest)


@dataclass(frozen=True, slots=True)
class _Point:
    """A lean in one year: its value, the same under other elasticities, and the rows behind it."""

    year: int
    readings: tuple[float, ...]
    rows: tuple[str, ...]
    channel: str


def _point(
    snapshot: Snapshot, patron: str, one: str, other: str, layer: str, year: int, compiler: str
) -> _Point | None:
    """Return the lean of one year with the rows behind it: in log points on trade, a lean of -1 to 1 on votes."""
    if layer == "votes":
        lean = lean_votes(snapshot, patron, one, other, year)
        return None if lean is None else _Point(year, (lean.value,), lean.evidence, lean.channel)
    if layer == "points":
        stand = lean_points(snapshot, patron, one, other, year)
        if stand is None:
            return None
        return _Point(year, (stand.value, stand.low, stand.high), stand.evidence, stand.channel)
    ratios = compared(snapshot, patron, one, other, year, compiler)
    if ratios is None:
        return None
    readings = (ratios.lean(), *(ratios.lean(size, distance) for size, distance in CORNERS))
    return _Point(year, readings, ratios.rows, ratios.channel)


def _latest(findings: Sequence[Finding], method: str) -> list[Finding]:
    """Return the findings of a method in its latest year."""
    found = [one for one in findings if one.method == method]
    last = max((one.detail["year"] for one in found), default=None)
    return [one for one in found if one.detail["year"] == last]
