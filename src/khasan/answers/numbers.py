"""Numbers as a newspaper would print them: rounded, with units, never in scientific notation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from khasan.ledger.units import Unit

_FRACTIONS = (
    (0.1, "one tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.5, "half"),
    (0.9, "nine tenths"),
)
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def rounded(value: float, digits: int = 3) -> float:
    """Round to significant digits."""
    if value == 0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def figure(value: float, digits: int = 3) -> str:
    """Write a number with commas and as few decimals as its significant digits need."""
    value = rounded(value, digits) if abs(value) < 10 ** (digits + 3) else round(value)
    size = abs(value)
    if size >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    places = max(1, digits - 1) if size >= 1 else 2
    text = f"{value:,.{places if size < 10 else 1}f}"
    return text.rstrip("0").rstrip(".")


def exact(value: float) -> str:
    """Write a number with all its digits and commas, for tables and notes."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def large(value: float, digits: int = 3) -> str:
    """Write a large number in millions or billions: 2.2 billion, 34 million, 165,000."""
    size = abs(value)
    for floor, word in ((1e9, "billion"), (1e6, "million")):
        if size >= floor:
            scaled = rounded(value / floor, digits)
            return f"{figure(scaled, max(digits, 2))} {word}"
    return figure(value, 3 if size < 1000 else 6)


def amount(value: float, unit: str, units: Mapping[str, Unit], labels: Mapping[str, str], digits: int = 3) -> str:
    """Write an amount with its unit: 34 million dollars, 12 million rounds, 83 percent, 50,000 tonnes of wheat.

    Parameters
    ----------
    value : float
        Value in ``unit`` as printed.
    unit : str
        Unit as ``unit.csv`` names it, or ``share``.
    units, labels : mapping
        Units of the ledger and the short words for their bases.
    digits : int
        Significant digits for numbers above a million.
    """
    if unit == "share":
        return percent(value)
    known = units.get(unit)
    if known is None:
        return f"{large(value, digits)} {unit}"
    if known.dimension == "share" and known.base == "one":
        return percent(value * known.factor)
    if known.dimension in ("money", "mass", "volume", "count") and known.product is None:
        base = labels.get(known.base) or _plural(known.base if known.factor != 1 else unit)
        number = value * known.factor
        tail = _kind_of_goods(unit, base)
        return f"{large(number, digits)} {_singular(base) if number == 1 else base}{tail}"
    return f"{large(value, digits)} {_singular(unit) if value == 1 else unit}"


def amount_span(low: float, high: float, unit: str, units: Mapping[str, Unit], labels: Mapping[str, str]) -> str:
    """Write two amounts as a span, with what both share said once: 457 million to 1.2 billion dollars."""
    first, second = amount(low, unit, units, labels).split(), amount(high, unit, units, labels).split()
    if first == second:
        return " ".join(first)
    shared = 0
    while shared < min(len(first), len(second)) and first[-1 - shared] == second[-1 - shared]:
        shared += 1
    return " ".join([*first[: len(first) - shared], "to", *second])


def _kind_of_goods(unit: str, base: str) -> str:
    """Return what a unit such as ``tonnes wheat`` counts beyond its base."""
    words = unit.split()
    if "tonnes" in words and words[-1] not in ("tonnes", "year", "month"):
        return f" of {words[-1]}"
    return ""


def _plural(word: str) -> str:
    """Return a unit without a label as more than one: cask becomes casks; abbreviations stay."""
    plain = word.isalpha() and word.islower() and len(word) > 2
    return f"{word}s" if plain and not word.endswith("s") else word


def _singular(word: str) -> str:
    """Return the singular of a unit."""
    return "person" if word == "people" else word.removesuffix("s")


def percent(share: float) -> str:
    """Write a share (0 to 1) as a percentage: 83 percent, 1.2 percent."""
    value = share * 100
    size = abs(value)
    text = f"{value:.0f}" if size >= 10 else f"{value:.1f}" if size >= 0.1 else f"{value:.2f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} percent"


def percent_exactly(share: float) -> str:
    """Write a share with one decimal, where readings are compared."""
    return f"{share * 100:.1f} percent"


def points(difference: float) -> str:
    """Write a difference of two shares, given in percentage points: 2.4 points."""
    return f"{difference:.1f} points"


def count(number: int, noun: str, plural: str = "") -> str:
    """Write a small count in words: two vetoes, 17 channels."""
    word = _COUNTS[number] if 0 <= number < len(_COUNTS) else f"{number:,}"
    return f"{word} {noun if number == 1 else plural or noun + 's'}"


def fraction(share: float) -> str:
    """Write a share as a plain fraction where one is near (within two points), or else as a percentage."""
    for value, words in _FRACTIONS:
        if abs(share - value) <= 0.02:
            return words
    return percent(share)


def listing(parts: list[str]) -> str:
    """Join words as a sentence would: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]
