"""Before and after: one line a partner between two columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style
from khasan.brief.lettering import shorten, spread, text_width
from khasan.brief.picture import Picture

_RATIO = 40.0
"""Above this ratio of the largest to the smallest value the scale is logarithmic."""


def needs_log(data: Mapping[str, Any]) -> bool:
    """Tell whether the values are so far apart that the scale is logarithmic."""
    values = [float(value) for value in _values(data) if value > 0]
    return len(values) > 1 and max(values) / min(values) > _RATIO and all(value >= 0 for value in _values(data))


def say(value: float | None) -> str:
    """Write a value as a newspaper would: commas in thousands, no more digits than needed."""
    if value is None:
        return "no data"
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}".replace("-", "−")
    digits = 1 if size >= 1 else min(4, 1 - math.floor(math.log10(size)))
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


def draw_slope(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw what each partner took before and after, on a logarithmic scale where the range needs it."""
    rows = [row for row in data.get("rows") or () if row.get("before") is not None or row.get("after") is not None]
    if not rows:
        return None
    palette = style.palette
    figure = max(text_width(say(row.get(side)), style.size, True) for row in rows for side in ("before", "after"))
    if style.narrow:
        left, right = figure + 12, style.width - max(142.0, figure + 100)
    else:
        left, right = 200.0, style.width - 240.0
    gap = 17.0
    deep = max(190.0, gap * len(rows) + 20)
    top = 34.0
    bottom = top + deep
    picture = Picture(style.width, bottom + 10, palette)
    log = needs_log(data)
    height = _scale(data, top + 8, bottom - 8, log)
    for x, words in ((left, data.get("before")), (right, data.get("after"))):
        picture.rule((x, top - 8), (x, bottom), palette.axis)
        half = text_width(str(words or ""), style.small, True) / 2
        middle = min(max(x, half), style.width - half)
        picture.text((middle, top - 24), str(words or ""), palette.muted, style.small, "center", bold=True)
    sides: dict[str, list[float]] = {}
    for side in ("before", "after"):
        wanted = [height(row.get(side)) for row in rows]
        sides[side] = spread(wanted, [gap] * len(rows), top - 6, bottom + 6)
    order = sorted(range(len(rows)), key=lambda place: rows[place].get("role") not in (None, "", "other"))
    for place in order:
        row = rows[place]
        colour = palette.mark(str(row.get("role") or "other"))
        thick = 1.4 if row.get("role") in (None, "", "other") else 2.6
        ends = [(x, height(row[side])) for x, side in ((left, "before"), (right, "after")) if row.get(side) is not None]
        if row.get("low") is not None and row.get("high") is not None:
            picture.bar((right - 4, height(row["high"])), (right + 4, height(row["low"])), colour, opacity=0.22)
        if len(ends) == 2:
            picture.line(ends, colour, thick)
        for end in ends:
            picture.dot(end, colour, 3.2)
    for place, row in enumerate(rows):
        _label(picture, row, (left, sides["before"][place], height(row.get("before"))), "before", style)
        _label(picture, row, (right, sides["after"][place], height(row.get("after"))), "after", style)
    return picture


def _label(picture: Picture, row: Mapping[str, Any], at: tuple[float, float, float], side: str, style: Style) -> None:
    x, middle, true = at
    palette = style.palette
    away, align = (-1, "right") if side == "before" else (1, "left")
    missing = row.get(side) is None
    colour = palette.muted if missing else palette.word(str(row.get("role") or "other"))
    figure = say(row.get(side))
    if abs(middle - true) > 2 and not missing:
        picture.line(sorted([(x + away * 4, true), (x + away * 12, middle)]), palette.axis, 1)
    x += away * 14
    picture.text((x, middle), figure, colour, style.size, align, bold=not missing)
    if side == "after" or not style.narrow:
        wide = text_width(figure, style.size, True) + 7
        room = (x - wide) if away < 0 else style.width - x - wide
        name = shorten(str(row.get("name") or ""), room, style.size)
        picture.text((x + away * wide, middle), name, colour, style.size, align)


def _values(data: Mapping[str, Any]) -> list[float]:
    sides = ("before", "after", "low", "high")
    return [float(row[side]) for row in data.get("rows") or () for side in sides if row.get(side) is not None]


def _scale(data: Mapping[str, Any], top: float, bottom: float, log: bool) -> Any:
    values = _values(data)
    high, low = max(values), min(0.0, *values)
    if log:
        above = [value for value in values if value > 0]
        low = min(above) / (1.6 if len(above) < len(values) else 1.0)
        span = math.log(high / low) or 1.0
        return lambda value: bottom - (bottom - top) * math.log(max(value or low, low) / low) / span
    return lambda value: bottom - (bottom - top) * ((value or 0.0) - low) / ((high - low) or 1.0)
