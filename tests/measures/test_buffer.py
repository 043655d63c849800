"""Buffers, borders and the bloc."""

from __future__ import annotations

from datetime import date

from facts import Row, bundled, same, seen, world

from khasan.measures.buffer import bloc_neighbours, border, buffer, hosted_troops

BLOC: Row = {"id": "BLC", "name": "Bloc", "kind": "bloc", "members": "OPP;RIV;HST"}


def _spell(name: str, series: str, one: str, other: str, span: str = "1950-01-01/2016-12-31", value: float = 1) -> Row:
    return seen(name, series, one, other, span, value)


ROWS = [
    _spell("riv", "rivals", "OPP", "PAT", "1995-01-01/2020-12-31"),
    _spell("old", "rivals", "OLD", "OPP", "1945-01-01/1989-12-31"),
    _spell("pc", "land", "PAT", "CLI", "1991-12-26/2016-12-31"),
    _spell("cp", "land", "CLI", "PAT", "1991-12-26/2016-12-31"),
    _spell("co", "land", "CLI", "OLD", "1950-01-01/1991-12-25"),
    _spell("ch", "land", "CLI", "HST"),
    _spell("pr", "land", "PAT", "RIV", "1991-12-26/2016-12-31"),
    _spell("all", "allied", "HST", "OPP", "1953-01-01/2012-12-31"),
    _spell("gone", "allied", "OPP", "WLD", "1953-01-01/1960-12-31"),
]


def test_buffer_and_what_it_needs() -> None:
    snapshot = world(ROWS)
    found = buffer(snapshot, "PAT", "CLI", "OPP", 2024)
    assert found is not None
    assert (found.value, found.detail["hosts"]) == (1, ["HST"])
    assert any("2020" in text for text in found.caveats)
    same(snapshot, found, buffer)
    past = buffer(snapshot, "PAT", "CLI", "OPP", 1975)
    assert past is not None
    assert past.value == 1
    between = buffer(snapshot, "PAT", "CLI", "OPP", 1992)
    assert between is not None
    assert (between.value, between.detail["rivals"]) == (0, False)
    same(snapshot, between, buffer)
    assert buffer(world(ROWS[2:]), "PAT", "CLI", "OPP", 2024) is None
    assert buffer(world(ROWS[:2]), "PAT", "CLI", "OPP", 2024) is None


def test_host_by_troops_only() -> None:
    rows = [
        *ROWS[:7],
        seen("men", "based", "OPP", "HST", "2010", 500),
        seen("left", "based", "OPP", "PAT", "2010", 9, unit="persons withdrawn"),
    ]
    found = buffer(world([*rows, seen("men2", "based", "OPP", "HST", "2004", 900)]), "PAT", "CLI", "OPP", 2015)
    assert found is not None
    assert (found.value, found.detail["hosts"]) == (1, ["HST"])
    troops = hosted_troops(world(rows), "OPP", "HST")
    assert troops is not None
    assert troops.value == 500
    assert hosted_troops(world(rows), "OPP", "RIV") is None


def test_a_client_between_patron_and_the_opponent_itself_is_a_buffer() -> None:
    beside = [*ROWS[:4], _spell("co2", "land", "CLI", "OPP")]
    alone = world(beside)
    found = buffer(alone, "PAT", "CLI", "OPP", 2024)
    assert found is not None
    assert (found.value, found.detail["hosts"]) == (1, ["OPP"])
    same(alone, found, buffer)
    allied = world([*beside, *ROWS[5:]])
    both = buffer(allied, "PAT", "CLI", "OPP", 2010)
    assert both is not None
    assert (both.value, both.detail["hosts"]) == (1, ["HST", "OPP"])
    same(allied, both, buffer)


