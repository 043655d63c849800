"""Commands that print one measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, read
from khasan.cli.output import show
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.ledger.finding import Finding
    from khasan.ledger.snapshot import Snapshot

app = typer.Typer(help="Print one measure for a pair.", no_args_is_help=True, rich_markup_mode=None)

FromOption = Annotated[int | None, typer.Option("--from", metavar="YEAR", help="First year.")]
ToOption = Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year.")]


def _span(first: int | None, last: int | None, snapshot: Snapshot) -> tuple[int, int]:
    """Read a span of years, from all years where an end is not given."""
    one, other = first if first is not None else 1800, last if last is not None else snapshot.as_of.year
    if one > other:
        raise InputError(f"--from {one} lies after --to {other}; swap them")
    return one, other


def _code(snapshot: Snapshot, text: str, last: int | None = None) -> str:
    """Find an actor; where a year is asked for, it or a predecessor must have existed then."""
    when = min(date(last, 12, 31), snapshot.as_of) if last is not None and 1 <= last <= 9999 else None
    return snapshot.actors.find(text, when).id


def _told(snapshot: Snapshot, code: str, last: int | None) -> str:
    """Name an actor with the predecessor that held its place in the last year asked for."""
    then = snapshot.actors.at(code, date(last, 7, 1)) if last is not None and 1 <= last <= 9999 else code
    return code if then in (None, code) else f"{code} (then {snapshot.actors.name(str(then))}, {then})"


def _base(finding: Finding, **columns: Any) -> dict[str, Any]:
    """Return the columns that every measure prints after its own."""
    return columns | {
        "value": finding.value, "low": finding.low, "high": finding.high, "unit": finding.unit, "word": finding.word,
        "finding": finding.id, "evidence": list(finding.evidence), "caveats": list(finding.caveats),
    }  # fmt: skip


def _show(rows: Sequence[dict[str, Any]], how: Format, columns: Sequence[str], what: str) -> None:
    """Print rows, and say on standard error where there are none."""
    if not rows:
        typer.echo(f"no data: {what}", err=True)
    show(rows, how, columns)


@app.command()
def dependence(
    client: Annotated[str, typer.Argument(help="Whose trade.")],
    partner: Annotated[str, typer.Option("--partner", help="With whom.")],
    first: FromOption = None,
    last: ToOption = None,
    compiler: Annotated[str | None, typer.Option("--compiler", help="Only this compiler.")] = None,
    flow: Annotated[str, typer.Option("--flow", help="trade, exports or imports of the client.")] = "trade",
    basis: Annotated[
        str, typer.Option("--basis", help="reported; vetted follows with mirror statistics.")
    ] = "reported",
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Share of one partner in the client's trade: one row a year and compiler."""
    from khasan.measures.dependence import FLOWS
    from khasan.measures.dependence import dependence as measure

    if basis != "reported":
        raise InputError(f"--basis {basis}: this version knows reported only")
    if flow not in FLOWS:
        raise InputError(f"--flow {flow}: unknown; choose {', '.join(FLOWS)}")
    snapshot = read(ledger, as_of)
    span = _span(first, last, snapshot)
    one, other = _code(snapshot, client, last), _code(snapshot, partner, last)
    rows = [
        {
            "client": found.parameters["client"], "partner": found.parameters["partner"],
            "year": found.parameters["year"],
            "exports": found.detail["exports"], "imports": found.detail["imports"], "share": found.value,
            "coverage": found.detail["coverage"], "listed": found.detail["listed"],
            "compiler": found.detail["compiler"], "excludes": found.detail["excludes"], "basis": basis,
            "actor": found.detail["actor"], "flow": flow,
        } | _base(found)
        for found in measure(snapshot, one, other, *span, compiler, flow)
    ]  # fmt: skip
    columns = ("year", "partner", "actor", "compiler", "excludes", "exports", "imports", "share", "coverage", "word")
    _show(
        rows,
        how,
        columns,
        f"no compiler gives a share of {_told(snapshot, other, last)} in the trade of {one} in those years",
    )


