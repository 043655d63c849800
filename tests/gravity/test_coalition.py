"""Coalitions: values by two ways, Shapley values by all orders of joining, and the laws that they keep."""

from __future__ import annotations

from itertools import combinations, permutations
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from khasan.gravity import equilibrium
from khasan.gravity.armington.batch import Equilibria, equilibria
from khasan.gravity.coalition.caveats import share_of, why_no_share
from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.joining import one_more, who_must_join
from khasan.gravity.coalition.offer import what_undoes
from khasan.gravity.coalition.sampled import sampled_shapley
from khasan.gravity.coalition.shapley import first_in, interaction, last_in, shapley, sizes_of
from khasan.gravity.coalition.student import reach_of
from khasan.gravity.coalition.value import coalition
from khasan.gravity.scenario.one_sector import solve_changed
from khasan.gravity.scenario.world import BaseWorld
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_world

Floats = NDArray[np.float64]


@st.composite
def games(draw: st.DrawFn, most: int = 5) -> Floats:
    """Draw values of all coalitions of up to some members."""
    count = draw(st.integers(1, most))
    numbers = draw(st.lists(st.floats(-10, 10), min_size=2**count - 1, max_size=2**count - 1))
    return np.array([0.0, *numbers])


def brute(values: Floats) -> Floats:
    """Average marginal contributions over all orders of joining, one by one."""
    count = len(values).bit_length() - 1
    found = np.zeros(count)
    for order in permutations(range(count)):
        coalition_ = 0
        for member in order:
            found[member] += values[coalition_ | 1 << member] - values[coalition_]
            coalition_ |= 1 << member
    return found / factorial(count)


def world(size: int = 6, seed: int = 3, trade: Floats | None = None) -> BaseWorld:
    matrix = made_world(size, seed) if trade is None else trade
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(matrix)])
    return BaseWorld(2011, names, matrix, {}, (), 0, "Made up", "reported", "gdp", 1.0)


def game(senders: str, base: BaseWorld | None = None, target: str = "A", **changed: Any) -> Game:
    given: dict[str, Any] = {"cut": 1.0, "theta": 4.0, "imbalance": "additive"} | changed
    return Game(base or world(), target, {one: (one,) for one in senders}, **given)


# -- Shapley values ------------------------------------------------------------------------------------------


@given(games())
def test_shapley_values_are_means_over_all_orders_and_add_up(values: Floats) -> None:
    found = shapley(values)
    np.testing.assert_allclose(found, brute(values), atol=1e-10)
    assert found.sum() == pytest.approx(values[-1], abs=1e-10)


def test_values_of_the_glove_game_are_the_known_ones() -> None:
    # One left glove and two right ones: the owner of the left one gets 2/3, the others 1/6 each.
    values = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    np.testing.assert_allclose(shapley(values), [2 / 3, 1 / 6, 1 / 6], atol=1e-15)
    np.testing.assert_allclose(first_in(values), 0.0)
    np.testing.assert_allclose(last_in(values), [1.0, 0.0, 0.0])
    # Two right gloves are substitutes: I_23 = (v(23) - v(2) - v(3)) / 2 + (v(123) - v(12) - v(13) + v(1)) / 2.
    np.testing.assert_allclose(interaction(values), [[0, 0.5, 0.5], [0.5, 0, -0.5], [0.5, -0.5, 0]], atol=1e-15)


@given(games(4))
def test_members_who_swap_places_swap_values(values: Floats) -> None:
    count = len(values).bit_length() - 1
    order = list(reversed(range(count)))
    moved = np.array(
        [values[sum(1 << order[bit] for bit in range(count) if one >> bit & 1)] for one in range(2**count)]
    )
    np.testing.assert_allclose(shapley(moved), shapley(values)[order], atol=1e-10)
    np.testing.assert_allclose(interaction(moved), interaction(values)[np.ix_(order, order)], atol=1e-10)


@given(games(4))
def test_a_member_who_never_matters_is_worth_nothing(values: Floats) -> None:
    with_dummy = np.concatenate([values, values])
    found = shapley(with_dummy)
    assert found[-1] == 0.0
    np.testing.assert_allclose(found[:-1], shapley(values), atol=1e-10)
    np.testing.assert_allclose(interaction(with_dummy)[-1], 0.0, atol=1e-12)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_members_who_only_add_are_worth_what_they_add(worth: list[float]) -> None:
    values = np.array(
        [sum(worth[bit] for bit in range(len(worth)) if one >> bit & 1) for one in range(2 ** len(worth))]
    )
    for found in (shapley(values), first_in(values), last_in(values)):
        np.testing.assert_allclose(found, worth, atol=1e-10)
    np.testing.assert_allclose(interaction(values), 0.0, atol=1e-10)


