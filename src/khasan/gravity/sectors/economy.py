"""An economy of many countries and sectors: read once from frames, solved for any scenario."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity.failures import NoConvergence
from khasan.gravity.sectors import autarky
from khasan.gravity.sectors.checks import baseline_gaps, check_for_accounts, check_for_signs
from khasan.gravity.sectors.counterfactual import Counterfactual, Solved
from khasan.gravity.sectors.frames import changed, check_cells, check_for_columns, grid, names_of
from khasan.gravity.sectors.options import (
    Deficits,
    FixedCapacity,
    checked_deficits,
    checked_elasticities,
    checked_tolerance,
    fixed_shares,
)
from khasan.gravity.sectors.path import follow, from_baseline, from_cobb_douglas
from khasan.gravity.sectors.solve import begin
from khasan.gravity.sectors.sweep import Outcome, Shock
from khasan.gravity.sectors.tables import Tables
from khasan.gravity.sectors.technology import Elasticities, Technology, technology

Floats = NDArray[np.float64]

TOLERANCE = 1e-11
"""Largest relative gap of any equation that counts as solved."""


class SectorEconomy:
    """Tables of many countries and sectors, ready for counterfactuals.

    Make one with :meth:`from_frames`. Baselines are solved when first needed and kept.

    Attributes
    ----------
    tables : Tables
        The tables as arrays, names sorted.
    baseline_gaps : DataFrame
        Where the tables are not an equilibrium; see :func:`khasan.gravity.sectors.checks.baseline_gaps`.
    """

    def __init__(self, tables: Tables) -> None:
        check_for_signs(tables)
        check_for_accounts(tables)
        self.tables = tables
        self.baseline_gaps = baseline_gaps(tables)
        self._baselines: dict[tuple[object, ...], Solved] = {}

    @classmethod
    def from_frames(
        cls,
        *,
        trade: pl.DataFrame,
        inputs: pl.DataFrame,
        final_demand: pl.DataFrame,
        value_added: pl.DataFrame,
        deficit: pl.DataFrame,
        theta: pl.DataFrame,
    ) -> SectorEconomy:
        """Read an economy from frames; rows may come in any order and other columns are ignored.

        A region needs sales, value added and final demand in some sector. A sector that it does not make (sales, value
        added and inputs of zero), or that nobody there wants (not bought, no input and not in final demand), is
        accepted and stays so in every scenario.

        Parameters
        ----------
        trade : DataFrame
            ``sector``, ``exporter``, ``importer``, ``value`` (net of tariff, own sales included), ``tariff`` (0.1 is
            10 percent); every combination once.
        inputs : DataFrame
            ``input`` (supplying sector), ``sector`` (using), ``region``, ``value`` (tariffs included).
        final_demand : DataFrame
            ``sector``, ``region``, ``value`` (tariffs included).
        value_added : DataFrame
            ``sector``, ``region``, ``value``.
        deficit : DataFrame
            ``region``, ``D``: imports less exports, net of tariff.
        theta : DataFrame
            ``sector``, ``value``: trade elasticities.

        Returns
        -------
        SectorEconomy

        Raises
        ------
        InputError
            Where a cell is missing, given twice, negative or unknown, or the tables are no accounts; see
            :func:`khasan.gravity.sectors.checks.check_for_accounts`.
        """
        check_for_columns(trade, "trade", ["sector", "exporter", "importer", "value", "tariff"])
        sectors = names_of(trade, "trade", "sector")
        regions = tuple(sorted({*names_of(trade, "trade", "exporter"), *names_of(trade, "trade", "importer")}))
        pairs = {"sector": sectors, "exporter": regions, "importer": regions}
        cells = {"region": regions, "sector": sectors}
        return cls(
            Tables(
                sectors=sectors,
                regions=regions,
                trade=grid(trade, "trade", pairs, "value"),
                tariff=grid(trade, "trade", pairs, "tariff"),
                inputs=grid(inputs, "inputs", {"region": regions, "input": sectors, "sector": sectors}, "value"),
                final=grid(final_demand, "final_demand", cells, "value"),
                value_added=grid(value_added, "value_added", cells, "value"),
                deficit=grid(deficit, "deficit", {"region": regions}, "D"),
                theta=grid(theta, "theta", {"sector": sectors}, "value"),
            )
        )

    @property
    def sectors(self) -> tuple[str, ...]:
        """Names of the sectors, sorted."""
        return self.tables.sectors

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions, sorted."""
        return self.tables.regions

    def counterfactual(
        self,
        tariff: pl.DataFrame | None = None,
        iceberg: pl.DataFrame | None = None,
        deficits: Deficits = "zero",
        elasticity_inputs: float = 1.0,
        elasticity_value_added: float = 1.0,
        elasticity_final: float = 1.0,
        fixed_capacity: FixedCapacity | None = None,
        *,
        tolerance: float = TOLERANCE,
    ) -> Counterfactual:
        """Solve a scenario and compare it with the baseline, both solved from the tables in the same way.

        Parameters
        ----------
        tariff : DataFrame, optional
            ``sector``, ``exporter``, ``importer``, ``tariff``: new rates; rows not named keep the baseline.
        iceberg : DataFrame, optional
            ``sector``, ``exporter``, ``importer``, ``factor``: what trade costs are multiplied with; infinity is an
            embargo; rows not named keep 1.
        deficits : {"zero", "data"}
            Whether deficits are purged from baseline and scenario, or kept in both as in the tables.
        elasticity_inputs, elasticity_value_added, elasticity_final : float
            Of substitution among inputs, between value added and inputs, and in final demand; one is Cobb-Douglas,
            as in the paper, and less than one complements.
        fixed_capacity : frame, mapping or collection, optional
            Where capacity cannot move: a share of value added in a cell that goes to a factor of which there is as
            much as before, so that its return moves instead. Sectors, or shares by sector or (sector, region), or a
            frame with ``sector``, ``region`` and ``share``; the rest of value added is mobile labour.
        tolerance : float
            Largest relative gap of any equation.

        Returns
        -------
        Counterfactual

        Raises
        ------
        InputError
            For an unknown name, or a value outside its range.
        NoSupplier, NoAutarky, NoEquilibrium
            Where the scenario has no equilibrium.
        NoConvergence
            Where none was found to the tolerance.

        Source: Caliendo and Parro (2015), Review of Economic Studies 82(1), for elasticities of one.
        """
        tables = self.tables
        elasticities = checked_elasticities(elasticity_inputs, elasticity_value_added, elasticity_final)
        deficits, tolerance = checked_deficits(deficits), checked_tolerance(tolerance)
        fixed = fixed_shares(fixed_capacity, tables.sectors, tables.regions)
        pairs = {"sector": tables.sectors, "exporter": tables.regions, "importer": tables.regions}
        rates = changed(tariff, "tariff", pairs, "tariff", tables.tariff)
        check_cells(
            ~((rates > -1.0) & np.isfinite(rates)), "tariff", rates, pairs,
            "is infinite or -100 percent or less; 0.1 stands for 10 percent, and iceberg makes an embargo",
        )  # fmt: skip
        factor = changed(iceberg, "iceberg", pairs, "factor", np.ones_like(tables.trade))
        check_cells(
            ~(factor > 0.0), "iceberg", factor, pairs,
            "is zero or negative; 1 is no change, 2 doubles the cost, and infinity is an embargo",
        )  # fmt: skip
        before = self._baseline(deficits, elasticities, fixed, tolerance)
        cost = factor * (1.0 + rates) / (1.0 + tables.tariff)
        shock = _shock(before, tables, cost, rates, bool(np.isinf(factor).any()))
        after = _solved(before, tables, shock, tolerance)
        return Counterfactual(tables, before, after, rates, self.baseline_gaps)

    def _baseline(self, deficits: Deficits, elasticities: Elasticities, fixed: Floats, tolerance: float) -> Solved:
        """Solve the tables as they stand, or take the solution from before."""
        key = (deficits, elasticities, fixed.tobytes(), tolerance)
        if key not in self._baselines:
            tables = self.tables
            deficit = np.zeros(len(tables.regions)) if deficits == "zero" else _closed(tables)
            now = technology(tables, fixed, deficit, elasticities)
            autarky.check_for_suppliers(now, now.bought, tables)
            part = autarky.check_for_parts(now.bought, now, tables)
            shock = Shock(now.bought, now.bought / (1.0 + now.tariff), part)
            found, inverse, sweeps = follow(from_cobb_douglas(now, shock), begin(now), tolerance)
            _check_for_convergence(now, shock, found, tables, tolerance, sweeps)
            self._baselines[key] = Solved(now, inverse, shock, found, sweeps)
        return self._baselines[key]


