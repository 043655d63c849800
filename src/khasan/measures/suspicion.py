"""What can be computed of a flow that may be a namesake's: one row of parts for each flow, client and namesake.

Trade of the whole world stands in one array (exporter, importer, year), so that the past and the future of a flow, and
the namesake's flow with the same partner, are read by shifting an index. Nothing here decides:
:mod:`khasan.measures.scorecard` gives points for the parts, :mod:`khasan.measures.vetting` says what is suspect.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khasan.measures.suspicion_history import History, histories, levels, unrest
from khasan.measures.suspicion_world import REACH, Floats, Whole, World, median

Parts = dict[str, NDArray[np.float32]]

MATERIAL = 5.0
"""USD million: smaller flows are not judged; the files round to the million, so a small flow has no profile."""

RUN = 5
"""Years on each side within which the raised years of one flow are compared with the namesake's."""


@dataclass(frozen=True)
class Suspects:
    """Flows that a namesake's trade could explain, with the parts of the suspicion; one entry each.

    ``client``, ``namesake`` and ``partner`` are places on the axes of the world, ``year`` on its last axis;
    ``imports`` is 0 for an export of the client and 1 for an import.
    """

    client: Whole
    namesake: Whole
    partner: Whole
    year: Whole
    imports: Whole
    parts: Parts


def suspects(world: World, pairs: Collection[tuple[str, str]]) -> Suspects:
    """Measure every flow of a client that its namesake's trade with the same partner could explain.

    A flow is taken up if it is material and at most three times the namesake's flow, now or usually. Parts are in
    the unit ``log points`` unless said otherwise.

    Source: formulas of the package, explained in ``docs/explanation/vetting.md``.
    """
    places = [(world.index[c], world.index[n]) for c, n in pairs if c in world.index and n in world.index]
    clients = np.zeros(len(world.actors), bool)
    clients[[client for client, _ in places]] = True
    trade = world.trade
    with np.errstate(invalid="ignore"):
        judged = (trade >= MATERIAL) & (clients[:, None, None] | clients[None, :, None])
    exporter, importer, year = (axis.astype(np.int64) for axis in np.nonzero(judged))
    history = histories(world.windows(exporter, importer, year))
    chosen: list[tuple[Whole, int, int, int]] = []
    for client, namesake in places:
        for imports, (own, other) in enumerate(((exporter, importer), (importer, exporter))):
            rows = np.flatnonzero((own == client) & (other != namesake))
            chosen.append((rows, client, namesake, imports))
    rows = np.concatenate([one[0] for one in chosen]) if chosen else np.zeros(0, np.int64)
    client, namesake, imports = (
        np.repeat(np.array([one[k] for one in chosen], np.int64), [len(one[0]) for one in chosen]) for k in (1, 2, 3)
    )
    partner = np.where(imports == 1, exporter[rows], importer[rows])
    return _measured(world, history.at(rows), client, namesake, partner, year[rows], imports)


def _measured(
    world: World, history: History, client: Whole, namesake: Whole, partner: Whole, year: Whole, imports: Whole
) -> Suspects:
    """Keep what the namesake could explain, and measure the parts."""
    sold = imports == 0
    window = world.windows(np.where(sold, namesake, partner), np.where(sold, partner, namesake), year)
    before, after = levels(window, history.gap)
    usual = np.where(np.isfinite(before) & np.isfinite(after), (before + after) / 2, np.fmax(before, after))
    now = window[:, REACH]
    kept = np.flatnonzero(np.isfinite(now) & (history.window[:, REACH] - np.fmax(now, usual) < np.log(3.0)))
    seller, buyer = np.where(sold, client, partner), np.where(sold, partner, client)
    residual = world.residual[seller[kept], buyer[kept], year[kept]]
    parts = _parts(history.at(kept), window[kept], usual[kept], residual)
    return Suspects(client[kept], namesake[kept], partner[kept], year[kept], imports[kept], parts)


