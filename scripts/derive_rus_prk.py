"""Remake the derived rows of the casebook rus-prk from public data files on states.

Run from anywhere::

    python scripts/derive_rus_prk.py [--states DIR] [--casebook DIR] [--partners DIR]

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

from khasan.ledger.errors import InputError
from khasan.ledger.schema import columns
from khasan.sources import correlates_trade as trade
from khasan.sources import general_assembly as assembly
from khasan.sources import state_system as states
from khasan.sources import vote_rows as ballots
from khasan.sources.actors import clip, name_yearly, read_actors
from khasan.sources.rows import check_for_doubled_ids, observations, row_id
from khasan.sources.text_tables import append_missing, as_text, read_text, write_text

ROOT = Path(__file__).resolve().parents[1]
STATES = ROOT.parent / "shared" / "data" / "states"
CASEBOOK = ROOT / "casebooks" / "rus-prk"
TABLES = Path(__file__).with_name("rus_prk_derived")

CLIENT, CLIENT_CODE = "PRK", 731
OPPONENT = "USA"
ASSEMBLY = "UN"
CIRCLE = ("CHN", "JPN", "KOR", "PRK", "RUS", "SUN", "USA")
VOTE_FOCUS = CIRCLE
"""A pair is counted where one of the two is in focus; narrow it to (PRK, RUS, SUN) for a smaller casebook."""
PATRONS = ("CHN", "RUS", "SUN", "PRK")
PARTNERS = ("CHN", "IND", "JPN", "KOR", "RUS", "SUN")
LARGEST = 10
OTHER_CODES = (2, 365, 710, 732, 740)
"""Codes of the other states of the circle, whose whole trade is the other half of an asymmetry."""
FIRST_YEAR = 1948
SINCE = pl.date(1945, 1, 1)
GDP_FROM = 1948
NEAR_KM = 4000
OPEN_NOTE = "still in force at the end of the data"
KEYS = {"source": "id", "origin": "id", "channel": "id", "unit": "id", "series": "id", "role": None, "label": "id"}

Constants = dict[str, str | int | None]
TRADE: Constants = {
    "unit": "USD million",
    "compiler": "Correlates of War",
    "origin": "cow",
    "credibility": 2,
    "source": "cow-trade",
}
VOTES: Constants = {
    "unit": "roll calls",
    "compiler": "United Nations",
    "basis": "derived",
    "origin": "un",
    "credibility": 2,
    "source": "unga-votes",
}
CONTEXT: Constants = {"basis": "derived", "credibility": 2, "locator": "R package peacesciencer"}


def year_span() -> list[pl.Expr]:
    """First and last day of the column year."""
    return [pl.date("year", 1, 1).alias("start"), pl.date("year", 12, 31).alias("end")]


def trade_rows(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Totals of the client, its largest partners, and the patron with the client's rival."""
    frame = trade.read_trade(folder)
    partners = name_yearly(trade.partner_table(frame, CLIENT_CODE), actors, "partner", "actor")
    sizes = partners.drop_nulls("actor").group_by("actor").agg(pl.col("trade").sum())
    sizes = sizes.sort(["trade", "actor"], descending=[True, False])
    chosen = sorted({*sizes.head(LARGEST)["actor"], *PARTNERS})
    flows = trade.flow_rows(trade.directed_exports(frame), actors, **TRADE)
    of_client = ((pl.col("from_actor") == CLIENT) & pl.col("to_actor").is_in(chosen)) | (
        (pl.col("to_actor") == CLIENT) & pl.col("from_actor").is_in(chosen)
    )
    of_rival = pl.concat_str(pl.min_horizontal("from_actor", "to_actor"), pl.max_horizontal("from_actor", "to_actor"))
    others = [whole_trade(trade.partner_table(frame, code), actors, code) for code in OTHER_CODES]
    pairs = flows.filter(of_client | of_rival.is_in(["KORRUS", "KORSUN"]))
    return pl.concat([total_rows(partners, actors), pairs, *others])


def whole_trade(partners: pl.DataFrame, actors: pl.DataFrame, code: int) -> pl.DataFrame:
    """Two-way trade of another state with all its partners, against which its dependence on the client is measured."""
    sums = trade.totals(partners).with_columns(pl.lit(code, pl.Int64()).alias("code")).filter(pl.col("total") > 0)
    named = name_yearly(sums, actors, "code", "actor").drop_nulls("actor").filter(pl.col("year") >= FIRST_YEAR)
    rows = named.select(
        row_id("d-cow", pl.col("year"), pl.col("actor"), "total").alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.lit("WLD").alias("to_actor"),
        *year_span(),
        pl.col("total").cast(pl.Float64()).alias("value"),
    )
    return observations(rows, series="client_trade_total", **{**TRADE, "basis": "derived", "unit": "USD million"})


