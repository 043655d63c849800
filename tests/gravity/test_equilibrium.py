"""One sector: against a plain fixed point, by laws that must hold, and at the borders of existence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from khasan.gravity import equilibrium
from khasan.gravity.armington.equilibrium import Equilibrium
from khasan.gravity.armington.world import Imbalance
from khasan.gravity.failures import NoConvergence, NoEquilibrium
from khasan.ledger.errors import InputError
from tests.gravity.worlds import Floats, made_world, plain_one_sector

BOTH: tuple[Imbalance, Imbalance] = ("additive", "multiplicative")
closures = st.sampled_from(BOTH)
seeds = st.integers(0, 10_000)


def balanced(trade: Floats) -> Floats:
    """Make trade balanced, so that nobody has an imbalance."""
    return (trade + trade.T) / 2.0


def made_change(size: int, seed: int, embargoes: int = 2, spread: float = 0.6) -> Floats:
    """Make random changes of costs abroad, with some embargoes among them."""
    random = np.random.default_rng(seed)
    change = np.exp(random.normal(0.0, spread, (size, size)))
    change[np.diag_indices(size)] = 1.0
    for _ in range(embargoes):
        one, other = random.choice(size, 2, replace=False)
        change[one, other] = 0.0
    return change


def solved(trade: Floats, change: Floats, theta: float = 4.0, imbalance: Imbalance = "additive") -> Equilibrium:
    """Solve a made world, and leave out those in which a surplus comes to more than income."""
    try:
        return equilibrium(trade, change, theta, imbalance)
    except NoEquilibrium:
        reject()


@pytest.mark.parametrize("imbalance", BOTH)
@pytest.mark.parametrize("theta", [1.5, 4.0, 8.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plain_fixed_point_gives_the_same(seed: int, theta: float, imbalance: Imbalance) -> None:
    trade, change = made_world(12, seed), made_change(12, seed)
    wages, prices, welfare = plain_one_sector(trade, change, theta, imbalance)
    found = equilibrium(trade, change, theta, imbalance)
    assert found.residual < 1e-12
    np.testing.assert_allclose(found.wages, wages, rtol=1e-9)
    np.testing.assert_allclose(found.prices, prices, rtol=1e-9)
    np.testing.assert_allclose(found.welfare, welfare, rtol=1e-9)


@settings(max_examples=40)
@given(seeds, closures, st.floats(0.5, 12.0))
def test_the_equations_hold(seed: int, imbalance: Imbalance, theta: float) -> None:
    trade, change = made_world(9, seed), made_change(9, seed)
    try:
        found = equilibrium(trade, change, theta, imbalance)
    except NoEquilibrium:
        # The plain iteration does not notice, and has somebody spend less than nothing.
        wages = plain_one_sector(trade, change, theta, imbalance, 20_000)[0]
        assert (trade.sum(axis=1) * (wages - 1.0) + trade.sum(axis=0)).min() < 0.0
        return
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    share = trade / spending * change * (found.wages[:, None] * np.ones(9)) ** -theta
    np.testing.assert_allclose(found.prices**-theta, share.sum(axis=0), rtol=1e-10)
    now = found.trade.sum(axis=0)
    np.testing.assert_allclose(found.trade, share / share.sum(axis=0) * now, rtol=1e-10)
    np.testing.assert_allclose(found.trade.sum(axis=1), income * found.wages, rtol=1e-11)
    np.testing.assert_allclose((income * found.wages).sum(), income.sum(), rtol=1e-12)
    if imbalance == "additive":
        np.testing.assert_allclose(now, income * found.wages + spending - income, rtol=1e-10)
        np.testing.assert_allclose(found.welfare, now / spending / found.prices, rtol=1e-10)
        assert found.factor == 1.0
    else:
        ratio = now / (income * found.wages) / (spending / income)
        np.testing.assert_allclose(ratio, 1.0 / found.factor, rtol=1e-10)
        np.testing.assert_allclose(found.welfare, found.wages / found.prices, rtol=1e-12)


@settings(max_examples=25)
@given(seeds, closures)
def test_no_change_gives_ones(seed: int, imbalance: Imbalance) -> None:
    trade = made_world(10, seed)
    found = equilibrium(trade, np.ones((10, 10)), 4.0, imbalance)
    assert found.iterations == 0
    np.testing.assert_allclose(found.trade, trade, rtol=1e-12)
    for ratios in (found.welfare, found.wages, found.prices):
        np.testing.assert_allclose(ratios, 1.0, rtol=1e-12)


@settings(max_examples=25)
@given(seeds, closures, st.floats(1e-6, 1e6))
def test_the_unit_of_money_does_not_matter(seed: int, imbalance: Imbalance, unit: float) -> None:
    trade, change = made_world(8, seed), made_change(8, seed)
    one, other = (solved(scale * trade, change, 4.0, imbalance) for scale in (1.0, unit))
    np.testing.assert_allclose(one.welfare, other.welfare, rtol=1e-9)
    np.testing.assert_allclose(one.trade * unit, other.trade, rtol=1e-9)


@settings(max_examples=25)
@given(seeds, closures)
def test_the_order_of_countries_does_not_matter(seed: int, imbalance: Imbalance) -> None:
    trade, change = made_world(8, seed), made_change(8, seed)
    order = np.random.default_rng(seed).permutation(8)
    straight = solved(trade, change, 4.0, imbalance)
    shuffled = solved(trade[np.ix_(order, order)], change[np.ix_(order, order)], 4.0, imbalance)
    np.testing.assert_allclose(straight.welfare[order], shuffled.welfare, rtol=1e-9)


@settings(max_examples=25)
@given(seeds)
def test_two_steps_are_one(seed: int) -> None:
    """From a solved world on, the rest of the way gives what the whole way gives; the imbalance in money stays."""
    trade, change = made_world(8, seed), made_change(8, seed, embargoes=0)
    half = solved(trade, np.sqrt(change))
    rest, whole = solved(half.trade, np.sqrt(change)), solved(trade, change)
    np.testing.assert_allclose(half.welfare * rest.welfare, whole.welfare, rtol=1e-9)
    np.testing.assert_allclose(rest.trade, whole.trade, rtol=1e-8)


@settings(max_examples=25)
@given(seeds, closures)
def test_real_wages_follow_home_shares(seed: int, imbalance: Imbalance) -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012): the real wage is the home share to the power -1 / theta."""
    trade, change = made_world(8, seed), made_change(8, seed)
    found = solved(trade, change, 5.0, imbalance)
    before = np.diagonal(trade) / trade.sum(axis=0)
    after = np.diagonal(found.trade) / found.trade.sum(axis=0)
    np.testing.assert_allclose(found.wages / found.prices, (after / before) ** -0.2, rtol=1e-10)


