"""The store: a load is whole or nothing, a second one adds nothing, and a stranger's file does no harm."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest
from tests.casebooks import BASE, TODAY, TWO_HARBOURS, broken, edit_table, read_table, write_casebook

from khasan.ledger.bundled import load_casebook, open_casebook, open_ledger, seed
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import take_snapshot
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_casebook(tmp_path / "book", BASE)


@pytest.fixture
def path(tmp_path: Path, book: Path) -> Path:
    """A ledger file with the small casebook."""
    place = tmp_path / "t.duckdb"
    with writable(place) as ledger:
        load_casebook(ledger, book)
    return place


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Read every table of a ledger file."""
    with Ledger.open(path) as ledger:
        found = {name: frame.to_dicts() for name, frame in ledger.tables().items()}
        return found | {"load": ledger.loads().to_dicts(), "retraction": ledger.retractions().to_dicts()}


def test_a_second_load_of_the_same_files_adds_nothing(path: Path, book: Path) -> None:
    before = contents(path)
    with writable(path) as ledger:
        assert load_casebook(ledger, book) == 0
    assert contents(path) == before


def test_a_load_keeps_its_provenance(path: Path) -> None:
    (load,) = contents(path)["load"]
    assert load["name"] == "book"
    assert load["kind"] == "casebook"
    assert len(str(load["sha256"])) == 64
    assert load["rows"] == 11


def test_a_load_that_fails_leaves_the_ledger_as_it_was(path: Path, tmp_path: Path) -> None:
    before = contents(path)
    bytes_before = path.read_bytes()
    folder = broken(tmp_path / "other", "observation", 1, id="r9", value="x")
    with pytest.raises(InputError), writable(path) as ledger:
        load_casebook(ledger, folder)
    assert contents(path) == before
    assert path.read_bytes() == bytes_before


