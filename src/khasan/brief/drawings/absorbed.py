"""Who fell and who rose: bars of change against what was expected, those who restrict above those who do not.

``data``: ``senders`` and ``others``: words over the two parts; ``rows``: list of ``{name, role (patron, rival,
opponent, other), sender: bool, change, [low], [high], [sure: bool]}``. ``low`` and ``high`` are the 90 percent
interval of the change; a bar is filled where ``sure`` holds (or is left out) and hatched where the interval holds 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style
from khasan.brief.drawings.slope import say
from khasan.brief.lettering import shorten, text_width
from khasan.brief.picture import Picture

_STEP = 22.0
_BAR = 12.0


def draw_absorbed(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw one bar a partner from a common zero line, with its interval as a thin rule through its end."""
    rows = [row for row in data.get("rows") or () if row.get("change") is not None]
    if not rows:
        return None
    palette = style.palette
    parts = [
        (str(data.get(key) or ""), [row for row in rows if bool(row.get("sender")) == restricts])
        for key, restricts in (("senders", True), ("others", False))
    ]
    parts = [(words, own) for words, own in parts if own]
    names = 104.0 if style.narrow else 168.0
    figure = max(text_width(_signed(row["change"]), style.size, bold=True) for row in rows) + 10
    ends = [float(value) for row in rows for value in _reach(row)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    left = names + (figure if low < 0 else 8)
    right = style.width - (figure if high > 0 else 8)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        """Return the pixel of a change."""
        return left + (right - left) * (value - low) / span

    picture = Picture(style.width, 0, palette)
    top = 10.0
    for words, own in parts:
        picture.text(
            (0, top), shorten(words, style.width, style.small, bold=True), palette.muted, style.small, bold=True
        )
        top += 20
        for row in own:
            _bar(picture, row, (names, top), at, style)
            top += _STEP
        top += 10
    bottom = top - 12
    picture.rule((at(0), 4 + 14), (at(0), bottom), palette.axis)
    if any(not row.get("sure", True) for row in rows):
        bottom += 16
        picture.text((0, bottom), "Hatched: may be 0, at 90 percent", palette.muted, style.small)
    picture.height = bottom + 8
    return picture


def _bar(picture: Picture, row: Mapping[str, Any], place: tuple[float, float], at: Any, style: Style) -> None:
    """Draw the bar of a partner, its interval, name and figure."""
    names, middle = place
    palette = style.palette
    colour, word = palette.mark(str(row.get("role") or "other")), palette.word(str(row.get("role") or "other"))
    change = float(row["change"])
    picture.text((0, middle), shorten(str(row.get("name") or ""), names - 8, style.size), word, style.size)
    ends = sorted([at(0), at(change)])
    sure = bool(row.get("sure", True))
    fill = colour if sure else f"hatch:{colour}"
    picture.bar(
        (ends[0], middle - _BAR / 2), (max(ends[1], ends[0] + 1), middle + _BAR / 2), fill, "" if sure else colour, 1.0
    )
    low, high = min(_reach(row)), max(_reach(row))
    if row.get("low") is not None and row.get("high") is not None:
        picture.rule((at(low), middle), (at(high), middle), palette.ink, 1.2)
        for end in (low, high):
            picture.rule((at(end), middle - 3), (at(end), middle + 3), palette.ink, 1.2)
    falls = change < 0
    x = at(min(low, 0.0)) - 6 if falls else at(max(high, 0.0)) + 6
    picture.text((x, middle), _signed(change), word, style.size, "right" if falls else "left", bold=True)


def _reach(row: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the change with both ends of its interval."""
    return tuple(float(row[key]) for key in ("change", "low", "high") if row.get(key) is not None)


def _signed(value: float) -> str:
    """Write a change with its sign."""
    return f"+{say(round(value, 1))}" if value > 0 else say(round(value, 1))
