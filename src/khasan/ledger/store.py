"""The ledger in DuckDB: in memory or in a file, closed to everything outside it.

Extensions are neither installed nor loaded, and the database can reach no file and no network, also when
the file comes from a stranger: rows enter and leave through Arrow only.
"""

from __future__ import annotations

from collections import Counter
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
from khasan.ledger.panels import PANEL, Panels, typed_panel, years_of
from khasan.ledger.schema import SEED, columns, empty_frame, has_id, schema
from khasan.ledger.streams import frame_of

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
    "known_from": "DATE",
    "first_year": "BIGINT",
    "last_year": "BIGINT",
    "set_aside": "BIGINT",
}
_RETRACTION = {"row_id": "VARCHAR", "reason": "VARCHAR", "retracted": "DATE"}


class Ledger:
    """A ledger: the tables of the schema, what was loaded and what was retracted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        self._connection = connection
        self._writing = False
        self.name = name
        self.panels = Panels(connection)

    @classmethod
    def memory(cls, name: str = "memory") -> Ledger:
        """Make an empty ledger in memory."""
        ledger = cls(duckdb.connect(":memory:", config=dict(_CLOSED)), name)
        ledger._create_tables()
        return ledger

    @classmethod
    def create(cls, path: Path) -> Ledger:
        """Make an empty ledger file."""
        ledger = cls(duckdb.connect(str(path), config=dict(_CLOSED)), path.name)
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
            if "lock" in str(error):
                again = "ask" if read_only else "load"
                raise InputError(f"{path}: another process uses this ledger; {again} again when it has ended") from None
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
        counts = [self._connection.sql(f'SELECT _load, count(*) FROM "{name}" GROUP BY _load') for name in schema()]
        held: Counter[int] = Counter(self.panels.rows())
        for count in counts:
            held.update(dict(count.fetchall()))
        loads = self._frame("load").sort("load")
        rows = [held[number] for number in loads.get_column("load")]
        return loads.with_columns(rows=pl.Series(rows, dtype=pl.Int64()))

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
        panels: Mapping[str, pl.DataFrame] | None = None,
        known_from: date | None = None,
        set_aside: int = 0,
    ) -> int:
        """Check a casebook or a public data set and add it, whole or not at all.

        Parameters
        ----------
        raw : mapping of str to DataFrame
            Tables as :func:`khasan.ledger.read.read_casebook` returns them.
        name, version, sha256 : str
            What was loaded, kept as provenance.
        kind : str
            ``casebook``, ``seed`` (its rows give way to a casebook's) or ``panel`` (a data set with its panels).
        day : date, optional
            Day of the load; today where not given.
        panels : mapping of str to DataFrame, optional
            Panels of a data set (see :mod:`khasan.ledger.panels`); they are a new vintage beside earlier ones.
        known_from : date, optional
            From when a vintage could be known. The first is known from the publication of its source, a later one
            from the day of its load where nothing is given.
        set_aside : int
            Rows of the file that belong to no actor of their time; kept as provenance.

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
        earlier = loads.filter(pl.col("kind") == kind)
        same = earlier.filter(pl.col("name") == name) if kind == PANEL else earlier
        if sha256 and same.filter(pl.col("sha256") == sha256).height:
            return 0
        check_for_a_table(dict(raw), name)
        typed_panels = {panel: typed_panel(panel, frame) for panel, frame in (panels or {}).items()}
        if kind == PANEL and known_from is None and earlier.filter(pl.col("name") == name).height:
            known_from = day or date.today()
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
            for panel, frame in typed_panels.items():
                self._insert(panel, frame.with_columns(pl.lit(number, dtype=pl.Int64()).alias("_load")))
                added += frame.height
            first, last = years_of(typed_panels)
            record = {
                "load": number,
                "name": name,
                "kind": kind,
                "version": version,
                "sha256": sha256,
                "loaded": day or date.today(),
                "known_from": known_from,
                "first_year": first,
                "last_year": last,
                "set_aside": set_aside,
            }
            self._insert("load", pl.DataFrame([record], schema_overrides={"known_from": pl.Date()}))
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
        for table, types in (*Panels.columns().items(), ("load", _LOAD), ("retraction", _RETRACTION)):
            fields = [f'"{key}" {kind}' for key, kind in types.items()]
            self._connection.execute(f'CREATE TABLE "{table}" ({", ".join(fields)})')

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
        expected |= {"load": _LOAD, "retraction": _RETRACTION} | {
            panel: dict(types) for panel, types in Panels.columns().items()
        }
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
        return frame_of(self._connection.sql(f'SELECT * FROM "{table}"'))

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


def _one_line(error: Exception) -> str:
    """Return the first line of an error."""
    text: Any = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
