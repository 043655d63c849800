"""The charts of a brief, each from plain rows, drawn once for a desk and once for a phone.

Every chart is a :class:`khasan.brief.document.Chart`; its ``data`` holds, by ``kind`` (dates are ISO text: ``YYYY``,
``YYYY-MM`` or ``YYYY-MM-DD``; keys in brackets may be left out; roles are patron, rival, opponent, client, other):

``lanes``
    ``lanes``: list of ``{giver, role (patron or client), label, start, [end], [amount: text], [word], [one_source]}``;
    [``phases``]: list of ``{first: year, last: year, label}``; [``rules``]: list of ``{date, label}``;
    [``first``], [``last``]: years of the axis. A bar is open where ``one_source`` holds, and hatched and dashed where
    ``word`` is alleged or disputed. Without ``end`` a flow lasts as long as ``start`` names (a day, month or year).
``shares``
    ``lines``: list of ``{name, role, compiler, weight (published, reported, vetted), points}`` with ``points`` a list
    of ``[year, share, low, high]``, each share from 0 to 1 (None where there is none; low and high may be left out);
    [``coverage``]: list of ``{compiler, years: list of year}``; [``rules``], [``first``], [``last``].
    The range of a ``vetted`` line is hatched, any other is shaded.
``flows``
    ``up``, ``down``: words over the columns above and below the line; ``points``: list of ``[year, up, down]`` in the
    unit that the subtitle names (None where there is no data), with two more, whether up and down are set aside as
    suspect and hatched, where either is; [``phases``], [``rules``], [``first``], [``last``].
``absorbed``
    ``senders``, ``others``: words; ``rows``: list of ``{name, role, sender: bool, change, [low], [high], [sure]}``:
    what the trade of each partner changed against expectation, senders apart from the others.
``slope``
    ``before``, ``after``: words over the columns; ``unit``; ``rows``: list of ``{name, role, before, after, [low],
    [high]}``; ``low`` and ``high`` are the range of the placebos (or of the expectation) around ``after``. None is
    written as "no data".
``leans``
    ``one``, ``other``: names of the rivals (a positive lean is towards ``one``); ``lines``: list of ``{layer, points}``
    with points ``[year, lean, low, high]``; [``acts``]: list of ``{date, label, kind (vote or deed)}``, drawn as ticks
    and listed by :func:`acts_table`; [``first``], [``last``].
``distances``
    ``patron``, ``client``; ``rows``: list of ``{name, kind (land, sea, border), km, [role], [member: bool],
    [latitude, longitude]}``; [``counterfactual``: text]; [``patron_at``, ``client_at``: ``{latitude, longitude}``].
    A member of the bloc without another role has the opponent's colour. A map is drawn if two rows and an origin
    (``patron_at``, ``client_at`` or a row of kind border) have a place; otherwise kilometres as dots on lines.
``coalition``
    ``rows``: list of ``{name, role, shapley, first_in, last_in, [low], [high]}``: what each sender is worth, percent of
    welfare lost; ``total``: loss to all of them; [``potential``]: loss of the real wage in isolation.
``scenario``
    ``rows``: list of ``{name, role, target: bool, change, [low], [high]}``: change of welfare, percent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from khasan.brief.document import Cell, Chart, Prose, Run, Table
from khasan.brief.drawings.absorbed import draw_absorbed
from khasan.brief.drawings.axes import Style
from khasan.brief.drawings.coalition import draw_coalition
from khasan.brief.drawings.distances import draw_distances
from khasan.brief.drawings.flows import draw_flows
from khasan.brief.drawings.lanes import draw_lanes
from khasan.brief.drawings.leans import draw_leans
from khasan.brief.drawings.scenario import draw_scenario
from khasan.brief.drawings.shares import draw_shares
from khasan.brief.drawings.slope import draw_slope, needs_log
from khasan.brief.marks import say_day
from khasan.brief.picture import Picture
from khasan.brief.theme import LIGHT, Palette

WIDE = 640
"""Width of a chart beside a column of text, in pixels."""

NARROW = 340
"""Width of a chart on a phone."""

_DRAWINGS: dict[str, Callable[[Mapping[str, Any], Style], Picture | None]] = {
    "absorbed": draw_absorbed,
    "lanes": draw_lanes,
    "flows": draw_flows,
    "shares": draw_shares,
    "slope": draw_slope,
    "leans": draw_leans,
    "distances": draw_distances,
    "coalition": draw_coalition,
    "scenario": draw_scenario,
}


def draw(chart: Chart, width: int = WIDE, theme: Palette = LIGHT) -> Picture | None:
    """Return the picture of a chart before it is drawn, or None where there is nothing to draw.

    Parameters
    ----------
    chart : Chart
        What to draw.
    width : int
        Width in pixels; the height follows from the rows.
    theme : Palette
        Colours.
    """
    make = _DRAWINGS.get(chart.kind)
    if make is None:
        raise ValueError(f"a chart of kind {chart.kind!r} is not known; kinds are {', '.join(_DRAWINGS)}")
    return make(chart.data, Style(width, theme))


def chart_svg(chart: Chart, width: int = WIDE, theme: Palette = LIGHT, name: str = "chart") -> str:
    """Return a chart as SVG, or an empty text where there is nothing to draw.

    Parameters
    ----------
    chart : Chart
        What to draw.
    width : int
        Width in pixels.
    theme : Palette
        Colours; a page draws in the light ones and recolours by CSS.
    name : str
        Unique on the page: ids inside the SVG begin with it.
    """
    picture = draw(chart, width, theme)
    return "" if picture is None else picture.svg(f"{name}-{width}", f"{chart.title}. {chart.alternative}")


class Drawings:
    """Charts already drawn in light colours, so that a page and a PDF draw each once."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, int], tuple[Chart, str]] = {}

    def svg(self, chart: Chart, width: int, name: str) -> str:
        """Return a chart as :func:`chart_svg` does; ``name`` counts when it is drawn for the first time."""
        key = (id(chart), width)
        if key not in self._drawn:
            self._drawn[key] = (chart, chart_svg(chart, width, LIGHT, name))
        return self._drawn[key][1]


def subtitle(chart: Chart) -> str:
    """Return what is measured and the unit, and that the scale is logarithmic where it is."""
    said = chart.subtitle
    if chart.kind == "slope" and needs_log(chart.data) and "logarithmic" not in said.lower():
        said = f"{said.rstrip(' .')}; logarithmic scale" if said else "Logarithmic scale"
    return said


def acts_table(chart: Chart) -> Table | None:
    """Return votes and deeds side by side on dated rows, or None where there are none."""
    acts = [act for act in chart.data.get("acts") or () if act.get("date")] if chart.kind == "leans" else []
    if not acts:
        return None
    rows: dict[str, dict[str, list[str]]] = {}
    for act in sorted(acts, key=lambda act: str(act["date"])):
        sides = rows.setdefault(str(act["date"]), {"vote": [], "deed": []})
        sides["vote" if act.get("kind") == "vote" else "deed"].append(str(act.get("label") or ""))
    cells = tuple(
        (_cell(say_day(date)), _cell("; ".join(sides["vote"])), _cell("; ".join(sides["deed"])))
        for date, sides in rows.items()
    )
    return Table("Vote and deed", "", ("Date", "Vote", "Deed"), cells, "")


def _cell(words: str) -> Cell:
    """Make a cell of plain words."""
    return Cell(Prose((Run(words),)))
