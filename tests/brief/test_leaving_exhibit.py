"""The chart and tables of the chapter on losses: marked numbers, narrow tables, and a picture at both widths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from tests.kept_losses import changed, told

from khasan.answers.answer import Answer, Case
from khasan.answers.assemble import Answers
from khasan.answers.leaving import two_digits
from khasan.brief.charts import chart_svg, draw
from khasan.brief.compose import compose
from khasan.brief.document import Brief, Cell, Chart, Table
from khasan.brief.exhibits import role_of
from khasan.brief.leaving_exhibit import assumption_table, loss_table, settings_told, worth_chart
from khasan.brief.page import render_html
from khasan.measures.leaving.asked import Asked


@pytest.fixture(scope="module")
def case(bundled_answers: Answers) -> Case:
    return bundled_answers.case


@pytest.fixture(scope="module")
def chapter(case: Case) -> Answer:
    return told(case)


@pytest.fixture(scope="module")
def whole(bundled_answers: Answers) -> Brief:
    return compose(bundled_answers)


def chart_of(case: Case, answer: Answer) -> Chart:
    made = worth_chart(case, answer, role_of)
    assert made is not None
    return made


def cells(table: Table) -> Iterable[Cell]:
    for row in table.rows:
        yield from row


def test_every_number_of_the_tables_is_marked_and_stands_in_a_note(whole: Brief) -> None:
    (section,) = whole.chapters
    noted = {note.finding for note in whole.notes}
    assert len(section.tables) == 2
    for table in section.tables:
        assert table is not None
        assert len(table.head) <= 7
        assert all(len(row) == len(table.head) for row in table.rows)
        assert not re.search(r"\d", table.source)
        for cell in cells(table):
            for run in cell.prose.runs:
                assert run.finding or not re.search(r"\d", run.text), run.text
                assert not run.finding or run.finding in noted


def test_losses_by_group_are_those_of_the_findings(case: Case, chapter: Answer) -> None:
    table = loss_table(case, chapter)
    assert [row[0].prose.text for row in table.rows] == [
        "China",
        "Russia",
        "China and Russia",
        "All partners (real wage)",
    ]
    held = {one.id: one for one in chapter.findings}
    wanted = [("CHN",), ("RUS",), ("CHN;RUS",), ("all",)]
    for row, (leaving,) in zip(table.rows, wanted, strict=True):
        for cell in row[1:3]:
            (run,) = cell.prose.runs
            assert held[run.finding].method == "leaving_loss"
            assert held[run.finding].parameters["leaving"] == leaving
        for run in row[3].prose.runs:
            assert not run.finding or held[run.finding].parameters["leaving"] == leaving
    other = loss_table(*_with(case, {("leaving_loss", "CHN"): (2.34, -1.07, 17.2)}))
    assert [cell.prose.text for cell in other.rows[0][1:3]] == ["2.3", "minus 1.1 to 17"]


def _with(case: Case, values: dict[tuple[str, str], tuple[float, float, float]]) -> tuple[Case, Answer]:
    other = changed(case, values)
    return other, told(other)


def test_assumptions_are_named_from_a_tenth_of_the_spread_on(case: Case, chapter: Answer) -> None:
    for row in loss_table(case, chapter).rows:
        told_shares = [float(share) for share in re.findall(r"\((\d+) percent\)", row[3].prose.text)]
        assert told_shares == sorted(told_shares, reverse=True)
        assert min(told_shares) >= 10
    bare = changed(case, {}, without=("leaving_carried",))
    assert {row[3].prose.text for row in loss_table(bare, told(bare)).rows} == {"not told apart"}


def test_assumptions_of_many_sectors(case: Case, chapter: Answer) -> None:
    table = assumption_table(case, chapter)
    assert table is not None
    assert table.head == (
        "Assumption", "China leaves", "All partners leave", "No fuel from China", "No fuel from anybody",
    )  # fmt: skip
    assert table.rows[0][0].prose.text == "The elasticities of Caliendo and Parro"
    assert len(table.rows) == 6
    missing = [cell for cell in cells(table) if cell.kind == "missing"]
    assert len(missing) == 1  # all three assumptions at once, with no partner left
    assert missing[0].why_missing
    held = {one.id: one for one in chapter.findings}
    for row in table.rows:
        for cell, kept in zip(row[1:], ("goods:CHN", "goods:all", "fuel:CHN", "fuel:all"), strict=True):
            if cell.kind != "missing":
                assert held[cell.prose.runs[0].finding].parameters["case"] == kept
    bare = changed(case, {}, without=("leaving_assumption",))
    assert assumption_table(bare, told(bare)) is None


@pytest.mark.parametrize("width", [640, 340])
def test_the_chart_is_drawn_at_both_widths(case: Case, chapter: Answer, width: int) -> None:
    chart = chart_of(case, chapter)
    assert draw(chart, width) is not None
    svg = chart_svg(chart, width)
    assert f'viewBox="0 0 {width} ' in svg
    assert svg.index(">China</text>") < svg.index(">India</text>") < svg.index(">Russia</text>")
    assert svg.index(">Russia</text>") < svg.index(">United States</text>")


def test_the_chart_holds_the_worths_and_whose_they_are(case: Case, chapter: Answer) -> None:
    chart = chart_of(case, chapter)
    rows = {row["name"]: row for row in chart.data["rows"]}
    assert {row["name"]: row["role"] for row in chart.data["rows"] if row["role"] != "other"} == {
        "Russia": "patron", "China": "rival", "United States": "opponent",
    }  # fmt: skip
    for name, code in (("China", "CHN"), ("Russia", "RUS"), ("Thailand", "THA")):
        worth, alone, last = (chapter.parts[key][code] for key in ("worth", "alone", "last"))
        row = rows[name]
        assert (row["shapley"], row["low"], row["high"]) == (worth.value, worth.low, worth.high)
        assert (row["first_in"], row["last_in"]) == (alone.value, last.value)
        assert {worth.id, alone.id, last.id} <= set(chart.findings)
    whole = two_digits(chapter.parts["joined"].value)
    mine = two_digits(chapter.parts["worth"]["CHN"].value)
    assert chart.title == f"China is worth {mine} of the {whole} percent that North Korea would lose if these five left"
    assert "Japan" not in chart.alternative  # no trade is recorded, which is no trade of nothing
    assert "every combination of ends and middles" in chart.subtitle
    assert "2014" in chart.subtitle


def test_a_small_worth_is_not_told_as_nothing(case: Case) -> None:
    other = changed(
        case, {("leaving_worth", "USA"): (0.002, 0.001, 0.004), ("leaving_worth", "IND"): (-0.3, -0.5, 0.1)}
    )
    words = chart_of(other, told(other)).alternative
    assert "United States: under 0.01 percent, under 0.01." in words
    assert "India: minus 0.3 percent, minus 0.5 to 0.1." in words


def test_where_nobody_is_worth_anything_there_is_no_chart(case: Case) -> None:
    codes = ("CHN", "RUS", "IND", "THA", "USA")
    other = changed(case, {("leaving_worth", code): (0.0, 0.0, 0.0) for code in codes})
    assert worth_chart(other, told(other), role_of) is None


def test_where_all_together_lose_nothing_no_share_is_told(case: Case) -> None:
    joined = ";".join(("CHN", "RUS", "IND", "THA", "USA"))
    other = changed(case, {("leaving_loss", joined): (-0.5, -1.0, 2.0)})
    assert "of the minus 0.5 percent" in chart_of(other, told(other)).title


def test_what_an_interval_holds_is_said() -> None:
    solved = Asked("A", ("B", "C"), 2014, ("theta=2:8",))
    assert settings_told(solved) == "every combination of ends and middles of what is assumed"
    assert settings_told(replace(solved, draws=64)).startswith("nine tenths of the settings")


def test_the_chapter_stands_after_the_five_answers_with_its_notes(whole: Brief) -> None:
    page = render_html(whole)
    assert page.index('id="question-5"') < page.index('id="question-6"')
    heads = [note.head for note in whole.notes if note.finding.startswith("leaving_")]
    assert "Loss if partners left: China, 2014" in heads
    assert "Loss if partners left: China and Russia, 2014" in heads
    assert "Loss if partners left: all partners, 2014" in heads
    assert len(whole.chapters) == 1
    assert whole.chapters[0].chart is not None
