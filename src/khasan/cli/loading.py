"""Commands that fill, list and correct a ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from khasan.cli.options import Format, FormatOption, LedgerOption, opened
from khasan.cli.output import show
from khasan.ledger.errors import InputError


def load(
    source: Annotated[str, typer.Argument(help="What kind of source: casebook.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders to load.")],
    ledger: Annotated[Path, typer.Option("--ledger", metavar="FILE", help="Ledger file; made where it is missing.")],
) -> None:
    """Load sources into a ledger file, all of them or none; a second load of the same files adds nothing."""
    from khasan.ledger.bundled import load_casebook, seed
    from khasan.ledger.store import writable

    if source != "casebook":
        raise InputError(f"unknown source {source!r}; this version loads: casebook")
    with writable(ledger) as store, store.transaction():
        if not store.loads().height:
            seed(store)
        loaded = [(path.name, load_casebook(store, path)) for path in paths]
    for name, added in loaded:
        typer.echo(f"{name}: {added:,} rows added" if added else f"{name}: nothing new, loaded before", err=True)


def retract(
    row: Annotated[str, typer.Argument(help="Id of an observation, event, restriction, exchange or source.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands beside the row in every later brief.")],
    ledger: Annotated[Path, typer.Option("--ledger", metavar="FILE", help="Ledger file.")],
) -> None:
    """Strike a row through: it stays visible, and no measure uses it any more."""
    from khasan.ledger.store import writable

    if not reason.strip() or not reason.isprintable():
        raise InputError("--reason: empty or with control characters; say in one line why the row is retracted")
    with writable(ledger, create=False) as store:
        store.retract(row, reason.strip())
    typer.echo(f"{row}: retracted", err=True)


def ledger(
    ledger_file: LedgerOption = None,
    how: FormatOption = Format.TABLE,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="DIR", help="Write the ledger as a data package into a new folder."),
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="With --export: Parquet files instead of CSV.")] = False,
) -> None:
    """List what a ledger holds: loads, rows, years, version, hash and age; or export it."""
    import polars as pl

    with opened(ledger_file) as tables:
        if export is not None:
            from khasan.ledger.export import write_package

            written = write_package(tables, export, export.name.lower().replace("_", "-"), parquet=parquet)
            typer.echo(f"{export}: {len(written)} tables", err=True)
            return
        observed = tables.tables()["observation"]
        spans = observed.group_by("_load").agg(
            first=pl.col("start").min().dt.year(), last=pl.col("end").max().dt.year()
        )
        frame = tables.loads().join(spans, left_on="load", right_on="_load", how="left").sort("load")
        rows = [
            {
                "load": row["load"], "name": row["name"], "kind": row["kind"], "version": row["version"],
                "rows": row["rows"], "first": row["first"], "last": row["last"], "sha256": row["sha256"],
                "age_days": (date.today() - row["loaded"]).days if row["loaded"] else None,
            }
            for row in frame.iter_rows(named=True)
        ]  # fmt: skip
    show(rows, how, ("load", "name", "kind", "version", "rows", "first", "last", "age_days"), title=tables.name)
