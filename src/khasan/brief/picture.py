"""A picture in pixels: shapes are gathered here, drawn by Vega-Lite through vl-convert, and returned as a clean SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # reads only what vl-convert has just written
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from khasan.brief.theme import SANS, Palette

if TYPE_CHECKING:
    from altair import LayerChart

Point = tuple[float, float]
_SVG = "http://www.w3.org/2000/svg"
_KEPT = {
    "d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "fill", "stroke", "stroke-width",
    "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity", "fill-opacity",
    "stroke-opacity", "text-anchor", "font-size", "font-weight", "font-style",
}  # fmt: skip
_CONTROL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VEGALITE = "6.4"
_STROKE = {"stroke": "colour", "strokeWidth": "thick", "strokeDash": "dash"}
_STYLES: dict[str, dict[str, str]] = {
    "rule": _STROKE,
    "rect": {**_STROKE, "fill": "fill", "opacity": "opacity"},
    "point": {"fill": "fill", "stroke": "colour", "size": "area", "opacity": "opacity"},
    "text": {"align": "align", "fontSize": "size", "fontWeight": "weight", "fill": "colour"},
    "line": {},
    "area": {},
}
"""Properties of a mark, and the columns of its rows that they follow."""


class Picture:
    """Shapes in pixels from the upper left corner, in the order in which they are painted.

    Parameters
    ----------
    width, height : float
        Size of the picture; ``height`` may be set later.
    palette : Palette
        Colours of the page.
    """

    def __init__(self, width: float, height: float, palette: Palette) -> None:
        self.width = width
        self.height = height
        self.palette = palette
        self._layers: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = []

    def _add(self, mark: str, row: dict[str, Any]) -> None:
        """Add a row to the layer on top, or to a new one where the mark differs."""
        if not self._layers or self._layers[-1][0] != mark:
            self._layers.append((mark, [], {}))
        self._layers[-1][1].append(row)

    def rule(self, start: Point, end: Point, colour: str, thick: float = 1.0, dash: Sequence[float] = ()) -> None:
        """Draw a straight line."""
        (x, y), (x2, y2) = start, end
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour, "thick": thick, "dash": list(dash) or [1, 0]}
        self._add("rule", row)

    def bar(
        self,
        corner: Point,
        opposite: Point,
        fill: str,
        stroke: str = "",
        thick: float = 0.0,
        dash: Sequence[float] = (),
        opacity: float = 1.0,
    ) -> None:
        """Draw a rectangle; ``fill`` may be ``hatch:`` and a colour."""
        (x, y), (x2, y2) = corner, opposite
        row = {
            "x": x, "y": y, "x2": x2, "y2": y2, "fill": _hatched(fill), "colour": stroke or "none", "thick": thick,
            "dash": list(dash) or [1, 0], "opacity": opacity,
        }  # fmt: skip
        self._add("rect", row)

    def dot(self, at: Point, colour: str, radius: float = 3.0, open_mark: bool = False) -> None:
        """Draw a round mark; an open one says that there is one source only."""
        fill = self.palette.paper if open_mark else colour
        row = {"x": at[0], "y": at[1], "fill": fill, "colour": colour, "area": 3.1416 * radius * radius}
        row["opacity"] = 1
        self._add("point", row)

    def text(
        self,
        at: Point,
        words: str,
        colour: str = "",
        size: float = 12.5,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """Write a line whose middle height is at a point."""
        row = {
            "x": at[0], "y": at[1], "words": _CONTROL.sub(" ", words), "colour": colour or self.palette.ink,
            "size": size, "align": align, "weight": 600 if bold else 400,
        }  # fmt: skip
        if words:
            self._add("text", row)

    def line(self, points: Sequence[Point], colour: str, thick: float = 2.0, dash: Sequence[float] = ()) -> None:
        """Draw a line through points."""
        rows = [{"x": x, "y": y} for x, y in points]
        style = {"stroke": colour, "strokeWidth": thick, "strokeDash": list(dash) or [1, 0]}
        self._layers.append(("line", rows, {**style, "strokeJoin": "round", "strokeCap": "round"}))

    def area(self, points: Sequence[tuple[float, float, float]], fill: str, opacity: float = 0.16) -> None:
        """Shade between two heights: (x, one, other); ``fill`` may be ``hatch:`` and a colour."""
        rows = [{"x": x, "y": one, "y2": other} for x, one, other in points]
        shade = 1.0 if fill.startswith("hatch:") else opacity
        self._layers.append(("area", rows, {"fill": _hatched(fill), "fillOpacity": shade}))

    def vegalite(self) -> dict[str, Any]:
        """Return the picture as a Vega-Lite specification.

        It is written out here, as importing Altair would take longer than drawing all charts of a brief; tests
        check it against Altair's schema, and :meth:`altair` gives the same picture as an Altair chart.
        """
        position = {"type": "quantitative", "axis": None}
        across = {"domain": [0, self.width], "range": [0, self.width], "nice": False, "zero": False}
        down = {"domain": [0, self.height], "range": [0, self.height], "nice": False, "zero": False}
        x = {"field": "x", "scale": across, **position}
        y = {"field": "y", "scale": down, **position}
        layers = []
        for mark, rows, style in self._layers:
            kind = {"type": mark, **{key: {"expr": f"datum.{field}"} for key, field in _STYLES[mark].items()}, **style}
            encoding: dict[str, Any] = {"x": x, "y": y}
            if mark in {"rule", "rect"}:
                encoding |= {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
            elif mark == "area":
                encoding |= {"y2": {"field": "y2"}}
            elif mark == "line":
                encoding |= {"order": {"field": "x", "type": "quantitative"}}
            elif mark == "text":
                encoding |= {"text": {"field": "words", "type": "nominal"}}
            layers.append({"data": {"values": rows}, "mark": kind, "encoding": encoding})
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": self.width,
            "height": self.height,
            "padding": 0,
            "autosize": {"type": "none"},
            "layer": layers,
            "config": {
                "background": "#00000000",
                "view": {"stroke": None},
                "text": {"baseline": "middle"},
                "point": {"strokeWidth": 1.6},
            },
        }

    def altair(self) -> LayerChart:
        """Return the picture as an Altair chart, to be changed in a notebook."""
        import altair

        return altair.LayerChart.from_dict(self.vegalite())

    def svg(self, name: str, label: str) -> str:
        """Draw the picture.

        Parameters
        ----------
        name : str
            Unique on the page; ids inside the picture begin with it.
        label : str
            The text alternative.
        """
        import vl_convert

        drawn = vl_convert.vegalite_to_svg(self.vegalite(), vl_version=_VEGALITE, allowed_base_urls=[])
        return _clean(drawn, name, label, self.width, self.height)


def _hatched(fill: str) -> str:
    """Return a fill as SVG names it, a hatch by its pattern."""
    return f"url(#hatch-{fill[7:]})" if fill.startswith("hatch:#") else fill


def _clean(drawn: str, name: str, label: str, width: float, height: float) -> str:
    """Keep shapes and words only: no classes, roles, styles or ids of the drawing library."""
    root = ET.fromstring(drawn)  # noqa: S314
    hatches: set[str] = set()
    for ground in [child for child in root if child.tag.endswith("}rect")]:
        root.remove(ground)
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.removeprefix(f"{{{_SVG}}}")
            empty = tag == "path" and child.get("d", "") in {"", "M0,0h0v0h0Z"}
            hidden = child.get("class") in {"background", "foreground"}
            if empty or hidden or tag not in {"g", "path", "line", "rect", "text", "tspan", "circle"}:
                parent.remove(child)
    for element in root.iter():
        for key in list(element.attrib):
            if key not in _KEPT:
                del element.attrib[key]
        if element.tag in {f"{{{_SVG}}}path", f"{{{_SVG}}}line"} and "fill" not in element.attrib:
            element.set("fill", "none")
        if element.get("stroke-dasharray") == "1,0":
            del element.attrib["stroke-dasharray"]
        for key in ("fill", "stroke"):
            value = element.get(key, "")
            if value.startswith("url(#hatch-"):
                colour = "#" + value.removeprefix("url(#hatch-").rstrip(")")
                hatches.add(colour)
                element.set(key, f"url(#{name}-{colour[1:]})")
    _unwrap(root)
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "role": "img",
            "aria-label": _CONTROL.sub(" ", label),
            "font-family": SANS.replace('"', "'"),
        }
    )
    if hatches:
        definitions = ET.Element(f"{{{_SVG}}}defs")
        for colour in sorted(hatches):
            definitions.append(_hatch(f"{name}-{colour[1:]}", colour))
        root.insert(0, definitions)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _unwrap(parent: ET.Element) -> None:
    """Drop groups that neither move nor style what they hold."""
    for place, child in reversed(list(enumerate(list(parent)))):
        _unwrap(child)
        if child.tag.endswith("}g"):
            if child.get("transform") in {"translate(0,0)", None}:
                child.attrib.pop("transform", None)
            if not len(child) or set(child.attrib) <= {"fill", "stroke-miterlimit"}:
                parent[place : place + 1] = list(child)


def _hatch(name: str, colour: str) -> ET.Element:
    """Make the pattern of a hatch in a colour."""
    pattern = ET.Element(
        f"{{{_SVG}}}pattern",
        {
            "id": name, "width": "5", "height": "5", "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )  # fmt: skip
    ET.SubElement(
        pattern,
        f"{{{_SVG}}}line",
        {"x1": "0", "y1": "0", "x2": "0", "y2": "5", "stroke": colour, "stroke-width": "1.6", "stroke-opacity": "0.75"},
    )
    return pattern
