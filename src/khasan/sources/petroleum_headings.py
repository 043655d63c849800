"""The headings of a table of petroleum deliveries: which column holds month, supplier, quantity and unit.

Words and their roles stand in ``petroleum_words.csv``; what is no known word is taken for the name of a supplier.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from khasan.sources.packaged import packaged

_UNITS = ("barrels", "tonnes")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column holds: its role, the unit of its quantities, and the supplier where it is one's."""

    role: str
    unit: str | None
    supplier: str | None


@cache
def words() -> Mapping[str, str]:
    """Return the role of each word, from ``petroleum_words.csv``."""
    return dict(packaged("petroleum_words.csv").select("word", "role").iter_rows())


def headings_of(cells: Sequence[str]) -> list[Heading] | None:
    """Read the first row of a table as headings; None where it is not that of a table of deliveries."""
    found = [_heading(cell) for cell in cells]
    roles = [heading.role for heading in found]
    long = "supplier" in roles and any(role in ("quantity", "barrels", "tonnes") for role in roles)
    wide = any(heading.supplier for heading in found) and "supplier" not in roles
    return found if "period" in roles and (long or wide) else None


def _heading(cell: str) -> Heading:
    """Read one heading: a word of a role, or the name of a supplier; a unit may stand with it."""
    known = words()
    plain = cell.lower().strip(" *:")
    brackets = re.search(r"\(([^)]*)\)", plain)
    inside = brackets[1].removeprefix("in ").strip() if brackets else ""
    outside = re.sub(r"\([^)]*\)", "", plain).strip(" ,-–")
    unit = next((known[text] for text in (outside, inside) if known.get(text) in _UNITS), None)
    if unit is None:
        rest = _without_unit(outside)
        unit = known.get(outside[len(rest) :].strip(" ,-–").removeprefix("in ").strip()) if rest != outside else None
        outside = rest.strip(" ,-–")
    role = known.get(outside)
    if role is None and outside.startswith(("total", "aggregate")):
        role = "total"
    if role is None and any(outside.startswith(word) for word, kind in known.items() if kind == "other"):
        role = "other"
    if role is None and not outside:
        role = unit or "other"
    if role is not None:
        return Heading(role, unit, None)
    return Heading("quantity", unit, _without_unit(re.sub(r"\([^)]*\)", "", cell).strip(" *:,-–")))


def _without_unit(name: str) -> str:
    """Take a unit off the end of a supplier's name."""
    for word, role in words().items():
        if role in _UNITS:
            name = re.sub(rf"[\s,–-]+(in\s+)?{re.escape(word)}$", "", name, flags=re.IGNORECASE)
    return name


def unit_named(text: str) -> str | None:
    """Return the one unit that a text names, None where it names none or both."""
    plain = text.lower()
    named = {role for word, role in words().items() if role in _UNITS and re.search(rf"\b{re.escape(word)}\b", plain)}
    return named.pop() if len(named) == 1 else None
