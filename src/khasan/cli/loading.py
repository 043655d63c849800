"""Commands that fill, list and correct a ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from khasan.cli.options import Format, FormatOption, LedgerOption, day, opened
from khasan.cli.output import show
from khasan.ledger.errors import InputError


def load(
    source: Annotated[
        str, typer.Argument(help="casebook, states (a folder of data files), or one source by its name.")
    ],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders or files to load.")],
    ledger: Annotated[Path, typer.Option("--ledger", metavar="FILE", help="Ledger file; made where it is missing.")],
    version: Annotated[
        str | None, typer.Option("--version", help="Version of a data set; the usual one where not given.")
    ] = None,
    known_from: Annotated[
        str | None,
        typer.Option("--known-from", metavar="DATE", help="From when a new version was known; else today."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the source, for instance client=CODE."),
    ] = None,
) -> None:
    """Load sources into a ledger file, all of them or none; a second load of the same files adds nothing."""
    from khasan.cli.fetching import parameters_of
    from khasan.ledger.bundled import load_casebook, seed
    from khasan.ledger.writing import writable
    from khasan.sources.public_loading import READERS, load_public

    when = day(known_from, "--known-from")
    with writable(ledger) as store, store.transaction():
        if not store.loads().height:
            seed(store)
        if source == "casebook":
            loaded = [(path.name, load_casebook(store, path), 0) for path in paths]
        elif source in READERS:
            added, said = load_public(store, source, paths, parameters_of(settings or []), version, when)
            loaded = [(source, added, 0)]
            if said:
                typer.echo(f"{source}: {said}", err=True)
        else:
            from khasan.cli.vetting import vet_world
            from khasan.ledger.panels import VERDICTS
            from khasan.sources.loading import load_data_sets

            loaded = load_data_sets(store, source, paths, version, when)
            if any(added for _, added, _ in loaded) and (vetted := vet_world(store)):
                loaded.append((VERDICTS, vetted, 0))
    for name, added, aside in loaded:
        what = f"{added:,} rows added" if added else "nothing new, loaded before"
        left = f"; {aside:,} rows belong to no state of their time and were set aside" if added and aside else ""
        typer.echo(f"{name}: {what}{left}", err=True)


def retract(
    row: Annotated[str, typer.Argument(help="Id of an observation, event, restriction, exchange or source.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands beside the row in every later brief.")],
    ledger: Annotated[Path, typer.Option("--ledger", metavar="FILE", help="Ledger file.")],
) -> None:
    """Strike a row through: it stays visible, and no measure uses it any more."""
    from khasan.ledger.writing import writable

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
                "rows": row["rows"],
                "first": row["first"] if row["first_year"] is None else row["first_year"],
                "last": row["last"] if row["last_year"] is None else row["last_year"],
                "set_aside": row["set_aside"], "known_from": row["known_from"], "sha256": row["sha256"],
                "hash": (row["sha256"] or "")[:12],
                "age_days": (date.today() - row["loaded"]).days if row["loaded"] else None,
            }
            for row in frame.iter_rows(named=True)
        ]  # fmt: skip
    show(rows, how, ("load", "name", "kind", "version", "rows", "first", "last", "hash", "age_days"), title=tables.name)
