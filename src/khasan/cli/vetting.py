"""Vet the trade of the world when it is loaded, and print what was found of one state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.measured import FromOption, ToOption, show_rows
from khasan.cli.options import AsOfOption, Format, FormatOption, LedgerOption, day
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from khasan.ledger.store import Ledger

FLOW = ("exporter", "importer", "year", "value")


def vet_world(store: Ledger) -> int:
    """Vet all trade flows of the world and keep the verdicts; return the rows added, 0 where nothing changed.

    Nothing is done where trade, size or distance is missing: without them there is no expectation.
    """
    import polars as pl

    from khasan.ledger.panels import VERDICTS
    from khasan.measures.vetting import vet
    from khasan.sources.correlates_trade import COMPILER
    from khasan.sources.loading import MADE_OF, keep_computed, latest_of

    inputs = latest_of(store, (*MADE_OF[VERDICTS], VERDICTS))
    kept = inputs.pop(VERDICTS)
    if any(row is None for row in inputs.values()):
        return 0
    if kept is not None and all(row is not None and row["load"] < kept["load"] for row in inputs.values()):
        return 0
    flows, expected = flows_and_expected(store)
    judged = vet(flows, expected).filter(pl.col("score") > 0)
    verdicts = judged.drop("value").with_columns(
        pl.col("client", "partner", "direction", "reason", "namesake").cast(pl.String), compiler=pl.lit(COMPILER)
    )
    return keep_computed(store, VERDICTS, "trade_verdict", verdicts, MADE_OF[VERDICTS])


def flows_and_expected(store: Ledger, as_of: date | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read all yearly flows of the world, and expect each by plain gravity; empty where a panel is missing."""
    from khasan.gravity.expectation import expected_flows
    from khasan.measures.vetting import confusable
    from khasan.sources.correlates_trade import COMPILER

    flows = store.panels.read("trade_flow", as_of=as_of, of={"compiler": [COMPILER]}, columns=FLOW)
    sizes = store.panels.read("state_year", as_of=as_of, of={"measure": ["gdp"]}, columns=("actor", "year", "value"))
    distances = store.panels.read("distance", as_of=as_of)
    return flows, expected_flows(flows, sizes, distances, confusable())


def vetting(
    client: Annotated[str, typer.Argument(help="Whose trade.")],
    namesake: Annotated[str | None, typer.Option("--namesake", help="Only flows that may be this state's.")] = None,
    suspects: Annotated[bool, typer.Option("--suspects", help="Only flows that are set aside.")] = False,
    first: FromOption = None,
    last: ToOption = None,
    ledger: LedgerOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Print every recorded flow of a state with its suspicion, whether it is set aside, and why."""
    from khasan.ledger.bundled import bundled_folder

    if ledger is None:
        raise InputError(
            f"--ledger: name a ledger with loaded trade; {bundled_folder().name} holds suspect flows only "
            "(khasan rows --series trade_suspicion)"
        )
    from khasan.ledger.actors import Actors
    from khasan.ledger.panels import VERDICTS
    from khasan.ledger.store import Ledger

    when = day(as_of, "--as-of")
    from khasan.measures.vetting import read_namesakes

    with Ledger.open(ledger) as held:
        actors = Actors.of(held.table("actor"))
        line = actors.lineage(actors.find(client).id)
        other = actors.lineage(actors.find(namesake).id) if namesake is not None else ()
        flows = held.panels.read("trade_flow", as_of=when, either={"exporter": line, "importer": line})
        verdicts = held.panels.read("trade_verdict", as_of=when, of={"client": line})
        vetted = VERDICTS in held.panels.vintages()
    confused = {frozenset(pair) for pair in read_namesakes().select("one", "other").rows()}
    if namesake is not None and not any(frozenset((one, two)) in confused for one in line for two in other):
        raise InputError(
            f"--namesake {namesake}: {other[0]} and {line[0]} are not in the table of namesakes; leave it out"
        )
    if not vetted:
        raise InputError(f"{ledger}: its trade was not vetted; load trade, sizes and distances: khasan load states DIR")
    rows = judged(flows, verdicts, line)
    low, high = (1 if first is None else first), (9999 if last is None else last)
    rows = [
        row
        for row in rows
        if low <= row["year"] <= high
        and (row["suspect"] or not suspects)
        and (namesake is None or row["namesake"] in other)
    ]
    columns = ("client", "partner", "year", "direction", "value", "score", "suspect", "reason", "namesake")
    what = "suspect flow" if suspects or namesake is not None else "recorded flow"
    show_rows(rows, how, columns, f"no {what} of {line[0]} in those years")


def judged(flows: pl.DataFrame, verdicts: pl.DataFrame, line: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return every flow of a state, in both directions, with its verdict; the most suspect of a year first.

    Parameters
    ----------
    flows, verdicts : DataFrame
        The panels ``trade_flow`` and ``trade_verdict``.
    line : tuple of str
        The state and its predecessors.
    """
    import polars as pl

    keys = ["client", "partner", "year", "direction", "compiler"]
    compilers = verdicts.get_column("compiler").unique()
    own = flows.filter(pl.col("goods").is_null() & pl.col("month").is_null() & pl.col("reported_by").is_null())
    sides = [
        own.filter(pl.col(client).is_in(list(line))).select(
            pl.col(client).alias("client"),
            pl.col(partner).alias("partner"),
            "year",
            pl.lit(direction).alias("direction"),
            "compiler",
            "value",
        )
        for client, partner, direction in (("exporter", "importer", "export"), ("importer", "exporter", "import"))
    ]
    both = pl.concat(sides)
    if len(compilers):
        both = both.filter(pl.col("compiler").is_in(compilers.implode()))
    joined = both.join(verdicts, on=keys, how="left").with_columns(
        pl.col("score").fill_null(0.0), pl.col("suspect").fill_null(value=False)
    )
    return joined.sort(["year", "score", "partner", "direction"], descending=[False, True, False, False]).to_dicts()
