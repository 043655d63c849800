"""Briefs from loaded data with suspect flows set aside, ideal points kept, and restrictions beside the data."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from test_other_triangles import STATES, TODAY

from khasan.answers.assemble import Answers, assemble
from khasan.answers.methods import recompute
from khasan.answers.triangle import resolve
from khasan.brief.charts import draw
from khasan.brief.compose import compose
from khasan.brief.data import brief_data
from khasan.brief.document import Brief, Chart
from khasan.cli.vetting import vet_world
from khasan.ledger.bundled import load_casebook, seed
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import take_snapshot
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable
from khasan.measures.vetted import vetted_share
from khasan.sources.focus import Focus, focus_of_id
from khasan.sources.loading import IDEAL_POINTS, MADE_OF, keep_computed, load_data_sets
from khasan.sources.world import World

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)

POINTS = {"RUS": 0.2, "SYR": -1.4, "USA": 3.2, "IND": -1.1, "PRK": -2.3, "CHN": -0.8}
"""Made-up places of one session, so that no model has to be fitted here."""
SENDERS = ("USA", "DEU", "ITA", "FRA", "ESP", "NLD", "GBR")


@dataclass(frozen=True)
class Told:
    """A triangle with its answers and its document."""

    answers: Answers
    brief: Brief

    def text(self, question: str) -> str:
        """Sentences of one answer."""
        return self.answers.part(question).text.text

    def chart(self, question: str) -> Chart:
        """The chart of one answer."""
        chart = next(section.chart for section in self.brief.sections if section.question == question)
        assert chart is not None
        return chart


@pytest.fixture(scope="module")
def vetted_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with the data files on states, vetted, and with a few ideal points."""
    path = tmp_path_factory.mktemp("vetted") / "v.duckdb"
    with writable(path) as ledger:
        seed(ledger)
        load_data_sets(ledger, "states", [STATES])
        with ledger.transaction():
            vet_world(ledger)
            keep_computed(ledger, IDEAL_POINTS, "ideal_point", points(), MADE_OF[IDEAL_POINTS])
    return path


