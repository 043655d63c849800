"""Acts, and deliveries beside them."""

from __future__ import annotations

from facts import THREE_RIVERS, act, bundled, law, opened, same, seen, world

from khasan.measures.deed import acts, deeds, vote_against_deed

EVENTS = [
    act("t1", "1961-07-06", "OLD;CLI", "treaty"),
    act("t2", "2000-02-09", "PAT;CLI", "treaty"),
    act("t3", "2001-02-09", "PAT;RIV", "treaty"),
    act("t4", "2002-02-09", "PAT;CLI", "treaty", credibility="6"),
    act("v1", "2022-05-26", "PAT;RIV;UN", "veto"),
    act("v2", "2022-05-26", "PAT;UN", "veto"),
    act("v3", "2023-05-26", "PAT;RIV", "vote"),
]
BAN = law("ban4", "ban", paragraph="4")
OWN = law("own", "ban", paragraph="5", sender="PAT", binds="one state", authority="autonomous", date="2015-01-01")
FOREIGN = law("foreign", "ban", paragraph="5", sender="OPP", binds="one state", authority="autonomous")


def test_acts_follow_predecessors_and_organisations() -> None:
    snapshot = world(restriction=[BAN], event=EVENTS)
    treaties = acts(snapshot, "PAT", "CLI", "treaty", 1900, 2026)
    assert treaties is not None
    assert [one["id"] for one in treaties.detail["acts"]] == ["t1", "t2"]
    votes = acts(snapshot, "PAT", "CLI", "vote", 1900, 2026)
    assert votes is not None
    assert votes.value == 2
    vetoes = acts(snapshot, "PAT", "CLI", "vote", 1900, 2026, "veto")
    assert vetoes is not None
    assert (vetoes.value, len(vetoes.evidence)) == (1, 2), "two rows of one day are one veto"
    alone = acts(snapshot, "PAT", "", "vote", 1900, 2026)
    assert alone is not None
    assert alone.value == 3
    same(snapshot, alone, acts)
    assert acts(snapshot, "PAT", "CLI", "treaty", 1970, 1980) is None


def test_deeds_count_deliveries_under_a_ban_or_cap_at_their_date() -> None:
    rows = [
        seen("before", "tankers", "PAT", "CLI", "2009-05", 1),
        seen("during", "tankers", "PAT", "CLI", "2012-05", 2),
        seen("again", "tankers", "PAT", "CLI", "2012-05", 2, compiler="Other"),
        seen("zero", "tankers", "PAT", "CLI", "2012-06", 0),
        seen("later", "light_fuel_estimate", "PAT", "CLI", "2016-05", 9),
        seen("open", "goods_sold", "PAT", "CLI", "2016", 9),
        seen("back", "tankers", "CLI", "PAT", "2016", 9),
    ]
    snapshot = world(rows, [BAN, OWN])
    found = deeds(snapshot, "PAT", "CLI", 2000, 2026)
    assert found is not None
    assert [one["id"] for one in found.detail["deeds"]] == ["later", "again"]
    same(snapshot, found, deeds)
    named = [{**event, "actors": f"{event['actors']};CLI"} if event["kind"] == "veto" else event for event in EVENTS]
    bound = vote_against_deed(world(rows, [FOREIGN, OWN], named), "PAT", "CLI", 2000, 2026)
    assert bound is not None
    assert [one["id"] for one in bound.detail["deeds"]] == ["later"]
    assert [one["kind"] for one in bound.detail["votes"]] == ["restriction", "veto", "veto"]
    assert vote_against_deed(world(rows, [FOREIGN]), "PAT", "CLI", 2000, 2026) is None


def test_table_holds_twelve_rows_at_most() -> None:
    rows = [seen(f"m{n:02d}", "tankers", "PAT", "CLI", f"2012-{n:02d}", 100 - n) for n in range(1, 13)]
    rows += [seen(f"n{n:02d}", "tankers", "PAT", "CLI", f"2013-{n:02d}", n) for n in range(1, 13)]
    found = vote_against_deed(world(rows, [BAN]), "PAT", "CLI", 2000, 2026)
    assert found is not None
    assert found.value == 24
    listed = [one["id"] for one in found.detail["deeds"]]
    assert listed == [f"n{n:02d}" for n in range(12, 6, -1)] + [f"m{n:02d}" for n in range(6, 0, -1)]


def test_recomputed_from_evidence() -> None:
    books = [(bundled(), "RUS", "PRK")]
    if THREE_RIVERS.exists():
        books.append((opened(THREE_RIVERS), "XAA", "XBB"))
    for snapshot, patron, client in books:
        for method in (deeds, vote_against_deed):
            found = method(snapshot, patron, client, 1990, 2026)
            if found is not None:
                same(snapshot, found, method)
        for part in ("treaty", "visit", "vote", "statement", "delivery"):
            for other in (client, ""):
                counted = acts(snapshot, patron, other, part, 1900, 2026)
                if counted is not None:
                    same(snapshot, counted, acts)


def test_another_visit_of_the_day_hides_nothing() -> None:
    rows = [act("a", "2003-05-01", "PAT;CLI", "visit"), act("b", "2003-05-01", "RIV;CLI", "visit")]
    found = acts(world(event=rows, restriction=[law("x", "ban")]), "PAT", "CLI", "visit")
    assert found is not None
    assert found.value == 1
