"""Charts: text stays text, nothing leaks, nothing overlaps, and odd data is survived."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from made_up_charts import CLIENT, distances, lanes, leans, shares, slope

from khasan.brief.charts import acts_table, chart_svg, draw, subtitle
from khasan.brief.document import Chart
from khasan.brief.drawings.axes import day_end, year_of
from khasan.brief.drawings.shares import runs_of_years
from khasan.brief.drawings.slope import say
from khasan.brief.lettering import Box, spread, text_width, tiers, wrap
from khasan.brief.theme import LIGHT

MAKERS: list[Callable[[], Chart]] = [lanes, shares, slope, leans, distances, lambda: distances(False)]


def with_data(chart: Chart, **data: Any) -> Chart:
    return replace(chart, data={**chart.data, **data})


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("width", [640, 340])
def test_svg_is_clean(make: Callable[[], Chart], width: int) -> None:
    svg = chart_svg(make(), width, name="one")
    root = ET.fromstring(svg)
    assert root.get("viewBox", "").split()[2] == str(width)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "g", "path", "line", "rect", "text", "tspan", "circle", "defs", "pattern"}
    assert not re.search(r"(href|style=|class=|<style|data:)", svg)
    colours = {value for element in root.iter() for key in ("fill", "stroke") if (value := element.get(key))}
    assert {c for c in colours if not c.startswith("url(#one-")} <= {colour for _, colour in LIGHT.items()} | {"none"}
    assert "@" not in svg.replace("@note", "")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("width", [640, 340])
def test_words_are_large_enough_inside_the_frame_and_apart(make: Callable[[], Chart], width: int) -> None:
    picture = draw(make(), width)
    assert picture is not None
    boxes = []
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


@pytest.mark.parametrize("width", [640, 340])
def test_labels_of_lanes_do_not_cover_bars(width: int) -> None:
    picture = draw(lanes(), width)
    assert picture is not None
    bars = [row for mark, rows, _ in picture._layers if mark == "rect" for row in rows if row["y2"] - row["y"] < 10]
    assert min(bar["x2"] - bar["x"] for bar in bars) >= 4
    for mark, rows, _ in picture._layers:
        for row in rows if mark == "text" else []:
            wide = text_width(row["words"], row["size"] * 0.95, row["weight"] > 400)
            left = row["x"] - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[row["align"]]
            box = Box(left, row["y"] - 4, left + wide, row["y"] + 4)
            for bar in bars:
                assert not box.meets(Box(bar["x"], bar["y"], bar["x2"], bar["y2"])), row["words"]


@pytest.mark.parametrize("make", MAKERS)
def test_a_specification_is_valid_for_altair(make: Callable[[], Chart]) -> None:
    picture = draw(make())
    assert picture is not None
    assert picture.altair().to_dict()["layer"]


@pytest.mark.parametrize("kind", ["lanes", "shares", "slope", "leans", "distances"])
@pytest.mark.parametrize(
    "data", [{}, {"lanes": [], "lines": [], "rows": []}, {"lines": [{"points": []}], "rows": None}]
)
def test_nothing_to_draw(kind: str, data: Mapping[str, Any]) -> None:
    assert chart_svg(Chart(kind, "t", "s", "", "", data)) == ""


@pytest.mark.parametrize("width", [640, 340])
@pytest.mark.parametrize(
    "chart",
    [
        with_data(
            lanes(), lanes=[{"giver": "A", "role": "client", "label": "x", "start": "2020"}], phases=[], rules=[]
        ),
        with_data(shares(), lines=[{"name": "A", "role": "x", "compiler": "", "points": [[2000, 0.5]]}], coverage=[]),
        with_data(slope(), rows=[{"name": "A", "before": 0.0, "after": None}]),
        with_data(slope(), rows=[{"name": "A", "before": -4.0, "after": 7.5}]),
        with_data(leans(), lines=[{"layer": "A", "points": [[2000, 0.0, 0.0, 0.0]]}], acts=[]),
        with_data(distances(), rows=[{"name": "A", "kind": "land", "km": 0}], counterfactual=""),
    ],
)
def test_one_row_is_enough(chart: Chart, width: int) -> None:
    assert "<text" in chart_svg(chart, width)


def test_text_is_escaped_and_control_letters_dropped() -> None:
    chart = with_data(slope(), rows=[{"name": "<b>&\x00\"'", "before": 1.0, "after": 2.0}])
    svg = chart_svg(replace(chart, alternative='"><script>'), 640)
    assert "<b>" not in svg
    assert "<script>" not in svg
    assert "&lt;b&gt;&amp;" in svg
    ET.fromstring(svg)


def test_missing_years_are_gaps() -> None:
    runs = runs_of_years([[2001, 0.1], [2000, 0.2, None, None], [2003, 0.3], [2004, None], [2005, 0.4, 0.3, 0.5]])
    assert [[point[0] for point in run] for run in runs] == [[2000, 2001], [2003], [2005]]


def test_a_logarithmic_scale_is_said() -> None:
    assert subtitle(slope()).endswith("; logarithmic scale")
    even = with_data(slope(), rows=[{"name": "A", "before": 3.0, "after": 4.0}])
    assert "logarithmic" not in subtitle(even)


def test_votes_and_deeds_stand_on_dated_rows() -> None:
    table = acts_table(leans())
    assert table is not None
    assert table.rows[-1][0].prose.text == "28 March 2024"
    assert all(cell.prose.text for cell in table.rows[-1])
    assert acts_table(lanes()) is None


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="pie"):
        chart_svg(Chart("pie", "", "", "", "", {}))


@pytest.mark.parametrize(
    ("value", "words"), [(2430.0, "2,430"), (1.4, "1.4"), (0.03, "0.03"), (0.0, "0"), (None, "no data"), (-2.5, "−2.5")]
)
def test_values_as_a_newspaper_writes_them(value: float | None, words: str) -> None:
    assert say(value) == words


def test_dates_as_years() -> None:
    assert year_of("2000") == 2000.0
    assert year_of("2000-07-01") == pytest.approx(2000.497, abs=0.01)
    assert day_end("2000") == 2001.0
    assert day_end("2000-12-31") == pytest.approx(2001.0, abs=0.01)


def test_lettering() -> None:
    assert wrap("one two three", 40, 12, lines=2)[-1].endswith("…")
    assert wrap(CLIENT, 1000, 12) == [CLIENT]
    middles = spread([10, 11, 12], [10, 10, 10], 0, 100)
    assert all(b - a >= 10 for a, b in pairwise(middles))
    assert spread([99, 99], [10, 10], 0, 100)[1] <= 95
    assert tiers([(50, 40), (60, 40), (120, 40)], 0, 140) == [(30, 0), (40, 1), (100, 0)]


def shares_up_to(highest: float, compilers: tuple[str, ...] = ("Office",)) -> Chart:
    lines = [
        {"name": "Norrland", "role": "patron", "compiler": one, "weight": "reported",
         "points": [[2000, 0.05, 0.05, 0.05], [2001, highest, highest, highest]]}
        for one in compilers
    ]  # fmt: skip
    return Chart("shares", "t", "s", "Sources: none.", "a", {"lines": lines, "coverage": []}, ())


@pytest.mark.parametrize(("highest", "top"), [(0.2, "25%"), (0.4, "50%"), (0.6, "100%")])
def test_the_scale_of_shares_ends_at_a_quarter_a_half_or_all(highest: float, top: str) -> None:
    svg = chart_svg(shares_up_to(highest))
    ticks = re.findall(r">(\d+)%<", svg)
    assert f"{max(int(tick) for tick in ticks)}%" == top


def test_a_compiler_is_named_at_the_lines_only_where_there_are_several() -> None:
    assert "Office" not in chart_svg(shares_up_to(0.4)).split("</title>")[-1]
    assert "Bureau" in chart_svg(shares_up_to(0.4, ("Office", "Bureau")))