def _shock(before: Solved, tables: Tables, cost: Floats, rates: Floats, embargo: bool) -> Shock:
    """Turn new trade costs into a shock, and look for what an embargo may have cut off."""
    now = before.technology
    moved = cost != 1.0
    pull = now.bought.copy()
    sector = np.nonzero(moved)[0]
    pull[moved] *= np.exp(-now.theta[sector] * np.log(cost[moved]))
    part = before.shock.part
    if embargo:
        autarky.check_for_suppliers(now, pull, tables)
        part = autarky.check_for_parts(pull, now, tables)
    return Shock(pull, pull / (1.0 + rates), part)


def _solved(before: Solved, tables: Tables, shock: Shock, tolerance: float) -> Solved:
    """Solve a scenario from the solved baseline; an embargo moves too much for the baseline's inverse."""
    now = before.technology
    embargo = bool(((shock.pull == 0.0) & (before.shock.pull > 0.0)).any())
    path = from_baseline(now, before.shock, shock)
    found, inverse, sweeps = follow(path, before.outcome.point, tolerance, None if embargo else before.inverse)
    _check_for_convergence(now, shock, found, tables, tolerance, sweeps)
    return Solved(now, inverse, shock, found, sweeps)


def _check_for_convergence(
    now: Technology, shock: Shock, found: Outcome, tables: Tables, tolerance: float, sweeps: int
) -> None:
    """Say why no equilibrium was found, where none was."""
    if found.residual <= tolerance:
        return
    autarky.explain_failure(now, shock.pull, tables)
    autarky.check_for_incomes(now, shock, begin(now), tables)
    gaps = np.abs(found.price_gap)
    region, sector = np.unravel_index(int(np.argmax(np.nan_to_num(gaps, nan=np.inf))), gaps.shape)
    raise NoConvergence(
        f"no equilibrium found: after {sweeps} sweeps the largest relative gap is {found.residual:.3g} (wanted "
        f"{tolerance:g}), with the largest gap of prices in {tables.regions[region]}, {tables.sectors[sector]}; try a "
        "smaller change, higher elasticities, or deficits='zero'",
        found.residual,
    )


def _closed(tables: Tables) -> Floats:
    """Take what deficits lack of adding up to zero off all regions in proportion to value added."""
    added = tables.value_added.sum(axis=1)
    return np.asarray(tables.deficit - tables.deficit.sum() * added / added.sum())
