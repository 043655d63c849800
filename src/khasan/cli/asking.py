"""Commands that ask the ledger: its rows, who says so, and how to cite it."""

from __future__ import annotations

from typing import Annotated

import typer

from khasan.cli.leaving import with_finding
from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, day, read
from khasan.cli.output import show, show_object
from khasan.ledger.errors import InputError
from khasan.sources.focus import Focus, focus_of_id

MOST_TOLD = 15
"""Rows and sources that a table on a terminal shows of what a finding rests on."""


def rows(
    series: Annotated[str | None, typer.Option("--series", help="Only this series.")] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", help="Only rows with this actor (and its predecessors).")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only rows whose cells contain this text.")] = None,
    table: Annotated[
        str, typer.Option("--table", help="observation, event, restriction, exchange or source.")
    ] = "observation",
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List rows of the ledger with their grades; doubtful and retracted ones are marked, not hidden."""
    from khasan.answers.asking import find_rows

    focus = Focus((actor,)) if actor is not None else None
    found = find_rows(read(ledger, as_of, focus), table, series=series, actor=actor, text=text)
    show(found, how, list(found[0])[:9] if found else (), title=f"{len(found):,} rows of {table}")


def why(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of a finding, row or source.")],
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Say who says so: from a finding to its method, the rows used (only those) and each row's source."""
    from khasan.answers.asking import day_asked, explain

    when = as_of or day_asked(identifier)
    snapshot = with_finding(read(ledger, when, focus_of_id(identifier)), ledger, identifier, day(when, "--as-of"))
    told = explain(snapshot, identifier)
    if how is Format.JSON:
        show_object(told)
        return
    if how is not Format.TABLE:
        show(told["rows"], how)
        return
    finding = told["finding"]
    if finding is not None:
        typer.echo(
            f"{finding['method']} = {finding['value']:g} {finding['unit']} "
            f"[{finding['low']:g}, {finding['high']:g}], {finding['word']}"
        )
        typer.echo(f"parameters: {', '.join(f'{key} {value}' for key, value in finding['parameters'].items())}")
        for caveat in finding["caveats"]:
            typer.echo(f"caveat: {caveat}")
        if told["changed"]:
            typer.echo(told["changed"], err=True)
    for row in told["rows"]:
        if row.get("status") in ("retracted", "doubtful"):
            typer.echo(f"{row['id']} is {row['status']}: no measure uses it", err=True)
    columns = ("id", "series", "from_actor", "to_actor", "start", "end", "value", "unit", "compiler", "word", "source")
    graded = [row for row in told["rows"] if "series" in row]
    others = [row for row in told["rows"] if "series" not in row]
    if graded:
        show(graded[:MOST_TOLD], Format.TABLE, columns, "Rows used")
        if len(graded) > MOST_TOLD:
            typer.echo(f"{len(graded) - MOST_TOLD:,} more rows; --format json or csv prints all", err=True)
    if others:
        show(others[:MOST_TOLD], Format.TABLE, ("id", "date", "kind", "what", "source"), "Acts used")
    show(told["sources"][:MOST_TOLD], Format.TABLE, ("id", "citation", "reliability", "url"), "Sources")
    if len(told["sources"]) > MOST_TOLD:
        typer.echo(f"{len(told['sources']) - MOST_TOLD:,} more sources; --format json prints all", err=True)


def cite(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of a finding, row or source.")],
    style: Annotated[str, typer.Option("--style", help="plain, bibtex or csl-json.")] = "plain",
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Print a citation ready to paste: plain, BibTeX or CSL-JSON."""
    from khasan.answers.asking import day_asked
    from khasan.answers.citing import STYLES, citations

    if style not in STYLES:
        raise InputError(f"--style {style}: unknown; choose {', '.join(STYLES)}")
    when = as_of or day_asked(identifier)
    snapshot = with_finding(read(ledger, when, focus_of_id(identifier)), ledger, identifier, day(when, "--as-of"))
    typer.echo(citations(snapshot, identifier, style))
