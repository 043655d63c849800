"""Remake the derived rows of the casebook rus-prk from public data files on states.

Run from anywhere::

    python scripts/derive_rus_prk.py [--states DIR] [--casebook DIR]

Rows of ``observation.csv`` whose id starts with ``d-`` are replaced; so are the accessions to the opponent's
alliance after the alliance file ends, which stand in ``rus_prk_derived/accession.csv``. Sources, origins, units,
channels, series, roles and labels that the rows need are appended where they are absent; what is there stays.
Running it twice changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

from khasan.gravity.expectation import expected_flows
from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv
from khasan.ledger.schema import columns
from khasan.measures.vetting import confusable, vet
from khasan.measures.world.ideal_points import ideal_points
from khasan.sources import derived_context as context
from khasan.sources import derived_trade as trade
from khasan.sources.actors import actor_years, existence, read_actors
from khasan.sources.datasets import data_sets, find_in_folder, names_of, read_data_set
from khasan.sources.derived_votes import ideal_point_rows, vote_rows
from khasan.sources.rows import check_for_doubled_ids
from khasan.sources.text_tables import append_missing, as_text, read_text, write_text

ROOT = Path(__file__).resolve().parents[1]
STATES = ROOT.parent / "shared" / "data" / "states"
CASEBOOK = ROOT / "casebooks" / "rus-prk"
TABLES = Path(__file__).with_name("rus_prk_derived")

REFERENCE = ROOT / "src" / "khasan" / "sources" / "reference"

CLIENT = "PRK"
OPPONENT = "USA"
CIRCLE = ("CHN", "JPN", "KOR", "PRK", "RUS", "SUN", "USA")
VOTE_FOCUS = CIRCLE
"""A pair is counted where one of the two is in focus; narrow it to (PRK, RUS, SUN) for a smaller casebook."""
PATRONS = ("CHN", "RUS", "SUN", "PRK")
PARTNERS = ("CHN", "IND", "JPN", "KOR", "RUS", "SUN")
LARGEST = 10
FIRST_YEAR = 1948
KEYS = {"channel": "id", "unit": "id", "series": "id", "role": None, "label": "id"}
REFERENCE_KEYS = {"source": "id", "origin": "id"}

Panels = dict[str, pl.DataFrame]


def read_panels(folder: Path, casebook: Path) -> Panels:
    """Read the data files of a folder and map them to panels, one frame a panel."""
    actors, names = read_actors(casebook / "actor.csv"), names_of(read_csv(casebook / "actor.csv", "actor"))
    made: dict[str, list[pl.DataFrame]] = {}
    for name, parts in find_in_folder(folder).items():
        for panel, frame in read_data_set(data_sets()[name], parts, actors, names).mapped.panels.items():
            made.setdefault(panel, []).append(frame)
    panels = {panel: pl.concat(frames, how="diagonal") for panel, frames in made.items()}
    table = read_csv(casebook / "actor.csv", "actor").rename({"id": "actor"}).select("actor", "predecessor")
    points = ideal_points(panels["vote"], panels["roll_call"], table)
    return panels | {
        "ideal_point": points.filter(pl.col("actor").is_in(CIRCLE)),
        "trade_verdict": verdicts(panels),
    }


def verdicts(panels: Panels) -> pl.DataFrame:
    """Vet the client's flows against the trade of the world."""
    flows = panels["trade_flow"].select("exporter", "importer", "year", "value")
    sizes = panels["state_year"].filter(pl.col("measure") == "gdp").select("actor", "year", "value")
    expected = expected_flows(flows, sizes, panels["distance"], confusable())
    judged = vet(flows, expected, clients=[CLIENT])
    return judged.with_columns(pl.col("client", "partner", "direction", "reason", "namesake").cast(pl.String))


