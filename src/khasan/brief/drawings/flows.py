"""Trade of a pair by year: what one side sold as columns above the line, what the other sold below it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style, Years, draw_rules, rules_of, span_of, words_above
from khasan.brief.drawings.lanes import name_phases
from khasan.brief.drawings.slope import say
from khasan.brief.lettering import shorten, text_width
from khasan.brief.picture import Picture

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LEAST_SIDE = 34.0
"""Height that the smaller side keeps, so that its name can be read."""

_FIRM = (False, False)
"""Neither flow of a year is set aside."""


def draw_flows(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw columns up and down from one line on one scale; a year without data has no column."""
    points = [point for point in data.get("points") or () if point[1] is not None or point[2] is not None]
    if not points:
        return None
    palette = style.palette
    tops = [max((float(point[side] or 0.0) for point in points), default=0.0) for side in (1, 2)]
    step = _step(max(tops))
    label = max(text_width(say(tick * step), style.small) for tick in range(1, 6)) + 8
    first, last = span_of(data, [float(point[0]) for point in points])
    years = Years(first, last + 1, label, style.width - 8.0)
    picture = Picture(style.width, 0, palette)
    phases = [
        (years.at(float(phase["first"])), years.at(float(phase["last"]) + 1), str(phase["label"]))
        for phase in data.get("phases") or ()
        if float(phase["last"]) + 1 > first and float(phase["first"]) < last
    ]
    frame = (label, style.width - 4.0)
    rules = words_above(rules_of(data, years), frame, style, 96.0 if style.narrow else 130.0)
    names = words_above(
        [((left + right) / 2, words) for left, right, words in phases],
        frame,
        style,
        [max(right - left - 8, text_width(words, style.small, True) + 1) for left, right, words in phases],
    )
    top = rules.height + names.height + 8
    room = 200.0 if style.narrow else 220.0
    scale = room / (sum(tops) or 1.0)
    heights = [max(side * scale, _LEAST_SIDE) for side in tops]
    zero, bottom = top + 18 + heights[0], top + 18 + sum(heights) + 18
    for place, (left, right, _) in enumerate(phases):
        if place % 2 == 0:
            picture.bar((left, top), (right, bottom), palette.band)
    for sign, height in ((-1, heights[0]), (1, heights[1])):
        for tick in range(1, math.floor(height / scale / step) + 1):
            y = zero + sign * tick * step * scale
            picture.rule((label, y), (years.right, y), palette.grid)
            picture.text((label - 6, y), say(tick * step), palette.muted, style.small, "right")
    picture.text((label - 6, zero), "0", palette.muted, style.small, "right")
    draw_rules(picture, rules, top - names.height - 4, bottom, style)
    name_phases(picture, phases, names, top, style)
    wide = max((years.at(first + 1) - years.at(first)) - 1.2, 1.0)
    for year, up, down, *aside in points:
        left = years.at(float(year)) + 0.6
        for amount, sign, role, doubted in zip((up, down), (-1, 1), ("patron", "client"), aside or _FIRM, strict=True):
            if amount:
                tall, colour = max(float(amount) * scale, 0.8), palette.mark(role)
                fill, edge = (f"hatch:{colour}", colour) if doubted else (colour, "")
                picture.bar((left, zero), (left + wide, zero + sign * tall), fill, edge, 0.8)
    picture.rule((label, zero), (years.right, zero), palette.ink, 1.0)
    for key, height, role in (("up", top + 10, "patron"), ("down", bottom - 8, "client")):
        words = shorten(str(data.get(key) or ""), years.right - label - 4, style.size, True)
        picture.text((label + 4, height), words, palette.word(role), style.size, bold=True)
    years.draw(picture, bottom, style)
    picture.height = bottom + 22
    return picture


def _step(highest: float) -> float:
    """Return a round step of which two to five reach the highest value."""
    if highest <= 0:
        return 1.0
    base = 10.0 ** math.floor(math.log10(highest / 3))
    return next(base * step for step in _STEPS if base * step * 4 >= highest)
