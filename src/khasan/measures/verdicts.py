"""Verdicts on flows: the reasons for which a flow is suspect, each with its score, and the strongest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khasan.measures.scorecard import judge, read_card
from khasan.measures.suspicion import MATERIAL, Material, Suspects, suspects
from khasan.measures.suspicion_growth import carried_on
from khasan.measures.suspicion_world import REACH, Floats, Whole, World

REASONS = ("namesake", "extrapolated", "uncorroborated", "implausible", "unknown")
NAMESAKE, EXTRAPOLATED, UNCORROBORATED, IMPLAUSIBLE, UNKNOWN = range(len(REASONS))
NONE = -1

SUSPECT = 0.5
"""Score from which a flow is suspect."""

NEGLIGIBLE = 0.01
"""Score below which 0 is given, so that what says nothing need not be kept."""

LESS_ALIKE = 2.5
"""Log odds that a pair loses from grade 1 to grade 0: what is harder to confuse is confused less often."""

FIVEFOLD = float(np.log(5))
"""A flow is above expectation if it is five times what gravity expects of the pair, at the level of both its states."""

STRAY = float(np.log(50))
"""A flow is drowned if a fiftieth of the namesake's trade with the partner is all that gravity expects of it."""

DROWNED = 0.25
"""Share of a client's material flows in eleven years that are above expectation and drowned, from which they are
suspect: a state of which that is true is known to its partners' clerks by its namesake's trade."""

FLOWS_TO_DROWN = 100
"""Flows of that kind in eleven years below which no such thing is said of a client."""

AROUND = 5
"""Years on each side of the year for the two rules above."""

SAME_NAME = 0.99
"""Grade from which nothing but a word of direction, size or constitution tells two names apart."""

TWENTYFOLD = float(np.log(20))
"""A flow that a compiler carried on is suspect from twenty times the expectation: two standard deviations of all."""

HUNDREDFOLD = float(np.log(100))
"""A flow is implausible if it is a hundred times what it was before and after, and what gravity expects."""

LEAP = float(np.log(300))
"""The leap from which a flow is suspect where gravity expects nothing."""


KNOWN = 0.1
"""Part of a flow that a second compiler must have for it to count as known."""

Bytes = NDArray[np.int8]


@dataclass(frozen=True)
class Context:
    """What verdicts are made from: the world, its flows with their history, and the world of a second compiler."""

    world: World
    flows: Material
    second: World | None

    @cached_property
    def flow(self) -> Floats:
        """Log of each flow (unit ``log points``).

        Source: the middle of its window.
        """
        return self.flows.history.window[:, REACH]

    @cached_property
    def above(self) -> Floats:
        """Log distance of each flow to what gravity expects (unit ``log points``).

        Source: the residuals of the world.
        """
        return self.of(self.world.residual)

    @cached_property
    def grown(self) -> NDArray[np.bool_]:
        """Flows of the world that a compiler carried on (no unit: true or false).

        Source: see :func:`khasan.measures.suspicion_growth.carried_on`.
        """
        return carried_on(self.world)

    @cached_property
    def jumps(self) -> Floats:
        """Jump of each flow (unit ``log points``) over exporter, importer and year; NaN where it has no history.

        Source: see :func:`khasan.measures.suspicion_history.histories`.
        """
        spread = np.full(self.world.trade.shape, np.nan, np.float32)
        history = self.flows.history
        spread[self.flows.exporter, self.flows.importer, self.flows.year] = np.where(
            history.sides > 0, history.jump, np.float32(np.nan)
        )
        return spread

    def of(self, array: Floats) -> Floats:
        """Read an array of the world at each flow; the unit is that of the array.

        Source: the array.
        """
        found: Floats = array[self.flows.exporter, self.flows.importer, self.flows.year]
        return found


