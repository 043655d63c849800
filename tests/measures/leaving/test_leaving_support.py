"""Gifts that make a loss good, and what recorded support replaces, against a fixed point of our own."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from facts import Row, seen
from small_world import CODES, RESTS_ON, TRADE, base, cut_off, ledger, plain_welfare, sized, vetted_trade, worlds

from khasan.gravity.uncertainty.worlds import Worlds
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.measures.leaving.asked import Asked, applied
from khasan.measures.leaving.kept import moves_with
from khasan.measures.leaving.support import GIFT, offer, replaced

OVER = ("theta=2:8", "size=0.5:1", "basis=reported,vetted", "imbalance=additive,multiplicative")
SETTINGS = tuple(product((4.0, 2.0, 8.0), (math.sqrt(0.5), 0.5, 1.0), (TRADE, vetted_trade())))
"""The middle of all ranges comes first."""


def asked(*over: str) -> Asked:
    return Asked("CLI", ("RIV", "PAT"), 2010, over or OVER)


def gift(giver: str, size: float) -> np.ndarray:
    received = np.zeros(5)
    received[0], received[CODES.index(giver)] = size, -size
    return received


def paid(name: str, span: str, value: float, giver: str = "PAT") -> Row:
    return seen(name, "paid", giver, "CLI", span, value)


def told(finding: Finding | None) -> Finding:
    assert finding is not None
    return finding


@pytest.mark.parametrize(("leaving", "patron"), [("RIV", "PAT"), ("PAT", "RIV"), ("RIV", "OPP")])
def test_the_gift_restores_the_clients_welfare(leaving: str, patron: str) -> None:
    found = told(offer(ledger(), worlds(), asked("theta=2:8"), leaving, patron))
    ends = sorted((found.low, found.value, found.high))
    assert ends == [found.low, found.value, found.high]
    assert plain_welfare(TRADE, cut_off(leaving), 4.0, gift(patron, found.value)) == pytest.approx(1.0, abs=2e-7)
    assert plain_welfare(TRADE, cut_off(leaving), 2.0, gift(patron, found.high)) == pytest.approx(1.0, abs=2e-7)
    assert plain_welfare(TRADE, cut_off(leaving), 8.0, gift(patron, found.low)) == pytest.approx(1.0, abs=2e-7)
    assert plain_welfare(TRADE, cut_off(leaving), 4.0, gift(patron, 0.0)) < 0.999  # without it there is a loss
    assert (found.unit, found.channel, found.evidence) == ("USD million", "trade", RESTS_ON)
    assert found.parameters["over"] == "theta:2:8"
    assert (found.parameters["leaving"], found.parameters["patron"]) == (leaving, patron)


def test_the_ends_of_the_gift_are_those_of_all_settings() -> None:
    found = told(offer(ledger(), worlds(), asked(), "RIV", "PAT"))
    assert found.parameters["over"] == "theta:2:8;size:0.5:1;basis:reported+vetted"  # a gift is money in one closure

    def at(place: int, size: float) -> float:
        theta, scale, trade = SETTINGS[place]
        return plain_welfare(sized(trade, scale), cut_off("RIV"), theta, gift("PAT", size))

    assert at(0, found.value) == pytest.approx(1.0, abs=2e-6)
    lost_with_least = [at(place, found.low) for place in range(len(SETTINGS))]
    lost_with_most = [at(place, found.high) for place in range(len(SETTINGS))]
    assert max(lost_with_least) == pytest.approx(1.0, abs=2e-6)
    assert min(lost_with_most) == pytest.approx(1.0, abs=2e-6)


def test_what_moves_a_gift_most_is_told() -> None:
    found = told(offer(ledger(), worlds(), asked("theta=2:8"), "RIV", "PAT"))
    line = next(one for one in found.caveats if "moves most" in one)
    ends = [f"{float(f'{end:.3g}'):,g}" for end in (found.low, found.high)]
    words = (
        f"it moves most with the trade elasticity: {ends[0]} to {ends[1]} million dollars with all else at the middle"
    )
    assert line == f"Over the trade elasticity 2 to 8; {words}"
    assert moves_with(found) == "the trade elasticity"


def test_who_does_not_trade_needs_no_gift() -> None:
    found = told(offer(ledger(), worlds(), asked("theta=2:8"), "OPP", "PAT"))
    assert found.value == found.low == found.high == 0.0


def test_settings_that_cannot_be_are_left_out_of_a_gift_and_counted() -> None:
    whole = told(offer(ledger(), worlds(), asked("size=0.1:1"), "RIV", "PAT"))
    assert any(line.startswith("at 1 of 3 settings no gift is enough, or the client would") for line in whole.caveats)
    middle = sized(TRADE, math.sqrt(0.1))
    assert plain_welfare(middle, cut_off("RIV"), 4.0, gift("PAT", whole.value)) == pytest.approx(1.0, abs=2e-6)
    # At a middle of 0.022 the client makes less than it exports, so nothing can be told.
    assert offer(ledger(), worlds(), asked("size=0.0005:1"), "RIV", "PAT") is None
    assert replaced(ledger(paid("p", "2010", 5)), worlds(), asked("size=0.0005:1"), "RIV", "PAT") is None


def test_a_gift_to_a_client_without_rows_is_none() -> None:
    assert offer(ledger(), worlds(), Asked("CLI", ("RIV", "PAT"), 2011, OVER), "RIV", "PAT") is None


def test_what_support_replaces_by_hand() -> None:
    snapshot = ledger(paid("p-1", "2010", 2.0), paid("p-2", "2010", 6.0))
    found = told(replaced(snapshot, worlds(), asked("theta=2:8"), "RIV", "PAT"))

    def share(theta: float, size: float) -> float:
        without = 1.0 - plain_welfare(TRADE, cut_off("RIV"), theta, gift("PAT", 0.0))
        return 1.0 - (1.0 - plain_welfare(TRADE, cut_off("RIV"), theta, gift("PAT", size))) / without

    # A year of 365 days is 365 / 365.25 years.
    least, middle, most = (size * 365.25 / 365 for size in (2.0, 4.0, 6.0))
    shares = [share(theta, size) for theta in (4.0, 2.0, 8.0) for size in (least, middle, most)]
    assert found.value == pytest.approx(share(4.0, middle), rel=1e-5)
    assert (found.low, found.high) == pytest.approx((min(shares), max(shares)), rel=1e-5)
    assert 0.0 < found.low < found.high
    assert found.evidence == tuple(sorted((*RESTS_ON, "p-1", "p-2")))
    assert (found.unit, found.channel) == ("share", "finance")
    assert GIFT in found.caveats
    assert any(line.startswith("2 to 6 USD million a year in prices of 2010") for line in found.caveats)


def test_support_over_years_is_a_yearly_sum_in_prices_of_the_base_year() -> None:
    """20 over the 731 days of 2008 and 2009, in dollars of 2008 (index 215.303), told in those of 2010 (218.056)."""
    over_years = told(
        replaced(ledger(paid("p", "2008-01-01/2009-12-31", 20.0)), worlds(), asked("theta=2:8"), "RIV", "PAT")
    )
    yearly = 20.0 * 365.25 / 731 * 218.056 / 215.303
    in_one = told(
        replaced(ledger(paid("p", "2010", yearly * 365 / 365.25)), worlds(), asked("theta=2:8"), "RIV", "PAT")
    )
    assert over_years.value == pytest.approx(in_one.value, rel=1e-5)


def test_no_money_replaces_nothing_and_more_replaces_more() -> None:
    values = [
        told(replaced(ledger(paid("p", "2010", size)), worlds(), asked(), "RIV", "PAT")).value
        for size in (0.0, 1.0, 5.0, 25.0)
    ]
    assert values[0] == 0.0
    assert values == sorted(values)
    assert len(set(values)) == 4
    whole = told(offer(ledger(), worlds(), asked("theta=2:8"), "RIV", "PAT")).value
    enough = told(replaced(ledger(paid("p", "2010", whole * 365 / 365.25)), worlds(), asked("theta=2:8"), "RIV", "PAT"))
    assert enough.value == pytest.approx(1.0, abs=1e-5)


def test_without_support_of_this_patron_in_money_there_is_no_share() -> None:
    assert replaced(ledger(), worlds(), asked(), "RIV", "PAT") is None
    assert replaced(ledger(paid("p", "2010", 5.0, giver="OPP")), worlds(), asked(), "RIV", "PAT") is None


def test_where_nothing_is_lost_nothing_is_replaced() -> None:
    assert replaced(ledger(paid("p", "2010", 5.0)), worlds(), asked(), "OPP", "PAT") is None


def test_members_that_do_not_fit_are_refused() -> None:
    for leaving, patron in (("QQQ", "PAT"), ("RIV", "QQQ"), ("RIV", "RIV"), ("CLI", "PAT")):
        wrong = Asked("CLI", (leaving, patron), 2010, OVER)
        for method in (offer, replaced):
            with pytest.raises(InputError):
                method(ledger(), worlds(), wrong, leaving, patron)


def test_the_closure_that_keeps_no_money_does_not_apply() -> None:
    assert applied(asked()) == OVER[:3]
    assert applied(asked("theta=2:8")) == ("theta=2:8",)
    alone = Worlds(base(TRADE), None, 1.0, "reported")
    one, other = (told(offer(ledger(), alone, asked(*over), "RIV", "PAT")) for over in (OVER[::3], OVER[:1]))
    assert (one.id, one.value) == (other.id, other.value)
