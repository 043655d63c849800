"""The table of namesakes: made by a rule over all names, with the pairs that everybody knows and no pair at random."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from khasan.measures.vetting import confusable, read_namesakes

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "src" / "khasan" / "measures" / "namesakes.csv"


def grade(one: str, other: str) -> float | None:
    first, second = sorted((one, other))
    found = read_namesakes().filter((pl.col("one") == first) & (pl.col("other") == second))
    return None if found.is_empty() else float(found["grade"].item())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KOR", "PRK"), ("COD", "COG"), ("DMA", "DOM"), ("GIN", "GNQ"), ("SDN", "SSD"), ("CHN", "TWN"),
        ("COW:678", "YMD"), ("COW:260", "DDR"), ("COW:817", "VDR"),
    ],
)  # fmt: skip
def test_a_shared_name_has_the_highest_grade(one: str, other: str) -> None:
    assert grade(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AUS", "AUT"), ("SVK", "SVN"), ("IRN", "IRQ"), ("NER", "NGA"), ("MRT", "MUS"), ("GMB", "ZMB"), ("IRL", "ISL"),
        ("PRY", "URY"), ("GIN", "GNB"), ("GIN", "PNG"), ("GNB", "GNQ"),
    ],
)  # fmt: skip
def test_what_is_spelled_alike_is_in_it_with_a_lower_grade(one: str, other: str) -> None:
    found = grade(one, other)
    assert found is not None
    assert 0.6 < found < 1


def test_no_pair_at_random() -> None:
    plain = ["PER", "NOR", "BLR", "GHA", "THA", "JPN", "FRA", "EGY", "POL", "CUB", "KEN", "SWE", "TUR", "VNM", "BRA"]
    assert [pair for pair in itertools.combinations(plain, 2) if grade(*pair) is not None] == []


def test_few_of_all_pairs_are_in_it_each_once_and_in_order() -> None:
    table = read_namesakes()
    assert 30 <= table.height <= 80  # of some 19,000 pairs
    assert (table["one"] < table["other"]).all()
    assert not table.select("one", "other").is_duplicated().any()
    assert table["grade"].is_between(0.6, 1).all()
    assert confusable(table.head(1)) == sorted(table.head(1).select("one", "other").row(0))


def test_states_that_never_lived_at_one_time_are_no_pair() -> None:
    assert grade("DEU", "DDR") is None
    assert grade("SUN", "RUS") is None


def test_the_script_makes_the_table_that_ships(tmp_path: Path) -> None:
    made = tmp_path / "namesakes.csv"
    command = [sys.executable, ROOT / "scripts" / "namesakes.py", ROOT / "casebooks" / "rus-prk" / "actor.csv", made]
    subprocess.run([str(part) for part in command], check=True)
    assert made.read_text(encoding="utf-8") == TABLE.read_text(encoding="utf-8")
