"""What a client would lose in words: numbers with two digits, the larger loss first, and what the model cannot show."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kept_losses import changed, told

from khasan.answers.answer import Answer, Case
from khasan.answers.assemble import Answers
from khasan.answers.leaving import NOTHING, answer, published_losses, signed_span, span, two_digits
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding

ENDS = st.floats(-100, 100).filter(lambda value: not 0 < abs(value) < 1e-9)


def finding(low: float, high: float) -> Finding:
    return Finding("leaving_loss", {}, ("r",), "01234567", low, low, high, "percent")


@pytest.fixture(scope="module")
def case(bundled_answers: Answers) -> Case:
    return bundled_answers.case


@pytest.fixture(scope="module")
def bundled_chapter(case: Case) -> Answer:
    return told(case)


def proses(found: Answer) -> list[Prose]:
    return [found.title, found.text, *found.conflicts, *found.unknown]


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.21173, 6.39146, "1.2 to 6.4"),
        (0.014272, 0.188748, "0.01 to 0.19"),
        (0.00364026, 0.056904, "under 0.01 to 0.06"),
        (-16.2, 15.04, "minus 16 to 15"),
        (-0.001, 3.0, "about 0 to 3"),
        (0.0, 0.0, "0"),
        (12.04, 12.4, "12"),
    ],
)
def test_spans(low: float, high: float, words: str) -> None:
    assert span(finding(low, high)) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.0312, 0.1449, "minus 0.03 to plus 0.14"),
        (0.31, 2.25, "plus 0.31 to plus 2.2"),
        (-0.0012, 0.5, "about 0 to plus 0.5"),
        (0.0, 0.5, "0 to plus 0.5"),
        (-20.4, -1.44, "minus 20 to minus 1.4"),
    ],
)
def test_spans_on_both_sides_of_zero(low: float, high: float, words: str) -> None:
    assert signed_span(finding(low, high)) == words


@given(ENDS)
def test_what_is_not_zero_is_not_written_as_zero_and_the_rest_is_near(value: float) -> None:
    for words in (two_digits(value), signed_span(finding(value, value)).split(" to ")[0]):
        if value == 0.0:
            assert words == "0"
        elif abs(value) < NOTHING:
            assert words in ("under 0.01", "about 0")
        else:
            number = float(re.sub(r"^(plus|minus) ", "", words))
            assert number == pytest.approx(abs(value), rel=0.05, abs=NOTHING + 1e-9)
            assert number > 0.0
            assert words.startswith("minus ") is (value < 0)


# -- sentences ---------------------------------------------------------------------------------------------------------


def test_every_numeral_belongs_to_a_finding_of_the_chapter(bundled_chapter: Answer) -> None:
    held = {one.id for one in bundled_chapter.findings}
    for prose in proses(bundled_chapter):
        for run in prose.runs:
            assert run.finding or not re.search(r"\d", run.text), run.text
            assert not run.finding or run.finding in held
        assert not re.search(r"\s\s|\s[,.;:]|\.\.|\(\s|\s\)|\bNone\b|\bnan\b|_", prose.text), prose.text
    assert all(one.question == "leaving" for one in bundled_chapter.findings)
    assert len(re.findall(r"\d", bundled_chapter.text.text)) > 20


def test_the_larger_loss_comes_first(case: Case, bundled_chapter: Answer) -> None:
    assert re.fullmatch(
        r"In the model, North Korea would lose 0\.82 to 12 percent of its welfare in the long run if China left, and "
        r"0\.01 to 0\.19 percent if Russia did",
        bundled_chapter.title.text,
    )
    other = told(changed(case, {("leaving_loss", "CHN"): (0.3, 0.1, 0.5), ("leaving_loss", "RUS"): (7.0, 3.0, 9.0)}))
    assert "would lose 3 to 9 percent" in other.title.text
    assert other.title.text.endswith("if Russia left, and 0.1 to 0.5 percent if China did")
    assert "The figure for Russia hangs most on" in other.text.text
    ids = other.title.finding_ids()
    assert [next(one.value for one in other.findings if one.id == each) for each in ids] == [7.0, 0.3]


def test_one_that_does_not_trade_costs_nothing_by_the_data(case: Case) -> None:
    found = told(changed(case, {("leaving_loss", "RUS"): (0.0, 0.0, 0.0), ("leaving_offer", "RUS"): (0.0, 0.0, 0.0)}))
    assert found.title.text.endswith("if China left, and nothing by the data if Russia did")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.4, 0.31, 2.25), "Together China and Russia cost 0.31 to 2.2 points more than the sum of the two: "
         "while one stays it makes up for part of the other."),
        ((-0.4, -2.25, -0.31), "Together China and Russia cost 0.31 to 2.2 points less than the sum of the two."),
        ((0.1, -0.2, 0.3), "Whether Russia and China can stand in for each other it cannot settle: together "
         "they cost minus 0.2 to plus 0.3 points beyond the sum of the two."),
    ],
)  # fmt: skip
def test_whether_one_stands_in_for_the_other(case: Case, values: tuple[float, float, float], words: str) -> None:
    assert told(changed(case, {("leaving_interaction", ""): values})).unknown[0].text.endswith(words)


def test_an_interaction_that_would_be_printed_as_zero_is_not_told(case: Case) -> None:
    text = told(changed(case, {("leaving_interaction", ""): (0.001, -0.004, 0.004)})).unknown[0].text
    assert "sum of the two" not in text


def test_a_loss_below_zero_has_its_sign_in_words(case: Case) -> None:
    text = told(changed(case, {("leaving_loss", "CHN;RUS"): (2.0, -3.2, 11.0)})).text.text
    assert "the loss is minus 3.2 to 11 percent of welfare if both left" in text


def test_members_without_recorded_trade_are_named(case: Case, bundled_chapter: Answer) -> None:
    (unknown,) = bundled_chapter.unknown
    assert (
        "The file holds no trade with South Korea in that year, which is no measurement; it is in none of the sums, "
        "though other compilers count 1.15 billion dollars in 2013." in unknown.text
    )
    assert "It ends with the trade of 2014" in unknown.text
    known = replace(case, triangle=replace(case.triangle, client_rival="IND"))
    assert "The file holds no trade" not in told(known).unknown[0].text


def test_the_gift_and_what_support_replaces(case: Case, bundled_chapter: Answer) -> None:
    text = bundled_chapter.text.text
    words = (
        r"If China left, Russia would have to give \d+ million to [\d.]+ billion dollars a year, in prices of 2014, to "
        r"make it good \(it hangs most on the trade elasticity\); what it gave in return from 2022 to 2025, by an "
        r"estimate of the Friedrich Naumann Foundation, would replace "
    )
    assert re.search(words, text)
    alone = told(changed(case, {}, without=("leaving_replaced",))).text.text
    assert "to make it good (it hangs most on the trade elasticity)." in alone
    assert "in return" not in alone
    assert "would have to give" not in told(changed(case, {}, without=("leaving_offer",))).text.text
    nothing = {("leaving_offer", "CHN"): (0.0, 0.0, 0.0)}
    assert "would have to give" not in told(changed(case, nothing)).text.text
    dear = told(changed(case, {("leaving_offer", "CHN"): (1234.0, 517.0, 2345.6)})).text.text
    assert "would have to give 520 million to 2.3 billion dollars a year" in dear


def test_which_assumption_carries_the_loss(case: Case, bundled_chapter: Answer) -> None:
    assert (
        "With many sectors, and an economy of North Korea made up from its trade and the technology of others, China's "
        "leaving costs " in bundled_chapter.text.text
    )
    assert "With many sectors" not in told(changed(case, {}, without=("leaving_assumption",))).text.text
    assert "hangs most on the size" not in told(changed(case, {}, without=("leaving_carried",))).text.text
    assert "The figure for China" not in told(changed(case, {}, without=("leaving_carried",))).text.text


def test_published_estimates_stand_beside_it_with_each_scenario(case: Case, bundled_chapter: Answer) -> None:
    told_all = " ".join(one.text for one in bundled_chapter.conflicts)
    for words in (
        "6.5 percent (industrial output after the export sanctions)",
        "13.4 percent (industrial output after the export and import sanctions)",
        "45 percent (manufacturing output if all exports and imports were barred)",
        "1.4 billion dollars (export shock, low end), 1.5 billion dollars (export shock, high end)",
        "8.5 percent (gross domestic product, export shock, low end), 9 percent",
    ):
        assert words in told_all
    assert all(one.text.startswith("For orientation, ") for one in bundled_chapter.conflicts)
    assert {one.unit for one in published_losses(case)} == {"percent", "USD million"}
    assert published_losses(replace(case, triangle=replace(case.triangle, client="CUB"))) == []


def test_without_kept_losses_there_is_no_chapter(case: Case) -> None:
    bare = replace(case.snapshot, finding=case.snapshot.finding.clear(), _memory={})
    assert answer(replace(case, snapshot=bare)) is None
    assert answer(replace(case, triangle=replace(case.triangle, client="CUB"))) is None
    lone = case.snapshot.finding.filter(pl.col("parameters").str.contains('"leaving": "all"', literal=True).not_())
    assert answer(replace(case, snapshot=replace(case.snapshot, finding=lone, _memory={}))) is None


def test_the_chapter_is_told_for_both_patrons(rival_answers: Answers, bundled_answers: Answers) -> None:
    one, other = bundled_answers.chapters, rival_answers.chapters
    assert [chapter.question for chapter in (*one, *other)] == ["leaving", "leaving"]
    assert one[0].title.text == other[0].title.text


def test_a_triangle_of_which_nothing_is_kept_has_no_chapter(harbour_answers: Answers) -> None:
    assert harbour_answers.chapters == ()
