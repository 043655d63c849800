"""Where a patron leans between two rivals: one line a layer, zero in the middle, votes and deeds below."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style, Years, span_of, year_of
from khasan.brief.drawings.ends import End, label_ends
from khasan.brief.drawings.shares import runs_of_years
from khasan.brief.lettering import shorten
from khasan.brief.picture import Picture

_DASHES: tuple[tuple[int, ...], ...] = ((), (), (), (6, 3), (6, 3), (2, 3))


def draw_leans(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw the lean on each layer, its interval as shade, and ticks for votes and deeds."""
    lines = [(line, runs_of_years(line.get("points") or ())) for line in data.get("lines") or ()]
    lines = [(line, runs) for line, runs in lines if runs]
    acts = [act for act in data.get("acts") or () if act.get("date")]
    if not lines:
        return None
    palette = style.palette
    seen = [point[0] for _, runs in lines for run in runs for point in run]
    first, last = span_of(data, [*seen, *(year_of(str(act["date"])) for act in acts)])
    right = style.width - (100.0 if style.narrow else 150.0)
    years = Years(first, last, 36.0, right)
    reach = _round_up(max(abs(value) for _, runs in lines for run in runs for point in run for value in point[1:]))
    top, deep = 24.0, 240.0
    bottom = top + deep
    middle = (top + bottom) / 2
    picture = Picture(style.width, 0, palette)

    def down(lean: float) -> float:
        return middle - (deep / 2) * max(-1.0, min(1.0, lean / reach))

    for share in (-1.0, -0.5, 0.5, 1.0):
        picture.rule((36, down(share * reach)), (right, down(share * reach)), palette.grid)
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        words = f"{share * reach:+g}".replace("-", "−") if share else "0"
        picture.text((30, down(share * reach)), words, palette.muted, style.small, "right")
    colours = (palette.patron, palette.ink, palette.other, palette.patron, palette.ink, palette.other)
    texts = (palette.patron_text, palette.ink, palette.other_text) * 2
    for place, (_, runs) in enumerate(lines):
        for run in runs:
            band = [(years.at(year), down(low), down(high)) for year, _, low, high in run]
            if len(band) > 1 and any(abs(one - other) > 0.5 for _, one, other in band):
                picture.area(band, colours[place % 6], 0.13)
    picture.rule((36, middle), (right, middle), palette.ink, 1.2)
    ends = []
    for place, (line, runs) in enumerate(lines):
        paths = [[(years.at(year), down(value)) for year, value, _, _ in run] for run in runs]
        for path in paths:
            if len(path) > 1:
                picture.line(path, colours[place % 6], 2.2, _DASHES[place % 6])
            else:
                picture.dot(path[0], colours[place % 6], 2.4)
        picture.dot(paths[-1][-1], colours[place % 6], 3.0)
        ends.append(End(str(line.get("layer") or ""), "", texts[place % 6], paths))
    label_ends(picture, ends, (36.0, top, right, bottom), style)
    for towards, height in ((data.get("one"), top - 13), (data.get("other"), bottom + 13)):
        arrow = "↑" if height < top else "↓"
        start = 0.0 if style.narrow else 36.0
        said = shorten(f"{arrow} towards {towards}", style.width - start, style.small, True)
        picture.text((start, height), said, palette.muted, style.small, bold=True)
    floor = _acts(picture, acts, years, bottom + 30, style)
    years.draw(picture, floor, style)
    picture.height = floor + 22
    return picture


def _acts(picture: Picture, acts: list[Any], years: Years, top: float, style: Style) -> float:
    """Draw a row of ticks for votes and one for deeds; the table below the chart names them."""
    if not acts:
        return top - 6
    palette = style.palette
    for kind, plural in (("vote", "votes"), ("deed", "deeds")):
        some = [act for act in acts if act.get("kind") == kind]
        if not some:
            continue
        picture.text((years.right + 10, top), plural, palette.muted, style.small)
        picture.rule((years.left, top), (years.right, top), palette.grid)
        for act in some:
            x = years.at(year_of(str(act["date"])))
            if kind == "vote":
                picture.bar((x - 1.2, top - 5), (x + 1.2, top + 5), palette.patron)
            else:
                picture.dot((x, top), palette.ink, 3.2)
        top += 18
    return top


def _round_up(value: float) -> float:
    if not value > 0:
        return 1.0
    base = 10.0 ** math.floor(math.log10(value))
    return float(next(step * base for step in (1.0, 2.0, 4.0, 5.0, 10.0) if step * base >= value * 0.999))
