"""What may be uncertain, over which range, and under which sampling law."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

UNIFORM, LOG_UNIFORM = "uniform", "log-uniform"

LAWS = (UNIFORM, LOG_UNIFORM)
"""Two laws of drawing a number from a range: every value as likely as any other, or every ratio."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is not known.

    Attributes
    ----------
    name : str
        A name of ``factors.csv``.
    low, high : float
        Ends of the range of a number.
    choices : tuple of str or float
        What a choice may be, each as likely as any other; empty for a number that may be anything between its ends.
    """

    name: str
    low: float = math.nan
    high: float = math.nan
    choices: tuple[str | float, ...] = ()

    @property
    def levels(self) -> Factor:
        """The factor at its middle and its ends only, so that every combination can be solved; a choice as it is.

        The middle is the geometric mean of the ends, or their mean where the range begins at 0.
        """
        if self.choices:
            return self
        middle = math.sqrt(self.low * self.high) if self.low > 0.0 else (self.low + self.high) / 2.0
        return Factor(self.name, choices=(middle, self.low, self.high))

    def values(self, shares: Floats, law: str) -> list[float | str]:
        """Turn numbers from 0 to 1 into values of the factor.

        Parameters
        ----------
        shares : array of shape (draws,)
            Each from 0 to 1.
        law : str
            One of :data:`LAWS`; a choice has none, and a range that begins at 0 is always drawn uniformly.
        """
        if self.choices:
            places = np.minimum((shares * len(self.choices)).astype(int), len(self.choices) - 1)
            return [self.choices[place] for place in places]
        if law == LOG_UNIFORM and self.low > 0.0:
            return [float(one) for one in np.exp(np.log(self.low) + shares * np.log(self.high / self.low))]
        return [float(one) for one in self.low + shares * (self.high - self.low)]

    def as_dict(self) -> dict[str, object]:
        """Return the factor as it stands in JSON."""
        if self.choices:
            return {"factor": self.name, "choices": list(self.choices)}
        return {"factor": self.name, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class _Known:
    """A line of ``factors.csv``."""

    name: str
    models: tuple[str, ...]
    choices: tuple[str, ...]
    above: float
    least: float
    most: float


def factors_of(texts: Sequence[str], model: str) -> tuple[Factor, ...]:
    """Read ranges as a user types them.

    Parameters
    ----------
    texts : sequence of str
        ``theta=2:8`` for a number, ``basis=reported,vetted`` for a choice.
    model : {"one", "coalition", "sectors"}
        What the ranges are for.

    Raises
    ------
    InputError
        For a name that is unknown or given twice, or a range that is none.
    """
    known = {one.name: one for one in _table() if model in one.models or (model == "coalition" and "one" in one.models)}
    found: dict[str, Factor] = {}
    for text in texts:
        name, _, rest = (part.strip() for part in text.partition("="))
        where = f"range {text!r}"
        if name not in known:
            raise InputError(f"{where}: {name!r} cannot be varied here; what can is {', '.join(known)}")
        if name in found:
            raise InputError(f"{where}: {name} is given twice; keep one")
        found[name] = _choice(known[name], rest, where) if known[name].choices else _number(known[name], rest, where)
    return tuple(found.values())


def points(factors: Sequence[Factor], shares: Floats, law: str) -> list[dict[str, float | str]]:
    """Turn rows of numbers from 0 to 1 into settings.

    Parameters
    ----------
    factors : sequence of Factor
        In the order of the columns.
    shares : array of shape (draws, factors)
        Each from 0 to 1.
    law : str
        One of :data:`LAWS`.
    """
    columns = [factor.values(shares[:, place], law) for place, factor in enumerate(factors)]
    names = [factor.name for factor in factors]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _number(known: _Known, text: str, where: str) -> Factor:
    """Read the range of a number."""
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        raise InputError(f"{where}: write two numbers, as in {known.name}=1:2") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"{where}: the first number must be below the second, and both finite")
    if low <= known.above or low < known.least or high > known.most:
        lower = f"above {known.above:g}" if known.above > -math.inf else f"at least {known.least:g}"
        upper = f" and at most {known.most:g}" if known.most < math.inf else ""
        raise InputError(f"{where}: {known.name} must be {lower}{upper}")
    return Factor(known.name, low, high)


def _choice(known: _Known, text: str, where: str) -> Factor:
    """Read what a choice may be."""
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for one in chosen:
        if one not in known.choices:
            raise InputError(f"{where}: {one!r} is not known; choose from {', '.join(known.choices)}")
    if len(set(chosen)) != len(chosen) or len(chosen) < 2:
        raise InputError(f"{where}: name two or more, as in {known.name}={','.join(known.choices)}")
    return Factor(known.name, choices=chosen)


@cache
def _table() -> tuple[_Known, ...]:
    """Return ``factors.csv``."""
    text = files("khasan.gravity.uncertainty").joinpath("factors.csv").read_text(encoding="utf-8")

    def end(row: Mapping[str, str], name: str, otherwise: float) -> float:
        return float(row[name]) if row[name] else otherwise

    return tuple(
        _Known(
            row["name"], (row["model"],), tuple(filter(None, row["choices"].split(";"))),
            end(row, "above", -math.inf), end(row, "least", -math.inf), end(row, "most", math.inf),
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip
