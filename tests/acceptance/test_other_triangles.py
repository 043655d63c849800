"""Briefs of triangles of which no casebook speaks, from the public data files alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from khasan.answers.answer import QUESTIONS
from khasan.answers.assemble import Answers, assemble
from khasan.answers.methods import day_in_id, recompute
from khasan.answers.triangle import resolve
from khasan.brief.charts import draw
from khasan.brief.compose import compose
from khasan.brief.document import Brief
from khasan.ledger.bundled import seed
from khasan.ledger.snapshot import take_snapshot
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable
from khasan.sources.focus import Focus, focus_of_id
from khasan.sources.loading import load_data_sets
from khasan.sources.world import World

ROOT = Path(__file__).parents[2]
STATES = ROOT.parent / "shared" / "data" / "states"
TODAY = date(2026, 3, 1)
FOUR = ("RUS SYR USA", "IRN VEN USA", "RUS BLR DEU", "CHN MMR USA")
MORE = ("FRA DZA MAR", "CHN PRK USA", "IND NPL CHN", "RUS MNG CHN", "AUS NRU FRA", "CHN TWN USA")

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)


@dataclass(frozen=True)
class Told:
    """A triangle with its answers and its document."""

    answers: Answers
    brief: Brief

    @property
    def words(self) -> str:
        """All sentences and titles, joined."""
        brief = self.brief
        prose = [brief.headline, brief.bottom_line]
        for section in brief.sections:
            prose += [section.title, section.answer, *section.conflicts, *section.unknown]
        return " ".join(one.text for one in prose)

    def text(self, question: str) -> str:
        """Sentences of one answer."""
        return next(section.answer.text for section in self.brief.sections if section.question == question)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with the data files on states and no casebook."""
    path = tmp_path_factory.mktemp("world") / "w.duckdb"
    with writable(path) as ledger:
        seed(ledger)
        load_data_sets(ledger, "states", [STATES])
    return path


@pytest.fixture(scope="module")
def told(world: Path) -> dict[str, Told]:
    """Triangles that were asked for, each told once."""
    found: dict[str, Told] = {}
    for triangle in (*FOUR, *MORE):
        found[triangle] = tell(world, triangle)
    return found


def tell(world: Path, triangle: str, day: date | None = None) -> Told:
    """Write the brief of a triangle as the command does."""
    patron, client, opponent = triangle.split()
    with Ledger.open(world) as ledger:
        near = take_snapshot(World(ledger, Focus((client,), (patron,), parts=("trade",)), day), day, TODAY)
        named = resolve(near, patron, client, opponent)
        others = tuple(code for code in (named.patron, named.rival) if code)
        snapshot = take_snapshot(World(ledger, Focus((client,), others, (opponent,)), day), day, TODAY)
        answers = assemble(snapshot, resolve(snapshot, patron, client, opponent))
    return Told(answers, compose(answers))


@pytest.mark.parametrize("triangle", FOUR)
def test_the_four_hold_findings_and_charts(told: dict[str, Told], triangle: str) -> None:
    brief = told[triangle].brief
    cited = {note.finding for note in brief.notes}
    assert len(brief.findings) >= 15
    assert len(cited) >= 15
    assert sum(section.chart is not None for section in brief.sections) >= 3
    assert {row["source"] for row in brief.evidence} >= {"cow-trade", "unga-votes", "cow-contiguity"}
    assert all(row["row"].startswith("d-") for row in brief.evidence)


@pytest.mark.parametrize("triangle", [*FOUR, *MORE])
def test_no_section_is_empty_without_a_reason(told: dict[str, Told], triangle: str) -> None:
    brief = told[triangle].brief
    assert [section.question for section in brief.sections] == list(QUESTIONS)
    for section in brief.sections:
        assert section.answer.text
        assert section.findings or section.unknown
        assert section.chart is None or draw(section.chart) is not None
    assert sum(section.chart is not None for section in brief.sections) >= 3


@pytest.mark.parametrize("triangle", [*FOUR, *MORE])
def test_nothing_old_is_told_as_of_today(told: dict[str, Told], triangle: str) -> None:
    words = told[triangle].words
    assert not re.search(r"\b(today's trade|keeps|makes up|now)\b", words)
    assert not re.search(r"\b(None|nan|inf)\b", words)
    assert not re.search(r"\.\.|,,| ,| \.|\( | \)", words)
    assert str(TODAY.year) not in words


def test_published_answers_stand_in_the_text(told: dict[str, Told]) -> None:
    share = next(
        one
        for one in told["RUS BLR DEU"].answers.findings
        if one.method == "trade_share" and one.parameters["year"] == 2012 and one.parameters["partner"] == "RUS"
    )
    assert share.value == pytest.approx(0.5337, abs=5e-5)
    assert "51 percent" in told["RUS BLR DEU"].text("dependence")
    assert "Iraq (31 percent)" in told["RUS SYR USA"].text("dependence")
    assert "defence pact since 1992" in told["RUS BLR DEU"].text("bond")


def test_the_soviet_union_has_its_time(told: dict[str, Told]) -> None:
    syria, mongolia = told["RUS SYR USA"], told["RUS MNG CHN"]
    assert "from 1980 to 1991 (with the Soviet Union)" in syria.text("bond")
    assert "1989 (then the Soviet Union)" in syria.text("dependence")
    assert "the Soviet Union traded" in syria.text("reasons")
    assert "from 1958 to 1989 (then the Soviet Union)" in mongolia.text("stance")
    assert "still so" not in mongolia.text("stance")


def test_a_border_that_another_file_contradicts_makes_no_buffer(told: dict[str, Told]) -> None:
    answers = told["CHN MMR USA"].answers
    rows = answers.case.snapshot.observation
    doubted = rows.filter(rows["id"] == "d-land-mmr-pak-1972-01")
    assert doubted["status"].to_list() == ["doubtful"]
    wall = answers.part("reasons").parts["wall"]
    assert "PAK" not in wall.detail["hosts"]


def test_a_fall_is_told_with_its_doubt(told: dict[str, Told]) -> None:
    text = told["CHN MMR USA"].text("reasons")
    assert "97 percent" not in text or (
        "one direction" in text and "so did the trade of Myanmar that is recorded in both" in text
    )


@pytest.mark.parametrize("triangle", FOUR)
def test_findings_are_made_again_from_their_ids(world: Path, told: dict[str, Told], triangle: str) -> None:
    findings = told[triangle].answers.findings
    by_method = {one.method: one for one in findings}
    assert {"trade_share", "agreement", "phases", "whole_change", "change_across", "bloc_neighbours"} <= set(by_method)
    for one in by_method.values():
        with Ledger.open(world) as ledger:
            snapshot = take_snapshot(World(ledger, focus_of_id(one.id)), None, TODAY)
        again = recompute(snapshot, one.id)
        assert again.unchanged, one.id
        assert (again.finding.value, again.finding.low, again.finding.high) == (one.value, one.low, one.high)


@pytest.mark.parametrize("triangle", FOUR)
def test_findings_follow_from_their_evidence_alone(told: dict[str, Told], triangle: str) -> None:
    snapshot = told[triangle].answers.case.snapshot
    for one in {one.method: one for one in told[triangle].answers.findings}.values():
        again = recompute(snapshot.only(one.evidence), one.id).finding
        assert (again.value, again.low, again.high, again.id) == (one.value, one.low, one.high, one.id)


def test_before_1991_nothing_published_later_is_used(world: Path) -> None:
    day = date(1985, 1, 1)
    cuba = tell(world, "SUN CUB USA", day)
    assert cuba.answers.case.triangle.patron == "SUN"
    assert "91 percent of roll calls in 1984" in cuba.brief.headline.text
    assert all(str(row["known_from"]) <= day.isoformat() for row in cuba.brief.evidence)
    assert "What was published after that day is not used" in cuba.words
    assert all("published after that day" in " ".join(one.text for one in part.unknown) for part in cuba.brief.sections)
    for one in {one.method: one for one in cuba.answers.findings}.values():
        assert day_in_id(one.id) == day
        with Ledger.open(world) as ledger:
            again = recompute(take_snapshot(World(ledger, focus_of_id(one.id), day), day, TODAY), one.id)
        assert again.unchanged, one.id