def test_sizes_count_bits() -> None:
    assert sizes_of(4).tolist() == [one.bit_count() for one in range(16)]


@pytest.mark.parametrize("values", [[0.0, 1.0, 2.0], [1.0, 1.0], [0.0, float("nan")], []])
def test_values_that_are_no_game_are_refused(values: list[float]) -> None:
    with pytest.raises(InputError, match="coalition values"):
        shapley(np.array(values))


# -- sampled values ------------------------------------------------------------------------------------------


def test_sampled_values_add_up_and_hold_the_exact_ones() -> None:
    generator = np.random.default_rng(1)
    held, width = 0, []
    for seed in range(40):
        values = np.concatenate([[0.0], generator.normal(0.0, 1.0, 2**6 - 1).cumsum()])
        found = sampled_shapley(lambda wanted, values=values: values[list(wanted)], 6, 60, seed)  # type: ignore[misc]
        assert found.shapley.sum() == pytest.approx(values[-1], abs=1e-9)
        exact = shapley(values)
        held += int(((found.low <= exact) & (exact <= found.high)).sum())
        width.append((found.high - found.low).mean())
    # 240 intervals at 90 percent: 216 expected, with a standard error below 5 were they independent.
    assert 195 <= held <= 236
    assert min(width) > 0.0


def test_sampling_asks_for_each_coalition_once_and_repeats_with_its_seed() -> None:
    asked: list[int] = []

    def evaluate(wanted: Any) -> Floats:
        asked.extend(wanted)
        return np.array([float(one.bit_count() ** 2) for one in wanted])

    one = sampled_shapley(evaluate, 20, 10, 7)
    assert len(asked) == len(set(asked))
    np.testing.assert_array_equal(one.shapley, sampled_shapley(evaluate, 20, 10, 7).shapley)


@pytest.mark.parametrize(
    ("orders", "seed", "why"),
    [(5, 7, "orders 5: give an even number"), (2, 7, "orders 2: "), (0, 7, "orders 0: "), (10, -1, "seed -1: give a")],
)
def test_what_cannot_be_drawn_is_refused_with_any_number_of_members(orders: int, seed: int, why: str) -> None:
    with pytest.raises(InputError, match=f"^{why}"):
        sampled_shapley(lambda wanted: np.zeros(len(wanted)), 20, orders, seed)
    with pytest.raises(InputError, match=f"^{why}"):
        coalition(game("BC"), orders=orders, seed=seed)


def test_a_sampled_interval_reaches_as_far_as_student_says() -> None:
    """With two pairs of orders there is one degree of freedom: tan(0.45 pi) = 6.3138 standard errors, not 1.645."""
    values = np.concatenate([[0.0], np.random.default_rng(2).normal(0.0, 1.0, 2**5 - 1)])
    found = sampled_shapley(lambda wanted: values[list(wanted)], 5, 4, 3)
    random, brought = np.random.default_rng(3), []
    for _ in range(2):
        order = random.permutation(5).tolist()
        both = np.zeros(5)
        for line in (order, order[::-1]):
            before = 0
            for member in line:
                both[member] += (values[before | 1 << member] - values[before]) / 2.0
                before |= 1 << member
        brought.append(both)
    # Of two values the standard error of the mean is half of their distance.
    reach = np.tan(0.45 * np.pi) * np.abs(brought[0] - brought[1]) / 2.0
    np.testing.assert_allclose(found.shapley, (brought[0] + brought[1]) / 2.0, atol=1e-12)
    np.testing.assert_allclose(found.high - found.low, 2.0 * reach, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("degrees", "reach"),
    # Two-sided 90 percent, from the table of Student's t in any textbook.
    [(1, 6.3138), (2, 2.9200), (3, 2.3534), (4, 2.1318), (5, 2.0150), (10, 1.8125), (30, 1.6973), (120, 1.6577)],
)
def test_the_reach_is_that_of_the_printed_tables(degrees: int, reach: float) -> None:
    assert reach_of(0.9, degrees) == pytest.approx(reach, abs=5e-5)


