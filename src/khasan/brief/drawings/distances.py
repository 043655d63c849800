"""The border and the bloc: how far away its members are, as a schematic map or as a list of kilometres."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khasan.brief.drawings.axes import Style
from khasan.brief.lettering import Box, Crowd, shorten, text_width, wrap
from khasan.brief.picture import Picture, Point

_KINDS = {"land": "by land", "sea": "across the sea", "border": "shared border"}


def draw_distances(data: Mapping[str, Any], style: Style) -> Picture | None:
    """Draw a map where places are known, and kilometres as dots on lines otherwise."""
    rows = [row for row in data.get("rows") or () if row.get("km") is not None]
    if not rows:
        return None
    origin = _origin(data, rows)
    placed = [row for row in rows if row.get("latitude") is not None and row.get("longitude") is not None]
    away = [row for row in placed if origin and (float(row["latitude"]), float(row["longitude"])) != origin[0]]
    picture = _map(data, away, origin, style) if origin and len(away) >= 2 else _list(rows, style)
    words = wrap(str(data.get("counterfactual") or ""), style.width - 14, style.size, 4)
    for line in words:
        picture.text((0, picture.height + 8), line, style.palette.ink, style.size)
        picture.height += 17
    return picture


def _origin(data: Mapping[str, Any], rows: list[Any]) -> tuple[Point, str] | None:
    """Return latitude and longitude from which the distances are drawn, and the name of the place."""
    for side in ("patron", "client"):
        given = data.get(f"{side}_at")
        if given:
            return (float(given["latitude"]), float(given["longitude"])), str(data.get(side) or "")
    for row in rows:
        named = row.get("kind") == "border" or row.get("name") in {data.get("patron"), data.get("client")}
        if named and row.get("latitude") is not None and row.get("longitude") is not None:
            return (float(row["latitude"]), float(row["longitude"])), str(row.get("name") or "")
    return None


def _colour(row: Mapping[str, Any]) -> str:
    role = str(row.get("role") or "other")
    return "opponent" if role == "other" and row.get("member") else role


def _kilometres(row: Mapping[str, Any]) -> str:
    km = float(row["km"])
    return "0 km" if km == 0 else f"{km:,.0f} km" if km >= 10 else f"{km:,.1f} km"


def _list(rows: list[Any], style: Style) -> Picture:
    palette = style.palette
    rows = sorted(rows, key=lambda row: (float(row["km"]), str(row.get("name"))))
    column = 0.0 if style.narrow else 210.0
    step = 42.0 if style.narrow else 25.0
    picture = Picture(style.width, 14 + step * len(rows) + 8, palette)
    far = max(float(row["km"]) for row in rows) or 1.0
    right = style.width - max(text_width(_kilometres(row), style.size, True) for row in rows) - 14
    top = 14.0
    picture.rule((column + 1, 2), (column + 1, picture.height - 6), palette.axis)
    for row in rows:
        middle = top + (22 if style.narrow else 0)
        x = column + 1 + (right - column) * float(row["km"]) / far
        colour = palette.mark(_colour(row))
        picture.rule((column + 1, middle), (x, middle), colour, 2.4, (2, 3) if row.get("kind") == "sea" else ())
        picture.dot((x, middle), colour, 4.5)
        picture.text((x + 9, middle), _kilometres(row), palette.word(_colour(row)), style.size, bold=True)
        kind = _KINDS.get(str(row.get("kind")), str(row.get("kind") or ""))
        if style.narrow:
            wide = text_width(kind, style.small)
            name = shorten(str(row.get("name") or ""), style.width - wide - 20, style.size)
            picture.text((8, top + 4), name, palette.ink, style.size)
            picture.text((16 + text_width(name, style.size), top + 4), kind, palette.muted, style.small)
        else:
            wide = text_width(kind, style.small)
            name = shorten(str(row.get("name") or ""), column - wide - 18, style.size)
            picture.text((0, middle), name, palette.ink, style.size)
            picture.text((column - 10, middle), kind, palette.muted, style.small, "right")
        top += step
    return picture


def _map(data: Mapping[str, Any], rows: list[Any], start: tuple[Point, str], style: Style) -> Picture:
    """Draw places where they lie (equirectangular, true at the middle latitude), with lines from the origin."""
    origin, at_origin = start
    palette = style.palette
    places = [origin, *((float(row["latitude"]), float(row["longitude"])) for row in rows)]
    client = data.get("client_at")
    client_at = (float(client["latitude"]), float(client["longitude"])) if client else None
    if client_at and client_at not in places:
        places.append(client_at)
    squeeze = math.cos(math.radians(sum(latitude for latitude, _ in places) / len(places)))
    flat = [(_turn(longitude - origin[1]) * squeeze, -latitude) for latitude, longitude in places]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, tall = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    margin = 52.0 if style.narrow else 96.0
    most = 300.0 if style.narrow else 320.0
    scale = min((style.width - 2 * margin) / (wide or 1e-9), most / (tall or 1e-9), 200.0)
    picture = Picture(style.width, tall * scale + 82, palette)
    shift = (style.width - wide * scale) / 2
    points = [(shift + (x - left) * scale, 36 + (y - top) * scale) for x, y in flat]
    crowd = Crowd(Box(0, 0, style.width, picture.height))
    for point, row in zip(points[1:], rows, strict=False):
        colour = palette.mark(_colour(row))
        picture.rule(points[0], point, colour, 1.6, (3, 3) if row.get("kind") == "sea" else ())
        crowd.add_line([points[0], point])
    for point in points:
        crowd.boxes.append(Box(point[0] - 6, point[1] - 6, point[0] + 6, point[1] + 6))
    for point, row in zip(points[1:], rows, strict=False):
        picture.dot(point, palette.mark(_colour(row)), 4.5)
    picture.dot(points[0], palette.patron, 5.5)
    _name(picture, crowd, points[0], (at_origin, ""), palette.word("patron"), style)
    if client_at and client_at != origin:
        place = points[places.index(client_at)]
        picture.dot(place, palette.ink, 4.5)
        _name(picture, crowd, place, (str(data.get("client") or ""), ""), palette.ink, style)
    for point, row in zip(points[1:], rows, strict=False):
        words = (str(row.get("name") or ""), _kilometres(row))
        _name(picture, crowd, point, words, palette.word(_colour(row)), style)
    return picture


def _turn(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


def _name(picture: Picture, crowd: Crowd, point: Point, words: tuple[str, str], colour: str, style: Style) -> None:
    """Write a name and its kilometres where they cover nothing."""
    name = shorten(words[0], style.width * 0.5, style.size, True)
    lines = [part for part in (name, words[1]) if part]
    wide = max((text_width(line, style.size, True) for line in lines), default=0.0)
    tall = 15.0 * len(lines)
    x, y = point
    candidates = []
    middle = min(max(x - wide / 2, 0.0), max(style.width - wide, 0.0))
    for reach in (9.0, 20.0, 34.0, 50.0):
        candidates += [
            Box(x + reach, y - tall / 2, x + reach + wide, y + tall / 2),
            Box(x - reach - wide, y - tall / 2, x - reach, y + tall / 2),
            Box(middle, y - reach - tall, middle + wide, y - reach),
            Box(middle, y + reach, middle + wide, y + reach + tall),
            Box(x + reach * 0.7, y + reach * 0.7, x + reach * 0.7 + wide, y + reach * 0.7 + tall),
            Box(x - reach * 0.7 - wide, y + reach * 0.7, x - reach * 0.7, y + reach * 0.7 + tall),
            Box(x + reach * 0.7, y - reach * 0.7 - tall, x + reach * 0.7 + wide, y - reach * 0.7),
            Box(x - reach * 0.7 - wide, y - reach * 0.7 - tall, x - reach * 0.7, y - reach * 0.7),
        ]
    box, _ = crowd.place(candidates)
    for place, line in enumerate(lines):
        picture.text((box.left, box.top + 7.5 + 15 * place), line, colour, style.size, bold=place == 0)
