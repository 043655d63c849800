"""A dynamic graded response model, sampled: where voters stand in each period, from answers in three grades.

Voter i, who stands at ``theta_it`` in period t, has a latent leaning ``z = beta_j theta_it + e`` on item j, with ``e``
standard normal, and answers

    no where ``z < low_j``,  abstain where ``low_j <= z < high_j``,  yes where ``z >= high_j``

Priors: ``beta_j ~ N(0, 1)``; cut points even between -7 and 7, in order; ``theta`` of a voter's first period ~ N(0, 1)
and then a random walk, ``theta_it ~ N(theta_i,t-1, 0.25)``. An item may be put in several periods: its slope and cut
points are then the same in all, which puts the periods on one scale. After each draw positions are brought to mean 0
and standard deviation 1 over all voters and periods.

Source: Bailey, Strezhnev and Voeten, Estimating dynamic state preferences from United Nations voting data, Journal of
Conflict Resolution 61 (2017) 430-456, for the model; Albert and Chib, Bayesian analysis of binary and polychotomous
response data, JASA 88 (1993) 669-679, for latent leanings; Cowles, Accelerating Monte Carlo Markov chain convergence
for cumulative-link generalized linear models, Statistics and Computing 6 (1996) 101-111, for cut points drawn without
them; Carter and Kohn, On Gibbs sampling for state space models, Biometrika 81 (1994) 541-553, for whole paths at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from khasan.measures.world.normal_tables import Floats, probability_below, quantile

Places = NDArray[np.int32]
Matrix = NDArray[np.float64]

NO, ABSTAIN, YES = 0, 1, 2

STEP_VARIANCE = 0.25
"""Variance of a voter's step from one period to the next, where all positions have variance 1."""

FIRST_VARIANCE = 1.0
"""Variance of a voter's position in its first period."""

FURTHEST = 7.0
"""Bound of the cut points."""

SETTLING = 50
"""Draws in which the size of the steps of the cut points is still fitted."""

