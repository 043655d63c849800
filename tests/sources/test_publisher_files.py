"""What publishers send: columns by name, errors by line, and nothing that only looks like a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import as_json, written

from khasan.ledger.errors import InputError
from khasan.sources import publisher_files as files

cells = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8), st.permutations(["one", "two", "more"]))
def test_columns_are_found_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], order: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(order)
    writer.writerows([[{"one": one, "two": two, "more": "x"}[name] for name in order] for one, two in rows])
    frame = files.read_table(written(path, buffer.getvalue()), ("one", "two"))
    assert frame.select("one", "two").rows() == rows
    assert frame["_row"].to_list() == list(range(2, 2 + len(rows)))


def test_a_cell_over_lines_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    frame = files.read_table(written(tmp_path / "t.csv", '\ufeffone,two\r\n"a\r\nb",\r\n'), ("one", "two"))
    assert frame.select("one", "two").rows() == [("a\r\nb", None)]


def test_optional_columns_may_be_absent(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "one,two\n1,2\n")
    assert files.read_table(path, ("one",), ("two", "three")).columns == ["one", "two", "_row"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one;two\n1;2\n", "separated by a semicolon, not a comma"),
        ("one\ttwo\n1\t2\n", "separated by a tab"),
        ("one|two\n1|2\n", "separated by a bar"),
        ("one,three\n1,2\n", "column two: missing; the file has one, three"),
        ("one,two,two\n1,2,3\n", "column two: named twice"),
        ("one,two\n1,2\n1,2,3\n4,5\n", "row 3: 3 cells where 2 are expected; quote cells"),
        ("one,two\n1,2\n1", "row 3: 1 cells where 2 are expected; the file was cut off"),
        ('one,two\n1,"2\n', "row 2"),
        ("  \n", "empty"),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path / "t.csv", text)
    if said == "row 2":  # an open quote swallows the rest: the row is then too short
        with pytest.raises(InputError, match=r"t\.csv, row"):
            files.read_table(
                written(path, text + "x\n" * 3 + '"'), ("one", "two", "three"), header=("one", "two", "three")
            )
        return
    with pytest.raises(InputError) as error:
        files.read_table(path, ("one", "two"))
    assert said in str(error.value)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the limit is"):
        files.file_bytes(written(tmp_path / "t.csv", "x" * 100), most=10)


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"a": [1, 2', "row 1: the JSON is damaged"), ('{"a": Infinity}', "Infinity"), ("[" * 200_000, "nested|damaged")],
)
def test_json_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        files.read_json(written(tmp_path / "t.json", text))


def test_json_is_read(tmp_path: Path) -> None:
    assert files.read_json(as_json(tmp_path / "t.json", {"ä": [1, None]})) == {"ä": [1, None]}


def test_numbers_are_read_or_refused_by_cell(tmp_path: Path) -> None:
    frame = files.read_table(written(tmp_path / "t.csv", "n\n1.5\n-2\n1e3\n"), ("n",))
    assert files.numbers(frame, "t.csv", "n")["n"].to_list() == [1.5, -2.0, 1000.0]
    with pytest.raises(InputError, match="row 3, column n: '-2' is below 0"):
        files.numbers(frame, "t.csv", "n", least=0)
    for wrong in ("1,5", "inf", "nan", "x"):
        bad = files.read_table(written(tmp_path / "t.csv", f'n\n1\n"{wrong}"\n'), ("n",))
        with pytest.raises(InputError, match=r"row 3, column n: .* is no number"):
            files.numbers(bad, "t.csv", "n")


def test_doubled_rows_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    frame = files.read_table(written(tmp_path / "t.csv", "a,b\n1,x\n2,y\n2,y\n3,z\n3,z\n"), ("a", "b"))
    with pytest.raises(InputError, match=r"t\.csv: 2 rows stand more than once, the first a 2, b y"):
        files.check_for_doubled_rows(frame, ("a", "b"), "t.csv")
    files.check_for_doubled_rows(frame.head(2), ("a", "b"), "t.csv")
