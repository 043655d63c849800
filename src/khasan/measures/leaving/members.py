"""Choose whose leaving is looked at: those of the triangle, and the client's largest other partners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from khasan.gravity.scenario.world import BaseWorld

OTHERS = 2
"""Largest partners besides those of the triangle."""


def who_may_leave(
    vetted: BaseWorld, client: str, first: Sequence[str], named: Iterable[str | None] = (), others: int = OTHERS
) -> tuple[str, ...]:
    """Return the members of the coalitions against a client.

    Parameters
    ----------
    vetted : BaseWorld
        The world with suspect flows of the client set aside, so that a namesake's partner is not chosen.
    client : str
        Whose partners.
    first : sequence of str
        Who comes first: the two that are told together.
    named : iterable of str or None
        Further members; one without recorded trade is left out, since a missing flow is no flow of nothing.
    others : int
        How many of the largest other partners by trade in both directions (USD million) are added.

    Returns
    -------
    tuple of str
        Codes that are in the world, each once; no unit.

    Source: trade of the world's compiler and year.
    """
    place = vetted.place(client)
    trade = vetted.trade[place] + vetted.trade[:, place]
    order = [vetted.countries[one] for one in np.argsort(-trade, kind="stable") if trade[one] > 0.0]
    taken = {client, *first, *(code for code in named if code)}
    largest = [code for code in order if code not in taken][:others]
    wanted = [*first, *largest, *(code for code in named if code and code in order)]
    return tuple(dict.fromkeys(code for code in wanted if code in vetted.countries and code != client))
