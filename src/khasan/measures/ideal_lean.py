"""Where states stand in the General Assembly by ideal points, and where a patron stands between two of them.

Agreement drifts with the agenda; ideal points hold recurring resolutions fixed, so they can be compared over time.
"""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.world.ideal_points import WIDTH

ESTIMATED = "An ideal point is estimated from votes by a model; adoptions without a vote are not observed."


def ideal_point(snapshot: Snapshot, actor: str, year: int) -> Finding | None:
    """Ideal point of a state in the session that began in a year.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    actor : str
        A state; its predecessor is asked in years before it existed.
    year : int
        Year in which the session began (1945 + session).

    Returns
    -------
    Finding or None
        Value with its 90 percent interval, in the unit ``standard deviations`` over all states and sessions; None
        where the state did not vote.

    Source: Bailey, Strezhnev and Voeten (2017); rows of the role ``ideal_point``, made by
    :func:`khasan.measures.world.ideal_points.ideal_points`.
    """
    (state,), caveats = in_the_year(snapshot, year, actor)
    row = None if state is None else _row(snapshot, state, year)
    if row is None:
        return None
    return make_finding(
        snapshot,
        "ideal_point",
        {"actor": actor, "year": year},
        [row["id"]],
        row["value"],
        "standard deviations",
        low=row["low"],
        high=row["high"],
        channel=row["channel"],
        caveats=[*caveats, ESTIMATED],
        detail={"state": state},
    )


def lean_points(snapshot: Snapshot, patron: str, one: str, other: str, year: int) -> Finding | None:
    """Lean of a patron between two states in the General Assembly, in ideal points.

    ``(|p - b| - |p - a|) / (|p - b| + |p - a|)`` with p, a and b the points of patron, ``one`` and ``other``; above 0
    towards ``one``. The 90 percent interval follows from the standard errors by the delta method, as if the three
    erred independently; it is cut at -1 and 1.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, one, other : str
        Actors.
    year : int
        Year in which the session began.

    Returns
    -------
    Finding or None
        In the unit ``lean`` (-1 to 1); None where one of the three has no point or all stand in one place.

    Source: Bailey, Strezhnev and Voeten (2017) for the points; the lean is this package's own.
    """
    states, caveats = in_the_year(snapshot, year, patron, one, other)
    rows = [None if state is None else _row(snapshot, state, year) for state in states]
    held = [row for row in rows if row is not None]
    if len(held) < 3:
        return None
    (p, e_p), (a, e_a), (b, e_b) = ((row["value"], (row["high"] - row["low"]) / (2 * WIDTH)) for row in held)
    near, far = abs(p - a), abs(p - b)
    total = near + far
    if total <= 0:
        return None
    of_patron = near * math.copysign(1, p - b) - far * math.copysign(1, p - a)
    spread = math.sqrt((of_patron * e_p) ** 2 + (far * e_a) ** 2 + (near * e_b) ** 2)
    lean, margin = (far - near) / total, WIDTH * 2 * spread / total**2
    return make_finding(
        snapshot,
        "lean_points",
        {"patron": patron, "one": one, "other": other, "year": year},
        [row["id"] for row in held],
        lean,
        "lean",
        low=max(-1.0, lean - margin),
        high=min(1.0, lean + margin),
        channel=held[0]["channel"],
        caveats=[*caveats, ESTIMATED],
        detail={"year": year, "patron_point": p, "one_point": a, "other_point": b},
    )


def ideal_points_of(snapshot: Snapshot, actors: list[str], first: int, last: int) -> list[Finding]:
    """Return :func:`ideal_point` of some states for every year of a span, in the unit ``standard deviations``.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: see :func:`ideal_point`.
    """
    if first > last:
        raise InputError(f"--from {first} lies after --to {last}; swap them")
    years = sorted({year for _, year in _rows(snapshot) if first <= year <= last})
    found = (ideal_point(snapshot, actor, year) for year in years for actor in actors)
    return [one for one in found if one is not None]


def point_years(snapshot: Snapshot) -> list[int]:
    """Return the years (unit ``year``) for which any ideal point is held.

    Source: rows of the role ``ideal_point``.
    """
    return sorted({year for _, year in _rows(snapshot)})


def _row(snapshot: Snapshot, state: str, year: int) -> dict[str, Any] | None:
    """Return the row of a state and year (values in the unit ``standard deviations``), or None.

    Source: the rows of the snapshot.
    """
    return _rows(snapshot).get((state, year))


def _rows(snapshot: Snapshot) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the rows of ideal points by state and year (values in the unit ``standard deviations``).

    Source: the rows of the snapshot.
    """
    return snapshot.remember("ideal_points", _read)


def _read(snapshot: Snapshot) -> dict[tuple[str, int], dict[str, Any]]:
    """Read the rows of ideal points (values in the unit ``standard deviations``).

    Source: the rows of the snapshot.
    """
    rows = snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of("ideal_point"))).drop_nulls(
        ["year", "low", "high"]
    )
    return {(row["from_actor"], row["year"]): row for row in rows.iter_rows(named=True)}
