"""The colours and type of a brief: four roles, the same everywhere, with a designed counterpart for the dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

SANS = '"Source Sans 3","Source Sans Pro","Helvetica Neue",Arial,"Liberation Sans",Roboto,"Noto Sans",sans-serif'
"""Family of charts and tables: nothing is fetched, the first that a reader has is used."""

SERIF = '"Source Serif 4","Source Serif Pro","Iowan Old Style",Charter,"Noto Serif",Georgia,"Times New Roman",serif'
"""Family of the text."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by the part they play; every value is a six-digit hexadecimal colour.

    Attributes
    ----------
    patron, rival, opponent, other : str
        Colours of the four roles, for marks.
    patron_text, rival_text, opponent_text, other_text : str
        The same roles where they are read as words (contrast of at least 4.5 on the paper).
    ink, muted, paper : str
        Text, secondary text and ground.
    grid, axis, band, wash : str
        Grid lines, axes, bands of phases, and grounds of boxes.
    """

    patron: str
    rival: str
    opponent: str
    other: str
    patron_text: str
    rival_text: str
    opponent_text: str
    other_text: str
    ink: str
    muted: str
    paper: str
    grid: str
    axis: str
    band: str
    wash: str

    def items(self) -> Iterator[tuple[str, str]]:
        """Return name and colour of every part."""
        return ((entry.name, getattr(self, entry.name)) for entry in fields(self))

    def mark(self, role: str) -> str:
        """Return the colour of a role's marks; the client is drawn in ink and anybody else in grey."""
        return {
            "patron": self.patron,
            "rival": self.rival,
            "opponent": self.opponent,
            "client": self.ink,
        }.get(role, self.other)

    def word(self, role: str) -> str:
        """Return the colour of a role's words."""
        return {
            "patron": self.patron_text,
            "rival": self.rival_text,
            "opponent": self.opponent_text,
            "client": self.ink,
        }.get(role, self.other_text)


LIGHT = Palette(
    patron="#9e2a2b",
    rival="#c58b1b",
    opponent="#2b5c8a",
    other="#8d8d86",
    patron_text="#962728",
    rival_text="#82590a",
    opponent_text="#295883",
    other_text="#62615a",
    ink="#22201c",
    muted="#5b5952",
    paper="#fffdf8",
    grid="#e7e2d6",
    axis="#b9b3a4",
    band="#f4efe3",
    wash="#faf6ec",
)
"""Ink on paper; also what is printed."""

DARK = Palette(
    patron="#e0807b",
    rival="#ddb25a",
    opponent="#82addb",
    other="#98958b",
    patron_text="#eb9a95",
    rival_text="#e3bd6f",
    opponent_text="#9bc0e8",
    other_text="#b3afa4",
    ink="#ece6da",
    muted="#b5ae9f",
    paper="#1b1916",
    grid="#36322b",
    axis="#625b4f",
    band="#25221d",
    wash="#221f1a",
)
"""Lighter tints on a warm dark ground."""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.

    Notes
    -----
    Web Content Accessibility Guidelines 2.1: L = 0.2126 R + 0.7152 G + 0.0722 B over linearised channels.
    """
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21: (L1 + 0.05) / (L2 + 0.05), the lighter first."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def css_variables(palette: Palette) -> str:
    """Return the palette as CSS custom properties."""
    return ";".join(f"--{name.replace('_', '-')}:{colour}" for name, colour in palette.items())


def css_recolour(palette: Palette = LIGHT) -> str:
    """Return CSS that lets charts drawn in a palette follow the page's custom properties, in light and dark."""
    rules = []
    for name, colour in palette.items():
        variable = f"var(--{name.replace('_', '-')})"
        rules.append(f'.drawn [fill="{colour}"]{{fill:{variable}}}.drawn [stroke="{colour}"]{{stroke:{variable}}}')
    return "".join(rules)
