"""How a flow stands against its own past and future, with the years next to it left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khasan.measures.suspicion_world import REACH, Floats, Whole, median

GAPS = (1, 2, 3, 5, 8)
"""Years left out on either side of a flow before its history is read, so that a run of bad years does not vouch for
itself; the gap that shows the largest jump is taken."""

SIDE = 4
"""Years of history read on each side beyond the gap."""


@dataclass(frozen=True)
class History:
    """How flows stand against their own past and future; one entry a flow.

    ``jump`` is the log distance to the higher of the two sides (to the only one where the other is unrecorded),
    ``sides`` how many sides are recorded, ``gap`` the years left out, ``usual`` the level jumped from (log), and
    ``over_trend`` the log distance to the mean of the two sides (0 with fewer).
    """

    window: Floats
    jump: Floats
    sides: Whole
    gap: Whole
    usual: Floats
    over_trend: Floats

    def at(self, rows: Whole) -> History:
        """Take some of the flows; every unit stays.

        Source: these histories.
        """
        return History(
            self.window[rows],
            self.jump[rows],
            self.sides[rows],
            self.gap[rows],
            self.usual[rows],
            self.over_trend[rows],
        )


def histories(window: Floats) -> History:
    """Measure the jump of each flow, in the unit ``log points``, against the years beyond the best gap.

    Trade that grew and stayed up does not jump: the level after it vouches for it. Where both sides are recorded at
    some gap, only such gaps are used.

    Source: formula of the package; medians and left-out windows as in robust outlier tests (Hampel 1974).
    """
    count = len(window)
    jump = np.zeros(count, np.float32)
    usual = np.full(count, np.nan, np.float32)
    trend = np.zeros(count, np.float32)
    sides, gap = np.zeros(count, np.int64), np.full(count, GAPS[0])
    for years in GAPS:
        before, after = _beside(window, years)
        level = np.fmax(before, after)
        recorded = np.isfinite(before).astype(np.int64) + np.isfinite(after)
        now = window[:, REACH] - level
        better = (recorded > sides) | ((recorded == sides) & (recorded > 0) & (now > jump))
        middle = np.where(recorded == 2, window[:, REACH] - (before + after) / 2, np.float32(0))
        trend = np.where(better, middle, trend)
        jump, usual = np.where(better, now, jump), np.where(better, level, usual)
        sides, gap = np.where(better, recorded, sides), np.where(better, years, gap)
    return History(window, jump, sides, gap, usual, trend)


def _beside(window: Floats, gap: int) -> tuple[Floats, Floats]:
    """Medians of the years before and after a gap; NaN with fewer than two recorded years."""
    before = window[:, REACH - gap - SIDE : REACH - gap]
    after = window[:, REACH + gap + 1 : REACH + gap + 1 + SIDE]
    return median(before, 1, 2), median(after, 1, 2)


def levels(window: Floats, gap: Whole) -> tuple[Floats, Floats]:
    """Medians before and after the gap of each row, in the unit of the window.

    Source: see :func:`histories`.
    """
    before, after = np.full(len(window), np.nan, np.float32), np.full(len(window), np.nan, np.float32)
    for years in GAPS:
        rows = np.flatnonzero(gap == years)
        before[rows], after[rows] = _beside(window[rows], years)
    return before, after


def unrest(history: History) -> Floats:
    """Median distance, in the unit ``log points``, of the years beyond the gap from their median; 0.7 where unknown.

    Source: median absolute deviation (Hampel 1974).
    """
    distance = np.full(len(history.jump), np.nan, np.float32)
    for years in GAPS:
        rows = np.flatnonzero(history.gap == years)
        window = history.window[rows]
        beyond = np.concatenate(
            [window[:, REACH - years - SIDE : REACH - years], window[:, REACH + years + 1 : REACH + years + 1 + SIDE]],
            axis=1,
        )
        distance[rows] = median(np.abs(beyond - median(beyond, 1)[:, None]), 1)
    return np.nan_to_num(distance, nan=0.7)
