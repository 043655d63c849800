"""Columns up and down: what each side sold by year, on one scale, with nothing where there is no data."""

from __future__ import annotations

import pytest

from khasan.brief.charts import chart_svg, draw
from khasan.brief.document import Chart
from khasan.brief.lettering import Box, text_width
from khasan.brief.theme import LIGHT


def flows(points: list[list[float | None]], **data: object) -> Chart:
    held = {"up": "Vastavia (the Old Union before) sold", "down": "Norrland sold", "points": points, **data}
    return Chart("flows", "Trade fell", "million dollars", "Sources: none.", "It fell.", held, ())


EARLY: list[list[float | None]] = [[float(year), 10.0 + year - 1960, 4.0] for year in range(1960, 1990)]
POINTS: list[list[float | None]] = [
    *EARLY,
    [1990, None, 3.0],
    [1992, 400.0, None],
    [1993, 0.0, 250.0],
]
PHASES = [
    {"first": 1960, "last": 1985, "label": "1960–85"},
    {"first": 1986, "last": 1990, "label": "1986–90"},
    {"first": 1991, "last": 1993, "label": "1991–93"},
]


@pytest.mark.parametrize("width", [640, 340])
def test_words_stand_apart_and_inside(width: int) -> None:
    picture = draw(flows(POINTS, phases=PHASES), width)
    assert picture is not None
    boxes: list[tuple[Box, str]] = []
    for mark, rows, _ in picture._layers:
        for row in rows if mark == "text" else []:
            assert row["size"] >= 11
            wide = text_width(row["words"], row["size"], row["weight"] > 400)
            left = row["x"] - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[row["align"]]
            assert left > -3, row["words"]
            assert left + wide < width + 6, row["words"]
            assert 0 <= row["y"] <= picture.height
            boxes.append((Box(left + 3, row["y"] - 5, left + wide - 3, row["y"] + 5), row["words"]))
    for place, (box, words) in enumerate(boxes):
        for other, more in boxes[place + 1 :]:
            assert not box.meets(other), (words, more)
    assert {words for _, words in boxes} >= {"1960–85", "1986–90", "1991–93", "Norrland sold"}


def test_columns_are_on_one_scale_and_missing_ones_are_not_drawn() -> None:
    picture = draw(flows(POINTS), 640)
    assert picture is not None
    bars = [row for mark, rows, _ in picture._layers if mark == "rect" for row in rows]
    up = [abs(bar["y"] - bar["y2"]) for bar in bars if bar["fill"] == LIGHT.mark("patron")]
    down = [abs(bar["y"] - bar["y2"]) for bar in bars if bar["fill"] == LIGHT.mark("client")]
    assert (len(up), len(down)) == (31, 32)  # 1990 has no column up, 1992 none down, and a 0 has no height
    assert max(up) / max(down) == pytest.approx(400 / 250)


@pytest.mark.parametrize("points", [[], [[1990, None, None]]])
def test_without_data_there_is_no_picture(points: list[list[float | None]]) -> None:
    assert draw(flows(points), 640) is None
    assert chart_svg(flows(points)) == ""


def test_one_small_side_keeps_room_for_its_name() -> None:
    picture = draw(flows([[2000, 5000.0, 1.0], [2001, 9000.0, None]]), 340)
    assert picture is not None
    names = {row["words"]: row["y"] for mark, rows, _ in picture._layers if mark == "text" for row in rows}
    assert names["Norrland sold"] < picture.height - 22


def test_a_flow_that_is_set_aside_is_hatched() -> None:
    picture = draw(flows([[1990, 10.0, 4.0], [1991, 50.0, 5.0, True, False]]), 640)
    assert picture is not None
    bars = [row for mark, rows, _ in picture._layers if mark == "rect" for row in rows]
    plain = [bar for bar in bars if bar["fill"] in (LIGHT.mark("patron"), LIGHT.mark("client"))]
    assert len(plain) == 3
    assert "<pattern" in chart_svg(flows([[1990, 10.0, 4.0], [1991, 50.0, 5.0, True, False]]))
    assert "<pattern" not in chart_svg(flows([[1990, 10.0, 4.0]]))
