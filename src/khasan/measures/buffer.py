"""Buffer: whether a client lies between a patron and its rival's bloc, and what its loss would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.channel_rows import between, hedges, ranked, reading


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a role say of a year: row ids by pair of today's actors, those of other years, and a caveat."""

    pairs: dict[frozenset[str], list[str]]
    other: dict[frozenset[str], list[str]]
    last: int
    caveats: tuple[str, ...]

    def of(self, one: str, other: str) -> list[str]:
        """Return the rows that join two actors in the year."""
        return self.pairs.get(frozenset((one, other)), [])

    def partners(self, actor: str) -> dict[str, list[str]]:
        """Return whom the rows join to an actor in the year."""
        return _partners(self.pairs, actor)


@dataclass(frozen=True, slots=True)
class _Bloc:
    """Members and hosts of a bloc in a year with the rows that say so, those that joined later, and caveats."""

    members: dict[str, list[str]]
    later: dict[str, list[str]]
    caveats: tuple[str, ...]
    left_out: frozenset[str] = frozenset()
    """Members by an undated list alone, where the snapshot is of a day."""

    def rows(self, codes: Iterable[str]) -> list[str]:
        """Return the rows on which it rests that actors are in the bloc or not."""
        return [row for code in codes for row in (*self.members.get(code, ()), *self.later.get(code, ()))]


def buffer(snapshot: Snapshot, patron: str, client: str, opponent: str, year: int) -> Finding | None:
    """Whether a client is a buffer of a patron against an opponent.

    1 if patron and opponent are strategic rivals, and the client has a land border with the patron and with the
    opponent itself or a member or base host of its bloc; 0 if not. The bloc is whoever has a defence alliance with the
    opponent or hosts its troops and, after the file of alliances ends, the members of a bloc actor, unless the
    snapshot is of a day: that list is undated. What is true at the end of its file is read as still true, and said so.

    Returns
    -------
    Finding or None
        1 or 0 in the unit ``yes or no``; ``detail`` holds ``rivals``, ``touches`` (patron), ``hosts`` (the opponent
        and members of its bloc that touch the client by land). None where rivalry, borders or bloc have no rows.

    Source: Fazal, State death in the international system (2004); Thompson's strategic rivalries; direct contiguity of
    the Correlates of War.
    """
    rivalry, land = _known(snapshot, "strategic_rivalry", year), _known(snapshot, "contiguity_land", year)
    bloc = _bloc(snapshot, opponent, year)
    neighbours = land.partners(client)
    rivals = rivalry.of(patron, opponent)
    asked = rivals or rivalry.other.get(frozenset((patron, opponent)), [])
    asked = asked or [row for actor in (patron, opponent) for rows in rivalry.partners(actor).values() for row in rows]
    if not asked or not neighbours or not (bloc.members or opponent in neighbours):
        return None
    hosts = sorted(code for code in neighbours if code in {opponent, *bloc.members} - {patron})
    value = float(bool(rivals) and patron in neighbours and bool(hosts))
    return make_finding(
        snapshot,
        "buffer",
        {"patron": patron, "client": client, "opponent": opponent, "year": year},
        [
            *asked,
            *(row for rows in neighbours.values() for row in rows),
            *bloc.rows(neighbours),
            *(bloc.rows(bloc.members) if not hosts else ()),
        ],
        value,
        "yes or no",
        caveats=[*rivalry.caveats, *land.caveats, *bloc.caveats],
        detail={"rivals": bool(rivals), "touches": patron in neighbours, "hosts": hosts},
    )


def bloc_neighbours(snapshot: Snapshot, patron: str, client: str, opponent: str, year: int) -> Finding | None:
    """Count the members of the opponent's bloc that touch the patron by land, now and without the client.

    Value and low are the number now; high counts the client's territory as the bloc's: one more where the client has a
    land border with the patron and is not in the bloc. Neighbours across the sea are the baseline in
    ``detail["sea"]``. Neighbours that are members by an undated list alone, which a day asked for leaves out, stand
    in ``detail["left_out"]``.

    Returns
    -------
    Finding or None
        Number in the unit ``states``. None where the patron has no land borders on file.

    Source: direct contiguity and alliances of the Correlates of War.
    """
    land, sea = _known(snapshot, "contiguity_land", year), _known(snapshot, "contiguity_sea", year)
    bloc = _bloc(snapshot, opponent, year)
    neighbours, across = land.partners(patron), sea.partners(patron)
    if not neighbours or not (bloc.members or opponent in neighbours):
        return None
    inside = {opponent, *bloc.members}
    now = sorted(code for code in neighbours if code in inside)
    more = int(client in neighbours and client not in inside)
    by_sea = sorted(code for code in across if code in inside)
    dated = next((code for code, rows in sorted(bloc.members.items()) if rows), "")
    return make_finding(
        snapshot,
        "bloc_neighbours",
        {"patron": patron, "client": client, "opponent": opponent, "year": year},
        [
            *(row for rows in neighbours.values() for row in rows),
            *(row for code in by_sea for row in across[code]),
            *bloc.rows([*neighbours, *by_sea, dated]),
        ],
        len(now),
        "states",
        low=len(now),
        high=len(now) + more,
        caveats=[
            *land.caveats,
            *bloc.caveats,
            f"The high end counts the territory of {snapshot.actors.name(client)} as the bloc's, a counterfactual.",
        ],
        detail={
            "land": now,
            "sea": by_sea,
            "without_client": len(now) + more,
            "left_out": sorted(code for code in neighbours if code in bloc.left_out),
        },
    )


