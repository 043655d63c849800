"""One sector: where there is no equilibrium and whose fault it is, and where there is one after all."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from khasan.gravity import equilibrium
from khasan.gravity.armington.equilibrium import baseline_world, solve_world
from khasan.gravity.armington.path import follow_imbalances
from khasan.gravity.armington.world import World
from khasan.gravity.existence import settle_imbalances
from khasan.gravity.failures import NoEquilibrium, NoSupplier
from tests.gravity.test_equilibrium import BOTH, made_change, nearly_closed
from tests.gravity.worlds import Floats, made_world


def test_an_isolated_imbalance_has_no_equilibrium_and_is_named() -> None:
    trade = made_world(6, 8)
    names = ["AUT", "BEL", "CHE", "DNK", "ESP", "FIN"]
    change = np.ones((6, 6))
    change[3], change[:, 3] = 0.0, 0.0
    change[3, 3] = 1.0
    with pytest.raises(NoEquilibrium, match=r"DNK: cut off .* imbalance of .*imbalance_if_isolated"):
        equilibrium(trade, change, countries=names)
    dropped = equilibrium(trade, change, countries=names, imbalance_if_isolated="zero")
    income, spending = trade[3].sum(), trade[:, 3].sum()
    home = trade[3, 3] / spending
    # What it can buy is its income, which is worth as much less as its home share is below one.
    assert dropped.welfare[3] == pytest.approx(income / spending * home**0.25, rel=1e-12)
    np.testing.assert_allclose(dropped.trade.sum(axis=0).sum(), trade.sum(), rtol=1e-12)
    assert equilibrium(trade, change, 4.0, "multiplicative").welfare[3] == pytest.approx(home**0.25, rel=1e-12)


def test_imports_without_exports_need_a_deficit() -> None:
    trade = made_world(6, 8)
    deficit = trade.sum(axis=0) - trade.sum(axis=1)
    debtor, creditor = int(np.argmax(deficit)), int(np.argmin(deficit))
    for country, possible in ((debtor, True), (creditor, False)):
        change = np.ones((6, 6))
        change[country] = 0.0
        change[country, country] = 1.0
        if possible:
            found = equilibrium(trade, change)
            assert found.trade[:, country].sum() - found.trade[country, country] == pytest.approx(deficit[country])
        else:
            with pytest.raises(NoEquilibrium, match=rf"country {country}: can buy .* takes a deficit"):
                equilibrium(trade, change)


def test_nobody_left_to_buy_from_is_named() -> None:
    trade = made_world(4, 1)
    trade[2, 2] = 0.0
    change = np.ones((4, 4))
    change[:, 2] = 0.0
    with pytest.raises(NoSupplier, match="country 2: no supplier is left"):
        equilibrium(trade, change)
    change = np.ones((4, 4))
    change[2] = 0.0
    with pytest.raises(NoEquilibrium, match="country 2: no buyer is left"):
        equilibrium(trade, change)


def test_a_surplus_of_more_than_income_is_named() -> None:
    """With trade hard to replace, a creditor's wage falls until what it owes is all that it earns."""
    trade, change = made_world(9, 487), made_change(9, 487)
    with pytest.raises(NoEquilibrium, match=r"country 1: its additive surplus of 1.53\d+ comes to all that it earns"):
        equilibrium(trade, change, theta=0.5)
    assert equilibrium(trade, change, 0.5, "multiplicative").residual <= 1e-12


def test_an_equilibrium_is_found_by_way_of_balanced_trade() -> None:
    """Sweeps and Newton lose their way here, since somebody is left with nothing to spend along it."""
    trade, change = made_world(7, 923, 1.0, 2.0), made_change(7, 923, 0, 2.0)
    found = equilibrium(trade, change, theta=0.5)
    income, deficit = trade.sum(axis=1), trade.sum(axis=0) - trade.sum(axis=1)
    spending = income * found.wages + deficit
    assert spending.min() > 0.0
    share = trade / trade.sum(axis=0) * change * found.wages[:, None] ** -0.5
    sales = (share / share.sum(axis=0) * spending).sum(axis=1)
    np.testing.assert_allclose(sales, income * found.wages, rtol=1e-11)


