"""Shares of trade and agreements that revised rows of panels moved, on worlds worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.answers.world_difference import agreements_moved, permanent_members, shares_moved

FLOW = {"month": pl.Int64(), "goods": pl.String(), "reported_by": pl.String()}
Flows = dict[tuple[str, str, int], float]

OLD: Flows = {
    ("QAA", "QBB", 2010): 60.0,
    ("QBB", "QAA", 2010): 20.0,
    ("QCC", "QAA", 2010): 20.0,
    ("QAA", "QBB", 2011): 5.0,
}


def panels(flows: Flows) -> dict[str, pl.DataFrame]:
    """Write flows as the panel ``trade_flow``."""
    rows = [
        {"exporter": one, "importer": other, "year": year, "compiler": "C", "value": value}
        for (one, other, year), value in flows.items()
    ]
    frame = pl.DataFrame(rows)
    return {"trade_flow": frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in FLOW.items())}


def touched(*keys: tuple[str, str, int]) -> pl.DataFrame:
    """Write which flows changed."""
    return pl.DataFrame(
        [
            {
                "exporter": one, "importer": other, "year": year, "compiler": "C", "row": f"{one}-{other}-{year}",
                "source": "file",
            }
            for one, other, year in keys
        ]
    )  # fmt: skip


def test_a_revised_flow_moves_the_share_on_both_sides() -> None:
    new = OLD | {("QAA", "QBB", 2010): 160.0}
    moved = shares_moved(panels(OLD), panels(new), touched(("QAA", "QBB", 2010)))
    # QAA: 80 of 100 before, 180 of 200 after; QBB trades with nobody else, so its share is 1 and stays
    (one,) = moved
    assert one.key == "trade_share:client=QAA,compiler=C,partner=QBB,year=2010"
    assert (one.old, one.new) == pytest.approx((0.8, 0.9))
    assert one.change == pytest.approx(0.1)
    assert (one.rows, one.sources, one.unit) == (("QAA-QBB-2010",), ("file",), "share")


def test_a_flow_that_went_takes_its_share_with_it() -> None:
    new = {key: value for key, value in OLD.items() if key != ("QCC", "QAA", 2010)}
    moved = {one.key: one for one in shares_moved(panels(OLD), panels(new), touched(("QCC", "QAA", 2010)))}
    values = {one.parameters["client"]: (one.old, one.new, one.change) for one in moved.values()}
    assert values == {"QAA": (pytest.approx(0.2), None, None), "QCC": (1.0, None, None)}


def test_a_pair_of_recorded_zeros_has_no_share() -> None:
    old = OLD | {("QDD", "QAA", 2010): 0.0}
    new = OLD | {("QDD", "QAA", 2010): 25.0}
    moved = {
        one.parameters["client"]: one for one in shares_moved(panels(old), panels(new), touched(("QDD", "QAA", 2010)))
    }
    assert moved["QAA"].old is None
    assert moved["QAA"].new == pytest.approx(25 / 125)
    assert (moved["QDD"].old, moved["QDD"].new) == (None, 1.0)


def test_a_year_that_only_one_of_the_two_covers_is_no_revision() -> None:
    new = OLD | {("QAA", "QBB", 2012): 9.0}
    assert shares_moved(panels(OLD), panels(new), touched(("QAA", "QBB", 2012))) == []


def votes(answers: dict[str, str]) -> dict[str, pl.DataFrame]:
    """Write the answers of states, one letter a roll call (y, a, n or - for none), as panels of the year 2014."""
    words = {"y": "yes", "a": "abstain", "n": "no"}
    rows = [
        (call, actor, words[letter])
        for actor, letters in answers.items()
        for call, letter in enumerate(letters)
        if letter != "-"
    ]
    calls = [(call, 2014) for call in range(max(map(len, answers.values())))]
    return {
        "vote": pl.DataFrame(rows, schema=["roll_call", "actor", "answer"], orient="row"),
        "roll_call": pl.DataFrame(calls, schema=["roll_call", "year"], orient="row"),
    }


def test_a_revised_vote_moves_the_agreement_with_those_it_is_compared_with() -> None:
    old = votes({"QAA": "yyyy", "QBB": "yyna", "QCC": "nyyy", "QDD": "yyyy"})
    new = votes({"QAA": "yyyn", "QBB": "yyna", "QCC": "nyyy", "QDD": "yyyy"})
    changed = pl.DataFrame([(3, "QAA", "v3", "file")], schema=["roll_call", "actor", "row", "source"], orient="row")
    moved = agreements_moved(old, new, changed, ["QCC", "QBB"])
    # with QBB 2 of 4 before and after; with QCC 3 of 4 before, 2 of 4 after; QDD is not asked about
    (one,) = moved
    assert (one.key, one.old, one.new) == ("agreement:a=QAA,b=QCC,year=2014", 0.75, 0.5)
    assert (one.rows, one.sources) == (("v3",), ("file",))


def test_two_states_whose_votes_changed_are_compared_with_each_other() -> None:
    old, new = votes({"QAA": "yy", "QBB": "yy", "QCC": "yy"}), votes({"QAA": "yn", "QBB": "ny", "QCC": "yy"})
    rows = [(1, "QAA", "v1", "file"), (0, "QBB", "v0", "file")]
    changed = pl.DataFrame(rows, schema=["roll_call", "actor", "row", "source"], orient="row")
    (one,) = agreements_moved(old, new, changed, [])
    assert (one.key, one.old, one.new, one.rows) == ("agreement:a=QAA,b=QBB,year=2014", 1.0, 0.0, ("v0", "v1"))


def test_a_state_that_no_longer_voted_has_no_agreement() -> None:
    old, new = votes({"QAA": "y", "QBB": "y"}), votes({"QAA": "-", "QBB": "y"})
    changed = pl.DataFrame([(0, "QAA", "v0", "file")], schema=["roll_call", "actor", "row", "source"], orient="row")
    (one,) = agreements_moved(old, new, changed, ["QBB"])
    assert (one.old, one.new) == (1.0, None)


def test_the_permanent_members_are_five() -> None:
    assert permanent_members() == ("CHN", "FRA", "GBR", "RUS", "USA")