def trade_rows(panels: Panels, actors: pl.DataFrame) -> pl.DataFrame:
    """Totals of the client, its largest partners, and the patron with the client's rival."""
    flows = panels["trade_flow"]
    circle = pl.col("exporter").is_in(CIRCLE) | pl.col("importer").is_in(CIRCLE)
    near = flows.filter(circle)
    sums = trade.totals(near, CIRCLE)
    own = near.filter((pl.col("exporter") == CLIENT) | (pl.col("importer") == CLIENT))
    other = pl.when(pl.col("exporter") == CLIENT).then("importer").otherwise("exporter").alias("actor")
    largest = own.group_by(other).agg(pl.col("value").sum()).sort(["value", "actor"], descending=[True, False])
    chosen = sorted({*largest.head(LARGEST)["actor"], *PARTNERS})
    of_client = own.filter(pl.col("exporter").is_in(chosen) | pl.col("importer").is_in(chosen))
    ends = pl.concat_str(pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer"))
    suspects = panels["trade_verdict"].filter("suspect").select("year", actor="partner").unique()
    doubted = own.with_columns(other).join(suspects, on=["year", "actor"], how="semi").drop("actor")
    of_rival = near.filter(ends.is_in(["KORRUS", "KORSUN"]))
    years = actor_years(actors, int(sums["year"].min()), int(sums["year"].max()))  # type: ignore[arg-type]
    main = years.filter(pl.col("actor").is_in(PARTNERS)).select("actor", "year").unique()
    is_client = pl.col("actor") == CLIENT
    return pl.concat(
        [
            trade.total_rows(sums.filter(is_client), trade.unseen_partners(own, CLIENT, main)),
            trade.flow_rows(pl.concat([of_client, doubted, of_rival]).unique(["exporter", "importer", "year"])),
            trade.verdict_rows(panels["trade_verdict"], sums.filter(is_client)),
            trade.whole_trade_rows(sums.filter(~is_client & (pl.col("year") >= FIRST_YEAR))),
        ]
    )


def ballot_rows(panels: Panels, actors: pl.DataFrame) -> pl.DataFrame:
    """Cells, contested roll calls, issues and sessions of the circle's pairs, and the roll calls held."""
    given = panels["vote"].filter(pl.col("actor").is_in(CIRCLE))
    rows = vote_rows(given, panels["roll_call"], panels["roll_call_issue"], existence(actors), VOTE_FOCUS, [CLIENT])
    return pl.concat([rows, ideal_point_rows(panels["ideal_point"], panels["roll_call"])])


def bloc_members(casebook: Path) -> set[str]:
    """Members today of the blocs to which the opponent belongs, as the casebook's table of actors lists them."""
    rows = [row for row in read_text(casebook / "actor.csv")[1] if row["kind"] == "bloc"]
    lists = [row["members"].split(";") for row in rows]
    return {code for members in lists if OPPONENT in members for code in members}


def derived_rows(folder: Path = STATES, casebook: Path = CASEBOOK) -> pl.DataFrame:
    """Make all derived rows from the data files and the casebook's table of actors, sorted by id."""
    actors = read_actors(casebook / "actor.csv")
    for name in CIRCLE:
        if name not in actors["actor"]:
            raise InputError(f"actor.csv, column id: {name} with its Correlates of War code is missing")
    panels = read_panels(folder, casebook)
    spells = context.alliance_spells(panels["alliance"], CIRCLE, [OPPONENT])
    joined = [row["to_actor"] for row in read_text(TABLES / "accession.csv")[1]]
    defence = spells.filter((pl.col("from_actor") == OPPONENT) & (pl.col("series") == context.DEFENCE))
    allies = sorted({*defence["to_actor"], *joined, *bloc_members(casebook)} - {OPPONENT})
    distances = context.distance_rows(panels["distance"], CIRCLE, PATRONS, allies)
    near = sorted({*distances["to_actor"], *distances["from_actor"]} & set(allies))
    rows = pl.concat(
        [
            trade_rows(panels, actors),
            ballot_rows(panels, actors),
            context.border_rows(panels["border"], [*PATRONS, "KOR"]),
            context.alliance_rows(spells, actors),
            context.rivalry_rows(panels["rivalry"], CIRCLE, actors),
            distances,
            context.capital_rows(panels["capital"], CIRCLE, near),
            context.gdp_rows(panels["state_year"], CIRCLE, FIRST_YEAR),
        ]
    ).sort("id")
    check_for_doubled_ids(rows)
    assert rows.filter(pl.col("start") > pl.col("end")).is_empty()
    return rows


def write_casebook(rows: pl.DataFrame, casebook: Path) -> None:
    """Replace the derived rows of a casebook and append what they refer to."""
    used = set(rows["source"])
    for table, key in KEYS.items():
        header = [column.name for column in columns(table)]
        append_missing(casebook / f"{table}.csv", header, read_text(TABLES / f"{table}.csv")[1], key)
    for table, key in REFERENCE_KEYS.items():
        header = [column.name for column in columns(table)]
        wanted = [row for row in read_text(REFERENCE / f"{table}.csv")[1] if table == "origin" or row["id"] in used]
        append_missing(casebook / f"{table}.csv", header, wanted, key)
    accessions = read_text(TABLES / "accession.csv")[1]
    path = casebook / "observation.csv"
    header, present = read_text(path)
    header += [column.name for column in columns("observation") if column.name not in header]
    own = {row["id"] for row in accessions}
    kept = [row for row in present if not row["id"].startswith("d-") and row["id"] not in own]
    write_text(path, header, [*kept, *accessions, *as_text(rows)])


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Remake the derived rows of the casebook rus-prk.")
    parser.add_argument("--states", type=Path, default=STATES, metavar="DIR", help="folder of the data files")
    parser.add_argument("--casebook", type=Path, default=CASEBOOK, metavar="DIR", help="folder of the casebook")
    options = parser.parse_args()
    try:
        rows = derived_rows(options.states, options.casebook)
        write_casebook(rows, options.casebook)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    for series, count in rows.group_by("series").len().sort("series").iter_rows():
        print(f"{count:6} {series}")
    print(f"{rows.height:6} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
