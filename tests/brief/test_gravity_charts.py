"""The charts of scenarios and coalitions: what they draw of a result, at both widths."""

from __future__ import annotations

from typing import Any

import pytest

from khasan.brief.drawings.axes import Style
from khasan.brief.drawings.coalition import coalition_chart, draw_coalition
from khasan.brief.drawings.scenario import draw_scenario, scenario_chart, signed
from khasan.brief.theme import LIGHT

WORTH: dict[str, Any] = {
    "target": "PRK", "base_year": 2011, "shapley": {"CHN": 2.0, "RUS": 0.03, "JPN": 0.0},
    "first_in": {"CHN": 1.9, "RUS": 0.02, "JPN": 0.0}, "last_in": {"CHN": 2.2, "RUS": 0.04, "JPN": 0.0},
    "shapley_interval": {}, "coalitions": [{"members": [], "value": 0.0}, {"members": ["CHN", "RUS"], "value": 2.03}],
    "potential": {"value": 5.5, "share": 0.37}, "data": [{"data_set": "cow-trade", "version": "4.0"}],
}  # fmt: skip
OUTCOME: dict[str, Any] = {
    "scenario": "s.toml", "base_year": 2011, "data": [{"data_set": "cow-trade", "version": "4.0"}],
    "welfare": [
        {"country": "CHN", "role": "sender", "welfare": -0.001}, {"country": "PRK", "role": "target", "welfare": -2.1},
        *({"country": f"X{one}", "role": "other", "welfare": one / 100} for one in range(9)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("width", [640, 340])
def test_a_coalition_is_drawn_with_its_largest_sender_first(width: int) -> None:
    chart = coalition_chart(WORTH, {"RUS": "patron"})
    assert chart.alternative == "Of 2 percent that PRK loses, CHN accounts for 2."
    assert chart.source == "cow-trade 4.0"
    picture = draw_coalition(chart.data, Style(width, LIGHT))
    assert picture is not None
    drawn = picture.svg("c", "words")
    assert drawn.index(">CHN</text>") < drawn.index(">RUS</text>") < drawn.index(">JPN</text>")
    assert ">0.03</text>" in drawn
    assert ">Isolation costs 5.5 percent of the real wage</text>" in drawn


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_coalition({"rows": []}, Style(640, LIGHT)) is None
    assert draw_scenario({"rows": []}, Style(640, LIGHT)) is None


def test_senders_beyond_sixteen_are_counted() -> None:
    rows = [{"name": f"S{one}", "shapley": float(one), "low": one - 0.5, "high": one + 0.5} for one in range(20)]
    picture = draw_coalition({"rows": rows, "total": 190.0}, Style(640, LIGHT))
    assert picture is not None
    drawn = picture.svg("c", "words")
    assert "4 more senders with smaller values are not drawn" in drawn
    assert ">S3</text>" not in drawn


@pytest.mark.parametrize("width", [640, 340])
def test_a_scenario_is_drawn_with_its_target_apart(width: int) -> None:
    chart = scenario_chart(OUTCOME)
    assert [row["name"] for row in chart.data["rows"]][:3] == ["PRK", "CHN", "X8"]
    assert len(chart.data["rows"]) == 8
    picture = draw_scenario(chart.data, Style(width, LIGHT))
    assert picture is not None
    drawn = picture.svg("s", "words")
    assert drawn.index("Aimed at") < drawn.index(">PRK</text>") < drawn.index("Others") < drawn.index(">CHN</text>")
    assert "about 0" in drawn


def test_changes_carry_their_sign() -> None:
    assert [signed(one) for one in (0.25, -1.13, 0.001, -0.001)] == ["+0.25", "−1.1", "about 0", "about 0"]
