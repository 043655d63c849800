"""Petroleum notified to the 1718 Committee: long and wide tables, months without a notification, totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published import ACTORS, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources.page_tables import page_tables
from khasan.sources.petroleum_1718 import observation_rows, read_petroleum_1718

LONG = """<!DOCTYPE html><html><head><style>td { x: y }</style><script>var a = "<table>";</script></head><body>
<table><tr><td>Menu</td><td>Other</td></tr></table>
<h2>Supply in 2018</h2>
<table><caption>Notified</caption>
<tr><th>Reporting Month</th><th>Member&nbsp;State</th><th>Quantity (tonnes)</th><th>Quantity (barrels)</th></tr>
<tr><td rowspan="2">January</td><td>China</td><td>200.5</td><td>1,670.17</td></tr>
<tr><td>Russian Federation</td><td>1,200</td><td>9,996</td></tr>
<tr><td>February<br></td><td>China</td><td>0</td><td>0</td></tr>
<tr><td>February</td><td>Russian Federation</td><td>-</td><td>No report</td></tr>
<tr><td>Total</td><td></td><td>1,400.5</td><td>11,666.17</td></tr>
</table></body></html>"""

WIDE = """<html><body><p>Table for 2021</p><table>
<tr><td>Month</td><td>China (barrels)</td><td>Russia in barrels</td><td>Total (barrels)</td><td>% of limit</td></tr>
<tr><td>June</td><td>10 725</td><td>Nil</td><td>10,725</td><td>2.1</td></tr>
<tr><td>August</td><td>11,745*</td><td>500</td><td>99,999</td><td>20</td></tr>
</table></body></html>"""


def page(path: Path, text: str) -> Path:
    """Write a page."""
    return written(path / "page.html", text)


def table(path: Path, text: str) -> Path:
    """Write a CSV."""
    return written(path / "table.csv", text)


def test_a_table_with_one_row_a_supplier_is_read(tmp_path: Path) -> None:
    assert read_petroleum_1718(page(tmp_path, LONG)).rows() == [
        ("China", 2018, 1, 1670.17, 200.5, None),
        ("Russian Federation", 2018, 1, 9996.0, 1200.0, None),
        ("China", 2018, 2, 0.0, 0.0, None),
    ]


def test_a_table_with_one_column_a_supplier_is_read(tmp_path: Path) -> None:
    assert read_petroleum_1718(page(tmp_path, WIDE)).rows() == [
        ("China", 2021, 6, 10725.0, None, True),
        ("Russia", 2021, 6, 0.0, None, True),
        ("China", 2021, 8, 11745.0, None, False),
        ("Russia", 2021, 8, 500.0, None, False),
    ]


def test_two_years_stand_in_two_tables(tmp_path: Path) -> None:
    both = LONG.replace("</body></html>", "") + WIDE.removeprefix("<html><body>")
    frame = read_petroleum_1718(page(tmp_path, both))
    assert frame["year"].unique().sort().to_list() == [2018, 2021]
    assert frame.height == 7


def test_a_csv_of_the_same_columns_is_read_in_any_order(tmp_path: Path) -> None:
    text = 'unit,quantity,member state,month\nTonnes,"1,498",China,July 2020\nbarrels,225,Russian Federation,2020-08\n'
    assert read_petroleum_1718(table(tmp_path, text)).rows() == [
        ("China", 2020, 7, None, 1498.0, None),
        ("Russian Federation", 2020, 8, 225.0, None, None),
    ]


def test_rows_are_those_of_the_series_that_casebooks_have(tmp_path: Path) -> None:
    frame = read_petroleum_1718(page(tmp_path, WIDE))
    got = observation_rows(frame, ACTORS, "PRK", "petroleum-1718-2021-10-05")
    held = loaded("petroleum-1718", "2021-10-05", observation=got.rows)["observation"].sort("id")
    assert held.select("id", "from_actor", "to_actor", "start", "end", "value", "unit", "credibility").rows() == [
        ("petroleum-1718-2021-06-chn", "CHN", "PRK", date(2021, 6, 1), date(2021, 6, 30), 10725.0, "barrels", 2),
        ("petroleum-1718-2021-06-rus", "RUS", "PRK", date(2021, 6, 1), date(2021, 6, 30), 0.0, "barrels", 2),
        ("petroleum-1718-2021-08-chn", "CHN", "PRK", date(2021, 8, 1), date(2021, 8, 31), 11745.0, "barrels", 4),
        ("petroleum-1718-2021-08-rus", "RUS", "PRK", date(2021, 8, 1), date(2021, 8, 31), 500.0, "barrels", 4),
    ]
    assert set(held["series"]) == {"refined_petroleum_import"}
    assert set(held["compiler"]) == {"1718 Committee"}
    assert held["note"].null_count() == 2


def test_tonnes_stay_tonnes_where_no_barrels_are_printed(tmp_path: Path) -> None:
    text = "month,member state,tonnes\nJuly 2020,China,1498\nJuly 2020,Atlantis,5\n"
    got = observation_rows(read_petroleum_1718(table(tmp_path, text)), ACTORS, "PRK", "petroleum-1718-2020-10")
    assert got.rows.select("value", "unit").rows() == [(1498.0, "tonnes")]
    assert got.set_aside.rows() == [("Atlantis", "not a name of an actor of this ledger", 1)]
    loaded("petroleum-1718", "2020-10", observation=got.rows)


def test_the_unit_may_stand_before_the_table_or_in_the_cell(tmp_path: Path) -> None:
    before = (
        "<p>In barrels, 2020</p><table><tr><td>Month</td><td>China</td></tr><tr><td>May</td><td>7</td></tr></table>"
    )
    assert read_petroleum_1718(page(tmp_path, before))["barrels"].to_list() == [7.0]
    cell = "month,member state,quantity\nMay 2020,China,7 tonnes\n"
    assert read_petroleum_1718(table(tmp_path, cell))["tonnes"].to_list() == [7.0]


@pytest.mark.parametrize("month", ["January 2018", "Jan-18", "Jan. 2018", "2018-01", "2018/1", "jan 2018*"])
def test_months_in_many_forms(tmp_path: Path, month: str) -> None:
    frame = read_petroleum_1718(table(tmp_path, f"month,member state,barrels\n{month},China,5\n"))
    assert frame.select("year", "month").row(0) == (2018, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,member state,barrels\nJanuary,China,5\n", "'January' has no year"),
        ("month,member state,barrels\nSmarch 2018,China,5\n", "'Smarch 2018' is no month"),
        ("month,member state,barrels\n2018-13,China,5\n", "'2018-13' is no month"),
        ("month,member state,barrels\nMay 2018,China,-5\n", "'-5' is no quantity, or a negative one"),
        ("month,member state,barrels\nMay 2018,China,1.2.3\n", "'1.2.3' is no quantity"),
        ("month,member state,barrels\nMay 2018,China,5\nMay 2018,China,5\n", "China stands twice in 2018-05"),
        ("month,member state,quantity\nMay 2018,China,5\n", "has no unit"),
        ("month;member state;barrels\nMay 2018;China;5\n", "separated by a semicolon"),
        ("state,barrels\nChina,5\n", "no column of months"),
        ("month,member state,barrels\nMay 2018,China\n", "row 2: 2 cells where 3 are expected"),
        ("<html></html>", "save it with the ending .html"),
    ],
)
def test_a_table_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_petroleum_1718(table(tmp_path, text))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html><body>Sign in</body></html>", "holds no table"),
        ("<table><tr><td>Menu</td><td>Other</td></tr></table>", "no table has months and quantities"),
    ],
)
def test_a_page_without_the_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_petroleum_1718(page(tmp_path, text))


def test_cells_that_reach_over_rows_and_columns_stand_in_each(tmp_path: Path) -> None:
    text = (
        "<table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td rowspan='2'>d</td></tr>"
        "<tr><td>e</td><td>f</table>"
    )
    (found,) = page_tables(page(tmp_path, text))
    assert found.rows == [["a", "b", "b"], ["a", "c", "d"], ["e", "f", "d"]]


def test_a_page_of_endless_cells_is_refused(tmp_path: Path) -> None:
    text = "<table>" + "<tr>" + "<td rowspan=100 colspan=100>x</td>" * 100 + "</tr>" + "<tr><td>y</td></tr>" * 99
    with pytest.raises(InputError, match="more than 200,000 cells"):
        page_tables(page(tmp_path, text))
