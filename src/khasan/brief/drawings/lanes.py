"""Two lanes of flows: what each side gave the other, when, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style, Years, day_end, draw_rules, rules_of, span_of, words_above, year_of
from khasan.brief.lettering import shorten, text_width, wrap
from khasan.brief.picture import Picture

_THICK = 9.0
_OPEN_WORDS = {"alleged", "disputed"}


def draw_lanes(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw the flows of both sides over one time axis, phases as bands and treaties as rules."""
    rows = [row for row in data.get("lanes") or () if row.get("start")]
    if not rows:
        return None
    dates = [year_of(str(row["start"])) for row in rows] + [
        day_end(str(row.get("end") or row["start"])) for row in rows
    ]
    first, last = span_of(data, dates)
    column = 0.0 if style.narrow else min(232.0, 12 + max(text_width(str(row["label"]), style.size) for row in rows))
    years = Years(first, last, column, style.width - 8.0)
    picture = Picture(style.width, 0, style.palette)
    phases = [
        (years.at(float(phase["first"])), years.at(float(phase["last"]) + 1), str(phase["label"]))
        for phase in data.get("phases") or ()
        if float(phase["last"]) + 1 > first and float(phase["first"]) < last
    ]
    frame = (column, style.width - 4.0)
    widest = 96.0 if style.narrow else 130.0
    rules = words_above(rules_of(data, years), frame, style, widest)
    names = words_above(
        [((left + right) / 2, label) for left, right, label in phases],
        frame,
        style,
        [
            max(right - left - 8, max((text_width(word, style.small, True) for word in label.split()), default=0.0) + 1)
            for left, right, label in phases
        ],
    )
    top = rules.height + names.height + (4 if phases else 0)
    placed, bottom = _place(rows, style, years, top + 4)
    for place, (left, right, _) in enumerate(phases):
        if place % 2 == 0:
            picture.bar((left, top), (right, bottom), style.palette.band)
    draw_rules(picture, rules, top - names.height - (4 if phases else 0), bottom, style)
    name_phases(picture, phases, names, top, style)
    for draw in placed:
        draw.paint(picture, style)
    years.draw(picture, bottom, style)
    picture.height = bottom + 22 + _key(picture, rows, bottom + 34, style)
    return picture


def name_phases(picture: Picture, phases: list[tuple[float, float, str]], names: Any, top: float, style: Style) -> None:
    """Write the names of phases over their bands: each is its left and right pixel and its words."""
    palette = style.palette
    for (left, right, _), lines, (start, tier) in zip(phases, names.lines, names.places, strict=True):
        wide = max((text_width(line, style.small) for line in lines), default=0.0)
        low = top - tier * names.step - 4
        for place, line in enumerate(lines):
            middle = low - (len(lines) - place - 0.5) * style.leading
            picture.bar((start - 2, middle - 7), (start + wide + 2, middle + 7), palette.paper)
            picture.text((start + wide / 2, middle), line, palette.muted, style.small, "center", bold=True)
        if tier:
            picture.rule(((left + right) / 2, low), ((left + right) / 2, top), palette.axis, dash=(2, 2))
        picture.rule((left + 1, top), (right - 1, top), palette.muted, 1.5)


