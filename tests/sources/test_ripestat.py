"""RIPEstat: who carries the networks of a country, by month and since when."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from published import ACTORS, as_json, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources import ripestat
from khasan.sources.ripestat_rows import carried_rows, link_events

STAR, UNICOM, TTK, OTHER = 131279, 4837, 20485, 64500


def answer(path: Path, call: str, data: dict[str, Any], name: str = "answer", **changes: Any) -> Path:
    """Write an answer."""
    whole = {"messages": [], "status": "ok", "status_code": 200, "data_call_name": call, "data": data} | changes
    return as_json(path / f"{name}.json", whole)


def line(start: str, end: str, peers: float | None = None) -> dict[str, Any]:
    """Make one time line."""
    return {"starttime": start, "endtime": end} | ({} if peers is None else {"full_peers_seeing": peers})


def history(path: Path, *groups: tuple[str, str, tuple[tuple[str, str], ...]]) -> Path:
    """Write a routing history: origin, prefix and time lines."""
    by_origin = [
        {"origin": origin, "prefixes": [{"prefix": prefix, "timelines": [line(*one, 120.5) for one in lines]}]}
        for origin, prefix, lines in groups
    ]
    data = {"resource": str(STAR), "by_origin": by_origin, "query_starttime": "2017-08-01T00:00:00"}
    return answer(path, "routing-history", data)


def routes(path: Path) -> Path:
    """Write the history of a network that got a second carrier on 1 October 2017."""
    return history(
        path,
        (f"{UNICOM} {STAR}", "175.45.176.0/24", (("2017-08-01T00:00:00", "2017-11-15T00:00:00"),)),
        (f"{UNICOM} {STAR}", "175.45.177.0/24", (("2017-08-01T00:00:00", "2017-09-30T16:00:00"),)),
        (f"{TTK} {STAR}", "175.45.177.0/24", (("2017-10-01T09:07:51", "2017-11-15T00:00:00"),)),
        (f"{TTK} {STAR}", "175.45.178.0/24", (("2017-10-01T09:07:51", "2017-10-20T00:00:00"),)),
        (f"{OTHER} {STAR}", "175.45.179.0/24", (("2017-10-05T00:00:00", "2017-10-06T00:00:00"),)),
    )


def networks(path: Path) -> list[Path]:
    """Write who holds the networks and where they are registered."""
    place = {STAR: "KP", UNICOM: "CN", TTK: "RU"}
    made = [
        answer(
            path,
            "rir-stats-country",
            {"located_resources": [{"resource": str(number), "location": code}]},
            f"at{number}",
        )
        for number, code in place.items()
    ]
    return [*made, answer(path, "as-overview", {"resource": str(TTK), "holder": "A CARRIER", "announced": True}, "who")]


def test_neighbours_of_one_time_are_read_with_their_side(tmp_path: Path) -> None:
    data = {
        "resource": "3333", "query_endtime": "2024-05-01T00:00:00",
        "neighbours": [{"asn": 1103, "type": "left", "power": 9}, {"asn": 9, "type": "uncertain"}],
    }  # fmt: skip
    assert ripestat.read_neighbours(answer(tmp_path, "asn-neighbours", data)).rows() == [
        (3333, 9, "uncertain", datetime(2024, 5, 1), datetime(2024, 5, 1)),
        (3333, 1103, "left", datetime(2024, 5, 1), datetime(2024, 5, 1)),
    ]


def test_neighbours_over_time_are_read(tmp_path: Path) -> None:
    lines = [line("2017-08-01T00:00:00", "2017-09-01T08:00:00"), line("2017-10-01T00:00:00", "2017-10-02T00:00:00")]
    data = {"resource": f"AS{STAR}", "neighbours": [{"neighbour": UNICOM, "timelines": lines}]}
    frame = ripestat.read_neighbours(answer(tmp_path, "asn-neighbours-history", data))
    assert frame.select("network", "neighbour", "side", "end").rows() == [
        (STAR, UNICOM, None, datetime(2017, 9, 1, 8)),
        (STAR, UNICOM, None, datetime(2017, 10, 2)),
    ]


def test_the_first_hop_is_told_from_the_origin(tmp_path: Path) -> None:
    lines = (("2017-10-01T00:00:00", "2017-10-02T00:00:00"),)
    frame = ripestat.read_routes(
        history(tmp_path, (f"{TTK} {STAR}", "175.45.177.0/24", lines), (f"{STAR} {UNICOM}", "175.45.178.0/24", lines))
    )
    assert frame.select("network", "via", "prefix", "peers").rows() == [
        (STAR, TTK, "175.45.177.0/24", 120.5),
        (STAR, UNICOM, "175.45.178.0/24", 120.5),
    ]


def test_announced_prefixes_have_no_first_hop(tmp_path: Path) -> None:
    prefixes = [{"prefix": "2a12:f340:1::/48", "timelines": [line("2026-05-27T16:00:00", "2026-06-10T16:00:00")]}]
    frame = ripestat.read_routes(answer(tmp_path, "announced-prefixes", {"resource": "211833", "prefixes": prefixes}))
    assert frame.select("network", "via", "prefix").rows() == [(211833, None, "2a12:f340:1::/48")]


def test_networks_of_a_country_and_their_holders_are_read(tmp_path: Path) -> None:
    data = {"query_time": "2026-10-05T00:00:00", "resources": {"asn": ["131279", 8978], "ipv4": [], "ipv6": []}}
    assert ripestat.read_country(answer(tmp_path, "country-resource-list", data))["network"].to_list() == [8978, 131279]
    assert ripestat.read_network(networks(tmp_path)).rows() == [
        (UNICOM, None, "CN"),
        (TTK, "A CARRIER", "RU"),
        (STAR, None, "KP"),
    ]


def test_prefixes_are_counted_by_month_and_country_of_the_carrier(tmp_path: Path) -> None:
    got = carried_rows(
        ripestat.read_routes(routes(tmp_path)),
        ripestat.read_network(networks(tmp_path)),
        ACTORS,
        "PRK",
        "ripestat-routing-2017-11-15",
    )
    held = loaded("ripestat-routing", "2017-11-15", observation=got.rows)["observation"]
    counts = (
        held.select("series", "from_actor", "to_actor", "start", "value").sort("series", "start", "from_actor").rows()
    )
    total, via = "bgp_prefixes_total", "bgp_prefixes_via"
    assert counts == [
        (total, "PRK", "WLD", date(2017, 8, 1), 2.0),
        (total, "PRK", "WLD", date(2017, 9, 1), 2.0),
        (total, "PRK", "WLD", date(2017, 10, 1), 4.0),
        (total, "PRK", "WLD", date(2017, 11, 1), 2.0),
        (via, "CHN", "PRK", date(2017, 8, 1), 2.0),
        (via, "CHN", "PRK", date(2017, 9, 1), 2.0),
        (via, "CHN", "PRK", date(2017, 10, 1), 1.0),
        (via, "RUS", "PRK", date(2017, 10, 1), 2.0),
        (via, "CHN", "PRK", date(2017, 11, 1), 1.0),
        (via, "RUS", "PRK", date(2017, 11, 1), 1.0),
    ]
    assert held.filter((held["from_actor"] == "RUS") & (held["start"] == date(2017, 10, 1)))["note"].item() == (
        f"through AS{TTK}"
    )
    assert got.set_aside.rows() == [(f"AS{OTHER}", "its country is not known here", 1)]


def test_a_new_carrier_is_an_event_and_one_that_was_there_is_not(tmp_path: Path) -> None:
    rows = link_events(
        ripestat.read_routes(routes(tmp_path)),
        ripestat.read_network(networks(tmp_path)),
        ACTORS,
        "PRK",
        "ripestat-routing-2017-11-15",
    )
    held = loaded("ripestat-routing", "2017-11-15", event=rows)["event"]
    assert held.select("id", "date", "actors", "kind", "what").rows() == [
        (
            f"ripestat-link-2017-10-01-{TTK}-{STAR}", date(2017, 10, 1), "RUS;PRK", "telecom",
            f"AS{STAR} is first seen to be reached through AS{TTK} (A CARRIER)",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "data", "said"),
    [
        ("asn-neighbours", {"resource": "1", "neighbours": [{"asn": 2, "type": "up"}]}, "'up' is not among left"),
        ("asn-neighbours", {"resource": "x1", "neighbours": []}, "'x1' is no number of a network"),
        ("asn-neighbours", {"resource": "1"}, "neighbours: missing"),
        ("asn-neighbours", {"resource": "1", "neighbours": [7]}, "neighbours: missing, or no list"),
        ("asn-neighbours-history", {"resource": "1", "neighbours": [{"neighbour": 2}]}, "timelines: missing"),
        (
            "asn-neighbours-history",
            {"resource": "1", "neighbours": [{"neighbour": 2, "timelines": [line("2020-01-02", "2020-01-01")]}]},
            "ends before it starts",
        ),
        (
            "asn-neighbours-history",
            {"resource": "1", "neighbours": [{"neighbour": 2, "timelines": [line("soon", "later")]}]},
            "'soon' is no time",
        ),
        ("routing-history", {"resource": "1"}, "was expected"),
    ],
)
def test_an_answer_that_is_wrong_is_refused(tmp_path: Path, call: str, data: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ripestat.read_neighbours(answer(tmp_path, call, data))


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ({"origin": "1 2 3", "prefixes": []}, "neither a network nor a pair"),
        ({"origin": "1", "prefixes": [{"prefix": "everything", "timelines": []}]}, "is no block of addresses"),
    ],
)
def test_a_route_that_is_wrong_is_refused(tmp_path: Path, group: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ripestat.read_routes(answer(tmp_path, "routing-history", {"resource": "1", "by_origin": [group]}))


def test_errors_and_other_files_are_told(tmp_path: Path) -> None:
    wrong = answer(tmp_path, "asn-neighbours", {}, status="error", messages=[["error", "resource is malformed"]])
    with pytest.raises(InputError, match="resource is malformed"):
        ripestat.read_neighbours(wrong)
    with pytest.raises(InputError, match="not an answer of RIPEstat"):
        ripestat.read_neighbours(written(tmp_path / "other.json", "[]"))
    with pytest.raises(InputError, match="lists no networks"):
        ripestat.read_country(answer(tmp_path, "country-resource-list", {"resources": []}))
