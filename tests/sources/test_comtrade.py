"""UN Comtrade: answers that are whole, flows that both sides report, areas that are no state."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import ACTORS, as_json, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources import comtrade
from khasan.sources.places import Placed, m49
from khasan.sources.trade_rows import flow_observations


def record(**changes: Any) -> dict[str, Any]:
    """Make one record as the interface sends it: China's imports from Argentina in 2010."""
    return {
        "typeCode": "C", "freqCode": "A", "refYear": 2010, "refMonth": 52, "period": "2010", "reporterCode": 156,
        "reporterISO": "CHN", "flowCode": "M", "partnerCode": 32, "partner2Code": 0, "classificationCode": "H3",
        "cmdCode": "TOTAL", "customsCode": "C00", "motCode": 0, "netWgt": None, "cifvalue": 6804128143.0,
        "fobvalue": None, "primaryValue": 6804128143.0, "isReported": True,
    } | changes  # fmt: skip


def answer(path: Path, *records: dict[str, Any], **changes: Any) -> Path:
    """Write an answer."""
    return as_json(
        path / "answer.json", {"elapsedTime": "0.1 secs", "count": len(records), "data": list(records)} | changes
    )


def flows(path: Path, *records: dict[str, Any]) -> Placed:
    """Read and map an answer."""
    return comtrade.trade_flows(comtrade.read_comtrade(answer(path, *records)), ACTORS)


def test_an_answer_is_read(tmp_path: Path) -> None:
    frame = comtrade.read_comtrade(answer(tmp_path, record(), record(period="201003", flowCode="X", cmdCode="2701")))
    assert frame.select("year", "month", "reporter", "partner", "flow", "goods", "value", "reported").rows() == [
        (2010, None, 156, 32, "M", None, 6804128143.0, True),
        (2010, 3, 156, 32, "X", "2701", 6804128143.0, True),
    ]


def test_both_sides_of_a_flow_stay_apart(tmp_path: Path) -> None:
    got = flows(
        tmp_path,
        record(),
        record(reporterCode=32, partnerCode=156, flowCode="X", primaryValue=5798866000.0, cifvalue=None),
    )
    assert got.rows.rows() == [
        ("ARG", "CHN", 2010, None, None, "exporter", "UN Comtrade", 5798.866),
        ("ARG", "CHN", 2010, None, None, "importer", "UN Comtrade", 6804.128143),
    ]
    assert got.message == ""


def test_parts_of_exports_and_imports_are_not_counted_again(tmp_path: Path) -> None:
    got = flows(tmp_path, record(), record(flowCode="RM", primaryValue=10.0), record(flowCode="RX", primaryValue=20.0))
    assert got.rows["value"].to_list() == [6804.128143]


def test_only_totals_over_procedure_transport_and_second_partner_are_read(tmp_path: Path) -> None:
    parts = [record(motCode=1000), record(customsCode="C05"), record(partner2Code=276)]
    assert comtrade.read_comtrade(answer(tmp_path, record(), *parts)).height == 1
    with pytest.raises(InputError, match="only parts"):
        comtrade.read_comtrade(answer(tmp_path, *parts))


def test_missing_is_never_zero(tmp_path: Path) -> None:
    got = flows(tmp_path, record(primaryValue=None), record(partnerCode=76, primaryValue=0.0))
    assert got.rows.select("exporter", "value").rows() == [("BRA", 0.0)]
    rows = flow_observations(got.rows, "comtrade", source="s")
    assert rows.select("value", "status", "basis").rows() == [(0.0, "doubtful", "mirror")]


@pytest.mark.parametrize(
    ("code", "year", "actor"),
    [
        (842, 2010, "USA"), (840, 2010, "USA"), (251, 2010, "FRA"), (699, 2010, "IND"), (757, 2010, "CHE"),
        (579, 2010, "NOR"), (643, 1992, "RUS"), (810, 1991, "SUN"), (276, 1995, "DEU"), (280, 1988, "COW:260"),
        (278, 1988, "DDR"), (891, 2003, "YUG"), (891, 2005, "SCG"), (410, 2010, "KOR"), (408, 2010, "PRK"),
        (729, 2013, "SDN"), (736, 2009, "SDN"),
    ],
)  # fmt: skip
def test_area_numbers_become_actors_in_time(tmp_path: Path, code: int, year: int, actor: str) -> None:
    got = flows(tmp_path, record(partnerCode=code, period=str(year)))
    assert got.rows["exporter"].to_list() == [actor]


