"""Public files as they come, and as they should not come: one sentence with file, column and data row."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.sources import tabular
from khasan.sources.tabular import read_table

CODES = pl.Series([2, 365, 731, 732])
TRADE = "ccode1,ccode2,year,flow1,flow2\n2,365,1990,3076.5,1060\n731,732,1990,-9,\n"


def file(folder: Path, text: str | bytes, name: str = "trade.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, part: str = "dyads", **how: object) -> str:
    """Return why a file is refused."""
    with pytest.raises(InputError) as why:
        read_table(path, part, CODES, **how)  # type: ignore[arg-type]
    said = str(why.value)
    assert "\n" not in said
    return said


def test_numbers_codes_for_missing_and_empty_cells(tmp_path: Path) -> None:
    frame = read_table(file(tmp_path, TRADE), "dyads", CODES)
    assert frame.rows() == [(2, 365, 1990, 3076.5, 1060.0), (731, 732, 1990, None, None)]
    assert frame.schema["year"] == pl.Int64()
    assert frame.schema["flow1"] == pl.Float64()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="no last line end in a small file"),
        pytest.param(lambda text: text.replace("ccode1", "CCode1 ").encode(), id="case and blanks in the header"),
        pytest.param(lambda text: text.replace("1990", '"1990 "').encode(), id="quotes and blanks"),
        pytest.param(lambda text: text.replace("1990", "1990.0").encode(), id="whole number with a point"),
        pytest.param(lambda text: text.replace("-9", "NA").encode(), id="NA"),
    ],
)
def test_ways_of_writing_the_same(tmp_path: Path, change: Callable[[str], bytes]) -> None:
    plain = read_table(file(tmp_path, TRADE, "plain.csv"), "dyads", CODES)
    assert read_table(file(tmp_path, change(TRADE)), "dyads", CODES).equals(plain)


def test_columns_in_any_order_and_columns_that_nobody_needs(tmp_path: Path) -> None:
    turned = 'flow2,note,year,ccode2,flow1,ccode1\n1060,"two\nlines, and a comma",1990,365,3076.5,2\n'
    assert read_table(file(tmp_path, turned), "dyads", CODES).rows() == [(2, 365, 1990, 3076.5, 1060.0)]


def test_parquet_with_other_types_and_columns_is_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"flow2": [1060, None], "flow1": [3076.5, float("nan")], "year": ["1990", "1990"], "version": [4, 4]}
    ).with_columns(ccode2=pl.Series([365, 732], dtype=pl.Int16), ccode1=pl.Series([2.0, 731.0]))
    frame.write_parquet(tmp_path / "trade.parquet")
    text = read_table(file(tmp_path, TRADE), "dyads", CODES)
    assert read_table(tmp_path / "trade.parquet", "dyads", CODES).equals(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "trade.csv: empty"),
        ("\n\n", "trade.csv: empty"),
        ("ccode1,ccode2,year,flow1,flow2\n", "trade.csv: has no rows"),
        ("<!DOCTYPE html><html></html>", "trade.csv: a web page"),
        ("\ufeff<html>\n<body>no such file</body></html>", "trade.csv: a web page"),
        (TRADE.encode("utf-16"), "UTF-16"),
        (TRADE.encode("utf-16-le"), "UTF-16"),
        (gzip.compress(TRADE.encode(), mtime=0), "packed|UTF-16 or not text"),
        (TRADE.replace(",", ";"), "separated by semicolons; save it with commas"),
        (TRADE.replace(",", "\t"), "separated by tabulators; save it with commas"),
        (
            TRADE.replace("flow2", "imports"),
            r"column flow2: missing; the file has ccode1, ccode2, year, flow1, imports",
        ),
        (TRADE.replace("flow2", "flow1"), "column flow1: stands twice in the header"),
        (TRADE.replace("flow2", "\x1b[31m"), r"column flow2: missing; the file has .*\\x1b"),
        (TRADE.replace("2,365,1990,", "2,365,"), "has 4 cells where the header has 5"),
        (TRADE.replace("1060", "1060,7"), "has 6 cells where the header has 5"),
        (TRADE + "731", "has 1 cells where the header has 5"),
        (TRADE + '2,731,1990,5,"6', "ends inside a quoted cell"),
        (TRADE.replace("1060", "many"), r"column flow2: 'many' in data row 1 is not a number \(1 such rows\)"),
        (TRADE.replace("1060", "1060,00"), "6 cells"),
        (TRADE.replace("3076.5", "inf"), "column flow1: 'inf' in data row 1 is not finite"),
        (TRADE.replace("3076.5", "1e999"), "column flow1: '1e999' in data row 1 is not finite"),
        (TRADE.replace("3076.5", "1e15"), r"column flow1: '1e15' in data row 1 is above 1e\+08"),
        (TRADE.replace("3076.5", "-1"), "column flow1: '-1' in data row 1 is below 0"),
        (TRADE.replace("1990", "19900"), "column year: '19900' in data row 1 is above 2100"),
        (TRADE.replace("1990", "0"), "column year: '0' in data row 1 is below 1800"),
        (TRADE.replace("1990", "1990.5"), "column year: '1990.5' in data row 1 is not a whole number"),
        (TRADE.replace("1990", "9" * 40), "column year: .* is not a whole number"),
        (TRADE.replace("365", ""), "column ccode2: empty in data row 1"),
        (TRADE.replace("732", "444"), "column ccode2: '444' in data row 2 is no Correlates of War code"),
        (TRADE.replace("732", "RUS"), "column ccode2: 'RUS' in data row 2 is not a whole number"),
        (TRADE.replace("1060", "a\x1b[31mb"), r"column flow2: 'a\\x1b\[31mb' in data row 1 is not a number"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, text: str | bytes, why: str) -> None:
    said = refused(file(tmp_path, text))
    assert said.startswith("trade.csv")
    assert re.search(why, said), said


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert "a folder" in refused(tmp_path / "folder.csv")
    assert "no such file" in refused(tmp_path / "none.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "none.csv")
    assert "no such file" in refused(tmp_path / "gone.csv")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tabular, "_is_parquet", closed)
    assert refused(file(tmp_path, TRADE)) == "trade.csv: cannot be read (Permission denied)"


def test_a_file_beyond_any_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST_BYTES", 10)
    assert "larger than 10 bytes" in refused(file(tmp_path, TRADE))


def test_a_large_file_without_a_last_line_end_was_cut(tmp_path: Path) -> None:
    rows = "".join(f"2,365,{1900 + number % 100},{number},1\n" for number in range(6000))
    whole = TRADE + rows
    assert read_table(file(tmp_path, whole), "dyads", CODES).height == 6002
    assert "no line end" in refused(file(tmp_path, whole[:-2]))


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
def test_parquet_that_was_cut_or_damaged(tmp_path: Path, part: float) -> None:
    whole = io.BytesIO()
    pl.DataFrame({name: list(range(2000)) for name in ("ccode1", "ccode2", "year", "flow1", "flow2")}).write_parquet(
        whole
    )
    data = whole.getvalue()
    cut = file(tmp_path, data[: int(len(data) * part)], "cut.parquet")
    assert refused(cut).startswith("cut.parquet: cannot be read as Parquet")
    at = int(len(data) * part)
    damaged = file(tmp_path, data[:at] + b"\xff" * min(50, len(data) - at) + data[at + 50 :], "damaged.parquet")
    assert refused(damaged).startswith("damaged.parquet")


def test_parquet_that_is_none(tmp_path: Path) -> None:
    assert "cannot be read as Parquet" in refused(file(tmp_path, TRADE, "trade.parquet"))


def test_parquet_with_lists_days_or_truth_where_numbers_belong(tmp_path: Path) -> None:
    good = {"ccode1": [2], "ccode2": [365], "year": [1990], "flow1": [1.0], "flow2": [1.0]}
    for name, cells, why in (
        ("flow1", [[1.0, 2.0]], "List"),
        ("flow1", [True], "Boolean"),
        ("year", [date(1990, 1, 1)], "not a whole number"),
        ("flow2", [b"\x00\x01"], "Binary"),
    ):
        pl.DataFrame(good | {name: cells}).write_parquet(tmp_path / "odd.parquet")
        said = refused(tmp_path / "odd.parquet")
        assert f"odd.parquet, column {name}" in said
        assert why in said


LEADERS = "gwcode\tleader\tstartdate\tenddate\tentry\texit\n365\tSmith\t{}\t{}\tRegular\tRegular\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1990-03-14", "1991-12-25"),
        ("19900314", "19911225"),
        ("14/3/1990", "25/12/1991"),
        ("3/14/1990", "12/25/1991"),
        ("1990-03-14 00:00:00", "1991-12-25T00:00:00Z"),
    ],
)
def test_ways_of_writing_a_day(tmp_path: Path, start: str, end: str) -> None:
    frame = read_table(file(tmp_path, LEADERS.format(start, end), "leaders.txt"), "leaders")
    assert frame.row(0)[2:4] == (date(1990, 3, 14), date(1991, 12, 25))


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("3/4/1990", "25/12/1991", "column startdate: '3/4/1990' may be day and month or month and day"),
        ("31/2/1990", "25/12/1991", "column startdate: '31/2/1990' in data row 1 is not a day"),
        ("1/2/90", "25/12/1991", "column startdate: '1/2/90' in data row 1 is not a day"),
        ("1990-03-14", "1989-01-01", "column enddate: 1989-01-01 in data row 1 is before its startdate, 1990-03-14"),
        ("1990-03-14", "9999-01-01", "column enddate: '9999-01-01' in data row 1 is above 2100"),
    ],
)
def test_days_that_are_none(tmp_path: Path, start: str, end: str, why: str) -> None:
    assert why in refused(file(tmp_path, LEADERS.format(start, end), "leaders.txt"), "leaders")


def test_days_of_a_column_are_read_in_one_way(tmp_path: Path) -> None:
    text = LEADERS.format("3/4/1990", "4/5/1990") + "365\tJones\t13/4/1991\t14/5/1991\t\t\n"
    frame = read_table(file(tmp_path, text, "leaders.txt"), "leaders")
    assert frame.get_column("startdate").to_list() == [date(1990, 4, 3), date(1991, 4, 13)]


def test_the_publishers_encoding_and_no_other(tmp_path: Path) -> None:
    text = LEADERS.format("1990-03-14", "1991-12-25").replace("Smith", "Gonz\u00e1lez")
    frame = read_table(file(tmp_path, text.encode("cp1252"), "leaders.txt"), "leaders", encoding="cp1252")
    assert frame.item(0, "leader") == "Gonz\u00e1lez"
    assert (
        read_table(file(tmp_path, text, "leaders.txt"), "leaders", encoding="cp1252").item(0, "leader")
        == "Gonz\u00e1lez"
    )
    assert "not in UTF-8" in refused(file(tmp_path, text.encode("latin-1"), "leaders.txt"), "leaders")


def test_a_name_with_a_control_character(tmp_path: Path) -> None:
    text = LEADERS.format("1990-03-14", "1991-12-25").replace("Smith", "Sm\x1b[2Jith")
    assert "column leader: 'Sm\\x1b[2Jith' in data row 1 is a text with a control character" in refused(
        file(tmp_path, text, "leaders.txt"), "leaders"
    )


def test_a_file_name_with_a_control_character(tmp_path: Path) -> None:
    assert "\x1b" not in refused(file(tmp_path, "", "a\x1b[31m.csv"))


def test_a_title_loses_line_ends_but_is_kept(tmp_path: Path) -> None:
    text = 'rcid,session,date,importantvote,unres,short\n3,1,1946-01-01,0,R/1/66,"AMENDMENTS,\tRULES\nOF PROCEDURE"\n'
    assert read_table(file(tmp_path, text), "roll_calls").item(0, "short") == "AMENDMENTS, RULES OF PROCEDURE"


@pytest.mark.parametrize(("second", "agree"), [("2,1990,5,6", "the same values"), ("2,1990,5,7", "different values")])
def test_a_state_and_year_that_stand_twice(tmp_path: Path, second: str, agree: str) -> None:
    text = f"ccode,year,imports,exports\n2,1990,5,6\n365,1990,1,2\n{second}\n"
    said = refused(file(tmp_path, text, "national.csv"), "national")
    assert said.startswith("national.csv, columns ccode, year: data rows 1 and 3 both speak of ccode 2, year 1990")
    assert agree in said


def test_an_answer_that_is_none(tmp_path: Path) -> None:
    text = "rcid,country,country_code,vote\n3,Canada,CA,no\n3,Cuba,CU,maybe\n"
    assert "column vote: 'maybe' in data row 2 is none of yes, abstain, no" in refused(file(tmp_path, text), "votes")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([2, 365, 731]),
            st.integers(1800, 2100),
            st.one_of(st.none(), st.floats(0, 1e8, allow_subnormal=False)),
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda row: row[:2],
    )
)
def test_what_is_written_is_read_as_text_and_as_parquet(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, float | None]]
) -> None:
    folder = tmp_path_factory.mktemp("same")
    frame = pl.DataFrame(rows, schema={"ccode": pl.Int64(), "year": pl.Int64(), "imports": pl.Float64()}, orient="row")
    frame = frame.with_columns(exports="imports")
    frame.write_csv(folder / "a.csv")
    frame.write_parquet(folder / "a.parquet")
    assert read_table(folder / "a.csv", "national", CODES).equals(frame)
    assert read_table(folder / "a.parquet", "national", CODES).equals(frame)
