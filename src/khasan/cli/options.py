"""Options that many commands share, and the opening of what they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.ledger.casebook import Tables
    from khasan.ledger.snapshot import Snapshot
    from khasan.sources.focus import Focus


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


LedgerOption = Annotated[
    Path | None, typer.Option("--ledger", metavar="FILE", help="Ledger file; the bundled casebook where not given.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Use nothing that was not known on this day (YYYY-MM-DD).")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def day(text: str | None, option: str) -> date | None:
    """Read a date that a user typed.

    Raises
    ------
    InputError
        Where the text is not a date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option} {text}: not a date; write it as 2018-04-30") from None


@contextmanager
def opened(ledger: Path | None, focus: Focus | None = None, as_of: str | None = None) -> Iterator[Tables]:
    """Open the ledger that a user named, or the bundled casebook.

    Where the ledger holds panels, what they say of the actors in focus comes as rows too.
    """
    from khasan.ledger.bundled import open_ledger

    tables = open_ledger(ledger)
    if ledger is not None and focus is not None:
        from khasan.ledger.store import Ledger
        from khasan.sources.world import World

        if isinstance(tables, Ledger) and tables.panels.vintages():
            tables = World(tables, focus, day(as_of, "--as-of"))
    try:
        yield tables
    finally:
        tables.close()


def read(ledger: Path | None, as_of: str | None, focus: Focus | None = None) -> Snapshot:
    """Open a ledger and take a snapshot as of a day."""
    from khasan.ledger.snapshot import take_snapshot

    when = day(as_of, "--as-of")
    with opened(ledger, focus, as_of) as tables:
        return take_snapshot(tables, when)
