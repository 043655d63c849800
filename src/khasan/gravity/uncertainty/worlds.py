"""One world under several assumptions: the same countries and trade, with output and basis varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from khasan.gravity.scenario.world import BaseWorld
from khasan.gravity.uncertainty.factors import Factor
from khasan.ledger.errors import InputError


def with_output(world: BaseWorld, output_over_gdp: float) -> BaseWorld:
    """Give a world another output over gross domestic product; only own sales change.

    Parameters
    ----------
    world : BaseWorld
        Any; row sums of its trade are its output.
    output_over_gdp : float
        At least that of the world, so that own sales stay positive.
    """
    trade = world.trade.copy()
    more = output_over_gdp / world.output_over_gdp - 1.0
    trade[np.diag_indices(len(trade))] += more * world.trade.sum(axis=1)
    return replace(world, trade=trade, output_over_gdp=output_over_gdp)


def with_size(world: BaseWorld, country: str, size: float) -> BaseWorld:
    """Give one country another size; its trade stays, and what it sells at home changes.

    Parameters
    ----------
    world : BaseWorld
        Any; row sums of its trade are its output.
    country : str
        A country of the world.
    size : float
        What its output is multiplied with.

    Raises
    ------
    InputError
        Where the country would export more than it makes.
    """
    place = world.place(country)
    output = float(world.trade[place].sum())
    own = float(world.trade[place, place]) + (size - 1.0) * output
    if not own > 0.0:
        raise InputError(
            f"size {size:g}: {country} would export {output * size - own:,.0f} and make only {output * size:,.0f} "
            "USD million; begin the range higher"
        )
    trade = world.trade.copy()
    trade[place, place] = own
    return replace(world, trade=trade)


@dataclass(frozen=True)
class Worlds:
    """A world as reported and, where asked for, vetted; both at the least output that is wanted.

    Attributes
    ----------
    reported : BaseWorld
        As reported.
    vetted : BaseWorld or None
        With suspect flows set aside.
    output_over_gdp : float
        Where a point does not say otherwise.
    basis : str
        Where a point does not say otherwise.
    """

    reported: BaseWorld
    vetted: BaseWorld | None
    output_over_gdp: float
    basis: str

    def at(self, point: dict[str, float | str]) -> BaseWorld:
        """Return the world at some settings."""
        basis = point.get("basis", self.basis)
        world = self.vetted if basis == "vetted" and self.vetted is not None else self.reported
        return with_output(world, float(point.get("output_over_gdp", self.output_over_gdp)))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be said: of the world as it is at the settings that were given."""
        said = list(self.at({}).caveats)
        if self.vetted is not None and self.basis != "vetted":
            said += [line for line in self.vetted.caveats if line.startswith("suspect flows")]
        return tuple(said)


def least_output(factors: Sequence[Factor], given: float) -> float:
    """Return the least output over gross domestic product that ranges and settings ask for.

    A world is read at the least, so that all points have the same countries.
    """
    return min([given, *(factor.low for factor in factors if factor.name == "output_over_gdp")])


def wants_vetted(factors: Sequence[Factor], given: str) -> bool:
    """Whether ranges or settings ask for vetted trade."""
    return given == "vetted" or any(factor.name == "basis" for factor in factors)
