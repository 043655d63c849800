"""Fetched files become panels and rows of a ledger: once, with their source, and beside what they replace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import test_comtrade
import test_csis_timeline
import test_imf_trade
import test_listings
import test_petroleum_1718
import test_ripestat
import test_world_bank
from published import written

from khasan.ledger.bundled import seed
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger
from khasan.sources.catalogue import catalogue
from khasan.sources.fetch_record import Record, hash_of, record_path, write_record
from khasan.sources.public_loading import READERS, load_public


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.memory() as held:
        seed(held)
        yield held


def test_trade_of_several_answers_is_one_vintage(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = test_comtrade.answer(tmp_path / "a", test_comtrade.record(), test_comtrade.record(partnerCode=490))
    two = test_comtrade.answer(tmp_path / "b", test_comtrade.record(), test_comtrade.record(partnerCode=76))
    added, said = load_public(ledger, "comtrade", [one, two], version="2024-05-03")
    assert added == 1 + 2
    assert "490 (Other Asia" in said
    assert ledger.panels.read("trade_flow")["exporter"].sort().to_list() == ["ARG", "BRA"]
    assert load_public(ledger, "comtrade", [two, one]) == (0, "")
    load = ledger.loads().filter(name="comtrade").row(0, named=True)
    assert (load["kind"], load["version"], load["set_aside"]) == ("panel", "2024-05-03", 1)


def test_a_later_load_takes_the_place_of_the_earlier(ledger: Ledger, tmp_path: Path) -> None:
    first = test_imf_trade.export(tmp_path, "CHN,XG_FOB_USD,PRK,M,2017-M03,5000000,,")
    load_public(ledger, "imf-trade", [first], version="2024-01")
    (tmp_path / "new").mkdir()
    second = test_imf_trade.export(tmp_path / "new", "CHN,XG_FOB_USD,PRK,M,2017-M03,6000000,,")
    load_public(ledger, "imf-trade", [second], version="2024-06", known_from=date(2024, 6, 30))
    assert ledger.panels.read("trade_flow")["value"].to_list() == [6.0]
    assert ledger.panels.read("trade_flow", as_of=date(2024, 6, 1))["value"].to_list() == [5.0]


def test_measures_of_states_are_a_panel_of_the_day_that_the_bank_names(ledger: Ledger, tmp_path: Path) -> None:
    load_public(ledger, "world-bank", [test_world_bank.answer(tmp_path, test_world_bank.record("PRK", 2010, 24686435))])
    assert ledger.panels.read("state_year").select("actor", "measure", "value").rows() == [
        ("PRK", "population", 24686435.0)
    ]
    assert ledger.table("source").filter(pl.col("id").str.starts_with("world-bank-"))["published"].to_list() == [
        "2024-05-30"
    ]


def test_a_changed_delivery_stands_beside_the_old_one(ledger: Ledger, tmp_path: Path) -> None:
    first = test_petroleum_1718.page(tmp_path, test_petroleum_1718.WIDE)
    added, _ = load_public(ledger, "petroleum-1718", [first], {"client": "PRK"}, version="2021-10-05")
    assert added == 1 + 4
    changed = written(tmp_path / "later.html", test_petroleum_1718.WIDE.replace("11,745*", "11,800"))
    added, _ = load_public(ledger, "petroleum-1718", [changed], {"client": "PRK"}, version="2021-12-01")
    assert added == 1 + 1
    held = ledger.table("observation").filter((pl.col("start") == date(2021, 8, 1)) & (pl.col("from_actor") == "CHN"))
    assert held["value"].sort().to_list() == [11745.0, 11800.0]
    assert held["id"].n_unique() == held["source"].n_unique() == 2


def test_the_source_tells_where_a_file_came_from(ledger: Ledger, tmp_path: Path) -> None:
    path = test_petroleum_1718.page(tmp_path, test_petroleum_1718.WIDE)
    record = Record("https://example.org/x", None, None, hash_of(path), 1, "2021-10-05T08:00:00+00:00")
    write_record(record_path(path), record)
    load_public(ledger, "petroleum-1718", [path], {"client": "PRK"})
    (source,) = ledger.table("source").filter(pl.col("id").str.starts_with("petroleum")).to_dicts()
    assert (source["url"], source["retrieved"], source["published"]) == (
        "https://example.org/x", date(2021, 10, 5), "2021-10-05"
    )  # fmt: skip
    assert source["sha256"] == hash_of(path)


def test_routes_become_counts_and_events(ledger: Ledger, tmp_path: Path) -> None:
    paths = [test_ripestat.routes(tmp_path), *test_ripestat.networks(tmp_path)]
    added, said = load_public(ledger, "ripestat-routing", paths, {"client": "PRK"}, version="2017-11-15")
    assert added == 1 + 10 + 1
    assert "AS64500" in said
    with pytest.raises(InputError, match="locations of the networks"):
        load_public(ledger, "ripestat-routing", paths[:1], {"client": "PRK"})


def test_listings_and_the_timeline_become_events(ledger: Ledger, tmp_path: Path) -> None:
    load_public(ledger, "un-consolidated", [test_listings.un(tmp_path)])
    timeline = written(tmp_path / "t.csv", test_csis_timeline.HEADER + test_csis_timeline.TWO)
    load_public(ledger, "csis-timeline", [timeline], {"one": "RUS", "other": "PRK"}, version="2026-02-23")
    events = ledger.table("event").sort("date")
    assert events["id"].to_list() == ["listing-un-consolidated-kpe-053", "csis-timeline-4", "csis-timeline-7"]
    classes = dict(ledger.table("source").select(pl.col("id").str.head(4), "licence_class").rows())
    assert classes == {"un-c": "quote", "csis": "local"}


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("no-such", {}, "unknown source 'no-such'; known are comtrade"),
        ("petroleum-1718", {}, "client is missing; give it as client=CODE"),
        ("petroleum-1718", {"client": "XYZ"}, "'XYZ' is not an actor of this ledger"),
    ],
)
def test_what_cannot_be_loaded_is_told(
    ledger: Ledger, tmp_path: Path, name: str, settings: dict[str, str], said: str
) -> None:
    before = ledger.loads()
    with pytest.raises(InputError) as error:
        load_public(ledger, name, [test_petroleum_1718.page(tmp_path, test_petroleum_1718.WIDE)], settings)
    assert said in str(error.value)
    assert ledger.loads().equals(before)


def test_missing_files_are_told(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json: no such file"):
        load_public(ledger, "comtrade", [tmp_path / "none.json"])
    with pytest.raises(InputError, match="no file is named"):
        load_public(ledger, "comtrade", [])


def test_what_loads_is_in_the_catalogue() -> None:
    assert set(READERS) <= set(catalogue())