def total_rows(partners: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Totals over all partners, with a note that names main partners of which the file has no flow above 0."""
    unseen = unseen_partners(partners, actors)
    sums = trade.totals(partners).join(unseen, on="year", how="left")
    shapes = (
        ("total", "client_trade_total", CLIENT, "WLD", "total"),
        ("exports", "client_trade_exports", CLIENT, "WLD", "exports"),
        ("imports", "client_trade_imports", "WLD", CLIENT, "imports"),
        ("partners", "trade_partners_counted", CLIENT, "WLD", "partners"),
    )
    made = []
    for column, series, giver, taker, name in shapes:
        counted = series == "trade_partners_counted"
        zero = (pl.col(column) == 0) & ~pl.lit(counted)
        note = pl.when(zero).then(pl.concat_str(pl.lit("doubtful: "), "note")).otherwise("note")
        rows = sums.drop_nulls(column).select(
            row_id("d-cow", pl.col("year"), CLIENT.lower(), name).alias("id"),
            pl.lit(giver).alias("from_actor"),
            pl.lit(taker).alias("to_actor"),
            *year_span(),
            pl.col(column).cast(pl.Float64()).alias("value"),
            (pl.lit(None, pl.String()) if counted else note).alias("note"),
            pl.when(zero).then(pl.lit("doubtful")).alias("status"),
        )
        constants = {**TRADE, "basis": "derived", "unit": "partners" if counted else "USD million"}
        made.append(observations(rows, series=series, **constants))
    return pl.concat(made)


def unseen_partners(partners: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """List, by year, the main partners that existed but have no recorded flow above 0."""
    codes = pl.DataFrame({"partner": actors.filter(pl.col("actor").is_in(PARTNERS))["cow"].unique().sort()})
    grid = partners.select("year").unique().join(codes, how="cross")
    grid = name_yearly(grid, actors, "partner", "name").drop_nulls("name")
    seen = partners.filter(pl.col("trade") > 0).select("year", "partner")
    lacking = grid.join(seen, on=["year", "partner"], how="anti").sort("year", "name")
    named = lacking.group_by("year", maintain_order=True).agg(pl.col("name").str.join(", "))
    return named.select("year", pl.format("no flow above 0 with {}", "name").alias("note"))


def vote_rows(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Cells, contested roll calls, issues and sessions of the pairs, and the roll calls held."""
    votes, calls, issues = assembly.read_votes(folder), assembly.read_roll_calls(folder), assembly.read_issues(folder)
    circle = actors.filter(pl.col("actor").is_in(CIRCLE))
    pairs = assembly.pair_votes(assembly.votes_of(votes, calls, circle)).filter(
        pl.col("from_actor").is_in(VOTE_FOCUS) | pl.col("to_actor").is_in(VOTE_FOCUS)
    )
    contested = pairs.join(assembly.contested(votes).filter("contested"), on="rcid", how="semi")
    of_client = pairs.filter((pl.col("from_actor") == CLIENT) | (pl.col("to_actor") == CLIENT))
    by_issue = assembly.same_and_both(of_client.join(issues, on="rcid"), ["year", "short_name", "issue"])
    year, topic = pl.col("year"), pl.col("short_name")
    yearly = pl.concat(
        [
            ballots.cell_rows(assembly.cells(pairs)),
            ballots.same_and_both_rows(assembly.same_and_both(contested, ["year"]), "contested", [*ballots.PAIR, year]),
            ballots.same_and_both_rows(by_issue, "issue", [topic, *ballots.PAIR, year])
            .rename({"issue": "scenario"})
            .drop("short_name"),
            ballots.held_rows(assembly.held(calls), ASSEMBLY),
        ],
        how="diagonal",
    )
    dated = yearly.join(assembly.known_days(calls), on="year", how="left").with_columns(
        pl.date("year", 1, 1).alias("start")
    )
    sessions = ballots.session_rows(assembly.same_and_both(of_client, ["session"]), calls, circle)
    years = dated.drop("year")
    return observations(pl.concat([years, sessions], how="diagonal_relaxed"), **VOTES)


def among(names: tuple[str, ...] | list[str]) -> pl.Expr:
    """Whether both actors of a pair are among the names."""
    return pl.col("from_actor").is_in(names) & pl.col("to_actor").is_in(names)


def in_force(spells: pl.DataFrame, source: str, stem: pl.Expr, month: bool = False) -> pl.DataFrame:
    """Rows with value 1 while something holds; the note says where it outlasts the file."""
    unit = pl.lit("in force") if "unit" not in spells.columns else pl.col("unit")
    value = pl.lit(1.0) if "value" not in spells.columns else pl.col("value").cast(pl.Float64())
    day = pl.col("start").dt.strftime("%Y-%m" if month else "%Y")
    rows = spells.filter(pl.col("end") >= SINCE).select(
        row_id("d", stem, pl.col("from_actor"), pl.col("to_actor"), day).alias("id"),
        "series",
        "from_actor",
        "to_actor",
        "start",
        "end",
        value.alias("value"),
        unit.alias("unit"),
        pl.when("open").then(pl.lit(OPEN_NOTE)).alias("note"),
    )
    return observations(rows, source=source, **CONTEXT)


def border_rows(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Neighbours by land and by sea of the patrons, the client and its rival."""
    spells = states.contiguity(states.read_state_file(folder, "contdir"), actors)
    land = pl.col("series") == "contiguity_land"
    near = spells.filter(pl.col("from_actor").is_in([*PATRONS, "KOR"])).with_columns(
        pl.when(land).then(pl.lit("in force")).otherwise(pl.lit("miles")).alias("unit")
    )
    return in_force(near, "cow-contiguity", pl.when(land).then(pl.lit("land")).otherwise(pl.lit("sea")), month=True)


def alliance_spells(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Alliances among the circle, and all defence partners of the opponent, who stands first in its pairs."""
    spells = states.alliances(states.read_state_file(folder, "alliance"), actors)
    with_opponent = (pl.col("from_actor") == OPPONENT) | (pl.col("to_actor") == OPPONENT)
    kept = spells.filter(among(CIRCLE) | (with_opponent & (pl.col("series") == "alliance_defence")))
    other = pl.when(pl.col("from_actor") == OPPONENT).then("to_actor").otherwise("from_actor")
    return clip(
        kept.with_columns(
            pl.when(with_opponent).then(pl.lit(OPPONENT)).otherwise("from_actor").alias("from_actor"),
            pl.when(with_opponent).then(other).otherwise("to_actor").alias("to_actor"),
        ),
        actors,
    )


def rivalry_rows(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Strategic rivalries among the circle."""
    spells = states.rivalries(states.read_state_file(folder, "rivalries"), actors).filter(among(CIRCLE))
    return in_force(
        clip(spells, actors).with_columns(pl.lit("strategic_rivalry").alias("series")),
        "thompson-rivalries",
        pl.lit("rivalry"),
    )


def distance_rows(folder: Path, actors: pl.DataFrame, allies: list[str]) -> pl.DataFrame:
    """Minimum distances among the circle, and from the patrons and the client to allies of the opponent nearby."""
    frame = states.minimum_distance(states.read_state_file(folder, "mindist").filter(pl.col("year") >= 1945), actors)
    outward = pl.col("to_actor").is_in(PATRONS) & pl.col("from_actor").is_in(allies)
    inward = pl.col("from_actor").is_in(PATRONS) & pl.col("to_actor").is_in(allies)
    close = pl.col("value") <= NEAR_KM
    kept = frame.filter(among(CIRCLE) | ((outward | inward) & close))
    turn = outward & ~among(CIRCLE)
    rows = kept.select(
        pl.when(turn).then("to_actor").otherwise("from_actor").alias("from_actor"),
        pl.when(turn).then("from_actor").otherwise("to_actor").alias("to_actor"),
        "year",
        pl.col("value").round(1),
    ).select(
        row_id("d-mindist", pl.col("from_actor"), pl.col("to_actor"), pl.col("year")).alias("id"),
        "from_actor",
        "to_actor",
        *year_span(),
        "value",
    )
    return observations(rows, series="minimum_distance", unit="km", source="cshapes-distance", **CONTEXT)


def capital_rows(folder: Path, actors: pl.DataFrame, near: list[str]) -> pl.DataFrame:
    """Coordinates of capitals of the circle and of the allies nearby, and distances among the circle."""
    listed, members = states.read_state_file(folder, "capitals"), states.read_state_file(folder, "states")
    places = states.capitals(listed, members, actors)
    places = places.filter(pl.col("actor").is_in([*CIRCLE, *near]) & (pl.col("end") >= SINCE))
    made = []
    for axis in ("latitude", "longitude"):
        rows = places.select(
            row_id(f"d-capital-{axis}", pl.col("actor"), pl.col("start").dt.year()).alias("id"),
            pl.col("actor").alias("from_actor"),
            pl.col("actor").alias("to_actor"),
            "start",
            "end",
            pl.col(axis).round(4).alias("value"),
            pl.col("capital").alias("note"),
        )
        made.append(
            observations(rows, series=f"capital_{axis}", unit="degrees", source="peacesciencer-capitals", **CONTEXT)
        )
    apart = states.capital_distance(places.filter(pl.col("actor").is_in(CIRCLE))).select(
        row_id("d-capdist", pl.col("from_actor"), pl.col("to_actor"), pl.col("start").dt.year()).alias("id"),
        "from_actor",
        "to_actor",
        "start",
        "end",
        pl.col("value").round(1),
    )
    return pl.concat(
        [*made, observations(apart, series="capital_distance", unit="km", source="peacesciencer-capitals", **CONTEXT)]
    )


def gdp_rows(folder: Path, actors: pl.DataFrame) -> pl.DataFrame:
    """Gross domestic product of the circle."""
    yearly = states.gdp_usd_million(states.read_state_file(folder, "gdp").filter(pl.col("year") >= GDP_FROM), actors)
    rows = yearly.filter(pl.col("actor").is_in(CIRCLE)).select(
        row_id("d-gdp", pl.col("actor"), pl.col("year")).alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.col("actor").alias("to_actor"),
        *year_span(),
        "value",
    )
    return observations(
        rows,
        series="gdp_constant_2011",
        unit="USD million",
        source="anders-gdp",
        **CONTEXT,
    )


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
    spells = alliance_spells(folder, actors)
    stem = pl.col("series").str.strip_prefix("alliance_")
    joined = [row["to_actor"] for row in read_text(TABLES / "accession.csv")[1]]
    defence = spells.filter((pl.col("from_actor") == OPPONENT) & (pl.col("series") == "alliance_defence"))
    allies = sorted({*defence["to_actor"], *joined, *bloc_members(casebook)} - {OPPONENT})
    distances = distance_rows(folder, actors, allies)
    near = sorted({*distances["to_actor"], *distances["from_actor"]} & set(allies))
    rows = pl.concat(
        [
            trade_rows(folder, actors),
            vote_rows(folder, actors),
            border_rows(folder, actors),
            in_force(spells, "cow-alliances", stem),
            rivalry_rows(folder, actors),
            distances,
            capital_rows(folder, actors, near),
            gdp_rows(folder, actors),
        ]
    ).sort("id")
    check_for_doubled_ids(rows)
    assert rows.filter(pl.col("start") > pl.col("end")).is_empty()
    return rows


def write_casebook(rows: pl.DataFrame, casebook: Path) -> None:
    """Replace the derived rows of a casebook and append what they refer to."""
    for table, key in KEYS.items():
        header = [column.name for column in columns(table)]
        append_missing(casebook / f"{table}.csv", header, read_text(TABLES / f"{table}.csv")[1], key)
    accessions = read_text(TABLES / "accession.csv")[1]
    path = casebook / "observation.csv"
    header, present = read_text(path)
    header += [column.name for column in columns("observation") if column.name not in header]
    own = {row["id"] for row in accessions}
    kept = [row for row in present if not row["id"].startswith("d-") and row["id"] not in own]
    write_text(path, header, [*kept, *accessions, *as_text(rows)])


def write_partners(folder: Path, casebook: Path, out: Path) -> Path:
    """Write the client's trade with every partner, for local use."""
    actors = read_actors(casebook / "actor.csv")
    partners = name_yearly(trade.partner_table(trade.read_trade(folder), CLIENT_CODE), actors, "partner", "actor")
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"partners-{CLIENT.lower()}.csv"
    name = pl.col("actor").fill_null(pl.format("COW:{}", "partner")).alias("partner")
    named = partners.select("year", name, "exports", "imports", "trade")
    named.sort("year", "partner").write_csv(path)
    return path


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Remake the derived rows of the casebook rus-prk.")
    parser.add_argument("--states", type=Path, default=STATES, metavar="DIR", help="folder of the data files")
    parser.add_argument("--casebook", type=Path, default=CASEBOOK, metavar="DIR", help="folder of the casebook")
    parser.add_argument("--partners", type=Path, metavar="DIR", help="also write all trade partners here")
    options = parser.parse_args()
    try:
        rows = derived_rows(options.states, options.casebook)
        write_casebook(rows, options.casebook)
        if options.partners:
            print(f"partners: {write_partners(options.states, options.casebook, options.partners)}", file=sys.stderr)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    for series, count in rows.group_by("series").len().sort("series").iter_rows():
        print(f"{count:6} {series}")
    print(f"{rows.height:6} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
