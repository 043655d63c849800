"""The real files on states: loaded whole, as vintages, in the publishers' forms, and refused if mutilated."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.conftest import Khasan

from khasan.ledger.panels import PANEL, panels
from khasan.ledger.store import Ledger

STATES = Path(__file__).parents[3] / "shared" / "data" / "states"
KHASAN = "import sys; from khasan.cli import main; sys.argv = ['khasan', *sys.argv[1:]]; main()"

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", KHASAN, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the whole folder."""
    place = tmp_path_factory.mktemp("world") / "world.duckdb"
    done = run("load", "states", STATES, "--ledger", place)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "cow-trade: 1,294,442 rows added; 2,040 rows belong to no state of their time" in done.stderr
    return place


@pytest.fixture(scope="module")
def world(path: Path) -> Any:
    with Ledger.open(path) as ledger:
        yield ledger


def rows(world: Ledger, panel: str, *columns: str, **of: str) -> list[tuple[Any, ...]]:
    """Return rows of a panel whose columns have some values."""
    frame = world.panels.read(panel, of={name: [value] for name, value in of.items()}, columns=columns)
    return sorted(frame.rows(), key=str)


def test_a_second_load_adds_nothing(path: Path) -> None:
    before = path.read_bytes()
    done = run("load", "states", STATES, "--ledger", path)
    assert done.returncode == 0
    assert {line.split(": ")[1] for line in done.stderr.splitlines()} == {"nothing new, loaded before"}
    with Ledger.open(path) as ledger:
        assert ledger.loads().height == 16
    assert len(path.read_bytes()) == len(before)


def test_the_list_of_loads(khasan: Khasan, path: Path) -> None:
    listed = {row["name"]: row for row in json.loads(khasan("ledger", "--ledger", path, "--format", "json").out)}
    trade = listed["cow-trade"]
    assert (trade["version"], trade["first"], trade["last"], trade["age_days"]) == ("4.0", 1870, 2014, 0)
    assert trade["rows"] == 1_294_442
    assert len(trade["sha256"]) == 64
    assert (listed["unga-votes"]["first"], listed["unga-votes"]["last"]) == (1946, 2020)
    assert len(listed) == 16


def test_trade_in_both_directions_as_printed(world: Ledger) -> None:
    def value(exporter: str, importer: str) -> list[tuple[Any, ...]]:
        held = rows(world, "trade_flow", "year", "value", exporter=exporter, importer=importer)
        return [row for row in held if row[0] == 2010]

    file = pl.read_parquet(STATES / "cow_trade_dyads.parquet").filter(year=2010)
    pair = file.filter(pl.col("ccode1").is_in([710, 731]), pl.col("ccode2").is_in([710, 731])).row(0, named=True)
    assert (pair["ccode1"], pair["ccode2"]) == (710, 731)
    assert value("PRK", "CHN") == [(2010, pair["flow1"])] == [(2010, 1191.0)]
    assert value("CHN", "PRK") == [(2010, pair["flow2"])] == [(2010, 2526.0)]


def test_a_recorded_zero_is_kept_and_a_gap_is_no_row(world: Ledger) -> None:
    file = pl.read_parquet(STATES / "cow_trade_dyads.parquet", columns=["ccode1", "ccode2", "year", "flow1", "flow2"])
    flows = file.select(pl.concat_list("flow1", "flow2").alias("flow")).explode("flow").get_column("flow").drop_nulls()
    held = world.panels.read("trade_flow", columns=["value"]).get_column("value")
    zeros, missing = (
        int((flows == 0).sum()),
        int(file.select(pl.col("flow1", "flow2").null_count()).sum_horizontal().item()),
    )
    assert flows.len() + missing == 2 * file.height
    assert 0 <= flows.len() - held.len() <= 2040
    assert 0 <= zeros - int((held == 0).sum()) <= 2040
    assert (2010, 0.0) in rows(world, "trade_flow", "year", "value", exporter="PRK", importer="KOR")


@pytest.mark.parametrize(
    ("one", "other", "start", "end"),
    [("PRK", "SUN", date(1948, 9, 9), date(1991, 12, 25)), ("PRK", "RUS", date(1991, 12, 26), date(2016, 12, 31))],
)
def test_a_border_in_both_orders_of_question(world: Ledger, one: str, other: str, start: date, end: date) -> None:
    spells = [(start, end)]
    assert rows(world, "border", "start", "end", one=one, other=other) == spells
    assert rows(world, "border", "start", "end", one=other, other=one) == spells