def points() -> pl.DataFrame:
    """Make the ideal points of the session of 2019."""
    rows = [
        {"actor": actor, "session": 74, "year": 2019, "ideal_point": place, "standard_error": 0.1,
         "low": place - 0.1645, "high": place + 0.1645, "votes": 80}
        for actor, place in POINTS.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def tell(path: Path, triangle: str) -> Told:
    """Write the brief of a triangle as the command does."""
    patron, client, opponent = triangle.split()
    with Ledger.open(path) as ledger:
        near = take_snapshot(World(ledger, Focus((client,), (patron,), parts=("trade",))), None, TODAY)
        named = resolve(near, patron, client, opponent)
        others = tuple(code for code in (named.patron, named.rival) if code)
        snapshot = take_snapshot(World(ledger, Focus((client,), others, (opponent,))), None, TODAY)
        answers = assemble(snapshot, resolve(snapshot, patron, client, opponent))
    return Told(answers, compose(answers))


@pytest.fixture(scope="module")
def syria(vetted_world: Path) -> Told:
    return tell(vetted_world, "RUS SYR USA")


@pytest.fixture(scope="module")
def korea(vetted_world: Path) -> Told:
    return tell(vetted_world, "CHN PRK USA")


def test_the_headline_share_is_vetted_with_the_reported_one_beside_it(korea: Told) -> None:
    share: Finding = korea.answers.part("dependence").parts["of_patron"]
    assert share.method == "vetted_share"
    assert share.detail["as_reported"] == pytest.approx(0.793, abs=0.001)  # 6,728 of 8,484 million dollars
    assert share.value > 0.85
    assert re.search(r"with 79 to \d\d percent \(79 percent as reported\) of it in 2014", korea.brief.bottom_line.text)
    assert share.id in korea.brief.bottom_line.finding_ids()
    assert "likely trade with South Korea" in korea.text("dependence")
    assert korea.answers.case.triangle.rival != "SAU"  # the largest as reported, by flows that are suspect


def test_the_chart_has_both_weights_with_the_interval(korea: Told) -> None:
    chart = korea.chart("dependence")
    weights = {line["weight"] for line in chart.data["lines"] if line["role"] == "patron"}
    assert weights == {"reported", "vetted"}
    vetted = next(line for line in chart.data["lines"] if line["role"] == "patron" and line["weight"] == "vetted")
    held = {year: (value, low, high) for year, value, low, high in vetted["points"]}
    value, low, high = held[2009]
    assert low == pytest.approx(0.431, abs=0.001)
    assert low < value <= high
    assert "hatched" in chart.subtitle
    assert "set aside" in chart.title


def test_a_suspect_leader_is_named_as_set_aside(syria: Told) -> None:
    doubted: Finding = syria.answers.part("dependence").parts["doubted"]
    assert doubted.parameters["partner"] == "IRQ"
    assert "Iraq, the largest as reported with 31 percent, is set aside as suspect" in syria.text("dependence")
    assert "Iraq" not in syria.brief.bottom_line.text
    table = next(table for section in syria.brief.sections for table in section.tables if "largest" in table.title)
    assert next(cell.prose.text for cell in table.rows[-1]) == "Iraq"
    assert table.head[4] == "as reported, 2014"


def test_a_suspect_rise_is_not_told_as_a_rise(syria: Told, korea: Told) -> None:
    for told in (syria, korea):
        fall: Finding = told.answers.part("lifeline").parts["fall"]
        assert fall.parameters["basis"] == "vetted"
        drawn = {row["name"] for row in told.chart("lifeline").data["rows"]}
        actors = told.answers.case.snapshot.actors
        suspect = {actors.name(code) for code in fall.detail["suspect"]}
        assert suspect
        assert not drawn & suspect
    rises = re.search(r"largest rises? in the file .*?\.", syria.text("lifeline"))
    assert rises is not None
    assert "Iraq" not in rises[0]
    assert "told neither as a rise nor as a fall, are flows with Iraq" in syria.text("lifeline")


def test_years_whose_trade_is_suspect_are_hatched_and_no_peak(vetted_world: Path) -> None:
    india = tell(vetted_world, "IND PRK USA")
    chart = india.chart("bond")
    doubted = [point[0] for point in chart.data["points"] if len(point) > 3]
    assert {2007, 2008} <= set(doubted)
    peak = re.search(r"highest in (\d{4})", chart.title)
    assert peak is not None
    assert int(peak[1]) not in doubted
    assert "hatched" in chart.subtitle
    assert "trade in doubt" in india.text("bond")


def test_the_lean_in_ideal_points_has_its_interval(syria: Told) -> None:
    lean: Finding = syria.answers.part("stance").parts["on_points"]
    near, far = 0.2 + 1.4, 3.2 - 0.2
    assert lean.value == pytest.approx((far - near) / (far + near), abs=1e-3)
    assert lean.low < lean.value < lean.high
    assert "In ideal points, which allow for the agenda, it leans towards Syria (plus 0.30;" in syria.text("stance")
    assert "ideal points" in {line["layer"] for line in syria.chart("stance").data["lines"]}
    assert "not estimated" not in " ".join(one.text for one in syria.answers.part("stance").unknown)


def test_without_ideal_points_the_brief_says_how_to_have_them(vetted_world: Path) -> None:
    belarus = tell(vetted_world, "RUS BLR DEU")
    assert belarus.answers.part("stance").parts["on_points"] is None
    assert "khasan world ideal-points --keep" in " ".join(one.text for one in belarus.answers.part("stance").unknown)


def test_findings_are_made_again_from_their_ids_and_rows(vetted_world: Path, syria: Told) -> None:
    by_method = {one.method: one for one in syria.answers.findings}
    assert {"vetted_share", "whole_change", "lean_points"} <= set(by_method)
    for one in by_method.values():
        with Ledger.open(vetted_world) as ledger:
            again = recompute(take_snapshot(World(ledger, focus_of_id(one.id)), None, TODAY), one.id)
        assert again.unchanged, one.id
        assert (again.finding.value, again.finding.low, again.finding.high) == (one.value, one.low, one.high)
        alone = recompute(syria.answers.case.snapshot.only(one.evidence), one.id).finding
        assert (alone.value, alone.low, alone.high, alone.id) == (one.value, one.low, one.high, one.id)


@pytest.fixture(scope="module")
def restricted(vetted_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The brief of a client on which some states restrict trade and others do not."""
    folder = tmp_path_factory.mktemp("law")
    source = {"id": "order", "title": "An order", "publisher": "A house", "published": "2011-08-18", "kind": "primary",
              "reliability": "A", "licence_class": "ship"}  # fmt: skip
    rules = [
        {"id": f"r-{code.lower()}", "instrument": "ORDER", "date": "2011-08-18", "sender": code, "target": "SYR",
         "binds": code, "authority": "autonomous", "kind": "ban", "direction": "both", "what": "oil",
         "status": "in force", "source": "order"}
        for code in SENDERS
    ]  # fmt: skip
    for name, rows in (("source", [source]), ("restriction", rules)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    resources = [{"name": name, "path": f"{name}.csv"} for name in ("source", "restriction")]
    (folder / "datapackage.json").write_text(json.dumps({"name": "law", "resources": resources}), encoding="utf-8")
    path = folder / "r.duckdb"
    path.write_bytes(vetted_world.read_bytes())
    with writable(path, create=False) as ledger:
        load_casebook(ledger, folder)
    return tell(path, "RUS SYR USA")


def test_the_json_of_loaded_briefs_follows_its_schema(syria: Told, restricted: Told) -> None:
    schema = json.loads((files("khasan.brief") / "brief.schema.json").read_text(encoding="utf-8"))
    for told in (syria, restricted):
        jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(brief_data(told.brief))))


def test_who_fell_and_who_rose_around_the_restrictions(restricted: Told) -> None:
    taken = restricted.answers.part("lifeline").parts["taken"]
    assert taken.senders == tuple(sorted(SENDERS))
    share: Finding = taken.of_patron
    assert share.method == "absorbed"
    assert share.low <= share.value <= share.high
    chart = restricted.chart("lifeline")
    assert chart.kind == "absorbed"
    assert draw(chart) is not None
    fell = {row["name"] for row in chart.data["rows"] if row["sender"]}
    others = {row["name"] for row in chart.data["rows"] if not row["sender"]}
    assert fell <= {restricted.answers.case.snapshot.actors.name(code) for code in SENDERS}
    assert "Russia" in others
    assert not {"Iraq", "Saudi Arabia"} & others  # both flows are suspect
    assert "90 percent interval" in restricted.text("lifeline")
    small = restricted.answers.case.snapshot.only(share.evidence)
    again = recompute(small, share.id).finding
    assert (again.value, again.low, again.high, again.id) == (share.value, share.low, share.high, share.id)


def test_a_vetted_share_is_what_the_measure_gives(restricted: Told) -> None:
    share = restricted.answers.part("dependence").parts["beside"]
    again = vetted_share(restricted.answers.case.snapshot, "SYR", "RUS", 2014, "Correlates of War")
    assert again is not None
    assert share.id == again.id
    assert share.value == again.value
