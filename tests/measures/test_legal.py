"""The legal state of a channel on a day."""

from __future__ import annotations

from datetime import date

import pytest
from facts import THREE_RIVERS, bundled, law, opened, same, world

from khasan.measures.legal import bearing_on, legal_state, state_word

LAWS = [
    law("ban4", "ban", paragraph="4"),
    law("cap5", "cap", paragraph="5", limit="100", unit="barrels", status="in force but unmonitored since 2024-04-30"),
    law("men8", "restriction", paragraph="8", until="2015-12-31"),
    law("other", "ban", paragraph="9-12"),
    law("far", "ban", instrument="ACT/2", paragraph="4"),
]


def test_parsed_from_the_channel_by_instrument_and_paragraph() -> None:
    snapshot = world(restriction=LAWS)
    assert dict(bearing_on(snapshot, "fuel")) == {"ban4": "ban", "cap5": "cap"}
    found = legal_state(snapshot, "CLI", "fuel")
    assert found is not None
    assert (found.value, found.detail["state"]) == (2, "capped")
    assert found.detail["unmonitored"]
    assert found.detail["unmonitored_since"] == date(2024, 4, 30)
    assert legal_state(snapshot, "CLI", "trade") is None
    assert state_word(None) == "open"


def test_in_force_ends_and_monitoring_is_of_the_day() -> None:
    ended = legal_state(world(restriction=LAWS), "CLI", "men")
    assert ended is not None
    assert (ended.value, state_word(ended)) == (0, "open")
    assert ended.detail["instruments"][0]["status"] == "ended on 2015-12-31"
    then = legal_state(world(restriction=LAWS, as_of=date(2015, 6, 1)), "CLI", "men")
    assert then is not None
    assert state_word(then) == "restricted"
    before = legal_state(world(restriction=LAWS, as_of=date(2023, 1, 1)), "CLI", "fuel")
    assert before is not None
    assert not before.detail["unmonitored"]


@pytest.mark.parametrize(
    ("effects", "state"),
    [
        (("ban", "cap", "exempt"), "exempt"),
        (("ban", "cap"), "capped"),
        (("restriction", "ban"), "banned"),
        (("restriction",), "restricted"),
    ],
)
def test_bearing_table_comes_first_and_effects_have_an_order(effects: tuple[str, ...], state: str) -> None:
    names = ["ban4", "cap5", "far"]
    bearing = [{"channel": "fuel", "restriction": names[n], "effect": effect} for n, effect in enumerate(effects)]
    found = legal_state(world(restriction=LAWS, bearing=bearing), "CLI", "fuel")
    assert found is not None
    assert (found.value, found.detail["state"]) == (len(effects), state)


def test_recomputed_from_evidence() -> None:
    for snapshot, client in (
        (bundled(), "PRK"),
        (opened(THREE_RIVERS), "XBB") if THREE_RIVERS.exists() else (world(), "CLI"),
    ):
        for channel in snapshot.channel.get_column("id"):
            found = legal_state(snapshot, client, channel)
            if found is not None:
                same(snapshot, found, legal_state)
