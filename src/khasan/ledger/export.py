"""Write a ledger out: as a Frictionless data package, as Parquet, and rows as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.casebook import Tables
from khasan.ledger.errors import InputError
from khasan.ledger.schema import Column, columns, has_id, schema

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {"number": "number", "integer": "integer", "date": "date"}
_PATTERNS = {
    "id": "^[a-z0-9][a-z0-9-]*$",
    "name": "^[a-z0-9][a-z0-9_-]*$",
    "partial_date": r"^\d{4}(-\d{2}(-\d{2})?)?$",
}


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV; text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    if not rows:
        return ""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(safe_cell(name) for name in names)
    for row in rows:
        writer.writerow(safe_cell(row.get(name)) for name in names)
    return buffer.getvalue()


def safe_cell(value: Any) -> str:
    """Write one value as a CSV cell: text that starts with = + - @ is prefixed, numbers are not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    prefix = "'" if text.startswith(_FORMULA) else ""
    return prefix + text.replace("\r\n", "\n").replace("\r", "\n")  # a bare return would break the row


def package_descriptor(
    name: str, title: str, version: str, tables: Sequence[str], ending: str = "csv"
) -> dict[str, Any]:
    """Describe tables as a Frictionless data package, from the schema."""
    resources = []
    for table in tables:
        fields = [_field(column) for column in columns(table)]
        described: dict[str, Any] = {"fields": fields, "missingValues": [""]}
        if has_id(table):
            described["primaryKey"] = ["id"]
        keys = [
            {"fields": [column.name], "reference": {"resource": column.references[0], "fields": [column.references[1]]}}
            for column in columns(table)
            if column.references and not column.is_list and column.references[0] in tables
        ]
        if keys:
            described["foreignKeys"] = keys
        resources.append(
            {
                "name": table, "path": f"{table}.{ending}", "format": ending, "encoding": "utf-8",
                "profile": "tabular-data-resource", "schema": described,
            }
        )  # fmt: skip
    return {"profile": "tabular-data-package", "name": name, "title": title, "version": version, "resources": resources}


def _field(column: Column) -> dict[str, Any]:
    """Return a column as a field of a table schema."""
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.type in _PATTERNS:
        constraints["pattern"] = _PATTERNS[column.type]
    if column.allowed and not column.is_list:
        constraints["enum"] = (
            [int(word) for word in column.allowed] if column.type == "integer" else list(column.allowed)
        )
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, "string"),
        "description": column.description,
    }
    if constraints:
        field["constraints"] = constraints
    return field


def exportable(tables: Tables) -> dict[str, pl.DataFrame]:
    """Return the tables that may leave the ledger: rows of a source with licence ``local`` stay behind.

    Retracted rows leave with the status ``retracted``.
    """
    held = {name: frame.drop("_load") for name, frame in tables.tables().items()}
    local = held["source"].filter(pl.col("licence_class") == "local").get_column("id").implode()
    struck = tables.retractions().get_column("row_id").implode()
    kept: dict[str, pl.DataFrame] = {}
    for name, whole in held.items():
        frame = whole
        if "source" in frame.columns:
            frame = frame.filter(pl.col("source").is_in(local).not_())
        if name == "source":
            frame = frame.filter(pl.col("licence_class") != "local")
        if name == "observation":
            status = pl.when(pl.col("id").is_in(struck)).then(pl.lit("retracted")).otherwise(pl.col("status"))
            frame = frame.with_columns(status=status)
        if frame.height:
            kept[name] = frame
    return kept


def check_new_folder(folder: Path) -> None:
    """Refuse a folder that exists or whose parent cannot be written, before any work is done."""
    if folder.exists():
        raise InputError(f"{folder}: exists already; name a new folder")
    if not folder.parent.is_dir() or not os.access(folder.parent, os.W_OK):
        raise InputError(f"{folder}: its parent folder does not exist or cannot be written; choose another place")


def write_package(tables: Tables, folder: Path, name: str, *, parquet: bool = False) -> list[str]:
    """Write a ledger as a data package, whole or not at all.

    Parameters
    ----------
    tables : Tables
        The ledger.
    folder : Path
        New folder; it may not exist yet.
    name : str
        Name of the package.
    parquet : bool
        Write Parquet files instead of CSV.

    Returns
    -------
    list of str
        The tables written.

    Raises
    ------
    InputError
        Where the folder exists or cannot be made.
    """
    check_new_folder(folder)
    kept = exportable(tables)
    ending = "parquet" if parquet else "csv"
    order = [table for table in schema() if table in kept]
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".khasan-") as draft:
        place = Path(draft) / "package"
        place.mkdir()
        for table in order:
            if parquet:
                kept[table].write_parquet(place / f"{table}.parquet")
            else:
                (place / f"{table}.csv").write_text(csv_text(kept[table].to_dicts()), encoding="utf-8")
        descriptor = package_descriptor(name, f"Ledger {tables.name}", "1", order, ending)
        (place / "datapackage.json").write_text(
            json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        shutil.move(place, folder)
    return order
