"""The chart of who fell and who rose: inside the frame, words apart, hatched where unsure."""

from __future__ import annotations

from typing import Any

import pytest

from khasan.brief.drawings.absorbed import draw_absorbed
from khasan.brief.drawings.axes import Style
from khasan.brief.lettering import Box, text_width
from khasan.brief.theme import DARK, LIGHT

ROWS: list[dict[str, Any]] = [
    {"name": "Atlantic Union", "role": "opponent", "sender": True, "change": -3150.4},
    {"name": "People's Commonwealth of Norrland-Estmark", "sender": True, "change": -12},
    {"name": "Great Ostrava", "role": "rival", "change": -4244, "low": -9000, "high": 500, "sure": False},
    {"name": "Federated Vastavia", "role": "patron", "change": 3412, "low": 900, "high": 16000},
    {"name": "Nowhere", "role": "other", "change": 0, "low": -3, "high": 4, "sure": False},
    {"name": "No data", "role": "other", "change": None},
]
DATA = {"senders": "Who restricted", "others": "Who did not", "rows": ROWS}


@pytest.mark.parametrize("width", [640, 340])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_lie_inside_and_apart(width: int, theme: Any) -> None:
    picture = draw_absorbed(DATA, Style(width, theme))
    assert picture is not None
    boxes: list[tuple[Box, str]] = []
    for mark, rows, _ in picture._layers:
        for row in rows:
            if mark == "text":
                wide = text_width(row["words"], row["size"], row["weight"] > 400)
                left = row["x"] - (wide if row["align"] == "right" else 0)
                assert left >= -1, row["words"]
                assert left + wide <= width + 1, row["words"]
                assert row["size"] >= 11
                boxes.append((Box(left + 2, row["y"] - 5, left + wide - 2, row["y"] + 5), row["words"]))
            else:
                assert -1 <= min(row["x"], row["x2"]) <= max(row["x"], row["x2"]) <= width + 1
            assert row["y"] <= picture.height
    for place, (box, words) in enumerate(boxes):
        for other, more in boxes[place + 1 :]:
            assert not box.meets(other), (words, more)
    said = {words for _, words in boxes}
    assert {"Who restricted", "Who did not", "−3,150", "+3,412", "0"} <= said
    assert "No data" not in said


def test_a_bar_whose_interval_holds_zero_is_hatched() -> None:
    picture = draw_absorbed(DATA, Style(640, LIGHT))
    assert picture is not None
    fills = [row["fill"] for mark, rows, _ in picture._layers if mark == "rect" for row in rows]
    assert fills == [
        LIGHT.opponent,
        LIGHT.other,
        f"url(#hatch-{LIGHT.rival[1:]})",
        LIGHT.patron,
        f"url(#hatch-{LIGHT.other[1:]})",
    ]
    assert "<pattern" in picture.svg("one", "who fell and who rose")
    said = [row["words"] for mark, rows, _ in picture._layers if mark == "text" for row in rows]
    assert "Hatched: may be 0, at 90 percent" in said
    sure = draw_absorbed({**DATA, "rows": ROWS[:2]}, Style(640, LIGHT))
    assert sure is not None
    assert sure.height < picture.height
    assert not any("Hatched" in row["words"] for mark, rows, _ in sure._layers if mark == "text" for row in rows)


def test_bars_are_as_long_as_their_changes() -> None:
    picture = draw_absorbed(DATA, Style(640, LIGHT))
    assert picture is not None
    bars = [row["x2"] - row["x"] for mark, rows, _ in picture._layers if mark == "rect" for row in rows]
    assert bars[3] / bars[2] == pytest.approx(3412 / 4244)


def test_nothing_to_draw() -> None:
    assert draw_absorbed({"rows": []}, Style(640, LIGHT)) is None
    assert draw_absorbed({"rows": [{"name": "A", "change": None}]}, Style(640, LIGHT)) is None
