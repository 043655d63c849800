"""Time axes, rules with a word, and the sizes that the charts share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from khasan.brief.lettering import text_width, tiers, wrap
from khasan.brief.picture import Picture
from khasan.brief.theme import Palette

NARROW = 480
"""Below this width a chart is drawn for a phone."""


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes for one width: of words, small words and lines of words."""

    width: int
    palette: Palette

    @property
    def narrow(self) -> bool:
        """Tell whether the chart is for a phone."""
        return self.width < NARROW

    @property
    def size(self) -> float:
        """Size of words."""
        return 12.5

    @property
    def small(self) -> float:
        """Size of axis labels and of secondary words."""
        return 11.5

    @property
    def leading(self) -> float:
        """Height of a line of small words."""
        return 14.0


def year_of(day: str) -> float:
    """Return a date (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``) as a year with a fraction."""
    parts = [int(part) for part in str(day).split("-")[:3]]
    year, month, at = (*parts, 1, 1)[:3] if len(parts) < 3 else parts
    if not 1 <= year <= 9998:
        return float(year)
    start = date(year, 1, 1).toordinal()
    return year + (date(year, month, at).toordinal() - start) / (date(year + 1, 1, 1).toordinal() - start)


def day_end(day: str) -> float:
    """Return the end of the year, month or day that a date names."""
    parts = str(day).split("-")
    if len(parts) == 1:
        return int(parts[0]) + 1.0
    return year_of(day) + (1 / 12 if len(parts) == 2 else 1 / 365)


@dataclass(frozen=True, slots=True)
class Years:
    """A time axis from one year to another, between two pixels."""

    first: float
    last: float
    left: float
    right: float

    def at(self, year: float) -> float:
        """Return the pixel of a year, never outside the axis."""
        span = max(self.last - self.first, 1e-9)
        share = (year - self.first) / span
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def marks(self) -> list[int]:
        """Return the years to be labelled: round ones, about 60 pixels apart."""
        span = max(self.last - self.first, 1e-9)
        most = max(2.0, (self.right - self.left) / 58)
        step = next((step for step in (1, 2, 5, 10, 20, 25, 50, 100) if span / step <= most), 200)
        start = math.ceil(self.first / step) * step
        return list(range(start, math.floor(self.last) + 1, step))

    def draw(self, picture: Picture, height: float, style: Style) -> None:
        """Draw the axis at a height."""
        palette = style.palette
        picture.rule((self.left, height), (self.right, height), palette.axis)
        for year in self.marks():
            x = self.at(year)
            picture.rule((x, height), (x, height + 4), palette.axis)
            half = text_width(str(year), style.small) / 2
            middle = min(max(x, half), style.width - half)
            picture.text((middle, height + 13), str(year), palette.muted, style.small, "center")


@dataclass(slots=True)
class Words:
    """Labels above a chart: each on its tier, with the pixel that it points to."""

    lines: list[list[str]]
    x: list[float]
    places: list[tuple[float, int]]
    tall: float
    step: float

    @property
    def height(self) -> float:
        """Height that the tiers take."""
        return (max((tier for _, tier in self.places), default=-1) + 1) * self.step


def words_above(
    labels: Sequence[tuple[float, str]], axis: tuple[float, float], style: Style, widest: Sequence[float] | float
) -> Words:
    """Set labels in tiers above a chart.

    Parameters
    ----------
    labels : sequence of (float, str)
        Pixel and words.
    axis : (float, float)
        Frame that no label leaves.
    style : Style
        Sizes.
    widest : float or sequence of float
        Width at which labels wrap, or each of them.
    """
    most = [widest] * len(labels) if isinstance(widest, int | float) else widest
    lines = [wrap(words, wide, style.small, lines=4) for (_, words), wide in zip(labels, most, strict=True)]
    widths = [max((text_width(line, style.small, bold=True) for line in part), default=0.0) for part in lines]
    tall = max((len(part) for part in lines), default=1) * style.leading
    places = tiers([(x, width) for (x, _), width in zip(labels, widths, strict=True)], *axis)
    return Words(lines, [x for x, _ in labels], places, tall, tall + 4)


def draw_rules(picture: Picture, words: Words, top: float, bottom: float, style: Style) -> None:
    """Draw thin rules from their words down to the bottom; ``top`` is where the chart begins."""
    palette = style.palette
    for x, (_, tier) in zip(words.x, words.places, strict=True):
        picture.rule((x, top - tier * words.step - 2), (x, bottom), palette.axis)
    for lines, (left, tier) in zip(words.lines, words.places, strict=True):
        base = top - tier * words.step - words.step + 2
        wide = max((text_width(line, style.small) for line in lines), default=0.0)
        offset = words.tall - len(lines) * style.leading
        picture.bar((left - 2, base + offset), (left + wide + 2, base + words.tall), palette.paper)
        for place, line in enumerate(lines):
            middle = base + offset + (place + 0.5) * style.leading
            picture.text((left, middle), line, palette.muted, style.small)


def rules_of(data: Mapping[str, Any], years: Years) -> list[tuple[float, str]]:
    """Return pixel and word of the rules that lie inside the axis, in order of time."""
    found = []
    for rule in data.get("rules") or ():
        year = year_of(str(rule["date"]))
        if years.first <= year <= years.last:
            found.append((years.at(year), str(rule["label"])))
    return sorted(found)


def span_of(data: Mapping[str, Any], years: Sequence[float]) -> tuple[float, float]:
    """Return first and last year of a chart: as given, or as the rows have it."""
    first = float(data.get("first") or math.floor(min(years)))
    last = float(data.get("last") or math.ceil(max(years)))
    return first, max(last, first + 1)