def test_two_countries_by_hand() -> None:
    """Two equal countries that trade a quarter; costs prohibitive: each is left with its home share to the 1 / 4."""
    trade = np.array([[3.0, 1.0], [1.0, 3.0]])
    found = equilibrium(trade, np.eye(2))
    np.testing.assert_allclose(found.welfare, 0.75**0.25, rtol=1e-14)
    np.testing.assert_array_equal(found.trade, np.diag([4.0, 4.0]))


@pytest.mark.parametrize("imbalance", BOTH)
def test_autarky_of_one_is_an_answer_where_it_exists(imbalance: Imbalance) -> None:
    trade = balanced(made_world(7, 5))
    change = np.ones((7, 7))
    change[2], change[:, 2] = 0.0, 0.0
    change[2, 2] = 1.0
    found = equilibrium(trade, change, 4.0, imbalance)
    home = trade[2, 2] / trade[:, 2].sum()
    assert found.welfare[2] == pytest.approx(home**0.25, rel=1e-12)
    assert found.trade[2].sum() == found.trade[2, 2] == pytest.approx(trade[2].sum(), rel=1e-12)
    rest = np.delete(np.arange(7), 2)
    expected = plain_one_sector(trade, change, 4.0, imbalance)[2]
    np.testing.assert_allclose(found.welfare[rest], expected[rest], rtol=1e-9)


def test_a_nearly_closed_country_comes_near_autarky() -> None:
    trade = balanced(made_world(7, 5))
    home = trade[2, 2] / trade[:, 2].sum()
    for little, near in ((1e-3, 2e-2), (1e-6, 2e-5), (1e-9, 2e-8)):
        change = np.ones((7, 7))
        change[2], change[:, 2] = little, little
        change[2, 2] = 1.0
        assert equilibrium(trade, change).welfare[2] == pytest.approx(home**0.25, rel=near)


