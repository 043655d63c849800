"""A scenario beside its baseline, as frames that are made when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity.sectors.sweep import Outcome, Shock, flows
from khasan.gravity.sectors.tables import Tables
from khasan.gravity.sectors.technology import Technology
from khasan.gravity.sectors.welfare import Welfare, welfare

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved economy with all that it was solved from, and the number of sweeps."""

    technology: Technology
    inverse: Floats
    shock: Shock
    outcome: Outcome
    sweeps: int

    def trade(self) -> Floats:
        """Trade by sector, exporter and importer, net of tariffs, in money."""
        return flows(self.technology, self.shock, self.outcome)


@dataclass(frozen=True)
class Counterfactual:
    """A solved scenario and the solved baseline from the same tables.

    Parameters
    ----------
    tables : Tables
        For names and the baseline's tariffs.
    before, after : Solved
        Baseline and scenario.
    tariff : array of shape (sectors, exporters, importers)
        Rates of the scenario.
    baseline_gaps : DataFrame
        Where the tables are not an equilibrium, as the economy lists it; see
        :func:`khasan.gravity.sectors.checks.baseline_gaps`.
    """

    tables: Tables
    before: Solved
    after: Solved
    tariff: Floats
    baseline_gaps: pl.DataFrame

    @property
    def residual(self) -> float:
        """Largest relative gap of any equation, in the baseline or the scenario."""
        return max(self.before.outcome.residual, self.after.outcome.residual)

    @property
    def iterations(self) -> int:
        """Sweeps that the scenario took, from the solved baseline on."""
        return self.after.sweeps

    @cached_property
    def measures(self) -> Welfare:
        """Welfare by region as arrays, in the order of ``tables.regions``; unit: percent."""
        return welfare(
            self.before.outcome, self.after.outcome, self.before.trade(), self.after.trade(), self.tables.tariff
        )

    @cached_property
    def welfare(self) -> pl.DataFrame:
        """``region``, ``real_income``, ``first_order``, ``terms_of_trade``, ``volume_of_trade``, ``real_wage``.

        Unit: percent of the solved baseline. ``real_wage`` is null where no labour moves.
        """
        frame = pl.DataFrame({"region": self.tables.regions, **self.measures._asdict()})
        mobile = self.after.technology.labour > 0.0
        return frame.with_columns(real_wage=pl.when(pl.Series(mobile)).then("real_wage"))

    @cached_property
    def trade(self) -> pl.DataFrame:
        """``sector``, ``exporter``, ``importer``, ``value`` (scenario), ``baseline`` (solved), ``tariff``.

        Net of tariffs, in the tables' unit of money, with world value added as in the tables.
        """
        sectors, regions = self.tables.sectors, self.tables.regions
        count = len(regions)
        return pl.DataFrame(
            {
                "sector": np.repeat(sectors, count * count),
                "exporter": np.tile(np.repeat(regions, count), len(sectors)),
                "importer": np.tile(regions, len(sectors) * count),
                "value": self.after.trade().reshape(-1),
                "baseline": self.before.trade().reshape(-1),
                "tariff": self.tariff.reshape(-1),
            }
        )

    @cached_property
    def prices(self) -> pl.DataFrame:
        """``sector``, ``region``, ``price`` (that users pay) and ``cost`` (of making it), ratios to the baseline."""
        before, after = self.before.outcome, self.after.outcome
        return self._cells(
            price=np.exp(after.point.prices - before.point.prices), cost=np.exp(after.costs - before.costs)
        )

    @cached_property
    def wages(self) -> pl.DataFrame:
        """``region``, ``wage``: ratio to the baseline, in units of constant world value added."""
        ratio = np.exp(self.after.outcome.point.wages - self.before.outcome.point.wages)
        return pl.DataFrame({"region": self.tables.regions, "wage": ratio})

    @cached_property
    def output(self) -> pl.DataFrame:
        """``sector``, ``region``, ``value`` and ``baseline`` of sales in money, and ``quantity`` as a ratio.

        The quantity is null where nothing was made.
        """
        before, after = self.before.trade().sum(axis=2).T, self.after.trade().sum(axis=2).T
        costs = np.exp(self.after.outcome.costs - self.before.outcome.costs)
        with np.errstate(invalid="ignore", divide="ignore"):
            quantity = after / before / costs
        return self._cells(value=after, baseline=before, quantity=quantity).with_columns(
            quantity=pl.col("quantity").fill_nan(None)
        )

    @cached_property
    def revenue(self) -> pl.DataFrame:
        """``region``, ``value`` and ``baseline`` of tariff revenue, in money."""
        return pl.DataFrame(
            {
                "region": self.tables.regions,
                "value": (self.after.trade() * self.tariff).sum(axis=(0, 1)),
                "baseline": (self.before.trade() * self.tables.tariff).sum(axis=(0, 1)),
            }
        )

    @cached_property
    def returns(self) -> pl.DataFrame:
        """``sector``, ``region``, ``share``, ``return``: of capacity that cannot move, ratio to the baseline."""
        ratio = np.exp(self.after.outcome.point.returns - self.before.outcome.point.returns)
        frame = self._cells(share=self.after.technology.fixed, **{"return": ratio})
        return frame.filter(pl.col("share") > 0.0)

    def _cells(self, **columns: Floats) -> pl.DataFrame:
        """Put arrays of shape (regions, sectors) into a frame."""
        sectors, regions = self.tables.sectors, self.tables.regions
        return pl.DataFrame(
            {
                "sector": np.tile(sectors, len(regions)),
                "region": np.repeat(regions, len(sectors)),
                **{name: cells.reshape(-1) for name, cells in columns.items()},
            }
        )
