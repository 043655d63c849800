"""A country made from its trade and a donor's technology: its accounts, and those of everybody else."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy
from khasan.gravity.uncertainty.donor import own_row
from khasan.gravity.uncertainty.synthetic import synthetic_row
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_tables


def flows(scale: float = 1.0, sector: str | None = None) -> pl.DataFrame:
    made = pl.DataFrame(
        [("X", "r00", 0.02), ("r00", "X", 0.05), ("r01", "X", 0.01), ("X", "r02", 0.02), ("r02", "X", 0.01)],
        schema=["exporter", "importer", "value"],
        orient="row",
    ).with_columns(pl.col("value") * scale)
    return made if sector is None else made.with_columns(sector=pl.lit(sector))


def test_one_sector_by_hand() -> None:
    """Half of cost is inputs, so 100 of final demand and balanced trade need 200 of output: 100 of inputs and value."""
    row = own_row(
        exports=np.array([10.0]), imports=np.array([10.0]), spending=100.0, inputs=np.array([[5.0]]),
        added=np.array([5.0]), final=np.array([7.0]), sectors=["all"], client="X",
    )  # fmt: skip
    assert row.own[0] == pytest.approx(190.0)
    assert (row.inputs[0, 0], row.added[0], row.final[0]) == pytest.approx((100.0, 100.0, 100.0))
    assert row.bent == ()


def test_imports_beyond_use_bend_final_demand_by_hand() -> None:
    """The donor would use 50 of a good of which 80 are imported: it is all used, and 20 are left for the other."""
    row = own_row(
        exports=np.array([0.0, 80.0]), imports=np.array([80.0, 0.0]), spending=100.0, inputs=np.zeros((2, 2)),
        added=np.array([1.0, 1.0]), final=np.array([1.0, 1.0]), sectors=["bought", "made"], client="X",
    )  # fmt: skip
    assert row.bent == ("bought",)
    np.testing.assert_allclose(row.own, [0.0, 20.0], atol=1e-9)
    np.testing.assert_allclose(row.final, [80.0, 20.0], atol=1e-9)
    np.testing.assert_allclose(row.added, [0.0, 100.0], atol=1e-9)


def test_a_country_made_of_its_own_technology_is_itself() -> None:
    tables = made_tables(4, 3, seed=5)
    base = SectorEconomy.from_frames(**tables)
    # Tables made anew from the solved shares of one region, whose accounts have no gap.
    place = 1
    old = base.tables
    exports = old.trade[:, place].sum(axis=1) - old.trade[:, place, place]
    cost = 1.0 + old.tariff[:, :, place]
    imports = (old.trade[:, :, place] * cost).sum(axis=1) - old.trade[:, place, place]
    sales = old.trade[:, place].sum(axis=1)
    final = old.trade[:, place, place] + imports - old.inputs[place].sum(axis=1)
    row = own_row(
        exports=exports, imports=imports, spending=float(final.sum()), inputs=old.inputs[place],
        added=old.value_added[place], final=final, sectors=old.sectors, client="X",
    )  # fmt: skip
    np.testing.assert_allclose(row.own, old.trade[:, place, place], rtol=1e-9)
    np.testing.assert_allclose(row.added, old.value_added[place], rtol=1e-9)
    np.testing.assert_allclose(row.inputs.sum(axis=0) + row.added, sales, rtol=1e-9)


@given(seed=st.integers(0, 10**5), scale=st.floats(0.05, 1.0), size=st.floats(0.5, 3.0))
@settings(max_examples=15)
def test_accounts_hold_in_all_regions_and_the_others_keep_theirs(seed: int, scale: float, size: float) -> None:
    tables = made_tables(4, 3, seed)
    made = synthetic_row(tables, flows(scale), "r01", client="X", value_added=size, rest="r03")
    old, new = SectorEconomy.from_frames(**tables).tables, made.economy().tables
    assert new.regions == ("X", "r00", "r01", "r02", "r03")
    sales = new.trade.sum(axis=2).T
    np.testing.assert_allclose(new.value_added + new.inputs.sum(axis=1), sales, rtol=1e-9)
    between = new.trade.sum(axis=0)
    np.testing.assert_allclose(new.deficit, between.sum(axis=0) - between.sum(axis=1), atol=1e-9)
    assert new.deficit[0] == pytest.approx((0.05 + 0.01 + 0.01 - 0.04) * scale)
    assert new.value_added[0].sum() == pytest.approx(size)
    spent = (new.trade * (1.0 + new.tariff)).sum(axis=1).T
    np.testing.assert_allclose(spent[0], new.inputs[0].sum(axis=1) + new.final[0], rtol=1e-9)
    # The other regions sell, buy, make and spend what they did.
    np.testing.assert_allclose(sales[1:], old.trade.sum(axis=2).T, rtol=1e-9)
    np.testing.assert_allclose(spent[1:4], (old.trade * (1.0 + old.tariff)).sum(axis=1).T[:3], rtol=1e-9)
    np.testing.assert_array_equal(new.inputs[1:], old.inputs)
    np.testing.assert_array_equal(new.final[1:4], old.final[:3])
    # The incomes of the rest: what it spends falls by what its deficit and its duties fall.
    duties = (new.trade * new.tariff).sum(axis=(0, 1))[4] - (old.trade * old.tariff).sum(axis=(0, 1))[3]
    assert new.final[4].sum() - old.final[3].sum() == pytest.approx(
        new.deficit[4] - old.deficit[3] + duties, abs=1e-9
    )  # fmt: skip


def test_an_embargo_on_the_made_country_costs_it_and_the_caveat_says_what_it_is() -> None:
    made = synthetic_row(made_tables(4, 3, 2), flows(), "r01", client="X", value_added=1.0, rest="r03")
    economy = made.economy()
    still = economy.counterfactual(deficits="data")
    assert still.welfare["real_income"].abs().max() == pytest.approx(0.0, abs=1e-8)
    embargo = pl.DataFrame(
        [(s, a, b, float("inf")) for s in economy.sectors for a, b in (("X", "r00"), ("r00", "X"))],
        schema=["sector", "exporter", "importer", "factor"],
        orient="row",
    )
    welfare = economy.counterfactual(iceberg=embargo).welfare
    assert welfare.filter(region="X").item(0, "real_income") < -0.05
    assert "X is in no input-output table" in made.caveats[0]
    assert "technology of r01" in made.caveats[0]
    assert any("by sector is not known" in line for line in made.caveats)


def test_known_sectors_are_kept() -> None:
    made = synthetic_row(made_tables(4, 3, 2), flows(0.1, "s02"), "r01", client="X", value_added=1.0, rest="r03")
    trade = made.tables["trade"]
    assert trade.filter(exporter="X", importer="r00", sector="s02").item(0, "value") == pytest.approx(0.002)
    assert trade.filter(exporter="X", importer="r00", sector="s01").item(0, "value") == 0.0
    assert not any("by sector is not known" in line for line in made.caveats)


def test_what_cannot_be_made_is_refused() -> None:
    tables = made_tables(4, 3, 2)

    def make(trade: pl.DataFrame, donor: str = "r01", client: str = "X", size: float = 1.0, rest: str = "r03") -> None:
        synthetic_row(tables, trade, donor, client=client, value_added=size, rest=rest)

    with pytest.raises(InputError, match="donor 'r09'"):
        make(flows(), donor="r09")
    with pytest.raises(InputError, match="rest 'r09'"):
        make(flows(), rest="r09")
    with pytest.raises(InputError, match="already a region"):
        make(flows(), client="r00")
    with pytest.raises(InputError, match="value_added 0"):
        make(flows(), size=0.0)
    with pytest.raises(InputError, match="more trade than r03"):
        make(flows(1e4), size=1e5)
    with pytest.raises(InputError, match="cannot carry"):
        make(flows(1.0), size=1e-6)
    with pytest.raises(InputError, match="row 1: X must be"):
        make(flows().with_columns(exporter=pl.lit("r00"), importer=pl.lit("r01")))
    with pytest.raises(InputError, match="negative or infinite"):
        make(flows(-1.0))
    with pytest.raises(InputError, match="'r99' is not known"):
        make(flows().with_columns(importer=pl.col("importer").replace("r02", "r99")))
