"""The game of restricting one country: its members, and what any coalition of them costs the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.batch import Change, Equilibria, equilibria
from khasan.gravity.armington.world import Imbalance
from khasan.gravity.scenario.world import BaseWorld
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

AT_ONCE = 4096
"""Coalitions that are solved in one go: memory stays small, and the solver has enough to share."""


@dataclass(frozen=True)
class Game:
    """A target, and members who may cut trade with it in both directions.

    Attributes
    ----------
    world : BaseWorld
        Baseline.
    target : str
        Whose loss is the value.
    members : mapping of str to tuple of str
        Members by label, each with the countries that it stands for; a group acts as one.
    cut : float
        Part of the trade that a member cuts off at given wages; 1 is an embargo.
    theta : float
        Trade elasticity.
    imbalance : {"additive", "multiplicative"}
        Closure.
    residuals : list of float
        Largest relative gap of each batch of worlds that was solved for this game, in order.
    """

    world: BaseWorld
    target: str
    members: dict[str, tuple[str, ...]]
    cut: float
    theta: float
    imbalance: Imbalance
    residuals: list[float] = field(default_factory=list, init=False, compare=False, repr=False)

    @cached_property
    def place(self) -> int:
        """Place of the target in the matrix."""
        return self.world.place(self.target)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of the members, in the order of their bits."""
        return tuple(self.members)

    @cached_property
    def places(self) -> tuple[Indices, ...]:
        """Places of each member's countries in the matrix."""
        return tuple(
            np.array([self.world.place(country) for country in countries], dtype=np.intp)
            for countries in self.members.values()
        )

    @cached_property
    def others(self) -> Indices:
        """Places of all countries but the target."""
        return np.delete(np.arange(len(self.world.countries)), self.place)

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Labels of members without any recorded trade with the target: no coalition changes by them."""
        trade = self.world.trade
        return tuple(
            label
            for label, places in zip(self.labels, self.places, strict=True)
            if not (trade[places, self.place].any() or trade[self.place, places].any())
        )

    def named(self, coalition: int) -> list[str]:
        """Return the labels of the members of a coalition."""
        return [label for bit, label in enumerate(self.labels) if coalition >> bit & 1]

    def countries_of(self, coalition: int) -> Indices:
        """Return the places of the countries that restrict in a coalition."""
        own = [places for bit, places in enumerate(self.places) if coalition >> bit & 1]
        return np.concatenate(own) if own else np.empty(0, dtype=np.intp)

    def change(self, senders: Indices) -> Change:
        """Turn a coalition into cells of trade.

        Where an embargo leaves the target trade in one direction only, nobody pays for it: it is then cut off too.
        """
        if self.leaves_one_way(senders):
            senders = self.others
        target = np.full(len(senders), self.place)
        factor = np.full(2 * len(senders), 1.0 - self.cut)
        return Change(np.concatenate([senders, target]), np.concatenate([target, senders]), factor)

    def leaves_one_way(self, senders: Indices) -> bool:
        """Whether an embargo by some countries leaves the target only sales or only purchases."""
        if self.cut < 1.0 or not len(senders):
            return False
        left = np.setdiff1d(self.others, senders)
        buys = bool(self.world.trade[left, self.place].any())
        sells = bool(self.world.trade[self.place, left].any())
        return buys != sells

    def isolates(self, senders: Indices) -> bool:
        """Whether an embargo by some countries leaves the target no trade at all, or none that can be paid for."""
        if self.cut < 1.0:
            return False
        left = np.setdiff1d(self.others, senders)
        return not (self.world.trade[left, self.place].any() and self.world.trade[self.place, left].any())

    def solve(self, senders: Sequence[Indices], start: Floats | None = None) -> Equilibria:
        """Solve the world for some coalitions, given by the places of who restricts.

        Parameters
        ----------
        senders : sequence of arrays
            Places of the countries that restrict, for each coalition.
        start : array of shape (coalitions, n) or (n,), optional
            Wages to begin from.

        Raises
        ------
        InputError
            Where a coalition leaves no equilibrium; the message names it.
        """
        changes = [self.change(one) for one in senders]
        try:
            found = equilibria(
                self.world.trade, changes, self.theta, self.imbalance, imbalance_if_isolated="zero",
                countries=self.world.countries, start=start,
            )  # fmt: skip
        except InputError as error:
            numbered = re.match(r"scenario (\d+): (.*)", str(error), re.DOTALL)
            if numbered is None:
                raise
            who = senders[int(numbered[1])]
            names = ", ".join(self.world.countries[place] for place in who[:6]) + (
                " and others" if len(who) > 6 else ""
            )
            error.args = (f"{self.target} restricted by {names}: {numbered[2]}",)
            raise
        self.residuals.append(float(found.residual.max(initial=0.0)))
        return found

    def welfare_where_possible(self, senders: Sequence[Indices]) -> Floats:
        """Solve the world for some coalitions of which a few may leave no equilibrium.

        Parameters
        ----------
        senders : sequence of arrays
            Places of the countries that restrict, for each coalition.

        Returns
        -------
        array of shape (coalitions, n)
            Welfare as a ratio; rows of NaN where there is no equilibrium.
        """
        if not len(senders):
            return np.empty((0, len(self.world.countries)))
        try:
            return self.solve(senders).welfare
        except InputError:
            if len(senders) == 1:
                return np.full((1, len(self.world.countries)), np.nan)
        half = len(senders) // 2
        parts = (senders[:half], senders[half:])
        return np.concatenate([self.welfare_where_possible(part) for part in parts])

    def loss(self, welfare: Floats) -> Floats:
        """Return the target's loss in percent of its welfare, for rows of welfare ratios."""
        return np.asarray(100.0 * (1.0 - welfare[:, self.place]))

    def potential(self) -> float:
        """Return what the target loses where all other countries restrict; unit: percent of its welfare.

        An embargo by all is isolation. The target then loses its real wage::

            100 (1 - home ** (1 / theta)),    home = own sales over expenditure in the baseline

        What it owes or is owed to the world is left out, since nobody is left to carry it: it is no gain of isolation
        that a surplus need no longer be given away, nor a loss of trade that a deficit is no longer paid for. So the
        potential is the same in both closures. Where less than all trade is cut, the world is solved.

        Raises
        ------
        InputError
            Where a cut of less than all trade by all countries leaves no equilibrium.

        Source: Arkolakis, Costinot and Rodriguez-Clare (2012), New trade models, same old gains?, American Economic
        Review 102(1), for the change of real income from the share of own sales.
        """
        if self.cut < 1.0:
            return float(self.values_of([self.others])[0])
        home = float(self.world.trade[self.place, self.place] / self.world.trade[:, self.place].sum())
        return float(100.0 * (1.0 - home ** (1.0 / self.theta)))

    def values_of(self, senders: Sequence[Indices]) -> Floats:
        """Return the value of some coalitions, given by the places of who restricts; unit: percent."""
        found = np.zeros(len(senders))
        for first in range(0, len(senders), AT_ONCE):
            found[first : first + AT_ONCE] = self.loss(self.solve(senders[first : first + AT_ONCE]).welfare)
        return found

    def all_values(self) -> tuple[Floats, float]:
        """Work out the value of every coalition by the bits of its members, and the largest residual.

        Coalitions with the n-th member begin from the wages of the same coalition without it.

        Returns
        -------
        values : array of shape (2^n,)
            Welfare loss of the target, unit: percent; 0 for nobody.
        residual : float
            Largest relative gap in any of the worlds.
        """
        values = np.zeros(1)
        wages = np.ones((1, len(self.world.countries)))
        residual = 0.0
        for bit, label in enumerate(self.labels):
            half = 1 << bit
            if label in self.idle:
                values, wages = np.tile(values, 2), np.tile(wages, (2, 1))
                continue
            added, found = np.empty(half), np.empty_like(wages)
            for first in range(0, half, AT_ONCE):
                rows = slice(first, min(first + AT_ONCE, half))
                solved = self.solve(
                    [self.countries_of(half | row) for row in range(rows.start, rows.stop)], wages[rows]
                )
                added[rows], found[rows] = self.loss(solved.welfare), solved.wages
                residual = max(residual, float(solved.residual.max()))
            values = np.concatenate([values, added])
            # Nobody begins from the wages of the last half.
            wages = np.concatenate([wages, found]) if bit + 1 < len(self.labels) else wages
        return values, residual

    def group_loss(self, welfare: Floats, countries: Iterable[int]) -> float:
        """Return the loss of some countries together, weighted by what they spend; unit: percent."""
        places = np.array(list(countries), dtype=np.intp)
        spending = self.world.trade.sum(axis=0)[places]
        return float(100.0 * (1.0 - welfare[places] @ spending / spending.sum()))
