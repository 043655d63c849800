"""Buffer: whether a client lies between a patron and its rival's bloc, and what its loss would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.latest import between, hedges, ranked, reading

ROLES = ("strategic_rivalry", "contiguity_land", "contiguity_sea", "alliance_defence", "troops_stationed")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a role say of a year: row ids by pair of today's actors, and caveats."""

    pairs: dict[frozenset[str], list[str]]
    caveats: tuple[str, ...]

    def of(self, one: str, other: str) -> list[str]:
        """Return the rows that join two actors."""
        return self.pairs.get(frozenset((one, other)), [])

    def partners(self, actor: str) -> dict[str, list[str]]:
        """Return whom the rows join to an actor."""
        return {
            next(iter(pair - {actor})): rows for pair, rows in self.pairs.items() if actor in pair and len(pair) == 2
        }


def buffer(snapshot: Snapshot, patron: str, client: str, opponent: str, year: int) -> Finding | None:
    """Whether a client is a buffer of a patron against an opponent.

    1 if patron and opponent are strategic rivals, and the client has a land border with the patron and with a member or
    base host of the opponent's bloc; 0 if not. The bloc is whoever has a defence alliance with the opponent (members
    of a bloc actor where no alliance rows exist) or stations its troops. A file that ends before the year is read at
    its end, and said so.

    Returns
    -------
    Finding or None
        1 or 0 in the unit ``yes or no``; ``detail`` holds ``rivals``, ``touches`` (patron), ``hosts`` (land neighbours
        of the client in the bloc). None where rivalry, borders or bloc have no rows.

    Source: Fazal, State death in the international system (2004); Thompson's strategic rivalries; direct contiguity of
    the Correlates of War.
    """
    rivalry, land = _known(snapshot, "strategic_rivalry", year), _known(snapshot, "contiguity_land", year)
    bloc, bloc_caveats = _bloc(snapshot, opponent, year)
    neighbours = land.partners(client)
    rivals = rivalry.of(patron, opponent)
    asked = rivals or [row for actor in (patron, opponent) for rows in rivalry.partners(actor).values() for row in rows]
    if not asked or not neighbours or not bloc:
        return None
    hosts = sorted(code for code in neighbours if code in bloc and code != patron)
    value = float(bool(rivals) and patron in neighbours and bool(hosts))
    return make_finding(
        snapshot,
        "buffer",
        {"patron": patron, "client": client, "opponent": opponent, "year": year},
        [
            *asked,
            *(row for rows in neighbours.values() for row in rows),
            *(row for code in (hosts or bloc) for row in bloc[code]),
        ],
        value,
        "yes or no",
        caveats=[*rivalry.caveats, *land.caveats, *bloc_caveats],
        detail={"rivals": bool(rivals), "touches": patron in neighbours, "hosts": hosts},
    )


def bloc_neighbours(snapshot: Snapshot, patron: str, client: str, opponent: str, year: int) -> Finding | None:
    """Count the members of the opponent's bloc that touch the patron by land, now and without the client.

    Value and low are the number now; high counts the client's territory as the bloc's: one more where the client has a
    land border with the patron and is not in the bloc. Neighbours across the sea are the baseline in
    ``detail["sea"]``.

    Returns
    -------
    Finding or None
        Number in the unit ``states``. None where the patron has no land borders on file.

    Source: direct contiguity and alliances of the Correlates of War.
    """
    land, sea = _known(snapshot, "contiguity_land", year), _known(snapshot, "contiguity_sea", year)
    bloc, caveats = _bloc(snapshot, opponent, year)
    neighbours, across = land.partners(patron), sea.partners(patron)
    if not neighbours or not bloc:
        return None
    inside = {**bloc, opponent: []}
    now = sorted(code for code in neighbours if code in inside)
    more = int(client in neighbours and client not in inside)
    by_sea = sorted(code for code in across if code in inside)
    return make_finding(
        snapshot,
        "bloc_neighbours",
        {"patron": patron, "client": client, "opponent": opponent, "year": year},
        [
            *(row for rows in neighbours.values() for row in rows),
            *(row for code in by_sea for row in across[code]),
            *(row for code in {*now, *by_sea} for row in inside[code]),
            *(row for code in sorted(bloc)[:1] for row in bloc[code]),
        ],
        len(now),
        "states",
        low=len(now),
        high=len(now) + more,
        caveats=[
            *land.caveats,
            *caveats,
            f"The high end counts the territory of {snapshot.actors.name(client)} as the bloc's, a counterfactual.",
        ],
        detail={"land": now, "sea": by_sea, "without_client": len(now) + more},
    )


def border(snapshot: Snapshot, patron: str, client: str) -> Finding | None:
    """Length of the land border between two actors.

    Returns
    -------
    Finding or None
        The best graded, then latest length as printed; low and high over all readings. None without a row.

    Source: the rows of the role ``border_length``.
    """
    line = snapshot.actors.lineage
    frame = _rows(snapshot, "border_length")
    frame = frame.filter(between(line(patron), line(client)) | between(line(client), line(patron)))
    return _one(snapshot, "border", {"patron": patron, "client": client}, frame)


