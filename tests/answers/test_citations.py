"""From a finding to its rows and sources, and citations ready to paste."""

from __future__ import annotations

import json
import re

import pytest

from khasan.answers.asking import explain, find_rows
from khasan.answers.assemble import Answers
from khasan.answers.citing import citations
from khasan.answers.methods import METHODS, method_named, recompute
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot


def test_why_gives_only_the_rows_used(harbours: Snapshot, harbour_answers: Answers) -> None:
    for one in harbour_answers.findings:
        told = explain(harbours, one.id)
        assert told["finding"]["id"] == one.id
        assert [row["id"] for row in told["rows"]] == list(one.evidence)
        assert {row["source"] for row in told["rows"]} == {source["id"] for source in told["sources"]}
        assert told["changed"] == ""


def test_why_of_a_row_and_of_a_source(harbours: Snapshot) -> None:
    told = explain(harbours, "h001")
    assert told["finding"] is None
    assert [row["id"] for row in told["rows"]] == ["h001"]
    assert told["rows"][0]["word"] == "documented"
    told = explain(harbours, "court-roll")
    assert {row["id"] for row in told["rows"]} >= {"v1", "v2", "roll-7-2"}
    assert [source["id"] for source in told["sources"]] == ["court-roll"]


def test_an_id_from_before_a_change_says_so(harbours: Snapshot, harbour_answers: Answers) -> None:
    old = harbour_answers.findings[0].id[:-8] + "00000000"
    assert harbour_answers.findings[0].id in explain(harbours, old)["changed"]


@pytest.mark.parametrize(
    "text",
    ["nothing", "trade_share:client=QVE@12345678", "unheard_of:a=1@12345678",
     "trade_share:client=QVE,partner=QOS,year=x@12345678",
     "trade_share:client=QVE,partner=QOS,year=1700,compiler=Harbour%20Board@12345678",
     "trade_share:snapshot=1@1", "a:b@c", "__import__:a=1@1"],
)  # fmt: skip
def test_what_nobody_knows_is_refused_in_one_line(harbours: Snapshot, text: str) -> None:
    with pytest.raises(InputError) as refused:
        explain(harbours, text)
    assert len(str(refused.value).splitlines()) == 1


def test_every_method_of_a_finding_is_known(bundled_answers: Answers) -> None:
    assert {one.method for one in bundled_answers.findings} <= set(METHODS)
    assert all(method_named(name).__name__ == name for name in METHODS)


def test_sources_before_reprints(bundled: Snapshot, bundled_answers: Answers) -> None:
    for one in bundled_answers.findings[:60]:
        order = [source.get("reprint") == "yes" for source in explain(bundled, one.id)["sources"]]
        assert order == sorted(order)
    assert recompute(bundled, bundled_answers.findings[0].id).unchanged


# -- styles -----------------------------------------------------------------------------------------------------------


def test_bibtex_escapes_what_tex_would_obey(harbours: Snapshot) -> None:
    text = citations(harbours, "guild-letter", "bibtex")
    assert r"\{1st \& 2nd series\}, 50\% complete" in text
    assert text.startswith("@misc{guild-letter,")
    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert "month = {6}" in citations(harbours, "board-yearbook", "bibtex") or "month = {06}" in citations(
        harbours, "board-yearbook", "bibtex"
    )


def test_bibtex_of_every_source_is_balanced(bundled: Snapshot) -> None:
    for source in bundled.sources:
        bare = re.sub(r"\\.", "", citations(bundled, source, "bibtex"))
        assert bare.count("{") == bare.count("}"), source
        assert not re.search(r"(?<!\\)[%&#$]", re.sub(r"url = \{.*\}", "", citations(bundled, source, "bibtex"))), (
            source
        )


def test_csl_json_is_json_with_parts_of_dates(harbours: Snapshot, harbour_answers: Answers) -> None:
    (item,) = json.loads(citations(harbours, "board-yearbook", "csl-json"))
    assert item["issued"] == {"date-parts": [[2024, 6]]}
    assert item["author"] == [{"literal": "Harbour Board"}]
    assert item["URL"] == "https://example.org/board"
    one = harbour_answers.findings[0]
    items = json.loads(citations(harbours, one.id, "csl-json"))
    assert items[-1]["id"] == one.id
    assert items[-1]["type"] == "dataset"


def test_plain_citations_name_the_finding_last(harbours: Snapshot, harbour_answers: Answers) -> None:
    one = harbour_answers.findings[0]
    lines = citations(harbours, one.id, "plain").splitlines()
    assert lines[0] == "Yearbook of the harbours, Harbour Board, 2024-06. https://example.org/board"
    assert one.id in lines[-1]
    assert citations(harbours, "h001", "plain") == lines[0]


# -- rows -------------------------------------------------------------------------------------------------------------


def test_rows_are_found_by_series_actor_and_text(harbours: Snapshot) -> None:
    assert {row["series"] for row in find_rows(harbours, "observation", series="casks_declared")} == {"casks_declared"}
    assert {row["id"] for row in find_rows(harbours, "event", actor="Ostholm")} == {"v1", "v3", "v4"}
    assert [row["id"] for row in find_rows(harbours, "event", text="PRINCE")] == ["v3"]
    assert [row["id"] for row in find_rows(harbours, "observation", text="torn")] == ["h093"]
    assert find_rows(harbours, "source", actor="QOS") == []
    assert find_rows(harbours, "event", text="(") == []


@pytest.mark.parametrize("cells", [{"table": "actor"}, {"series": "unheard_of"}, {"actor": "Atlantis"}])
def test_unknown_tables_series_and_actors_are_refused(harbours: Snapshot, cells: dict[str, str]) -> None:
    with pytest.raises(InputError):
        find_rows(harbours, cells.get("table", "observation"), series=cells.get("series"), actor=cells.get("actor"))
