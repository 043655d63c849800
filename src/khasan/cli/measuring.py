"""Commands that print one measure of trade, votes, phases or borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from khasan.cli.measured import FromOption, ToOption, code_of, measured, show_rows, span, told, within
from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, read
from khasan.ledger.errors import InputError
from khasan.sources.focus import Focus

if TYPE_CHECKING:
    from khasan.ledger.snapshot import Snapshot

BASES = ("reported", "vetted")
"""What a share may rest on."""

app = typer.Typer(help="Print one measure for a pair.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def dependence(
    client: Annotated[str, typer.Argument(help="Whose trade.")],
    partner: Annotated[str, typer.Option("--partner", help="With whom.")],
    first: FromOption = None,
    last: ToOption = None,
    compiler: Annotated[str | None, typer.Option("--compiler", help="Only this compiler.")] = None,
    flow: Annotated[str, typer.Option("--flow", help="trade, exports or imports of the client.")] = "trade",
    basis: Annotated[str, typer.Option("--basis", help="reported, or vetted: suspect flows set aside.")] = "reported",
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Share of one partner in the client's trade: one row a year and compiler."""
    from khasan.measures.dependence import FLOWS
    from khasan.measures.dependence import dependence as measure

    if basis not in BASES:
        raise InputError(f"--basis {basis}: unknown; choose {', '.join(BASES)}")
    if flow not in FLOWS:
        raise InputError(f"--flow {flow}: unknown; choose {', '.join(FLOWS)}")
    snapshot = read(ledger, as_of, Focus((client,), (partner,), parts=("trade",), years=within(first, last)))
    years = span(first, last, snapshot)
    one, other = code_of(snapshot, client, last), code_of(snapshot, partner, last)
    asked = f"{told(snapshot, other, last)} in the trade of {one}"
    nothing = f"no compiler gives a share of {asked} in those years; a recorded 0 is doubtful and makes no share"
    if basis == "vetted":
        _vetted(snapshot, one, other, years, compiler, flow, how)
        return
    rows = [
        {
            "client": found.parameters["client"], "partner": found.parameters["partner"],
            "year": found.parameters["year"],
            "exports": found.detail["exports"], "imports": found.detail["imports"], "share": found.value,
            "coverage": found.detail["coverage"], "listed": found.detail["listed"],
            "compiler": found.detail["compiler"], "excludes": found.detail["excludes"], "basis": basis,
            "actor": found.detail["actor"], "flow": flow,
        } | measured(found)
        for found in measure(snapshot, one, other, *years, compiler, flow)
    ]  # fmt: skip
    columns = ("year", "partner", "actor", "compiler", "excludes", "exports", "imports", "share", "coverage", "word")
    show_rows(rows, how, columns, nothing)


def _vetted(
    snapshot: Snapshot,
    client: str,
    partner: str,
    years: tuple[int, int],
    compiler: str | None,
    flow: str,
    how: Format,
) -> None:
    """Print the shares with suspect flows set aside, the reported one beside each."""
    from khasan.measures.vetted import vetted

    rows = [
        {
            "client": client, "partner": partner, "year": found.parameters["year"],
            "compiler": found.detail["compiler"],
            "exports": found.detail["exports"], "imports": found.detail["imports"], "share": found.value,
            "as_reported": found.detail["as_reported"], "set_aside": found.detail["set_aside"],
            "flags": found.detail["flags"], "coverage": found.detail["coverage"], "basis": "vetted",
            "actor": found.detail["actor"], "flow": flow,
        } | measured(found)
        for found in vetted(snapshot, client, partner, *years, compiler, flow)
    ]  # fmt: skip
    columns = ("year", "partner", "compiler", "as_reported", "share", "low", "high", "set_aside", "word")
    show_rows(rows, how, columns, f"no compiler's trade of {client} was vetted in those years")