def _parts(history: History, other: Floats, usual: Floats, residual: Floats) -> Parts:
    """Compute the parts of a suspicion from the windows of a flow and of the namesake's flow (``other``)."""
    own = history.window
    flow, theirs = own[:, REACH], other[:, REACH]
    both, one = history.sides == 2, history.sides == 1
    before, after = levels(own - other, history.gap)
    against = np.nan_to_num(flow - theirs - np.fmax(before, after))
    steps = np.diff(own, axis=1)
    level = np.where(np.isfinite(history.usual), np.exp(history.usual), np.float32(0))
    excess = np.exp(flow) - level
    fall = np.where(np.isfinite(usual), np.exp(usual) - np.exp(theirs), np.float32(0))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = excess / np.exp(theirs)
        matched = np.clip(fall / np.maximum(excess, 0.1), -1, 3)
        moved = (matched > 0.3) & (matched < 2.5) & (history.jump > 0.3) & (fall > 0.1 * np.exp(theirs))
        kept_sum = np.log((np.exp(flow) + np.exp(theirs)) / (level + np.exp(np.fmax(usual, theirs * 0)) + 0.1))
    steady, steadier = _profile(history, other, level)
    parts = {
        "history_sides": history.sides,
        "jump": np.where(both, history.jump, 0),
        "jump_one_sided": np.where(one, history.jump, 0),
        "unrest": unrest(history),
        "jump_of_ratio": np.where(both, against, 0),
        "jump_of_ratio_one_sided": np.where(one, against, 0),
        "rise": np.nan_to_num(_largest(steps[:, REACH - 8 : REACH])),
        "fall": np.nan_to_num(_largest(-steps[:, REACH : REACH + 8])),
        "above_gravity": np.nan_to_num(residual),
        "no_gravity": ~np.isfinite(residual),
        "namesake_over_flow": theirs - flow,
        "excess_within_namesake": np.where((share > 0.15) & (share < 1.15), np.maximum(history.jump, 0), 0),
        "matching_dip": np.where(moved, 1 - np.abs(np.log(np.maximum(matched, 0.1))), 0),
        "sum_kept": np.abs(np.nan_to_num(kept_sum)),
        "steady_share": steady,
        "steadier_than_flow": steadier,
        "size": flow,
    }
    return {name: np.asarray(part, np.float32) for name, part in parts.items()}


def _largest(values: Floats) -> Floats:
    """Largest recorded value of each row; NaN where none is."""
    highest = np.where(np.isfinite(values), values, np.float32(-np.inf)).max(axis=1)
    return np.where(np.isfinite(highest), highest, np.float32(np.nan))


def _profile(history: History, other: Floats, level: Floats) -> tuple[Floats, Floats]:
    """How steady a share of the namesake's flow the excess is over the raised years, and than the flow itself.

    The first is ``exp(-spread / 0.12)`` times the number of further raised years, so 0 for a lone year.
    """
    near = slice(REACH - RUN, REACH + RUN + 1)
    own, theirs = history.window[:, near], other[:, near]
    raised = (own - history.usual[:, None] > np.maximum(history.jump, 0.4)[:, None] / 2) & np.isfinite(theirs)
    excess = np.log(np.maximum(np.exp(own) - level[:, None], 0.3)) - theirs
    years = raised.sum(axis=1)
    spread = _spread(np.where(raised, excess, np.float32(np.nan)))
    of_flow = _spread(np.where(raised, own, np.float32(np.nan)))
    run = years >= 2
    steady = np.where(run, np.exp(-np.nan_to_num(spread, nan=9.0) / 0.12) * np.clip(years - 1, 0, 5), 0)
    steadier = np.where(run, np.nan_to_num(of_flow - spread), 0)
    return steady.astype(np.float32), steadier.astype(np.float32)


def _spread(values: Floats) -> Floats:
    """Mean distance of what is recorded in a row from its median."""
    distance = np.abs(values - median(values, 1)[:, None])
    count = np.isfinite(distance).sum(axis=1)
    total = np.nansum(distance, axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.float32(np.nan)).astype(np.float32)
