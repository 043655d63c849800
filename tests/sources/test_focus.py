"""About whom a finding is, and which rows it needs, from its id."""

from __future__ import annotations

import pytest

from khasan.answers.methods import METHODS
from khasan.sources.focus import PARTS, Focus, focus_of_id


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (
            "trade_share:client=SYR,compiler=Correlates%20of%20War,partner=RUS,year=2014@e84e50a9",
            Focus(("SYR",), ("SYR", "RUS"), (), ("trade",), (2014, 2014)),
        ),
        (
            "change_across:after=1994,before=1990,client=SYR,compiler=Correlates%20of%20War,partner=RUS@00000000",
            Focus(("SYR",), ("SYR", "RUS"), (), ("trade",), (1990, 1994)),
        ),
        (
            "agreement:a=SUN,as_of=1985-01-01,b=CUB,variant=issue:me,year=1984@567fb39b",
            Focus(("SUN", "CUB"), ("SUN", "CUB"), (), ("votes",), (1984, 1984)),
        ),
        (
            "buffer:client=MMR,opponent=USA,patron=CHN,year=2026@00000000",
            Focus(("MMR",), ("MMR", "USA", "CHN"), ("USA",), ("context",)),
        ),
        (
            "drift:first=1900,last=2026,layer=votes,one=SYR,other=USA,patron=RUS@00000000",
            Focus(("SYR", "USA", "RUS"), ("SYR", "USA", "RUS"), (), PARTS),
        ),
        (
            "trade_share:client=COW:260,compiler=C,partner=DEU,year=1980@00000000",
            Focus(("COW:260",), ("COW:260", "DEU"), (), ("trade",), (1980, 1980)),
        ),
    ],
)
def test_focus_of_a_finding(identifier: str, expected: Focus) -> None:
    found = focus_of_id(identifier)
    assert found.circle == expected.circle
    assert (found.clients, found.opponents, found.parts, found.years) == (
        expected.clients,
        expected.opponents,
        expected.parts,
        expected.years,
    )


def test_actors_in_a_row_are_all_clients() -> None:
    assert focus_of_id("d-cow-2010-syr-rus").clients == ("COW", "SYR", "RUS")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_names_whom_it_is_about(method: str) -> None:
    """A method without an actor in its id (an estimate, a count of acts) reads no panel."""
    found = focus_of_id(f"{method}:client=SYR,opponent=USA,partner=RUS,patron=RUS,year=2010@00000000")
    assert found.circle == ("RUS", "SYR", "USA")
    assert set(found.parts) <= set(PARTS)