@given(st.integers(1, 3_000), st.floats(0.01, 0.999))
def test_the_reach_is_that_of_a_library_of_statistics(degrees: int, level: float) -> None:
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    assert reach_of(level, degrees) == pytest.approx(stats.t.ppf(0.5 + level / 2.0, degrees), rel=1e-9)


@pytest.mark.parametrize(("level", "degrees"), [(0.9, 0), (0.0, 5), (1.0, 5), (float("nan"), 5)])
def test_a_level_that_is_none_is_refused(level: float, degrees: int) -> None:
    with pytest.raises(InputError, match="degrees of freedom"):
        reach_of(level, degrees)


# -- values of coalitions ------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 1_400), st.sampled_from(["additive", "multiplicative"]), st.floats(0.1, 1.0))
def test_values_are_those_of_the_solver_one_by_one(seed: int, imbalance: Any, cut: float) -> None:
    base = world(6, seed, made_world(6, seed, uneven=0.5))
    played = game("BCD", base, imbalance=imbalance, cut=cut)
    values, residual = played.all_values()
    assert residual <= 1e-12
    assert values[0] == 0.0
    for mask in range(8):
        change = np.ones((6, 6))
        for bit in range(3):
            if mask >> bit & 1:
                change[0, bit + 1] = change[bit + 1, 0] = 1.0 - cut
        direct = equilibrium(base.trade, change, 4.0, imbalance)
        assert values[mask] == pytest.approx(100.0 * (1.0 - direct.welfare[0]), abs=1e-8)


@settings(max_examples=15)
@given(st.integers(0, 1_400))
def test_the_worth_of_members_adds_up_to_the_loss_and_swaps_with_them(seed: int) -> None:
    base = world(6, seed, made_world(6, seed, uneven=0.5))
    one, other = coalition(game("BCD", base)), coalition(game("DBC", base))
    assert sum(one.shapley.values()) == pytest.approx(one.total, abs=1e-12)
    for name in "BCD":
        assert one.shapley[name] == pytest.approx(other.shapley[name], abs=1e-9)
        assert one.own_cost[name] == pytest.approx(other.own_cost[name], abs=1e-9)


def test_twins_are_worth_the_same_and_strangers_nothing() -> None:
    trade = made_world(6, 3, uneven=0.5)
    trade[[2, 3]] = trade[[1, 1]]
    trade[:, [2, 3]] = trade[:, [1, 1]]
    trade[4, 0] = trade[0, 4] = 0.0
    found = coalition(game("BCE", world(trade=trade)))
    assert found.shapley["B"] == pytest.approx(found.shapley["C"], abs=1e-10)
    assert (found.shapley["E"], found.first_in["E"], found.last_in["E"]) == (0.0, 0.0, 0.0)
    assert any(caveat.startswith("E: no trade with A is recorded") for caveat in found.caveats)


def test_the_result_has_the_agreed_keys() -> None:
    told = coalition(game("BC")).as_dict()
    agreed = ["target", "members", "coalitions", "shapley", "first_in", "last_in", "interaction"]
    assert list(told)[:7] == agreed
    assert [one["members"] for one in told["coalitions"]] == [[], ["B"], ["C"], ["B", "C"]]
    assert told["coalitions"][0]["value"] == 0.0
    assert told["first_in"]["C"] == told["coalitions"][2]["value"]
    assert told["interaction"][0]["members"] == ["B", "C"]
    both = told["coalitions"][3]["value"] - told["coalitions"][1]["value"] - told["coalitions"][2]["value"]
    assert told["interaction"][0]["value"] == pytest.approx(both)
    assert told["potential"]["share"] == pytest.approx(told["coalitions"][3]["value"] / told["potential"]["value"])
    assert told["target"] == "A"


def test_a_group_acts_as_one_and_its_cost_is_weighted_by_spending() -> None:
    base = world()
    group = Game(base, "A", {"BC": ("B", "C"), "D": ("D",)}, 1.0, 4.0, "additive")
    found, single = coalition(group), coalition(game("BCD", base))
    assert found.total == pytest.approx(single.total, abs=1e-9)
    spending = base.trade.sum(axis=0)
    wanted = (single.own_cost["B"] * spending[1] + single.own_cost["C"] * spending[2]) / (spending[1] + spending[2])
    assert found.own_cost["BC"] == pytest.approx(wanted, abs=1e-9)


