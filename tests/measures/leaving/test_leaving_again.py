"""All that a brief tells of leaving, computed again from the id of each finding, and read back from rows."""

from __future__ import annotations

from datetime import date

import pytest
from facts import seen
from small_world import ledger, worlds

from khasan.answers.methods import recompute
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, parse_id
from khasan.ledger.keeping import with_kept
from khasan.measures.leaving.again import OF_WORLDS, again, told
from khasan.measures.leaving.asked import Asked
from khasan.measures.leaving.kept import kept_asked

ASKED = Asked("CLI", ("RIV", "PAT", "OPP"), 2010, ("theta=2:8", "basis=reported,vetted"), draws=0)
SNAPSHOT = ledger(seen("p", "paid", "PAT", "CLI", "2010", 3.0))


@pytest.fixture(scope="module")
def found() -> tuple[Finding, ...]:
    return told(SNAPSHOT, worlds(), ASKED)


def test_all_methods_are_told_once_each(found: tuple[Finding, ...]) -> None:
    assert {one.method for one in found} == set(OF_WORLDS)
    assert len({one.id for one in found}) == len(found)
    offers = [(one.parameters["leaving"], one.parameters["patron"]) for one in found if one.method == "leaving_offer"]
    assert offers == [("RIV", "PAT"), ("PAT", "RIV")]
    # Five groups of those who leave, the worth and the last place of three, and who carries what of four groups.
    assert sum(one.method == "leaving_loss" for one in found) == 6
    assert sum(one.method in ("leaving_worth", "leaving_last") for one in found) == 6
    assert sum(one.method == "leaving_carried" for one in found) == 8


def test_every_finding_comes_again_from_its_id(found: tuple[Finding, ...]) -> None:
    for one in found:
        method, parameters, _ = parse_id(one.id)
        same = {each.id: each for each in again(SNAPSHOT, worlds(), method, parameters)}
        assert one.id in same
        assert (same[one.id].value, same[one.id].low, same[one.id].high) == (one.value, one.low, one.high)


def test_every_finding_is_read_back_from_its_row(found: tuple[Finding, ...]) -> None:
    kept = with_kept(SNAPSHOT, found, date(2026, 2, 1))
    for one in found:
        back = recompute(kept, one.id)
        assert back.unchanged
        assert (back.finding.value, back.finding.low, back.finding.high) == (one.value, one.low, one.high)
        assert (back.finding.unit, back.finding.channel) == (one.unit, one.channel)
        with pytest.raises(InputError, match="no data for it"):
            recompute(SNAPSHOT, one.id)


def test_the_latest_year_is_what_was_asked(found: tuple[Finding, ...]) -> None:
    kept = with_kept(SNAPSHOT, found, date(2026, 2, 1))
    assert kept_asked(kept, "CLI") == ASKED
    assert kept_asked(kept, "RIV") is None
    assert kept_asked(SNAPSHOT, "CLI") is None
    text = next(one for one in found if one.method == "leaving_loss")
    later = Finding(**{name: getattr(text, name) for name in text.__slots__} | {
        "parameters": {**text.parameters, "year": 2011}, "digest": "01234567"
    })  # fmt: skip
    both = kept_asked(with_kept(kept, [later], date(2026, 2, 1)), "CLI")
    assert both is not None
    assert (both.year, both.among) == (2011, ASKED.among)


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        ("leaving_loss", {"draws": "x"}, "do not fit .*'x'.*; copy it whole"),
        ("leaving_loss", {"year": "20 10"}, "do not fit"),
        ("leaving_loss", {"among": "RIV"}, "two or more partners"),
        ("leaving_loss", {"over": "theta:8:2"}, "the first number must be below the second"),
        ("leaving_loss", {"over": None}, "do not fit .'over'."),
        ("leaving_loss", {"client": "XXX"}, "^XXX: not in the world"),
        ("leaving_offer", {"patron": "XXX"}, "^XXX: not in the world"),
        ("leaving_offer", {"patron": None}, "do not fit .'patron'."),
        ("leaving_replaced", {"leaving": "PAT"}, "each once"),
        ("leaving_replaced", {"year": ""}, "do not fit"),
    ],
)
def test_an_id_that_does_not_fit_gets_one_line(
    found: tuple[Finding, ...], method: str, change: dict[str, str | None], message: str
) -> None:
    _, parameters, _ = parse_id(next(one.id for one in found if one.method == method))
    changed = {key: value for key, value in (parameters | change).items() if value is not None}
    with pytest.raises(InputError, match=message) as caught:
        again(SNAPSHOT, worlds(), method, changed)
    assert "\n" not in str(caught.value)