def test_borders_and_pacts_are_the_same_in_both_orders(world: Ledger) -> None:
    for panel, which in (("border", None), ("alliance", "Correlates of War")):
        held = world.panels.read(panel)
        if which is not None:
            held = held.filter(compiler=which)
        turned = held.rename({"one": "other", "other": "one"}).select(held.columns)
        assert held.height > 1000
        assert held.join(turned, on=held.columns, how="anti").is_empty(), panel


def test_what_the_file_does_not_speak_of_has_no_row(world: Ledger) -> None:
    assert rows(world, "border", "start", one="PRK", other="USA") == []
    assert rows(world, "alliance", "start", one="PRK", other="ISR") == []
    assert rows(world, "trade_flow", "value", exporter="PRK", importer="SUN")
    assert not [row for row in rows(world, "trade_flow", "year", exporter="PRK", importer="SUN") if row[0] > 1991]
    assert not [row for row in rows(world, "trade_flow", "year", exporter="PRK", importer="RUS") if row[0] < 1992]
    pacts = world.panels.read("alliance", columns=["compiler", "end"]).group_by("compiler").agg(pl.col("end").max())
    assert dict(pacts.rows()) == {"Correlates of War": date(2012, 12, 31), "ATOP": date(2018, 12, 31)}


def test_every_vote_of_the_file_is_held_and_the_two_germanies_are_told_apart(world: Ledger) -> None:
    file = pl.read_parquet(STATES / "un_votes.parquet", columns=["country", "rcid"])
    votes = world.panels.read("vote", columns=["actor", "roll_call"])
    assert votes.height == file.height == 870_109
    federal = votes.filter(actor="COW:260").get_column("roll_call")
    assert federal.len() == file.filter(country="Federal Republic of Germany").height == 2151
    assert not votes.filter(pl.col("actor") == "DEU", pl.col("roll_call").is_in(federal.implode())).height


def test_a_rivalry_is_found_whoever_is_asked(world: Ledger) -> None:
    def asked(actor: str) -> pl.DataFrame:
        return world.panels.read("rivalry", either={"one": [actor], "other": [actor]}).sort("one", "other", "start")

    pair = (pl.col("one") == "KOR") & (pl.col("other") == "PRK")
    assert asked("KOR").filter(pair).rows() == asked("PRK").filter(pair).rows()
    assert asked("KOR").filter(pair).select("start", "end", "open").rows() == [
        (date(1948, 1, 1), date(2020, 12, 31), True)
    ]
    assert (world.panels.read("rivalry").select(pl.col("one") < pl.col("other"))).to_series().all()


def test_every_actor_of_a_panel_lived_then(world: Ledger) -> None:
    lived = world.table("actor").select(
        pl.col("id").alias("actor"),
        pl.col("valid_from").dt.year().alias("from"),
        pl.col("valid_to").dt.year().alias("to"),
    )
    for name, columns in panels().items():
        years = [column for column in ("year", "first_year") if column in {held.name for held in columns}]
        for column in (held.name for held in columns if held.type == "code"):
            if not years:
                continue
            spoken = world.panels.read(name, columns=[column, years[0]]).unique()
            joined = spoken.join(lived, left_on=column, right_on="actor", how="left", maintain_order="left")
            early = joined.filter((pl.col(years[0]) < pl.col("from")) | (pl.col(years[0]) > pl.col("to")))
            assert early.is_empty(), (name, early.head(3))
            assert joined.height == spoken.height


# -- vintages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def editions(tmp_path: Path) -> dict[str, Path]:
    """Three editions of a small part of the trade file, in folders of their own."""
    held = pl.read_parquet(STATES / "cow_trade_dyads.parquet").filter(ccode2=731)
    changed = held.with_columns(
        pl.when((pl.col("year") == 2010) & (pl.col("ccode1") == 710)).then(3000.0).otherwise("flow1").alias("flow1")
    )
    made = {}
    for name, frame in {"old": held, "new": changed, "third": changed.filter(pl.col("year") < 2014)}.items():
        made[name] = tmp_path / name / "cow_trade_dyads.parquet"
        made[name].parent.mkdir()
        frame.write_parquet(made[name])
    return made


