"""What a scenario in tables of many sectors shows, and of whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khasan.gravity.scenario.document import scenario_of
from khasan.gravity.scenario.result import Outcome
from khasan.gravity.scenario.sectors import read_tables, solve_sectors
from tests.gravity.worlds import made_tables

CUT = {"sender": "r01", "target": "r00", "sector": "s00", "cut": 0.5}
TARIFF = {"importer": "r02", "exporter": "r03", "sector": "s01", "rate": 0.4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with tables of five regions and two sectors."""
    (tmp_path / "tables").mkdir()
    for name, frame in made_tables(5, 2, 1).items():
        frame.write_parquet(tmp_path / "tables" / f"{name}.parquet")
    return tmp_path


def solved(folder: Path, **given: Any) -> Outcome:
    scenario = scenario_of({"tables": "tables", **given}, "s.toml", folder)
    return solve_sectors(scenario, read_tables(folder / "tables", "s.toml, tables"))


def pairs(outcome: Outcome) -> set[tuple[object, object]]:
    return {(row["exporter"], row["importer"]) for row in outcome.trade}


def roles(outcome: Outcome) -> list[object]:
    return [row["role"] for row in outcome.welfare]


def test_a_tariff_beside_a_restriction_is_shown(folder: Path) -> None:
    outcome = solved(folder, restriction=[CUT], tariff=[TARIFF])
    (row,) = (
        one for one in outcome.trade if (one["sector"], one["exporter"], one["importer"]) == ("s01", "r03", "r02")
    )
    assert row["tariff"] == 0.4
    assert row["value"] < row["baseline"]
    assert {row["country"] for row in outcome.prices} == {"r00", "r02", "r03"}
    # Trade that neither a target nor an end of a tariff takes part in is not shown.
    assert ("r01", "r04") not in pairs(outcome)
    assert roles(outcome) == ["target", "sender", "other", "other", "other"]


def test_ends_of_tariffs_are_targets_where_nothing_else_is_asked(folder: Path) -> None:
    outcome = solved(folder, tariff=[TARIFF])
    assert roles(outcome) == ["other", "other", "target", "target", "other"]
    assert {row["country"] for row in outcome.prices} == {"r02", "r03"}
    assert ("r00", "r01") not in pairs(outcome)


def test_a_sender_that_takes_a_tariff_stays_a_sender(folder: Path) -> None:
    outcome = solved(folder, restriction=[CUT], tariff=[{**TARIFF, "importer": "r01"}])
    assert roles(outcome) == ["target", "sender", "other", "other", "other"]
    assert ("r01", "r04") in pairs(outcome)
