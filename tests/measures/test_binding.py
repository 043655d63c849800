"""What binds a patron not to supply its client."""

from __future__ import annotations

from datetime import date

from facts import law, same, world

from khasan.ledger.snapshot import Snapshot
from khasan.measures.binding import binding


def test_what_binds_is_in_force_and_binds_all_or_is_the_own() -> None:
    laws = [
        law("a", "ban"),
        law("b", "cap", paragraph="2"),
        law("c", "ban", instrument="ACT/2", until="2015-01-01"),
        law("d", "ban", instrument="DECREE", sender="PAT", binds="one state", authority="autonomous"),
        law("e", "ban", instrument="OTHER", sender="OPP", binds="one state", authority="autonomous"),
        law("f", "ban", instrument="ELSE", target="RIV"),
    ]
    snapshot = world(restriction=laws)
    found = binding(snapshot, "PAT", "CLI")
    assert found is not None
    assert (found.value, found.unit) == (2, "instruments")
    assert found.detail["all"] == ["ACT/1"]
    assert found.detail["own"] == ["DECREE, 2010-01-01"]
    assert set(found.evidence) == {"a", "b", "d"}
    same(snapshot, found, binding)
    assert binding(world(), "PAT", "CLI") is None
    assert binding(world(restriction=laws, as_of=date(2009, 1, 1)), "PAT", "CLI") is None


def test_resolutions_bind_russia(bundled: Snapshot) -> None:
    found = binding(bundled, "RUS", "PRK")
    assert found is not None
    assert {"S/RES/1718", "S/RES/2270", "S/RES/2397"} <= set(found.detail["all"])