class _Row:
    """One flow with its place: the bar, its words and its amount."""

    def __init__(self, row: Mapping[str, Any], style: Style, years: Years, top: float) -> None:
        self.row = row
        start = years.at(year_of(str(row["start"])))
        end = years.at(day_end(str(row.get("end") or row["start"])))
        self.start, self.end = (start, end) if end - start >= 6 else (min(start, years.right - 6), 0.0)
        self.end = self.end or self.start + 6
        self.amount = str(row.get("amount") or "")
        self.top = top
        self.left = years.left
        self.right = float(style.width)
        if style.narrow:
            amount = text_width(self.amount, style.size, True)
            room = style.width - amount - 10
            self.label = wrap(str(row["label"]), room if room > 120 else style.width, style.size, 2)
            first = text_width(self.label[-1], style.size) if self.label else 0.0
            self.below = bool(self.amount) and first + amount + 10 > style.width
            self.bar = top + 16 * (len(self.label) + self.below) + 6
            self.height = self.bar - top + 12
        else:
            self.label = wrap(str(row["label"]), years.left - 12, style.size, 3)
            wide = text_width(self.amount, style.small, True) + 6
            self.below = self.end + wide > style.width and self.start - wide < years.left
            self.bar = top + 11
            self.height = max(21.0, 15.0 * len(self.label) + 7, 36.0 if self.below else 0)

    def paint(self, picture: Picture, style: Style) -> None:
        """Draw bar, words and amount."""
        palette = style.palette
        colour = palette.mark(str(self.row.get("role") or "other"))
        hollow = bool(self.row.get("one_source"))
        dashed = str(self.row.get("word") or "") in _OPEN_WORDS
        low, high = self.bar - _THICK / 2, self.bar + _THICK / 2
        if hollow or dashed:
            dash = (3, 2) if dashed else ()
            inside = f"hatch:{colour}" if dashed and not hollow else palette.paper
            picture.bar((self.start + 0.75, low + 0.75), (self.end - 0.75, high - 0.75), palette.paper)
            picture.bar((self.start + 0.75, low + 0.75), (self.end - 0.75, high - 0.75), inside, colour, 1.5, dash)
        else:
            picture.bar((self.start, low), (self.end, high), colour)
        if style.narrow:
            self._words_narrow(picture, style)
        else:
            self._words_wide(picture, style)

    def _words_wide(self, picture: Picture, style: Style) -> None:
        for place, line in enumerate(self.label):
            picture.text((0, self.top + 11 + 15 * place), line, style.palette.ink, style.size)
        wide = text_width(self.amount, style.small, True) + 6
        if self.below:
            words = shorten(self.amount, self.right - self.left, style.small, True)
            left = max(self.left, min(self.start, self.right - text_width(words, style.small, True)))
            picture.text((left, self.bar + 14), words, style.palette.ink, style.small, bold=True)
        elif self.end + wide <= self.right:
            picture.text((self.end + 5, self.bar), self.amount, style.palette.ink, style.small, bold=True)
        else:
            picture.text((self.start - 5, self.bar), self.amount, style.palette.ink, style.small, "right", True)

    def _words_narrow(self, picture: Picture, style: Style) -> None:
        place = 0
        for place, line in enumerate(self.label):
            picture.text((0, self.top + 8 + 16 * place), line, style.palette.ink, style.size)
        height = self.top + 8 + 16 * (place + (1 if self.below else 0))
        words = shorten(self.amount, style.width, style.size, True)
        if self.below:
            picture.text((0, height), words, style.palette.ink, style.size, bold=True)
        else:
            picture.text((style.width, height), words, style.palette.ink, style.size, "right", True)


class _Head:
    """The name of a giver above its rows."""

    def __init__(self, words: str, role: str, top: float) -> None:
        self.words, self.role, self.top = words, role, top

    def paint(self, picture: Picture, style: Style) -> None:
        """Write the name."""
        words = shorten(self.words, style.width - 8, style.size + 0.5, True)
        picture.text((0, self.top + 10), words, style.palette.word(self.role), style.size + 0.5, bold=True)


def _place(rows: list[Mapping[str, Any]], style: Style, years: Years, top: float) -> tuple[list[_Row | _Head], float]:
    placed: list[_Row | _Head] = []
    sides: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        sides.setdefault((str(row.get("role") or "other"), str(row["giver"])), []).append(row)
    for role, giver in sorted(sides, key=lambda side: {"patron": 0, "client": 1}.get(side[0], 2)):
        placed.append(_Head(f"{giver} gave", role, top))
        top += 24
        for row in sorted(sides[role, giver], key=lambda row: (str(row["start"]), str(row["label"]))):
            placed.append(_Row(row, style, years, top))
            top += placed[-1].height if isinstance(placed[-1], _Row) else 0
        top += 8
    return placed, top


def _key(picture: Picture, rows: list[Mapping[str, Any]], top: float, style: Style) -> float:
    """Say what open and hatched bars mean, if there are any; return the height taken."""
    palette = style.palette
    parts: list[tuple[str, str, tuple[int, ...]]] = []
    if any(row.get("one_source") for row in rows):
        parts.append(("one source only", palette.paper, ()))
    if any(str(row.get("word") or "") in _OPEN_WORDS for row in rows):
        parts.append(("alleged or disputed", f"hatch:{palette.muted}", (3, 2)))
    left = 0.0
    for words, fill, dash in parts:
        picture.bar((left + 0.75, top - 4), (left + 19, top + 4), fill, palette.muted, 1.5, dash)
        picture.text((left + 25, top), words, palette.muted, style.small)
        left += 25 + text_width(words, style.small) + 18
    return 22.0 if parts else 0.0
