"""Dependence of all on all, against figures worked out by hand and the laws of shares."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.measures.world.dependence import dependence


def flows(rows: list[tuple[str, str, int, float]]) -> pl.DataFrame:
    """Make a frame of flows."""
    return pl.DataFrame(rows, schema=["exporter", "importer", "year", "value"], orient="row").cast(
        {"year": pl.Int64(), "value": pl.Float64()}
    )


WORLD = flows(
    [
        ("AAA", "BBB", 2000, 30.0),
        ("BBB", "AAA", 2000, 10.0),
        ("AAA", "CCC", 2000, 20.0),
        ("CCC", "BBB", 2000, 0.0),
        ("BBB", "CCC", 2000, 40.0),
    ]
)


def row(frame: pl.DataFrame, **keys: object) -> dict[str, object]:
    """Return the one row with these cells."""
    found = frame.filter(*(pl.col(name) == cell for name, cell in keys.items()))
    assert found.height == 1
    return found.row(0, named=True)


def test_shares_by_hand() -> None:
    """A trades 60: 40 with B and 20 with C, from which nothing is recorded."""
    found = dependence(WORLD)
    on_b = row(found, actor="AAA", partner="BBB")
    assert (on_b["export"], on_b["import"], on_b["trade"]) == (30, 10, 40)
    assert on_b["share"] == pytest.approx(40 / 60)
    assert on_b["export_share"] == pytest.approx(30 / 50)
    assert on_b["import_share"] == 1
    assert on_b["hhi"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert on_b["asymmetry"] == pytest.approx((40 / 60) / (40 / 80))
    assert (on_b["partners"], on_b["partners_one_way"], on_b["one_way"]) == (2, 1, False)


def test_a_direction_that_is_not_recorded_is_null_from_both_sides() -> None:
    found = dependence(WORLD)
    ours, theirs = row(found, actor="AAA", partner="CCC"), row(found, actor="CCC", partner="AAA")
    assert (ours["import"], ours["import_share"], ours["one_way"]) == (None, None, True)
    assert (theirs["export"], theirs["export_share"], theirs["one_way"]) == (None, None, True)
    assert (ours["share"], theirs["share"]) == (pytest.approx(20 / 60), pytest.approx(20 / 60))


def test_a_recorded_zero_is_named_and_is_no_missing_direction() -> None:
    found = row(dependence(WORLD), actor="CCC", partner="BBB")
    assert (found["export"], found["one_way"], found["recorded_zero"]) == (0, False, True)
    assert found["export_share"] is None


def test_a_pair_without_a_flow_has_no_row() -> None:
    found = dependence(WORLD.filter(~pl.col("exporter").is_in(["AAA"]) | (pl.col("importer") != "CCC")))
    assert found.filter(pl.col("actor") == "AAA", pl.col("partner") == "CCC").is_empty()
    assert found.filter(pl.col("actor") == "CCC", pl.col("partner") == "AAA").is_empty()


def test_zeros_alone_give_no_share() -> None:
    found = row(dependence(flows([("AAA", "BBB", 1950, 0.0)])), actor="BBB", partner="AAA")
    assert (found["share"], found["hhi"], found["asymmetry"]) == (None, None, None)


def test_compilers_stay_apart() -> None:
    two = pl.concat([WORLD.with_columns(compiler=pl.lit(name)) for name in ("One", "Two")])
    found = dependence(two.with_columns(pl.col("value") * pl.when(pl.col("compiler") == "Two").then(3).otherwise(1)))
    assert found.columns[:4] == ["compiler", "actor", "partner", "year"]
    alone = dependence(WORLD)
    for name in ("One", "Two"):
        part = found.filter(pl.col("compiler") == name)
        assert part.get_column("share").to_list() == pytest.approx(alone.get_column("share").to_list())


def test_parts_of_a_whole_are_left_out_and_reports_stay_apart() -> None:
    """A year's whole has neither month nor goods; who reported it may be said of some compilers only."""
    whole = WORLD.with_columns(compiler=pl.lit("One"), reported_by=pl.lit(None, pl.String()))
    told = whole.with_columns(compiler=pl.lit("Two"), reported_by=pl.lit("importer"), value=pl.col("value") * 2)
    frame = pl.concat([whole, told]).with_columns(month=pl.lit(None, pl.Int64()), goods=pl.lit(None, pl.String()))
    parts = [frame.with_columns(month=pl.lit(3, pl.Int64())), frame.with_columns(goods=pl.lit("27"))]
    found = dependence(pl.concat([frame, *parts]))
    alone = dependence(WORLD).get_column("share").to_list()
    for reported_by in (None, "importer"):
        part = found.filter(pl.col("reported_by").eq_missing(reported_by))
        assert part.get_column("share").to_list() == pytest.approx(alone)
        assert part.get_column("hhi").null_count() == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("AAA", "BBB", 2000, 1.0), ("AAA", "BBB", 2000, 2.0)], "share their key"),
        ([("AAA", "BBB", 2000, -9.0)], "negative"),
        ([("AAA", "BBB", 2000, float("nan"))], "no number"),
        ([("AAA", "AAA", 2000, 1.0)], "AAA trades with itself in 2000"),
    ],
)
def test_what_cannot_be_used_is_refused(rows: list[tuple[str, str, int, float]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        dependence(flows(rows))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="column value missing"):
        dependence(WORLD.drop("value"))


names = st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE"])
amounts = st.integers(0, 10**6).map(float)
worlds = st.dictionaries(
    st.tuples(names, names, st.sampled_from([1990, 1991])).filter(lambda key: key[0] != key[1]), amounts, min_size=1
)


@given(worlds)
def test_laws(world: dict[tuple[str, str, int], float]) -> None:
    """Shares of an actor and year add up to one; each pair is there from both sides; asymmetries are reciprocal."""
    found = dependence(flows([(*key, value) for key, value in world.items()]))
    assert {(one, other, year) for one, other, year in found.select("actor", "partner", "year").iter_rows()} == {
        key for one, other, year in world for key in ((one, other, year), (other, one, year))
    }
    for _, part in found.drop_nulls("share").group_by("actor", "year"):
        assert part.get_column("share").sum() == pytest.approx(1)
        assert 0 < part.item(0, "hhi") <= 1 + 1e-9
        assert part.item(0, "partners") == part.height
    for line in found.filter(pl.col("asymmetry") > 0).iter_rows(named=True):
        back = row(found, actor=line["partner"], partner=line["actor"], year=line["year"])
        assert line["trade"] == back["trade"]
        assert line["asymmetry"] * back["asymmetry"] == pytest.approx(1)


@given(worlds, st.randoms())
def test_the_order_of_rows_does_not_matter(world: dict[tuple[str, str, int], float], random: object) -> None:
    rows = [(*key, value) for key, value in world.items()]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert (
        dependence(flows(rows))
        .drop("share", "hhi", "asymmetry", "export_share", "import_share")
        .equals(dependence(flows(shuffled)).drop("share", "hhi", "asymmetry", "export_share", "import_share"))
    )
