"""Writing a ledger file: whole or nothing, one writer at a time, and nothing left of what was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from khasan.ledger.bundled import seed
from khasan.ledger.errors import InputError
from khasan.ledger.panels import PANEL
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable

PROGRAM = """
import os, signal, sys
from pathlib import Path
import polars as pl
from khasan.ledger.bundled import seed
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable

path, when = Path(sys.argv[1]), sys.argv[2]
source = pl.DataFrame({"_row": [2], "id": ["made-up"], "title": ["Made up"], "publisher": ["Nobody"],
                       "published": ["2016"], "kind": ["research"], "reliability": ["B"], "licence_class": ["ship"]})
members = pl.DataFrame({"actor": ["PRK"], "start": ["1948-09-09"], "end": ["2016-12-31"]})
members = members.with_columns(pl.col("start", "end").str.to_date())

def end():
    print("here", flush=True)
    if when.startswith("wait"):
        sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)

with writable(path) as ledger:
    with ledger.transaction():
        if not ledger.loads().height:
            seed(ledger)
        ledger.load({"source": source}, "made-up", kind="panel", sha256="a", panels={"membership": members})
        if when.endswith("inside"):
            end()
    end()
"""


def start(path: Path, when: str) -> subprocess.Popen[str]:
    """Start a process that writes to a ledger and kills itself, and wait until it is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), when], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    """Let a waiting process kill itself."""
    process.communicate("go")
    assert process.returncode == -9


def names(folder: Path) -> set[str]:
    """List what lies in a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger that holds the reference tables only."""
    path = tmp_path / "t.duckdb"
    with writable(path) as ledger:
        seed(ledger)
    return path


def loads(path: Path) -> list[str]:
    """List what a ledger holds, opened read-only."""
    with Ledger.open(path) as ledger:
        held: list[str] = ledger.loads().get_column("name").to_list()
        members = ledger.panels.read("membership").height
    assert members == (1 if "made-up" in held else 0)
    return held


def test_killed_inside_the_transaction_the_old_content_stays(old: Path) -> None:
    end(start(old, "wait inside"))
    assert loads(old) == ["rus-prk reference tables"]


def test_killed_after_the_transaction_the_new_content_is_there_though_the_log_was_not_folded_in(old: Path) -> None:
    end(start(old, "wait after"))
    log = old.with_name("t.duckdb.wal")
    assert log.exists()
    assert loads(old) == ["rus-prk reference tables", "made-up"]
    assert log.exists()  # a reader leaves the file as it is
    with writable(old) as ledger:
        assert ledger.loads().height == 2
    assert not log.exists()
    assert loads(old) == ["rus-prk reference tables", "made-up"]


@pytest.mark.parametrize("part", [0.01, 0.99])
def test_a_log_that_was_cut_leaves_the_old_content(old: Path, part: float) -> None:
    end(start(old, "wait after"))
    log = old.with_name("t.duckdb.wal")
    data = log.read_bytes()
    log.write_bytes(data[: int(len(data) * part)])
    assert loads(old) == ["rus-prk reference tables"]
    with writable(old) as ledger:
        assert ledger.loads().height == 1


@pytest.mark.parametrize("when", ["wait inside", "wait after"])
def test_a_new_ledger_that_was_killed_is_not_there_and_its_draft_goes_with_the_next_load(
    tmp_path: Path, when: str
) -> None:
    path = tmp_path / "new.duckdb"
    end(start(path, when))
    assert not path.exists()
    assert len(names(tmp_path)) == 1
    with writable(path) as ledger:
        seed(ledger)
    assert names(tmp_path) == {"new.duckdb"}


def test_a_draft_that_was_left_goes_with_a_load_into_another_ledger_too(tmp_path: Path, old: Path) -> None:
    end(start(tmp_path / "new.duckdb", "wait inside"))
    assert len(names(tmp_path)) == 2
    with writable(old):
        pass
    assert names(tmp_path) == {"t.duckdb"}


def test_the_draft_of_a_process_that_runs_stays(tmp_path: Path, old: Path) -> None:
    process = start(tmp_path / "new.duckdb", "wait inside")
    with writable(old):
        pass
    assert len(names(tmp_path)) == 2
    end(process)


def test_one_writer_at_a_time(old: Path) -> None:
    process = start(old, "wait inside")
    with pytest.raises(InputError, match=r"t\.duckdb: another process uses this ledger; load again when it has ended"):
        writable(old).__enter__()
    end(process)
    assert loads(old) == ["rus-prk reference tables"]


def test_of_two_that_make_one_ledger_the_first_stays(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    slow = writable(path)
    ledger = slow.__enter__()
    seed(ledger)
    with writable(path) as quick:
        assert quick.loads().height == 0
    with pytest.raises(InputError, match="another load made this ledger meanwhile"):
        slow.__exit__(None, None, None)
    with Ledger.open(path) as left:
        assert left.loads().height == 0
    assert names(tmp_path) == {"t.duckdb"}


def test_without_hard_links_the_first_stays_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "t.duckdb"
    with writable(path) as ledger:
        seed(ledger)
    assert loads(path) == ["rus-prk reference tables"]
    other = tmp_path / "u.duckdb"
    with pytest.raises(InputError, match="meanwhile"), writable(other):
        other.write_bytes(b"taken")
    assert other.read_bytes() == b"taken"


def test_an_unfinished_database_gets_no_place(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"

    def make() -> None:
        with writable(path) as ledger:
            (draft,) = tmp_path.glob(".khasan-draft-*")
            ledger.close()
            (draft / "t.duckdb.wal").write_bytes(b"left")

    with pytest.raises(InputError, match="could not be finished"):
        make()
    assert names(tmp_path) == set()


def test_a_load_that_fails_leaves_an_old_ledger_byte_for_byte(old: Path) -> None:
    before = old.read_bytes()
    members = pl.DataFrame({"actor": ["PRK"], "start": [None], "end": [None]})
    with pytest.raises(InputError, match="column start: empty"), writable(old) as ledger:
        ledger.load({"source": pl.DataFrame({"_row": []})}, "x", kind=PANEL, panels={"membership": members})
    assert old.read_bytes() == before
    assert names(old.parent) == {"t.duckdb"}


def test_a_place_that_no_file_can_have_and_a_full_disk_are_told_in_a_sentence(tmp_path: Path, old: Path) -> None:
    if Path("/proc/self").is_dir():
        with pytest.raises(InputError, match="cannot be made there"):
            writable(Path("/proc/t.duckdb")).__enter__()
    before = old.read_bytes()
    for path in (old, tmp_path / "new.duckdb"):
        why = r"duckdb: could not be written, and is as it was \(IO Error: no space\)"
        with pytest.raises(InputError, match=why), writable(path):
            raise duckdb.IOException("IO Error: no space\nleft")
    assert old.read_bytes() == before
    assert names(tmp_path) == {"t.duckdb"}
