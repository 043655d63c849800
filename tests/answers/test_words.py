"""Numbers as a newspaper prints them, prose whose numerals all belong to a finding, and sentences from templates."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.answers.english import first_clause, with_article
from khasan.answers.numbers import amount, count, exact, figure, fraction, large, listing, percent, percent_exactly
from khasan.answers.prose import Prose, Run, join, mark, parse, plain
from khasan.answers.voice import Voice
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (34, "34"),
        (165_000, "165,000"),
        (34_000_000, "34 million"),
        (2_200_000_000, "2.2 billion"),
        (1.5, "1.5"),
        (-34_000_000, "-34 million"),
    ],
)
def test_large_numbers(value: float, words: str) -> None:
    assert large(value) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (34, "USD million", "34 million dollars"),
        (2200, "USD million", "2.2 billion dollars"),
        (83, "percent", "83 percent"),
        (0.83, "share", "83 percent"),
        (12_000_000, "rounds", "12 million rounds"),
        (50, "thousand tonnes rice", "50,000 tonnes of rice"),
        (50_000, "tonnes wheat", "50,000 tonnes of wheat"),
        (18, "km", "18 km"),
        (7, "unheard of", "7 unheard of"),
    ],
)
def test_amounts_have_their_unit_in_words(bundled: Snapshot, value: float, unit: str, words: str) -> None:
    assert amount(value, unit, bundled.units, bundled.labels) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.83, "83 percent"),
        (0.012, "1.2 percent"),
        (0.0004, "0.04 percent"),
        (1, "100 percent"),
        (0, "0 percent"),
        (-0.48, "-48 percent"),
    ],
)
def test_percentages(share: float, words: str) -> None:
    assert percent(share) == words
    assert percent_exactly(0.4525) in ("45.2 percent", "45.3 percent")


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.9, "nine tenths"), (0.5, "half"), (0.34, "a third"), (0.7, "70 percent"), (0.89, "nine tenths")],
)
def test_fractions_only_where_one_is_near(share: float, words: str) -> None:
    assert fraction(share) == words


@pytest.mark.parametrize(
    ("number", "noun", "plural", "words"),
    [
        (0, "veto", "vetoes", "no vetoes"),
        (1, "veto", "vetoes", "one veto"),
        (2, "veto", "vetoes", "two vetoes"),
        (17, "channel", "", "17 channels"),
    ],
)
def test_counts(number: int, noun: str, plural: str, words: str) -> None:
    assert count(number, noun, plural) == words


def test_lists() -> None:
    assert [listing(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@given(st.floats(-1e15, 1e15))
def test_no_number_is_in_scientific_notation_and_all_are_near(value: float) -> None:
    for words in (figure(value), large(value), exact(value)):
        assert not re.search(r"\de[+-]?\d", words)
        number = float(re.sub(r"[^\d.-]", "", words)) * {"billion": 1e9, "million": 1e6}.get(words.split()[-1], 1)
        assert number == pytest.approx(value, rel=0.01, abs=0.01)


# -- prose ------------------------------------------------------------------------------------------------------------


def test_a_numeral_without_a_finding_is_refused() -> None:
    for text in ("in 2017 it fell", f"{mark('52 percent', 'f')} in 2017", "n\u0662"):
        with pytest.raises(ValueError, match="belongs to no finding"):
            parse(text)


def test_white_space_is_tidied_and_spans_point_to_their_numbers() -> None:
    prose = parse(f"  It  was {mark('34 million dollars', 'a')} ,\n and {mark('two vetoes', 'b')} . ")
    assert prose.text == "It was 34 million dollars, and two vetoes."
    assert [(prose.text[one["start"] : one["end"]], one["finding"]) for one in prose.spans()] == [
        ("34 million dollars", "a"),
        ("two vetoes", "b"),
    ]
    assert prose.finding_ids() == ("a", "b")


@given(
    st.lists(st.tuples(st.text("abc ", min_size=1, max_size=9), st.text("0123,.", min_size=1, max_size=6)), max_size=6)
)
def test_every_digit_of_parsed_prose_lies_in_a_span(parts: list[tuple[str, str]]) -> None:
    prose = parse("".join(f"{words}{mark(number, 'f')}" for words, number in parts))
    spans = prose.spans()
    for match in re.finditer(r"\d", prose.text):
        assert any(one["start"] <= match.start() < one["end"] for one in spans)


def test_prose_is_joined_with_glue() -> None:
    joined = join([plain("a"), Prose(()), Prose((Run("1", finding="f"),))])
    assert joined.text == "a 1"
    assert joined.spans() == [{"start": 2, "end": 3, "finding": "f"}]


# -- voice ------------------------------------------------------------------------------------------------------------


def finding(
    snapshot: Snapshot, value: float, unit: str, low: float | None = None, high: float | None = None, **detail: object
) -> Finding:
    """Make a finding of a row of the invented casebook."""
    return make_finding(snapshot, "m", {"year": 2020}, ["h001"], value, unit, low=low, high=high, detail=detail)


def said(text: str) -> str:
    """Return marked words without marks."""
    return parse(text).text


def test_intervals_hedges_and_signs(harbours: Snapshot) -> None:
    voice = Voice(harbours)
    assert said(voice.percent(finding(harbours, 0.5, "share"))) == "50 percent"
    assert said(voice.percent(finding(harbours, 0.5, "share", 0.43, 0.74))) == "43 to 74 percent"
    assert said(voice.amount(finding(harbours, 900, "casks", qualifier="at_least"))).startswith("at least 900 cask")
    assert said(voice.amount(finding(harbours, 900, "casks", 700, 1400))).startswith("700 to 1,400 cask")
    assert said(voice.signed(finding(harbours, -0.25, "lean"))) == "minus 0.25"
    assert said(voice.signed(finding(harbours, 0.25, "lean"))) == "plus 0.25"
    assert said(voice.moved(finding(harbours, -0.48, "share"))) == "fell by 48 percent"
    assert said(voice.moved(finding(harbours, 0.12, "share"))) == "rose by 12 percent"
    assert said(voice.moved(finding(harbours, 0.001, "share"))) == "did not move"
    assert said(voice.year(finding(harbours, 1, "u"))) == "2020"


def test_names_and_possessives(harbours: Snapshot, bundled: Snapshot) -> None:
    assert Voice(harbours).possessive("QOS") == "Ostholm's"
    assert Voice(bundled).name("USA") == "the United States"
    assert Voice(bundled).possessive("USA") == "the United States'"
    assert Voice(bundled).start_name("USA") == "The United States"
    assert with_article("Vestmark") == "Vestmark"
    assert Voice(harbours).name(None) == ""
    assert Voice(harbours).name("QZZ") == "QZZ"
    assert first_clause("He came; and left.") == "He came"


def test_an_accusation_names_who_accuses(harbours: Snapshot) -> None:
    voice = Voice(harbours)
    assert voice.attributed("QNO") == "alleged by Norwick"
    assert voice.attributed("watch") == "alleged by The Watch"
    assert voice.attributed("a stranger") == "alleged by a stranger"