def border(snapshot: Snapshot, patron: str, client: str) -> Finding | None:
    """Length of the land border between two actors.

    Returns
    -------
    Finding or None
        The best graded, then latest length in the unit as printed; low and high over all readings. None without a row.

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
    """Make a finding of the most trusted row, in its unit as printed; low and high run over the rows of its base."""
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


def _bloc(snapshot: Snapshot, opponent: str, year: int) -> _Bloc:
    """Return the opponent's bloc: its allies, the states that host its troops and, after the file, a bloc's list.

    A list of members carries no dates, so it says nothing of a day that was asked for.
    """
    allies = _known(snapshot, "alliance_defence", year)
    found = allies.partners(opponent)
    caveats = list(allies.caveats) if found else []
    stationed = _stationed(snapshot).filter(
        pl.col("from_actor").is_in(list(snapshot.actors.lineage(opponent)))
        & pl.col("to_actor").is_in(list(found)).not_()
        & (pl.col("start") <= date(year, 12, 31))
    )
    for (host,), part in sorted(stationed.group_by("to_actor"), key=lambda item: str(item[0])):
        last = part.filter(pl.col("end") == pl.col("end").max()).sort("id")
        found[str(host)] = last.get_column("id").to_list()
        if last.item(0, "end") < date(year, 1, 1):
            caveats.append(f"Troops in {snapshot.actors.name(str(host))} are on file to {last.item(0, 'end').year}.")
    other = _partners(allies.other, opponent)
    listed = [actor for actor in snapshot.actors.by_id.values() if actor.kind == "bloc" and opponent in actor.members]
    later: dict[str, list[str]] = {}
    left_out: set[str] = set()
    for bloc in listed:
        undated = sorted(set(bloc.members) - {opponent} - set(found) - set(other))
        later |= {member: other[member] for member in bloc.members if member in other and member not in found}
        names = ", ".join(snapshot.actors.name(code) for code in undated)
        if undated and snapshot.dated:
            left_out |= set(undated)
            caveats.append(f"The list of members of {bloc.name} is undated and left out on a day asked for: {names}.")
        elif undated and year > allies.last:
            found |= {member: [] for member in undated}
            caveats.append(f"In the bloc by the undated list of {bloc.name}: {names}.")
        elif undated:
            caveats.append(f"Members of {bloc.name} that the file of alliances lacks are left out: {names}.")
    return _Bloc(found, later, tuple(caveats), frozenset(left_out - set(found)))


def _known(snapshot: Snapshot, role: str, year: int) -> _Known:
    """Return the pairs that a role joins in a year.

    A row whose spell reaches the last day of its source's rows is read as still true after it.
    """
    ends = snapshot.whole.remember(f"last days of {role}", lambda whole: _last_days(whole, role))
    inside: dict[frozenset[str], list[str]] = {}
    other: dict[frozenset[str], list[str]] = {}
    for row in _rows(snapshot, role).sort("id").iter_rows(named=True):
        covers = row["start"] <= date(year, 12, 31) and (
            row["end"] >= date(year, 1, 1) or row["end"] == ends[row["source"]]
        )
        pairs = inside if covers else other
        pairs.setdefault(frozenset((row["from_actor"], row["to_actor"])), []).append(row["id"])
    last = next((day.year for day in ends.values()), 0)
    name = role.replace("_", " ").capitalize()
    caveats = (f"{name} is on file to {last} and read as still true in {year}.",) if 0 < last < year else ()
    return _Known(_today(snapshot, inside), _today(snapshot, other), last, caveats)


def _last_days(snapshot: Snapshot, role: str) -> dict[str, date]:
    """Return the last day of each source's rows of a role, the source with most rows first."""
    frame = _rows(snapshot, role).group_by("source").agg(pl.len(), pl.col("end").max())
    return dict(frame.sort("len", "source", descending=[True, False]).select("source", "end").iter_rows())


def _partners(pairs: dict[frozenset[str], list[str]], actor: str) -> dict[str, list[str]]:
    """Return whom the pairs join to an actor, each with its rows."""
    return {next(iter(pair - {actor})): rows for pair, rows in pairs.items() if actor in pair and len(pair) == 2}


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
    """Return the actors whose line holds an actor: itself, and those that later held its place."""
    return heirs.get(code, [code])


def _rows(snapshot: Snapshot, role: str) -> pl.DataFrame:
    """Return the usable rows of a role with a value above 0, each in its own unit."""
    return snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of(role)) & (pl.col("value") > 0))


def _stationed(snapshot: Snapshot) -> pl.DataFrame:
    """Return the rows of troops stationed, in the unit that most of them use; withdrawals are counted in another."""
    frame = _rows(snapshot, "troops_stationed")
    if not frame.height:
        return frame
    bases: Any = frame.group_by("base").len().sort("len", "base", descending=[True, False]).item(0, "base")
    return frame.filter(pl.col("base") == bases)
