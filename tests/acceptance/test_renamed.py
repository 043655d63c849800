"""Nothing about Russia or Korea is written in code: with every name and one figure changed, all words follow."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.casebooks import Row, answers_of, copy_of, edit_table, read_table

from khasan.answers.assemble import Answers
from khasan.brief.compose import compose
from khasan.brief.data import brief_data
from khasan.ledger.bundled import bundled_folder
from khasan.ledger.export import csv_text
from khasan.ledger.finding import finding_key
from khasan.ledger.schema import schema


def new_code(code: str) -> str:
    """Rename a code: every letter moves on, with a mark that no code of the casebook has."""
    if code in ("UN", "WLD", "NATO", "EU"):
        return code
    return "+".join(
        "Q" + re.sub("[A-Z]", lambda one: chr((ord(one[0]) - 65 + 7) % 26 + 65), part) for part in code.split("+")
    )


def new_name(code: str) -> str:
    """Return an invented name for a code."""
    vowels = "aeiou"
    letters = re.sub("[^A-Z]", "", new_code(code)).lower()
    return "".join(letter + vowels[place % 5] for place, letter in enumerate(letters)).capitalize() + "via"


ACTOR_COLUMNS = {
    table: [(column.name, column.is_list) for column in columns if column.references == ("actor", "id")]
    for table, columns in schema().items()
}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundled casebook with other codes and names of states, blocs and groups, and one other figure."""
    folder = copy_of(bundled_folder(), tmp_path_factory.mktemp("renamed") / "book")
    codes = {row["id"]: new_code(row["id"]) for row in read_table(folder / "actor.csv")}
    assert len(set(codes.values())) == len(codes)

    def rename(row: Row) -> None:
        row.update(
            name=new_name(row["id"]) if codes[row["id"]] != row["id"] else row["name"], aliases="", id=codes[row["id"]]
        )

    edit_table(folder, "actor", rename)
    for table, columns in ACTOR_COLUMNS.items():
        if (folder / f"{table}.csv").is_file():
            edit_table(folder, table, lambda row, columns=columns: follow(row, columns, codes))  # type: ignore[misc]

    def rename_cells(row: Row) -> None:
        """Rename the codes in cells that are no references: accusers, and whose flow is suspect for whose."""
        row["alleged_by"] = codes.get(row["alleged_by"], row["alleged_by"])
        if row["series"] == "trade_suspicion":
            kind, space, namesake = row["note"].partition(" ")
            row.update(scenario=codes[row["scenario"]], note=f"{kind}{space}{codes.get(namesake, namesake)}")

    def rename_parameters(row: Row) -> None:
        """Rename the codes in the parameters of kept findings, which stand in their ids too."""
        given = {
            key: re.sub(r"[A-Z]{3}", lambda code: codes.get(code[0], code[0]), value)
            if isinstance(value, str)
            else value
            for key, value in json.loads(row["parameters"]).items()
        }
        key = finding_key(row["method"], given)
        row.update(id=f"{key}@{row['id'].rpartition('@')[2]}", parameters=json.dumps(given))

    edit_table(folder, "observation", rename_cells)
    edit_table(folder, "finding", rename_parameters)
    return folder


def follow(row: Row, columns: Iterable[tuple[str, bool]], codes: dict[str, str]) -> None:
    """Rename the actors that a row refers to."""
    for column, is_list in columns:
        parts = row[column].split(";") if is_list else [row[column]]
        row[column] = ";".join(codes.get(part.strip(), part) for part in parts)


@pytest.fixture(scope="module")
def before(bundled_answers: Answers) -> dict[str, Any]:
    """The brief of the bundled casebook."""
    return brief_data(compose(bundled_answers))


@pytest.fixture(scope="module")
def after(renamed: Path) -> dict[str, Any]:
    """The brief of the renamed casebook."""
    return brief_data(compose(answers_of(renamed, new_code("RUS"), new_code("PRK"))))


def sentences(brief: dict[str, Any]) -> list[str]:
    """Return every sentence that the brief computes, without the ledger's own words."""
    told = [brief["headline"], brief["bottom_line"], brief["dateline"]]
    for answer in (*brief["answers"], *brief["chapters"]):
        told += [answer["title"], answer["text"], *answer["conflicts"], *answer["unknown"]]
        if answer["chart"]:
            told += [answer["chart"][key] for key in ("title", "subtitle", "alternative")]
        for table in answer["tables"]:
            told += [table["title"], table["subtitle"], *table["head"]]
    return told


