"""Alliances and buffers of a made-up world, year by year."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.world.alliances import alliances
from khasan.measures.world.buffer import buffer


def spells(*rows: tuple[str, str, int, int], **columns: str | bool) -> pl.DataFrame:
    """Make spells of whole years between two states."""
    frame = pl.DataFrame(rows, schema=["one", "other", "first", "last"], orient="row")
    return frame.select(
        "one", "other", pl.date("first", 1, 1).alias("start"), pl.date("last", 12, 31).alias("end")
    ).with_columns(**{name: pl.lit(cell) for name, cell in ({"open": False} | columns).items()})


PROMISED = pl.concat(
    [
        spells(("OPP", "HOS", 1950, 1952), commitment="defence", compiler="One"),
        spells(("OPP", "HOS", 1951, 1953), commitment="consultation", compiler="One"),
        spells(("CLI", "PAT", 1952, 1953), commitment="neutrality", compiler="Two", open=True),
    ]
)


def test_commitments_by_year() -> None:
    found = alliances(PROMISED, 1951, 1955)
    ours = found.filter(pl.col("other") == "HOS")
    assert ours.select("one", "year", "defence", "consultation", "neutrality", "carried").rows() == [
        ("OPP", 1951, True, True, False, False),
        ("OPP", 1952, True, True, False, False),
        ("OPP", 1953, False, True, False, False),
    ]
    assert "HOS" not in found.get_column("one")


def test_what_is_true_when_the_file_ends_is_carried_and_said_so() -> None:
    found = alliances(PROMISED, 1951, 1955).filter(pl.col("one") == "CLI")
    assert found.select("year", "carried").rows() == [(1952, False), (1953, False), (1954, True), (1955, True)]


def test_an_unknown_commitment_is_refused() -> None:
    with pytest.raises(InputError, match="friendship not known"):
        alliances(spells(("AAA", "BBB", 1950, 1950), commitment="friendship", compiler="One"), 1950, 1950)


RIVALS = spells(("OPP", "PAT", 1950, 1954))
LAND = spells(
    ("PAT", "CLI", 1950, 1960), ("CLI", "HOS", 1950, 1960), ("PAT", "FAR", 1950, 1960), ("PAT", "OPP", 1953, 1960),
    ("FAR", "SEA", 1950, 1960), kind="land",
)  # fmt: skip
WATER = spells(("FAR", "HOS", 1950, 1960), kind="sea")


def between(first: int, last: int) -> pl.DataFrame:
    """Return the buffers of the patron against its rival."""
    found = buffer(RIVALS, pl.concat([LAND, WATER]), PROMISED, first, last)
    return found.filter(pl.col("patron") == "PAT")


def test_a_client_between_a_patron_and_an_ally_of_its_rival_is_a_buffer() -> None:
    found = between(1950, 1950)
    assert found.select("client", "opponent", "buffer", "hosts").rows() == [
        ("CLI", "OPP", 1, ["HOS"]),
        ("FAR", "OPP", 0, []),
    ]
    assert found.select("bloc_neighbours", "without_client").rows() == [(0, 1), (0, 1)]


def test_it_ends_with_the_alliance_and_with_the_rivalry() -> None:
    years = between(1949, 1960).filter(pl.col("client") == "CLI")
    assert years.select("year", "buffer").rows() == [(1950, 1), (1951, 1), (1952, 1), (1953, 0), (1954, 0)]


def test_a_rival_that_touches_the_patron_is_a_neighbour_of_its_own_bloc_and_no_client() -> None:
    found = between(1953, 1953)
    assert "OPP" not in found.get_column("client")
    assert found.select("bloc_neighbours", "without_client").rows() == [(1, 2), (1, 2)]


def test_a_client_that_touches_the_rival_itself_is_a_buffer() -> None:
    land = pl.concat([LAND, spells(("CLI", "OPP", 1954, 1954), kind="land")])
    found = buffer(RIVALS, land, PROMISED, 1954, 1954).filter(pl.col("patron") == "PAT", pl.col("client") == "CLI")
    assert found.select("buffer", "hosts").rows() == [(1, ["OPP"])]


def test_a_member_of_the_bloc_is_marked_as_such() -> None:
    promised = pl.concat([PROMISED, spells(("FAR", "OPP", 1950, 1950), commitment="defence", compiler="One")])
    found = buffer(RIVALS, LAND, promised, 1950, 1950).filter(pl.col("client") == "FAR", pl.col("patron") == "PAT")
    assert found.select("client_in_bloc", "bloc_neighbours", "without_client").row(0) == (True, 1, 1)


def test_what_is_carried_is_said() -> None:
    rivals = RIVALS.with_columns(open=pl.lit(True))
    found = buffer(rivals, LAND, PROMISED, 1954, 1955).filter(pl.col("patron") == "PAT", pl.col("client") == "CLI")
    assert found.select("year", "carried").rows() == [(1954, False), (1955, True)]
    assert date(1954, 12, 31) == rivals.item(0, "end")
