"""What can be computed of a flow that may be a namesake's: one row of parts for each flow, client and namesake.

Trade of the whole world stands in one array (exporter, importer, year), so that the past and the future of a flow, and
the namesake's flow with the same partner, are read by shifting an index. Nothing here decides:
:mod:`khasan.measures.scorecard` gives points for the parts, :mod:`khasan.measures.vetting` says what is suspect.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.measures.suspicion_history import History, histories, levels, unrest
from khasan.measures.suspicion_steps import steps
from khasan.measures.suspicion_world import REACH, Floats, Whole, World, median

Parts = dict[str, NDArray[np.float32]]

MATERIAL = 5.0
"""USD million: smaller flows are not judged; the files round to the million, so a small flow has no profile."""

READ = 1.0
"""USD million from which a flow counts in what the flows of a state have in common."""

EXPLAINED = 3.0
"""A flow is taken up if it is at most so many times the namesake's flow, now or usually."""

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


@dataclass(frozen=True)
class Material:
    """Flows that are read: places on the axes of the world, and their history; one entry each.

    ``common`` and ``common_trend`` are the jump and the distance to the trend (log points) that the exporter's and the
    importer's flows of the year have in common: the exporter's median and the importer's less the world's. A boom, an
    embargo or steady growth is no confusion.
    """

    exporter: Whole
    importer: Whole
    year: Whole
    history: History
    common: Floats
    common_trend: Floats


def material(world: World) -> Material:
    """Read the flows of all states from 1 million on, with their history in the unit ``log points``.

    Source: see :func:`khasan.measures.suspicion_history.histories`.
    """
    with np.errstate(invalid="ignore"):
        exporter, importer, year = (axis.astype(np.int64) for axis in np.nonzero(world.trade >= READ))
    history = histories(world.windows(exporter, importer, year))
    both = history.sides == 2
    frame = pl.DataFrame(
        {"exporter": exporter, "importer": importer, "year": year, "jump": history.jump, "trend": history.over_trend}
    ).with_columns(pl.when(pl.Series(both)).then(pl.col("jump", "trend")))
    common, common_trend = (
        frame.select(_common(name)).to_series().to_numpy().astype(np.float32) for name in ("jump", "trend")
    )
    return Material(exporter, importer, year, history, common, common_trend)


def _common(name: str) -> pl.Expr:
    """Median of the exporter's flows of the year and of the importer's, less that of all."""
    of_exporter, of_importer = (pl.col(name).median().over(side, "year") for side in ("exporter", "importer"))
    return (of_exporter + of_importer - pl.col(name).median().over("year")).fill_null(0)


def suspects(world: World, flows: Material, pairs: Collection[tuple[str, str]]) -> Suspects:
    """Measure every flow of a client that its namesake's trade with the same partner could explain.

    A flow is taken up if it is at most three times the namesake's flow, now or usually. Parts are in the unit
    ``log points`` unless said otherwise.

    Parameters
    ----------
    world : World
        Trade of all states.
    flows : Material
        As :func:`material` returns it.
    pairs : collection of pairs of str
        Client and namesake.

    Source: formulas of the package, explained in ``docs/explanation/vetting.md``.
    """
    chosen: list[tuple[Whole, int, int, int]] = []
    large = flows.history.window[:, REACH] >= np.log(MATERIAL)
    for client_name, namesake_name in pairs:
        if client_name not in world.index or namesake_name not in world.index:
            continue
        own_place, other_place = world.index[client_name], world.index[namesake_name]
        for side, (own, other) in enumerate(((flows.exporter, flows.importer), (flows.importer, flows.exporter))):
            rows = np.flatnonzero(large & (own == own_place) & (other != other_place))
            chosen.append((rows, own_place, other_place, side))
    rows = np.concatenate([one[0] for one in chosen]) if chosen else np.zeros(0, np.int64)
    lengths = [len(one[0]) for one in chosen]
    client = np.repeat(np.array([one[1] for one in chosen], np.int64), lengths)
    namesake = np.repeat(np.array([one[2] for one in chosen], np.int64), lengths)
    imports = np.repeat(np.array([one[3] for one in chosen], np.int64), lengths)
    partner = np.where(imports == 1, flows.exporter[rows], flows.importer[rows])
    asked = Suspects(
        client,
        namesake,
        partner,
        flows.year[rows],
        imports,
        {"jump": flows.common[rows], "trend": flows.common_trend[rows]},
    )
    return _measured(world, flows.history.at(rows), asked)


