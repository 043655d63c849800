"""The value of coalitions of senders against one target, and what each member is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.coalition import shapley as exact
from khasan.gravity.coalition.caveats import caveats_of, isolating, share_of, why_no_share, without_equilibrium
from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.joining import one_more, who_must_join
from khasan.gravity.coalition.offer import what_undoes
from khasan.gravity.coalition.sampled import Evaluate, check_drawing, sampled_shapley
from khasan.gravity.scenario.result import data_of

Floats = NDArray[np.float64]

MOST = 16
"""Members up to which every coalition is solved; 2^16 are 65,536."""

ORDERS = 200
"""Orders of joining that are drawn where there are more."""


@dataclass(frozen=True)
class Worth:
    """What coalitions cost the target, and what members are worth; unit: percent of the target's welfare.

    Attributes
    ----------
    target : str
        Whose welfare.
    members : tuple of str
        Labels of the members.
    coalitions : tuple of (tuple of str, float)
        Values; all of them up to 16 members, otherwise those of nobody, one, all but one, and all.
    shapley, first_in, last_in : mapping of str to float
        By member.
    interval : mapping of str to (float, float)
        Ends of the 90 percent interval of a sampled Shapley value; empty where it is exact.
    interaction : tuple of (tuple of str, float)
        Shapley interaction index of each pair; empty where values are sampled.
    own_cost : mapping of str to float
        Loss of each member's own welfare when all restrict; a group's is weighted by spending.
    potential : float
        Loss of the target when all other countries restrict; see
        :meth:`khasan.gravity.coalition.game.Game.potential`.
    potential_share : float or None
        Part of the potential that all members reach together, 0 to 1; None where there is no such part, which a caveat
        then explains.
    one_more : tuple of mapping
        What each further country would add.
    to_reach : mapping or None
        Who must join to reach a given loss.
    offers : tuple of mapping
        What a patron must offer to undo the loss.
    parameters : mapping
        base_year, theta, imbalance, cut, basis, and so on.
    residual : float
        Largest relative gap of any world that was solved for a coalition.
    data, left_out, caveats
        As of a scenario.
    """

    target: str
    members: tuple[str, ...]
    coalitions: tuple[tuple[tuple[str, ...], float], ...]
    shapley: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]
    first_in: Mapping[str, float]
    last_in: Mapping[str, float]
    interaction: tuple[tuple[tuple[str, str], float], ...]
    own_cost: Mapping[str, float]
    potential: float
    potential_share: float | None
    one_more: tuple[Mapping[str, Any], ...]
    to_reach: Mapping[str, Any] | None
    offers: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]
    residual: float
    data: tuple[Mapping[str, Any], ...]
    left_out: Mapping[str, str]
    caveats: tuple[str, ...]

    @property
    def total(self) -> float:
        """Loss of the target when all members restrict; unit: percent."""
        return self.coalitions[-1][1]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it stands in JSON."""
        return {
            "target": self.target,
            "members": list(self.members),
            "coalitions": [{"members": list(names), "value": value} for names, value in self.coalitions],
            "shapley": dict(self.shapley),
            "first_in": dict(self.first_in),
            "last_in": dict(self.last_in),
            "interaction": [{"members": list(pair), "value": value} for pair, value in self.interaction],
            "shapley_interval": {name: list(ends) for name, ends in self.interval.items()},
            "own_cost": dict(self.own_cost),
            "potential": {"value": self.potential, "share": self.potential_share},
            "one_more": [dict(row) for row in self.one_more],
            "to_reach": dict(self.to_reach) if self.to_reach is not None else None,
            "offers": [dict(row) for row in self.offers],
            **self.parameters,
            "unit": "percent",
            "residual": self.residual,
            "data": [dict(row) for row in self.data],
            "left_out": dict(self.left_out),
            "caveats": list(self.caveats),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a member, the largest Shapley value first."""
        rows = [
            {
                "member": name, "shapley": self.shapley[name],
                "low": self.interval.get(name, (self.shapley[name],) * 2)[0],
                "high": self.interval.get(name, (self.shapley[name],) * 2)[1],
                "first_in": self.first_in[name], "last_in": self.last_in[name], "own_cost": self.own_cost[name],
                "unit": "percent",
            }
            for name in self.members
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row["shapley"], row["member"]))


def coalition(
    game: Game,
    *,
    loss: float | None = None,
    patrons: Sequence[str] = (),
    orders: int = ORDERS,
    seed: int = 0,
    notes: Sequence[str] = (),
) -> Worth:
    """Work out the value of every coalition and the worth of every member.

    v(S) is the welfare loss of the target, in percent, when the members of S cut trade with it in both directions;
    v of nobody is 0. Up to 16 members all 2^n coalitions are solved and Shapley values are exact; beyond, they are
    sampled. It is attribution, not blame.

    Parameters
    ----------
    game : Game
        Target and members.
    loss : float, optional
        Loss of the target in percent for which it is asked who must join.
    patrons : sequence of str, optional
        Countries of which it is asked what they must offer to undo the loss.
    orders, seed : int
        Of the sampling beyond 16 members.
    notes : sequence of str
        What a reader must know of the names.

    Returns
    -------
    Worth
        Unit: percent of the target's welfare in the baseline.

    Source: Shapley (1953); Grabisch and Roubens (1999); Chowdhry, Hinz, Kamin and Wanner (2022), Brothers in arms: the
    value of coalitions in sanctions regimes, for values of coalitions of senders in an equilibrium of trade.
    """
    check_drawing(orders, seed)
    # A game of its own, so that its residuals are those of this answer.
    game = replace(game)
    count = len(game.labels)
    everybody = (1 << count) - 1
    values = None
    if count <= MOST:
        values, _ = game.all_values()
        worth = exact.shapley(values)
        interval: dict[str, tuple[float, float]] = {}
        listed = [(tuple(game.named(one)), float(value)) for one, value in enumerate(values)]
        first, last = exact.first_in(values), exact.last_in(values)
        matrix = exact.interaction(values)
        pairs = [
            ((game.labels[one], game.labels[other]), float(matrix[one, other]))
            for one in range(count)
            for other in range(one + 1, count)
        ]
    else:
        evaluate = _evaluator(game)
        singles = [1 << bit for bit in range(count)]
        named = [*singles, *(everybody ^ one for one in singles), everybody]
        own = evaluate(named)
        listed = [((), 0.0), *((tuple(game.named(one)), float(value)) for one, value in zip(named, own, strict=True))]
        first, last = own[:count], own[-1] - own[count : 2 * count]
        drawn = sampled_shapley(evaluate, count, orders, seed)
        worth, pairs = drawn.shapley, []
        interval = {
            name: (float(low), float(high)) for name, low, high in zip(game.labels, drawn.low, drawn.high, strict=True)
        }
    further = one_more(game)
    after = game.solve([game.countries_of(everybody)]).welfare[0]
    own_cost = {label: game.group_loss(after, places) for label, places in zip(game.labels, game.places, strict=True)}
    total, potential = listed[-1][1], game.potential()
    share = share_of(total, potential, alone=game.isolates(game.countries_of(everybody)))
    missing = [why_no_share(game, total, potential)] if share is None else []
    to_reach = None if loss is None else who_must_join(game, loss, values)
    return Worth(
        target=game.target,
        members=game.labels,
        coalitions=tuple(listed),
        shapley=_by_label(game, worth),
        interval=interval,
        first_in=_by_label(game, first),
        last_in=_by_label(game, last),
        interaction=tuple(pairs),
        own_cost=own_cost,
        potential=potential,
        potential_share=share,
        one_more=tuple(further),
        to_reach=to_reach,
        offers=tuple(offer for patron in patrons for offer in what_undoes(game, patron)),
        parameters=_parameters(game) | ({"orders": orders, "seed": seed} if interval else {}),
        residual=max(game.residuals, default=0.0),
        data=data_of(game.world),
        left_out=game.world.left_out,
        caveats=caveats_of(
            game,
            [*notes, *without_equilibrium(further), *isolating(game, further), *missing],
            everybody,
            orders if interval else None,
        ),
    )


def _evaluator(game: Game) -> Evaluate:
    """Return a way to value coalitions given as numbers: each is solved once, and idle members never."""
    active = sum(1 << bit for bit, label in enumerate(game.labels) if label not in game.idle)
    known = {0: 0.0}

    def evaluate(wanted: Sequence[int]) -> Floats:
        """Return the values of some coalitions."""
        new = sorted({one & active for one in wanted} - known.keys())
        known.update(zip(new, game.values_of([game.countries_of(one) for one in new]).tolist(), strict=True))
        return np.array([known[one & active] for one in wanted])

    return evaluate


def _by_label(game: Game, values: Any) -> dict[str, float]:
    """Name numbers by the members in whose order they stand."""
    return dict(zip(game.labels, np.asarray(values).tolist(), strict=True))


def _parameters(game: Game) -> dict[str, Any]:
    """Return what a number depends on."""
    world = game.world
    return {
        "base_year": world.year, "theta": game.theta, "imbalance": game.imbalance, "cut": game.cut,
        "basis": world.basis, "compiler": world.compiler, "gdp": world.measure,
        "output_over_gdp": world.output_over_gdp,
        "groups": {label: list(countries) for label, countries in game.members.items() if list(countries) != [label]},
    }  # fmt: skip