@app.command()
def alignment(
    actor: Annotated[str, typer.Argument(help="Whose votes.")],
    others: Annotated[str, typer.Option("--with", help="With whose; codes with commas between.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Agreement in General Assembly roll calls: one row a pair and year, with its variants."""
    from khasan.measures.alignment import alignment as measure

    snapshot = read(ledger, as_of)
    one = _code(snapshot, actor, last)
    codes = [_code(snapshot, text, last) for text in others.split(",") if text.strip()]
    rows = [
        {"a": found.parameters["a"], "b": found.parameters["b"], "year": found.parameters["year"]}
        | {key: value for key, value in found.detail.items() if key not in ("a", "b", "year")}
        | _base(found)
        for found in measure(snapshot, one, codes, *_span(first, last, snapshot))
    ]
    columns = ("a", "b", "year", "agreement", "pi", "kappa", "votes", "without_abstentions", "contested")
    _show(rows, how, columns, "the ledger holds no roll call of these in those years")


@app.command()
def lifeline(
    client: Annotated[str, typer.Argument(help="The sanctioned state.")],
    patron: Annotated[
        str | None, typer.Option("--patron", help="Who gives; the casebook's first patron where not given.")
    ] = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Every channel: latest figure, trend, legal state and cap use."""
    from khasan.answers.triangle import first_patron
    from khasan.measures.lifeline import lifeline as measure

    snapshot = read(ledger, as_of)
    one = _code(snapshot, client)
    giver = _code(snapshot, patron) if patron else first_patron(snapshot, one)
    rows = [row.as_dict() for row in measure(snapshot, giver, one)]
    _show(
        rows,
        how,
        ("channel", "latest", "unit", "start", "end", "word", "state", "cap_use", "reason"),
        f"no channel is known for {one}",
    )


@app.command()
def equidistance(
    patron: Annotated[str, typer.Argument(help="Who stands between.")],
    one: Annotated[str, typer.Argument(help="The client.")],
    other: Annotated[str, typer.Argument(help="Its rival.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Lean of the patron between two rivals, by layer; plus is towards the first."""
    from khasan.measures.equidistance import equidistance as measure

    snapshot = read(ledger, as_of)
    three = (_code(snapshot, patron, last), _code(snapshot, one, last), _code(snapshot, other, last))
    found = measure(snapshot, *three, *_span(first, last, snapshot))
    rows = [_base(lean, **{"layer": lean.method, **lean.parameters, "measure": lean.method}) for lean in found]
    _show(rows, how, ("layer", "year", "value", "low", "high", "unit", "word"), "no layer has data for these three")


@app.command()
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
        snapshot, _code(snapshot, patron, last), _code(snapshot, client, last), *_span(first, last, snapshot)
    )
    rows = [
        _base(one, channel=one.channel, giver=one.parameters["giver"], taker=one.parameters["taker"]) for one in found
    ]
    _show(
        rows,
        how,
        ("giver", "taker", "channel", "value", "low", "high", "unit", "word"),
        "nothing is on record between the two",
    )


@app.command()
def buffer(
    patron: Annotated[str, typer.Argument(help="Whose buffer.")],
    client: Annotated[str, typer.Argument(help="The state between.")],
    opponent: Annotated[str, typer.Option("--opponent", help="Against whom.")],
    year: Annotated[int | None, typer.Option("--year", help="Year; the day of the ledger where not given.")] = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Whether the client is a buffer, and what the bloc's neighbourhood would be without it."""
    from khasan.measures.buffer import bloc_neighbours, border, hosted_troops
    from khasan.measures.buffer import buffer as measure

    snapshot = read(ledger, as_of)
    one, two, three = (_code(snapshot, text, year) for text in (patron, client, opponent))
    when = year if year is not None else snapshot.as_of.year
    found = [
        measure(snapshot, one, two, three, when),
        bloc_neighbours(snapshot, one, two, three, when),
        border(snapshot, one, two),
    ]
    hosts = found[0].detail.get("hosts", ()) if found[0] is not None else ()
    found += [hosted_troops(snapshot, three, host) for host in hosts]
    rows = [_base(item, measure=item.method, **dict(item.parameters)) for item in found if item is not None]
    _show(
        rows, how, ("measure", "value", "low", "high", "unit", "word"), "contiguity, alliances or rivalries are missing"
    )


@app.command()
def phases(
    patron: Annotated[str, typer.Argument(help="One side.")],
    client: Annotated[str, typer.Argument(help="The other side.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Phases of the bond: breaks, how stable they are, and the events nearest to them."""
    from khasan.measures.phases import phases as measure

    snapshot = read(ledger, as_of)
    found = measure(
        snapshot, _code(snapshot, patron, last), _code(snapshot, client, last), *_span(first, last, snapshot)
    )
    rows = []
    if found is not None:
        for one in found.detail["breaks"]:
            events = "; ".join(event["what"] for event in one["events"])
            rows.append({"year": one["year"], "stability": one["stability"], "events": events} | _base(found))
    _show(rows, how, ("year", "stability", "events"), "too few years with data to find a break")


@app.command()
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
    one, two = _code(snapshot, debtor), _code(snapshot, creditor)
    found = [method(snapshot, one, two) for method in (debt_owed, debt_forgiven, debt_remaining)]
    rows = [_base(item, measure=item.method, debtor=one, creditor=two) for item in found if item is not None]
    _show(
        rows,
        how,
        ("measure", "debtor", "creditor", "value", "low", "high", "unit", "word"),
        "no debt between the two is on record",
    )


@app.command()
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
    found = vote_against_deed(snapshot, _code(snapshot, patron), _code(snapshot, client), *_span(first, last, snapshot))
    rows = [{"side": side[:-1], **item} for side in ("votes", "deeds") for item in found.detail[side]] if found else []
    rows.sort(key=lambda row: str(row.get("date") or row.get("start")))
    _show(rows, how, list(rows[0]) if rows else (), "no vote and no delivery is on record")


@app.command()
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
    found = exchange_count(snapshot, _code(snapshot, patron), _code(snapshot, client))
    rows = [dict(item) for item in found.detail["exchanges"]] if found else []
    _show(rows, how, list(rows[0]) if rows else (), "no page names both legs of a deal")