def test_vintages_through_the_command_line(khasan: Khasan, editions: dict[str, Path], tmp_path: Path) -> None:
    place = tmp_path / "t.duckdb"

    def value(as_of: date | None = None) -> float:
        with Ledger.open(place) as ledger:
            frame = ledger.panels.read("trade_flow", as_of=as_of, of={"exporter": ["PRK"], "importer": ["CHN"]})
            return float(frame.filter(year=2010).item(0, "value"))

    assert khasan("load", "cow-trade", editions["old"], "--ledger", place).status == 0
    done = khasan(
        "load", "cow-trade", editions["new"], "--ledger", place, "--known-from", "2020-06-01", "--version", "4.1"
    )
    assert done.status == 0
    assert (value(), value(date(2020, 5, 31)), value(date(2020, 6, 1))) == (3000.0, 1191.0, 3000.0)
    again = khasan("load", "states", editions["old"].parent, "--ledger", place)
    assert again.err == "cow-trade: nothing new, loaded before\n"
    assert value() == 3000.0
    assert khasan("load", "cow-trade", editions["third"], "--ledger", place, "--known-from", "2023-01-01").status == 0
    with Ledger.open(place) as ledger:
        loads = ledger.loads().filter(kind=PANEL)
        assert loads.get_column("version").to_list() == ["4.0", "4.1", "4.0"]
        assert loads.get_column("known_from").to_list() == [None, date(2020, 6, 1), date(2023, 1, 1)]
        assert loads.get_column("last_year").to_list() == [2014, 2014, 2013]
        assert ledger.panels.read("trade_flow", as_of=date(2022, 1, 1)).get_column("year").max() == 2014
        assert ledger.panels.read("trade_flow").get_column("year").max() == 2013
    listed = json.loads(khasan("ledger", "--ledger", place, "--format", "json").out)
    assert [row["version"] for row in listed if row["kind"] == PANEL] == ["4.0", "4.1", "4.0"]


def test_votes_of_another_form_are_a_new_vintage_and_double_nothing(khasan: Khasan, tmp_path: Path) -> None:
    few = pl.read_parquet(STATES / "un_roll_calls.parquet").filter(pl.col("rcid") < 60)
    votes = pl.read_parquet(STATES / "un_votes.parquet").filter(pl.col("rcid") < 60)
    issues = pl.read_parquet(STATES / "un_roll_call_issues.parquet").filter(pl.col("rcid") < 60)
    folder, place = tmp_path / "three", tmp_path / "t.duckdb"
    folder.mkdir()
    few.write_parquet(folder / "un_roll_calls.parquet")
    votes.write_parquet(folder / "un_votes.parquet")
    issues.write_parquet(folder / "un_roll_call_issues.parquet")
    assert khasan("load", "states", folder, "--ledger", place).status == 0
    with Ledger.open(place) as ledger:
        before = ledger.panels.read("vote").sort("roll_call", "actor")
        codes = (
            ledger.table("actor").select("iso2", pl.col("cow").cast(pl.String).str.split(";").list.first()).drop_nulls()
        )
    wide = (
        votes.with_columns(pl.col("vote").cast(pl.String).replace({"yes": "1", "abstain": "2", "no": "3"}))
        .join(codes.unique("iso2"), left_on="country_code", right_on="iso2", how="left")
        .with_columns(pl.col("cow").fill_null("678"))  # the Yemen Arab Republic, which the package leaves uncoded
        .join(few.select("rcid", "session", "date", "importantvote", "unres", "short"), on="rcid")
        .rename({"cow": "ccode"})
        .with_columns(pl.lit(0).alias(issue) for issue in ("me", "nu", "di", "hr", "co", "ec"))
    )
    wide.write_csv(tmp_path / "UNVotes.csv")
    assert khasan("load", "unga-votes", tmp_path / "UNVotes.csv", "--ledger", place).status == 0
    with Ledger.open(place) as ledger:
        after = ledger.panels.read("vote").sort("roll_call", "actor")
        assert set(ledger.panels.vintages()) == {"unga-votes"}
    assert before.height > 1000
    assert after.equals(before)


# -- the publishers' forms of real content -----------------------------------------------------------------------