def test_an_opponent_without_allies_is_its_own_neighbourhood() -> None:
    snapshot = world([*ROWS[:3], _spell("po", "land", "PAT", "OPP")])
    found = bloc_neighbours(snapshot, "PAT", "CLI", "OPP", 2010)
    assert found is not None
    assert (found.value, found.high, found.detail["land"]) == (1, 2, ["OPP"])
    same(snapshot, found, bloc_neighbours)


def test_the_undated_list_of_members_says_nothing_of_a_day_asked_for() -> None:
    today = bloc_neighbours(world(ROWS, actor=[BLOC]), "PAT", "CLI", "OPP", 2022)
    asked = world(ROWS, actor=[BLOC], as_of=date(2022, 3, 1))
    then = bloc_neighbours(asked, "PAT", "CLI", "OPP", 2022)
    assert today is not None
    assert then is not None
    assert (today.detail["land"], then.detail["land"]) == (["RIV"], [])
    assert (today.detail["left_out"], then.detail["left_out"]) == ([], ["RIV"])
    assert any("undated and left out" in text and "Rivalia" in text for text in then.caveats)
    assert not any("undated and left out" in text for text in today.caveats)
    near = [*ROWS, _spell("cr", "land", "CLI", "RIV"), _spell("xx", "land", "RIV", "CLI")]
    listed = world([row for row in near if row["id"] != "ch"], actor=[BLOC])
    dated = world([row for row in near if row["id"] != "ch"], actor=[BLOC], as_of=date(2022, 3, 1))
    for snapshot, value in ((listed, 1), (dated, 0)):
        found = buffer(snapshot, "PAT", "CLI", "OPP", 2022)
        assert found is not None
        assert found.value == value
        same(snapshot, found, buffer)


def test_neighbours_now_and_without_the_client() -> None:
    snapshot = world(ROWS)
    found = bloc_neighbours(snapshot, "PAT", "CLI", "OPP", 2010)
    assert found is not None
    assert (found.value, found.low, found.high) == (0, 0, 1)
    same(snapshot, found, bloc_neighbours)
    listed = bloc_neighbours(world(ROWS, actor=[BLOC]), "PAT", "CLI", "OPP", 2015)
    assert listed is not None
    assert (listed.value, listed.high, listed.detail["land"]) == (1, 2, ["RIV"])
    left_out = bloc_neighbours(world(ROWS, actor=[BLOC]), "PAT", "CLI", "OPP", 2010)
    assert left_out is not None
    assert left_out.value == 0
    later = [*ROWS, seen("acc", "allied", "OPP", "RIV", "2014-04-04/2014-04-04", 1, source="c")]
    for year, value in ((2013, 0), (2014, 1), (2020, 1)):
        dated = bloc_neighbours(world(later, actor=[BLOC]), "PAT", "CLI", "OPP", year)
        assert dated is not None
        assert dated.value == value
        same(world(later, actor=[BLOC]), dated, bloc_neighbours)


def test_border_and_its_readings() -> None:
    rows = [
        seen("a", "border", "PAT", "CLI", "2020", 18, credibility="3"),
        seen("b", "border", "CLI", "OLD", "1985", 17, credibility="4"),
    ]
    snapshot = world(rows)
    found = border(snapshot, "PAT", "CLI")
    assert found is not None
    assert (found.value, found.low, found.high, found.unit) == (18, 17, 18, "km")
    same(snapshot, found, border)
    assert border(snapshot, "PAT", "OPP") is None


def test_bundled_casebook() -> None:
    snapshot = bundled()
    if not snapshot.series_of("strategic_rivalry"):
        return
    for patron, client, opponent in snapshot.triangle.select("patron", "client", "opponent").iter_rows():
        for year in (1960, 1985, 1995, 2012, 2016, 2024):
            for method in (buffer, bloc_neighbours):
                found = method(snapshot, patron, client, opponent, year)
                if found is not None:
                    same(snapshot, found, method)
    found = buffer(snapshot, "RUS", "PRK", "USA", 2024)
    assert found is not None
    assert (found.value, found.detail["hosts"]) == (1, ["KOR"])
