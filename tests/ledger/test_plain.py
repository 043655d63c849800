"""What JSON can hold."""

from __future__ import annotations

import json
from datetime import date

import pytest

from khasan.ledger.plain import plain


def test_what_json_cannot_hold_becomes_what_it_can() -> None:
    given = {1: (date(2014, 5, 1), {"a"}), "b": [{"c": True}, None, 0.5]}
    assert plain(given) == {"1": ["2014-05-01", ["a"]], "b": [{"c": True}, None, 0.5]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_missing_and_not_written_as_a_word(value: float) -> None:
    told = plain({"one": value, "more": [value, (value, 1.0)]})
    assert told == {"one": None, "more": [None, [None, 1.0]]}
    assert json.loads(json.dumps(told, allow_nan=False)) == told