@dataclass(frozen=True)
class Verdicts:
    """Verdicts for every exporter, importer and year of the world, on the first axis for whom: exporter, importer.

    ``score`` is from 0 to 1, ``reason`` a place in :data:`REASONS` or -1, ``namesake`` a place among the actors or -1.
    """

    score: Floats
    reason: Bytes
    namesake: NDArray[np.int16]
    dip: Floats

    def add(self, side: Whole | int, place: tuple[Whole, Whole, Whole], score: Floats, reason: int) -> Whole:
        """Enter scores (no unit) where they are higher than what stands there; return the entries that were.

        Source: none; this keeps the strongest of several.
        """
        where = (np.broadcast_to(np.asarray(side), score.shape), *place)
        higher = np.flatnonzero(score > self.score[where])
        chosen = tuple(axis[higher] for axis in where)
        self.score[chosen] = score[higher]
        self.reason[chosen] = reason
        return higher


def decide(context: Context, pairs: Mapping[tuple[str, str], float]) -> Verdicts:
    """Give each flow, seen from its exporter and from its importer, a score from 0 to 1 (no unit) and its reason.

    Parameters
    ----------
    context : Context
        The world and its flows.
    pairs : mapping of (str, str) to float
        Client and namesake, with the grade of the pair.

    Source: formulas of the package, explained with their error in ``docs/explanation/vetting.md``.
    """
    shape = (2, *context.world.trade.shape)
    verdicts = Verdicts(
        np.zeros(shape, np.float32),
        np.full(shape, NONE, np.int8),
        np.full(shape, NONE, np.int16),
        np.zeros(shape, np.float32),
    )
    _by_flow(verdicts, context)
    found = suspects(context.world, context.flows, list(pairs))
    if len(found.year):
        _by_namesake(verdicts, context, found, pairs)
    verdicts.score[verdicts.score < NEGLIGIBLE] = 0
    # That a compiler carried a flow on is seen, not inferred; it is the better reason where both hold.
    verdicts.reason[:, context.grown & (verdicts.score >= SUSPECT).any(axis=0)] = EXTRAPOLATED
    return verdicts


def _by_flow(verdicts: Verdicts, context: Context) -> None:
    """Enter what is suspect whoever it belongs to: carried on, implausible, unknown to a second compiler."""
    flows, history, above = context.flows, context.flows.history, context.above
    jump = np.where(history.sides == 2, history.jump, np.float32(0))
    large = context.flow >= np.log(MATERIAL)
    with np.errstate(invalid="ignore"):
        extreme = np.where(large, _logistic(2 * (np.minimum(jump, above) - HUNDREDFOLD)), 0)
        leap = np.where(large & ~np.isfinite(above), _logistic(2 * (jump - LEAP)), 0)
        grown = context.grown[flows.exporter, flows.importer, flows.year]
        extended = _through_runs(context, np.where(grown, _logistic(2 * (above - TWENTYFOLD)), 0))
        rules = [(extended, EXTRAPOLATED), (extreme, IMPLAUSIBLE), (leap, UNKNOWN)]
        if context.second is not None:
            alone = np.where(large, _logistic(2 * (np.minimum(jump, above) - FIVEFOLD)), 0)
            for side in (0, 1):
                score = np.where(_unknown_to(context.second, context, side), alone, 0)
                _enter(verdicts, flows, score, UNCORROBORATED, (side,))
    for score, reason in rules:
        _enter(verdicts, flows, score, reason, (0, 1))


def _through_runs(context: Context, score: Floats) -> Floats:
    """Give every year of a run that a compiler carried on the highest score of the run: it is one act, not several."""
    flows, grown = context.flows, context.grown
    place = (flows.exporter, flows.importer, flows.year)
    spread = np.zeros(grown.shape, np.float32)
    spread[place] = np.nan_to_num(score)
    years = range(1, grown.shape[2])
    for now, before in (*((year, year - 1) for year in years), *((year - 1, year) for year in reversed(years))):
        joined = grown[:, :, now] & grown[:, :, before]
        spread[:, :, now] = np.where(joined, np.maximum(spread[:, :, now], spread[:, :, before]), spread[:, :, now])
    found: Floats = spread[place]
    return found