def test_more_than_sixteen_members_are_sampled_and_add_up() -> None:
    base = world(20, 5, made_world(20, 5, uneven=0.4))
    played = game("BCDEFGHIJKLMNOPQR", base)
    found = coalition(played, orders=20, seed=1)
    assert sum(found.shapley.values()) == pytest.approx(found.total, abs=1e-9)
    assert set(found.interval) == set("BCDEFGHIJKLMNOPQR")
    assert all(low <= found.shapley[name] <= high for name, (low, high) in found.interval.items())
    assert found.interaction == ()
    direct = np.ones((20, 20))
    direct[0, 1:18] = direct[1:18, 0] = 0.0
    assert found.total == pytest.approx(100 * (1 - equilibrium(base.trade, direct).welfare[0]), abs=1e-8)
    assert any("sampled" in caveat for caveat in found.caveats)
    assert any("from only 20 orders is too short" in caveat for caveat in found.caveats)


def test_a_member_without_trade_is_worth_exactly_nothing_where_values_are_sampled() -> None:
    trade = made_world(20, 5, uneven=0.4)
    trade[[4, 7], 0] = trade[0, [4, 7]] = 0.0
    found = coalition(game("BCDEFGHIJKLMNOPQR", world(20, 5, trade)), orders=4, seed=1)
    for idle in "EH":
        assert (found.shapley[idle], found.first_in[idle], found.last_in[idle]) == (0.0, 0.0, 0.0)
        assert found.interval[idle] == (0.0, 0.0)
    assert sum(found.shapley.values()) == pytest.approx(found.total, abs=1e-9)
    assert all(found.shapley[name] != 0.0 for name in "BCDFG")


@pytest.mark.parametrize("senders", ["BCD", "BCDEFGHIJKLMNOPQR"])
def test_the_residual_is_the_largest_of_all_worlds(senders: str, monkeypatch: pytest.MonkeyPatch) -> None:
    base = world(20, 5, made_world(20, 5, uneven=0.4))
    seen: list[float] = []

    def watched(*given: Any, **more: Any) -> Equilibria:
        found = equilibria(*given, **more)
        seen.extend(found.residual.tolist())
        return found

    monkeypatch.setattr("khasan.gravity.coalition.game.equilibria", watched)
    played = game(senders, base, cut=0.7)
    found = coalition(played, orders=4)
    assert len(seen) > len(found.coalitions)
    assert found.residual == max(seen)
    # Asked again, the same answer: nothing is left over from the first time.
    assert coalition(played, orders=4).residual == found.residual


# -- isolation -----------------------------------------------------------------------------------------------


def test_a_coalition_of_all_puts_the_target_in_autarky_and_says_so() -> None:
    base = world(4, 3, made_world(4, 3, uneven=0.3))
    found = coalition(game("BCD", base))
    home, income, spending = base.trade[0, 0], base.trade[0].sum(), base.trade[:, 0].sum()
    assert found.total == pytest.approx(100.0 * (1.0 - income / spending * (home / spending) ** 0.25), abs=1e-9)
    assert found.potential_share == 1.0
    # In isolation nobody is left to carry an imbalance: what counts is the real wage, in either closure.
    assert found.potential == pytest.approx(100.0 * (1.0 - (home / spending) ** 0.25), abs=1e-12)
    assert any("cut A off from all trade" in caveat for caveat in found.caveats)
    assert any("counts and the potential does not" in caveat for caveat in found.caveats)
    ratio = coalition(game("BCD", base, imbalance="multiplicative"))
    assert ratio.total == pytest.approx(100.0 * (1.0 - (home / spending) ** 0.25), abs=1e-9)
    assert (ratio.potential, ratio.potential_share) == (found.potential, 1.0)


def test_the_potential_is_the_loss_of_the_real_wage_in_isolation_whatever_is_owed() -> None:
    """A buys 5 of 10 at home: at a theta of 2 isolation costs 1 - 0.5 ** 0.5, with a surplus as with a deficit."""
    for sales in (3.0, 5.0, 8.0):
        trade = np.array([[5.0, sales, 0.5], [3.0, 900.0, 50.0], [2.0, 50.0, 900.0]])
        for imbalance in ("additive", "multiplicative"):
            played = game("B", world(trade=trade), theta=2.0, imbalance=imbalance)
            assert played.potential() == pytest.approx(100.0 * (1.0 - 0.5**0.5), abs=1e-12)
            ratio = game("BC", world(trade=trade), theta=2.0, imbalance="multiplicative")
            assert coalition(ratio).total == pytest.approx(played.potential(), abs=1e-9)


