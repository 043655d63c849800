"""Commands that print one measure of the channels between patron and client."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from khasan.cli.measured import FromOption, ToOption, code_of, measured, show_rows, span
from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, day, read
from khasan.ledger.errors import InputError
from khasan.sources.focus import PARTS, Focus

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from khasan.ledger.snapshot import Snapshot


def lifeline(
    client: Annotated[str, typer.Argument(help="The sanctioned state.")],
    patron: Annotated[
        str | None, typer.Option("--patron", help="Who gives; the casebook's first patron where not given.")
    ] = None,
    shock: Annotated[
        str | None, typer.Option("--shock", metavar="DATE", help="Trade by partner around this day instead.")
    ] = None,
    senders: Annotated[
        str | None,
        typer.Option("--senders", help="With --shock: who restricts, codes with commas; who absorbed their loss."),
    ] = None,
    binds_all: Annotated[bool, typer.Option("--binds-all", help="With --senders: the restriction binds all.")] = False,
    leads: Annotated[int, typer.Option("--leads", help="With --senders: years before it that anticipate it.")] = 0,
    compiler: Annotated[str | None, typer.Option("--compiler", help="With --senders: only this compiler.")] = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Every channel: latest figure, trend, legal state and cap use; with --shock, trade by partner around a day."""
    from khasan.answers.triangle import first_patron
    from khasan.measures.lifeline import lifeline as measure

    if senders is not None and shock is None:
        raise InputError("--senders: say from which day they restrict, with --shock DATE")
    named = tuple(text.strip() for text in (senders or "").split(",") if text.strip())
    parts = PARTS if shock is None else ("trade",)
    snapshot = read(ledger, as_of, Focus((client,), (*named, *((patron,) if patron else ())), parts=parts))
    one = code_of(snapshot, client)
    when = day(shock, "--shock")
    if when is not None and named:
        codes = ";".join(code_of(snapshot, text) for text in named)
        if one in codes.split(";"):
            raise InputError(f"--senders: {one} is the client itself; name those who restrict its trade")
        gravity = _gravity(ledger, snapshot.actors.lineage(one), as_of)
        _absorbed(snapshot, one, when, codes, compiler, binds_all, leads, gravity, how)
        return
    if when is not None:
        _around(snapshot, one, when, how)
        return
    giver = code_of(snapshot, patron) if patron else first_patron(snapshot, one)
    rows = [row.as_dict() for row in measure(snapshot, giver, one)]
    show_rows(
        rows,
        how,
        ("channel", "latest", "unit", "start", "end", "word", "state", "cap_use", "reason"),
        f"no channel is known for {one}",
    )


def _absorbed(
    snapshot: Snapshot,
    client: str,
    when: date,
    senders: str,
    compiler: str | None,
    binds_all: bool,
    leads: int,
    gravity: pl.DataFrame | None,
    how: Format,
) -> None:
    """Print who absorbed the loss of the senders' trade: one row a compiler, partner and expectation."""
    from khasan.measures.absorption.found import absorbed_table, compilers_around

    binds, rows = ("yes" if binds_all else ""), []
    for name in [compiler] if compiler is not None else compilers_around(snapshot, client, when):
        table = absorbed_table(snapshot, client, when.isoformat(), senders, name, binds, leads, gravity)
        rows += [{"client": client, "compiler": name} | row for row in table.result.to_dicts()]
    columns = (
        "partner", "role", "expectation", "actual", "expected", "change", "share_of_loss", "low", "high", "placebo_p",
        "class", "reason",
    )  # fmt: skip
    show_rows(rows, how, columns, f"no compiler gives the trade of {client} both before and after {when}")