def test_two_blocs_are_two_worlds() -> None:
    first, second = balanced(made_world(4, 1)), balanced(made_world(5, 2))
    trade = np.full((9, 9), 1e-3)
    trade[:4, :4] += first
    trade[4:, 4:] += second
    change = np.zeros((9, 9))
    change[:4, :4], change[4:, 4:] = 1.0, 1.0
    change[0, 1] = 0.5
    found = equilibrium(trade, change)
    whole = trade.copy()
    whole[:4, 4:] = whole[4:, :4] = 0.0
    assert found.trade[:4, 4:].sum() == found.trade[4:, :4].sum() == 0.0
    np.testing.assert_allclose(found.trade.sum(axis=1), trade.sum(axis=1) * found.wages, rtol=1e-11)


@pytest.mark.parametrize("imbalance", BOTH)
def test_the_smallest_of_many_cut_off_from_the_largest(imbalance: Imbalance) -> None:
    trade = made_world(181, 3, home=12.0, uneven=2.0)
    income = trade.sum(axis=1)
    small, large = int(np.argmin(income)), np.argsort(-income)[:20]
    change = np.ones((181, 181))
    change[small, large] = change[large, small] = 0.0
    found = equilibrium(trade, change, 4.0, imbalance)
    assert found.residual <= 1e-12
    assert found.iterations < 40
    np.testing.assert_allclose(found.welfare, plain_one_sector(trade, change, 4.0, imbalance)[2], rtol=1e-9)


def test_newton_takes_over_where_sweeps_do_not_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    trade, change = made_world(12, 4), made_change(12, 4)
    swept = equilibrium(trade, change)
    monkeypatch.setattr("khasan.gravity.armington.solve.SWEEPS", 1)
    for imbalance in BOTH:
        stepped = equilibrium(trade, change, 4.0, imbalance)
        assert stepped.residual <= 1e-12
        assert stepped.iterations < 12
    np.testing.assert_allclose(equilibrium(trade, change).wages, swept.wages, rtol=1e-10)


def test_what_was_not_solved_is_told_with_its_residual(monkeypatch: pytest.MonkeyPatch) -> None:
    trade, change = made_world(6, 3), made_change(6, 3)
    for name in ("SWEEPS", "NEWTON_STEPS", "PLAIN", "BIDDING"):
        monkeypatch.setattr(f"khasan.gravity.armington.solve.{name}", 1)
    said = r"no equilibrium found: after \d+ iterations .* still differ by .* does not prove that there is none"
    with pytest.raises(NoConvergence, match=said) as told:
        equilibrium(trade, change)
    assert 1e-12 < told.value.residual < 1.0


def nearly_closed(size: int, country: int, little: float) -> Floats:
    """Leave a country a little of its trade."""
    change = np.ones((size, size))
    change[country], change[:, country] = little, little
    change[country, country] = 1.0
    return change


@pytest.mark.parametrize("imbalance", BOTH)
@pytest.mark.parametrize("little", [1e-8, 1e-10, 1e-12, 1e-14, 1e-30])
def test_the_wage_of_a_nearly_isolated_country_is_right(little: float, imbalance: Imbalance) -> None:
    """Near autarky exports are ``a w^-theta`` and imports ``b w^(1 + theta)``, at the prices of a world without it."""
    trade = np.array([[3.0, 1.0, 0.5], [1.0, 8.0, 0.7], [0.5, 0.7, 5.0]])
    found = equilibrium(trade, nearly_closed(3, 0, little), 4.0, imbalance)
    assert found.residual < 1e-12
    assert found.trade[0, 1:].sum() == pytest.approx(found.trade[1:, 0].sum(), rel=1e-12)
    income, share = trade.sum(axis=1), trade / trade.sum(axis=0)
    others = found.wages[1:]
    price = others**-4.0 @ share[1:, 1:]
    exports = (share[0, 1:] / price * income[1:] * others).sum()
    imports = (share[1:, 0] * others**-4.0).sum() * income[0] / share[0, 0]
    assert found.wages[0] == pytest.approx((exports / imports) ** (1.0 / 9.0), rel=1e-12 + 10.0 * little)


def test_a_start_nearby_takes_fewer_sweeps() -> None:
    trade, change = made_world(40, 4), made_change(40, 4)
    first = equilibrium(trade, change)
    again = equilibrium(trade, change, start=first.wages)
    assert again.iterations <= 1 < first.iterations
    np.testing.assert_allclose(again.welfare, first.welfare, rtol=1e-11)


GOOD = made_world(4, 1)
ONES = np.ones((4, 4))