def _enter(verdicts: Verdicts, flows: Material, score: Floats, reason: int, sides: tuple[int, ...]) -> None:
    """Enter scores for the exporter (side 0), the importer (1) or both; what is not a number is 0."""
    for side in sides:
        verdicts.add(
            side, (flows.exporter, flows.importer, flows.year), np.nan_to_num(score).astype(np.float32), reason
        )


def _unknown_to(second: World, context: Context, side: int) -> NDArray[np.bool_]:
    """Tell which flows a second compiler, who records the client's trade of the year, does not know a tenth of."""
    covered = np.isfinite(second.trade).any(axis=1 - side)
    flows = context.flows
    client = flows.exporter if side == 0 else flows.importer
    theirs = np.nan_to_num(context.of(second.trade))
    ours = context.of(context.world.trade)
    unknown: NDArray[np.bool_] = np.asarray(covered)[client, flows.year] & (theirs < KNOWN * ours)
    return unknown


def _by_namesake(verdicts: Verdicts, context: Context, found: Suspects, pairs: Mapping[tuple[str, str], float]) -> None:
    """Enter what may be a namesake's trade, by the score card or because the client drowns in it."""
    actors = context.world.actors
    grades = np.zeros((len(actors), len(actors)), np.float32)
    for (client, namesake), alike in pairs.items():
        if client in context.world.index and namesake in context.world.index:
            grades[context.world.index[client], context.world.index[namesake]] = alike
    grade = grades[found.client, found.namesake]
    by_card = _logistic(judge(found, read_card()) - LESS_ALIKE * (1 - grade))
    score = np.maximum(by_card, _drowned(context, found, grade >= SAME_NAME))
    exporter = np.where(found.imports == 0, found.client, found.partner)
    importer = np.where(found.imports == 0, found.partner, found.client)
    entered = verdicts.add(found.imports, (exporter, importer, found.year), score, NAMESAKE)
    place = (found.imports[entered], exporter[entered], importer[entered], found.year[entered])
    # The likeliest namesake was entered last only if the entries are in the order of their scores.
    order = np.argsort(score[entered], kind="stable")
    ordered = tuple(axis[order] for axis in place)
    verdicts.score[ordered] = score[entered][order]
    verdicts.namesake[ordered] = found.namesake[entered][order]
    verdicts.dip[ordered] = found.parts["matching_dip"][entered][order]


def _drowned(context: Context, found: Suspects, same_name: NDArray[np.bool_]) -> Floats:
    """Score flows five times above gravity of a client that drowns in its namesake's trade; 0 for all others."""
    above = found.parts["above_gravity"]
    expected_share = found.parts["namesake_over_flow"] + above
    drowned = same_name & (above > FIVEFOLD) & (expected_share > STRAY)
    years = context.world.trade.shape[2]
    # Each pair of client and namesake has its own prevalence, over both directions.
    _, pair = np.unique(found.client * len(context.world.actors) + found.namesake, return_inverse=True)
    many = np.zeros((pair.max() + 1, years))
    np.add.at(many, (pair[drowned], found.year[drowned]), 1)
    with np.errstate(invalid="ignore"):
        large = context.world.trade >= MATERIAL
    of_client = large.sum(axis=1) + large.sum(axis=0)
    around = _around(many)
    share = around[pair, found.year] / np.maximum(_around(of_client)[found.client, found.year], 1)
    common = (share >= DROWNED) & (around[pair, found.year] >= FLOWS_TO_DROWN)
    return np.where(drowned & common, _logistic(2 * (above - FIVEFOLD)), 0).astype(np.float32)


def _around(yearly: NDArray[np.float64] | Whole) -> NDArray[np.float64]:
    """Sum each row over eleven years around each."""
    padded = np.pad(yearly.astype(float), ((0, 0), (AROUND + 1, AROUND)))
    total = padded.cumsum(axis=1)
    sums: NDArray[np.float64] = total[:, 2 * AROUND + 1 :] - total[:, : -(2 * AROUND + 1)]
    return sums


def _logistic(odds: NDArray[np.floating[Any]]) -> Floats:
    """Turn log odds into a score."""
    score: Floats = (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).astype(np.float32)
    return score
