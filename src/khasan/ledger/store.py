"""The ledger in DuckDB: in memory or in a file, closed to everything outside it.

Extensions are neither installed nor loaded, and the database can reach no file and no network, also when
the file comes from a stranger: rows enter and leave through Arrow only.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from khasan.ledger.check import CONTROL, check_casebook, check_for_a_table, check_held
from khasan.ledger.errors import InputError
from khasan.ledger.merge import merge
from khasan.ledger.schema import SEED, columns, empty_frame, has_id, schema

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "threads": "2",
}

_LOAD = {
    "load": "BIGINT",
    "name": "VARCHAR",
    "kind": "VARCHAR",
    "version": "VARCHAR",
    "sha256": "VARCHAR",
    "loaded": "DATE",
}
_RETRACTION = {"row_id": "VARCHAR", "reason": "VARCHAR", "retracted": "DATE"}


class Ledger:
    """A ledger: the tables of the schema, what was loaded and what was retracted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        self._connection = connection
        self._writing = False
        self.name = name

    @classmethod
    def memory(cls, name: str = "memory") -> Ledger:
        """Make an empty ledger in memory."""
        ledger = cls(duckdb.connect(":memory:", config=dict(_CLOSED)), name)
        ledger._create_tables()
        return ledger

    @classmethod
    def open(cls, path: Path, *, read_only: bool = True) -> Ledger:
        """Open a ledger file.

        Raises
        ------
        InputError
            Where the file is missing, is no DuckDB database, does not hold the tables of the schema, or holds what no
            load would have let in.
        """
        if not path.is_file():
            raise InputError(f"{path}: no such ledger; make one with: khasan load casebook DIR --ledger {path}")
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=dict(_CLOSED))
        except duckdb.Error as error:
            raise InputError(
                f"{path}: cannot be opened as a ledger; load a casebook into a new file ({_one_line(error)})"
            ) from None
        ledger = cls(connection, path.name)
        try:
            ledger._check_tables()
            ledger._check_contents()
        except (InputError, duckdb.Error) as error:
            ledger.close()
            raise InputError(f"{path}: not a sound ledger of this version; {_one_line(error)}") from None
        return ledger

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading ---------------------------------------------------------------------------------------------

    def table(self, name: str) -> pl.DataFrame:
        """Return one table with ``_load``, the number of the load that brought each row."""
        return self._frame(name).select(*empty_frame(name).columns, "_load")

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table of the schema with ``_load``."""
        return {name: self.table(name) for name in schema()}

    def loads(self) -> pl.DataFrame:
        """Return what was loaded: name, kind, version, SHA-256, day and rows a load."""
        counts = pl.concat([self.table(name).group_by("_load").len() for name in schema()])
        rows = counts.group_by("_load").agg(rows=pl.col("len").sum().cast(pl.Int64))
        return (
            self._frame("load")
            .join(rows, left_on="load", right_on="_load", how="left")
            .with_columns(pl.col("rows").fill_null(0))
            .sort("load")
        )

    def retractions(self) -> pl.DataFrame:
        """Return the retracted rows with the reason and the day."""
        return self._frame("retraction")

    # -- writing ---------------------------------------------------------------------------------------------

    def load(
        self,
        raw: Mapping[str, pl.DataFrame],
        name: str,
        *,
        sha256: str = "",
        version: str = "",
        kind: str = "casebook",
        day: date | None = None,
    ) -> int:
        """Check a casebook and add it, whole or not at all.

        Parameters
        ----------
        raw : mapping of str to DataFrame
            Tables as :func:`khasan.ledger.read.read_casebook` returns them.
        name, version, sha256 : str
            What was loaded, kept as provenance.
        kind : str
            ``casebook`` or ``seed``; rows of a seed give way to a casebook's.
        day : date, optional
            Day of the load; today where not given.

        Returns
        -------
        int
            Rows added; 0 where this very package (by its hash) was loaded before.

        Raises
        ------
        InputError
            For the first row that fails a check; the ledger is then as it was.
        """
        loads = self._frame("load")
        if sha256 and loads.filter((pl.col("sha256") == sha256) & (pl.col("kind") == kind)).height:
            return 0
        check_for_a_table(dict(raw), name)
        held = self.tables()
        typed = check_casebook(raw, held)
        number = int(loads.get_column("load").max() or 0) + 1  # type: ignore[arg-type]
        seeds = loads.filter(pl.col("kind") == SEED).get_column("load").to_list()
        added = 0
        with self.transaction():
            for table, frame in typed.items():
                fresh, replaced = merge(table, frame, held[table], seeds)
                if replaced:
                    self._delete_seeds(table, replaced, seeds)
                self._insert(table, fresh.with_columns(pl.lit(number, dtype=pl.Int64()).alias("_load")))
                added += fresh.height
            record = {
                "load": number,
                "name": name,
                "kind": kind,
                "version": version,
                "sha256": sha256,
                "loaded": day or date.today(),
            }
            self._insert("load", pl.DataFrame([record]))
        return added

    def retract(self, row: str, reason: str, day: date | None = None) -> None:
        """Strike a row through: it stays, with the reason, and no measure uses it any more.

        Raises
        ------
        InputError
            Where no table holds the row, or it was retracted before.
        """
        if not any(self.table(name).filter(pl.col("id") == row).height for name in schema() if has_id(name)):
            raise InputError(f"no row {row!r} in this ledger; list rows with: khasan rows")
        if self.retractions().filter(pl.col("row_id") == row).height:
            raise InputError(f"row {row!r} is retracted already")
        with self.transaction():
            self._insert(
                "retraction", pl.DataFrame([{"row_id": row, "reason": reason, "retracted": day or date.today()}])
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing; a transaction inside another is part of it."""
        if self._writing:
            yield
            return
        self._connection.begin()
        self._writing = True
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        else:
            self._connection.commit()
        finally:
            self._writing = False

    # -- inside ----------------------------------------------------------------------------------------------

    def _create_tables(self) -> None:
        """Create the tables of the schema, of loads and of retractions."""
        for table in schema():
            fields = [f'"{column.name}" {column.duckdb}' for column in columns(table)]
            self._connection.execute(f'CREATE TABLE "{table}" ({", ".join(fields)}, _load BIGINT)')
        for table, types in (("load", _LOAD), ("retraction", _RETRACTION)):
            self._connection.execute(
                f'CREATE TABLE "{table}" ({", ".join(f"{key} {kind}" for key, kind in types.items())})'
            )

    def _check_tables(self) -> None:
        """Refuse a database whose tables are not those of the schema."""
        query = (
            "SELECT table_name, column_name, data_type FROM system.main.duckdb_columns() "
            "WHERE schema_name = 'main' "
            "AND table_oid IN (SELECT table_oid FROM system.main.duckdb_tables() WHERE NOT temporary)"
        )
        held: dict[str, dict[str, str]] = {}
        for table, column, kind in self._connection.execute(query).fetchall():
            held.setdefault(table, {})[column] = kind
        expected = {
            name: {column.name: column.duckdb for column in columns(name)} | {"_load": "BIGINT"} for name in schema()
        }
        expected |= {"load": _LOAD, "retraction": _RETRACTION}
        for table, types in expected.items():
            if held.get(table) != types:
                raise InputError(f"table {table!r} is missing or has other columns")

    def _check_contents(self) -> None:
        """Refuse a ledger whose rows no load would have let in; the file may be a stranger's."""
        check_held({name: self.table(name).drop("_load") for name in schema()})
        for table in ("load", "retraction"):
            if self._frame(table).select(pl.any_horizontal(pl.col(pl.String).str.contains(CONTROL).any())).item():
                raise InputError(f"table {table!r} holds a control character")

    def _frame(self, table: str) -> pl.DataFrame:
        """Return a table as a frame."""
        arrow = self._connection.sql(f'SELECT * FROM "{table}"').to_arrow_table()
        frame = pl.from_arrow(arrow)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table."""
        if not frame.height:
            return
        names = ", ".join(f'"{name}"' for name in frame.columns)
        self._connection.register("incoming", frame.to_arrow())
        self._connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM incoming')
        self._connection.unregister("incoming")

    def _delete_seeds(self, table: str, keys: list[str], seeds: list[int]) -> None:
        """Delete the rows of seeds that have some keys."""
        key = columns(table)[0].name
        self._connection.execute(
            f'DELETE FROM "{table}" '
            f'WHERE system.main.list_contains(?, "{key}") AND system.main.list_contains(?, _load)',
            [keys, seeds],
        )


@contextmanager
def writable(path: Path, create: bool = True) -> Iterator[Ledger]:
    """Open a ledger file for writing; a new file appears only when everything went well.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    if path.exists():
        with Ledger.open(path, read_only=False) as ledger:
            yield ledger
        return
    if not create:
        raise InputError(f"{path}: no such ledger; make one with: khasan load casebook DIR --ledger {path}")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: the folder does not exist or cannot be written; choose another place for --ledger")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".khasan-") as folder:
        draft = Path(folder) / path.name
        ledger = Ledger(duckdb.connect(str(draft), config=dict(_CLOSED)), path.name)
        with ledger:
            ledger._create_tables()
            yield ledger
        os.replace(draft, path)


def _one_line(error: Exception) -> str:
    """Return the first line of an error."""
    text: Any = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
