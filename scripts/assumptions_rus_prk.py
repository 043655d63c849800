"""What North Korea loses under each set of assumptions: the table behind a chapter of the brief, as CSV.

Run from anywhere::

    python scripts/assumptions_rus_prk.py [--data DIR] --ledger FILE

The tables are those of NAFTA 1993 (Caliendo and Parro 2015), 31 regions and 40 sectors; trade and size of North Korea
are those of 2014, the last year of the trade panel. Russia is part of the rest of the world in these tables, so only
China, and everybody, can leave. Nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from khasan.gravity.scenario.reading import read_world
from khasan.gravity.scenario.world import BaseWorld
from khasan.gravity.uncertainty.assumptions import assumption_table
from khasan.gravity.uncertainty.cases import cut_off, scaled_to_tables
from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv
from khasan.ledger.store import Ledger

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
CASEBOOK = ROOT / "casebooks" / "rus-prk"
REGIONS = Path(__file__).with_name("rus_prk_assumptions") / "region.csv"
FILES = {
    "trade": "trade",
    "inputs": "intermediate_consumption",
    "final_demand": "final_consumption",
    "value_added": "value_added",
    "deficit": "deficit",
    "theta": "theta",
}

CLIENT, PATRON, YEAR = "PRK", "CHN", 2014
REST = "Row"
DONORS = ("China", "Hungary", "India", "Indonesia")
ROWS = ("g019", "g020", "g026", "f040")
"""Rows of the casebook from which what is known of fuel is taken."""
FUEL = ("Mining", "Petroleum")
SIZES = (1.0, 0.35)
"""Parts of gross domestic product at purchasing power: all, and what estimates at exchange rates come to."""
TO_CHINA = 0.972
"""Share of China in North Korea's exports of fuel in 2013, by KOTRA; in the note of row g019."""

CAVEATS = (
    "crude oil, coal and ores are one sector in the tables, so coal that North Korea digs stands in for oil that it "
    "cannot: what it loses without fuel from abroad comes out too small",
    "crude oil from China, which Chinese customs do not show, is KOTRA's total of two-way trade less that of customs",
    "exports of coal to China are their share of exports to China in 2013; all other goods are made up",
    "trade is as recorded by the Correlates of War, confusions with South Korea included",
    "goods that nobody in North Korea would be found to make are assumed to be made there in part: the share is that "
    "under which a tenth of home shares of goods in the tables lie",
)


def rows(data_folder: Path, ledger_path: Path) -> pl.DataFrame:
    """Work out the table.

    Parameters
    ----------
    data_folder : Path
        Holds ``gravity/nafta``.
    ledger_path : Path
        Ledger with trade and sizes of 2014.

    Returns
    -------
    DataFrame
        ``size`` (part of gross domestic product at purchasing power), ``value_added`` (USD million of 2014) and the
        columns of :func:`khasan.gravity.uncertainty.assumptions.assumption_table`; real income in percent.

    Raises
    ------
    InputError
        Where the tables, the ledger or the casebook lack what is needed.
    """
    tables = read_tables(data_folder / "gravity" / "nafta")
    with Ledger.open(ledger_path) as held:
        world = read_world(held, YEAR)
    if CLIENT not in world.countries:
        raise InputError(f"{ledger_path}: {CLIENT} has no trade or no size in {YEAR}; load both")
    regions = dict(pl.read_csv(REGIONS).select("actor", "region").iter_rows())
    trade = with_fuel(client_trade(world, regions), regions[PATRON], casebook_values(CASEBOOK))
    output = float(world.trade[world.place(CLIENT)].sum())
    sectors = sorted(tables["theta"]["sector"])
    everybody = [*regions.values(), REST]
    cases = {
        "China leaves": cut_off(CLIENT, [regions[PATRON]], sectors),
        "all partners leave": cut_off(CLIENT, everybody, sectors),
        "no fuel from China": cut_off(CLIENT, [regions[PATRON]], FUEL, imports_only=True),
        "no fuel from anybody": cut_off(CLIENT, everybody, FUEL, imports_only=True),
    }
    found = []
    for size in SIZES:
        scaled = scaled_to_tables(tables, trade, size * output, float(world.trade.sum()))
        table = assumption_table(
            tables, scaled.trade, DONORS, scaled.value_added, cases, client=CLIENT, rest=REST,
            least_home_share=low_home_share(tables),
        )  # fmt: skip
        said = "; ".join((scaled.caveat, *CAVEATS))
        found.append(
            table.select(
                pl.lit(size).alias("size"), pl.lit(size * output).alias("value_added"),
                pl.all().exclude("caveats"), pl.col("caveats") + "; " + said,
            )
        )  # fmt: skip
    return pl.concat(found)


