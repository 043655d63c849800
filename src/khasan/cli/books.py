"""Commands for those who write a casebook of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Start or check a casebook.", no_args_is_help=True, rich_markup_mode=None)


@app.command("new")
def new(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")]) -> None:
    """Make a folder with every table of a casebook, ready to be filled."""
    from khasan.ledger.scaffold import new_casebook

    new_casebook(folder)
    typer.echo(f"{folder}: fill the tables, then run: khasan casebook validate {folder}", err=True)


@app.command("validate")
def validate(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a casebook.")]) -> None:
    """Check a casebook as a load would, and say what it holds."""
    from khasan.ledger.check import check_casebook
    from khasan.ledger.read import read_casebook

    tables = check_casebook(read_casebook(folder))
    for table, frame in tables.items():
        typer.echo(f"{table}: {frame.height:,} rows")
    typer.echo(f"{folder}: valid", err=True)
