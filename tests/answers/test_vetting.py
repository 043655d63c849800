"""What the text says of suspect flows: how much, which, why, and what becomes of the shares."""

from __future__ import annotations

import pytest
from facts import Row, seen, world

from khasan.answers.answer import EVER, Case
from khasan.answers.assemble import Answers
from khasan.answers.reasons import withdrawal
from khasan.answers.triangle import Triangle, largest_partner
from khasan.answers.vetting import (
    Vetting,
    basis_of,
    is_suspect,
    or_vetted,
    sentence,
    suspect_sides,
    vetting_of,
    why_suspect,
)
from khasan.answers.voice import Voice
from khasan.ledger.snapshot import Snapshot
from khasan.measures.dependence import dependence, trade_share

FLOWS = {("CLI", "PAT"): 30.0, ("PAT", "CLI"): 50.0, ("CLI", "HST"): 100.0, ("RIV", "CLI"): 20.0}


def rows(year: int, suspects: dict[tuple[str, str], str], flows: dict[tuple[str, str], float] = FLOWS) -> list[Row]:
    """Make the flows of a year, those that are suspect with their reason, and their count."""
    made = [
        seen(f"f-{one}-{other}-{year}".lower(), "goods_sold", one, other, str(year), value)
        for (one, other), value in flows.items()
    ]
    made += [
        seen(f"v-{one}-{other}-{year}".lower(), "doubts", one, other, str(year), 0.9, scenario="CLI", note=reason)
        for (one, other), reason in suspects.items()
    ]
    return [*made, seen(f"n-{year}", "doubts_counted", "CLI", "WLD", str(year), float(len(suspects)))]


def case_of(snapshot: Snapshot) -> Case:
    return Case(snapshot, Triangle("PAT", "CLI", "OPP", "RIV", None), Voice(snapshot))


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(world([*rows(2004, {}), *rows(2005, {("CLI", "HST"): "namesake OPP"})]))


def test_the_sentence_names_amount_flow_reason_and_both_shares(case: Case) -> None:
    curve = dependence(case.snapshot, "CLI", "PAT", EVER, 2010)
    vetting = vetting_of(case, ["PAT", "RIV"], {"PAT": curve})
    assert vetting.worst is not None
    assert (vetting.worst.parameters["partner"], vetting.worst.parameters["year"]) == ("PAT", 2005)
    text = sentence(case, vetting).text
    assert "in 2005, where this distorts the share of Patria most, 100 million" in text
    assert "50 percent of all, above all purchases by Hostia (100 million" in text
    assert "likely trade with Oppona" in text
    assert text.endswith("Without them the share is 80 percent instead of 40 percent.")
    assert vetting.error is None


def test_nothing_is_said_where_nothing_is_suspect() -> None:
    quiet = case_of(world(rows(2004, {})))
    vetting = vetting_of(quiet, ["PAT"], {})
    assert vetting.worst is None
    assert vetting.any
    assert sentence(quiet, vetting).text == ""
    assert not vetting_of(case_of(world([])), ["PAT"], {}).any
    assert Vetting().used == []


def test_a_share_is_replaced_by_its_vetted_twin_only(case: Case) -> None:
    for year, value in ((2004, 0.4), (2005, 0.8)):
        share = or_vetted(case, trade_share(case.snapshot, "CLI", "PAT", year, "Office"))
        assert share is not None
        assert share.value == pytest.approx(value)
        assert share.method == "vetted_share"
    # one direction only, and nothing set aside beside it: the share that warns of it stays
    lone = or_vetted(case, trade_share(case.snapshot, "CLI", "RIV", 2004, "Office"))
    assert lone is not None
    assert lone.method == "trade_share"
    assert or_vetted(case, None) is None


def test_which_flows_of_a_partner_are_suspect(case: Case) -> None:
    assert suspect_sides(case, "HST", 2005, "Office") == {"exports"}
    assert not suspect_sides(case, "HST", 2004, "Office")
    assert not suspect_sides(case, "PAT", 2005, "Office")
    assert is_suspect(case, "HST", (2004, 2005), "Office")
    assert not is_suspect(case, "HST", (2005,), "Nobody")
    assert (basis_of(case, "Office"), basis_of(case, "Nobody")) == ("vetted", "")


def test_every_reason_has_words(case: Case) -> None:
    assert why_suspect(case, "namesake RIV") == "likely trade with Rivalia"
    assert all(why_suspect(case, reason) for reason in ("extrapolated", "implausible", "uncorroborated"))
    assert why_suspect(case, "unknown") == ""


def test_the_rival_is_no_partner_of_suspect_flows() -> None:
    flows = {("CLI", "HST"): 100.0, ("HST", "CLI"): 10.0, ("CLI", "RIV"): 5.0, ("RIV", "CLI"): 20.0}
    reported = world(rows(2005, {}, flows))
    assert largest_partner(reported, "CLI", {"CLI"}) == "HST"
    doubted = world(rows(2005, {("CLI", "HST"): "extrapolated"}, flows))
    assert largest_partner(doubted, "CLI", {"CLI"}) == "RIV"


def test_a_fall_from_a_suspect_year_is_no_withdrawal() -> None:
    both = {("CLI", "PAT"): 40.0, ("PAT", "CLI"): 40.0}
    less = {("CLI", "PAT"): 5.0, ("PAT", "CLI"): 5.0}
    plain = [*rows(2004, {}, both), *rows(2005, {}, both), *rows(2006, {}, less)]
    found = withdrawal(case_of(world(plain)), "PAT")
    assert found is not None
    assert found.value == pytest.approx(-0.875)
    doubted = [*rows(2004, {}, both), *rows(2005, {("CLI", "PAT"): "namesake OPP"}, both), *rows(2006, {}, less)]
    assert withdrawal(case_of(world(doubted)), "PAT") is None


def test_the_bundled_brief_tells_what_is_set_aside_and_how_near_the_editor_is(bundled_answers: Answers) -> None:
    part = bundled_answers.part("dependence")
    vetting: Vetting = part.parts["vetting"]
    assert vetting.worst is not None
    assert vetting.error is not None
    assert vetting.error.parameters["against"] == "KOTRA"
    assert "likely trade with South Korea" in part.text.text
    assert f"{vetting.error.value:.1f} points" in part.text.text
    assert f"{vetting.error.detail['as_reported']:.1f} points" in part.text.text
    assert not any("no flow of this ledger was vetted" in one.text for one in part.unknown)


def test_a_casebook_that_was_not_vetted_says_so(harbour_answers: Answers) -> None:
    part = harbour_answers.part("dependence")
    assert not part.parts["vetting"].any
    assert any("no flow of this ledger was vetted" in one.text for one in part.unknown)
