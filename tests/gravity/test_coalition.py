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
from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.joining import one_more, who_must_join
from khasan.gravity.coalition.offer import what_undoes
from khasan.gravity.coalition.sampled import sampled_shapley
from khasan.gravity.coalition.shapley import first_in, interaction, last_in, shapley, sizes_of
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
    with pytest.raises(InputError, match="orders: 5"):
        sampled_shapley(evaluate, 20, 5, 7)


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


# -- isolation -----------------------------------------------------------------------------------------------


def test_a_coalition_of_all_puts_the_target_in_autarky_and_says_so() -> None:
    base = world(4, 3, made_world(4, 3, uneven=0.3))
    found = coalition(game("BCD", base))
    home, income, spending = base.trade[0, 0], base.trade[0].sum(), base.trade[:, 0].sum()
    assert found.total == pytest.approx(100.0 * (1.0 - income / spending * (home / spending) ** 0.25), abs=1e-9)
    assert found.potential_share == pytest.approx(1.0)
    assert any("cut A off from all trade" in caveat for caveat in found.caveats)
    ratio = coalition(game("BCD", base, imbalance="multiplicative"))
    assert ratio.total == pytest.approx(100.0 * (1.0 - (home / spending) ** 0.25), abs=1e-9)


def test_what_is_left_in_one_direction_only_counts_as_cut_off() -> None:
    trade = made_world(4, 3, uneven=0.3)
    trade[0, 3] = 0.0
    found = coalition(game("BC", world(trade=trade)))
    assert found.total == pytest.approx(found.potential, abs=1e-9)
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
