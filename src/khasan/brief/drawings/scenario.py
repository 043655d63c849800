"""What a scenario does to welfare: the countries that it aims at above, who restricts, supports or is affected below.

``data``: ``rows``: list of ``{name, role (patron, rival, opponent, other), target: bool, change, [low], [high]}``,
change of welfare in percent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from khasan.brief.document import Chart
from khasan.brief.drawings.axes import Style
from khasan.brief.drawings.slope import say
from khasan.brief.lettering import shorten, text_width
from khasan.brief.picture import Picture

_STEP = 22.0
_BAR = 12.0
_PARTS = (("Aimed at", True), ("Others", False))
_OTHERS = 6
"""Countries without a role that are drawn: those whose welfare changes most."""


def draw_scenario(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw one bar a country from a common zero line, targets apart from the others."""
    rows = [row for row in data.get("rows") or () if row.get("change") is not None]
    if not rows:
        return None
    palette = style.palette
    parts = [(words, [row for row in rows if bool(row.get("target")) == aimed]) for words, aimed in _PARTS]
    names = 64.0 if style.narrow else 120.0
    figure = max(text_width(signed(row["change"]), style.size, bold=True) for row in rows) + 10
    ends = [float(row[key]) for row in rows for key in ("change", "low", "high") if row.get(key) is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    left, right = names + (figure if low < 0 else 8), style.width - (figure if high > 0 else 8)

    def at(value: float) -> float:
        """Return the pixel of a change."""
        return left + (right - left) * (value - low) / ((high - low) or 1.0)

    picture = Picture(style.width, 0, palette)
    top = 10.0
    for words, own in parts:
        if not own:
            continue
        picture.text((0, top), words, palette.muted, style.small, bold=True)
        top += 20
        picture.rule((at(0), top - 10), (at(0), top + _STEP * (len(own) - 1) + 10), palette.axis)
        for row in own:
            _country(picture, row, (names, top), at, style)
            top += _STEP
        top += 8
    picture.height = top
    return picture


def _country(
    picture: Picture, row: Mapping[str, Any], place: tuple[float, float], at: Callable[[float], float], style: Style
) -> None:
    """Draw the bar of a country, its interval where there is one, name and figure."""
    names, middle = place
    palette = style.palette
    role = str(row.get("role") or "other")
    change = float(row["change"])
    picture.text(
        (0, middle), shorten(str(row.get("name") or ""), names - 8, style.size), palette.word(role), style.size
    )
    ends = sorted([at(0), at(change)])
    corner, opposite = (ends[0], middle - _BAR / 2), (max(ends[1], ends[0] + 1), middle + _BAR / 2)
    picture.bar(corner, opposite, palette.mark(role))
    reach = [change]
    if row.get("low") is not None and row.get("high") is not None:
        reach += [float(row["low"]), float(row["high"])]
        picture.rule((at(reach[1]), middle), (at(reach[2]), middle), palette.ink, 1.2)
    falls = change < 0
    x = at(min(*reach, 0.0)) - 6 if falls else at(max(*reach, 0.0)) + 6
    picture.text((x, middle), signed(change), palette.word(role), style.size, "right" if falls else "left", bold=True)


def signed(value: Any) -> str:
    """Write a change in percent with its sign; what would round to nothing is said to be about 0."""
    number = float(value)
    if abs(number) < 0.005:
        return "about 0"
    return f"+{say(round(number, 2))}" if number > 0 else say(round(number, 2))


def scenario_chart(outcome: Mapping[str, Any]) -> Chart:
    """Make the chart of a result as it stands in JSON.

    Parameters
    ----------
    outcome : mapping
        Keys as ``khasan gravity counterfactual --format json`` prints them.
    """
    named = [row for row in outcome["welfare"] if row["role"] != "other"]
    others = sorted((row for row in outcome["welfare"] if row["role"] == "other"), key=lambda row: -abs(row["welfare"]))
    order = ("target", "sender", "patron", "other")
    chosen = sorted(named, key=lambda row: (order.index(row["role"]), row["welfare"])) + others[:_OTHERS]
    rows = [
        {
            "name": row["country"], "role": "patron" if row["role"] == "patron" else "other",
            "target": row["role"] == "target", "change": row["welfare"],
        }
        for row in chosen
    ]  # fmt: skip
    worst = min(rows, key=lambda row: float(row["change"]), default=None)
    when = f", trade of {outcome['base_year']}" if outcome.get("base_year") else ""
    return Chart(
        kind="scenario",
        title=f"What {outcome['scenario']} does",
        subtitle=f"Change of welfare, percent{when}",
        source=", ".join(f"{row['data_set']} {row['version']}" for row in outcome["data"]),
        alternative=f"{worst['name']} loses most: {worst['change']:.2f} percent." if worst else "",
        data={"rows": rows},
    )
