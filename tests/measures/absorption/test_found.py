"""Absorption as findings: made again from their evidence alone."""

from __future__ import annotations

from datetime import date

import pytest
from invented import Row, same, seen, world
from planted import CALM

from khasan.ledger.errors import InputError
from khasan.measures.absorption.found import absorbed, absorbed_table, absorptions, compilers_around

NAMES = {"S1": "OPP", "S2": "HST", "C0": "PAT", "P1": "RIV", "P2": "AAA", "P3": "BBB", "P4": "CCC"}
MORE = tuple({"id": code, "name": f"State {code}", "kind": "state"} for code in ("AAA", "BBB", "CCC"))


def rows(compiler: str = "Office") -> list[Row]:
    """The calm world as goods sold to the client; the patron's before 1992 by its predecessor."""
    found = []
    for name, values in CALM.items():
        for at, value in enumerate(values):
            year = 1984 + at
            giver = "OLD" if NAMES[name] == "PAT" and year < 1992 else NAMES[name]
            found.append(
                seen(
                    f"{compiler[0]}{name}{year}".lower(),
                    "goods_sold",
                    giver,
                    "CLI",
                    str(year),
                    value,
                    compiler=compiler,
                )
            )
    return found


def test_a_finding_of_the_calm_world() -> None:
    snapshot = world(rows(), actor=MORE)
    found = absorbed(snapshot, "CLI", "PAT", "1992-01-01", "OPP;HST", "mean", "Office")
    assert found is not None
    assert found.value == 0.5
    assert found.low < 0.5 < found.high
    assert (found.detail["loss"], found.detail["change"], found.detail["class"]) == (270, 135, "rose")
    assert found.id.startswith(
        "absorbed:client=CLI,compiler=Office,expectation=mean,partner=PAT,senders=OPP;HST,shock=1992-01-01@"
    )
    assert len(found.evidence) == 7 * 11
    same(snapshot, found, absorbed)
    again = absorbed(snapshot, "CLI", "PAT", "1992-01-01", "OPP;HST", "mean", "Office")
    assert again == found


def test_other_compilers_and_years_outside_leave_it_alone() -> None:
    more = [*rows(), *rows("Bureau"), seen("late", "goods_sold", "PAT", "CLI", "2005", 999)]
    snapshot = world(more, actor=MORE)
    found = absorbed(snapshot, "CLI", "PAT", "1992-01-01", "OPP;HST", "mean", "Office")
    alone = absorbed(world(rows(), actor=MORE), "CLI", "PAT", "1992-01-01", "OPP;HST", "mean", "Office")
    assert found is not None
    assert alone is not None
    assert found.id == alone.id
    assert (found.value, found.low, found.high) == (alone.value, alone.low, alone.high)


def test_all_findings_are_made_again() -> None:
    snapshot = world(rows(), actor=MORE)
    found = absorptions(snapshot, "CLI", "1992-01-01", "OPP;HST", most=3)
    assert {one.parameters["partner"] for one in found} >= {"PAT"}
    assert {one.parameters["expectation"] for one in found} == {"mean", "trend", "synthetic"}
    for one in found:
        same(snapshot, one, absorbed)


def test_undefined_is_no_finding_and_has_its_reason() -> None:
    snapshot = world(rows(), actor=MORE)
    assert absorbed(snapshot, "CLI", "OPP", "1992-01-01", "OPP;HST", "mean", "Office") is None
    assert absorbed(snapshot, "CLI", "PAT", "1992-01-01", "OPP;HST", "mean", "Office", binds_all="yes") is None
    assert absorptions(snapshot, "CLI", "1992-01-01", ";".join(NAMES.values())) == []
    assert absorptions(snapshot, "CLI", "2020-01-01", "OPP;HST") == []
    table = absorbed_table(snapshot, "CLI", "1992-01-01", "OPP;HST", "Office", binds_all="yes")
    assert "all are bound" in str(table.result.filter(role="third party").item(0, "reason"))
    with pytest.raises(InputError, match="is not a date"):
        absorptions(snapshot, "CLI", "May 2011", "OPP")


def test_a_group_stands_for_its_members() -> None:
    snapshot = world(rows(), actor=MORE)
    table = absorbed_table(snapshot, "CLI", "1992-01-01", "PAT+RIV", "Office").result
    assert set(table.filter(role="sender").get_column("partner")) == {"PAT", "RIV"}


def test_compilers_with_both_sides() -> None:
    snapshot = world([*rows(), seen("x", "goods_sold", "RIV", "CLI", "1990", 5, compiler="Bureau")], actor=MORE)
    assert compilers_around(snapshot, "CLI", date(1992, 1, 1)) == ["Office"]