@app.command()
def mirror(
    one: Annotated[str, typer.Argument(help="One side.")],
    other: Annotated[str, typer.Argument(help="The other side.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Gap between what the seller and what the buyer report, in both directions: one row a year and compiler."""
    from khasan.measures.mirror import mirror_gaps

    snapshot = read(ledger, as_of, Focus((one,), (other,), parts=("trade",)))
    pair = code_of(snapshot, one, last), code_of(snapshot, other, last)
    rows = [
        measured(found, **{**found.parameters, **found.detail})
        for found in mirror_gaps(snapshot, *pair, *span(first, last, snapshot))
    ]
    columns = ("year", "exporter", "importer", "compiler", "exporter_reported", "importer_reported", "value", "low",
               "high", "within_band")  # fmt: skip
    show_rows(rows, how, columns, f"no compiler keeps both reports of a flow between {pair[0]} and {pair[1]}")


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

    snapshot = read(ledger, as_of, Focus((actor,), tuple(others.split(",")), (), ("votes",), within(first, last)))
    one = code_of(snapshot, actor, last)
    codes = [code_of(snapshot, text, last) for text in others.split(",") if text.strip()]
    rows = [
        {"a": found.parameters["a"], "b": found.parameters["b"], "year": found.parameters["year"]}
        | {key: value for key, value in found.detail.items() if key not in ("a", "b", "year")}
        | measured(found)
        for found in measure(snapshot, one, codes, *span(first, last, snapshot))
    ]
    columns = ("a", "b", "year", "agreement", "pi", "kappa", "votes", "without_abstentions", "contested")
    show_rows(rows, how, columns, "the ledger holds no whole calendar year of roll calls of these in that time")


@app.command("ideal-points")
def ideal_points(
    actors: Annotated[list[str], typer.Argument(metavar="ACTOR...", help="Whose positions.")],
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Ideal points in the General Assembly with 90 percent intervals: one row an actor and session's year."""
    from khasan.measures.ideal_lean import ideal_points_of

    snapshot = read(ledger, as_of, Focus(tuple(actors), parts=("votes",)))
    codes = [code_of(snapshot, text, last) for text in actors]
    rows = [
        measured(found, actor=found.parameters["actor"], year=found.parameters["year"], state=found.detail["state"])
        for found in ideal_points_of(snapshot, codes, *span(first, last, snapshot))
    ]
    nothing = "the ledger holds no ideal points of these; make them with: khasan world ideal-points --keep"
    show_rows(rows, how, ("year", "actor", "state", "value", "low", "high", "word"), nothing)


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

    snapshot = read(ledger, as_of, Focus((one, other), (patron,)))
    three = (code_of(snapshot, patron, last), code_of(snapshot, one, last), code_of(snapshot, other, last))
    found = measure(snapshot, *three, *span(first, last, snapshot))
    rows = [measured(lean, **{"layer": lean.method, **lean.parameters, "measure": lean.method}) for lean in found]
    show_rows(rows, how, ("layer", "year", "value", "low", "high", "unit", "word"), "no layer has data for these three")


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

    snapshot = read(ledger, as_of, Focus((client,), (patron,)))
    found = measure(
        snapshot, code_of(snapshot, patron, last), code_of(snapshot, client, last), *span(first, last, snapshot)
    )
    rows = []
    if found is not None:
        for one in found.detail["breaks"]:
            events = "; ".join(event["what"] for event in one["events"])
            rows.append({"year": one["year"], "stability": one["stability"], "events": events} | measured(found))
    show_rows(rows, how, ("year", "stability", "events"), "too few years with data to find a break")


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

    snapshot = read(ledger, as_of, Focus((client,), (patron,), (opponent,), ("context",)))
    one, two, three = (code_of(snapshot, text, year) for text in (patron, client, opponent))
    when = year if year is not None else snapshot.as_of.year
    found = [
        measure(snapshot, one, two, three, when),
        bloc_neighbours(snapshot, one, two, three, when),
        border(snapshot, one, two),
    ]
    hosts = found[0].detail.get("hosts", ()) if found[0] is not None else ()
    found += [hosted_troops(snapshot, three, host) for host in hosts]
    rows = [measured(item, measure=item.method, **dict(item.parameters)) for item in found if item is not None]
    show_rows(
        rows, how, ("measure", "value", "low", "high", "unit", "word"), "contiguity, alliances or rivalries are missing"
    )