LEAST = np.float32(1e-9)
"""Probability below which one is read as this."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """Answers, parted by grade: for each grade the item and the cell (voter times periods plus period) of each."""

    items: tuple[Places, Places, Places]
    cells: tuple[Places, Places, Places]
    item_count: int
    voters: int
    periods: int

    def by_item(self, amounts: tuple[Floats, Floats, Floats]) -> Matrix:
        """Add up an amount over the answers on each item, in its own unit.

        Source: plain addition.
        """
        parts = zip(self.items, amounts, strict=True)
        return np.asarray(sum(np.bincount(item, amount, self.item_count) for item, amount in parts))

    def by_cell(self, amounts: tuple[Floats, Floats, Floats]) -> Matrix:
        """Add up an amount over the answers of each voter and period, in its own unit.

        Source: plain addition.
        """
        size = self.voters * self.periods
        parts = zip(self.cells, amounts, strict=True)
        return np.asarray(sum(np.bincount(cell, amount, size) for cell, amount in parts)).reshape(
            self.voters, self.periods
        )


@dataclass(slots=True)
class Items:
    """Slope and cut points of the items, and the size of the steps in which the cut points are tried."""

    slope: Matrix
    low: Matrix
    high: Matrix
    step: Matrix


def sample_positions(ballots: Ballots, start: Matrix, draws: int, warm_up: int, seed: int) -> Matrix:
    """Draw the positions of all voters in all periods, after a warm-up that is thrown away.

    Parameters
    ----------
    ballots : Ballots
        At least two voters and one item.
    start : array
        Positions from which the sampler sets out: voters by periods; their sign is the sign of the result.
    draws, warm_up : int
        Draws kept, and thrown away before.
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    array
        Draws by voters by periods, in standard deviations of all positions (no other unit); NaN outside a voter's
        first and last period.

    Source: see the module.
    """
    random = np.random.default_rng(seed)
    present = np.bincount(np.concatenate(ballots.cells), minlength=start.size).reshape(start.shape) > 0
    inside = np.logical_or.accumulate(present, axis=1) & np.logical_or.accumulate(present[:, ::-1], axis=1)[:, ::-1]
    items = _first_items(ballots)
    position = _standardised(start, present)
    kept = np.full((draws, *start.shape), np.nan, dtype=np.float32)
    for number in range(-warm_up, draws):
        at = position.astype(np.float32).ravel()
        placed = (at[ballots.cells[NO]], at[ballots.cells[ABSTAIN]], at[ballots.cells[YES]])
        leaning = _draw_cuts_and_leanings(ballots, items, placed, random, fit=number < SETTLING - warm_up)
        _draw_slopes(ballots, items, placed, leaning, random)
        position = _standardised(_draw_paths(ballots, items, leaning, inside, random), present)
        if number >= 0:
            kept[number][inside] = position[inside]
    return kept.astype(np.float64)


def _standardised(position: Matrix, present: NDArray[np.bool_]) -> Matrix:
    """Bring positions to mean 0 and standard deviation 1 over the cells that have answers."""
    known = position[present]
    return np.asarray((position - known.mean()) / max(float(known.std()), 1e-12))


def _first_items(ballots: Ballots) -> Items:
    """Set out with slopes of 0 and the cut points that the answers alone give."""
    counts = [np.bincount(item, minlength=ballots.item_count).astype(np.float64) for item in ballots.items]
    total = counts[NO] + counts[ABSTAIN] + counts[YES] + 1.5
    low, high = (counts[NO] + 0.5) / total, (counts[NO] + counts[ABSTAIN] + 1.0) / total
    cuts = [quantile(share.astype(np.float32)).astype(np.float64) for share in (low, high)]
    return Items(np.zeros(ballots.item_count), cuts[0], cuts[1], np.full(ballots.item_count, 0.15))


def _draw_cuts_and_leanings(
    ballots: Ballots, items: Items, placed: tuple[Floats, ...], random: Generator, fit: bool
) -> tuple[Floats, Floats, Floats]:
    """Try new cut points (Metropolis), then draw the leaning behind each answer between those kept."""
    slope = items.slope.astype(np.float32)
    mean = [slope[item] * at for item, at in zip(ballots.items, placed, strict=True)]
    bounds = _below(ballots, items.low, items.high, mean)
    low, high = (cut + items.step * random.standard_normal(len(cut)) for cut in (items.low, items.high))
    tried = _below(ballots, low, high, mean)
    gain = ballots.by_item(_log_ratio(tried, bounds))
    in_order = (low > -FURTHEST) & (low < high) & (high < FURTHEST)
    taken = in_order & (np.log(random.random(len(gain))) < gain)
    items.low, items.high = np.where(taken, low, items.low), np.where(taken, high, items.high)
    if fit:
        # steps grow until about one in four is taken, the rate that explores two cut points fastest
        items.step = np.clip(items.step * np.where(taken, 1.15, 0.95), 0.01, 2.0)
    below = [np.where(taken[ballots.items[grade]], new, old) for grade, new, old in _by_grade(tried, bounds)]
    uniform = [random.random(len(item), dtype=np.float32) for item in ballots.items]
    no = mean[NO] + quantile(np.maximum(uniform[NO] * below[0], LEAST))
    yes = mean[YES] - quantile(np.maximum(uniform[YES] * below[3], LEAST))
    mirrored = below[1] + below[2] > 1
    # the lower tail is the more exact one
    first = np.where(mirrored, 1 - below[2], below[1])
    between = quantile(np.clip(first + uniform[ABSTAIN] * (below[2] - below[1]), LEAST, 1 - 1e-7))
    return no, mean[ABSTAIN] + np.where(mirrored, -between, between), yes


def _by_grade(tried: list[Floats], bounds: list[Floats]) -> list[tuple[int, Floats, Floats]]:
    """Pair the bounds tried with those held, each with its grade; an abstention has two."""
    return list(zip((NO, ABSTAIN, ABSTAIN, YES), tried, bounds, strict=True))


def _below(ballots: Ballots, low: Matrix, high: Matrix, mean: list[Floats]) -> list[Floats]:
    """Return probabilities: of a no, of less than an abstention, of at most an abstention, and of a yes."""
    lower, upper = low.astype(np.float32), high.astype(np.float32)
    return [
        probability_below(lower[ballots.items[NO]] - mean[NO]),
        probability_below(lower[ballots.items[ABSTAIN]] - mean[ABSTAIN]),
        probability_below(upper[ballots.items[ABSTAIN]] - mean[ABSTAIN]),
        probability_below(mean[YES] - upper[ballots.items[YES]]),
    ]


def _log_ratio(tried: list[Floats], held: list[Floats]) -> tuple[Floats, Floats, Floats]:
    """Return the log of how much likelier each answer is under the cut points tried."""

    def log(probability: Floats) -> Floats:
        """Take the logarithm, of the least probability at least."""
        return np.asarray(np.log(np.maximum(probability, LEAST)))

    return (
        log(tried[0]) - log(held[0]),
        log(tried[2] - tried[1]) - log(held[2] - held[1]),
        log(tried[3]) - log(held[3]),
    )


def _draw_slopes(
    ballots: Ballots,
    items: Items,
    placed: tuple[Floats, ...],
    leaning: tuple[Floats, Floats, Floats],
    random: Generator,
) -> None:
    """Draw the slope of each item: a regression of leanings on positions."""
    no, abstain, yes = placed
    weight = 1 / (1 + ballots.by_item((no * no, abstain * abstain, yes * yes)))
    products = ballots.by_item((no * leaning[NO], abstain * leaning[ABSTAIN], yes * leaning[YES]))
    items.slope = weight * products + np.sqrt(weight) * random.standard_normal(ballots.item_count)


def _draw_paths(
    ballots: Ballots,
    items: Items,
    leaning: tuple[Floats, Floats, Floats],
    inside: NDArray[np.bool_],
    random: Generator,
) -> Matrix:
    """Draw the whole path of every voter from its joint distribution: forward elimination, backward sampling."""
    slope = items.slope.astype(np.float32)
    slopes = (slope[ballots.items[NO]], slope[ballots.items[ABSTAIN]], slope[ballots.items[YES]])
    known = ballots.by_cell((slopes[0] ** 2, slopes[1] ** 2, slopes[2] ** 2))
    pull = ballots.by_cell((slopes[0] * leaning[0], slopes[1] * leaning[1], slopes[2] * leaning[2]))
    link = (inside[:, 1:] & inside[:, :-1]) / STEP_VARIANCE
    known[:, 1:] += link
    known[:, :-1] += link
    known[np.arange(ballots.voters), inside.argmax(axis=1)] += 1 / FIRST_VARIANCE
    known[~inside] = 1.0
    for period in range(1, ballots.periods):
        share = link[:, period - 1] / known[:, period - 1]
        known[:, period] -= share * link[:, period - 1]
        pull[:, period] += share * pull[:, period - 1]
    path = random.standard_normal(known.shape) / np.sqrt(known)
    path[:, -1] += pull[:, -1] / known[:, -1]
    for period in range(ballots.periods - 2, -1, -1):
        path[:, period] += (pull[:, period] + link[:, period] * path[:, period + 1]) / known[:, period]
    return np.asarray(np.where(inside, path, 0.0))