def test_more_imbalance_than_the_world_carries_is_no_equilibrium_and_a_little_less_is_one() -> None:
    """What the message says of the share of all imbalances that can be carried is where equilibria end."""
    trade, change = made_world(9, 487), made_change(9, 487)
    base = baseline_world(trade, 0.5, "additive", "error", [str(place) for place in range(9)])
    world = World(base.income, base.expenditure, base.imbalance, base.pull * change, 0.5, multiplicative=False)
    path = follow_imbalances(world)
    assert path is not None
    assert path.poorest == 1
    assert 0.0 < path.share < 1.0
    for share, exists in ((path.share - 1e-6, True), (path.share + 2e-4, False)):
        part = replace(world, imbalance=share * world.imbalance)
        names = [f"country {place}" for place in range(9)]
        if exists:
            solved_part = solve_world(part, np.zeros(9), "error", names, 1e-12)
            spending = base.income * solved_part.wages + part.imbalance
            assert 0.0 < spending.min() < 1e-3 * base.income[1]
            assert int(np.argmin(spending)) == 1
        else:
            with pytest.raises(NoEquilibrium, match=r"country 1: its additive surplus .* \(0.999\d* of all imbalances"):
                solve_world(part, np.zeros(9), "error", names, 1e-12)


def test_a_nearly_isolated_imbalance_is_named_and_not_who_pays_for_it() -> None:
    """The deficit of country 0 finds no goods, its wage rises far, and a creditor is left with nothing."""
    trade = made_world(6, 1)
    trade[1:, 0] *= 4.0
    with pytest.raises(NoEquilibrium, match=r"country 0: what trade it has left is too little .* leave country [1-5]"):
        equilibrium(trade, nearly_closed(6, 0, 1e-9))


HOLLOW = np.array([
    [0, 0, 0, 0.002024, 0.000835, 0.000219],
    [0, 0.006623, 0, 0.001331, 0.001183, 0],
    [0, 0, 0.026721, 0.001186, 4.9e-05, 8.8e-05],
    [0.003118, 0.0008, 0.002044, 1, 0.020401, 0.008575],
    [0.00431, 0.000547, 0.000406, 0.018187, 0.08372, 0.004123],
    [0.000108, 0, 0.000462, 0.012392, 0.001415, 0.04952],
])  # fmt: skip
"""Trade of six countries in which sweeps and Newton's steps end in a hollow once the embargoes below stand."""

HOLLOW_CHANGE = np.array([
    [1, 1, 1, 0, 0, 1],
    [1, 1, 0, 1, 1, 1],
    [1, 1, 1, 0, 0, 1],
    [1, 1, 1, 1, 1, 0],
    [0, 0, 1, 0, 1, 1],
    [1, 1, 0, 0, 1, 1],
], dtype=float)  # fmt: skip

STRAITENED = np.array([[0.3, 1.02, 0.03], [0.49, 0.8, 0.13], [0.03, 0.13, 0.2]])
"""Country 2 balances its trade, 0 and 1 do not; with hardly any trade it must come to be nearly all of the world."""


@pytest.mark.parametrize(
    ("trade", "change", "theta", "wages"),
    [
        (HOLLOW, HOLLOW_CHANGE, 2.0, [0.012053, 1.075152, 0.06344, 1.191723, 0.032557, 0.027634]),
        (STRAITENED, nearly_closed(3, 2, 1e-12), 1.0, None),
    ],
)
def test_ratios_are_kept_where_sweeps_and_newton_end_in_a_hollow(
    trade: Floats, change: Floats, theta: float, wages: list[float] | None
) -> None:
    found = equilibrium(trade, change, theta, "multiplicative")
    if wages is not None:
        # Worked out in long arithmetic from trade of more digits than are typed in here.
        np.testing.assert_allclose(found.wages, wages, rtol=3e-3)
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    now = spending * found.wages * income.sum() / (spending @ found.wages)
    pull = trade / spending * change * found.wages[:, None] ** -theta
    flows = pull / pull.sum(axis=0) * now
    np.fill_diagonal(flows, 0.0)
    exports, imports = flows.sum(axis=1), flows.sum(axis=0)
    deficit = now - income * found.wages
    gaps = exports - imports + deficit
    rounding = 1e-15 * (now + income * found.wages)
    assert (np.abs(gaps) <= 1e-11 * (exports + imports) + rounding).all()


def test_no_warning_stands_beside_an_error() -> None:
    """Country 0 sells nothing abroad; no sales beside no surplus are nothing over nothing, which warns of nothing."""
    with (
        warnings.catch_warnings(action="error"),
        pytest.raises(NoEquilibrium, match="country 1: its additive surplus of 13 comes to all that it earns"),
    ):
        equilibrium([[11.0, 0.0], [13.0, 4.0]], [[1.0, 1e-6], [1e-6, 1.0]])


def one_way(size: int, country: int, *, buys: bool) -> Floats:
    """Let a country only buy, or only sell."""
    change = np.ones((size, size))
    if buys:
        change[country] = 0.0
    else:
        change[:, country] = 0.0
    change[country, country] = 1.0
    return change


