"""Commands that compute a measure for all pairs of the world at once, from the panels of a ledger file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khasan.cli.measured import FromOption, ToOption
from khasan.cli.options import AsOfOption, Format, FormatOption, day
from khasan.cli.output import show_frame
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from khasan.ledger.store import Ledger

app = typer.Typer(
    help="Compute a measure for all pairs at once, from a ledger file with public data sets.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WorldLedger = Annotated[
    Path, typer.Option("--ledger", metavar="FILE", help="Ledger file; fill it with: khasan load states DIR.")
]


@app.command()
def dependence(
    ledger: WorldLedger,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Share, concentration and asymmetry of every state with every partner, one row a pair and year."""
    from khasan.measures.world.dependence import dependence as measure

    with _opened(ledger) as held:
        frame = measure(_flows(held, _day(as_of)))
    show_frame(_between(frame, first, last), how, "Dependence")


@app.command()
def alignment(
    ledger: WorldLedger,
    by: Annotated[str, typer.Option("--by", help="year, session or issue.")] = "year",
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Agreement of every pair in the General Assembly with its variants, one row a pair and year."""
    from khasan.measures.world.alignment import alignment as measure

    if by not in ("year", "session", "issue"):
        raise InputError(f"--by {by}: unknown; choose year, session or issue")
    with _opened(ledger) as held:
        votes, calls, issues = (_panel(held, name, _day(as_of)) for name in ("vote", "roll_call", "roll_call_issue"))
    if by != "session":
        calls = _between(calls, first, last)
        votes = votes.join(calls.select("roll_call"), on="roll_call", how="semi")
    show_frame(measure(votes, calls, by, issues if by == "issue" else None), how, "Alignment")  # type: ignore[arg-type]


@app.command("ideal-points")
def ideal_points(
    ledger: WorldLedger,
    first: FromOption = None,
    last: ToOption = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep them in the ledger, so that briefs and single measures can use them.")
    ] = False,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Ideal points of every state in every session, with standard errors (half a minute: all history is fitted)."""
    from khasan.measures.world.ideal_points import ideal_points as measure

    if keep and as_of is not None:
        raise InputError("--keep and --as-of: kept points are those of the latest votes; leave one out")
    with _opened(ledger) as held:
        votes, calls = _panel(held, "vote", _day(as_of)), _panel(held, "roll_call", _day(as_of))
        actors = held.table("actor").rename({"id": "actor"}).select("actor", "predecessor")
    points = measure(votes, calls, actors)
    if keep:
        from khasan.ledger.writing import writable
        from khasan.sources.loading import IDEAL_POINTS, MADE_OF, keep_computed

        with writable(ledger, create=False) as store, store.transaction():
            added = keep_computed(store, IDEAL_POINTS, "ideal_point", points, MADE_OF[IDEAL_POINTS])
        typer.echo(f"ideal points: {added:,} rows kept" if added else "ideal points: kept before", err=True)
    show_frame(_between(points, first, last), how, "Ideal points")


@app.command()
def alliances(
    ledger: WorldLedger,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List the commitments of every pair of allies, one row a pair, year and compiler."""
    from khasan.measures.world.alliances import alliances as measure

    with _opened(ledger) as held:
        frame = measure(_panel(held, "alliance", _day(as_of)), *_years(first, last))
    show_frame(frame, how, "Alliances")


@app.command()
def buffer(
    ledger: WorldLedger,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Every neighbour of a state that has a rival: whether it is a buffer against that rival."""
    from khasan.measures.world.buffer import buffer as measure

    with _opened(ledger) as held:
        rivalry, border, alliance = (_panel(held, name, _day(as_of)) for name in ("rivalry", "border", "alliance"))
    show_frame(measure(rivalry, border, alliance, *_years(first, last)), how, "Buffers")


@app.command()
def mirror(
    ledger: WorldLedger,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Gap between the two reports of every flow that both sides report."""
    import polars as pl

    from khasan.measures.world.mirror import mirror as measure

    with _opened(ledger) as held:
        flows = _panel(held, "trade_flow", _day(as_of)).filter(pl.col("reported_by").is_not_null())
    if flows.is_empty():
        raise InputError(f"{ledger}: no compiler that keeps both reports of a flow; load UN Comtrade or IMF trade")
    show_frame(_between(measure(flows), first, last), how, "Mirror gaps")


def _opened(ledger: Path) -> Ledger:
    """Open a ledger file for reading."""
    from khasan.ledger.store import Ledger

    return Ledger.open(ledger)


def _panel(held: Ledger, name: str, as_of: date | None) -> pl.DataFrame:
    """Read a panel whole.

    Raises
    ------
    InputError
        Where the ledger holds none of it.
    """
    frame = held.panels.read(name, as_of=as_of)
    if frame.is_empty():
        raise InputError(f"{held.name}: holds no panel {name}; fill it with: khasan load states DIR --ledger FILE")
    return frame


def _flows(held: Ledger, as_of: date | None) -> pl.DataFrame:
    """Read the yearly flows of all goods of the compiler with most of them; compilers are never mixed."""
    import polars as pl

    flows = _panel(held, "trade_flow", as_of).filter(
        pl.col("month").is_null() & pl.col("goods").is_null() & pl.col("reported_by").is_null()
    )
    compiler = flows.group_by("compiler").len().sort("len", "compiler", descending=[True, False]).item(0, "compiler")
    return flows.filter(pl.col("compiler") == compiler).select("exporter", "importer", "year", "value")


def _day(text: str | None) -> date | None:
    """Read the day of --as-of."""
    return day(text, "--as-of")


def _years(first: int | None, last: int | None) -> tuple[int, int]:
    """Return the span of years asked for; all from 1945 on where an end is not given."""
    span = (1945 if first is None else first, date.today().year if last is None else last)
    if span[0] > span[1]:
        raise InputError(f"--from {span[0]} lies after --to {span[1]}; swap them")
    return span


def _between(frame: pl.DataFrame, first: int | None, last: int | None) -> pl.DataFrame:
    """Return the rows of the years asked for."""
    import polars as pl

    low, high = (1 if first is None else first), (9999 if last is None else last)
    if low > high:
        raise InputError(f"--from {low} lies after --to {high}; swap them")
    return frame.filter(pl.col("year").is_between(low, high))
