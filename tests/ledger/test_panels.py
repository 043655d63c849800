"""Panels: what goes in comes out, each load is a vintage, and a day sees the vintage that was known then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.ledger.bundled import seed
from khasan.ledger.errors import InputError
from khasan.ledger.panels import PANEL, PanelColumn, panel_keys, panels, typed_panel, years_of
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable

SOURCE = pl.DataFrame(
    {
        "_row": [2],
        "id": ["made-up"], "title": ["Made up"], "publisher": ["Nobody"], "published": ["2016"], "kind": ["research"],
        "reliability": ["B"], "licence_class": ["ship"],
    }
)  # fmt: skip
COUNT = count()
OTHERS = {"compiler": "Made up", "unit": "persons", "measure": "population"}


def sizes(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """Make the panel of state-years from actor, year and value."""
    frame = pl.DataFrame(rows, schema={"actor": pl.String(), "year": pl.Int64(), "value": pl.Float64()}, orient="row")
    return frame.with_columns(pl.lit(text).alias(name) for name, text in OTHERS.items())


def load(
    ledger: Ledger, frame: pl.DataFrame, name: str = "made-up", known: date | None = None, day: date | None = None,
    sha256: str | None = None, panel: str = "state_year",
) -> int:  # fmt: skip
    """Load one panel as a vintage."""
    hashed = sha256 if sha256 is not None else str(hash(str(frame.rows())))
    return ledger.load(
        {"source": SOURCE}, name, sha256=hashed, kind=PANEL, panels={panel: frame}, known_from=known, day=day
    )


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.memory() as opened:
        seed(opened)
        yield opened


def values(ledger: Ledger, as_of: date | None = None) -> list[float]:
    """Read the values as of a day."""
    return ledger.panels.read("state_year", as_of=as_of).get_column("value").sort().to_list()


OLD, NEW, LATER = sizes(("PRK", 2010, 1.0)), sizes(("PRK", 2010, 2.0)), sizes(("PRK", 2010, 3.0), ("KOR", 2010, 9.0))


def test_a_day_sees_the_vintage_that_was_known_then(ledger: Ledger) -> None:
    load(ledger, OLD, day=date(2020, 1, 1))
    load(ledger, NEW, known=date(2022, 5, 1))
    load(ledger, LATER, known=date(2024, 5, 1))
    assert values(ledger) == [3.0, 9.0]
    assert values(ledger, date(2024, 5, 1)) == [3.0, 9.0]
    assert values(ledger, date(2024, 4, 30)) == [2.0]
    assert values(ledger, date(2022, 5, 1)) == [2.0]
    assert values(ledger, date(2022, 4, 30)) == [1.0]
    assert values(ledger, date(1990, 1, 1)) == [1.0]
    assert ledger.panels.read("state_year", loads=[2, 3], columns=["value", "_load"]).rows() == [(1.0, 2), (2.0, 3)]


def test_the_order_of_loading_does_not_matter_where_days_are_given(ledger: Ledger) -> None:
    load(ledger, LATER, known=date(2024, 5, 1))
    load(ledger, OLD, known=date(2020, 5, 1))
    load(ledger, NEW, known=date(2022, 5, 1))
    assert values(ledger) == [3.0, 9.0]
    assert values(ledger, date(2023, 1, 1)) == [2.0]
    assert values(ledger, date(2021, 1, 1)) == [1.0]
    assert values(ledger, date(2019, 1, 1)) == [1.0]


def test_a_later_vintage_without_a_day_is_known_from_its_load(ledger: Ledger) -> None:
    load(ledger, OLD, day=date(2020, 1, 1))
    load(ledger, NEW, day=date(2021, 1, 1))
    assert values(ledger, date(2020, 12, 31)) == [1.0]
    assert values(ledger, date(2021, 1, 1)) == [2.0]
    known = ledger.loads().filter(kind=PANEL).get_column("known_from").to_list()
    assert known == [None, date(2021, 1, 1)]


def test_the_same_file_again_adds_nothing_also_after_another(ledger: Ledger) -> None:
    assert load(ledger, OLD, sha256="a") == 2  # one row and its source
    assert load(ledger, NEW, sha256="b") == 1
    assert load(ledger, OLD, sha256="a") == 0
    assert values(ledger) == [2.0]
    assert load(ledger, OLD, name="another", sha256="a") == 1


def test_vintages_of_one_data_set_do_not_hide_another(ledger: Ledger) -> None:
    load(ledger, OLD, known=date(2020, 1, 1))
    load(ledger, sizes(("CHN", 2010, 7.0)), name="another", known=date(2021, 1, 1))
    load(ledger, NEW, known=date(2022, 1, 1))
    assert values(ledger) == [2.0, 7.0]
    assert ledger.panels.rows() == {2: 1, 3: 1, 4: 1}
    assert ledger.loads().filter(kind=PANEL).get_column("first_year").to_list() == [2010, 2010, 2010]


def test_filters(ledger: Ledger) -> None:
    load(
        ledger,
        pl.DataFrame(
            {
                "one": ["KOR", "PRK", "CHN"], "other": ["PRK", "RUS", "JPN"], "first_year": [1950] * 3,
                "last_year": [2000] * 3, "kilometres": [0.0, 1.0, 2.0],
            }
        ),
        panel="distance",
    )  # fmt: skip

    def read(**how: Any) -> list[float]:
        return ledger.panels.read("distance", columns=["kilometres"], **how).get_column("kilometres").sort().to_list()

    assert read() == [0.0, 1.0, 2.0]
    assert read(of={"one": ["PRK"]}) == [1.0]
    assert read(of={"one": ["PRK", "KOR"], "other": ["PRK"]}) == [0.0]
    assert read(either={"one": ["PRK"], "other": ["PRK"]}) == [0.0, 1.0]
    assert read(of={"one": []}) == []
    assert read(of={"one": ["x' OR 1=1 --"]}) == []
    assert read(loads=[]) == []
    with pytest.raises(ValueError, match="panel distance has no column miles"):
        read(of={"miles": ["1"]})
    with pytest.raises(ValueError, match="panel distance has no column 1; DROP"):
        ledger.panels.read("distance", columns=["1; DROP TABLE distance"])


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (OLD.with_columns(colour=pl.lit("red")), "column colour: not a column of the panel"),
        (OLD.drop("unit"), "column unit: empty in 1 rows"),
        (pl.concat([OLD, NEW]), "more than one row for actor PRK, year 2010, measure population, compiler Made up"),
        (OLD.with_columns(value=pl.lit(float("inf"))), "column value: holds a value that is not finite"),
        (OLD.with_columns(value=pl.lit("many")), "another type than it should"),
    ],
)
def test_a_panel_that_the_ledger_does_not_take(ledger: Ledger, frame: pl.DataFrame, why: str) -> None:
    load(ledger, LATER)
    with pytest.raises(InputError, match=why):
        load(ledger, frame)
    assert values(ledger) == [3.0, 9.0]
    assert ledger.loads().height == 2


def test_years_of_panels() -> None:
    assert years_of({"state_year": LATER}) == (2010, 2010)
    assert years_of({"distance": pl.DataFrame({"first_year": [1950, 1960], "last_year": [1990, 1970]})}) == (1950, 1990)
    spell = pl.DataFrame({"start": [date(1948, 9, 9)], "end": [date(2016, 12, 31)]})
    assert years_of({"membership": spell, "state_year": OLD}) == (1948, 2016)
    assert years_of({"state_year": OLD.clear()}) == (None, None)


def made(column: PanelColumn) -> st.SearchStrategy[Any]:
    """Draw a value of a column."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "integer": st.integers(-(2**63), 2**63 - 1),
        "date": st.dates(),
        "flag": st.booleans(),
        "code": st.sampled_from(["PRK", "RUS", "KOR", "COW:260", "SUN"]),
    }
    text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
    value = kinds.get(column.type, text)
    return value if column.required else st.one_of(st.none(), value)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, pl.DataFrame]:
    """Draw a panel with rows that its key tells apart."""
    name = draw(st.sampled_from(sorted(panels())))
    columns = panels()[name]
    keys = [number for number, column in enumerate(columns) if column.key and column.required]
    rows = draw(
        st.lists(
            st.tuples(*map(made, columns)), min_size=1, max_size=8,
            unique_by=lambda row: tuple(str(row[number]) for number in keys),
        )
    )  # fmt: skip
    schema = {column.name: column.polars for column in columns}
    return name, pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture(scope="module")