def _measured(world: World, history: History, asked: Suspects) -> Suspects:
    """Keep what the namesake could explain, and measure the parts."""
    sold = asked.imports == 0
    namesake, partner = asked.namesake, asked.partner
    window = world.windows(np.where(sold, namesake, partner), np.where(sold, partner, namesake), asked.year)
    usual = np.fmax(*levels(window, history.gap))
    now = window[:, REACH]
    kept = np.flatnonzero(np.isfinite(now) & (history.window[:, REACH] - np.fmax(now, usual) < np.log(EXPLAINED)))
    client, namesake, partner, year, imports = (
        places[kept] for places in (asked.client, namesake, partner, asked.year, asked.imports)
    )
    seller, buyer = np.where(imports == 0, client, partner), np.where(imports == 0, partner, client)
    parts = _parts(history.at(kept), window[kept], world.residual[seller, buyer, year])
    group = (client * len(world.actors) + namesake) * 2 + imports
    parts |= steps(world.residual_windows(seller, buyer, year), group, year)
    both = history.sides[kept] == 2
    shared = {name: np.where(both, part[kept], np.float32(0)) for name, part in asked.parts.items()}
    parts["jump_common"] = shared["jump"]
    parts["jump_alone"] = np.where(both, history.jump[kept] - shared["jump"], np.float32(0))
    parts["over_trend_alone"] = np.where(both, history.over_trend[kept] - shared["trend"], np.float32(0))
    return Suspects(client, namesake, partner, year, imports, parts)


def _parts(history: History, other: Floats, residual: Floats) -> Parts:
    """Compute the parts of a suspicion from the windows of a flow and of the namesake's flow (``other``)."""
    earlier, later = levels(other, history.gap)
    usual = np.where(np.isfinite(earlier) & np.isfinite(later), (earlier + later) / 2, np.fmax(earlier, later))
    dip = np.nan_to_num(np.fmin(earlier, later) - other[:, REACH])
    own = history.window
    flow, theirs = own[:, REACH], other[:, REACH]
    both, one = history.sides == 2, history.sides == 1
    before, after = levels(own - other, history.gap)
    against = np.nan_to_num(flow - theirs - np.fmax(before, after))
    steps = np.diff(own, axis=1)
    level = np.where(np.isfinite(history.usual), np.exp(history.usual), np.float32(0))
    excess = np.exp(flow) - level
    fall = np.where(np.isfinite(usual), np.exp(usual) - np.exp(theirs), np.float32(0))
    # What may have gone from the namesake to the client is the namesake's: a flow that was moved whole leaves it none.
    missing = np.nan_to_num(np.exp(np.fmax(earlier, later)) - np.exp(theirs))
    whole = np.log(np.exp(theirs) + np.clip(missing, 0, np.maximum(excess, 0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = excess / np.exp(whole)
        matched = np.clip(fall / np.maximum(excess, 0.1), -1, 3)
        moved = (matched > 0.3) & (matched < 2.5) & (history.jump > 0.3) & (fall > 0.1 * np.exp(theirs))
        kept_sum = np.log((np.exp(flow) + np.exp(theirs)) / (level + np.exp(np.fmax(usual, theirs * 0)) + 0.1))
    steady, steadier = _profile(history, other, level)
    parts = {
        "history_sides": history.sides,
        "jump_one_sided": np.where(one, history.jump, 0),
        "unrest": unrest(history),
        "jump_of_ratio": np.where(both, against, 0),
        "jump_of_ratio_one_sided": np.where(one, against, 0),
        "rise": np.nan_to_num(_largest(steps[:, REACH - 8 : REACH])),
        "fall": np.nan_to_num(_largest(-steps[:, REACH : REACH + 8])),
        "above_gravity": np.nan_to_num(residual),
        "no_gravity": ~np.isfinite(residual),
        "namesake_over_flow": whole - flow,
        "excess_within_namesake": np.where((share > 0.15) & (share < 1.15), np.maximum(history.jump, 0), 0),
        "excess_over_namesake": np.where(excess > 0, np.log(np.clip(np.nan_to_num(share, nan=0.01), 0.01, 5)), -4.6),
        "matching_dip": np.where(moved, 1 - np.abs(np.log(np.maximum(matched, 0.1))), 0),
        "namesake_dip": dip,
        "exchange": np.where(both, np.maximum(np.minimum(history.jump, dip), 0), 0),
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
