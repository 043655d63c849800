"""The findings on what a client would lose, by method: read back from the rows that keep them.

They are computed by :mod:`khasan.measures.leaving.losses` and :mod:`khasan.measures.leaving.support` from the trade of
all states, which a snapshot does not hold; a snapshot gives what was kept in it.
"""

from __future__ import annotations

import json

import polars as pl

from khasan.ledger.finding import Finding, Parameter
from khasan.ledger.keeping import kept_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import Asked, asked_in


def kept_asked(snapshot: Snapshot, client: str) -> Asked | None:
    """Return the settings under which losses of a client are kept, the latest year first; None where none are.

    The settings have no unit.

    Source: the table ``finding``.
    """
    rows = snapshot.finding.filter(pl.col("method") == "leaving_loss")
    held = [asked_in({key: str(value) for key, value in json.loads(text).items()}) for text in rows["parameters"]]
    own = sorted((one for one in held if one.client == client), key=lambda one: (one.year, one.draws))
    return own[-1] if own else None


def leaving_loss(
    snapshot: Snapshot, client: str, leaving: str, among: str, year: int, over: str, draws: int, seed: int
) -> Finding | None:
    """Loss of the client if some partners stopped all trade with it.

    ``100 * (1 - W'/W)`` with W the client's welfare (real expenditure, or real wage where imbalances stay as shares) in
    the one-sector equilibrium of world trade: before, and with the trade of the client with those who leave at zero.

    Where ``all`` leave it is the loss of the real wage in isolation, in both closures, since nobody is left to carry an
    imbalance: ``100 * (1 - home ** (1/theta))`` with home the own sales over expenditure.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Whose loss.
    leaving : str
        Who leaves, separated by ``;``, or ``all``.
    among, year, over, draws, seed
        As in :class:`khasan.measures.leaving.asked.Asked`.

    Returns
    -------
    Finding or None
        Median, and 5 to 95 percent of the points of the ranges (with 0 draws: the least and the most over all
        combinations of their ends and middles), in the unit ``percent`` of welfare; None where it is
        not kept, or rests on rows that are not known.

    Source: Armington (1969); Dekle, Eaton and Kortum (2008), IMF Staff Papers 55(3); Arkolakis, Costinot and
    Rodriguez-Clare (2012), American Economic Review 102(1).
    """
    return _kept("leaving_loss", snapshot, client, among, year, over, draws, seed, leaving=leaving)


def leaving_worth(
    snapshot: Snapshot, client: str, member: str, among: str, year: int, over: str, draws: int, seed: int
) -> Finding | None:
    """Shapley value of one member among those who may leave, in the unit ``percent`` of the client's welfare.

    The mean over all orders of leaving of what the client loses more when the member leaves too. The parameters are
    those of :func:`leaving_loss`, with ``member`` one of ``among``. Attribution within the model, not blame.

    Source: Shapley (1953), A value for n-person games.
    """
    return _kept("leaving_worth", snapshot, client, among, year, over, draws, seed, member=member)


def leaving_last(
    snapshot: Snapshot, client: str, member: str, among: str, year: int, over: str, draws: int, seed: int
) -> Finding | None:
    """Return what a member adds when all others among those who may leave have left; unit ``percent`` of welfare.

    The parameters are those of :func:`leaving_loss`, with ``member`` one of ``among``.

    Source: Owen (1995), Game theory, chapter XII, on marginal contributions.
    """
    return _kept("leaving_last", snapshot, client, among, year, over, draws, seed, member=member)


def leaving_interaction(
    snapshot: Snapshot, client: str, among: str, year: int, over: str, draws: int, seed: int
) -> Finding | None:
    """Return what the first two members cost together beyond the sum of what each costs alone; unit ``percent``.

    Below 0 they are substitutes for the leavers (the second adds less than alone); above 0 each covers for the other
    as long as it stays. The parameters are those of :func:`leaving_loss`.

    Source: Grabisch and Roubens (1999), International Journal of Game Theory 28(4).
    """
    return _kept("leaving_interaction", snapshot, client, among, year, over, draws, seed)


