"""The interfaces that others rely on: the JSON of a brief, of measures and of ``why``."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.casebooks import TWO_HARBOURS
from tests.conftest import Khasan

TOP = {
    "schema",
    "patron",
    "client",
    "opponent",
    "rival",
    "as_of",
    "bottom_line",
    "answers",
    "channels",
    "findings",
    "sources",
}
ANSWER = {"question", "text", "spans", "findings", "conflicts", "unknown"}
FINDING = {"id", "value", "low", "high", "unit", "method", "parameters", "evidence", "caveats"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("brief")


@pytest.fixture
def data(khasan: Khasan, folder: Path) -> dict[str, Any]:
    """The brief, written once by the command line."""
    if not (folder / "brief.json").is_file():
        said = khasan("brief", "RUS", "PRK", "--no-pdf", "--out", folder)
        assert (said.status, said.err) == (0, "")
        told = said.out.splitlines()
        assert [Path(line).name for line in told[-3:]] == ["brief.html", "brief.json", "evidence.csv"]
        assert len(re.findall(r"\.(?=\s|$)", told[0])) == 3
    read: dict[str, Any] = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    return read


def ask(khasan: Khasan, *arguments: object) -> Any:
    """Run a command that prints JSON."""
    said = khasan(*arguments, "--format", "json")
    assert said.status == 0, said.err
    return json.loads(said.out)


# -- brief.json -------------------------------------------------------------------------------------------------------


def test_the_keys_of_a_brief(data: dict[str, Any]) -> None:
    assert set(data) >= TOP
    assert (data["patron"], data["client"], data["opponent"], data["rival"]) == ("RUS", "PRK", "USA", "CHN")
    assert re.fullmatch(r"[a-z-]+/\d+", data["schema"])
    assert [answer["question"] for answer in data["answers"]] == ["bond", "dependence", "lifeline", "stance", "reasons"]
    assert all(set(answer) >= ANSWER for answer in data["answers"])


def test_findings_are_many_and_mostly_of_several_rows(data: dict[str, Any]) -> None:
    findings = data["findings"]
    assert len(findings) >= 60
    for one in findings:
        assert set(one) >= FINDING
        assert one["evidence"]
        assert all(isinstance(one[key], (int, float)) for key in ("value", "low", "high"))
        assert one["low"] <= one["value"] <= one["high"]
        assert isinstance(one["caveats"], list)
    assert sum(len(one["evidence"]) >= 2 for one in findings) >= len(findings) / 2
    assert len({one["id"] for one in findings}) == len(findings)
    assert all("id" in source for source in data["sources"])


def test_each_answer_has_three_numbers_in_spans_and_one_of_a_measure(data: dict[str, Any]) -> None:
    findings = {one["id"]: one for one in data["findings"]}
    for answer in data["answers"]:
        text = answer["text"]
        numbers = list(re.finditer(r"\d[\d,.]*", text))
        assert len(answer["spans"]) >= 3
        assert len(numbers) >= 3, text
        for number in numbers:
            assert any(one["start"] <= number.start() < one["end"] for one in answer["spans"]), number[0]
        assert all(0 <= one["start"] < one["end"] <= len(text) for one in answer["spans"])
        assert any(len(findings[one["finding"]]["evidence"]) >= 2 for one in answer["spans"])
        assert {one["finding"] for one in answer["spans"]} <= set(findings)
        assert set(answer["findings"]) <= set(findings)
        assert not re.search(r"\[\d+\]", text)


def test_every_channel_has_a_row(data: dict[str, Any]) -> None:
    names = {row["channel"] for row in data["channels"]}
    assert len(names) == len(data["channels"]) >= 13
    wanted = ["trade", "food", "oil_reported", "oil_unreported", "energy_industry", "debt", "rail", "internet"]
    wanted += ["aid", "labour", "arms", "troops", "finance"]
    assert set(wanted) <= names, set(wanted) - names
    assert all(row["latest"] is not None or row["reason"] for row in data["channels"])


def test_it_covers_the_essay_and_what_followed(data: dict[str, Any]) -> None:
    text = " ".join([data["bottom_line"], *(answer["text"] for answer in data["answers"])])
    used = json.dumps(data)
    assert "Soviet Union" in text
    assert "28 March 2024" in text
    for year in ("1961", "1990", "2024", "2025"):
        assert year in used


def test_what_must_not_be_asserted(data: dict[str, Any]) -> None:
    told = [data["headline"], data["bottom_line"]]
    for answer in data["answers"]:
        told += [answer["title"], answer["text"], *answer["conflicts"], *answer["unknown"]]
        told += [cell for table in answer["tables"] for row in table["rows"] for cell in row]
        if answer["chart"]:
            told += [answer["chart"][key] for key in ("title", "subtitle", "alternative")]
    for piece in told:
        for sentence in re.split(r"(?<=[.;])\s", piece):
            assert not re.search(r"\b52(\.\d)? ?(percent|%)", sentence) or "2017" not in sentence, sentence
    for one in data["findings"]:
        change = one["unit"] in ("share", "percent", "percent change") and one["method"] in (
            "change_across",
            "channel_trend",
        )
        if change and "2017" in json.dumps(one["parameters"]):
            assert abs(abs(one["value"]) - 0.52) > 0.004, one["id"]
            assert abs(abs(one["value"]) - 52) > 0.4, one["id"]


def test_soviet_trade_of_1990_has_two_values(data: dict[str, Any]) -> None:
    conflicts = [
        text for answer in data["answers"] for text in answer["conflicts"] if "1990" in text and "Soviet Union" in text
    ]
    assert any(
        {"1.97 billion dollars", "2.7 billion dollars"} <= set(re.findall(r"[\d.]+ billion dollars", text))
        for text in conflicts
    )


def test_four_readings_of_2010_stand_side_by_side(data: dict[str, Any]) -> None:
    (text,) = [text for answer in data["answers"] for text in answer["conflicts"] if "China in 2010" in text]
    assert [text.index(share) for share in ("83.0 percent", "56.9 percent", "56.0 percent", "45.3 percent")]
    for compiler in ("KOTRA", "KDI", "KITA", "Correlates of War"):
        assert compiler in text


# -- brief.html -------------------------------------------------------------------------------------------------------


class Numbers(HTMLParser):
    """Collect the numerals of sentences and cells that stand in no element with a finding or a row."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col", "source"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool, bool]] = []
        self.bare: list[str] = []
        self.marked = 0
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        mark = bool(named.get("data-finding") or named.get("data-row"))
        self.ids |= {value for key in ("data-finding", "data-row") if (value := named.get(key))}
        self.marked += mark
        exempt = set(str(named.get("class") or "").split()) & {
            "margin",
            "notes",
            "note",
            "question",
            "grade",
            "mark",
        } or tag in (
            "style",
            "script",
            "svg",
            "title",
            "sup",
            "time",
            "a",
            "header",
            "footer",
            "head",
            "figure",
            "figcaption",
            "caption",
            "th",
            "details",
            "ol",
            "aside",
        )
        if tag not in self.VOID:
            above = self.open[-1] if self.open else ("", False, False)
            self.open.append((tag, above[1] or mark, above[2] or bool(exempt)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        inside = self.open and any(tag in ("p", "td", "li") for tag, _, _ in self.open)
        if inside and not self.open[-1][1] and not self.open[-1][2] and re.search(r"\d", text):
            self.bare.append(text.strip())


def test_every_number_of_the_page_stands_in_its_element(data: dict[str, Any], folder: Path) -> None:
    page = Numbers()
    page.feed((folder / "brief.html").read_text(encoding="utf-8"))
    findings = {one["id"] for one in data["findings"]}
    assert page.marked > 100
    assert findings & page.ids
    exempt = re.compile(r"S/RES/\d+|\d{1,2} [A-Z][a-z]+ \d{4}|\b\d{4}-\d{2}(-\d{2})?\b|\bHS \d+")
    left = [text for text in page.bare if re.search(r"\d", exempt.sub("", text))]
    assert not left, left[:10]


# -- measures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("compiler", "share"), [("Correlates of War", 0.3726), ("KOTRA", 0.526)])
def test_dependence(khasan: Khasan, compiler: str, share: float) -> None:
    found = ask(
        khasan, "measure", "dependence", "PRK", "--partner", "CHN", "--from", 2005, "--to", 2005, "--compiler", compiler
    )
    (row,) = found
    wanted = {"client", "partner", "year", "exports", "imports", "share", "coverage", "compiler", "basis", "evidence"}
    assert set(row) >= wanted
    assert (row["client"], row["partner"], row["year"], row["compiler"]) == ("PRK", "CHN", 2005, compiler)
    assert row["share"] == pytest.approx(share, abs=6e-5 if compiler != "KOTRA" else 6e-4)
    assert row["evidence"]


def test_dependence_is_one_object_a_year_and_compiler(khasan: Khasan) -> None:
    found = ask(khasan, "measure", "dependence", "PRK", "--partner", "CHN", "--from", 1990, "--to", 2014)
    keys = [(row["year"], row["compiler"], row["excludes"]) for row in found]
    assert len(keys) == len(set(keys))
    assert all(0 <= row["share"] <= 1 for row in found)
    cow = [row for row in found if row["compiler"] == "Correlates of War"]
    assert len(cow) >= 20
    for row in cow:
        assert row["exports"] is not None or row["imports"] is not None


@pytest.mark.parametrize(("client", "partner"), [("PRK", "JPN"), ("PRK", "RUS"), ("PRK", "IND"), ("PRK", "DEU")])
def test_other_partners_and_years(khasan: Khasan, client: str, partner: str) -> None:
    found = ask(khasan, "measure", "dependence", client, "--partner", partner, "--from", 1948, "--to", 2014)
    assert all(0 <= row["share"] <= 1 and row["evidence"] and row["compiler"] for row in found)
    assert [row["year"] for row in found] == sorted(row["year"] for row in found)


def test_alignment(khasan: Khasan) -> None:
    (row,) = ask(khasan, "measure", "alignment", "RUS", "--with", "PRK", "--from", 2005, "--to", 2005)
    assert set(row) >= {"a", "b", "year", "agreement", "pi", "kappa", "votes", "without_abstentions", "contested"}
    assert (row["a"], row["b"], row["year"], row["votes"]) == ("RUS", "PRK", 2005, 75)
    assert row["agreement"] == pytest.approx(0.68, abs=5e-3)
    assert row["without_abstentions"] == pytest.approx(0.923, abs=5e-4)
    assert row["contested"] == pytest.approx(0.5, abs=5e-4)


def test_alignment_with_several_and_before_1992(khasan: Khasan) -> None:
    found = ask(khasan, "measure", "alignment", "RUS", "--with", "PRK,KOR,USA", "--from", 1991, "--to", 1993)
    assert {row["b"] for row in found} == {"PRK", "KOR", "USA"}
    for row in found:
        assert -1 <= row["pi"] <= 1
        assert -1 <= row["kappa"] <= 1
        assert 0 <= row["agreement"] <= 1
    (row,) = ask(khasan, "measure", "alignment", "RUS", "--with", "USA", "--from", 1985, "--to", 1985)
    assert any("Soviet Union" in text for text in row["caveats"])


MEASURES = (
    ("alignment", "RUS", "--with", "PRK"), ("lifeline", "PRK"), ("equidistance", "RUS", "PRK", "KOR"),
    ("balance", "RUS", "PRK"), ("buffer", "RUS", "PRK", "--opponent", "USA"), ("phases", "RUS", "PRK"),
    ("debt", "PRK", "RUS"), ("deed", "RUS", "PRK"), ("exchanges", "RUS", "PRK"),
)  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one[0])
def test_every_measure_prints_json_csv_and_a_table(khasan: Khasan, measure: tuple[str, ...]) -> None:
    rows = ask(khasan, "measure", *measure)
    assert isinstance(rows, list)
    assert rows
    sheet = khasan("measure", *measure, "--format", "csv")
    assert sheet.status == 0
    assert sheet.out.splitlines()[0].split(",")[0] == next(iter(rows[0]))
    assert khasan("measure", *measure).status == 0


# -- why --------------------------------------------------------------------------------------------------------------


def test_why_walks_from_a_finding_to_its_sources(khasan: Khasan, data: dict[str, Any]) -> None:
    for one in data["findings"][:: max(1, len(data["findings"]) // 12)]:
        told = ask(khasan, "why", one["id"])
        assert {"finding", "rows", "sources"} <= set(told)
        assert told["finding"]["id"] == one["id"]
        assert told["finding"]["value"] == one["value"]
        assert [row["id"] for row in told["rows"]] == one["evidence"]
        assert all("id" in source for source in told["sources"])
        assert {row["source"] for row in told["rows"]} == {source["id"] for source in told["sources"]}


def test_why_of_rows_and_sources_and_citations(khasan: Khasan, data: dict[str, Any]) -> None:
    one = data["findings"][0]
    row = one["evidence"][0]
    source = ask(khasan, "why", row)["sources"][0]["id"]
    for identifier in (one["id"], row, source):
        assert ask(khasan, "why", identifier)["rows"]
        for style in ("plain", "bibtex", "csl-json"):
            said = khasan("cite", identifier, "--style", style)
            assert said.status == 0
            assert said.out.strip()
            if style == "csl-json":
                assert json.loads(said.out)
    assert khasan("why", one["id"]).status == 0


# -- other casebooks --------------------------------------------------------------------------------------------------


def test_another_triangle_of_the_same_casebook(khasan: Khasan, tmp_path: Path) -> None:
    assert (
        khasan("brief", "CHN", "PRK", "--opponent", "USA", "--rival", "RUS", "--no-pdf", "--out", tmp_path).status == 0
    )
    assert json.loads((tmp_path / "brief.json").read_text())["rival"] == "RUS"


def test_a_pair_with_nothing_gives_a_short_brief(khasan: Khasan, tmp_path: Path) -> None:
    said = khasan("brief", "BRA", "FRA", "--no-pdf", "--out", tmp_path)
    assert (said.status, said.err) == (0, "")
    text = (tmp_path / "brief.json").read_text()
    assert "khasan load casebook" in text
    assert len(json.loads(text)["answers"]) == 5


def test_three_rivers_from_the_command_line(khasan: Khasan, tmp_path: Path, river_ledger: Path) -> None:
    out = tmp_path / "out"
    said = khasan(
        "brief", "XAA", "XBB", "--opponent", "XCC", "--rival", "XDD", "--ledger", river_ledger, "--no-pdf", "--out", out
    )
    assert (said.status, said.err) == (0, "")
    text = (out / "brief.json").read_text()
    assert "Arland" in text
    for name in ("Russia", "Korea", "China"):
        assert name not in text + (out / "brief.html").read_text()


def test_two_harbours_from_load_to_why(khasan: Khasan, tmp_path: Path) -> None:
    ledger, out = tmp_path / "t.duckdb", tmp_path / "out"
    said = khasan("load", "casebook", TWO_HARBOURS, "--ledger", ledger)
    assert (said.status, said.out) == (0, "")
    assert "nothing new" in khasan("load", "casebook", TWO_HARBOURS, "--ledger", ledger).err
    assert (
        khasan(
            "brief", "Ostholm", "west mark", "--opponent", "QNO", "--ledger", ledger, "--no-pdf", "--out", out
        ).status
        == 0
    )
    data = json.loads((out / "brief.json").read_text())
    assert (data["patron"], data["client"], data["rival"]) == ("QOS", "QVE", "QSU")
    assert [row["channel"] for row in data["channels"]] == ["cargo", "lamp_oil", "rowers", "pacts"]
    for one in data["findings"][::10]:
        assert ask(khasan, "why", one["id"], "--ledger", ledger)["changed"] == ""
    row = data["findings"][0]["evidence"][0]
    assert khasan("retract", row, "--reason", "misprint", "--ledger", ledger).status == 0
    assert khasan("brief", "QOS", "QVE", "--ledger", ledger, "--no-pdf", "--out", out).status == 0
    again = json.loads((out / "brief.json").read_text())
    assert len(again["retracted"]) == 1
    assert again["retracted"][0].startswith(f"{row}: ")
    assert again["retracted"][0].endswith(". misprint")
    assert not any(row in one["evidence"] for one in again["findings"])
    assert row in (out / "brief.html").read_text()
    assert "private-file" not in (out / "evidence.csv").read_text()
