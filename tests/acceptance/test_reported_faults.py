"""Faults that readers of a brief reported, each with the case that showed it."""

from __future__ import annotations

from pathlib import Path

from tests.casebooks import TWO_HARBOURS, answers_of, copy_of, edit_table, read_table
from tests.conftest import Khasan

from khasan.answers.assemble import Answers
from khasan.ledger.bundled import open_casebook
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.measures.blackouts import recorded_zeros
from khasan.measures.dependence import trade_share
from khasan.measures.readings import one_estimate, readings_since


def test_a_numeral_in_a_name_is_quoted_and_not_counted(tmp_path: Path) -> None:
    folder = copy_of(TWO_HARBOURS, tmp_path / "numbered")
    edit_table(folder, "actor", lambda row: row.update(name=f"{row['name']} 2"))
    edit_table(folder, "channel", lambda row: row.update(name=f"{row['name']} of 3 kinds"))
    told = answers_of(folder, "QOS", "QVE", "QNO", "QSU")
    assert " 2" in told.bottom_line.text
    assert not any(mark in told.bottom_line.text for mark in "\x02\x03\x04")


def test_a_share_of_one_direction_says_so_and_leads_no_answer(bundled: Snapshot) -> None:
    both = trade_share(bundled, "PRK", "CHN", 2010, "Correlates of War")
    assert both is not None
    half = bundled.only(row for row in both.evidence if row != "d-cow-2010-chn-prk")
    one = trade_share(half, "PRK", "CHN", 2010, "Correlates of War")
    assert one is not None
    assert one.value < both.value
    assert one.detail["one_way"]
    assert not both.detail["one_way"]
    assert str(one.detail["coverage"]).startswith("one direction only")
    assert any("lower bound" in caveat for caveat in one.caveats)


def test_a_flow_outside_a_total_has_no_share_in_it(bundled: Snapshot) -> None:
    assert trade_share(bundled, "PRK", "KOR", 2010, "KOTRA", "inter-Korean trade") is None
    assert trade_share(bundled, "PRK", "CHN", 2010, "KOTRA", "inter-Korean trade") is not None


def test_a_total_added_up_by_us_is_called_a_sum(bundled: Snapshot) -> None:
    share = trade_share(bundled, "PRK", "CHN", 2005, "Correlates of War")
    assert share is not None
    assert str(share.detail["coverage"]).startswith("sum of all partners")


def test_nobody_once_stood_in_its_own_place(rival_answers: Answers) -> None:
    assert rival_answers.part("dependence").parts["leading"].parameters["partner"] == "CHN"
    assert rival_answers.part("dependence").parts["peak"] is None


def test_an_abstention_is_no_veto(rival_answers: Answers) -> None:
    vetoes = rival_answers.part("stance").parts["vetoes"]
    assert vetoes is not None
    assert vetoes.value == 1


def test_three_laden_fractions_are_one_estimate(bundled_answers: Answers, bundled: Snapshot) -> None:
    wanted = {"f079", "g736", "n001"}
    found = [one for one in bundled_answers.findings if wanted <= set(one.evidence)]
    assert found
    assert len({bundled.rows[row][1]["estimate_id"] for row in wanted}) == 1
    estimate = one_estimate(bundled, bundled.rows["f079"][1]["estimate_id"])
    assert estimate is not None
    assert (estimate.low, estimate.high) == (506529, 1367628)


def test_counts_of_the_same_soldiers_stand_side_by_side(bundled: Snapshot) -> None:
    found = readings_since(bundled, "troops_deployed", "PRK", "RUS", 2022)
    assert found is not None
    assert {11000, 14000} <= {reading["value"] for reading in found.detail["readings"]}


def test_a_recorded_zero_that_others_contradict_is_told(bundled: Snapshot) -> None:
    found = recorded_zeros(bundled, "PRK")
    assert found is not None
    assert found.value >= 1
    assert all(bundled.rows[row][1]["value"] >= 0 for row in found.evidence)


def test_rows_of_local_licence_stay_out_of_a_brief(tmp_path: Path) -> None:
    folder = copy_of(TWO_HARBOURS, tmp_path / "local")
    first = read_table(folder / "observation.csv")[0]["source"]
    edit_table(folder, "source", lambda row: row.update(licence_class="local") if row["id"] == first else None)
    snapshot = take_snapshot(open_casebook(folder))
    assert first in set(snapshot.observation["source"])
    kept = snapshot.publishable().observation
    assert kept.height
    assert first not in set(kept["source"])


def test_a_bad_day_or_parameter_in_an_id_is_one_line(khasan: Khasan) -> None:
    for identifier in ("trade_share:as_of=x@12345678", "trade_share:client=PRK@12345678"):
        said = khasan("why", identifier)
        assert (said.status, said.out) == (2, "")
        assert said.err.count("\n") == 1
        assert "positional" not in said.err
