"""Units: what has one base converts there and back, and nothing is converted by guess."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.bundled import bundled_folder, open_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot
from khasan.ledger.units import convert, mass_to_volume, units_of

UNITS = units_of(open_casebook(bundled_folder()).tables()["unit"])
NAMES = sorted(UNITS)


@given(st.floats(-1e12, 1e12), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_conversion_goes_there_and_back_or_is_refused(value: float, one: str, other: str) -> None:
    if UNITS[one].base == UNITS[other].base:
        assert math.isclose(
            convert(convert(value, one, other, UNITS), other, one, UNITS), value, rel_tol=1e-12, abs_tol=1e-12
        )
    else:
        with pytest.raises(InputError, match="cannot be converted"):
            convert(value, one, other, UNITS)


@given(st.sampled_from(NAMES))
def test_every_factor_is_a_positive_number(name: str) -> None:
    assert UNITS[name].factor > 0


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(InputError, match="unknown unit 'bushels'"):
        convert(1, "bushels", "tonnes", UNITS)


def test_money_of_one_state_is_not_money_of_another() -> None:
    with pytest.raises(InputError, match="CNY and USD"):
        convert(1, "CNY million", "USD million", UNITS)


def test_tonnes_of_a_product_become_barrels_by_the_table_of_the_committee() -> None:
    assert convert(1000, "tonnes diesel", "barrels", UNITS) == pytest.approx(7500)
    assert convert(525_000, "tonnes crude oil", "barrels", UNITS) == pytest.approx(4_000_000, rel=1e-6)
    span = mass_to_volume(10, "thousand tonnes", "refined petroleum", UNITS)
    assert span is not None
    assert span == pytest.approx((75_000, 85_000))
    assert mass_to_volume(10, "thousand tonnes", "coal", UNITS) is None
    assert mass_to_volume(10, "barrels", "crude oil", UNITS) is None


def test_values_of_the_ledger_stand_in_their_base(bundled: Snapshot) -> None:
    frame = bundled.observation
    for unit, value, base in frame.select("unit", "value", "value_base").unique("unit").iter_rows():
        assert base == pytest.approx(value * UNITS[unit].factor)
