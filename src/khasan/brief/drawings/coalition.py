"""What each sender is worth against a target: its Shapley value, between what it brings alone and what it brings last.

``data``: ``rows``: list of ``{name, role (patron, rival, opponent, other), shapley, first_in, last_in, [low], [high]}``
in percent of the target's welfare; ``total``: loss to all of them; [``potential``]: loss of the real wage in isolation.
A bar is the Shapley value; the open dot is what the sender brings alone, the full one what it brings when all others
restrict, with a rule between them. ``low`` and ``high`` are the 90 percent interval of a sampled value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from khasan.answers.numbers import figure
from khasan.brief.document import Chart
from khasan.brief.drawings.axes import Style
from khasan.brief.lettering import shorten, text_width
from khasan.brief.picture import Picture

_STEP = 24.0
_BAR = 12.0
_SHOWN = 16
"""Senders that are drawn: those with the largest values."""


def draw_coalition(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw one bar a sender from a common zero line, and below them how far all senders go together."""
    rows = [row for row in data.get("rows") or () if row.get("shapley") is not None]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: -float(row["shapley"]))
    left_out = len(rows) - _SHOWN
    rows = rows[:_SHOWN]
    palette = style.palette
    names = 104.0 if style.narrow else 168.0
    width = max(text_width(_told(row), style.size, bold=True) for row in rows) + 12
    ends = [
        float(row[key]) for row in rows for key in ("shapley", "first_in", "last_in", "low", "high") if _has(row, key)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    span = (high - low) or 1.0
    left, right = names + 8, style.width - width

    def at(value: float) -> float:
        """Return the pixel of a value."""
        return left + (right - left) * (value - low) / span

    picture = Picture(style.width, 0, palette)
    top = 14.0
    picture.rule((at(0), top - 8), (at(0), top + _STEP * (len(rows) - 1) + 8), palette.axis)
    for row in rows:
        _sender(picture, row, (names, top), at, style)
        top += _STEP
    for words in _below(data, left_out):
        picture.text((0, top), shorten(words, style.width, style.small), palette.muted, style.small)
        top += 16
    picture.height = top
    return picture


def coalition_chart(worth: Mapping[str, Any], roles: Mapping[str, str] | None = None) -> Chart:
    """Make the chart of a result as it stands in JSON.

    Parameters
    ----------
    worth : mapping
        Keys as ``khasan gravity coalition --format json`` prints them.
    roles : mapping of str to str, optional
        Role of each sender: patron, rival, opponent or other.
    """
    rows = [
        {
            "name": name, "role": (roles or {}).get(name, "other"), "shapley": value,
            "first_in": worth["first_in"][name], "last_in": worth["last_in"][name],
            **dict(zip(("low", "high"), worth["shapley_interval"].get(name, ()), strict=False)),
        }
        for name, value in worth["shapley"].items()
    ]  # fmt: skip
    total = float(worth["coalitions"][-1]["value"])
    first = max(rows, key=lambda row: float(row["shapley"]))
    data = {"rows": rows, "total": total, "potential": worth["potential"]["value"]}
    return Chart(
        kind="coalition",
        title=f"Who makes it bite: trade of {worth['target']} cut off",
        subtitle=f"Shapley value of each sender, percent of welfare lost, trade of {worth['base_year']}",
        source=", ".join(f"{row['data_set']} {row['version']}" for row in worth["data"]),
        alternative=(
            f"Of {_figure(total)} percent that {worth['target']} loses, {first['name']} accounts for "
            f"{_figure(first['shapley'])}."
        ),
        data=data,
    )


def _sender(
    picture: Picture, row: Mapping[str, Any], place: tuple[float, float], at: Callable[[float], float], style: Style
) -> None:
    """Draw the bar of a sender with its two dots, its name and its figure."""
    names, middle = place
    palette = style.palette
    role = str(row.get("role") or "other")
    colour, word = palette.mark(role), palette.word(role)
    worth = float(row["shapley"])
    picture.text((0, middle), shorten(str(row.get("name") or ""), names - 8, style.size), word, style.size)
    ends = sorted([at(0), at(worth)])
    picture.bar((ends[0], middle - _BAR / 2), (max(ends[1], ends[0] + 1), middle + _BAR / 2), colour)
    reach = [worth, 0.0]
    if _has(row, "low") and _has(row, "high"):
        one, other = float(row["low"]), float(row["high"])
        reach += [one, other]
        picture.rule((at(one), middle - _BAR / 2 - 2), (at(other), middle - _BAR / 2 - 2), palette.ink, 1.2)
    if _has(row, "first_in") and _has(row, "last_in"):
        first, last = float(row["first_in"]), float(row["last_in"])
        reach += [first, last]
        picture.rule((at(first), middle), (at(last), middle), palette.ink, 1.2)
        picture.dot((at(first), middle), palette.ink, 3.0, open_mark=True)
        picture.dot((at(last), middle), palette.ink, 3.0)
    picture.text((at(max(reach)) + 8, middle), _told(row), word, style.size, bold=True)


def _below(data: Mapping[str, Any], left_out: int) -> list[str]:
    """Say below the bars what the marks mean and how far all senders go."""
    lines = ["Open dot: costs alone.", "Full dot: costs when all others have left."]
    if data.get("total") is not None:
        lines.append(f"Together {_figure(data['total'])} percent")
        potential = data.get("potential")
        if potential:
            lines.append(f"Isolation costs {_figure(potential)} percent of the real wage")
    if left_out > 0:
        lines.append(f"{left_out} more senders with smaller values are not drawn")
    return lines


def _has(row: Mapping[str, Any], key: str) -> bool:
    """Tell whether a row has a number under a key."""
    return row.get(key) is not None


def _told(row: Mapping[str, Any]) -> str:
    """Write a value, and its interval in brackets where it has one."""
    worth = _figure(row["shapley"])
    if not (_has(row, "low") and _has(row, "high")) or row["low"] == row["high"]:
        return worth
    ends = [_figure(row[key]) for key in ("low", "high")]
    return worth if ends[0] == ends[1] else f"{worth} ({ends[0]}\u2013{ends[1]})"


def _figure(value: Any) -> str:
    """Write a percentage; what would round to nothing but is not nothing is said to be small."""
    number = float(value)
    if number and abs(number) < 0.005:
        return "under 0.01" if number > 0 else "about 0"
    return figure(number, 2).replace("-", "\u2212")
