"""Findings: their ids can be read again, and change when a row they rest on changes and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casebooks import TODAY, TWO_HARBOURS, Row, copy_of, edit_table

from khasan.ledger.bundled import open_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, finding_key, make_finding, parse_id
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.measures.dependence import trade_share

WORD = st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True)


@given(WORD, st.dictionaries(WORD, st.one_of(st.text(min_size=1), st.integers(), st.dates().map(str)), max_size=5))
def test_an_id_is_read_again_whatever_the_names(method: str, parameters: dict[str, str | int]) -> None:
    text = f"{finding_key(method, parameters)}@0123abcd"
    assert parse_id(text) == (method, {key: str(value) for key, value in parameters.items()}, "0123abcd")
    assert text.isascii()
    assert len(text.split()) == 1


@pytest.mark.parametrize("text", ["", "x", "x@1", "x:y", "x:y@z", "@:", "x:a=1,b@c"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not the id of a finding"):
        parse_id(text)


def share(folder: Path, compiler: str = "Harbour Board") -> Finding:
    """Compute one share from a casebook folder."""
    found = trade_share(take_snapshot(open_casebook(folder), None, TODAY), "QVE", "QOS", 2019, compiler)
    assert found is not None
    return found


def test_an_id_changes_with_its_rows_and_with_no_others(tmp_path: Path) -> None:
    folder = copy_of(TWO_HARBOURS, tmp_path / "book")
    before = share(folder)
    assert before.id == share(TWO_HARBOURS).id

    def others(row: Row) -> None:
        if row["id"] not in before.evidence:
            row["value"], row["low"], row["high"] = str(float(row["value"]) * 2), "", ""

    edit_table(folder, "observation", others)
    assert share(folder).id == before.id

    def one(row: Row) -> None:
        if row["id"] == before.evidence[0]:
            row["note"] = "read again"

    edit_table(folder, "observation", one)
    assert share(folder).id != before.id
    assert share(folder).value == before.value


def test_a_compiler_of_any_name_has_an_id_that_is_read_again(tmp_path: Path) -> None:
    name = "A, b=c@d: 100% | é „x“ / ;+"
    folder = copy_of(TWO_HARBOURS, tmp_path / "book")
    edit_table(
        folder,
        "observation",
        lambda row: row.update(compiler=name if row["compiler"] == "Harbour Board" else row["compiler"]),
    )
    found = share(folder, name)
    _, parameters, digest = parse_id(found.id)
    assert parameters["compiler"] == name
    assert digest == found.digest


def test_a_finding_needs_evidence_and_a_finite_value(harbours: Snapshot) -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        make_finding(harbours, "m", {}, [], 1, "u")
    for value, low, high in ((float("nan"), None, None), (1, float("-inf"), None), (1, None, float("inf"))):
        with pytest.raises(ValueError, match="finite"):
            make_finding(harbours, "m", {}, ["h001"], value, "u", low=low, high=high)


def test_a_finding_is_said_as_firmly_as_its_weakest_row(harbours: Snapshot) -> None:
    words = harbours.words
    weak = next(row for row, word in words.items() if word == "disputed")
    firm = next(row for row, word in words.items() if word == "documented")
    assert make_finding(harbours, "m", {}, [firm], 1, "u").word == "documented"
    assert make_finding(harbours, "m", {}, [firm, weak], 1, "u").word == "disputed"


def test_evidence_is_a_set_and_empty_parameters_are_left_out(harbours: Snapshot) -> None:
    found = make_finding(harbours, "m", {"a": "", "b": None, "c": 0}, ["h002", "h001", "h002"], 1, "u")
    assert found.evidence == ("h001", "h002")
    assert found.id.startswith("m:c=0@")
    assert found.low == found.high == found.value == 1.0
