"""What the casebook keeps on losses if partners left is what the script computes from the public data files."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.casebooks import copy_of, edit_table, read_table, write_table

from khasan.answers.assemble import Answers
from khasan.brief.compose import compose
from khasan.brief.data import brief_data
from khasan.cli.loading import load
from khasan.ledger.bundled import bundled_folder, open_casebook
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot, take_snapshot

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
CASEBOOK = ROOT / "casebooks" / "rus-prk"
NUMBERS = ("value", "low", "high")

needs_data = pytest.mark.skipif(
    not (DATA / "states").is_dir() or not (DATA / "gravity").is_dir(),
    reason="the data files on states and trade (../shared/data/states and gravity) are not here",
)


@pytest.fixture(scope="module")
def kept() -> dict[str, dict[str, str]]:
    """The rows of ``finding.csv`` by id."""
    return {row["id"]: row for row in read_table(CASEBOOK / "finding.csv")}


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Finding]:
    """The findings as the script computes them, by id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        script = importlib.import_module("leaving_rus_prk")
    path = tmp_path_factory.mktemp("world") / "world.duckdb"
    load("states", [DATA / "states"], path, None, None, None)
    made = script.findings(take_snapshot(open_casebook(CASEBOOK)), DATA, path)
    return {one.id: one for one in made}


def without_digits(text: str) -> str:
    """Return text without its numbers, of which the last digit may differ between machines."""
    return re.sub(r"\d[\d.,]*", "#", text)


@needs_data
def test_the_kept_findings_are_those_that_are_computed(
    kept: dict[str, dict[str, str]], computed: Mapping[str, Finding]
) -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    assert set(kept) == set(computed)
    for name, one in computed.items():
        row = kept[name]
        for number in NUMBERS:
            assert float(row[number]) == pytest.approx(getattr(one, number), rel=1e-5, abs=1e-9), (name, number)
        assert row["unit"] == one.unit
        assert json.loads(row["evidence"]) == list(one.evidence)
        assert [without_digits(line) for line in json.loads(row["caveats"])] == [
            without_digits(line) for line in one.caveats
        ]
        assert json.loads(row["parameters"]) == dict(one.parameters)


def test_every_kept_finding_rests_on_rows_that_are_what_they_were(bundled: Snapshot, kept: dict[str, Any]) -> None:
    from khasan.answers.methods import recompute

    assert len(kept) >= 60
    for name, row in kept.items():
        again = recompute(bundled, name)
        assert again.unchanged, name
        assert again.finding.value == float(row["value"])
        assert not any("have changed" in line for line in again.finding.caveats)
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_published_estimates_stand_in_the_brief_with_their_sources(bundled_answers: Answers) -> None:
    document = compose(bundled_answers)
    brief = brief_data(document)
    (chapter,) = brief["chapters"]
    said = " ".join(chapter["conflicts"])
    for words in (
        "(J. Kim and others, 2023): 6.5 percent (industrial output after the export sanctions), 13.4 percent "
        "(industrial output after the export and import sanctions), 45 percent (manufacturing output if all exports "
        "and imports were barred)",
        "(J. Choi, 2020): 1.4 billion dollars (export shock, low end), 1.5 billion dollars (export shock, high end)",
        "; 8.5 percent (gross domestic product, export shock, low end), 9 percent (gross domestic product, "
        "export shock, high end)",
    ):
        assert words in said
    used = {row["row"] for row in document.evidence}
    values = {
        (row["compiler"], row["unit"], float(row["value"]))
        for row in read_table(CASEBOOK / "observation.csv")
        if row["id"] in used and row["series"] in ("sanctions_output_loss", "sanctions_value_added_loss")
    }
    assert values == {
        *(("J. Kim and others", "percent", value) for value in (6.5, 13.4, 45.0)),
        *(("J. Choi", "USD million", value) for value in (1400.0, 1500.0)),
        *(("J. Choi", "percent", value) for value in (8.5, 9.0)),
    }
    assert {"snu-2023-03", "choi-2020"} <= {row["id"] for row in brief["sources"]}


@needs_data
def test_a_number_that_changed_is_written_anew_and_the_rest_keeps_its_day(
    computed: Mapping[str, Finding], tmp_path: Path
) -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        script = importlib.import_module("leaving_rus_prk")
    folder = copy_of(bundled_folder(), tmp_path / "book")
    path = folder / "finding.csv"
    assert script.write_findings(computed.values(), folder) == len(computed)
    edit_table(folder, "finding", lambda row: row.update(computed="2020-01-01"))
    script.write_findings(computed.values(), folder)
    assert {row["computed"] for row in read_table(path)} == {"2020-01-01"}
    started = date.today()
    first, *rest = computed.values()
    script.write_findings([replace(first, value=first.value + 1.0), *rest], folder)
    days = {row["id"]: row["computed"] for row in read_table(path)}
    assert [name for name, day in days.items() if day != "2020-01-01"] == [first.id]
    assert date.fromisoformat(days[first.id]) >= started


def test_published_estimates_are_appended_once(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        script = importlib.import_module("leaving_rus_prk")
    folder = copy_of(bundled_folder(), tmp_path / "book")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    script.append_published(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    whole = read_table(folder / "observation.csv")
    published = {"sanctions_output_loss", "sanctions_value_added_loss"}
    write_table(folder / "observation.csv", [row for row in whole if row["series"] not in published])
    script.append_published(folder)
    assert sorted(row["id"] for row in read_table(folder / "observation.csv")) == sorted(row["id"] for row in whole)
