"""Read the world of a year from the panels of a ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import polars as pl

from khasan.gravity.provenance import loads_read
from khasan.gravity.scenario.world import BaseWorld, base_world, with_flows_set_aside
from khasan.ledger.errors import InputError
from khasan.ledger.panels import VERDICTS
from khasan.ledger.store import Ledger

_FLOW = ("exporter", "importer", "year", "value", "month", "goods", "reported_by", "compiler", "_load")


def read_world(
    ledger: Ledger,
    year: int | None = None,
    *,
    compiler: str | None = None,
    measure: str = "gdp",
    output_over_gdp: float = 1.0,
    as_of: date | None = None,
) -> BaseWorld:
    """Read the trade and the sizes of a year, as reported.

    Parameters
    ----------
    ledger : Ledger
        A ledger with loaded trade.
    year : int, optional
        Base year; the last one with both trade and sizes where not given.
    compiler : str, optional
        Whose trade; the compiler with most flows in the year where not given. Compilers are never mixed.
    measure, output_over_gdp
        As in :func:`base_world`.
    as_of : date, optional
        Use the vintages that were known on this day.

    Raises
    ------
    InputError
        Where the ledger holds no trade or sizes, or none of the year or the compiler.
    """
    flows = ledger.panels.read("trade_flow", as_of=as_of, columns=_FLOW).filter(
        pl.col("month").is_null() & pl.col("goods").is_null() & pl.col("reported_by").is_null()
    )
    sizes = ledger.panels.read(
        "state_year", as_of=as_of, of={"measure": [measure]}, columns=("actor", "year", "value", "compiler", "_load")
    )
    for name, frame in (("trade_flow", flows), (f"state_year with {measure}", sizes)):
        if frame.is_empty():
            raise InputError(
                f"{ledger.name}: holds no panel {name}; fill it with: khasan load states DIR --ledger FILE"
            )
    sizes = sizes.filter(pl.col("compiler") == _largest(sizes))
    if compiler is not None:
        held = sorted(flows.get_column("compiler").unique())
        if compiler not in held:
            raise InputError(f"compiler {compiler!r}: no trade by it in {ledger.name}; it holds {', '.join(held)}")
        flows = flows.filter(pl.col("compiler") == compiler)
    if year is None:
        both = set(flows.get_column("year")) & set(sizes.get_column("year"))
        if not both:
            raise InputError(f"{ledger.name}: no year has both trade and {measure}; load sizes of the years of trade")
        year = max(both)
    own = flows.filter(pl.col("year") == year)
    whose = compiler or (_largest(own) if own.height else _largest(flows))
    flows = flows.filter(pl.col("compiler") == whose)
    world = base_world(
        flows, sizes, year, compiler=whose, measure=measure, output_over_gdp=output_over_gdp
    )  # fmt: skip
    loads = {
        int(flows.filter(pl.col("year") == year).item(0, "_load")),
        int(sizes.filter(pl.col("year") == year).item(0, "_load")),
    }
    return replace(world, data=loads_read(ledger, loads))


def set_suspects_aside(
    ledger: Ledger, world: BaseWorld, clients: Collection[str], as_of: date | None = None
) -> BaseWorld:
    """Take the suspect flows of some countries out of a world, by the verdicts of the ledger.

    Raises
    ------
    InputError
        Where the trade of the ledger was not vetted.
    """
    if VERDICTS not in ledger.panels.vintages():
        raise InputError(
            f'{ledger.name}: its trade was not vetted, so there is no basis "vetted"; load trade, sizes and distances: '
            "khasan load states DIR"
        )
    verdicts = ledger.panels.read(
        "trade_verdict", as_of=as_of, of={"client": clients, "compiler": [world.compiler]},
        columns=("client", "partner", "year", "direction", "suspect", "_load"),
    )  # fmt: skip
    changed = with_flows_set_aside(world, verdicts, clients)
    loads = set(verdicts.get_column("_load"))
    return replace(changed, data=(*world.data, *loads_read(ledger, loads)))


def _largest(frame: pl.DataFrame) -> str:
    """Return the compiler with most rows; of equal ones the first by name."""
    counts = frame.group_by("compiler").len().sort("len", "compiler", descending=[True, False])
    return str(counts.item(0, "compiler"))