@given(st.integers(0, 500), st.floats(0.05, 0.95))
@settings(max_examples=15)
def test_the_potential_of_a_partial_cut_is_that_of_the_solved_world(seed: int, cut: float) -> None:
    base = world(5, seed, made_world(5, seed, uneven=0.3))
    change = np.ones((5, 5))
    change[0, 1:] = change[1:, 0] = 1.0 - cut
    found = coalition(game("BCDE", base, cut=cut))
    assert found.potential == pytest.approx(100.0 * (1.0 - equilibrium(base.trade, change).welfare[0]), abs=1e-8)
    # All are members: their share is all of it, not a trifle more or less.
    assert found.potential_share == pytest.approx(1.0, abs=1e-9)
    assert found.potential_share is not None
    assert found.potential_share <= 1.0


def test_a_loss_that_is_no_part_of_the_potential_has_no_share_and_says_why() -> None:
    # A buys 60 from B and 1 from C and sells them little: once B is gone, C must carry the deficit.
    deficit = np.array([[30.0, 5.0, 2.0], [40.0, 900.0, 50.0], [2.0, 50.0, 900.0]])
    found = coalition(game("B", world(trade=deficit)))
    assert found.total > found.potential > 0.0
    assert found.potential_share is None
    assert found.as_dict()["potential"] == {"value": found.potential, "share": None}
    assert any("costs more than to trade with nobody" in caveat for caveat in found.caveats)
    # A sells B more than it buys: isolation drops the surplus, which is a gain, and yet all that there is to lose.
    surplus = np.array([[90.0, 12.0, 1.0, 1.0], [1.0, 900.0, 9.0, 9.0], [2.0, 9.0, 900.0, 9.0], [2.0, 9.0, 9.0, 900.0]])
    alone = coalition(game("BCD", world(trade=surplus)))
    assert alone.total < 0.0
    assert alone.potential == pytest.approx(100.0 * (1.0 - (90.0 / 95.0) ** 0.25), abs=1e-12)
    assert alone.potential_share == 1.0


@pytest.mark.parametrize(
    ("total", "potential", "alone", "share"),
    [
        (1.0, 2.0, False, 0.5),
        (2.0 + 1e-12, 2.0, False, 1.0),
        (-1e-12, 2.0, False, 0.0),
        (2.1, 2.0, False, None),
        (-0.1, 2.0, False, None),
        (-3.0, 2.0, True, 1.0),
        (0.0, 0.0, True, None),
        (1.0, -2.0, False, None),
    ],
)
def test_a_share_lies_between_nothing_and_all(total: float, potential: float, alone: bool, share: float | None) -> None:
    assert share_of(total, potential, alone=alone) == share
    if share is None:
        assert "no share of" in why_no_share(game("B"), total, potential)


def test_a_further_member_who_leaves_the_target_alone_is_told() -> None:
    base = world(4, 3, made_world(4, 3, uneven=0.3))
    told = [one for one in coalition(game("BC", base)).caveats if "with one more member (D) A is cut off" in one]
    assert len(told) == 1
    for other in (game("B", base), game("BCD", base), game("BC", base, imbalance="multiplicative")):
        assert not any("with one more member" in caveat for caveat in coalition(other).caveats)


def test_what_is_left_in_one_direction_only_counts_as_cut_off() -> None:
    trade = made_world(4, 3, uneven=0.3)
    trade[0, 3] = 0.0
    found = coalition(game("BC", world(trade=trade)))
    home, income, spending = trade[0, 0], trade[0].sum(), trade[:, 0].sum()
    assert found.total == pytest.approx(100.0 * (1.0 - income / spending * (home / spending) ** 0.25), abs=1e-9)
    assert found.potential == pytest.approx(100.0 * (1.0 - (home / spending) ** 0.25), abs=1e-12)
    assert found.potential_share == 1.0
    assert any("sales or purchases only" in caveat for caveat in found.caveats)


def test_a_coalition_without_equilibrium_is_named() -> None:
    # A sells far more than it buys; who is left cannot take it all, and a surplus in money cannot be given away.
    trade = np.array([[10.0, 60.0, 1.0], [5.0, 900.0, 50.0], [5.0, 50.0, 900.0]])
    with pytest.raises(InputError, match=r"^A restricted by B: "):
        coalition(game("B", world(trade=trade)))


