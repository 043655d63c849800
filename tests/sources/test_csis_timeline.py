"""The CSIS timeline: the loader only; nothing of the file is quoted here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from published import SHARED, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources.catalogue import catalogue
from khasan.sources.csis_timeline import event_rows, read_csis_timeline

FILE = SHARED / "events" / "csis_nk_russia_2022_2026.csv"
HEADER = "id,date,tag,is_landmark,headline,source\n"
TWO = '4,2022-09-05,military,0,"Shells, it is said",https://example.org/a\n7,2023-01-31,diplomatic,1,A  visit,\n'


def test_an_export_is_read(tmp_path: Path) -> None:
    assert read_csis_timeline(written(tmp_path / "t.csv", HEADER + TWO)).rows() == [
        (4, date(2022, 9, 5), "military", False, "Shells, it is said", "https://example.org/a"),
        (7, date(2023, 1, 31), "diplomatic", True, "A visit", None),
    ]


def test_columns_are_found_by_name_and_others_are_left_out(tmp_path: Path) -> None:
    text = "media,headline,date,source,is_landmark,tag,id\nx,A visit,2023-01-31,,1,economic,7\n"
    frame = read_csis_timeline(written(tmp_path / "t.csv", text))
    assert frame.rows() == [(7, date(2023, 1, 31), "economic", True, "A visit", None)]


def test_rows_are_events_of_both_actors_and_stay_local(tmp_path: Path) -> None:
    frame = read_csis_timeline(written(tmp_path / "t.csv", HEADER + TWO))
    got = event_rows(frame, ("RUS", "PRK"), "csis-timeline-2026-02-23")
    tables = loaded("csis-timeline", "2026-02-23", event=got.rows)
    assert tables["event"].select("id", "date", "precision", "actors", "kind", "what", "credibility").rows() == [
        ("csis-timeline-4", date(2022, 9, 5), "day", "RUS;PRK", "military", "Shells, it is said", 3),
        ("csis-timeline-7", date(2023, 1, 31), "day", "RUS;PRK", "diplomacy", "A visit", 3),
    ]
    assert tables["source"]["licence_class"].to_list() == ["local"]


def test_an_event_that_does_not_say_what_happened_is_set_aside(tmp_path: Path) -> None:
    frame = read_csis_timeline(written(tmp_path / "t.csv", HEADER + TWO.replace("A  visit", "")))
    got = event_rows(frame, ("RUS", "PRK"), "s")
    assert got.rows["id"].to_list() == ["csis-timeline-4"]
    assert got.message == "1 rows set aside: event 7 (has no headline)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.replace("tag", "label") + TWO, "column tag: missing"),
        (HEADER.replace(",", ";") + TWO, "separated by a semicolon"),
        (HEADER + TWO.replace("military", "naval"), "row 2, column tag: 'naval' is not among military"),
        (HEADER + TWO.replace("2022-09-05", "05.09.2022"), "row 2, column date: '05.09.2022' is no day"),
        (HEADER + TWO.replace(",1,", ",yes,"), "row 3, column is_landmark: 'yes' is not 0 or 1"),
        (HEADER + TWO.replace("7,", "-7,", 1), "row 3, column id: '-7' is no number"),
        (HEADER + TWO + TWO, "2 rows stand more than once, the first id 4"),
        (HEADER + TWO[:-12], "row 3: 4 cells where 6 are expected; the file was cut off"),
        (HEADER, "holds no row"),
        ("<!DOCTYPE html><html></html>", "a page or XML"),
    ],
)
def test_an_export_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_csis_timeline(written(tmp_path / "t.csv", text))
    assert said in str(error.value)
    assert str(error.value).startswith("t.csv")


def test_it_is_never_fetched_and_never_shipped() -> None:
    source = catalogue()["csis-timeline"]
    assert (source.address, source.licence_class) == ("", "local")


@pytest.mark.skipif(not FILE.is_file(), reason="the timeline (../shared/data/events) is not here")
def test_the_whole_timeline() -> None:
    frame = read_csis_timeline(FILE)
    assert frame.height == 277
    assert frame["landmark"].sum() == 14
    assert dict(frame["tag"].value_counts().rows()) == {
        "military": 115, "intelligence": 65, "diplomatic": 43, "economic": 36, "technology": 18
    }  # fmt: skip
    assert (frame["date"].min(), frame["date"].max()) == (date(2022, 7, 13), date(2026, 2, 23))
    got = event_rows(frame, ("RUS", "PRK"), "csis-timeline-2026-02-23")
    assert got.rows.height + got.set_aside["rows"].sum() == 277
    assert set(got.set_aside["reason"]) == {"has no headline"}
    held = loaded("csis-timeline", "2026-02-23", event=got.rows)["event"]
    assert held.filter(pl.col("kind") == "assessment").height == 65
