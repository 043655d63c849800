"""Points for the parts of a suspicion, added up to the log odds that a flow holds a namesake's trade.

A score card, as lenders use it: each part has a few support points, between which points run straight, and the sum over
all parts is the log odds. The table ``scorecard.csv`` was learnt from contamination planted between states drawn at
random (``scripts/scorecard.py``); no published share and no named state went into it.

A flow is judged in company. In the first stage it stands alone. In each later stage it also gets points for what the
stage before made of its neighbours: the same flow in years nearby, its counterpart in the other direction, and the
client's flows with other partners at the time. Confusion comes in runs and in numbers; a boom in one flow does not.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from khasan.measures.suspicion import Parts, Suspects
from khasan.measures.suspicion_world import Floats

TABLE = "scorecard.csv"
BASE = "base"

UNJUDGED = -9.0
"""Log odds that stand for a flow that was not taken up."""

AROUND = 5
"""Years on each side that count as the client's time."""

Line = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Stage:
    """One stage of the card: points that every flow gets, and the support points of each part."""

    base: float
    lines: Mapping[str, Line]

    def points(self, parts: Parts) -> Floats:
        """Add up the points of each flow, in the unit ``log odds``.

        Source: the lines of this stage.
        """
        count = len(next(iter(parts.values())))
        total = np.full(count, self.base)
        for name, (at, worth) in self.lines.items():
            total += np.interp(parts[name], at, worth)
        return total.astype(np.float32)


@cache
def read_card() -> tuple[Stage, ...]:
    """Read the card that ships with the package: stages in order; points are in the unit ``log odds``.

    Source: ``scorecard.csv``.
    """
    text = resources.files("khasan.measures").joinpath(TABLE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    stages = []
    for number in sorted({row["stage"] for row in rows}):
        of_stage = [row for row in rows if row["stage"] == number]
        names = dict.fromkeys(row["part"] for row in of_stage if row["part"] != BASE)
        lines = {
            name: (
                np.array([float(row["at"]) for row in of_stage if row["part"] == name]),
                np.array([float(row["points"]) for row in of_stage if row["part"] == name]),
            )
            for name in names
        }
        base = sum(float(row["points"]) for row in of_stage if row["part"] == BASE)
        stages.append(Stage(base, lines))
    return tuple(stages)


def judge(found: Suspects, card: tuple[Stage, ...]) -> Floats:
    """Return the log odds (unit ``log odds``) that each flow holds trade of the namesake.

    Source: additive logistic score card (Good 1950, weight of evidence), applied once per stage.
    """
    if not len(found.year):
        return np.zeros(0, np.float32)
    odds = card[0].points(found.parts)
    for stage in card[1:]:
        odds = stage.points({**found.parts, **company(found, odds)})
    return odds


def company(found: Suspects, odds: Floats) -> Parts:
    """Measure what a stage made of each flow's neighbours, from its log odds; parts in the unit ``log odds``.

    ``same_flow_next`` is the higher of the years before and after, ``same_flow_both`` the lower, ``same_flow_near`` the
    highest of two and three years away, ``other_direction`` that of the same year. ``rate_now``, ``rate_around`` and
    ``rate_other_direction`` are logs of the expected share of the client's other flows that are confused, in the year,
    in the years around and in the other direction; ``number_now`` is the log of one plus their expected number.

    Source: formulas of the package.
    """
    _, group = np.unique(found.client * (found.namesake.max() + 1) + found.namesake, return_inverse=True)
    pad = AROUND + 1
    shape = (group.max() + 1, 2, found.partner.max() + 1, found.year.max() + 1 + 2 * pad)
    seen = np.full(shape, UNJUDGED, np.float32)
    place = (group, found.imports, found.partner, found.year + pad)
    seen[place] = odds
    chance = np.where(seen > UNJUDGED, 1 / (1 + np.exp(-seen)), 0).astype(np.float32)

    def at(years: int) -> Floats:
        """Log odds of the same flow some years away."""
        return seen[group, found.imports, found.partner, found.year + pad + years]

    own = chance[place]
    expected, number = chance.sum(axis=2), (seen > UNJUDGED).sum(axis=2)
    here = (group, found.imports, found.year + pad)
    across = (group, 1 - found.imports, found.year + pad)
    others = expected[here] - own
    spans = range(-AROUND, AROUND + 1)
    around = sum(expected[here[0], here[1], here[2] + k] for k in spans) - sum(
        chance[group, found.imports, found.partner, found.year + pad + k] for k in spans
    )
    number_around = sum(number[here[0], here[1], here[2] + k] for k in spans)
    return {
        "same_flow_next": np.maximum(at(-1), at(1)),
        "same_flow_both": np.minimum(at(-1), at(1)),
        "same_flow_near": np.maximum.reduce([at(-3), at(-2), at(2), at(3)]),
        "other_direction": seen[group, 1 - found.imports, found.partner, found.year + pad],
        "number_now": np.log1p(np.maximum(others, 0)),
        "rate_now": _rate(others, number[here] - 1),
        "rate_around": _rate(np.asarray(around), np.asarray(number_around)),
        "rate_other_direction": _rate(expected[across], number[across]),
    }


def _rate(expected: Floats, number: NDArray[np.int64]) -> Floats:
    """Log of a share drawn towards one in forty, so that few flows say little."""
    return np.log((np.maximum(expected, 0) + 0.15) / (number + 6)).astype(np.float32)