def spoilt(value: float, place: tuple[int, int] = (1, 2), of: Floats = GOOD) -> Floats:
    """Put a bad value into a matrix."""
    matrix = of.copy()
    matrix[place] = value
    return matrix


@pytest.mark.parametrize(
    ("trade", "change", "options", "said"),
    [
        (spoilt(-1.0), ONES, {}, r"trade: country 1 to country 2 is negative \(-1.0\)"),
        (spoilt(np.nan), ONES, {}, "trade: country 1 to country 2 is missing"),
        (spoilt(np.inf), ONES, {}, "trade: country 1 to country 2 is infinite"),
        (GOOD[:3], ONES, {}, r"trade: shape \(3, 4\); it must be square"),
        (np.where(np.arange(4)[:, None] == 1, 0.0, GOOD), ONES, {}, "trade: country 1 sells nothing"),
        (np.where(np.arange(4) == 1, 0.0, GOOD), ONES, {}, "trade: country 1 buys nothing"),
        (GOOD, ONES[:3, :3], {}, r"cost_change: shape \(3, 3\)"),
        (GOOD, spoilt(-0.5, of=ONES), {}, "cost_change: country 1 to country 2 is negative"),
        (GOOD, spoilt(np.nan, of=ONES), {}, "cost_change: country 1 to country 2 is missing"),
        (GOOD, ONES, {"theta": 0.0}, "theta: 0.0; .* positive"),
        (GOOD, ONES, {"theta": np.nan}, "theta: nan"),
        (GOOD, ONES, {"theta": "a"}, "theta: 'a'; .* positive number"),
        (GOOD, ONES, {"theta": None}, "theta: None; .* positive number"),
        (GOOD, spoilt(0.5, of=ONES), {"theta": 1e-6}, "theta: 1e-06; the price index of .* at least about"),
        (GOOD * 1j, ONES, {}, "trade: complex numbers"),
        (GOOD, ONES * 1j, {}, "cost_change: complex numbers"),
        (np.ma.masked_greater(GOOD, 0.5), ONES, {}, "trade: a masked array"),
        (GOOD, np.ma.masked_array(ONES), {}, "cost_change: a masked array"),
        (GOOD, ONES, {"start": ["a", "b", "c", "d"]}, "start: it must be an array of numbers"),
        (GOOD, ONES, {"imbalance": "none"}, "imbalance: 'none'"),
        (GOOD, ONES, {"imbalance_if_isolated": "keep"}, "imbalance_if_isolated: 'keep'"),
        (GOOD, ONES, {"countries": ["A", "B", "B", "C"]}, "countries: 4 names, 3 different"),
        (GOOD, ONES, {"start": [1.0, 1.0, 1.0, -1.0]}, "start: it must be 4 positive wages"),
        (np.full((4, 4), 1e308), ONES, {}, "trade: the cells add up to more than a number can hold"),
        (GOOD, ONES, {"tolerance": np.nan}, "tolerance: nan; it must lie above 0 and below 1"),
        (GOOD, ONES, {"tolerance": -1}, "tolerance: -1; it must lie above 0 and below 1"),
        (GOOD, ONES, {"tolerance": 0}, "tolerance: 0; it must lie above 0 and below 1"),
        (GOOD, ONES, {"tolerance": 1.0}, "tolerance: 1.0; it must lie above 0 and below 1"),
        (GOOD, ONES, {"tolerance": "a"}, "tolerance: 'a'; it must lie above 0 and below 1"),
        (GOOD, ONES, {"tolerance": True}, "tolerance: True; it must lie above 0 and below 1"),
        (GOOD, ONES, {"imbalance": ["additive"]}, r"imbalance: \['additive'\]; it is 'additive' or"),
        (GOOD, ONES, {"imbalance_if_isolated": [1]}, r"imbalance_if_isolated: \[1\]; it is 'error' or"),
        (GOOD, ONES, {"countries": 3}, "countries: 3; it must be a list of names"),
        (GOOD, ONES, {"countries": [1, 2, 3, 4]}, "countries: 1 is no name"),
        ([[1.0, 2.0], [3.0]], ONES, {}, "trade: it must be an array of numbers, rows of one length"),
        (GOOD, [[1.0, 2.0], [3.0]], {}, "cost_change: it must be an array of numbers, rows of one length"),
    ],
)
def test_bad_input_is_refused(trade: Floats, change: Floats, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        equilibrium(trade, change, **options)  # type: ignore[arg-type]
