"""The ledger on a day: nothing that was not known then, and every row from the day on which it could be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casebooks import BASE, TODAY, Row, write_casebook

from khasan.ledger.bundled import open_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.event_kinds import event_kinds, public_kinds
from khasan.ledger.periods import last_day
from khasan.ledger.snapshot import FACT_TABLES, Snapshot, take_snapshot

AtDay = Callable[[date | None], Snapshot]


def known(folder: Path, table: str, rows: Iterable[Row]) -> dict[str, date]:
    """Say from when each row of a table is known, after loading it beside the small casebook."""
    book = open_casebook(write_casebook(folder, {**BASE, table: list(rows)}))
    frame: pl.DataFrame = getattr(take_snapshot(book, None, TODAY), table)
    return dict(frame.select("id", "known").iter_rows())


def event(name: str, kind: str, **cells: str) -> Row:
    """Make an event of 1 May 2019, read in a file of June 2020."""
    row = {"id": name, "date": "2019-05-01", "precision": "day", "actors": "QAA;QBB", "kind": kind, "what": name}
    return {**row, "known_from": "", "credibility": "2", "source": "file", **cells}


def test_public_acts_are_known_from_their_own_day_and_secrets_from_publication(tmp_path: Path) -> None:
    rows = [
        event("pact", "treaty"),
        event("shield", "veto"),
        event("trip", "visit"),
        event("barge", "fuel"),
        event("crates", "arms"),
        event("leak", "arms", known_from="2019-06-02"),
        event("in-may", "treaty", precision="month"),
        event("that-year", "visit", precision="year", date="2019-01-01"),
        event("late", "troops", date="2020-05-01", precision="year"),
    ]
    assert known(tmp_path / "book", "event", rows) == {
        "pact": date(2019, 5, 1),
        "shield": date(2019, 5, 1),
        "trip": date(2019, 5, 1),
        "barge": date(2020, 6, 30),
        "crates": date(2020, 6, 30),
        "leak": date(2019, 6, 2),
        "in-may": date(2019, 5, 31),
        "that-year": date(2019, 12, 31),
        "late": date(2021, 4, 30),
    }


def test_figures_and_deals_are_known_from_the_publication_of_their_source(tmp_path: Path) -> None:
    rows = [BASE["observation"][0] | {"known_from": ""}, BASE["observation"][1] | {"known_from": "2018-03-01"}]
    assert known(tmp_path / "one", "observation", rows) == {"r1": date(2020, 6, 30), "r2": date(2018, 3, 1)}
    deal = {
        "id": "x1", "give_actor": "QAA", "give_channel": "cargo", "give": "oil", "take_actor": "QBB",
        "take_channel": "cargo", "take": "men", "date": "2015-01-01", "credibility": "2", "source": "file",
    }  # fmt: skip
    assert known(tmp_path / "two", "exchange", [deal]) == {"x1": date(2020, 6, 30)}


def test_a_restriction_is_known_from_its_day(tmp_path: Path) -> None:
    row = {
        "id": "ban", "instrument": "ACT/1", "date": "2016-03-02", "sender": "QAA", "target": "QBB",
        "authority": "autonomous", "kind": "ban", "what": "coal", "source": "file",
    }  # fmt: skip
    assert known(tmp_path / "book", "restriction", [row]) == {"ban": date(2016, 3, 2)}


def test_which_kinds_are_public() -> None:
    assert {"treaty", "resolution", "vote", "veto", "restriction", "visit"} <= public_kinds()
    assert not {"arms", "troops", "fuel", "banking"} & public_kinds()
    assert len({row["kind"] for row in event_kinds()}) == len(event_kinds())


def test_every_kind_of_event_in_the_casebook_is_listed(bundled: Snapshot) -> None:
    assert set(bundled.event.get_column("kind")) <= {row["kind"] for row in event_kinds()}


@pytest.mark.parametrize("day", [date(1949, 1, 1), date(1990, 6, 1), date(2018, 4, 30), date(2024, 5, 31)])
def test_nothing_is_known_before_its_day(bundled_at: AtDay, day: date) -> None:
    snapshot = bundled_at(day)
    for table in FACT_TABLES:
        frame: pl.DataFrame = getattr(snapshot, table)
        if frame.height:
            assert frame.get_column("known").max() <= day, table  # type: ignore[operator]
            assert frame.get_column("known").null_count() == 0
    frame = snapshot.observation.filter(pl.col("known_from").is_null())
    published = {row["id"]: last_day(row["published"]) for row in snapshot.source.iter_rows(named=True)}
    assert all(published[source] <= day for source in frame.get_column("source"))


@given(first=st.dates(date(1945, 1, 1), TODAY), days=st.integers(0, 20_000))
def test_what_was_known_stays_known(harbours: Snapshot, first: date, days: int) -> None:
    for table in FACT_TABLES:
        frame: pl.DataFrame = getattr(harbours, table)
        later = min(first + timedelta(days=days), TODAY)
        early = set(frame.filter(pl.col("known") <= first).get_column("id"))
        assert early <= set(frame.filter(pl.col("known") <= later).get_column("id"))


def test_the_treaty_of_2024_and_the_resolutions(bundled_at: AtDay) -> None:
    before, after = bundled_at(date(2018, 4, 30)), bundled_at(date(2024, 6, 20))
    treaties = [set(one.event.filter(pl.col("kind") == "treaty").get_column("id")) for one in (before, after)]
    assert treaties[0] < treaties[1]
    instruments = set(before.restriction.get_column("instrument"))
    assert "S/RES/2397" in instruments
    assert before.restriction.get_column("date").max() <= date(2018, 4, 30)  # type: ignore[operator]


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    book = open_casebook(write_casebook(tmp_path / "book", BASE))
    with pytest.raises(InputError, match="lies in the future"):
        take_snapshot(book, TODAY + timedelta(days=1), TODAY)
    assert take_snapshot(book, TODAY, TODAY).dated
    assert not take_snapshot(book, None, TODAY).dated


def test_doubtful_rows_are_held_and_not_used(harbours: Snapshot) -> None:
    doubtful = harbours.observation.filter(pl.col("status") == "doubtful").get_column("id").to_list()
    assert doubtful
    assert not set(doubtful) & set(harbours.usable.get_column("id"))


def test_a_part_year_is_no_year(harbours: Snapshot) -> None:
    frame = harbours.observation.filter(pl.col("period") != "year")
    assert set(frame.get_column("period")) == {"half", "day"}
    assert frame.get_column("year").null_count() == frame.height


def test_only_keeps_the_rows_named(harbours: Snapshot) -> None:
    part = harbours.only(["h001", "v1"])
    assert set(part.rows) == {"h001", "v1"}
    assert part.whole is harbours
    assert part.only(["v1"]).whole is harbours
    assert harbours.table_of("v1") == "event"
    assert harbours.table_of("none") is None
