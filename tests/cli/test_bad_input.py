"""Bad input: exit 2, nothing on standard output, one line that says what, where and how to mend it, no half file."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.casebooks import BASE, broken, write_casebook
from tests.conftest import Khasan, Said

TOMORROW = (date.today() + timedelta(days=1)).isoformat()
SHARE = "trade_share:client=PRK,compiler=KOTRA,partner=CHN,year=2005@00000000"


def refused(said: Said) -> str:
    """Check that a run was refused in one line and return it."""
    assert said.status == 2, said
    assert said.out == ""
    assert said.err.startswith("khasan: ")
    assert len(said.err.splitlines()) == 1
    assert len(said.err) < 600
    assert "Traceback" not in said.err
    return said.err


BRIEFS = {
    "an unknown country": (("RUS", "Atlantis"), "unknown country 'Atlantis'"),
    "an unknown opponent": (("RUS", "PRK", "--opponent", "ZZZ"), "unknown country 'ZZZ'"),
    "a country that is no more": (("SUN", "PRK"), "did not exist"),
    "a country that is not yet": (("RUS", "PRK", "--as-of", "1930-01-01"), "did not exist on 1930-01-01"),
    "a country named twice": (("RUS", "RUS"), "named twice"),
    "a day to come": (("RUS", "PRK", "--as-of", TOMORROW), "lies in the future"),
    "a day that is none": (("RUS", "PRK", "--as-of", "2018-02-30"), "not a date"),
    "a word for a day": (("RUS", "PRK", "--as-of", "yesterday"), "not a date"),
    "a word for since": (("RUS", "PRK", "--since", "spring"), "not a date"),
    "since a day to come": (("RUS", "PRK", "--since", TOMORROW), "--since"),
    "since after the day": (("RUS", "PRK", "--as-of", "2018-04-30", "--since", "2019-01-01"), "--since"),
    "since a day before there were years": (("RUS", "PRK", "--since", "0000-01-01"), "not a date"),
    "no client": (("RUS",), "client"),
    "an unknown option": (("RUS", "PRK", "--colour", "red"), "--colour"),
    "a ledger that is not there": (("RUS", "PRK", "--ledger", "/nowhere/t.duckdb"), "no such ledger"),
}


@pytest.mark.parametrize("name", list(BRIEFS))
def test_a_brief_that_cannot_be_is_refused(khasan: Khasan, tmp_path: Path, name: str) -> None:
    arguments, why = BRIEFS[name]
    out = tmp_path / "out"
    assert why in refused(khasan("brief", *arguments, "--out", out))
    assert not out.exists()


def test_the_soviet_union_of_today_and_russia_of_1980(khasan: Khasan, tmp_path: Path) -> None:
    assert "1991-12-25" in refused(khasan("brief", "SUN", "PRK", "--out", tmp_path / "out"))
    said = khasan("brief", "RUS", "PRK", "--as-of", "1980-06-01", "--no-pdf", "--out", tmp_path / "out")
    assert said.status == 0
    assert "Soviet Union" in (tmp_path / "out" / "brief.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["file/out", "file"])
def test_a_folder_that_cannot_be_written_is_named(khasan: Khasan, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    assert "--out" in refused(khasan("brief", "RUS", "PRK", "--no-pdf", "--out", tmp_path / place))
    assert (tmp_path / "file").read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


MEASURES = {
    "from after to": (
        ("dependence", "PRK", "--partner", "CHN", "--from", "2006", "--to", "2005"),
        "--from 2006 lies after --to 2005",
    ),
    "votes from after to": (("alignment", "RUS", "--with", "PRK", "--from", "2006", "--to", "2005"), "swap them"),
    "an unknown client": (("dependence", "Atlantis", "--partner", "CHN"), "unknown country"),
    "an unknown partner": (("dependence", "PRK", "--partner", "Atlantis"), "unknown country"),
    "one unknown of several": (("alignment", "RUS", "--with", "PRK,Atlantis"), "unknown country"),
    "a year that is a word": (("dependence", "PRK", "--partner", "CHN", "--from", "spring"), "--from"),
    "an unknown flow": (("dependence", "PRK", "--partner", "CHN", "--flow", "sideways"), "--flow"),
    "an unknown basis": (("dependence", "PRK", "--partner", "CHN", "--basis", "guessed"), "--basis"),
    "an unknown format": (("dependence", "PRK", "--partner", "CHN", "--format", "xml"), "--format"),
    "a country not yet there": (
        ("dependence", "PRK", "--partner", "CHN", "--from", "1900", "--to", "1901"),
        "did not exist",
    ),
    "a day to come": (("lifeline", "PRK", "--as-of", TOMORROW), "lies in the future"),
    "an unknown measure": (("mood", "RUS"), "mood"),
    "no opponent": (("buffer", "RUS", "PRK"), "--opponent"),
}


@pytest.mark.parametrize("name", list(MEASURES))
def test_a_measure_that_cannot_be_is_refused(khasan: Khasan, name: str) -> None:
    arguments, why = MEASURES[name]
    assert why in refused(khasan("measure", *arguments))


UNKNOWN = (
    "nothing", "", "trade_share:x@y", "trade_share:client=PRK@1", "mood:client=PRK@12345678",
    "trade_share:as_of=2999-01-01,client=PRK@12345678", "trade_share:client=PRK,partner=CHN,year=99999@12345678",
    "trade_share:client=PRK,partner=CHN,year=-5@12345678", "trade_share:client=,partner=,year=2005@12345678",
    "figure_readings:end=x,from_actor=PRK,series=s,start=y,to_actor=CHN@12345678",
    SHARE.replace("KOTRA", "nobody"), "x" * 5000, "a\nb",
)  # fmt: skip


@pytest.mark.parametrize("command", ["why", "cite"])
@pytest.mark.parametrize("identifier", UNKNOWN, ids=range(len(UNKNOWN)))
def test_an_unknown_id_is_refused(khasan: Khasan, command: str, identifier: str) -> None:
    refused(khasan(command, identifier))


def test_other_questions_that_cannot_be_answered(khasan: Khasan) -> None:
    assert "--style" in refused(khasan("cite", "un-1718", "--style", "mla"))
    assert "--series" in refused(khasan("rows", "--series", "mood"))
    assert "--table" in refused(khasan("rows", "--table", "actor"))
    assert "unknown country" in refused(khasan("rows", "--actor", "Atlantis"))
    refused(khasan("dance"))


# -- casebooks and ledgers --------------------------------------------------------------------------------------------


def test_a_malformed_casebook_leaves_no_ledger(khasan: Khasan, tmp_path: Path) -> None:
    folder = broken(tmp_path / "book", "observation", 1, series="sunk")
    ledger = tmp_path / "t.duckdb"
    message = refused(khasan("load", "casebook", folder, "--ledger", ledger))
    assert "observation.csv, row 3, column series: 'sunk'" in message
    assert message == refused(khasan("casebook", "validate", folder)) or "row 3" in message
    assert [one.name for one in tmp_path.iterdir()] == ["book"]


def test_of_two_casebooks_both_or_none_are_loaded(khasan: Khasan, tmp_path: Path) -> None:
    good, bad = write_casebook(tmp_path / "good", BASE), broken(tmp_path / "bad", "observation", 0, value="x")
    ledger = tmp_path / "t.duckdb"
    refused(khasan("load", "casebook", good, bad, "--ledger", ledger))
    assert not ledger.exists()
    assert khasan("load", "casebook", good, "--ledger", ledger).status == 0
    more = write_casebook(tmp_path / "more", {"observation": [BASE["observation"][0] | {"id": "r3"}]})
    refused(khasan("load", "casebook", more, bad, "--ledger", ledger))
    assert "nothing new" not in khasan("load", "casebook", more, "--ledger", ledger).err


def test_loading_what_is_not_there(khasan: Khasan, tmp_path: Path) -> None:
    ledger = tmp_path / "t.duckdb"
    assert "no such folder" in refused(khasan("load", "casebook", tmp_path / "none", "--ledger", ledger))
    assert "unknown source" in refused(khasan("load", "rumours", tmp_path, "--ledger", ledger))
    assert "--ledger" in refused(khasan("load", "casebook", tmp_path))
    book = write_casebook(tmp_path / "book", BASE)
    assert "--ledger" in refused(khasan("load", "casebook", book, "--ledger", tmp_path / "none" / "t.duckdb"))
    assert not ledger.exists()


def test_a_retraction_that_cannot_be(khasan: Khasan, tmp_path: Path) -> None:
    ledger = tmp_path / "t.duckdb"
    assert khasan("load", "casebook", write_casebook(tmp_path / "book", BASE), "--ledger", ledger).status == 0
    assert "no row 'nothing'" in refused(khasan("retract", "nothing", "--reason", "x", "--ledger", ledger))
    assert "--reason" in refused(khasan("retract", "r1", "--reason", " ", "--ledger", ledger))
    assert "--reason" in refused(khasan("retract", "r1", "--reason", "a\x02b", "--ledger", ledger))
    assert "no such ledger" in refused(khasan("retract", "r1", "--reason", "x", "--ledger", tmp_path / "none.duckdb"))
    (tmp_path / "text.duckdb").write_text("no database " * 999)
    refused(khasan("retract", "r1", "--reason", "x", "--ledger", tmp_path / "text.duckdb"))
    refused(khasan("rows", "--ledger", tmp_path / "text.duckdb"))
    refused(khasan("ledger", "--ledger", tmp_path))


def test_a_new_casebook_and_an_export_write_over_nothing(khasan: Khasan, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert "exists already" in refused(khasan("casebook", "new", tmp_path / "there"))
    assert "exists already" in refused(khasan("ledger", "--export", tmp_path / "there"))
    assert "parent" in refused(khasan("casebook", "new", tmp_path / "none" / "x"))
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


# -- as a process -----------------------------------------------------------------------------------------------------


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as its users do."""
    return subprocess.run(
        [sys.executable, "-m", "khasan", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("brief", "RUS", "Atlantis"),
        ("measure", "dependence", "PRK", "--partner", "CHN", "--from", "2", "--to", "1"),
        ("why", "nothing"),
        ("dance",),
    ],
    ids=lambda one: one[0],
)
def test_a_process_ends_with_two_and_one_line(arguments: tuple[str, ...]) -> None:
    done = process(*arguments)
    refused(Said(done.returncode, done.stdout, done.stderr))


def test_a_process_prints_its_version_and_help() -> None:
    done = process("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("khasan ")
    done = process("--help")
    assert done.returncode == 0
    for command in ("brief", "load", "ledger", "rows", "measure", "why", "cite", "retract", "casebook"):
        assert command in done.stdout
