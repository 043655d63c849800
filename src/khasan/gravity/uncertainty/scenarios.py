"""A scenario file over ranges: in one sector from a ledger, or in tables of many sectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.scenario.cells import Effects, effects
from khasan.gravity.scenario.document import Scenario
from khasan.gravity.scenario.one_sector import SIMPLE, solve_changed
from khasan.gravity.scenario.reading import read_world, set_suspects_aside
from khasan.gravity.scenario.result import Outcome
from khasan.gravity.scenario.run import Finder
from khasan.gravity.scenario.sectors import read_tables, solve_sectors
from khasan.gravity.sectors.economy import SectorEconomy
from khasan.gravity.uncertainty.factors import factors_of
from khasan.gravity.uncertainty.spread import Point, Spread, explore
from khasan.gravity.uncertainty.worlds import Worlds, least_output, wants_vetted
from khasan.ledger.actors import Actors
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger

Floats = NDArray[np.float64]


def scenario_over_ranges(
    scenario: Scenario,
    ranges: Sequence[str],
    ledger: Path | None = None,
    *,
    draws: int = 128,
    seed: int = 0,
    as_of: date | None = None,
) -> Spread:
    """Solve a scenario over ranges: the change of welfare of everybody who plays a role in it.

    Parameters
    ----------
    scenario : Scenario
        A checked file.
    ranges : sequence of str
        As in :func:`khasan.gravity.uncertainty.factors.factors_of`.
    ledger : Path, optional
        Ledger file with loaded trade; not needed for tables of many sectors.
    draws, seed : int
        As in :func:`khasan.gravity.uncertainty.spread.explore`.
    as_of : date, optional
        Use the vintages that were known on this day.

    Returns
    -------
    Spread
        Unit: percent of welfare.

    Raises
    ------
    InputError
        For a range that is none, or where the scenario itself cannot be solved.

    Source: as of :func:`khasan.gravity.uncertainty.spread.explore`.
    """
    if scenario.has_sectors:
        return _over_sectors(scenario, ranges, draws, seed)
    if ledger is None:
        raise InputError(f"{scenario.name}: needs recorded trade; name a ledger that holds it with --ledger FILE")
    factors = factors_of(ranges, "one")
    settings = scenario.settings
    given = float(settings["output_over_gdp"])
    with Ledger.open(ledger) as held:
        world = read_world(
            held, settings["base_year"], compiler=settings["compiler"], measure=settings["gdp"],
            output_over_gdp=least_output(factors, given), as_of=as_of,
        )  # fmt: skip
        found = effects(scenario, Finder(Actors.of(held.table("actor")), world))
        vetted = None
        if wants_vetted(factors, settings["basis"]):
            vetted = set_suspects_aside(held, world, found.targets, as_of)
    worlds = Worlds(world, vetted, given, settings["basis"])
    named = list(dict.fromkeys([*found.targets, *found.senders, *found.patrons]))
    places = [world.place(country) for country in named]

    def evaluate(points: Sequence[Point]) -> Floats:
        rows = np.full((len(points), len(named)), np.nan)
        start: Floats | None = None
        for row, point in enumerate(points):
            try:
                welfare, start = _solved(scenario, worlds, found, point, start)
            except InputError:
                if not point:
                    raise
                continue
            rows[row] = 100.0 * (welfare[places] - 1.0)
        return rows

    caveats = (*found.notes, *worlds.caveats, SIMPLE)
    outcomes = [f"welfare {country}" for country in named]
    return explore(scenario.name, evaluate, outcomes, factors, draws=draws, seed=seed, caveats=caveats)


def _solved(
    scenario: Scenario, worlds: Worlds, found: Effects, point: Point, start: Floats | None
) -> tuple[Floats, Floats]:
    """Solve the scenario at one point; return welfare and wages as ratios."""
    settings = {**scenario.settings, **point}
    world = worlds.at(dict(point))
    change = np.ones_like(world.trade)
    for (_, exporter, importer), effect in found.cells.items():
        change[world.place(exporter), world.place(importer)] = effect.factor(settings["theta"])
    received = np.zeros(len(world.countries))
    for patron, client, size in found.transfers:
        received[world.place(patron)] -= size
        received[world.place(client)] += size
    try:
        solved = solve_changed(
            world.trade, change, received, settings["theta"], settings["imbalance"], settings["imbalance_if_isolated"],
            world.countries, start,
        )  # fmt: skip
    except InputError as error:
        error.args = (f"{scenario.name}: {error}",)
        raise
    return solved.welfare, solved.wages


def _over_sectors(scenario: Scenario, ranges: Sequence[str], draws: int, seed: int) -> Spread:
    """Solve a scenario in tables of many sectors over ranges."""
    factors = factors_of(ranges, "sectors")
    economy = read_tables(scenario.folder / scenario.settings["tables"], f"{scenario.name}, tables")
    usual = solve_sectors(scenario, economy)
    named = [str(row["country"]) for row in usual.most_affected(0)]

    def evaluate(points: Sequence[Point]) -> Floats:
        rows = np.full((len(points), len(named)), np.nan)
        for row, point in enumerate(points):
            try:
                solved = usual if not point else _sectors_at(scenario, economy, point)
            except InputError:
                continue
            welfare = {one["country"]: one["welfare"] for one in solved.welfare}
            rows[row] = [welfare[country] for country in named]
        return rows

    outcomes = [f"welfare {country}" for country in named]
    return explore(scenario.name, evaluate, outcomes, factors, draws=draws, seed=seed, caveats=usual.caveats)


def _sectors_at(scenario: Scenario, economy: SectorEconomy, point: Point) -> Outcome:
    """Solve a scenario of many sectors at one point."""
    settings = {key: value for key, value in point.items() if key != "theta_factor"}
    moved = replace(scenario, settings=MappingProxyType({**scenario.settings, **settings}))
    times = float(point.get("theta_factor", 1.0))
    if times != 1.0:
        economy = SectorEconomy(replace(economy.tables, theta=economy.tables.theta * times))
    return solve_sectors(moved, economy)
