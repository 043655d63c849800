"""Findings that are kept as rows: read back as they were, told where a row changed, unknown before their rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.casebooks import TODAY, TWO_HARBOURS, Row, copy_of, edit_table

from khasan.ledger.bundled import open_casebook
from khasan.ledger.finding import Finding, Parameter, make_finding
from khasan.ledger.keeping import kept_finding, kept_rows, undated, with_kept
from khasan.ledger.schema import empty_frame
from khasan.ledger.snapshot import Snapshot, take_snapshot

METHOD = "leaving_loss"
GIVEN: dict[str, Parameter | None] = {"client": "QVE", "leaving": "QOS;QSU", "year": 2019}
COMPUTED = date(2026, 2, 1)


@pytest.fixture(scope="module")
def book() -> Snapshot:
    return take_snapshot(open_casebook(TWO_HARBOURS), None, TODAY)


def of_rows(snapshot: Snapshot, value: float = 4.5, **more: Parameter) -> Finding:
    """Make a finding on the first two observations."""
    rows = sorted(snapshot.observation.get_column("id"))[:2]
    return make_finding(
        snapshot, METHOD, {**GIVEN, **more}, rows, value, "percent", low=value - 1.0, high=value + 2.0,
        channel="trade", version="2", caveats=["é „so“", "and so"],
    )  # fmt: skip


def test_a_finding_is_read_back_as_it_was(book: Snapshot) -> None:
    made = of_rows(book)
    found = kept_finding(with_kept(book, [made], COMPUTED), METHOD, GIVEN)
    assert found is not None
    assert found.id == made.id
    assert (found.value, found.low, found.high, found.unit) == (4.5, 3.5, 6.5, "percent")
    assert (found.channel, found.version, found.evidence, found.word) == ("trade", "2", made.evidence, made.word)
    assert found.caveats == ("é „so“", "and so", "computed on 2026-02-01 from the trade of all states")


def test_the_row_holds_what_the_table_asks_for(book: Snapshot) -> None:
    made = of_rows(book)
    rows = kept_rows([of_rows(book, year=2018), made], COMPUTED)
    assert rows.schema == empty_frame("finding").schema
    assert rows.get_column("id").to_list() == sorted(rows.get_column("id"))
    row = rows.filter(pl.col("id") == made.id).row(0, named=True)
    assert json.loads(row["parameters"]) == GIVEN
    assert json.loads(row["evidence"]) == list(made.evidence)
    assert json.loads(row["caveats"]) == ["é „so“", "and so"]
    assert (row["question"], row["value"], row["low"], row["high"]) == (None, 4.5, 3.5, 6.5)
    assert row["computed"] == COMPUTED


def test_other_parameters_or_methods_are_not_kept(book: Snapshot) -> None:
    held = with_kept(book, [of_rows(book)], COMPUTED)
    assert kept_finding(held, METHOD, GIVEN | {"year": 2018}) is None
    assert kept_finding(held, "leaving_last", GIVEN) is None
    assert kept_finding(held, METHOD, {"client": "QVE", "year": 2019}) is None
    assert kept_finding(held, METHOD, GIVEN | {"seed": None, "among": ""}) is not None
    assert kept_finding(book, METHOD, GIVEN) is None


def test_what_is_kept_stays_and_more_comes_beside_it(book: Snapshot) -> None:
    held = with_kept(book, [of_rows(book, 4.5)], COMPUTED)
    more = with_kept(held, [of_rows(book, 9.0), of_rows(book, 1.5, year=2018)], date(2026, 2, 2))
    assert more.finding.height == 2
    assert book.finding.is_empty()
    one, other = (kept_finding(more, METHOD, GIVEN | {"year": year}) for year in (2019, 2018))
    assert one is not None
    assert other is not None
    assert (one.value, other.value) == (4.5, 1.5)
    assert one.caveats[-1].startswith("computed on 2026-02-01")
    assert other.caveats[-1].startswith("computed on 2026-02-02")


def test_a_row_that_changed_is_told(book: Snapshot, tmp_path: Path) -> None:
    made = of_rows(book)
    folder = copy_of(TWO_HARBOURS, tmp_path / "book")

    def note(row: Row) -> None:
        if row["id"] == made.evidence[0]:
            row["note"] = "read again"

    edit_table(folder, "observation", note)
    changed = take_snapshot(open_casebook(folder), None, TODAY)
    found = kept_finding(replace(changed, finding=kept_rows([made], COMPUTED), _memory={}), METHOD, GIVEN)
    assert found is not None
    assert found.caveats[-1] == "the rows that it rests on have changed since it was computed; compute it again"
    assert found.id != made.id
    assert found.value == made.value


def test_a_finding_is_not_known_before_its_rows(book: Snapshot) -> None:
    made = of_rows(book)
    kept = kept_rows([made], COMPUTED)
    first_known = {row["id"]: row["known"] for row in book.observation.iter_rows(named=True)}
    day = max(first_known[row] for row in made.evidence)
    tables = open_casebook(TWO_HARBOURS)
    for as_of, known in ((day, True), (date.fromordinal(day.toordinal() - 1), False)):
        snapshot = replace(take_snapshot(tables, as_of, TODAY), finding=kept, _memory={})
        assert (kept_finding(snapshot, METHOD, GIVEN) is not None) is known


def test_a_day_stands_in_the_id_only_where_one_is_asked_for(book: Snapshot) -> None:
    made = of_rows(book)
    assert "as_of" not in made.id
    dated = take_snapshot(open_casebook(TWO_HARBOURS), TODAY, TODAY)
    found = kept_finding(replace(dated, finding=kept_rows([made], COMPUTED), _memory={}), METHOD, GIVEN)
    assert found is not None
    assert found.parameters["as_of"] == "2026-03-01"
    assert found.id != made.id
    assert not any("changed" in one for one in found.caveats)
    assert of_rows(undated(dated)).id == made.id
    assert of_rows(dated).id == found.id


def test_a_row_without_evidence_is_no_finding(book: Snapshot) -> None:
    kept = kept_rows([of_rows(book)], COMPUTED)
    bare = replace(book, finding=kept.with_columns(evidence=pl.lit("[]")), _memory={})
    assert kept_finding(bare, METHOD, GIVEN) is None
    silent = replace(book, finding=kept.with_columns(caveats=pl.lit(None, pl.String)), _memory={})
    found = kept_finding(silent, METHOD, GIVEN)
    assert found is not None
    assert found.caveats == ("computed on 2026-02-01 from the trade of all states",)