def read_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Read the six tables of a folder."""
    try:
        return {name: pl.read_parquet(folder / f"{stem}.parquet") for name, stem in FILES.items()}
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"{folder}: the tables cannot be read ({error}); name the folder of data with --data"
        ) from None


def client_trade(world: BaseWorld, regions: Mapping[str, str]) -> pl.DataFrame:
    """Add the client's trade of the year up by region of the tables; who is none is the rest of the world."""
    place = world.place(CLIENT)
    flows = [
        (exporter, importer, value)
        for other, country in enumerate(world.countries)
        if other != place
        for exporter, importer, value in (
            (CLIENT, regions.get(country, REST), float(world.trade[place, other])),
            (regions.get(country, REST), CLIENT, float(world.trade[other, place])),
        )
        if value > 0.0
    ]
    frame = pl.DataFrame(flows, schema=["exporter", "importer", "value"], orient="row")
    return frame.group_by("exporter", "importer").agg(pl.col("value").sum()).sort("exporter", "importer")


def casebook_values(folder: Path) -> dict[str, float]:
    """Return the values of the casebook's rows by id, USD million."""
    table = read_csv(folder / "observation.csv", "observation")
    wanted = table.filter(pl.col("id").is_in(list(ROWS)))
    if wanted.height < 4 or (wanted["unit"] != "USD million").any():
        raise InputError(f"{folder}: rows g019, g020, g026 and f040 are not all there in USD million")
    return {row["id"]: float(row["value"]) for row in wanted.iter_rows(named=True)}


def with_fuel(trade: pl.DataFrame, patron: str, values: Mapping[str, float]) -> pl.DataFrame:
    """Take the fuel that is known of out of flows whose goods are not known.

    Crude oil from China comes on top of what is recorded: KOTRA's total (g026) less that of Chinese customs (f040),
    which hold none. Exports of fuel to China are their part of exports to China in 2013 (g019 times China's share of
    it, over g020) of what is recorded.
    """
    sold = (pl.col("exporter") == CLIENT) & (pl.col("importer") == patron)
    part = TO_CHINA * values["g019"] / values["g020"]
    oil = pl.DataFrame(
        {"exporter": [patron], "importer": [CLIENT], "value": [values["g026"] - values["f040"]], "sector": ["Mining"]}
    )
    unknown = trade.with_columns(
        value=pl.when(sold).then(pl.col("value") * (1.0 - part)).otherwise("value"), sector=pl.lit(None, pl.String)
    )
    coal = trade.filter(sold).with_columns(value=pl.col("value") * part, sector=pl.lit("Mining"))
    return pl.concat([unknown, coal, oil])


def low_home_share(tables: Mapping[str, pl.DataFrame]) -> float:
    """Return the share under which a tenth of all home shares lie, over regions and goods that cross borders."""
    paid = pl.col("value") * (1.0 + pl.col("tariff"))
    own = pl.col("exporter") == pl.col("importer")
    spent = tables["trade"].group_by("sector", "importer").agg(own=paid.filter(own).sum(), bought=paid.sum())
    shares = spent.filter(pl.col("bought") > pl.col("own")).select(pl.col("own") / pl.col("bought"))
    return float(shares.to_series().quantile(0.1, "linear") or 0.0)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data")
    parser.add_argument("--ledger", type=Path, required=True, help="ledger file with trade and sizes")
    given = parser.parse_args()
    try:
        print(rows(given.data, given.ledger).write_csv(), end="")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
