"""World Bank indicators: whole answers, groups set aside, states in their time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from published import ACTORS, as_json, written

from khasan.ledger.errors import InputError
from khasan.sources import world_bank

POPULATION = "SP.POP.TOTL"


def record(code: str, year: int, value: Any, indicator: str = POPULATION) -> dict[str, Any]:
    """Make one record as the interface sends it."""
    return {
        "indicator": {"id": indicator, "value": "words"}, "country": {"id": code[:2], "value": code},
        "countryiso3code": code, "date": str(year), "value": value, "unit": "", "obs_status": "", "decimal": 0,
    }  # fmt: skip


def answer(path: Path, *records: dict[str, Any], **page: Any) -> Path:
    """Write an answer."""
    says = {"page": 1, "pages": 1, "per_page": 20000, "total": len(records), "lastupdated": "2024-05-30"} | page
    return as_json(path / f"page-{says['page']}.json", [says, list(records)])


def test_an_answer_is_read_and_mapped(tmp_path: Path) -> None:
    path = answer(
        tmp_path,
        record("PRK", 2010, 24686435),
        record("PRK", 2011, None),
        record("RUS", 1990, 147969407),
        record("RUS", 1992, 148538197),
        record("WLD", 2010, 6969631901),
        record("AFE", 2010, 530308387),
    )
    got = world_bank.state_years(world_bank.read_world_bank(path), ACTORS.filter(pl.col("id") != "WLD"))
    assert got.rows.rows() == [
        ("PRK", 2010, "population", "World Bank", "persons", 24686435.0),
        ("RUS", 1992, "population", "World Bank", "persons", 148538197.0),
    ]
    assert sorted(got.set_aside.rows()) == [
        ("AFE", "not an actor of this ledger", 1),
        ("RUS", "did not exist in the period", 1),
        ("WLD", "not an actor of this ledger", 1),
    ]
    assert world_bank.last_updated(path) == "2024-05-30"


def test_money_is_in_million(tmp_path: Path) -> None:
    frame = world_bank.read_world_bank(answer(tmp_path, record("KOR", 2010, 1144067000000.5, "NY.GDP.MKTP.CD")))
    (row,) = world_bank.state_years(frame, ACTORS).rows.rows(named=True)
    assert (row["measure"], row["unit"], row["value"]) == ("gdp_current", "USD million", pytest.approx(1144067.0000005))


def test_pages_are_read_together_and_none_may_miss(tmp_path: Path) -> None:
    one = answer(tmp_path, record("PRK", 2010, 1), record("PRK", 2011, 2), pages=2, per_page=2, total=3)
    two = answer(tmp_path, record("PRK", 2012, 3), page=2, pages=2, per_page=2, total=3)
    assert world_bank.read_world_bank([two, one])["year"].sort().to_list() == [2010, 2011, 2012]
    with pytest.raises(InputError, match="page 2 of 2 is missing"):
        world_bank.read_world_bank(one)
    with pytest.raises(InputError, match="page 1 of 2 is missing"):
        world_bank.read_world_bank([two])
    with pytest.raises(InputError, match="stand more than once"):
        world_bank.read_world_bank([one, one, two])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}],
         "answered: The provided parameter value is not valid"),
        ({"data": []}, "not an answer"),
        ([{"page": 1}, []], "does not say what page"),
        ([{"page": 1, "pages": 1, "per_page": 50, "total": 3}, []], "0 of 3 records"),
        ([{"page": 1, "pages": 1, "per_page": 50, "total": 1}, [7]], "not an answer"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(tmp_path: Path, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        world_bank.read_world_bank(as_json(tmp_path / "page.json", value))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "2010Q1"}, "date: '2010Q1' is no year"),
        ({"value": "many"}, "value: 'many' is no number"),
        ({"indicator": None}, "lacks indicator"),
    ],
)
def test_a_record_that_is_wrong_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        world_bank.read_world_bank(answer(tmp_path, record("PRK", 2010, 1) | change))


def test_an_indicator_without_a_unit_and_a_negative_value_are_refused(tmp_path: Path) -> None:
    odd = world_bank.read_world_bank(answer(tmp_path, record("PRK", 2010, 1, "XX.YY")))
    with pytest.raises(InputError, match=r"the measure of XX\.YY is not listed"):
        world_bank.state_years(odd, ACTORS)
    negative = world_bank.read_world_bank(answer(tmp_path, record("PRK", 2010, -1)))
    with pytest.raises(InputError, match="PRK in 2010 is negative"):
        world_bank.state_years(negative, ACTORS)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = answer(tmp_path, record("PRK", 2010, 1)).read_text()
    with pytest.raises(InputError, match="cut off"):
        world_bank.read_world_bank(written(tmp_path / "cut.json", whole[:-20]))
