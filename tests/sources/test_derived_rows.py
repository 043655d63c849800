"""The shipped derived rows are what the script makes of the data files."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from source_frames import CASEBOOK, ROOT, STATES, needs_casebook, needs_states

from khasan.ledger.check import cast_columns
from khasan.ledger.read import read_csv
from khasan.ledger.schema import columns, empty_frame

pytestmark = [needs_states, needs_casebook]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("derive_rus_prk", ROOT / "scripts" / "derive_rus_prk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(script: ModuleType) -> pl.DataFrame:
    """The derived rows."""
    made = script.derived_rows(STATES, CASEBOOK)
    assert isinstance(made, pl.DataFrame)
    return made


def value(rows: pl.DataFrame, row_id: str) -> float:
    """Value of one row."""
    return float(rows.filter(pl.col("id") == row_id)["value"].item())


def test_shipped_rows_are_the_derived_rows(rows: pl.DataFrame) -> None:
    text = read_csv(CASEBOOK / "observation.csv", "observation").filter(pl.col("id").str.starts_with("d-"))
    shipped = cast_columns("observation", text).select(rows.columns)
    assert shipped["id"].is_sorted()
    assert_frame_equal(shipped, rows, check_exact=True)


def test_rows_have_the_columns_of_the_table_and_readable_ids(rows: pl.DataFrame) -> None:
    assert rows.schema == empty_frame("observation").schema
    assert rows["id"].is_unique().all()
    assert all(re.fullmatch(r"d(-[a-z0-9]+)+", name) for name in rows["id"])
    assert (rows["start"] <= rows["end"]).all()


def test_published_shares(rows: pl.DataFrame) -> None:
    trade = value(rows, "d-cow-2005-chn-prk") + value(rows, "d-cow-2005-prk-chn")
    assert trade / value(rows, "d-cow-2005-prk-total") == pytest.approx(0.3726, abs=5e-5)
    assert value(rows, "d-contested-same-prk-rus-2005") / value(rows, "d-contested-both-prk-rus-2005") == 0.5


def test_the_soviet_union_ends_with_1991(rows: pl.DataFrame) -> None:
    pair = pl.concat_list("from_actor", "to_actor")
    assert rows.filter(pair.list.contains("RUS"))["start"].dt.year().min() == 1991
    assert (
        rows.filter(pair.list.contains("RUS") & (pl.col("series") != "contiguity_land"))["end"].dt.year().min() == 1992
    )
    assert rows.filter(pair.list.contains("SUN"))["end"].dt.year().max() == 1991


def test_zero_trade_is_marked(rows: pl.DataFrame) -> None:
    zeros = rows.filter((pl.col("series") == "goods_export") & (pl.col("value") == 0))
    assert (zeros["status"] == "doubtful").all()
    assert {"d-cow-1985-sun-prk", "d-cow-2010-kor-prk"} <= set(zeros["id"])


def test_every_series_unit_source_and_origin_is_listed(script: ModuleType, rows: pl.DataFrame) -> None:
    for column, table in (("series", "series"), ("unit", "unit"), ("source", "source"), ("origin", "origin")):
        listed = pl.read_csv(CASEBOOK / f"{table}.csv", infer_schema=False)["id"]
        assert set(rows[column].drop_nulls()) <= set(listed)
    labels = pl.read_csv(CASEBOOK / "label.csv", infer_schema=False)["id"]
    assert set(rows["series"]) <= set(labels)


def test_a_second_run_changes_nothing(script: ModuleType, rows: pl.DataFrame, tmp_path: Path) -> None:
    copy = tmp_path / "rus-prk"
    shutil.copytree(CASEBOOK, copy)
    script.write_casebook(rows, copy)
    once = {path.name: path.read_bytes() for path in copy.iterdir()}
    script.write_casebook(rows, copy)
    assert once == {path.name: path.read_bytes() for path in copy.iterdir()}
    others = [
        line for line in once["observation.csv"].decode().splitlines() if not line.startswith(("d-", "n-alliance-"))
    ]
    shipped = (CASEBOOK / "observation.csv").read_text(encoding="utf-8").splitlines()
    assert others == [line for line in shipped if not line.startswith(("d-", "n-alliance-"))]


def test_header_only_tables_are_filled(script: ModuleType, rows: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "observation.csv").write_text(",".join(column.name for column in columns("observation")) + "\n")
    script.write_casebook(rows, tmp_path)
    assert pl.read_csv(tmp_path / "observation.csv", infer_schema=False).height == rows.height + 4
    assert pl.read_csv(tmp_path / "role.csv", infer_schema=False).columns == ["role", "series"]
