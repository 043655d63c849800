"""Solve a scenario in the world of one sector: cells of trade that change, and transfers of money."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.equilibrium import TOLERANCE, Equilibrium, baseline_world, solve_world
from khasan.gravity.armington.inputs import check_starts
from khasan.gravity.armington.world import Imbalance, World
from khasan.gravity.existence import Isolated
from khasan.gravity.scenario.cells import Effects
from khasan.gravity.scenario.document import Scenario
from khasan.gravity.scenario.result import Outcome, data_of, settings_of, shown
from khasan.gravity.scenario.world import BaseWorld
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

SIMPLE = (
    "one sector and one year: no adjustment over time, no stocks, no inputs that are hard to replace, and trade that "
    "was not recorded cannot begin"
)
"""What the model of one sector leaves out."""


def solve_changed(
    trade: Floats,
    change: Floats,
    received: Floats,
    theta: float,
    imbalance: Imbalance,
    isolated: Isolated,
    countries: Sequence[str],
    start: Floats | None = None,
) -> Equilibrium:
    """Solve a world after trade costs change and money is given.

    A transfer is added to the imbalance of who receives it and taken off that of who gives it, in money of constant
    world income; the closure must be additive.

    Parameters
    ----------
    trade : array of shape (n, n)
        Exporter by importer, own sales included.
    change : array of shape (n, n)
        Factor on trade at given wages.
    received : array of shape (n,)
        Transfers received less transfers given, in money; they add up to zero.
    theta, imbalance, isolated
        As in :func:`khasan.gravity.equilibrium`.
    countries : sequence of str
        Names for messages.
    start : array of shape (n,), optional
        Wages to begin from, as ratios.

    Returns
    -------
    Equilibrium
        Unit of welfare, wages and prices: ratio to the baseline without transfers.

    Source: Dekle, Eaton and Kortum (2007), Unbalanced trade, American Economic Review 97(2).
    """
    base = baseline_world(trade, theta, imbalance, isolated, countries)
    world = World(
        base.income, base.expenditure, base.imbalance + received, base.pull * change, base.theta, base.multiplicative
    )  # fmt: skip
    return solve_world(world, check_starts(start, 1, len(countries))[0], isolated, countries, TOLERANCE)


def solve_one_sector(scenario: Scenario, world: BaseWorld, effects: Effects) -> Outcome:
    """Solve a scenario whose effects are known.

    Parameters
    ----------
    scenario : Scenario
        For its settings.
    world : BaseWorld
        Baseline.
    effects : Effects
        Cells and transfers, by country of the world.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        Where there is no equilibrium, or none was found; the message begins with the file.
    """
    settings = scenario.settings
    change = np.ones_like(world.trade)
    for (_, exporter, importer), effect in effects.cells.items():
        change[world.place(exporter), world.place(importer)] = effect.factor(settings["theta"])
    received = np.zeros(len(world.countries))
    for patron, client, size in effects.transfers:
        received[world.place(patron)] -= size
        received[world.place(client)] += size
    _check_transfers(scenario, world, received)
    try:
        solved = solve_changed(
            world.trade, change, received, settings["theta"], settings["imbalance"], settings["imbalance_if_isolated"],
            world.countries,
        )  # fmt: skip
    except InputError as error:
        error.args = (f"{scenario.name}: {error}",)
        raise
    caveats = [*effects.notes, *world.caveats, SIMPLE, f"theta is {settings['theta']:g} for all goods; vary it"]
    if settings["imbalance_if_isolated"] == "zero":
        caveats.append("a country cut off from all trade loses its imbalance")
    rows = [
        {
            "country": country, "role": effects.role(country),
            "welfare": 100.0 * (welfare - 1.0), "price": 100.0 * (price - 1.0), "wage": 100.0 * (wage - 1.0),
        }
        for country, welfare, price, wage in zip(
            world.countries, solved.welfare.tolist(), solved.prices.tolist(), solved.wages.tolist(), strict=True
        )
    ]  # fmt: skip
    return Outcome(
        scenario=scenario.name,
        model="one sector",
        settings=settings_of(scenario) | {"compiler": world.compiler},
        changes=shown(scenario),
        welfare=tuple(rows),
        trade=tuple(_trade(world, solved.trade, effects.targets)),
        prices=(),
        revenue=(),
        residual=solved.residual,
        iterations=solved.iterations,
        data=data_of(world),
        left_out=world.left_out,
        caveats=tuple(dict.fromkeys(caveats)),
    )


def _check_transfers(scenario: Scenario, world: BaseWorld, received: Floats) -> None:
    """Refuse a patron who gives, on balance, as much as it spends: nobody can live on nothing.

    Raises
    ------
    InputError
        Naming the patron, what it gives, what it spends and what it earns (USD million).
    """
    spending, income = world.trade.sum(axis=0), world.trade.sum(axis=1)
    beyond = -received - spending
    worst = int(np.argmax(beyond))
    if beyond[worst] >= 0.0:
        raise InputError(
            f"{scenario.name}, support, size: {world.countries[worst]} would give {-received[worst]:,.10g} USD "
            f"million, and spends {spending[worst]:,.10g} of an income of {income[worst]:,.10g}; make its transfers "
            "smaller"
        )


def _trade(world: BaseWorld, after: Floats, targets: Sequence[str]) -> list[dict[str, object]]:
    """List the trade of the targets with every partner and at home, largest first."""
    places = [world.place(target) for target in targets]
    rows: list[dict[str, object]] = []
    for i, j in sorted(
        {(i, j) for place in places for k in range(len(world.countries)) for i, j in ((place, k), (k, place))}
    ):
        was, now = float(world.trade[i, j]), float(after[i, j])
        if was > 0.0:
            rows.append(
                {
                    "exporter": world.countries[i], "importer": world.countries[j], "baseline": was, "value": now,
                    "change": 100.0 * (now / was - 1.0),
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: (-float(row["baseline"]), row["exporter"], row["importer"]))  # type: ignore[arg-type]