def _gravity(ledger: Path | None, line: tuple[str, ...], as_of: str | None) -> pl.DataFrame | None:
    """Expect a client's trade with every partner by plain gravity, where the ledger holds the trade of the world."""
    if ledger is None:
        return None
    import polars as pl

    from khasan.cli.vetting import flows_and_expected
    from khasan.ledger.store import Ledger

    with Ledger.open(ledger) as held:
        _, expected = flows_and_expected(held, day(as_of, "--as-of"))
    if expected.is_empty():
        return None
    gives, takes = pl.col("exporter").is_in(list(line)), pl.col("importer").is_in(list(line))
    partner = pl.when(gives).then("importer").otherwise("exporter").alias("partner")
    return expected.filter(gives | takes).group_by(partner, "year").agg(pl.col("expected").sum())


def _around(snapshot: Snapshot, client: str, when: date, how: Format) -> None:
    """Print trade with every partner in the year before and the year after a day, one row a compiler."""
    from khasan.measures.shock import changes_around

    rows = [
        measured(one, partner=one.parameters["partner"], compiler=one.parameters.get("compiler", ""))
        | {key: one.parameters[key] for key in ("before", "after")}
        | {"trade_before": one.detail["before"], "trade_after": one.detail["after"], "money": one.detail["unit"]}
        for one in changes_around(snapshot, client, when.year)
    ]
    columns = ("partner", "compiler", "before", "after", "trade_before", "trade_after", "money", "value", "word")
    show_rows(rows, how, columns, f"no compiler gives the trade of {client} both before and after {when}")


def balance(
    patron: Annotated[str, typer.Argument(help="One side.")],
    client: Annotated[str, typer.Argument(help="The other side.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Print what each side gave the other, by channel; never netted."""
    from khasan.measures.balance import balance as measure

    snapshot = read(ledger, as_of)
    found = measure(
        snapshot, code_of(snapshot, patron, last), code_of(snapshot, client, last), *span(first, last, snapshot)
    )
    rows = [
        measured(one, channel=one.channel, giver=one.parameters["giver"], taker=one.parameters["taker"])
        for one in found
    ]
    show_rows(
        rows,
        how,
        ("giver", "taker", "channel", "value", "low", "high", "unit", "word"),
        "nothing is on record between the two",
    )


def debt(
    debtor: Annotated[str, typer.Argument(help="Who owes.")],
    creditor: Annotated[str, typer.Argument(help="To whom.")],
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Print what is owed, forgiven and left, under each valuation."""
    from khasan.measures.debt import debt_forgiven, debt_owed, debt_remaining

    snapshot = read(ledger, as_of)
    one, two = code_of(snapshot, debtor), code_of(snapshot, creditor)
    found = [method(snapshot, one, two) for method in (debt_owed, debt_forgiven, debt_remaining)]
    rows = [measured(item, measure=item.method, debtor=one, creditor=two) for item in found if item is not None]
    show_rows(
        rows,
        how,
        ("measure", "debtor", "creditor", "value", "low", "high", "unit", "word"),
        f"no debt of {one} to {two} is on record; the debtor comes first",
    )


def deed(
    patron: Annotated[str, typer.Argument(help="Who votes and delivers.")],
    client: Annotated[str, typer.Argument(help="Who receives.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Vote against deed: what the patron voted, vetoed or signed beside what was reported delivered."""
    from khasan.measures.deed import vote_against_deed

    snapshot = read(ledger, as_of)
    found = vote_against_deed(
        snapshot, code_of(snapshot, patron), code_of(snapshot, client), *span(first, last, snapshot)
    )
    rows = [{"side": side[:-1], **item} for side in ("votes", "deeds") for item in found.detail[side]] if found else []
    rows.sort(key=lambda row: str(row.get("date") or row.get("start")))
    show_rows(rows, how, list(rows[0]) if rows else (), "no vote and no delivery is on record")


def exchanges(
    patron: Annotated[str, typer.Argument(help="One side.")],
    client: Annotated[str, typer.Argument(help="The other side.")],
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Deals of which one page names both legs."""
    from khasan.measures.exchanges import exchange_count

    snapshot = read(ledger, as_of)
    found = exchange_count(snapshot, code_of(snapshot, patron), code_of(snapshot, client))
    rows = [dict(item) for item in found.detail["exchanges"]] if found else []
    show_rows(rows, how, list(rows[0]) if rows else (), "no page names both legs of a deal")
