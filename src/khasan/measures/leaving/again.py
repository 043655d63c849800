"""Compute findings on leaving from a world: all that a brief tells, or those of one id."""

from __future__ import annotations

from collections.abc import Mapping

from khasan.gravity.uncertainty.worlds import Worlds
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import Asked, asked_in, ranges_in
from khasan.measures.leaving.losses import losses
from khasan.measures.leaving.support import offer, replaced

OF_LOSSES = ("leaving_loss", "leaving_worth", "leaving_last", "leaving_interaction", "leaving_carried")
OF_SUPPORT = ("leaving_offer", "leaving_replaced")
OF_WORLDS = (*OF_LOSSES, *OF_SUPPORT)
"""Methods that are computed from one world of trade."""


def told(snapshot: Snapshot, worlds: Worlds, asked: Asked) -> tuple[Finding, ...]:
    """Compute losses, worths and what carries them, and what the second member must offer if the first leaves.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows of the client's trade are.
    worlds : Worlds
        The world of the year.
    asked : Asked
        Settings; the first two members are the rival and the patron.

    Returns
    -------
    tuple of Finding
        Units as in :mod:`khasan.measures.leaving.kept`.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_loss`.
    """
    one, other = asked.among[:2]
    support = (
        offer(snapshot, worlds, asked, one, other),
        offer(snapshot, worlds, asked, other, one),
        replaced(snapshot, worlds, asked, one, other),
    )
    return (*losses(snapshot, worlds, asked), *(found for found in support if found is not None))


def again(snapshot: Snapshot, worlds: Worlds, method: str, parameters: Mapping[str, str]) -> tuple[Finding, ...]:
    """Compute the findings among which that of an id is.

    Parameters
    ----------
    snapshot, worlds
        As in :func:`told`.
    method : str
        One of :data:`OF_WORLDS`.
    parameters : mapping
        Of the id.

    Returns
    -------
    tuple of Finding
        Units as in :mod:`khasan.measures.leaving.kept`.

    Raises
    ------
    InputError
        Where a parameter is missing or does not fit.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_loss`.
    """
    try:
        if method in OF_LOSSES:
            asked = asked_in(parameters)
        else:
            among = (parameters["leaving"], parameters["patron"])
            asked = Asked(parameters["client"], among, int(parameters["year"]), ranges_in(parameters["over"]))
    except (KeyError, ValueError) as error:
        raise InputError(f"{method}: the parameters of the id do not fit ({error}); copy it whole") from None
    if method in OF_LOSSES:
        return losses(snapshot, worlds, asked)
    found = (offer if method == "leaving_offer" else replaced)(snapshot, worlds, asked, *asked.among)
    return () if found is None else (found,)