def leaving_carried(
    snapshot: Snapshot, client: str, leaving: str, due_to: str, among: str, year: int, over: str, draws: int, seed: int
) -> Finding | None:
    """Return the share of the spread of a loss that is due to one assumption, alone and together with others.

    The total Sobol index, in the unit ``share``; low and high are those under the two sampling laws. Indices of several
    assumptions may add up to more than 1, where one matters through another. The parameters are those of
    :func:`leaving_loss`, with ``due_to`` the name of a range.

    Source: Saltelli and others (2010), Computer Physics Communications 181(2).
    """
    return _kept("leaving_carried", snapshot, client, among, year, over, draws, seed, leaving=leaving, due_to=due_to)


def leaving_offer(snapshot: Snapshot, client: str, leaving: str, patron: str, year: int, over: str) -> Finding | None:
    """Money a year with which a patron would make good what the client loses if another left.

    The transfer at which the client's welfare is what it was, in the unit ``USD million`` of the base year. The value
    is at the middle of every range; low and high are the least and the most over the grid of their ends and middles.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, leaving, patron : str
        Whose loss, who leaves, who pays.
    year, over
        As in :class:`khasan.measures.leaving.asked.Asked`; the deficit stays in money.

    Source: as of :func:`leaving_loss`; the transfer enters as a change of the two imbalances.
    """
    given: dict[str, Parameter] = {"client": client, "leaving": leaving, "patron": patron, "year": year, "over": over}
    return kept_finding(snapshot, "leaving_offer", given)


def leaving_replaced(
    snapshot: Snapshot, client: str, leaving: str, patron: str, year: int, over: str
) -> Finding | None:
    """Share of the loss that the recorded support of a patron would make good if another partner left.

    ``1 - L1 / L0``, with L0 the loss without and L1 with the support as a gift; unit ``share``. The value is at the
    middle of every range and of the readings of the support; low and high are over the grid of ranges and readings.
    The parameters are those of :func:`leaving_offer`.

    Source: as of :func:`leaving_offer`; the support is that of the rows of the role ``patron_payment``.
    """
    given: dict[str, Parameter] = {"client": client, "leaving": leaving, "patron": patron, "year": year, "over": over}
    return kept_finding(snapshot, "leaving_replaced", given)


def leaving_assumption(
    snapshot: Snapshot, client: str, case: str, assumption: str, donors: str, year: int, size: str
) -> Finding | None:
    """Loss of the client in the model of many sectors, under one set of assumptions.

    The client's row is made of its trade and the technology of other countries; low and high are over these donors and
    over the sizes of the client.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Whose loss.
    case, assumption : str
        Who leaves or what is cut off, and the set of assumptions.
    donors : str
        Whose technology, separated by ``;``.
    year : int
        Year of the trade.
    size : str
        What the client's gross domestic product is multiplied with, separated by ``;``.

    Returns
    -------
    Finding or None
        In the unit ``percent`` of real income.

    Source: Caliendo and Parro (2015); :mod:`khasan.gravity.uncertainty.assumptions`.
    """
    given: dict[str, Parameter] = {
        "client": client,
        "case": case,
        "assumption": assumption,
        "donors": donors,
        "year": year,
        "size": size,
    }
    return kept_finding(snapshot, "leaving_assumption", given)


MOVES = "it moves most with "
"""How a caveat begins that names the range with which a result moves most."""


def moves_with(finding: Finding) -> str:
    """Return the noun phrase for the range with which an offer or a share replaced moves most; it has no unit.

    Source: the caveat that says so.
    """
    told = next((one for one in finding.caveats if MOVES in one), "")
    return told.partition(MOVES)[2].partition(":")[0]


def _kept(
    method: str, snapshot: Snapshot, client: str, among: str, year: int, over: str, draws: int, seed: int, **more: str
) -> Finding | None:
    """Read one finding back; its unit is that of the row that keeps it.

    Source: the table ``finding``.
    """
    given: dict[str, Parameter] = {
        "client": client,
        "among": among,
        "year": year,
        "over": over,
        "draws": draws,
        "seed": seed,
        **more,
    }
    return kept_finding(snapshot, method, given)
