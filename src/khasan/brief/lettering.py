"""Where words go in a chart: how wide they are, how they wrap, and which places are still free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_WIDTHS = {
    **dict.fromkeys("ijl|!'`", 0.24),
    **dict.fromkeys(".,:; ", 0.28),
    **dict.fromkeys('frtI()[]{}-/\\"', 0.34),
    **dict.fromkeys("mwMW@%—", 0.86),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.68),
}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a text in pixels, as wide as the widest family of the stack would set it."""
    ems = sum(_WIDTHS.get(letter, 0.55 if ord(letter) < 0x1100 else 1.0) for letter in text)
    return ems * size * (1.08 if bold else 1.0)


def shorten(text: str, width: float, size: float, bold: bool = False) -> str:
    """Cut a text to a width, with an ellipsis where something is left out."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip(" ,;:") + "…"


def wrap(text: str, width: float, size: float, lines: int = 3, bold: bool = False) -> list[str]:
    """Break a text into lines of at most a width; the last line is cut where the lines are not enough."""
    done: list[str] = []
    line = ""
    words = text.split()
    for place, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold) > width:
            if len(done) == lines - 1:
                line = " ".join([line, *words[place:]])
                break
            done.append(line)
            line = word
        else:
            line = longer
    return [shorten(part, width, size, bold) for part in (*done, line) if part]


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move centres of labels apart until none overlap, as little as possible and inside a range.

    Parameters
    ----------
    wanted : sequence of float
        Where each centre would be best.
    heights : sequence of float
        Height of each label.
    low, high : float
        The range for the labels' edges.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    centres = list(wanted)
    edge = low
    for place in order:
        centres[place] = max(wanted[place], edge + heights[place] / 2)
        edge = centres[place] + heights[place] / 2
    edge = high
    for place in reversed(order):
        centres[place] = min(centres[place], edge - heights[place] / 2)
        edge = centres[place] - heights[place] / 2
    return centres


@dataclass(slots=True)
class Box:
    """A rectangle of the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(slots=True)
class Crowd:
    """What already stands in a picture, so that a new label finds a free place."""

    frame: Box
    boxes: list[Box] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)

    def add_line(self, points: Sequence[tuple[float, float]], step: float = 4.0) -> None:
        """Note a line, as dots a few pixels apart."""
        for (x1, y1), (x2, y2) in pairwise(points):
            count = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) / step))
            self.dots += [(x1 + (x2 - x1) * i / count, y1 + (y2 - y1) * i / count) for i in range(count + 1)]

    def cost(self, box: Box) -> float:
        """Count what a box would cover; beyond the frame it costs most."""
        out = (
            max(0.0, self.frame.left - box.left)
            + max(0.0, box.right - self.frame.right)
            + max(0.0, self.frame.top - box.top)
            + max(0.0, box.bottom - self.frame.bottom)
        )
        covered = sum(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in self.dots)
        return 50 * out + 40 * sum(box.meets(other) for other in self.boxes) + covered

    def place(self, candidates: Iterable[Box]) -> tuple[Box, float]:
        """Take the candidate that covers least, the first of equals, and return it with its cost."""
        best = min(((self.cost(box), place, box) for place, box in enumerate(candidates)), key=lambda entry: entry[:2])
        self.boxes.append(best[2])
        return best[2], best[0]


def tiers(
    wanted: Sequence[tuple[float, float]], left: float, right: float, gap: float = 8.0
) -> list[tuple[float, int]]:
    """Set labels above a time axis into as few tiers as needed.

    Parameters
    ----------
    wanted : sequence of (float, float)
        Where the middle of each label would be best, and its width.
    left, right : float
        Frame that no label leaves.

    Returns
    -------
    list of (float, int)
        Left edge and tier of each label; tier 0 is nearest to the axis.
    """
    taken: list[list[tuple[float, float]]] = []
    found: list[tuple[float, int]] = []
    for middle, width in wanted:
        start = max(left, min(middle - width / 2, right - width))
        tier = 0
        while tier < len(taken) and any(
            start < end + gap and begin < start + width + gap for begin, end in taken[tier]
        ):
            tier += 1
        if tier == len(taken):
            taken.append([])
        taken[tier].append((start, start + width))
        found.append((start, tier))
    return found
