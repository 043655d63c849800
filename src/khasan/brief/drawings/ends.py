"""Direct labels: each line is named at its end, or in the margin with a thin leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khasan.brief.drawings.axes import Style
from khasan.brief.lettering import Box, Crowd, spread, text_width, wrap
from khasan.brief.picture import Picture, Point


@dataclass(frozen=True, slots=True)
class End:
    """A drawn line and its name: the name in bold, the rest below it."""

    name: str
    rest: str
    colour: str
    paths: Sequence[Sequence[Point]]

    @property
    def last(self) -> Point:
        """The point at which the line ends."""
        return self.paths[-1][-1]


def label_ends(picture: Picture, ends: Sequence[End], frame: tuple[float, float, float, float], style: Style) -> None:
    """Name the lines.

    Lines that reach the right edge are named in the margin; one that ends earlier is named beside its end if there
    is a free place, and otherwise in the margin too, with a leader.

    Parameters
    ----------
    picture : Picture
        Where to write.
    ends : sequence of End
        The lines.
    frame : (float, float, float, float)
        Left, top, right and bottom of the plot; the margin lies to its right.
    style : Style
        Sizes.
    """
    left, top, right, bottom = frame
    crowd = Crowd(Box(left, top, style.width, bottom))
    for end in ends:
        for path in end.paths:
            crowd.add_line(path)
    room = style.width - right - 12
    margin: list[tuple[End, list[tuple[str, bool]]]] = []
    for end in ends:
        if right - end.last[0] < 12 or not _beside(picture, end, crowd, right, style):
            margin.append((end, _lines(end, room, style)))
    heights = [len(lines) * style.leading + 5 for _, lines in margin]
    middles = spread([end.last[1] for end, _ in margin], heights, top - 8, bottom + 10)
    for (end, lines), middle in zip(margin, middles, strict=True):
        x, y = end.last
        first = middle - (len(lines) - 1) * style.leading / 2
        if right - x > 12 or abs(first - y) > 9:
            picture.line([(x + 5, y), (max(x + 5, right - 2), y), (right + 7, first)], style.palette.axis, 1.0)
        _write(picture, (right + 10, first), end, lines, style)


def _lines(end: End, room: float, style: Style) -> list[tuple[str, bool]]:
    named = [(line, True) for line in wrap(end.name, room, style.small, 2, bold=True)]
    return named + [(line, False) for line in wrap(end.rest, room, style.small, 3 if style.narrow else 2)]


def _write(picture: Picture, at: Point, end: End, lines: Sequence[tuple[str, bool]], style: Style) -> None:
    for place, (line, bold) in enumerate(lines):
        picture.text((at[0], at[1] + place * style.leading), line, end.colour, style.small, bold=bold)


def _beside(picture: Picture, end: End, crowd: Crowd, right: float, style: Style) -> bool:
    lines = _lines(end, 132.0 if not style.narrow else 100.0, style)
    wide = max(text_width(line, style.small, bold) for line, bold in lines)
    tall = len(lines) * style.leading
    x, y = end.last
    lefts = (x + 8, x - wide / 2, x - wide)
    tops = (y - tall / 2, y + 8, y - tall - 8, y + 18, y - tall - 18)
    candidates = [
        Box(start, high, start + wide, high + tall)
        for start in lefts
        for high in tops
        if start + wide < right + 4 and (start > x or high > y or high + tall < y)
    ]
    if not candidates:
        return False
    box, cost = crowd.place(candidates)
    if cost > 0:
        crowd.boxes.remove(box)
        return False
    _write(picture, (box.left, box.top + style.leading / 2), end, lines, style)
    return True
