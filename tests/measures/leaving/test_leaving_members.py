"""Who may leave: those that are named, and the largest other partners that are no namesake's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_world import CODES, TRADE, base

from khasan.measures.leaving.members import who_may_leave


def test_the_largest_others_come_after_those_who_are_told_together() -> None:
    # Trade of the client in both directions: RIV 170, HST 90, PAT 50, OPP 0.
    world = base(TRADE)
    assert who_may_leave(world, "CLI", ("RIV", "PAT"), others=1) == ("RIV", "PAT", "HST")
    assert who_may_leave(world, "CLI", ("PAT", "RIV"), ("HST", "OPP")) == ("PAT", "RIV", "HST")
    assert who_may_leave(world, "CLI", ("PAT",), others=1) == ("PAT", "RIV")
    assert who_may_leave(world, "CLI", (), others=4) == ("RIV", "HST", "PAT")  # none without recorded trade
    assert who_may_leave(world, "CLI", ("RIV", "PAT"), others=0) == ("RIV", "PAT")


def test_a_partner_of_the_namesake_is_not_chosen() -> None:
    trade = TRADE.copy()
    trade[[0, 1], [1, 0]] = 0.0
    assert who_may_leave(base(trade, "vetted"), "CLI", ("RIV", "PAT")) == ("RIV", "PAT")
    assert who_may_leave(base(TRADE), "CLI", ("RIV", "PAT")) == ("RIV", "PAT", "HST")


def test_who_is_not_in_the_world_or_is_the_client_is_left_out() -> None:
    world = base(TRADE)
    found = who_may_leave(world, "CLI", ("RIV", "XXX"), ("QQQ", "CLI", None, "", "OPP", "RIV"), others=0)
    assert found == ("RIV",)  # nothing is recorded with OPP
    keep = [place for place, code in enumerate(CODES) if code != "RIV"]
    smaller = replace(world, countries=tuple(CODES[place] for place in keep), trade=TRADE[np.ix_(keep, keep)])
    assert who_may_leave(smaller, "CLI", ("RIV", "PAT"), others=1) == ("PAT", "HST")
