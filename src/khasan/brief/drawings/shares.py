"""Shares of a client's trade over the years, each compiler's as its own line, with the coverage below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khasan.brief.drawings.axes import Style, Years, draw_rules, rules_of, span_of, words_above
from khasan.brief.drawings.ends import End, label_ends
from khasan.brief.lettering import shorten, text_width
from khasan.brief.picture import Picture

_WEIGHTS: dict[str, tuple[float, tuple[int, ...]]] = {
    "published": (2.6, ()),
    "reported": (1.7, ()),
    "vetted": (1.7, (4, 3)),
}


def runs_of_years(points: Sequence[Sequence[Any]]) -> list[list[tuple[float, float, float, float]]]:
    """Split points into runs without a missing year; a point without a value ends a run."""
    runs: list[list[tuple[float, float, float, float]]] = []
    last = None
    for point in sorted(points, key=lambda point: float(point[0])):
        year, value = float(point[0]), point[1]
        if value is None:
            last = None
            continue
        low = point[2] if len(point) > 2 and point[2] is not None else value
        high = point[3] if len(point) > 3 and point[3] is not None else value
        if last is None or year - last > 1.001:
            runs.append([])
        runs[-1].append((year, float(value), float(low), float(high)))
        last = year
    return runs


def draw_shares(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw shares from 0 to 25, 50 or 100 percent, labels at the ends of lines, gaps where years are missing."""
    lines = [(line, runs_of_years(line.get("points") or ())) for line in data.get("lines") or ()]
    lines = [(line, runs) for line, runs in lines if runs]
    coverage = [entry for entry in data.get("coverage") or () if entry.get("years")]
    if not lines:
        return None
    palette = style.palette
    seen = [point[0] for _, runs in lines for run in runs for point in run]
    first, last = span_of(data, [*seen, *(float(year) for entry in coverage for year in entry["years"])])
    right = style.width - (104.0 if style.narrow else 150.0)
    years = Years(first, last, 36.0, right)
    words = words_above(rules_of(data, years), (36.0, style.width - 2.0), style, 90.0 if style.narrow else 130.0)
    top = words.height + 10
    deep = 250.0 if style.narrow else 270.0
    highest = max(max(point[1:]) for _, runs in lines for run in runs for point in run)
    reach = next((end for end in (0.25, 0.5) if highest <= end), 1.0)
    bottom = top + deep
    picture = Picture(style.width, 0, palette)

    def down(share: float) -> float:
        return bottom - deep * min(1.0, max(0.0, share / reach))

    for step in range(0, round(reach * 100) + 1, {0.25: 5, 0.5: 10}.get(reach, 25)):
        height = down(step / 100)
        picture.rule((36, height), (right, height), palette.axis if step == 0 else palette.grid)
        picture.text((30, height), f"{step}%", palette.muted, style.small, "right")
    draw_rules(picture, words, top - 4, bottom, style)
    for line, runs in lines:
        _shade(picture, line, runs, years, down, style)
    alone = len({str(line.get("compiler") or "") for line, _ in lines}) == 1
    ends = []
    for line, runs in lines:
        thick, dash = _WEIGHTS.get(str(line.get("weight") or "reported"), _WEIGHTS["reported"])
        colour = palette.mark(str(line.get("role") or "other"))
        paths = [[(years.at(year), down(value)) for year, value, _, _ in run] for run in runs]
        for path in paths:
            if len(path) > 1:
                picture.line(path, colour, thick, dash)
            else:
                picture.dot(path[0], colour, 2.2)
        picture.dot(paths[-1][-1], colour, 3.0)
        ends.append(
            End(
                str(line.get("name") or ""),
                ", ".join(part for part in (_said(line), "" if alone else str(line.get("compiler") or "")) if part),
                palette.word(str(line.get("role") or "other")),
                paths,
            )
        )
    label_ends(picture, ends, (36.0, top - 4, right, bottom), style)
    years.draw(picture, bottom, style)
    picture.height = _strip(picture, coverage, years, bottom + 30, style)
    return picture


def _said(line: Mapping[str, Any]) -> str:
    weight = str(line.get("weight") or "")
    return {"reported": "as reported", "vetted": "suspect flows set aside", "published": "published"}.get(
        weight, weight
    )


def _shade(picture: Picture, line: Mapping[str, Any], runs: Any, years: Years, down: Any, style: Style) -> None:
    colour = style.palette.mark(str(line.get("role") or "other"))
    fill = f"hatch:{colour}" if line.get("weight") == "vetted" else colour
    for run in runs:
        band = [(years.at(year), down(low), down(high)) for year, _, low, high in run]
        if len(band) > 1 and any(abs(one - other) > 0.5 for _, one, other in band):
            picture.area(band, fill)


def _spans(covered: Sequence[Any], years: Years) -> list[tuple[int, int]]:
    """Return first and last year of every run of years."""
    spans: list[tuple[int, int]] = []
    for year in sorted({int(year) for year in covered if years.first <= int(year) <= years.last}):
        if spans and year == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], year)
        else:
            spans.append((year, year))
    return spans


def _strip(picture: Picture, coverage: list[Any], years: Years, top: float, style: Style) -> float:
    """Draw a row of ticks a compiler: the years that it covers; return where the strip ends."""
    palette = style.palette
    if not coverage:
        return top - 6
    picture.text((0, top + 4), "Years with data", palette.muted, style.small, bold=True)
    top += 16
    wide = (years.right - years.left) / max(years.last - years.first, 1)
    for entry in coverage:
        name = str(entry.get("compiler") or "")
        room = style.width - years.right - 10
        beside = text_width(name, style.small) <= room or not style.narrow
        middle = top + 8 if beside else top + 22
        if beside:
            picture.text((years.right + 10, middle), shorten(name, room, style.small), palette.muted, style.small)
        else:
            picture.text(
                (years.left, top + 7), shorten(name, style.width - 40, style.small), palette.muted, style.small
            )
        picture.rule((years.left, middle), (years.right, middle), palette.grid)
        for start, end in _spans(entry["years"], years):
            left = max(years.at(start) - wide / 2, years.left)
            right = min(years.at(end) + wide / 2, years.right)
            picture.rule((left, middle), (right, middle), palette.other, 8.0, (max(wide - 0.8, 0.8), 0.8))
        top += 16 if beside else 31
    return top + 6
