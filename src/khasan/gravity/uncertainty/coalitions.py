"""The value of coalitions over ranges: what each member is worth, as an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.shapley import shapley
from khasan.gravity.coalition.value import Worth
from khasan.gravity.scenario.one_sector import SIMPLE
from khasan.gravity.scenario.reading import read_world, set_suspects_aside
from khasan.gravity.uncertainty.factors import Factor, factors_of
from khasan.gravity.uncertainty.spread import Point, Spread, explore
from khasan.gravity.uncertainty.worlds import Worlds, least_output, wants_vetted, with_size
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger

Floats = NDArray[np.float64]

MOST = 8
"""Members up to which every coalition is solved at every point."""


def game_over_ranges(
    game: Game,
    worlds: Worlds,
    factors: Sequence[Factor],
    *,
    draws: int = 128,
    seed: int = 0,
    caveats: Sequence[str] = (),
    together: Sequence[tuple[str, str]] = (),
) -> Spread:
    """Value coalitions over ranges.

    Parameters
    ----------
    game : Game
        Target and members; its world is replaced at every point.
    worlds : Worlds
        The worlds of the points.
    factors : sequence of Factor
        What is varied.
    draws, seed : int
        As in :func:`khasan.gravity.uncertainty.spread.explore`.
    caveats : sequence of str
        What must be said beside the results.
    together : sequence of (str, str)
        Pairs of members whose joint value is wanted too.

    Returns
    -------
    Spread
        ``loss`` (to all members), ``potential`` (see
        :meth:`khasan.gravity.coalition.game.Game.potential`), ``shapley CODE``, ``alone CODE`` (first in) and
        ``last CODE`` (last in) of each member, and for each pair ``both CODE CODE`` and ``beyond CODE CODE``, what
        the two cost beyond the sum of what each costs alone; unit: percent of the target's welfare.

    Raises
    ------
    InputError
        For more than 8 members, or where no point has an equilibrium.

    Source: Shapley (1953); Saltelli and others (2010), Computer Physics Communications 181(2).
    """
    if len(game.labels) > MOST:
        raise InputError(f"{len(game.labels)} members over ranges: at most {MOST}; join some with +")
    outcomes = ["loss", "potential"]
    outcomes += [f"{what} {label}" for what in ("shapley", "alone", "last") for label in game.labels]
    outcomes += [f"{what} {one} {other}" for what in ("both", "beyond") for one, other in together]
    single = [1 << bit for bit in range(len(game.labels))]
    bit_of = dict(zip(game.labels, single, strict=True))

    def evaluate(points: Sequence[Point]) -> Floats:
        rows = np.full((len(points), len(outcomes)), np.nan)
        for row, point in enumerate(points):
            try:
                at = replace(
                    game,
                    world=with_size(worlds.at(dict(point)), game.target, float(point.get("size", 1.0))),
                    theta=float(point.get("theta", game.theta)),
                    cut=float(point.get("cut", game.cut)),
                    imbalance=point.get("imbalance", game.imbalance),  # type: ignore[arg-type]
                )
                values, _ = at.all_values()
                whole = at.potential()
            except InputError:
                if not point:
                    raise
                continue
            last = values[-1] - values[[len(values) - 1 - bit for bit in single]]
            both = np.array([values[bit_of[one] | bit_of[other]] for one, other in together])
            apart = np.array([values[bit_of[one]] + values[bit_of[other]] for one, other in together])
            rows[row] = [values[-1], whole, *shapley(values), *values[single], *last, *both, *(both - apart)]
        return rows

    return explore(game.target, evaluate, outcomes, factors, draws=draws, seed=seed, caveats=caveats)


def coalition_over_ranges(
    ledger: Path,
    worth: Worth,
    ranges: Sequence[str],
    *,
    draws: int = 128,
    seed: int = 0,
    as_of: date | None = None,
) -> Spread:
    """Value the coalitions of an answer again, over ranges.

    Parameters
    ----------
    ledger : Path
        Ledger file that the answer came from.
    worth : Worth
        Answer at the settings as given; see :func:`khasan.gravity.coalition.asking.ask`.
    ranges : sequence of str
        As in :func:`khasan.gravity.uncertainty.factors.factors_of`.
    draws, seed : int
        As in :func:`khasan.gravity.uncertainty.spread.explore`.
    as_of : date, optional
        Use the vintages that were known on this day.

    Returns
    -------
    Spread
        As of :func:`game_over_ranges`.

    Raises
    ------
    InputError
        For a range that is none, more than 8 members, or a country that is not in the world of all points.

    Source: as of :func:`game_over_ranges`.
    """
    factors = factors_of(ranges, "coalition")
    asked = worth.parameters
    given, least = asked["output_over_gdp"], least_output(factors, asked["output_over_gdp"])
    with Ledger.open(ledger) as held:
        world = read_world(
            held, asked["base_year"], compiler=asked["compiler"], measure=asked["gdp"], output_over_gdp=least,
            as_of=as_of,
        )  # fmt: skip
        vetted = None
        if wants_vetted(factors, asked["basis"]):
            vetted = set_suspects_aside(held, world, [worth.target], as_of)
    members = {label: tuple(asked["groups"].get(label, [label])) for label in worth.members}
    for country in (worth.target, *(one for countries in members.values() for one in countries)):
        if country not in world.countries:
            raise InputError(
                f"range output_over_gdp: at {least:g}, {country} is not in the world "
                f"({world.left_out.get(country, 'no trade')}); begin the range higher"
            )
    worlds = Worlds(world, vetted, given, asked["basis"])
    game = Game(worlds.at({}), worth.target, members, asked["cut"], asked["theta"], asked["imbalance"])
    return game_over_ranges(game, worlds, factors, draws=draws, seed=seed, caveats=(*worlds.caveats, SIMPLE))