def test_a_failure_in_the_middle_of_writing_rolls_back(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(path)
    folder = broken(tmp_path / "other", "observation", 1, id="r9")
    written: list[str] = []
    insert = Ledger._insert

    def fail(self: Ledger, table: str, frame: object) -> None:
        if table == "load":
            raise OSError("the disk is full")
        written.append(table)
        insert(self, table, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "_insert", fail)
    with pytest.raises(OSError, match="disk"), writable(path) as ledger:
        load_casebook(ledger, folder)
    assert "observation" in written
    assert contents(path) == before


def test_an_id_with_other_contents_is_refused(path: Path, tmp_path: Path) -> None:
    before = contents(path)
    folder = broken(tmp_path / "other", "observation", 0, value="12.5")
    with pytest.raises(InputError, match=r"observation\.csv: id 'r1' is held already"), writable(path) as ledger:
        load_casebook(ledger, folder)
    assert contents(path) == before


def test_rows_that_are_held_already_are_not_added_again(path: Path, tmp_path: Path) -> None:
    with writable(path) as ledger:
        assert load_casebook(ledger, broken(tmp_path / "other", "observation", 0, id="r9")) == 1


def test_a_later_package_may_point_to_what_the_ledger_holds(path: Path, tmp_path: Path) -> None:
    folder = write_casebook(
        tmp_path / "more", {"observation": [BASE["observation"][0] | {"id": "r3", "value": "12.5"}]}
    )
    with writable(path) as ledger:
        assert load_casebook(ledger, folder) == 1


def test_seed_rows_give_way_to_those_of_a_casebook(tmp_path: Path) -> None:
    renamed = [*BASE["actor"], {"id": "RUS", "name": "Rossiya", "kind": "state"}]
    folder = write_casebook(tmp_path / "own", {**BASE, "actor": renamed})
    with Ledger.memory() as ledger:
        seeded = seed(ledger)
        assert seeded > 100
        assert seed(ledger) == 0
        load_casebook(ledger, folder)
        actors = take_snapshot(ledger, None, TODAY).actors
        assert actors.name("RUS") == "Rossiya"
        assert actors.name("CHN") == "China"
        assert not ledger.table("observation").filter(ledger.table("observation")["_load"] == 1).height
        assert ledger.table("actor").filter(ledger.table("actor")["id"] == "RUS").height == 1


def test_a_seed_holds_no_fact() -> None:
    with Ledger.memory() as ledger:
        seed(ledger)
        for table in ("observation", "event", "restriction", "exchange", "source", "claim", "triangle", "bearing"):
            assert not ledger.table(table).height, table


def test_a_retracted_row_stays_and_is_used_no_more(path: Path) -> None:
    with writable(path, create=False) as ledger:
        ledger.retract("r1", "misprint", date(2025, 5, 1))
    with Ledger.open(path) as ledger:
        snapshot = take_snapshot(ledger, None, TODAY)
        assert snapshot.observation.filter(snapshot.observation["id"] == "r1").item(0, "status") == "retracted"
        assert "r1" not in snapshot.usable.get_column("id").to_list()
        assert snapshot.struck.to_dicts() == [{"row_id": "r1", "reason": "misprint", "retracted": date(2025, 5, 1)}]


@pytest.mark.parametrize(("row", "why"), [("nothing", "no row 'nothing'"), ("r1", "retracted already")])
def test_a_retraction_that_cannot_be_is_refused(path: Path, row: str, why: str) -> None:
    with writable(path) as ledger:
        ledger.retract("r1", "misprint")
    before = contents(path)
    with pytest.raises(InputError, match=why), writable(path) as ledger:
        ledger.retract(row, "again")
    assert contents(path) == before


def test_a_retracted_source_takes_its_rows_along(path: Path) -> None:
    with writable(path) as ledger:
        ledger.retract("file", "withdrawn by its publisher")
    with Ledger.open(path) as ledger:
        assert not take_snapshot(ledger, None, TODAY).usable.height


def test_a_new_file_appears_only_when_all_went_well(tmp_path: Path) -> None:
    place = tmp_path / "new.duckdb"
    with pytest.raises(RuntimeError), writable(place):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["missing/t.duckdb", "file/t.duckdb"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="--ledger"), writable(tmp_path / place):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_ledger_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such ledger"):
        open_ledger(tmp_path / "none.duckdb")
    with pytest.raises(InputError, match="no such ledger"), writable(tmp_path / "none.duckdb", create=False):
        pass
    with pytest.raises(InputError):
        open_ledger(tmp_path)
    assert list(tmp_path.iterdir()) == []


# -- strangers ----------------------------------------------------------------------------------------------------

SECRETS = "read_csv('/etc/passwd', header = false, columns = {'id': 'VARCHAR'}, delim = '\\0')"


def stranger(path: Path, *statements: str) -> Path:
    """Change a ledger file behind our back, or make another database."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_a_text_file_is_no_ledger(tmp_path: Path) -> None:
    place = tmp_path / "t.duckdb"
    place.write_text("not a database, " * 1000)
    with pytest.raises(InputError) as refused:
        Ledger.open(place)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_file_that_was_cut_off_is_no_ledger(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError):
        Ledger.open(path)


def test_a_database_with_other_tables_is_no_ledger(tmp_path: Path) -> None:
    place = stranger(tmp_path / "t.duckdb", "CREATE TABLE observation (id VARCHAR)", "CREATE TABLE x (y INTEGER)")
    with pytest.raises(InputError, match="not a sound ledger of this version"):
        Ledger.open(place)


def test_a_view_in_the_place_of_a_table_is_refused(path: Path) -> None:
    stranger(path, "DROP TABLE actor", f"CREATE VIEW actor AS SELECT * FROM {SECRETS}")
    with pytest.raises(InputError, match="actor"):
        Ledger.open(path)


def test_a_view_beside_the_tables_is_never_asked(path: Path) -> None:
    stranger(path, f"CREATE VIEW peek AS SELECT * FROM {SECRETS}")
    with Ledger.open(path) as ledger:
        take_snapshot(ledger, None, TODAY)
        with pytest.raises(duckdb.Error):
            ledger._connection.execute("SELECT * FROM peek").fetchall()


def test_a_computed_column_is_only_read(path: Path) -> None:
    stranger(
        path,
        "DROP TABLE label",
        "CREATE TABLE label (id VARCHAR, label VARCHAR GENERATED ALWAYS AS (upper(id)), _load BIGINT)",
        "INSERT INTO label VALUES ('cargo', 1)",
    )
    with Ledger.open(path) as ledger:
        assert ledger.table("label").to_dicts() == [{"id": "cargo", "label": "CARGO", "_load": 1}]


def test_macros_with_the_names_of_functions_change_nothing(path: Path) -> None:
    before = contents(path)
    stranger(path, "CREATE MACRO duckdb_tables() AS TABLE SELECT 1", "CREATE MACRO list_contains(a, b) AS true")
    assert contents(path) == before


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE actor SET name = 'A\x02b\x03c\x04' WHERE id = 'QAA'", "actor.csv, row 1, column name"),
        ("UPDATE observation SET series = 'sunk' WHERE id = 'r2'", "observation.csv, row 2, column series"),
        ("UPDATE observation SET source = NULL", "observation.csv, row 1, column source"),
        (
            "UPDATE observation SET value = 'inf'::DOUBLE, low = NULL, high = NULL",
            "observation.csv, row 1, column value",
        ),
        ("UPDATE observation SET note = '=1+1'", "observation.csv, row 1, column note"),
        ("UPDATE observation SET id = 'r1'", "observation.csv, row 2, column id"),
        ("UPDATE source SET published = 'long ago'", "source.csv, row 1, column published"),
        ("UPDATE source SET reliability = 'Z'", "source.csv, row 1, column reliability"),
        ("DELETE FROM unit", "unit.csv"),
        ("UPDATE load SET name = 'a\x1b[2J'", "control character"),
        ("INSERT INTO retraction VALUES ('r1', 'a\x02b', DATE '2020-01-01')", "control character"),
    ],
)
def test_rows_that_no_load_let_in_are_refused(path: Path, statement: str, place: str) -> None:
    stranger(path, statement)
    with pytest.raises(InputError) as refused:
        Ledger.open(path)
    assert place in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = true",
        "SET autoinstall_known_extensions = true; LOAD httpfs",
        "SET lock_configuration = false; SET enable_external_access = true",
        "COPY (SELECT 1) TO '{folder}/x.csv'",
        "COPY actor FROM '/etc/passwd'",
        "ATTACH '{folder}/y.duckdb' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "EXPORT DATABASE '{folder}/all'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM tmp_path",
    ],
)
def test_the_database_reaches_nothing_outside_it(path: Path, tmp_path: Path, statement: str) -> None:
    before = sorted(one.name for one in tmp_path.iterdir())
    for opened in (Ledger.memory, partial(Ledger.open, path), partial(Ledger.open, path, read_only=False)):
        with opened() as ledger, pytest.raises(duckdb.Error):
            ledger._connection.execute(statement.format(folder=tmp_path))
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_a_ledger_opened_for_reading_cannot_be_changed(path: Path) -> None:
    with Ledger.open(path) as ledger, pytest.raises(duckdb.Error):
        ledger.retract("r1", "no")


def test_a_casebook_opens_as_a_ledger_with_it_would(harbour_ledger: Path) -> None:
    alone = take_snapshot(open_casebook(TWO_HARBOURS), None, TODAY)
    with Ledger.open(harbour_ledger) as ledger:
        held = take_snapshot(ledger, None, TODAY)
    for table in ("observation", "event", "restriction", "exchange", "coverage", "source"):
        one, other = getattr(alone, table), getattr(held, table)
        assert one.drop("_load").sort("id").equals(other.drop("_load").sort("id")), table
    assert alone.channel.get_column("id").to_list() == held.channel.get_column("id").to_list()


def test_a_casebook_changed_by_one_cell_has_another_hash(tmp_path: Path, book: Path) -> None:
    one = open_casebook(book).loads().item(0, "sha256")
    edit_table(book, "observation", lambda row: row.update(note="other"))
    assert open_casebook(book).loads().item(0, "sha256") != one
    assert {row["note"] for row in read_table(book / "observation.csv")} == {"other"}
