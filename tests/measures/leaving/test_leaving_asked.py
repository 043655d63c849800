"""What is asked stands in an id and is read back from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.gravity.uncertainty.factors import factors_of
from khasan.ledger.finding import finding_key, parse_id
from khasan.measures.leaving.asked import (
    DRAWS,
    Asked,
    asked_in,
    label_of,
    ranges_in,
    told_ranges,
    usual_ranges,
    written,
)

CODE = st.from_regex(r"[A-Z]{3}", fullmatch=True)
NUMBER = st.one_of(st.integers(1, 10**6), st.floats(0.001, 1000.0)).map(str).filter(lambda text: "e" not in text)
RANGE = st.one_of(
    st.tuples(st.sampled_from(["theta", "size", "output_over_gdp"]), NUMBER, NUMBER).map(
        lambda one: f"{one[0]}={one[1]}:{one[2]}"
    ),
    st.just("basis=reported,vetted"),
    st.just("imbalance=multiplicative,additive"),
)
ASKED = st.builds(
    Asked,
    client=CODE,
    among=st.lists(CODE, min_size=1, max_size=8).map(tuple),
    year=st.integers(1870, 2100),
    over=st.lists(RANGE, min_size=1, max_size=4).map(tuple),
    draws=st.integers(0, 1024),
    seed=st.integers(0, 2**32),
)


@given(ASKED)
def test_what_is_asked_is_read_back_from_an_id(asked: Asked) -> None:
    _, parameters, _ = parse_id(f"{finding_key('leaving_loss', asked.parameters)}@01234567")
    assert asked_in(parameters) == asked
    assert asked.arguments == asked.parameters


def test_ranges_as_they_stand_in_an_id() -> None:
    over = ("theta=2:8", "basis=reported,vetted")
    assert written(over) == "theta:2:8;basis:reported+vetted"
    assert ranges_in("theta:2:8;basis:reported+vetted") == over


def test_ranges_as_they_are_told() -> None:
    assert told_ranges(("theta=2:8", "size=0.35:1", "basis=reported,vetted")) == (
        "Over the trade elasticity 2 to 8, the size of the economy at home 0.35 to 1, "
        "the suspect flows reported or vetted"
    )
    assert label_of("imbalance") == "what becomes of the trade deficit"
    assert told_ranges(("output_over_gdp=1:2",)) == "Over output over gdp 1 to 2"


def test_the_usual_ranges_can_be_solved_and_every_one_has_a_label() -> None:
    factors = {one.name: one for one in factors_of(usual_ranges(), "coalition")}
    assert set(factors) == {"theta", "size", "basis", "imbalance"}
    assert (factors["theta"].low, factors["theta"].high) == (2.0, 8.0)
    assert factors["size"].high == 1.0
    assert all("_" not in label_of(name) and label_of(name).startswith(("the ", "what ")) for name in factors)
    assert DRAWS & (DRAWS - 1) == 0


def test_an_id_that_lacks_something_is_refused() -> None:
    whole = {key: str(value) for key, value in Asked("CLI", ("RIV", "PAT"), 2010, ("theta=2:8",)).parameters.items()}
    assert asked_in(whole).draws == DRAWS
    for key in whole:
        with pytest.raises(KeyError, match=key):
            asked_in({name: value for name, value in whole.items() if name != key})
    for key in ("year", "draws", "seed"):
        with pytest.raises(ValueError, match="invalid literal"):
            asked_in({**whole, key: "x"})