@pytest.mark.parametrize(
    ("code", "year", "reason"),
    [
        (490, 2010, "Other Asia, not elsewhere specified: no single state"),
        (0, 2010, "the total of all partners"),
        (58, 1995, "Belgium and Luxembourg, before 1999: no single state"),
        (643, 1990, "Russia: the number is not used for 1990"),
        (810, 1995, "Soviet Union: the number is not used for 1995"),
        (304, 2010, "not an actor of this ledger"),
        (999, 2010, "an area number that is not in m49.csv"),
    ],
)
def test_areas_that_cannot_be_placed_are_set_aside_and_told(tmp_path: Path, code: int, year: int, reason: str) -> None:
    got = flows(tmp_path, record(partnerCode=code, period=str(year)), record(period=str(year)))
    assert got.rows["exporter"].to_list() == ["ARG"]
    assert got.set_aside["reason"].to_list() == [reason]
    assert got.message.startswith("1 rows set aside: ")


def test_an_actor_that_did_not_exist_in_the_period_is_set_aside(tmp_path: Path) -> None:
    got = flows(tmp_path, record(partnerCode=728, period="2008"))
    assert not got.rows.height
    assert got.set_aside["reason"].to_list() == ["did not exist in the period"]


def test_two_numbers_of_one_state_must_agree(tmp_path: Path) -> None:
    same = record(partnerCode=842, primaryValue=7e6), record(partnerCode=840, primaryValue=7e6)
    assert flows(tmp_path, *same).rows["value"].to_list() == [7.0]
    with pytest.raises(InputError, match=r"USA to CHN in 2010 \(all goods\) stands with two values"):
        flows(tmp_path, same[0], record(partnerCode=840, primaryValue=8e6))


def test_what_a_state_brings_back_is_no_flow(tmp_path: Path) -> None:
    assert not flows(tmp_path, record(partnerCode=156)).rows.height


@pytest.mark.parametrize("cap", [500, 100_000])
def test_an_answer_of_just_the_cap_was_cut_off(tmp_path: Path, cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comtrade, "CAPS", (3, 7))
    records = [record(partnerCode=code) for code in (32, 36, 76)]
    with pytest.raises(InputError, match="has 3 rows, as many as an answer may have"):
        comtrade.read_comtrade(answer(tmp_path, *records))
    assert comtrade.read_comtrade(answer(tmp_path, *records), cap=cap).height == 3
    assert comtrade.read_comtrade(answer(tmp_path, *records[:2])).height == 2


def test_the_caps_are_those_of_the_publisher() -> None:
    assert comtrade.CAPS == (500, 100_000, 250_000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flowCode": "Z"}, "flowCode: 'Z' is not among M, X"),
        ({"primaryValue": -1.0}, "a negative value, reporter 156, partner 32, 2010"),
        ({"primaryValue": "much"}, "primaryValue: 'much' is no number"),
        ({"period": "2010Q1"}, "period: '2010Q1' is no year or month"),
        ({"period": "201013"}, "is no year or month"),
        ({"reporterCode": None}, "reporterCode: missing"),
        ({"partnerCode": "W00"}, "partnerCode: 'W00' is no area number"),
    ],
)
def test_a_record_that_is_wrong_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        comtrade.read_comtrade(answer(tmp_path, record(**changes)))
    assert said in str(error.value)
    assert "answer.json" in str(error.value)


