"""How large states are: logarithms become amounts, and a gap stays a gap."""

from __future__ import annotations

import math

import polars as pl
import pytest
from source_frames import OLD_AND_NEW

from khasan.ledger.panels import typed_panel
from khasan.sources import state_sizes as source


def test_logarithms_become_amounts_to_four_digits() -> None:
    frame = pl.DataFrame(
        {
            "ccode": [20, 20],
            "year": [2010, 2011],
            "wbgdp2011est": [24.538, None],
            "wbpopest": [16.959, None],
            "sdpest": [0.0, None],
        }
    )
    read = source.sizes(frame, OLD_AND_NEW)
    values = {row["measure"]: (row["value"], row["unit"]) for row in read.panels["state_year"].iter_rows(named=True)}
    assert values == {
        "gdp": (45360.0, "constant 2011 USD million"),  # exp(24.538) = 4.536e10
        "population": (23180000.0, "persons"),  # exp(16.959) = 2.318e7
        "surplus_product": (1e-6, "constant 2011 USD million"),  # the file's floor of one dollar
    }
    assert math.exp(24.538) / 1e6 == pytest.approx(45360, rel=1e-3)
    typed_panel("state_year", read.panels["state_year"])


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        (260, 1989, 260),
        (260, 1990, 255),
        (678, 1989, 678),
        (678, 1990, 679),
        (340, 2006, 340),
        (340, 2007, 345),
        (2, 2000, 2),
    ],
)
def test_codes_of_gleditsch_and_ward_become_those_of_the_correlates_of_war(code: int, year: int, expected: int) -> None:
    frame = pl.DataFrame({"gwcode": [code], "year": [year]})
    assert source.to_correlates(frame, "gwcode").rows() == [(expected, year)]


def test_capabilities_and_national_trade_keep_zeros_and_drop_gaps() -> None:
    names = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")
    frame = pl.DataFrame({"ccode": [10, 10], "year": [1991, 1992]} | {name: [0.0, None] for name in names})
    read = source.capabilities(frame, OLD_AND_NEW)
    panel = read.panels["state_year"]
    assert panel.height == len(names)
    assert set(panel.get_column("actor")) == {"XOL"}
    assert set(panel.get_column("value")) == {0.0}
    national = source.national_trade(
        pl.DataFrame({"ccode": [10, 99], "year": [1992, 1992], "imports": [1.5, 2.0], "exports": [None, 3.0]}),
        OLD_AND_NEW,
    )
    assert national.panels["state_year"].select("actor", "measure", "value").rows() == [
        ("XNE", "national_imports", 1.5)
    ]
    assert national.set_aside == 1
