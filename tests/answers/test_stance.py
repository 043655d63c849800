"""Leans by layer: which are told, how their intervals count, and when they are said to differ in sign."""

from __future__ import annotations

from typing import Any

import pytest
from facts import seen, world

from khasan.answers.assemble import Answers
from khasan.answers.stance import LAYER_NAMES, layer_name, point_both_ways
from khasan.answers.voice import Voice
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return world([seen("a", "goods_sold", "CLI", "PAT", "2005", 1)])


def lean(snapshot: Snapshot, method: str, value: float, spread: float = 0.0, **parameters: Any) -> Finding:
    detail = {"part": parameters["part"]} if "part" in parameters else {"year": 2005}
    asked = {"patron": "PAT", "one": "CLI", "other": "OPP", **({"year": 2005} if not parameters else {}), **parameters}
    return make_finding(
        snapshot, method, asked, ["a"], value, "lean", low=value - spread, high=value + spread, detail=detail
    )


def test_layers_differ_only_where_intervals_leave_no_doubt(snapshot: Snapshot) -> None:
    votes, points = lean(snapshot, "lean_votes", 0.2), lean(snapshot, "lean_points", -0.3, 0.1)
    assert point_both_ways([votes, points])
    assert not point_both_ways([votes, lean(snapshot, "lean_points", -0.3, 0.4)])
    assert not point_both_ways([votes, lean(snapshot, "lean_trade", 0.1)])
    assert not point_both_ways([])
    treaties, visits = (lean(snapshot, "lean_record", -0.5, part=part) for part in ("treaty", "visit"))
    assert point_both_ways([votes, treaties])
    assert not point_both_ways([votes, visits])


def test_a_lean_in_ideal_points_is_told_with_its_interval(snapshot: Snapshot) -> None:
    said = Voice(snapshot).say(
        "conflict_layers",
        latest=[lean(snapshot, "lean_votes", 0.2), lean(snapshot, "lean_points", -0.3, 0.1)],
        client="CLI", other="OPP", agenda=True,
    ).text  # fmt: skip
    assert "plus 0.20 on votes (2005) and minus 0.30 in ideal points (minus 0.40 to minus 0.20, 2005)" in said
    assert "ideal points allow for it" in said


def test_every_layer_has_a_name(snapshot: Snapshot) -> None:
    assert [layer_name(lean(snapshot, method, 0.1)) for method in LAYER_NAMES] == ["trade", "votes", "ideal points"]


def test_the_bundled_brief_has_ideal_points_as_a_layer(bundled_answers: Answers) -> None:
    part = bundled_answers.part("stance")
    lean = part.parts["on_points"]
    assert lean.parameters["year"] == 2019
    assert lean.low < lean.value < lean.high
    assert "in ideal points (" in part.text.text
    assert "not estimated" not in " ".join(one.text for one in part.unknown)
    assert {one.parameters["layer"] for one in part.parts["drifts"]} >= {"votes", "points"}


def test_where_all_are_bound_absorption_is_undefined_and_said_so(bundled_answers: Answers) -> None:
    part = bundled_answers.part("lifeline")
    assert part.parts["taken"].all_bound
    assert part.parts["taken"].of_patron is None
    assert "undefined: the restrictions bind all states" in part.text.text