@pytest.mark.parametrize("buys", [True, False])
def test_one_way_trade_without_an_imbalance_has_no_equilibrium_in_either_closure(buys: bool) -> None:
    trade = np.array([[5.0, 1.0, 0.5], [1.0, 6.0, 0.3], [0.5, 0.3, 2.0]])
    word = "buy from the rest but not sell to it" if buys else "sell to the rest but not buy from it"
    for imbalance in BOTH:
        with pytest.raises(NoEquilibrium, match=f"country 0: can {word}"):
            equilibrium(trade, one_way(3, 0, buys=buys), 4.0, imbalance)


def test_one_way_trade_needs_a_ratio_of_spending_above_that_of_the_rest() -> None:
    trade = made_world(6, 8)
    ratio = trade.sum(axis=0) / trade.sum(axis=1)
    for country, possible in ((int(np.argmax(ratio)), True), (int(np.argmin(ratio)), False)):
        change = one_way(6, country, buys=True)
        if possible:
            found = equilibrium(trade, change, 4.0, "multiplicative")
            now = found.trade.sum(axis=0) / found.trade.sum(axis=1)
            assert now[country] > 1.0
            np.testing.assert_allclose(now * found.factor, ratio, rtol=1e-11)
        else:
            with pytest.raises(NoEquilibrium, match=rf"country {country}: can buy .* takes more spending"):
                equilibrium(trade, change, 4.0, "multiplicative")


@pytest.mark.parametrize(
    ("trade", "change"),
    [
        ([[1e9, 1.0], [0.0, 10.0]], np.ones((2, 2))),
        ([[1e9, 2.0], [1.0, 10.0]], [[1.0, 1.0], [0.0, 1.0]]),
        ([[1e12, 1.0], [0.0, 1e12]], np.ones((2, 2))),
        ([[1e12, 2.0], [1.0, 1e12]], [[1.0, 1.0], [0.0, 1.0]]),
    ],
)
def test_what_pays_for_trade_in_one_direction_may_be_little_beside_the_income_of_either_side(
    trade: list[list[float]], change: Floats
) -> None:
    """Country 1 has a deficit of 1, which is all that it buys of country 0 and nothing beside a large income."""
    found = equilibrium(trade, change, countries=["World", "Island"])
    assert found.residual <= 1e-12
    assert found.trade[0, 1] == pytest.approx(1.0, rel=1e-12)
    assert found.trade[1, 0] == 0.0


def test_a_small_surplus_is_sold_beside_large_ones() -> None:
    """Country 3 sells 1e-6 to 2, which is nothing beside the 1e9 that 0 sells to 1."""
    trade = np.diag([1e10, 1e10, 1.0, 1.0])
    trade[0, 1], trade[3, 2], trade[1, 2], trade[0, 2] = 1e9, 1e-6, 1e-3, 1e-3
    found = equilibrium(trade, np.ones((4, 4)))
    np.testing.assert_allclose(found.trade, trade, rtol=1e-11)


def test_sums_that_round_are_no_surplus() -> None:
    """Exports of 0.3 pay for imports of 0.1 and 0.2, which add up to a little more in binary."""
    trade = np.array([[5.0, 0.3, 0.0], [0.1, 6.0, 0.4], [0.2, 0.2, 2.0]])
    with pytest.raises(NoEquilibrium, match="country 0: can sell to the rest but not buy from it"):
        equilibrium(trade, one_way(3, 0, buys=False))


def test_a_group_of_three_ways_is_compared_as_a_whole() -> None:
    """Country 0 sells to 1 and 2. Each could buy alone; with the large 2 beside it, 1 has too little to spend."""
    trade = np.array([[0.7, 9.0, 19.0], [15.0, 7.3, 1.8], [0.3, 1.1, 2.8]])
    ratio = trade.sum(axis=0) / trade.sum(axis=1)
    assert ratio[0] < ratio[1] < ratio[2]
    change = np.eye(3)
    change[0] = 1.0
    with pytest.raises(NoEquilibrium, match="country 1: can buy from the rest but not sell to it, which takes more"):
        equilibrium(trade, change, 4.0, "multiplicative")


def test_surpluses_that_only_together_are_too_much_are_named() -> None:
    """Only 3 buys of both 0 and 1, and 2 of 1 alone: what 0 and 1 must sell is more than 3 and 2 can take."""
    sells = np.eye(4, dtype=bool)
    sells[0, 2] = sells[1, 2] = sells[1, 3] = sells[0, 3] = True
    sells[0, 3] = False
    for imbalance, possible in (([-2.0, -2.0, 3.0, 1.0], True), ([-1.0, -3.0, 0.5, 3.5], False)):
        debts, income = np.array(imbalance), np.full(4, 10.0)
        if possible:
            np.testing.assert_allclose(settle_imbalances(sells, debts, income, "error", "abcd", ""), debts)
        else:
            with pytest.raises(NoEquilibrium, match="can"):
                settle_imbalances(sells, debts, income, "error", "abcd", "")