FORMS: dict[str, tuple[str, str, str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "trade": (
        "cow-trade", "cow_trade_dyads.parquet", "Dyadic_COW_4.0.csv",
        lambda frame: frame.with_columns(pl.col("flow1", "flow2").fill_nan(None).fill_null(-9), version=pl.lit(4)),
    ),
    "contiguity": (
        "cow-contiguity", "cow_contdir.parquet", "contdir.csv",
        lambda frame: frame.filter((pl.col("ccode1") < pl.col("ccode2")) & (pl.col("conttype") > 0)).select(
            (pl.col("ccode1") * 1000 + pl.col("ccode2")).alias("dyad"), pl.col("ccode1").alias("statelno"),
            pl.col("ccode2").alias("statehno"), "conttype", pl.col("stdate").dt.strftime("%Y%m").alias("begin"),
            pl.col("enddate").dt.strftime("%Y%m").alias("end"), pl.lit('a "note", with\na line end').alias("notes"),
        ),
    ),
    "alliances": (
        "cow-alliances", "cow_alliance.parquet", "alliance_v4.1_by_directed_yearly.csv",
        lambda frame: frame.filter(pl.col("ccode1") < pl.col("ccode2")).rename(
            dict(zip(frame.columns[3:], ("defense", "neutrality", "nonaggression", "entente"), strict=True))
        ),
    ),
    "obligations": (
        "atop-alliances", "atop_alliance.parquet", "atop5_1ddyr.csv",
        lambda frame: frame.rename(
            {"ccode1": "stateA", "ccode2": "stateB"} | {name: name.removeprefix("atop_") for name in frame.columns[3:]}
        ),
    ),
    "leaders": (
        "leaders", "archigos.parquet", "1March_Archigos_4.1.txt",
        lambda frame: frame.rename({"gwcode": "ccode"}).with_columns(
            pl.col("startdate", "enddate").dt.strftime("%d/%m/%Y")
        ),
    ),
    "capabilities": (
        "cow-capabilities", "cow_nmc.parquet", "NMC-70-abridged.csv",
        lambda frame: frame.with_columns(pl.all().exclude("ccode", "year").fill_null(-9)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", sorted(FORMS))
def test_real_content_in_the_publishers_form_makes_the_same_panels(khasan: Khasan, tmp_path: Path, form: str) -> None:
    dataset, parquet, name, publish = FORMS[form]
    frame = pl.read_parquet(STATES / parquet)
    if "year" in frame.columns:
        frame = frame.filter(pl.col("year").is_between(1986, 1995))
    frame.write_parquet(tmp_path / parquet)
    publish(frame).sample(fraction=1.0, shuffle=True, seed=7).write_csv(
        tmp_path / name, separator="\t" if name.endswith(".txt") else ",", line_terminator="\r\n"
    )
    held = []
    for number, file in enumerate((tmp_path / parquet, tmp_path / name)):
        place = tmp_path / f"{number}.duckdb"
        done = khasan("load", dataset, file, "--ledger", place)
        assert done.status == 0, done.err
        with Ledger.open(place) as ledger:
            held.append({panel: sorted(ledger.panels.read(panel).rows(), key=str) for panel in panels()})
    assert held[0] == held[1]
    assert sum(map(len, held[0].values())) > 500


# -- mutilated copies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "change", "why"),
    [
        (
            "cow_trade_dyads",
            lambda frame: frame.with_columns(flow1=-1.0),
            "column flow1: -1.0 in data row 1 is below 0",
        ),
        ("cow_trade_dyads", lambda frame: frame.drop("flow2"), "column flow2: missing"),
        (
            "cow_trade_dyads",
            lambda frame: frame.with_columns(ccode1=444),
            "column ccode1: 444 in data row 1 is no Corr",
        ),
        (
            "cow_trade_dyads",
            lambda frame: frame.with_columns(flow1=pl.lit("x")),
            "column flow1: 'x' in data row 1 is not",
        ),
        (
            "cow_trade_dyads",
            lambda frame: frame.with_columns(year=20140),
            "column year: 20140 in data row 1 is above 2100",
        ),
        ("cow_trade_dyads", lambda frame: frame.with_columns(flow2=float("inf")), "column flow2: inf in data row 1"),
        (
            "cow_trade_dyads",
            lambda frame: pl.concat([frame, frame.head(3).with_columns(pl.col("flow1") + 1)]),
            "column flow1: 3 pairs stand twice with different values",
        ),
        ("cow_nmc", lambda frame: pl.concat([frame, frame.head(1)]), "both speak of ccode 2, year 1816, with the same"),
        ("cow_mindist", lambda frame: pl.concat([frame, frame.tail(1)]), "both speak of ccode1"),
        ("cow_alliance", lambda frame: frame.with_columns(cow_defense=2), "column defence: 2 in data row 1 is above 1"),
        ("archigos", lambda frame: frame.with_columns(enddate=date(1800, 1, 1)), "is before its startdate"),
        ("tss_rivalries", lambda frame: frame.with_columns(end=1400), "is before its start"),
        ("cow_capitals", lambda frame: frame.with_columns(lat=95.0), "column lat: 95.0 in data row 1 is above 90"),
        (
            "un_votes",
            lambda frame: frame.with_columns(vote=pl.lit("oui")),
            "column vote: 'oui' in data row 1 is none of",
        ),
        ("un_votes", lambda frame: pl.concat([frame, frame.head(1)]), "both speak of rcid 3, country United States"),
        ("cow_contdir", lambda frame: frame.clear(), "has no rows"),
    ],
)
def test_a_mutilated_copy_is_refused_and_the_ledger_stays(
    khasan: Khasan, tmp_path: Path, file: str, change: Callable[[pl.DataFrame], pl.DataFrame], why: str
) -> None:
    folder, place = tmp_path / "data", tmp_path / "t.duckdb"
    folder.mkdir()
    (folder / "cow_states.parquet").symlink_to(STATES / "cow_states.parquet")
    assert khasan("load", "states", folder, "--ledger", place).status == 0
    before = place.read_bytes()
    for companion in ("un_roll_calls", "un_roll_call_issues"):
        if file == "un_votes":
            (folder / f"{companion}.parquet").symlink_to(STATES / f"{companion}.parquet")
    change(pl.read_parquet(STATES / f"{file}.parquet")).write_parquet(folder / f"{file}.parquet")
    said = khasan("load", "states", folder, "--ledger", place)
    assert said.status == 2
    assert said.err.startswith(f"khasan: {file}.parquet")
    assert why in said.err
    assert said.err.count("\n") == 1
    assert place.read_bytes() == before
    assert {held.name for held in tmp_path.iterdir()} == {"data", "t.duckdb"}


def test_shuffled_columns_and_rows_are_the_same_file(khasan: Khasan, tmp_path: Path) -> None:
    frame = pl.read_parquet(STATES / "cow_trade_dyads.parquet").filter(year=1991)
    turned = frame.sample(fraction=1.0, shuffle=True, seed=3).select(reversed(frame.columns))
    held = []
    for number, one in enumerate((frame, turned)):
        one.write_parquet(tmp_path / "cow_trade_dyads.parquet")
        place = tmp_path / f"{number}.duckdb"
        assert khasan("load", "cow-trade", tmp_path / "cow_trade_dyads.parquet", "--ledger", place).status == 0
        with Ledger.open(place) as ledger:
            held.append(sorted(ledger.panels.read("trade_flow").rows(), key=str))
    assert held[0] == held[1]


def test_two_processes_loading_into_one_file(tmp_path: Path) -> None:
    place = tmp_path / "t.duckdb"
    command = [sys.executable, "-c", KHASAN, "load", "cow-trade", str(STATES / "cow_trade_dyads.parquet")]
    both = [
        subprocess.Popen([*command, "--ledger", str(place)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    statuses = sorted(process.returncode for process in both)
    assert statuses in ([0, 2], [0, 0])
    assert all(text.count("\n") == 1 for text in said), said
    with Ledger.open(place) as ledger:
        assert ledger.loads().filter(kind=PANEL).height == 1
        assert ledger.panels.read("trade_flow", columns=["year"]).height == 1_294_435
    assert {held.name for held in tmp_path.iterdir()} == {"t.duckdb"}


def test_the_year_in_which_one_state_gives_way_to_another_is_found(khasan: Khasan, path: Path) -> None:
    """The file books Germany of 1990 under the united state, and the vote of South Sudan begins in its first year."""
    asked = ("measure", "dependence", "FRA", "--partner", "DEU", "--from", "1990", "--to", "1990")
    (row,) = json.loads(khasan(*asked, "--ledger", path, "--format", "json").out)
    assert (row["exports"], row["imports"], row["actor"]) == (40692, 44227, "DEU")
    asked = ("measure", "alignment", "UKR", "--with", "SSD", "--from", "2011", "--to", "2011")
    (row,) = json.loads(khasan(*asked, "--ledger", path, "--format", "json").out)
    assert (row["votes"], row["agreement"]) == (20, 0.5)
    asked = ("measure", "alignment", "USA", "--with", "DEU", "--from", "1985", "--to", "1985")
    (row,) = json.loads(khasan(*asked, "--ledger", path, "--format", "json").out)
    assert round(row["agreement"], 3) == 0.513