def hosted_troops(snapshot: Snapshot, opponent: str, host: str) -> Finding | None:
    """Latest number of the opponent's soldiers stationed in a host's country.

    Returns
    -------
    Finding or None
        Value in the unit as printed, with other readings of the same period as interval. None without a row.

    Source: the rows of the role ``troops_stationed``.
    """
    line = snapshot.actors.lineage
    frame = _stationed(snapshot).filter(between(line(opponent), line(host)))
    frame = frame.filter(pl.col("end") == pl.col("end").max())
    return _one(snapshot, "hosted_troops", {"opponent": opponent, "host": host}, frame)


def _one(snapshot: Snapshot, method: str, parameters: dict[str, str], frame: pl.DataFrame) -> Finding | None:
    rows = list(ranked(frame).iter_rows(named=True))
    if not rows:
        return None
    row = rows[0]
    rows = [one for one in rows if one["base"] == row["base"]]
    names = ("value_base", "low_base", "high_base")
    ends = [one[name] / row["factor"] for one in rows for name in names if one[name] is not None]
    return make_finding(
        snapshot,
        method,
        parameters,
        [one["id"] for one in rows],
        row["value"],
        row["unit"],
        low=min(ends),
        high=max(ends),
        channel=row["channel"],
        caveats=hedges(rows),
        detail={"start": row["start"], "end": row["end"], "readings": [reading(one) for one in rows]},
    )


def _bloc(snapshot: Snapshot, opponent: str, year: int) -> tuple[dict[str, list[str]], list[str]]:
    """Return the members and hosts of the opponent's bloc with the rows that say so."""
    allies = _known(snapshot, "alliance_defence", year)
    found = dict(allies.partners(opponent))
    caveats = list(allies.caveats) if found else []
    stationed = _stationed(snapshot).filter(
        pl.col("from_actor").is_in(list(snapshot.actors.lineage(opponent)))
        & (pl.col("value") > 0)
        & (pl.col("start") <= date(year, 12, 31))
    )
    for (host,), part in sorted(stationed.group_by("to_actor"), key=lambda item: str(item[0])):
        last = part.filter(pl.col("end") == pl.col("end").max()).sort("id")
        found[str(host)] = [*found.get(str(host), []), *last.get_column("id").to_list()]
        if last.item(0, "end") < date(year, 1, 1):
            caveats.append(f"Troops in {snapshot.actors.name(str(host))} are on file to {last.item(0, 'end')}.")
    if not allies.partners(opponent):
        for actor in snapshot.actors.by_id.values():
            if actor.kind == "bloc" and opponent in actor.members:
                found |= {member: found.get(member, []) for member in actor.members if member != opponent}
    return found, caveats


def _known(snapshot: Snapshot, role: str, year: int) -> _Known:
    """Return the pairs that a role joins in a year, or in the last year of its file where that lies before."""
    frame = _rows(snapshot, role)
    last = snapshot.whole.remember(f"last day of {role}", lambda whole: _rows(whole, role).get_column("end").max())
    if not isinstance(last, date) or not frame.height:
        return _Known({}, ())
    asked = min(year, last.year)
    frame = frame.filter((pl.col("start") <= date(asked, 12, 31)) & (pl.col("end") >= date(asked, 1, 1)))
    pairs: dict[frozenset[str], list[str]] = {}
    for row in frame.sort("id").iter_rows(named=True):
        pairs.setdefault(frozenset((row["from_actor"], row["to_actor"])), []).append(row["id"])
    pairs = _today(snapshot, pairs)
    return _Known(pairs, (f"{role.replace('_', ' ').capitalize()} is on file to {last.year}.",) if asked < year else ())


def _today(snapshot: Snapshot, pairs: dict[frozenset[str], list[str]]) -> dict[frozenset[str], list[str]]:
    """Add to the pairs of actors those of the actors that later held their place."""
    heirs: dict[str, list[str]] = {}
    for code in snapshot.actors.by_id:
        for member in snapshot.actors.lineage(code):
            heirs.setdefault(member, []).append(code)
    found: dict[frozenset[str], list[str]] = {}
    for pair, rows in pairs.items():
        one, other = (sorted(pair) * 2)[:2]
        for left in _heirs(heirs, one):
            for right in _heirs(heirs, other):
                found.setdefault(frozenset((left, right)), []).extend(rows)
    return found


def _heirs(heirs: dict[str, list[str]], code: str) -> Iterable[str]:
    return heirs.get(code, [code])


def _rows(snapshot: Snapshot, role: str) -> pl.DataFrame:
    return snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of(role)) & (pl.col("value") > 0))


def _stationed(snapshot: Snapshot) -> pl.DataFrame:
    """Return the rows of troops stationed, in the unit that most of them use; withdrawals are counted in another."""
    frame = _rows(snapshot, "troops_stationed")
    if not frame.height:
        return frame
    bases: Any = frame.group_by("base").len().sort("len", "base", descending=[True, False]).item(0, "base")
    return frame.filter(pl.col("base") == bases)
