"""Commands that print one measure of the channels between patron and client."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from khasan.cli.measured import FromOption, ToOption, code_of, measured, show_rows, span
from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, day, read

if TYPE_CHECKING:
    from khasan.ledger.snapshot import Snapshot


def lifeline(
    client: Annotated[str, typer.Argument(help="The sanctioned state.")],
    patron: Annotated[
        str | None, typer.Option("--patron", help="Who gives; the casebook's first patron where not given.")
    ] = None,
    shock: Annotated[
        str | None, typer.Option("--shock", metavar="DATE", help="Trade by partner around this day instead.")
    ] = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Every channel: latest figure, trend, legal state and cap use; with --shock, trade by partner around a day."""
    from khasan.answers.triangle import first_patron
    from khasan.measures.lifeline import lifeline as measure

    snapshot = read(ledger, as_of)
    one = code_of(snapshot, client)
    if shock is not None:
        _around(snapshot, one, day(shock, "--shock"), how)
        return
    giver = code_of(snapshot, patron) if patron else first_patron(snapshot, one)
    rows = [row.as_dict() for row in measure(snapshot, giver, one)]
    show_rows(
        rows,
        how,
        ("channel", "latest", "unit", "start", "end", "word", "state", "cap_use", "reason"),
        f"no channel is known for {one}",
    )


def _around(snapshot: Snapshot, client: str, when: date | None, how: Format) -> None:
    """Print trade with every partner in the year before and the year after a day, one row a compiler."""
    from khasan.measures.shock import changes_around

    assert when is not None
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