def test_the_same_is_said_of_the_renamed(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert len(after["findings"]) == len(before["findings"])
    old = {(one["method"], tuple(sorted(map(str, one["evidence"])))): one["value"] for one in before["findings"]}
    new = {(one["method"], tuple(sorted(map(str, one["evidence"])))): one["value"] for one in after["findings"]}
    kept = set(old) & set(new)
    assert len(kept) > 0.9 * len(old)
    assert all(new[key] == pytest.approx(old[key]) for key in kept)
    assert not {one["id"] for one in before["findings"]} & {one["id"] for one in after["findings"]}


def test_no_old_name_or_code_is_in_a_computed_sentence(after: dict[str, Any], renamed: Path) -> None:
    actors = read_table(bundled_folder() / "actor.csv")
    gone = {row["id"] for row in actors if row["id"] != new_code(row["id"]) and len(row["id"]) == 3}
    names = {row["name"] for row in actors if row["id"] in gone} | {"Russian", "North Korean", "Soviet", "Chinese"}
    # What the ledger itself says: texts of events, labels, units, compilers, origins, publishers, scenarios, channels.
    own = set()
    for table in (
        "event",
        "label",
        "unit",
        "origin",
        "source",
        "channel",
        "series",
        "coverage",
        "exchange",
        "restriction",
    ):
        own |= {cell for row in read_table(renamed / f"{table}.csv") for cell in row.values() if cell}
    own |= {
        row[key]
        for row in read_table(renamed / "observation.csv")
        for key in ("compiler", "scenario", "excludes", "alleged_by")
        if row[key]
    }
    quoted = sorted((text for text in own if any(name in text for name in names)), key=len, reverse=True)
    for sentence in sentences(after):
        rest = sentence
        for text in quoted:
            for form in (text, text[:1].lower() + text[1:], text[:1].upper() + text[1:], re.split("[;,]", text)[0]):
                rest = rest.replace(form, "…") if len(form) > 3 else rest
        for name in names:
            assert not re.search(rf"\b{re.escape(name)}\b", rest), (name, sentence)
        assert not gone & set(re.findall(r"\b[A-Z]{3}\b", rest)), sentence
    text = json.dumps(
        [after["names"], after["patron"], after["client"], after["opponent"], after["rival"], after["channels"]]
    )
    assert not gone & set(re.findall(r"\b[A-Z]{3}\b", text))


def test_new_names_stand_in_their_place(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert after["names"] == {new_code(code): new_name(code) for code in before["names"]}
    for code in ("RUS", "PRK", "CHN"):
        assert new_name(code) in after["bottom_line"]
        assert any(new_name(code) in answer["text"] for answer in after["answers"])
    assert new_name("SUN") in " ".join(sentences(after))


def test_one_figure_changed_changes_sentence_chart_evidence_and_id(bundled_answers: Answers, tmp_path: Path) -> None:
    leading = bundled_answers.part("dependence").parts["leading"]
    (row,) = leading.evidence[:1]
    share = round(leading.value * 100)
    folder = copy_of(bundled_folder(), tmp_path / "book")
    value = {one["id"]: one for one in read_table(folder / "observation.csv")}[row]["value"]

    def change(cells: Row) -> None:
        if cells["id"] == row:
            cells.update(value=str(float(value) * 0.7), low="", high="")

    edit_table(folder, "observation", change)
    answers = answers_of(folder, "RUS", "PRK")
    moved = answers.part("dependence").parts["leading"]
    assert moved.parameters == leading.parameters
    assert moved.value != pytest.approx(leading.value, rel=0.05)
    assert moved.id != leading.id
    old, new = brief_data(compose(bundled_answers)), brief_data(compose(answers))
    assert f"{share} percent" in old["bottom_line"]
    assert f"{share} percent" not in new["bottom_line"].split(".")[0]
    assert f"{round(moved.value * 100)} percent" in new["bottom_line"]
    charts = [
        next(answer["chart"]["data"] for answer in brief["answers"] if answer["question"] == "dependence")
        for brief in (old, new)
    ]
    assert charts[0] != charts[1]
    sheet = {cells["row"]: cells for cells in csv.DictReader(io.StringIO(csv_text(compose(answers).evidence)))}
    assert float(sheet[row]["value"]) == pytest.approx(float(value) * 0.7)
    assert moved.id in sheet[row]["findings"].split(";") or len(sheet[row]["findings"].split(";")) == 20
    again = {one.id.rpartition("@")[0]: one.id for one in answers.findings}
    for one in bundled_answers.findings:
        key = one.id.rpartition("@")[0]
        if key in again:
            assert (again[key] == one.id) == (row not in one.evidence), key
