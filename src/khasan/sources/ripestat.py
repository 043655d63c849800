"""Who carries the networks of a country, from RIPEstat (RIPE NCC), which keeps what route collectors saw since 2000.

Every answer is a JSON object with ``status``, ``data_call_name`` and ``data``. Read here are ``asn-neighbours`` (one
time) and ``asn-neighbours-history``, ``routing-history`` with the first hop, ``announced-prefixes``,
``country-resource-list``, ``as-overview`` (holder) and ``rir-stats-country`` (country of registration). What is made of
them is in :mod:`khasan.sources.ripestat_rows`.

What the answers are not:

- A neighbour is not always a provider: ``left`` is a network through which the asked one is reached, ``right`` one that
  is reached through it, ``uncertain`` may be the collectors' own doing. The history does not tell them apart; the first
  hop of ``routing-history`` does, since it is the last network on the path to the asked one.
- What no collector saw may have been all the same. Routes that fewer than ten full feeds saw are left out by default.
- Times are those of the collectors, eight hours apart in the history of neighbours: a first sight is a bound.
- A network is registered in one country and may carry traffic in another.

Source: RIPE NCC, RIPEstat Data API; Routing Information Service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.publisher_files import read_json

_NEIGHBOURS = {
    "network": pl.Int64(),
    "neighbour": pl.Int64(),
    "side": pl.String(),
    "start": pl.Datetime(),
    "end": pl.Datetime(),
}
_ROUTES = {
    "network": pl.Int64(),
    "via": pl.Int64(),
    "prefix": pl.String(),
    "start": pl.Datetime(),
    "end": pl.Datetime(),
    "peers": pl.Float64(),
}


def call_of(path: Path) -> str:
    """Return to which question a file is the answer, for instance ``routing-history``."""
    answer = read_json(path)
    return str(answer.get("data_call_name", "")) if isinstance(answer, dict) else ""


def read_neighbours(path: Path) -> pl.DataFrame:
    """Read the neighbours of a network, at one time or over time.

    Returns
    -------
    DataFrame
        ``network``, ``neighbour`` (numbers), ``side`` (left, right, uncertain; null in a history), ``start``, ``end``.
    """
    data = _data(path, ("asn-neighbours", "asn-neighbours-history"))
    network = _network(path.name, data.get("resource"))
    rows: list[tuple[Any, ...]] = []
    for entry in _list(path.name, data, "neighbours"):
        if "neighbour" in entry:
            number = _network(path.name, entry["neighbour"])
            rows.extend(
                (network, number, None, *_span(path.name, line)) for line in _list(path.name, entry, "timelines")
            )
        else:
            side = entry.get("type")
            if side not in ("left", "right", "uncertain"):
                raise InputError(
                    f"{path.name}, type: {str(side)[:20]!r} is not among left, right, uncertain; fetch it again"
                )
            seen = _time(path.name, data.get("query_endtime") or data.get("query_time"))
            rows.append((network, _network(path.name, entry.get("asn")), side, seen, seen))
    return pl.DataFrame(rows, schema=_NEIGHBOURS, orient="row").unique().sort("start", "neighbour")


def read_routes(path: Path) -> pl.DataFrame:
    """Read which prefixes a network announced over time, and through whom where the answer names the first hop.

    Returns
    -------
    DataFrame
        ``network`` (origin), ``via`` (the network before it; null where not asked for), ``prefix``, ``start``, ``end``
        and ``peers`` (full feeds that saw the route).
    """
    data = _data(path, ("routing-history", "announced-prefixes"))
    asked = str(data.get("resource", "")).upper().removeprefix("AS")
    rows: list[tuple[Any, ...]] = []
    if "by_origin" in data:
        for group in _list(path.name, data, "by_origin"):
            origin, via = _origin(path.name, group.get("origin"), int(asked) if asked.isdigit() else None)
            rows.extend(_routes(path.name, group, origin, via))
    else:
        rows.extend(_routes(path.name, data, _network(path.name, data.get("resource")), None))
    frame = pl.DataFrame(rows, schema=_ROUTES, orient="row")
    return frame.unique().sort("start", "prefix", "via", nulls_last=True)


def _routes(file: str, group: Mapping[str, Any], origin: int, via: int | None) -> Iterable[tuple[Any, ...]]:
    """Yield the routes of one origin."""
    for entry in _list(file, group, "prefixes"):
        prefix = str(entry.get("prefix", ""))
        if not re.fullmatch(r"[0-9a-fA-F.:]{2,39}/\d{1,3}", prefix):
            raise InputError(f"{file}, prefix: {prefix[:50]!r} is no block of addresses; fetch it again")
        for line in _list(file, entry, "timelines"):
            peers = line.get("full_peers_seeing")
            yield origin, via, prefix, *_span(file, line), float(peers) if isinstance(peers, (int, float)) else None


def _origin(file: str, text: Any, asked: int | None) -> tuple[int, int | None]:
    """Read the origin of routes: one number, or a pair with the first hop, of which the one asked for is origin."""
    numbers = [int(part) for part in re.findall(r"\d+", str(text))]
    if len(numbers) == 1:
        return numbers[0], None
    if len(numbers) == 2:
        via, origin = numbers  # the order of a path: what comes later is nearer to the origin
        return (via, origin) if via == asked and origin != asked else (origin, via)
    raise InputError(f"{file}, origin: {str(text)[:40]!r} is neither a network nor a pair of them; fetch it again")


def read_country(path: Path) -> pl.DataFrame:
    """Read the networks registered to a country: ``network``, one row each."""
    data = _data(path, ("country-resource-list",))
    resources = data.get("resources")
    if not isinstance(resources, dict) or not isinstance(resources.get("asn"), list):
        raise InputError(f"{path.name}: lists no networks; fetch it again")
    numbers = [_network(path.name, number) for number in resources["asn"]]
    return pl.DataFrame({"network": pl.Series(numbers, dtype=pl.Int64())}).unique().sort("network")


def read_network(paths: Iterable[Path]) -> pl.DataFrame:
    """Read who holds networks and where they are registered, from any number of both kinds of answers.

    Returns
    -------
    DataFrame
        ``network``, ``holder`` and ``iso2``, the country of registration (each null where no answer says it).
    """
    held: dict[int, dict[str, str | None]] = {}
    for path in paths:
        data = _data(path, ("as-overview", "rir-stats-country"))
        if "located_resources" in data:
            for entry in _list(path.name, data, "located_resources"):
                held.setdefault(_network(path.name, entry.get("resource")), {})["iso2"] = entry.get("location")
        else:
            held.setdefault(_network(path.name, data.get("resource")), {})["holder"] = data.get("holder")
    rows = [(number, known.get("holder"), known.get("iso2")) for number, known in sorted(held.items())]
    return pl.DataFrame(rows, schema={"network": pl.Int64(), "holder": pl.String(), "iso2": pl.String()}, orient="row")


def _data(path: Path, calls: tuple[str, ...]) -> dict[str, Any]:
    """Return the data of an answer, unless it is an error or the answer to another question."""
    answer = read_json(path)
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        raise InputError(f"{path.name}: not an answer of RIPEstat; fetch it again")
    if answer.get("status", "ok") != "ok":
        messages = answer.get("messages")
        said = messages[0][-1] if isinstance(messages, list) and messages and isinstance(messages[0], list) else ""
        raise InputError(f"{path.name}: RIPEstat answered with an error ({str(said)[:120]}); check network and times")
    call = answer.get("data_call_name")
    if call not in calls:
        raise InputError(f"{path.name}: the answer of {str(call)[:40]!r}; {' or '.join(calls)} was expected")
    data: dict[str, Any] = answer["data"]
    return data


def _list(file: str, holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects that must be there."""
    found = holder.get(name)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise InputError(f"{file}, {name}: missing, or no list; fetch it again")
    return found


def _network(file: str, value: Any) -> int:
    """Read the number of a network, written as 3333 or AS3333."""
    text = str(value).upper().removeprefix("AS")
    if not text.isdigit() or int(text) >= 2**32:
        raise InputError(f"{file}: {str(value)[:40]!r} is no number of a network; fetch it again")
    return int(text)


def _time(file: str, value: Any) -> datetime:
    """Read a time in UTC."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        raise InputError(f"{file}: {str(value)[:40]!r} is no time; fetch it again") from None


def _span(file: str, line: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Read the times between which something was seen."""
    start, end = _time(file, line.get("starttime")), _time(file, line.get("endtime"))
    if end < start:
        raise InputError(f"{file}: a time line ends before it starts ({start} to {end}); fetch it again")
    return start, end