def test_a_further_member_without_equilibrium_is_told_and_does_not_stop_the_rest() -> None:
    trade = np.array(
        [[10.0, 60.0, 1.0, 40.0], [5.0, 900.0, 50.0, 9.0], [5.0, 50.0, 900.0, 9.0], [5.0, 9.0, 9.0, 900.0]]
    )
    found = coalition(game("D", world(trade=trade)))
    gains = {row["member"]: row["gain"] for row in found.one_more}
    assert gains["B"] is None
    assert gains["C"] is not None
    assert list(gains) == ["C", "B"]
    assert any("no equilibrium with one more member: B" in caveat for caveat in found.caveats)


# -- joining and offers --------------------------------------------------------------------------------------


def test_one_more_member_adds_what_the_larger_coalition_costs() -> None:
    base = world()
    rows = one_more(game("BC", base))
    gains = {row["member"]: row["gain"] for row in rows}
    assert set(gains) == set("DEF")
    assert list(gains.values()) == sorted(gains.values(), reverse=True)
    first = rows[0]["member"]
    larger = coalition(game("BC" + first, base))
    assert rows[0]["value"] == pytest.approx(larger.total, abs=1e-9)
    assert rows[0]["gain"] == pytest.approx(larger.total - coalition(game("BC", base)).total, abs=1e-9)
    assert rows[0]["own_cost"] == pytest.approx(larger.own_cost[first], abs=1e-9)


def test_the_fewest_members_that_reach_a_loss_are_found_among_all_coalitions() -> None:
    played = game("BCDE")
    values, _ = played.all_values()
    loss = 0.6 * values[-1]
    found = who_must_join(played, loss, values)
    reaching = [
        len(chosen)
        for size in range(5)
        for chosen in combinations(range(4), size)
        if values[sum(1 << bit for bit in chosen)] >= loss
    ]
    assert found["exact"]
    assert found["reached"]
    assert len(found["members"]) == min(reaching)
    assert found["value"] >= loss


def test_who_must_join_reaches_the_loss_and_nobody_of_them_is_idle() -> None:
    base = world(8, 11, made_world(8, 11, uneven=0.5))
    played = game("B", base)
    values, _ = played.all_values()
    loss = float(values[-1] + 0.5 * (coalition(game("BCDEFGH", base)).total - values[-1]))
    found = who_must_join(played, loss, values)
    assert found["reached"]
    assert found["joined"]
    assert coalition(game("B" + "".join(found["joined"]), base)).total == pytest.approx(found["value"], abs=1e-8)
    for idle in found["joined"]:
        assert coalition(game("B" + "".join(found["joined"]).replace(idle, ""), base)).total < loss
    beyond = who_must_join(played, 99.0, values)
    assert not beyond["reached"]


@pytest.mark.parametrize("imbalance", ["additive", "multiplicative"])
def test_an_offer_undoes_the_loss(imbalance: Any) -> None:
    base = world(6, 3, made_world(6, 3, uneven=0.5))
    played = game("BC", base, imbalance=imbalance)
    change = np.ones((6, 6))
    change[0, 1:3] = change[1:3, 0] = 0.0
    money, cheaper = what_undoes(played, "D")
    assert (money["kind"], cheaper["kind"]) == ("transfer", "cost")
    if imbalance == "additive":
        given_ = np.array([money["size"], 0.0, 0.0, -money["size"], 0.0, 0.0])
        after = solve_changed(base.trade, change, given_, 4.0, "additive", "error", base.countries)
        assert after.welfare[0] == pytest.approx(1.0, abs=1e-8)
        assert money["patron_cost"] == pytest.approx(100.0 * (1.0 - after.welfare[3]), abs=1e-6)
    else:
        assert money["size"] is None
        assert "does not keep" in money["note"]
    change[0, 3] = change[3, 0] = (1.0 - cheaper["size"]) ** -4
    assert equilibrium(base.trade, change, 4.0, imbalance).welfare[0] == pytest.approx(1.0, abs=1e-8)


def test_offers_that_cannot_be_are_told() -> None:
    with pytest.raises(InputError, match="among the senders"):
        what_undoes(game("BC"), "B")
    with pytest.raises(InputError, match="is the target itself"):
        what_undoes(game("BC"), "A")
    trade = made_world(5, 3)
    trade[4, 0] = trade[0, 4] = 0.0
    money, cheaper = what_undoes(game("BCD", world(trade=trade)), "E")
    assert money["size"] is None
    assert "no trade left" in money["note"]
    assert cheaper["size"] is None
    assert "no trade to make cheaper" in cheaper["note"]
