"""Whether a world can clear at all, and into which parts it falls when trade is cut off.

Additive imbalances are promises in money: who runs a deficit must be able to buy abroad, who runs a surplus to sell
abroad. Let C be countries that nobody outside sells to. What they sell outside is income less expenditure, so their
imbalances must add up to less than zero if they can sell outside, and to zero if they cannot; and the other way
round for countries that sell nothing outside. Parts of a world that no trade connects are worlds of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.failures import NoEquilibrium, NoSupplier
from khasan.gravity.reach import classes, parts, reached

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

Isolated = Literal["error", "zero"]

BALANCED = 1e-9
"""Share of income below which an imbalance counts as none: what rounding leaves."""

NONE_OF_TRADE = 1e-12
"""Share of the trade between countries and the rest below which an imbalance counts as none: rounding of its sums."""

ROUNDING = 1e-15
"""Share of income below which what imbalances lack of adding up to zero is left: beside trade it may be much."""


def check_for_buyers_and_sellers(pull: Floats, countries: Sequence[str]) -> None:
    """Refuse a world in which a country has nobody to buy from, or nobody to sell to.

    Parameters
    ----------
    pull : array of shape (n, n)
        Baseline shares times the factor on trade.
    countries : sequence of str
        Names, for the message.

    Raises
    ------
    NoSupplier
        Where no supplier is left.
    NoEquilibrium
        Where no buyer is left.
    """
    sells: Flags = np.asarray(pull > 0.0)
    unsupplied = np.asarray(~sells.any(axis=0))
    if unsupplied.any():
        raise NoSupplier(
            f"{_listed(unsupplied, countries)}: no supplier is left, not even at home, so prices have no bound; "
            "leave at least one supplier a factor above 0, or give the country trade with itself"
        )
    unsold = np.asarray(~sells.any(axis=1))
    if unsold.any():
        raise NoEquilibrium(
            f"{_listed(unsold, countries)}: no buyer is left, not even at home, so wages fall without bound; "
            "leave at least one buyer a factor above 0, or give the country trade with itself"
        )


def settle_imbalances(
    sells: Flags,
    imbalance: Floats,
    income: Floats,
    isolated: Isolated,
    countries: Sequence[str],
    remedy: str,
    trade: Floats | None = None,
) -> Floats:
    """Find the imbalances that a world can carry, or say whose it cannot.

    Parameters
    ----------
    sells : array of shape (n, n)
        Whether exporter i can sell to importer j.
    imbalance, income : array of shape (n,)
        Of the baseline, in money.
    isolated : {"error", "zero"}
        What becomes of the imbalance of a part of the world that no trade connects with the rest: ``zero`` takes what
        it lacks of adding up to nothing off its members in proportion to income, in each part alike. So an isolated
        country keeps none, and the others carry what it leaves.
    countries : sequence of str
        Names, for the message.
    remedy : str
        What else the caller offers, for the message.
    trade : array of shape (n, n), optional
        What trade between countries is left, in money, about: an imbalance that is nothing beside it is none. Without
        it imbalances are measured by the income of the smaller side.

    Returns
    -------
    array of shape (n,)
        Imbalances that add up to zero in each part.

    Raises
    ------
    NoEquilibrium
        Where an imbalance cannot be paid for in goods.
    """
    settled = imbalance.copy()
    everybody = np.arange(len(income))
    for members in parts(sells):
        rest = float(settled[members].sum())
        if abs(rest) > BALANCED * float(income[members].sum()) and isolated == "error":
            cut_off = members if len(members) <= len(income) / 2 else np.setdiff1d(everybody, members)
            lacking = float(imbalance[cut_off].sum())
            raise NoEquilibrium(
                f"{named(cut_off, countries)}: cut off from all other trade with an imbalance of {lacking:.6g} "
                f"({lacking / float(income[cut_off].sum()):.2%} of income), which nobody can pay for in goods, so "
                f"there is no equilibrium; {remedy}"
            )
        if abs(rest) > ROUNDING * float(income[members].sum()):
            settled[members] -= rest * income[members] / float(income[members].sum())
        _check_one_way(sells, members, settled, income, countries, trade)
        _check_flows(sells, members, settled, income, countries, trade)
    return settled


def _check_one_way(
    sells: Flags,
    members: Indices,
    imbalance: Floats,
    income: Floats,
    countries: Sequence[str],
    trade: Floats | None,
) -> None:
    """Refuse countries that trade with the rest in one direction only, where their imbalance does not pay for it."""
    hub = int(members[np.argmax(sells[members].sum(axis=1) + sells[:, members].sum(axis=0))])
    core = reached(sells, hub) & reached(sells.T, hub)
    # Within the core everybody reaches everybody, so one of it speaks for all.
    for country in (hub, *(place for place in members if not core[place])):
        for matrix, sign in ((sells.T, 1.0), (sells, -1.0)):
            closed = reached(matrix, int(country))
            one_way = matrix.T[np.ix_(closed, ~closed)].any()
            if one_way and sign * _owed(np.flatnonzero(closed), members, imbalance, income, trade) >= 0.0:
                # Who cannot buy from the rest faces a rest that cannot sell to it: name the fewer.
                named = closed if closed.sum() <= len(income) / 2 else ~closed
                buys = (sign < 0.0) == (named is closed)
                words = "buy from the rest but not sell to it, which takes a deficit" if buys else (
                    "sell to the rest but not buy from it, which takes a surplus"
                )  # fmt: skip
                raise NoEquilibrium(
                    f"{_listed(named, countries)}: can {words}, but the imbalance is "
                    f"{float(imbalance[named].sum()):.6g}, so there is no equilibrium; cut both directions "
                    "for autarky, or leave a little of the other one open"
                )


def _owed(group: Indices, members: Indices, imbalance: Floats, income: Floats, trade: Floats | None) -> float:
    """Add up the imbalances of some members of a part; zero where rounding may be all that they are.

    The rest owes the same, so it is the smaller side that tells: a deficit of one billionth of the income of a large
    country may be all the trade of a small one.
    """
    rest = np.setdiff1d(members, group)
    owed = math.fsum(imbalance[group].tolist())
    none = BALANCED * float(min(income[group].sum(), income[rest].sum()))
    if trade is not None:
        across = float(trade[np.ix_(group, rest)].sum() + trade[np.ix_(rest, group)].sum())
        none = min(none, NONE_OF_TRADE * across)
    none = max(none, ROUNDING * min(float(np.abs(imbalance[group]).sum()), float(np.abs(imbalance[rest]).sum())))
    return 0.0 if abs(owed) <= none else owed


def _check_flows(
    sells: Flags,
    members: Indices,
    imbalance: Floats,
    income: Floats,
    countries: Sequence[str],
    trade: Floats | None,
) -> None:
    """Refuse imbalances that no flows along what trade is left add up to, by groups of groups too.

    Flows are found from those with a surplus to those with a deficit; where they end, a group cannot sell what it must.
    A channel that no flow can go through, since its buyers would have to have a deficit and have none, is refused too.
    Amounts are fractions, which do not round: a small country's are not lost beside those of a large one.

    Source: Ford and Fulkerson (1956), Maximal flow through a network, Canadian Journal of Mathematics 8.
    """
    groups = [members[group] for group in classes(sells[np.ix_(members, members)])]
    if len(groups) == 1:
        return
    open_ = np.array([[bool(sells[np.ix_(one, other)].any()) for other in groups] for one in groups])
    np.fill_diagonal(open_, val=False)
    left = [-Fraction(_owed(group, members, imbalance, income, trade)) for group in groups]
    # What rounding leaves of the sum of all is for whom it is least.
    left[max(range(len(left)), key=lambda place: abs(left[place]))] -= sum(left)
    flow: dict[tuple[int, int], Fraction] = {}
    back = np.zeros_like(open_)
    stuck = None
    while max(left) > 0:
        first = left.index(max(left))
        before = _ways(open_ | back, first)
        ends = [place for place in range(len(left)) if before[place] >= 0 and left[place] < 0]
        if not ends:
            stuck = before >= 0
            break
        way = [ends[0]]
        while way[-1] != first:
            way.append(int(before[way[-1]]))
        steps = [(way[place + 1], way[place]) for place in range(len(way) - 1)]
        amount = min([left[first], -left[way[0]], *(flow[other, one] for one, other in steps if not open_[one, other])])
        for one, other in steps:
            if open_[one, other]:
                flow[one, other] = flow.get((one, other), Fraction(0)) + amount
                back[other, one] = True
            else:
                flow[other, one] -= amount
                back[one, other] = flow[other, one] > 0
        left[first] -= amount
        left[way[0]] += amount
    if stuck is None:
        for one, other in np.argwhere(open_):
            reached = _ways(open_ | back, int(other)) >= 0
            if not reached[one]:
                stuck = reached
                break
    if stuck is not None:
        buyers = np.sort(np.concatenate([groups[place] for place in np.flatnonzero(stuck)]))
        raise NoEquilibrium(
            f"{named(buyers, countries)}: can buy from the rest but not sell to it, which takes a deficit, but the "
            f"imbalance is {float(imbalance[buyers].sum()):.6g}, so there is no equilibrium; cut both directions for "
            "autarky, or leave a little of the other one open"
        )


def _ways(channels: Flags, first: int) -> Indices:
    """Find from where each place is first reached, -1 where it is not; the first place is reached from itself."""
    before = np.full(len(channels), -1, dtype=np.intp)
    before[first] = first
    edge = [first]
    while edge:
        place = edge.pop(0)
        for following in np.flatnonzero(channels[place] & (before < 0)):
            before[following] = place
            edge.append(int(following))
    return before


def _listed(flags: Flags, countries: Sequence[str]) -> str:
    """Name the marked countries."""
    return named(np.flatnonzero(flags), countries)


def named(places: Indices, countries: Sequence[str]) -> str:
    """Name some countries, at most eight of them.

    Parameters
    ----------
    places : array of int
        Which.
    countries : sequence of str
        Names of all.
    """
    names = [countries[place] for place in places[:8]]
    return ", ".join(names) + (f" and {len(places) - 8} more" if len(places) > 8 else "")
