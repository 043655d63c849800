"""Published estimates: the enlargement of the European Union in trade, and the elasticities of NAFTA's sectors."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from khasan.gravity.elasticities import elasticities
from khasan.gravity.estimate.poisson import estimate

GRAVITY = Path(__file__).parents[3] / "shared" / "data" / "gravity"

pytestmark = pytest.mark.skipif(
    not GRAVITY.is_dir(), reason="the data files on gravity (../shared/data/gravity) are not here"
)


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    return pl.read_parquet(GRAVITY / "wiod44_2000_2014.parquet").rename({"trade": "value"})


def test_the_enlargement_of_the_european_union_is_that_of_gegravity(world: pl.DataFrame) -> None:
    """Zylkin and Kudlay print 0.224249, from trade among countries with effects of exporter, importer and pair."""
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    abroad = world.filter(pl.col("exporter") != pl.col("importer"))
    found = estimate(abroad.sample(fraction=1.0, shuffle=True, seed=3), ["eu_enlargement", "other_fta"])
    published = world["eu_effect"].drop_nulls().unique().sort().to_list()[-1]
    assert found.coefficient("eu_enlargement") == pytest.approx(published, abs=5e-7)
    assert round(found.coefficient("eu_enlargement"), 6) == 0.224249
    assert found.terms["observations"].to_list() == [7568, 7568]
    assert found.terms["clusters"].to_list() == [1892, 1892]


def test_own_sales_make_another_estimate(world: pl.DataFrame) -> None:
    """With own sales the comparison is with trade at home, which borders lost to trade abroad in these years."""
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    found = estimate(world, ["eu_enlargement", "other_fta"])
    assert found.coefficient("eu_enlargement") == pytest.approx(0.473543, abs=1e-6)


def test_the_elasticities_of_sectors_are_those_of_the_paper() -> None:
    paper = pl.read_parquet(GRAVITY / "nafta" / "theta.parquet").head(20)
    ours = elasticities().filter(pl.col("scope") == "sector").select("sector", "value")
    assert ours.sort("sector").equals(paper.sort("sector"))