def shared() -> Iterator[Ledger]:
    """One ledger for many drawn panels, each a data set of its own."""
    with Ledger.memory() as opened:
        seed(opened)
        yield opened


@settings(max_examples=60)
@given(drawn())
def test_what_goes_in_comes_out(shared: Ledger, panel: tuple[str, pl.DataFrame]) -> None:
    name, frame = panel
    load(shared, frame.select(reversed(frame.columns)), name=f"drawn-{next(COUNT)}", panel=name)
    number = shared.loads().get_column("load").max()
    assert isinstance(number, int)
    held = shared.panels.read(name, loads=[number])
    assert held.schema == frame.schema
    assert sorted(held.rows(), key=str) == sorted(frame.rows(), key=str)


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), min_size=1, max_size=6, unique_by=lambda pair: pair[1])
)
def test_the_vintage_of_any_day_is_the_last_that_was_known(shared: Ledger, listed: list[tuple[int, int]]) -> None:
    first, name = date(2020, 1, 1), f"drawn-{next(COUNT)}"
    for days, value in listed:
        load(shared, sizes(("PRK", 2010, float(value))), name=name, known=first + timedelta(days))
    for asked in range(-1, 42):
        known = [(days, order, value) for order, (days, value) in enumerate(listed) if days <= asked]
        earliest = min((days, order, value) for order, (days, value) in enumerate(listed))
        expected = max(known)[2] if known else earliest[2]
        current = shared.panels.vintages(first + timedelta(asked))[name]
        assert shared.panels.read("state_year", loads=[current]).get_column("value").to_list() == [float(expected)]


def test_panels_of_a_file_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    with writable(path) as ledger:
        seed(ledger)
        load(ledger, LATER)
    with Ledger.open(path) as ledger:
        assert values(ledger) == [3.0, 9.0]
        assert ledger.loads().filter(kind=PANEL).get_column("rows").to_list() == [3]


def test_keys_are_required_or_may_be_empty_by_the_table() -> None:
    assert panel_keys("membership") == ["actor", "start"]
    with pytest.raises(InputError, match="column start: empty in 1 rows"):
        typed_panel("membership", pl.DataFrame({"actor": ["PRK"], "end": [date(2016, 1, 1)]}))
