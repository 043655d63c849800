"""Losses over every setting of a small world, against the equilibrium solved one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
import pytest
from facts import world
from small_world import (
    CODES,
    RESTS_ON,
    TRADE,
    base,
    cut_off,
    ledger,
    others,
    plain_welfare,
    sized,
    vetted_trade,
    worlds,
)

from khasan.gravity import equilibrium
from khasan.gravity.uncertainty.worlds import Worlds
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.measures.leaving.asked import ALL, Asked, rounded
from khasan.measures.leaving.losses import check_members, client_rows, losses, read_from

OVER = ("theta=2:8", "size=0.5:1", "basis=reported,vetted", "imbalance=additive,multiplicative")
SETTINGS = tuple(
    product(
        (4.0, 2.0, 8.0), (math.sqrt(0.5), 0.5, 1.0), ("reported", "vetted"), ("additive", "multiplicative")
    )
)  # fmt: skip
AMONG = ("RIV", "PAT", "OPP")
SIX = 2e-5
"""Findings keep six digits, and differences of losses lose some of them."""


def asked(over: tuple[str, ...] = OVER, among: tuple[str, ...] = AMONG, draws: int = 0) -> Asked:
    return Asked("CLI", among, 2010, over, draws)


@pytest.fixture(scope="module")
def found() -> tuple[Finding, ...]:
    return losses(ledger(), worlds(), asked())


@dataclass(frozen=True)
class Solved:
    """Losses at every setting, for every group that leaves."""

    at: dict[frozenset[str], np.ndarray]

    def of(self, *codes: str) -> np.ndarray:
        return self.at[frozenset(codes)]

    def shapley(self, member: str) -> np.ndarray:
        """Mean over all orders of leaving of what the client loses more."""
        orders = list(permutations(AMONG))
        parts = []
        for order in orders:
            before = order[: order.index(member)]
            parts.append(self.of(*before, member) - self.of(*before))
        return np.asarray(sum(parts) / len(orders))


def solve(group: tuple[str, ...], theta: float, size: float, basis: str, imbalance: str) -> float:
    trade = sized(vetted_trade() if basis == "vetted" else TRADE, size)
    if len(group) == len(CODES) - 1:
        # Alone it loses its real wage, whatever its imbalance: own share to the power 1 / theta.
        return float(100.0 * (1.0 - (trade[0, 0] / trade[:, 0].sum()) ** (1.0 / theta)))
    left = [place for place, code in enumerate(CODES) if code not in ("CLI", *group)]
    if trade[left, 0].any() != trade[0, left].any():
        group = CODES[1:]  # nobody pays for trade in one direction only, so it ends too
    solved = equilibrium(
        trade, cut_off(*group), theta=theta, imbalance=imbalance, imbalance_if_isolated="zero"  # type: ignore[arg-type]
    )  # fmt: skip
    return 100.0 * (1.0 - float(solved.welfare[0]))


@pytest.fixture(scope="module")
def solved() -> Solved:
    groups = [frozenset(), *(frozenset(one) for size in (1, 2, 3) for one in permutations(AMONG, size))]
    groups.append(frozenset(CODES[1:]))
    return Solved({group: np.array([solve(tuple(group), *at) for at in SETTINGS]) for group in set(groups)})


def one(found: tuple[Finding, ...], method: str, **given: str) -> Finding:
    (only,) = (each for each in found if each.method == method and given.items() <= each.parameters.items())
    return only


@pytest.mark.parametrize(
    ("method", "given", "outcome"),
    [
        ("leaving_loss", {"leaving": "RIV"}, lambda s: s.of("RIV")),
        ("leaving_loss", {"leaving": "PAT"}, lambda s: s.of("PAT")),
        ("leaving_loss", {"leaving": "RIV;PAT"}, lambda s: s.of("RIV", "PAT")),
        ("leaving_loss", {"leaving": "RIV;PAT;OPP"}, lambda s: s.of("RIV", "PAT", "OPP")),
        ("leaving_loss", {"leaving": ALL}, lambda s: s.of(*CODES[1:])),
        ("leaving_interaction", {}, lambda s: s.of("RIV", "PAT") - s.of("RIV") - s.of("PAT")),
        ("leaving_last", {"member": "RIV"}, lambda s: s.of("RIV", "PAT", "OPP") - s.of("PAT", "OPP")),
        ("leaving_last", {"member": "PAT"}, lambda s: s.of("RIV", "PAT", "OPP") - s.of("RIV", "OPP")),
        ("leaving_worth", {"member": "RIV"}, lambda s: s.shapley("RIV")),
        ("leaving_worth", {"member": "PAT"}, lambda s: s.shapley("PAT")),
    ],
)  # fmt: skip
def test_middle_and_ends_are_those_of_all_settings(
    found: tuple[Finding, ...],
    solved: Solved,
    method: str,
    given: dict[str, str],
    outcome: Callable[[Solved], np.ndarray],
) -> None:
    finding, at = one(found, method, **given), outcome(solved)
    assert len(at) == 36
    by_hand = (float(np.median(at)), float(at.min()), float(at.max()))
    assert (finding.value, finding.low, finding.high) == pytest.approx(by_hand, rel=SIX, abs=1e-6)
    assert (finding.unit, finding.channel, finding.evidence) == ("percent", "trade", RESTS_ON)


def test_one_setting_by_the_textbook_fixed_point() -> None:
    given = asked(("basis=reported,vetted",))
    same = Worlds(base(TRADE), base(TRADE, "vetted"), 1.0, "reported")
    finding = one(losses(ledger(), same, given), "leaving_loss", leaving="RIV;PAT")
    by_hand = 100.0 * (1.0 - plain_welfare(TRADE, cut_off("RIV", "PAT"), 4.0, np.zeros(5)))
    assert finding.value == finding.low == finding.high == pytest.approx(by_hand, rel=SIX)
    assert by_hand > 0.5  # a loss that is worth the test


def test_at_one_setting_worths_add_to_the_joint_loss() -> None:
    same = Worlds(base(TRADE), base(TRADE, "vetted"), 1.0, "reported")
    found = losses(ledger(), same, asked(("basis=reported,vetted",), ("RIV", "PAT", "HST")))
    worths = [one(found, "leaving_worth", member=code).value for code in ("RIV", "PAT", "HST")]
    joint = one(found, "leaving_loss", leaving="RIV;PAT;HST").value
    assert sum(worths) == pytest.approx(joint, rel=SIX)
    assert min(worths) > 0.0
    pair = one(found, "leaving_loss", leaving="RIV;PAT").value
    alone = sum(one(found, "leaving_loss", leaving=code).value for code in ("RIV", "PAT"))
    assert one(found, "leaving_interaction").value == pytest.approx(pair - alone, abs=1e-5)


def test_what_carries_a_loss_is_the_total_index_of_the_grid(found: tuple[Finding, ...], solved: Solved) -> None:
    """Total index: mean variance along one factor with all others fixed, over the variance of all settings."""
    names = ("theta", "size", "basis", "imbalance")
    for leaving, codes in (("RIV", ("RIV",)), ("RIV;PAT", ("RIV", "PAT")), (ALL, CODES[1:])):
        cube = solved.of(*codes).reshape(3, 3, 2, 2)
        for axis, name in enumerate(names):
            finding = one(found, "leaving_carried", leaving=leaving, due_to=name)
            assert finding.value == pytest.approx(cube.var(axis=axis).mean() / cube.var(), rel=1e-4, abs=1e-6)
            assert finding.unit == "share"
        assert sum(one(found, "leaving_carried", leaving=leaving, due_to=name).value for name in names) > 0.999


def test_leaving_without_recorded_trade_changes_nothing_and_is_told(found: tuple[Finding, ...]) -> None:
    for method, given in (("leaving_loss", {"leaving": "OPP"}), ("leaving_worth", {"member": "OPP"})):
        finding = one(found, method, **given)
        assert finding.value == finding.low == finding.high == 0.0
    told = one(found, "leaving_loss", leaving="RIV").caveats
    assert any(line.startswith("OPP: no trade with CLI is recorded in 2010") for line in told)
    assert not any(line.startswith(("RIV:", "PAT:")) for line in told)


def test_what_is_assumed_and_read_stands_beside_a_loss(found: tuple[Finding, ...]) -> None:
    told = one(found, "leaving_loss", leaving="RIV").caveats
    assert told[0].startswith("Over the trade elasticity 2 to 8, ")
    assert "Read from office-trade 7 (sha256 0123456789ab)" in told
    assert "suspect flows set aside (USD million): CLI to HST 40" in told
    assert any("no probability" in line for line in told)
    assert not any("left out: they" in line for line in told)
    assert read_from(Worlds(replace(base(TRADE), data=()), None, 1.0, "reported")) == []


def test_settings_at_which_the_client_would_export_more_than_it_makes_are_left_out_and_counted() -> None:
    # The client exports 130 of 1,030: at a size of 0.1 it would make 103. The middle, 0.316, can be solved.
    given = asked(("theta=2:8", "size=0.1:1"))
    found = losses(ledger(), Worlds(base(TRADE), None, 1.0, "reported"), given)
    finding = one(found, "leaving_loss", leaving="RIV")
    assert any(line.startswith("3 of 9 settings are left out") and "CLI" in line for line in finding.caveats)
    left = [solve(("RIV",), theta, size, "reported", "additive") for theta in (4, 2, 8) for size in (math.sqrt(0.1), 1)]
    by_hand = (float(np.median(left)), min(left), max(left))
    assert (finding.value, finding.low, finding.high) == pytest.approx(by_hand, rel=SIX)
    assert not any(each.method == "leaving_carried" for each in found)  # of a grid with holes nothing is told apart


def test_drawn_ranges_lie_within_their_ends_and_say_where_the_law_matters() -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    given = asked(("theta=2:8", "size=0.3:1"), draws=8)
    found = losses(ledger(), worlds(), given)
    ends = [solve(("RIV",), theta, size, "reported", "additive") for theta in (2, 8) for size in (0.3, 1.0)]
    finding = one(found, "leaving_loss", leaving="RIV")
    assert min(ends) < finding.low < finding.value < finding.high < max(ends)
    assert finding.parameters["draws"] == 8
    assert finding.id == one(losses(ledger(), worlds(), given), "leaving_loss", leaving="RIV").id
    told = [line for line in finding.caveats if line.startswith("not robust to how the ranges are drawn")]
    assert len(told) == 1
    assert "(uniform)" in told[0]
    assert "(log-uniform)" in told[0]


def test_only_the_clients_rows_of_the_year_and_compiler_are_cited() -> None:
    assert client_rows(ledger(), "CLI", 2010, "Office") == list(RESTS_ON)
    assert client_rows(ledger(), "CLI", 2009, "Office") == []  # no size is known
    assert client_rows(ledger(), "CLI", 2010, "Bureau") == ["doubt", "elsewhere", "size-cli"]
    assert client_rows(ledger(), "OPP", 2010, "Office") == []
    assert client_rows(ledger(), "CLI", 2011, "Office") == []


def test_without_rows_of_the_clients_trade_there_is_no_finding() -> None:
    assert losses(world(observation=others()[2:]), worlds(), asked()) == ()


@pytest.mark.parametrize(
    ("client", "among", "message"),
    [
        ("CLI", ("RIV",), "name two or more partners of CLI"),
        ("CLI", ("RIV", "RIV"), "each once"),
        ("CLI", ("RIV", "CLI"), "each once"),
        ("CLI", ("RIV", "QQQ"), r"QQQ: not in the world of 2010 \(no gdp\)"),
        ("XXX", ("RIV", "PAT"), r"XXX: not in the world of 2010 \(no recorded trade\)"),
    ],
)
def test_members_that_do_not_fit_are_refused(client: str, among: tuple[str, ...], message: str) -> None:
    given = Asked(client, among, 2010, OVER, 0)
    with pytest.raises(InputError, match=message):
        losses(ledger(), worlds(), given)
    with pytest.raises(InputError, match=message):
        check_members(worlds(), given)
    check_members(worlds(), asked())


def test_six_digits_are_kept() -> None:
    assert [rounded(one) for one in (1.23456789, 1234567.8, -0.000123456789, 0.0)] == [
        1.23457, 1234570.0, -0.000123457, 0.0,
    ]  # fmt: skip
