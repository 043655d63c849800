"""What is asked of the model of world trade: whose loss, who may leave, in which year, over which ranges."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from khasan.ledger.finding import Parameter

DRAWS = 0
"""No draws: every combination of ends and middles, so that one question has one answer in every brief."""


ALL = "all"
"""Who leaves where every country does."""

FIXED = "imbalance"
"""Range that does not apply: a gift is money, which only the additive closure keeps."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings under which losses are computed; each stands in the id of every finding.

    Attributes
    ----------
    client : str
        Whose loss.
    among : tuple of str
        Who may leave: the members of the coalitions, of which the first two are told together.
    year : int
        Base year of the trade.
    over : tuple of str
        Ranges as ``theta=2:8`` or ``basis=reported,vetted``.
    draws, seed : int
        Of the sampling of the ranges; with 0 draws every combination of their ends and middles is solved.
    """

    client: str
    among: tuple[str, ...]
    year: int
    over: tuple[str, ...]
    draws: int = DRAWS
    seed: int = 0

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Return the settings as parameters of a finding; no unit.

        Source: the settings.
        """
        return {
            "client": self.client, "among": ";".join(self.among), "year": self.year, "over": written(self.over),
            "draws": self.draws, "seed": self.seed,
        }  # fmt: skip

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the settings as arguments of the methods of :mod:`khasan.measures.leaving.kept`; no unit.

        Source: the settings.
        """
        return dict(self.parameters)


def asked_in(parameters: Mapping[str, str]) -> Asked:
    """Read the settings back from the parameters of an id; no unit.

    Raises
    ------
    KeyError, ValueError
        Where one is missing or is no number.

    Source: the id.
    """
    return Asked(
        client=parameters["client"],
        among=tuple(parameters["among"].split(";")),
        year=int(parameters["year"]),
        over=ranges_in(parameters["over"]),
        draws=int(parameters["draws"]),
        seed=int(parameters["seed"]),
    )


def written(over: Sequence[str]) -> str:
    """Write ranges as they stand in an id: ``theta:2:8;basis:reported+vetted``; no unit.

    Source: the ranges.
    """
    return ";".join(one.replace("=", ":", 1).replace(",", "+") for one in over)


def ranges_in(text: str) -> tuple[str, ...]:
    """Read ranges back from an id; no unit.

    Source: the id.
    """
    return tuple(one.replace(":", "=", 1).replace("+", ",") for one in text.split(";"))


def usual_ranges(income: float = 0.0) -> tuple[str, ...]:
    """Return the ranges of ``ranges.csv``, with published values as their ends.

    Parameters
    ----------
    income : float
        Gross domestic product a head of the client at purchasing power, unit: constant 2011 USD. It decides how far the
        size of its economy at exchange rates may lie from that at purchasing power.

    Source: the column ``why`` of ``ranges.csv`` and ``size_ranges.csv``.
    """
    size = [row["range"] for row in _read("size_ranges.csv") if income >= float(row["above"])][-1]
    return tuple(f"{row['name']}={row['range'] or size}" for row in _table())


def applied(asked: Asked) -> tuple[str, ...]:
    """Return the ranges that apply to gifts; no unit.

    Source: the closures of :func:`khasan.gravity.scenario.one_sector.solve_changed`.
    """
    return tuple(one for one in asked.over if not one.startswith(f"{FIXED}="))


def rounded(value: float) -> float:
    """Round to six digits, so that the last bits of a solver do not enter a kept row; the unit stays.

    Source: the tolerance of the solver, which is far below six digits.
    """
    return float(f"{value:.6g}")


def label_of(name: str) -> str:
    """Return the noun phrase for what a range varies; it has no unit.

    Source: the column ``label`` of ``ranges.csv``.
    """
    return next((row["label"] for row in _table() if row["name"] == name), name.replace("_", " "))


def told_ranges(over: Sequence[str]) -> str:
    """Say over which ranges a finding runs: the trade elasticity 2 to 8, the suspect flows reported or vetted; no unit.

    Source: the ranges.
    """
    said = []
    for one in over:
        name, _, ends = one.partition("=")
        said.append(f"{label_of(name)} {ends.replace(':', ' to ').replace(',', ' or ')}")
    return f"Over {', '.join(said)}"


def _table() -> tuple[dict[str, str], ...]:
    """Read ``ranges.csv``."""
    return _read("ranges.csv")


@cache
def _read(name: str) -> tuple[dict[str, str], ...]:
    """Read a table of this folder."""
    text = files("khasan.measures.leaving").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
