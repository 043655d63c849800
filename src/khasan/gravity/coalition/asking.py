"""Ask for the value of coalitions from a ledger: whom the names mean, and the world of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from khasan.gravity.armington.world import Imbalance
from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.value import ORDERS, Worth, coalition
from khasan.gravity.scenario.reading import read_world, set_suspects_aside
from khasan.gravity.scenario.run import Finder
from khasan.ledger.actors import Actors
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger


def ask(
    ledger: Path,
    target: str,
    senders: Sequence[str],
    *,
    base_year: int | None = None,
    theta: float = 4.0,
    imbalance: Imbalance = "additive",
    cut: float = 1.0,
    basis: str = "reported",
    output_over_gdp: float = 1.0,
    loss: float | None = None,
    patrons: Sequence[str] = (),
    orders: int = ORDERS,
    seed: int = 0,
    as_of: date | None = None,
) -> Worth:
    """Work out the value of coalitions against a target in the trade of a ledger.

    Parameters
    ----------
    ledger : Path
        Ledger file with loaded trade.
    target : str
        Whose loss: code or name of a country.
    senders : sequence of str
        Who may restrict; a group acts as one member.
    base_year : int, optional
        Year of the trade; the last one with trade and sizes where not given.
    theta, imbalance, cut
        As in :class:`khasan.gravity.coalition.game.Game`.
    basis : {"reported", "vetted"}
        Trade as reported, or with suspect flows of the target set aside.
    output_over_gdp : float
        Assumption on own sales; see :mod:`khasan.gravity.scenario.world`.
    loss, patrons, orders, seed
        As in :func:`khasan.gravity.coalition.value.coalition`.
    as_of : date, optional
        Use the vintages that were known on this day.

    Returns
    -------
    Worth
        Unit: percent of the target's welfare.

    Raises
    ------
    InputError
        For a name that means nobody in the world of the year, a country named twice, or no equilibrium.
    """
    if not senders:
        raise InputError("senders: none given; name at least one country or group")
    with Ledger.open(ledger) as held:
        world = read_world(held, base_year, output_over_gdp=output_over_gdp, as_of=as_of)
        find = Finder(Actors.of(held.table("actor")), world)
        aim = find(target, "target")
        if len(aim.countries) != 1:
            raise InputError(f"target {target}: a group; name one country")
        members: dict[str, tuple[str, ...]] = {}
        notes = list(aim.notes)
        taken: dict[str, str] = {aim.countries[0]: "the target"}
        for text in senders:
            one = find(text, "senders")
            for country in one.countries:
                if country in taken:
                    raise InputError(
                        f"senders: {country} (in {one.text}) is already {taken[country]}; name every country once"
                    )
                taken[country] = f"in {one.text}" if one.text != country else "a sender"
            label = one.countries[0] if len(one.countries) == 1 else one.text
            members[label] = one.countries
            notes += one.notes
        givers = [find(text, "patron") for text in patrons]
        if basis == "vetted":
            world = set_suspects_aside(held, world, aim.countries, as_of)
    game = Game(world, aim.countries[0], members, cut, theta, imbalance)
    notes += [note for giver in givers for note in giver.notes]
    found = coalition(
        game,
        loss=loss,
        patrons=[one for giver in givers for one in giver.countries],
        orders=orders,
        seed=seed,
        notes=notes,
    )
    if as_of is None:
        return found
    return replace(found, parameters={**found.parameters, "as_of": as_of.isoformat()})
