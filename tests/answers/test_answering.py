"""The five answers: every number in them belongs to a finding that is handed over with them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.conftest import AtDay

from khasan.answers.answer import QUESTIONS
from khasan.answers.assemble import Answers, assemble, cited_first
from khasan.answers.changes import what_changed
from khasan.answers.prose import Prose
from khasan.answers.triangle import first_patron, largest_partner, resolve
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot


@pytest.fixture(params=["bundled_answers", "rival_answers", "harbour_answers", "river_answers"])
def answers(request: pytest.FixtureRequest) -> Answers:
    found: Answers = request.getfixturevalue(request.param)
    return found


def proses(answers: Answers) -> list[Prose]:
    """Return every piece of prose of a brief."""
    parts = [answers.headline, answers.bottom_line, answers.standard]
    for answer in answers.answers:
        parts += [answer.title, answer.text, *answer.conflicts, *answer.unknown]
    return parts


def test_five_questions_in_order(answers: Answers) -> None:
    assert tuple(answer.question for answer in answers.answers) == QUESTIONS
    assert all(answer.title.text and answer.text.text for answer in answers.answers)


def test_every_digit_lies_in_a_span_and_every_span_in_the_findings(answers: Answers) -> None:
    ids = {one.id for one in answers.findings}
    for prose in proses(answers):
        spans = prose.spans()
        for match in re.finditer(r"\d", prose.text):
            assert any(one["start"] <= match.start() < one["end"] for one in spans), prose.text
        for one in spans:
            assert one["finding"] in ids, one
            assert prose.text[one["start"] : one["end"]].strip()


def test_an_answer_hands_over_the_findings_that_it_cites(answers: Answers) -> None:
    for answer in answers.answers:
        mine = {one.id for one in answer.findings}
        for prose in (answer.text, *answer.conflicts):
            assert set(prose.finding_ids()) <= mine
    ids = [one.id for one in answers.findings]
    assert len(ids) == len(set(ids))
    assert {one.id for one in cited_first(answers)} == set(ids)


def test_sentences_are_tidy(answers: Answers) -> None:
    for prose in proses(answers):
        text = prose.text
        assert not re.search(r"\s\s|\s[,.;:]|\.\.|\(\s|\s\)|\bNone\b|[{}\x00-\x1f]|\bnan\b|_", text), text
        assert not re.search(r"\d[eE][+-]\d", text), text
    assert all(answer.text.text.endswith(".") for answer in answers.answers)


def test_the_bottom_line_is_three_sentences(answers: Answers) -> None:
    assert len(re.findall(r"[.](?=\s|$)", answers.bottom_line.text)) == 3, answers.bottom_line.text


def test_findings_carry_the_question_that_asked(answers: Answers) -> None:
    assert {one.question for one in answers.findings} <= {*QUESTIONS, *(one.question for one in answers.chapters)}
    assert all(one.low <= one.value <= one.high for one in answers.findings), [
        (one.id, one.low, one.value, one.high) for one in answers.findings if not one.low <= one.value <= one.high
    ]


def test_a_pair_with_nothing_says_what_is_missing(bundled: Snapshot) -> None:
    empty = assemble(bundled, resolve(bundled, "BRA", "FRA"))
    assert [answer.question for answer in empty.answers] == list(QUESTIONS)
    text = " ".join(prose.text for prose in proses(empty))
    assert "khasan load casebook" in text
    assert "Brazil" in text
    assert all(answer.unknown for answer in empty.answers if answer.question in ("bond", "dependence", "stance"))


# -- who is meant -----------------------------------------------------------------------------------------------------


def test_the_triangle_of_the_casebook_is_taken_for_those_not_named(bundled: Snapshot) -> None:
    assert resolve(bundled, "RUS", "PRK").actors == ("RUS", "PRK", "USA", "CHN", "KOR")
    assert resolve(bundled, "China", "North Korea").actors == ("CHN", "PRK", "USA", "RUS", "KOR")
    named = resolve(bundled, "CHN", "PRK", "JPN", "USA")
    assert (named.opponent, named.rival) == ("JPN", "USA")


def test_without_a_triangle_the_largest_partner_is_the_rival(harbours: Snapshot) -> None:
    found = resolve(harbours, "QOS", "QVE")
    assert (found.opponent, found.rival, found.client_rival) == (None, "QSU", None)
    assert largest_partner(harbours, "QVE", {"QOS"}) == "QSU"
    assert first_patron(harbours, "QVE") == "QOS"
    with pytest.raises(InputError, match="--patron"):
        first_patron(harbours, "QOL")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("RUS", "RUS"), "named twice"),
        (("RUS", "PRK", "RUS"), "named twice"),
        (("RUS", "Atlantis"), "unknown country"),
        (("SUN", "PRK"), "did not exist"),
    ],
)
def test_a_triangle_that_cannot_be_is_refused(bundled: Snapshot, names: tuple[str, ...], why: str) -> None:
    with pytest.raises(InputError, match=why):
        resolve(bundled, *names)


# -- what changed -----------------------------------------------------------------------------------------------------


def test_what_became_known_since_a_day(bundled_answers: Answers, bundled_at: AtDay) -> None:
    day = date(2024, 1, 1)
    changes = what_changed(bundled_answers, bundled_at(day))
    assert changes.since == "2024-01-01"
    assert changes.rows
    assert all(row["known"] > day for _, row in changes.rows)
    days = [str(row["known"]) for _, row in changes.rows]
    assert days == sorted(days, reverse=True)
    kinds = {row["kind"] for table, row in changes.rows if table == "event"}
    assert {"treaty", "veto"} <= kinds
    assert any(one.before is None for one in changes.moved)
    ids = {one.id for one in bundled_answers.findings}
    assert all(one.after.id in ids for one in changes.moved)
    assert all(
        one.before is None
        or (one.before.value, one.before.low, one.before.high) != (one.after.value, one.after.low, one.after.high)
        for one in changes.moved
    )


def test_nothing_is_new_since_today(harbours: Snapshot, harbour_answers: Answers) -> None:
    changes = what_changed(harbour_answers, harbours)
    assert changes.rows == ()
    assert changes.moved == ()
