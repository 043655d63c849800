"""Phases of a bond: years between which several layers change their level together, each break with its events.

The method finds changes of level in what is recorded; it does not say why. Events are named because they are near.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.event_kinds import public_kinds
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.alignment import AGENDA, agreement
from khasan.measures.dependence import trade_share
from khasan.measures.places import in_the_year
from khasan.measures.segments import Matrix, segment, stability, standardise
from khasan.measures.spans import check_span, places_over
from khasan.measures.trade_book import trade_book

SHARE, TRADE = "share of the client's trade", "two-way trade (log)"
AGREEMENT, EVENTS = "agreement in the General Assembly", "public events between the two"

FEWEST = 12
"""Years with data, below which no phases are computed; a layer with fewer is not used."""

MINIMUM = 4
"""Fewest years of a phase."""

GRID = tuple(2.0 ** (step / 4) for step in range(-4, 5))
"""Penalties that are tried, as multiples of the base: x0.5 to x2, evenly in logs; the middle one is the base."""

PARTS = ("treaty", "visit", "link", "agreement")
"""Parts of public events that are acts between the two."""

ALONE = ("dissolution", "veto", "recognition")
"""Kinds of event that may name a break where only one of the two took part."""

TURNING = ("treaty", *ALONE)
"""Kinds of event that name a break before all others."""

NAMED, NEAR = 3, 2
"""How many events name a break at most, and within how many years of it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A yearly layer of the bond with the rows behind it."""

    name: str
    values: Mapping[int, float]
    rows: tuple[str, ...]
    compiler: str = ""


def phases(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> Finding | None:
    """Phases of the bond between a patron and a client: change points of its yearly layers.

    Layers, each standardised over its years with data: the patron's share of the client's trade and the log of their
    two-way trade (both by the compiler whose shares cover most years), their agreement in the General Assembly, and
    the public events between them in a year (treaties, visits, links, agreements). Breaks minimise

    ``sum_phases sum_layers sum_t (z_t - mean)**2 + beta * log(T) * layers * breaks``

    with ``T`` years, phases of at least four years and ``beta = 1``, exactly (see
    :func:`khasan.measures.segments.segment`). A missing year of a layer costs nothing; nothing is interpolated. The
    years begin with the first in which two layers have data, since one alone shows mostly when its record begins.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Actors; in years before one existed its predecessor is asked, and named in a caveat.
    first, last : int
        Calendar years.

    Returns
    -------
    Finding or None
        Number of phases (unit ``phases``); low and high are the fewest and the most over penalties from half to twice
        the base. ``detail`` holds ``breaks`` (``year`` that begins a phase; ``stability``, the share of penalties with
        a break within a year of it; ``moved``, by how many standard deviations each layer with data on both sides
        changed; ``events`` near it), ``spans`` (``first`` and ``last`` year), ``layers``, ``compiler`` and
        ``penalty``. None with fewer than twelve years of data.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: Auger and Lawrence (1989), Jackson et al. (2005) for the algorithm; Yao, Estimating the number of
    change-points via Schwarz' criterion (1988), for a penalty in ``log(T)``.
    """
    check_span(first, last)
    events = _public_events(snapshot, patron, client)
    layers = [
        layer
        for layer in (
            *_trade_layers(snapshot, patron, client, first, last),
            _agreement_layer(snapshot, patron, client, first, last),
            _event_layer(events, first, last),
        )
        if len(layer.values) >= FEWEST and len(set(layer.values.values())) > 1
    ]
    if not layers:
        return None
    years = _years(layers)
    layers = [layer for layer in layers if max(layer.values) >= years[0]]
    matrix = standardise(np.array([[layer.values.get(year, math.nan) for layer in layers] for year in years]))
    base = math.log(len(years)) * len(layers)
    found = [segment(matrix, base * times, MINIMUM) for times in GRID]
    chosen = found[len(GRID) // 2]
    edges = [0, *chosen, len(years)]
    breaks: list[dict[str, Any]] = [
        {
            "year": years[at],
            "stability": stability(found, at),
            "moved": _moved(layers, matrix, before, at, after),
            "events": _near(events, years[at]),
        }
        for before, at, after in zip(edges, edges[1:], edges[2:], strict=False)
    ]
    named = [event["id"] for one in breaks for event in one["events"]]
    counts = [len(points) + 1 for points in found]
    return make_finding(
        snapshot,
        "phases",
        {"patron": patron, "client": client, "first": first, "last": last},
        [*(row for layer in layers for row in layer.rows), *named],
        len(chosen) + 1,
        "phases",
        low=min(counts),
        high=max(counts),
        caveats=[*_caveats(layers, years, breaks), *places_over(snapshot, years, patron, client)],
        detail={
            "breaks": breaks,
            "spans": [{"first": years[start], "last": years[end - 1]} for start, end in pairwise(edges)],
            "layers": [layer.name for layer in layers],
            "compiler": next((layer.compiler for layer in layers if layer.compiler), ""),
            "penalty": base,
        },
    )


def _trade_layers(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> tuple[Layer, ...]:
    """Return share and log of trade by the reading that covers most years (of two with as many, the first by name)."""
    readings: dict[tuple[str, str], dict[int, Finding]] = {}
    line = snapshot.actors.lineage(client)
    for year in range(first, last + 1):
        for compiler, excludes in trade_book(snapshot).readings(line, year):
            share = trade_share(snapshot, client, patron, year, compiler, excludes)
            if share is not None:
                readings.setdefault((compiler, excludes), {})[year] = share
    if not readings:
        return ()
    compiler, excludes = min(readings, key=lambda reading: (-len(readings[reading]), reading))
    shares = readings[compiler, excludes]
    logs: dict[int, float] = {}
    rows = [row for share in shares.values() for row in share.evidence]
    for year in shares:
        (patron_at, client_at), _ = in_the_year(snapshot, year, patron, client)
        book = trade_book(snapshot).of(compiler, year)
        pair = [book.export(patron_at or "", client_at or ""), book.export(client_at or "", patron_at or "")]
        both = book.two_way(patron_at or "", client_at or "")
        listed = [row for row in pair if row is not None]
        listed = [both] if both is not None and len(listed) < 2 else listed if len(listed) == 2 else []
        total = sum(row.value for row in listed)
        if total > 0:
            logs[year] = math.log(total)
            rows += [row.id for row in listed]
    name = f"{compiler}, without {excludes}" if excludes else compiler
    return (
        Layer(
            SHARE,
            {year: share.value for year, share in shares.items()},
            tuple(rows),
            name,
        ),
        Layer(TRADE, logs, tuple(rows), name),
    )


def _agreement_layer(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> Layer:
    """Return the yearly agreement in the General Assembly, a share (0 to 1)."""
    found = {year: agreement(snapshot, patron, client, year) for year in range(first, last + 1)}
    known = {year: one for year, one in found.items() if one is not None}
    rows = tuple(row for one in known.values() for row in one.evidence)
    return Layer(AGREEMENT, {year: one.value for year, one in known.items()}, rows)


@dataclass(frozen=True, slots=True)
class _Event:
    """A public event, and whether it is an act between the two."""

    id: str
    day: date
    kind: str
    what: str
    between: bool


def _public_events(snapshot: Snapshot, patron: str, client: str) -> list[_Event]:
    """Return the public events in which one of the two took part, and whether they are acts between the two.

    Events that are contradicted or cannot be judged (digits 5 and 6) are left out.
    """
    ours, theirs = (set(snapshot.actors.lineage(code)) for code in (patron, client))
    frame = snapshot.event.filter((pl.col("credibility") <= 4) & pl.col("kind").is_in(sorted(public_kinds())))
    found = []
    for row, day, kind, part, what, actors in frame.select("id", "date", "kind", "part", "what", "actors").iter_rows():
        present = set(split(actors))
        between = bool(ours & present and theirs & present and part in PARTS)
        if between or (kind in ALONE and (ours | theirs) & present):
            found.append(_Event(row, day, kind, what, between))
    return found


def _event_layer(events: list[_Event], first: int, last: int) -> Layer:
    """Count the acts between the two by year, from the first year that has one to the last; between them none is 0."""
    acts = [event for event in events if event.between and first <= event.day.year <= last]
    counts: dict[int, float] = {}
    if acts:
        years = [event.day.year for event in acts]
        counts = {year: float(years.count(year)) for year in range(min(years), max(years) + 1)}
    return Layer(EVENTS, counts, tuple(event.id for event in acts))


def _near(events: list[_Event], year: int) -> list[dict[str, Any]]:
    """Return the events that name a break: turning points first, then acts between the two, the nearest first."""
    near = [event for event in events if abs(event.day.year - year) <= NEAR]
    near.sort(key=lambda event: (event.kind not in TURNING, abs((event.day - date(year, 1, 1)).days), event.id))
    return [
        {"id": event.id, "date": event.day.isoformat(), "kind": event.kind, "what": event.what}
        for event in near[:NAMED]
    ]


def _years(layers: list[Layer]) -> list[int]:
    """Return the years from the first in which two layers have data, or the first of the only one, to the last."""
    known = [year for layer in layers for year in layer.values]
    shared = [year for year in known if known.count(year) > 1]
    return list(range(min(shared or known), max(known) + 1))


def _moved(layers: list[Layer], matrix: Matrix, before: int, at: int, after: int) -> dict[str, float]:
    """Return how far the mean of each layer moved from one phase to the next, where both have two years of data."""
    moved: dict[str, float] = {}
    for place, layer in enumerate(layers):
        old, new = (part[~np.isnan(part)] for part in (matrix[before:at, place], matrix[at:after, place]))
        if len(old) > 1 and len(new) > 1:
            moved[layer.name] = float(new.mean() - old.mean())
    return moved


def _caveats(layers: list[Layer], years: list[int], breaks: list[dict[str, Any]]) -> list[str]:
    """Say what the layers are, where they have no data, and which break rests on one of them alone."""
    gaps = [
        f"{layer.name}: {min(layer.values)} to {max(layer.values)}, {sum(year in layer.values for year in years)} of "
        f"{len(years)} years"
        for layer in layers
    ]
    caveats = [f"Years without data count for nothing and are not interpolated ({'; '.join(gaps)})."]
    names = {layer.name for layer in layers}
    for one in breaks:
        if len(one["moved"]) == 1 and len(layers) > 1:
            caveats.append(f"The break of {one['year']} rests on one layer alone: {next(iter(one['moved']))}.")
    if any(layer.compiler for layer in layers):
        caveats.append("Trade is as reported, not vetted, and in current dollars, so part of its rise is inflation.")
    if AGREEMENT in names:
        caveats.append(AGENDA)
    if EVENTS in names:
        caveats.append("Events are counted as recorded in the casebook, which holds more of the recent years.")
    return [*caveats, "An event names a break because it is near, not because it is shown to be its cause."]
