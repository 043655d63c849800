"""A second, slow way to solve a sector economy: nested, in levels, with a Newton step on wages by finite differences.

It shares no code with the solver: prices are iterated to rest at given wages, then expenditure is solved as a linear
system, and what labour and capacity markets then lack is handed to Newton's method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class Nested:
    """Tables in arrays: trade and tariff (sector, exporter, importer), inputs (region, input, sector), cells."""

    trade: Floats
    tariff: Floats
    inputs: Floats
    final: Floats
    added: Floats
    theta: Floats
    deficit: Floats
    sigma_inputs: float = 1.0
    sigma_added: float = 1.0
    sigma_final: float = 1.0
    fixed: Floats | None = None

    def solve(self, tariff: Floats, iceberg: Floats) -> dict[str, Floats]:
        """Solve from the tables; incomes, living costs, costs and trade net of tariffs."""
        regions = len(self.added)
        fixed = np.zeros_like(self.added) if self.fixed is None else self.fixed
        moving = ((1 - fixed) * self.added).sum(axis=1) > 0
        stuck = fixed > 0
        count = int(moving.sum())

        def unpack(unknown: Floats) -> tuple[Floats, Floats]:
            wages, returns = np.ones(regions), np.ones_like(self.added)
            wages[moving], returns[stuck] = np.exp(unknown[:count]), np.exp(unknown[count:])
            return wages, returns

        def lacking(unknown: Floats) -> Floats:
            wages, returns = unpack(unknown)
            made = self.value_added(wages, returns, tariff, iceberg)["made"]
            labour = np.log(((1 - fixed) * made).sum(axis=1)[moving]) - np.log(
                (wages * ((1 - fixed) * self.added).sum(axis=1))[moving]
            )
            capacity = np.log(made[stuck]) - np.log((returns * self.added)[stuck])
            gaps = np.concatenate([labour, capacity])
            # By Walras' law one market clears with the others; the unit of money takes its place.
            earned = (wages * ((1 - fixed) * self.added).sum(axis=1)).sum() + (returns * fixed * self.added).sum()
            gaps[0] += np.log(earned / self.added.sum())
            return gaps

        unknown = np.zeros(count + int(stuck.sum()))
        gaps = lacking(unknown)
        for _ in range(60):
            if np.abs(gaps).max() < 1e-12:
                break
            slope = np.empty((len(unknown), len(unknown)))
            for k in range(len(unknown)):
                moved = unknown.copy()
                moved[k] += 1e-6
                slope[:, k] = (lacking(moved) - gaps) / 1e-6
            step = np.linalg.solve(slope, -gaps)
            length = min(1.0, 1.0 / np.abs(step).max())
            while length > 1e-6:
                following = lacking(unknown + length * step)
                if np.isfinite(following).all() and np.linalg.norm(following) < np.linalg.norm(gaps):
                    break
                length /= 2
            unknown, gaps = unknown + length * step, following
        assert np.abs(gaps).max() < 1e-10
        wages, returns = unpack(unknown)
        return self.value_added(wages, returns, tariff, iceberg)

    def value_added(self, wages: Floats, returns: Floats, tariff: Floats, iceberg: Floats) -> dict[str, Floats]:
        """Iterate prices to rest at given wages and returns, then solve for expenditure."""
        regions, sectors = self.added.shape
        fixed = np.zeros_like(self.added) if self.fixed is None else self.fixed
        paid = self.trade * (1 + self.tariff)
        share = paid / paid.sum(axis=1, keepdims=True)
        pull = share * ((1 + tariff) / (1 + self.tariff) * iceberg) ** -self.theta[:, None, None]
        total_inputs = self.inputs.sum(axis=1)
        own = self.added / (self.added + total_inputs)
        mix = self.inputs / total_inputs[:, None, :]
        factor = wages[:, None] ** (1 - fixed) * returns**fixed
        price = np.ones((regions, sectors))

        def mean(weights: Floats, prices: Floats, sigma: float, axis: int) -> Floats:
            if sigma == 1.0:
                return np.asarray(np.exp((weights * np.log(prices)).sum(axis=axis)))
            return np.asarray((weights * prices ** (1 - sigma)).sum(axis=axis) ** (1 / (1 - sigma)))

        for _ in range(5000):
            bundle = mean(mix, price[:, :, None], self.sigma_inputs, 1)
            cost = mean(np.stack([own, 1 - own]), np.stack([factor, bundle]), self.sigma_added, 0)
            offers = pull * (cost.T ** -self.theta[:, None])[:, :, None]
            following = (offers.sum(axis=1) ** (-1 / self.theta[:, None])).T
            rest = np.abs(following / price - 1).max()
            price = following
            if rest < 1e-15:
                break
        bought = offers / offers.sum(axis=1, keepdims=True)
        net = bought / (1 + tariff)
        own_now = own * (factor / cost) ** (1 - self.sigma_added)
        mix_now = mix * (price[:, :, None] / bundle[:, None, :]) ** (1 - self.sigma_inputs)
        tastes = self.final / self.final.sum(axis=1, keepdims=True)
        living = mean(tastes, price, self.sigma_final, 1)
        tastes = tastes * (price / living[:, None]) ** (1 - self.sigma_final)

        # Expenditure X solves X = use(Y(X)) + tastes (value added paid out + revenue(X) + deficit).
        size = regions * sectors
        paid_out = (wages * ((1 - fixed) * self.added).sum(axis=1)) + (returns * fixed * self.added).sum(axis=1)
        matrix = np.zeros((regions, sectors, regions, sectors))
        for n in range(regions):
            for m in range(regions):
                # Sales of n to m in sector j need inputs k in n.
                matrix[n, :, m, :] += mix_now[n] * (1 - own_now[n])[None, :] * net[:, n, m][None, :]
            revenue = 1 - net[:, :, n].sum(axis=1)
            matrix[n, :, n, :] += tastes[n][:, None] * revenue[None, :]
        constant = (tastes * (paid_out + self.deficit)[:, None]).reshape(-1)
        spending = np.linalg.solve(np.eye(size) - matrix.reshape(size, size), constant).reshape(regions, sectors)
        flows = net * spending.T[:, None, :]
        income = paid_out + self.deficit + (spending * (1 - net.sum(axis=1)).T).sum(axis=1)
        return {
            "made": own_now * flows.sum(axis=2).T, "income": income, "living": living, "cost": cost, "trade": flows,
            "wages": wages,
        }  # fmt: skip


def from_frames(frames: dict[str, pl.DataFrame], deficits: str) -> Nested:
    """Read tables that were made in order."""
    regions, sectors = frames["deficit"].height, frames["theta"].height
    trade = frames["trade"]
    shape = (sectors, regions, regions)
    return Nested(
        trade=trade["value"].to_numpy().reshape(shape),
        tariff=trade["tariff"].to_numpy().reshape(shape),
        inputs=frames["inputs"]["value"].to_numpy().reshape(regions, sectors, sectors),
        final=frames["final_demand"]["value"].to_numpy().reshape(regions, sectors),
        added=frames["value_added"]["value"].to_numpy().reshape(regions, sectors),
        theta=frames["theta"]["value"].to_numpy(),
        deficit=frames["deficit"]["D"].to_numpy() * (deficits == "data"),
    )