def test_a_record_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1 rows stand more than once, the first year 2010, reporter 156, partner 32"):
        comtrade.read_comtrade(answer(tmp_path, record(), record(primaryValue=1.0)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"count": 2, "data": [{"period": "20', "damaged or was cut off"),
        ("<html>busy</html>", "a page or XML, not JSON"),
        ('{"error": "Invalid partnerCode"}', r"not an answer with data \(Invalid partnerCode\)"),
        ("[1, 2]", "not an answer with data"),
        ('{"count": 5, "data": []}', "0 of 5 rows"),
        ('{"count": 1, "data": [7]}', "a record is no object"),
        ('{"count": 1, "data": [NaN]}', "NaN"),
        ("", "empty"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        comtrade.read_comtrade(written(tmp_path / "answer.json", text))


def test_another_encoding_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = written(tmp_path / "answer.json", '{"data": ["Côte"]}', "latin-1")
    with pytest.raises(InputError, match="not UTF-8"):
        comtrade.read_comtrade(path)
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        comtrade.read_comtrade(tmp_path / "none.json")


def test_rows_pass_the_checks_of_a_ledger(tmp_path: Path) -> None:
    got = flows(
        tmp_path, record(), record(cmdCode="2701"), record(cmdCode="8517"), record(period="201002", cmdCode="27")
    )
    rows = flow_observations(got.rows, "comtrade", source="comtrade-2024-05-01", credibility=2)
    held = loaded("comtrade", "2024-05-01", observation=rows)["observation"].sort("id")
    assert held.select("id", "series", "start", "end", "value", "unit", "basis").rows() == [
        (
            "comtrade-2010-02-27-arg-chn-importer", "fuel_export", date(2010, 2, 1), date(2010, 2, 28),
            6804.128143, "USD million", "mirror",
        ),
        (
            "comtrade-2010-2701-arg-chn-importer", "coal_export", date(2010, 1, 1), date(2010, 12, 31),
            6804.128143, "USD million", "mirror",
        ),
        (
            "comtrade-2010-total-arg-chn-importer", "goods_export", date(2010, 1, 1), date(2010, 12, 31),
            6804.128143, "USD million", "mirror",
        ),
    ]  # fmt: skip


# -- requests -----------------------------------------------------------------------------------------------------

codes = st.lists(st.integers(1, 999).map(str), min_size=1, max_size=40, unique=True)
QUESTION = {"reporter": "643", "partner": "408", "period": "2015", "goods": "TOTAL", "flow": "M,X", "frequency": "A"}


@given(codes, codes, codes, st.sampled_from(["TOTAL", "27,2709", "AG2"]), st.sampled_from([500, 100_000]))
def test_requests_ask_for_everything_once_within_the_cap(
    reporters: list[str], partners: list[str], periods: list[str], goods: str, cap: int
) -> None:
    question = QUESTION | {
        "reporter": ",".join(reporters), "partner": ",".join(partners), "period": ",".join(periods), "goods": goods
    }  # fmt: skip
    asked = list(comtrade.requests(question, cap))
    each = sum(comtrade.GOODS_IN_LEVEL.get(code, 1) for code in goods.split(",")) * 2
    seen = [
        (one["reporter"], partner, period)
        for one in asked
        for partner in one["partner"].split(",")
        for period in one["period"].split(",")
    ]
    assert sorted(seen) == sorted((a, b, c) for a in reporters for b in partners for c in periods)
    for one in asked:
        assert each * len(one["partner"].split(",")) * len(one["period"].split(",")) < cap
        assert len(one["period"].split(",")) <= 12
        assert (one["goods"], one["frequency"], one["flow"]) == (goods, "A", "M,X")


def test_a_question_that_no_request_can_ask_is_refused() -> None:
    with pytest.raises(InputError, match="2,600 rows for one period"):
        list(comtrade.requests(QUESTION | {"goods": "AG4"}, 500))
    with pytest.raises(InputError, match="640 rows"):
        list(comtrade.requests(QUESTION | {"partner": "all"}, 500))
    assert len(list(comtrade.requests(QUESTION | {"partner": "all"}, 100_000))) == 1


# -- the numbers of areas -----------------------------------------------------------------------------------------


def test_every_state_of_today_has_a_number() -> None:
    states = ACTORS.filter((pl.col("kind") == "state") & pl.col("valid_to").is_null())["id"]
    assert set(states) - set(m49()["actor"].drop_nulls()) == {"MCO"}  # 492 means a residual of Europe in Comtrade


def test_a_number_names_one_actor_at_a_time() -> None:
    spans = m49().with_columns(pl.col("first_year").fill_null(0), pl.col("last_year").fill_null(9999))
    doubled = spans.filter(pl.col("code").is_duplicated()).sort("code", "first_year")
    assert (doubled["first_year"].shift(-1) > doubled["last_year"]).head(doubled.height - 1).all()
    assert spans.filter(pl.col("kind").is_in(["group", "residual", "world"]))["actor"].null_count() > 20
