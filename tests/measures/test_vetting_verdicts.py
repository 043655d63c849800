"""Verdicts and shares on made-up worlds: each reason once, every flow from both sides, and bounds that hold."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.measures.vetting import vet, vetted_share

STATES = [f"S{number:02d}" for number in range(12)]
YEARS = range(1980, 2011)
NOBODY = pl.DataFrame(schema={"one": pl.String, "other": pl.String, "grade": pl.Float64})


def flow_at(exporter: str, importer: str, year: int) -> float:
    """Quiet trade around 20 million that no two flows share."""
    place = STATES.index(exporter) * 12 + STATES.index(importer)
    return round(20.0 + (place * 7 + year * 13 * (place % 5 + 1)) % 9)


def world(changes: dict[tuple[str, str, int], float] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Flows of a quiet world, some of them changed, and an expectation of 20 million for all."""
    rows = [
        (a, b, year, (changes or {}).get((a, b, year), flow_at(a, b, year)))
        for a, b in itertools.permutations(STATES, 2)
        for year in YEARS
    ]
    flows = pl.DataFrame(rows, schema=["exporter", "importer", "year", "value"], orient="row")
    return flows, flows.select("exporter", "importer", "year", expected=pl.lit(20.0))


def suspect_rows(*given: Any, **named: Any) -> list[tuple[str, str, int, str, str]]:
    rows = vet(*given, **named).filter("suspect")
    words = pl.col("client", "partner", "direction", "reason").cast(pl.String)
    return list(rows.with_columns(words).select("client", "partner", "year", "direction", "reason").iter_rows())


def test_a_quiet_world_has_no_suspects_and_every_flow_is_a_row_of_both_its_states() -> None:
    flows, expected = world()
    vetted = vet(flows, expected)
    assert vetted.height == 2 * flows.height
    assert not vetted["suspect"].any()
    assert vetted["reason"].null_count() == vetted.height
    one = vetted.filter((pl.col("year") == 2000) & pl.col("client").is_in(["S01"]) & pl.col("partner").is_in(["S04"]))
    assert dict(zip(one["direction"], one["value"], strict=True)) == {
        "export": flow_at("S01", "S04", 2000),
        "import": flow_at("S04", "S01", 2000),
    }


def test_a_hundredfold_leap_and_back_is_implausible_for_both_sides() -> None:
    flows, expected = world({("S01", "S04", 1995): 20_000.0})
    assert suspect_rows(flows, expected, NOBODY) == [
        ("S01", "S04", 1995, "export", "implausible"),
        ("S04", "S01", 1995, "import", "implausible"),
    ]


def test_without_an_expectation_the_reason_is_unknown() -> None:
    flows, expected = world({("S01", "S04", 1995): 20_000.0})
    silent = expected.filter((pl.col("exporter") != "S01") | (pl.col("importer") != "S04"))
    assert {row[4] for row in suspect_rows(flows, silent, NOBODY)} == {"unknown"}


def test_a_leap_that_stays_is_not_suspect() -> None:
    flows, expected = world({("S01", "S04", year): 20_000.0 for year in range(1995, 2011)})
    assert suspect_rows(flows, expected, NOBODY) == []


def test_a_path_that_a_crowd_shares_is_extrapolated_where_gravity_does_not_support_it() -> None:
    path = (2000.0, 2620.0, 2280.0, 2918.0, 3268.0)
    crowd = [(STATES[k], STATES[k + 1]) for k in range(0, 8)]
    flows, expected = world({(a, b, 2006 + n): value for a, b in crowd for n, value in enumerate(path)})
    rows = suspect_rows(flows, expected, NOBODY, clients=["S03"])
    extrapolated = {(row[1], row[2], row[3]) for row in rows if row[4] == "extrapolated"}
    assert {("S04", year, "export") for year in range(2007, 2011)} <= extrapolated
    assert all(row[4] == "extrapolated" for row in rows if row[2] > 2006)
    # At a size that gravity supports, being carried on is told and not held against a flow.
    small = pl.col("expected") * 100
    told = vet(flows, expected.with_columns(
        pl.when((pl.col("exporter") == "S03") & (pl.col("importer") == "S04")).then(small).otherwise("expected")
        .alias("expected")), NOBODY, clients=["S03"])  # fmt: skip
    row = told.filter((pl.col("partner") == "S04") & (pl.col("year") == 2009) & (pl.col("direction") == "export"))
    assert row.select("carried_on", "suspect").row(0) == (True, False)


def test_what_a_second_compiler_does_not_know_is_uncorroborated() -> None:
    flows, expected = world({("S01", "S04", 1995): 400.0})
    assert suspect_rows(flows, expected, NOBODY) == []
    second, _ = world()
    knows_none = second.filter((pl.col("exporter") != "S01") | (pl.col("importer") != "S04"))
    assert {row[4] for row in suspect_rows(flows, expected, NOBODY, second=knows_none)} == {"uncorroborated"}
    assert suspect_rows(flows, expected, NOBODY, second=flows) == []
    # A compiler that has nothing at all on a client contradicts nobody.
    elsewhere = second.filter(~pl.any_horizontal(pl.col("exporter", "importer").is_in(["S01", "S04"])))
    assert suspect_rows(flows, expected, NOBODY, second=elsewhere) == []


def planted(share: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """S00 gets a share of what eight states buy from its large namesake S11, from 1990 to 1996."""
    large = {("S11", b, year): flow_at("S11", b, year) * 60 for b in STATES[:11] for year in YEARS}
    given = {
        ("S00", b, year): round(flow_at("S00", b, year) + share * large["S11", b, year])
        for b in STATES[1:9]
        for year in range(1990, 1997)
    }
    return world(large | given)


def test_planted_trade_of_a_namesake_is_found_with_its_name_and_only_there() -> None:
    flows, expected = planted(0.5)
    pair = pl.DataFrame({"one": ["S00"], "other": ["S11"]})
    rows = vet(flows, expected, pair).filter("suspect")
    found = {(str(p), y) for p, y, c in rows.select("partner", "year", "client").iter_rows() if str(c) == "S00"}
    truth = {(b, year) for b in STATES[1:9] for year in range(1990, 1997)}
    assert len(found & truth) >= 0.9 * len(truth)
    assert found <= truth
    assert set(rows["client"].cast(pl.String)) == {"S00"}  # the namesake and the partners are not accused
    assert set(rows["namesake"].cast(pl.String)) == {"S11"}
    assert suspect_rows(flows, expected, NOBODY) == []


def drowned(years: range) -> tuple[pl.DataFrame, pl.DataFrame]:
    """With five partners S00 has eight times what gravity expects, year in, year out, and S11 eighty times."""
    large = {("S11", b, year): flow_at("S11", b, year) * 80 for b in STATES[1:11] for year in YEARS}
    large |= {(b, "S11", year): flow_at(b, "S11", year) * 80 for b in STATES[1:11] for year in YEARS}
    given = {("S00", b, year): flow_at("S00", b, year) * 8 for b in STATES[1:6] for year in years}
    given |= {(b, "S00", year): flow_at(b, "S00", year) * 8 for b in STATES[1:6] for year in years}
    return world(large | given)


def test_a_state_that_drowns_in_the_trade_of_one_of_its_name_is_told_without_any_jump() -> None:
    flows, expected = drowned(YEARS)
    pair = pl.DataFrame({"one": ["S00"], "other": ["S11"], "grade": [1.0]})
    rows = suspect_rows(flows, expected, pair, clients=["S00"])
    assert {(row[1], row[4]) for row in rows} == {(b, "namesake") for b in STATES[1:6]}
    inner = {row[2] for row in rows}
    assert set(range(1985, 2006)) <= inner  # at the ends of the data eleven years hold fewer than a hundred flows


def test_nobody_drowns_in_a_state_that_is_only_spelled_alike_or_for_a_few_years() -> None:
    flows, expected = drowned(YEARS)
    pair = pl.DataFrame({"one": ["S00"], "other": ["S11"], "grade": [0.8]})
    assert suspect_rows(flows, expected, pair, clients=["S00"]) == []
    few, expected = drowned(range(1990, 1993))
    same = pl.DataFrame({"one": ["S00"], "other": ["S11"], "grade": [1.0]})
    by_rule = [row for row in suspect_rows(few, expected, same, clients=["S00"]) if row[2] not in range(1990, 1993)]
    assert by_rule == []


@pytest.mark.parametrize("clients", [["S00"], ["S00", "S07"], []])
def test_vetting_some_clients_gives_the_rows_of_vetting_all(clients: list[str]) -> None:
    flows, expected = planted(0.5)
    pair = pl.DataFrame({"one": ["S00"], "other": ["S11"]})
    some = vet(flows, expected, pair, clients=clients)
    every = vet(flows, expected, pair).filter(pl.col("client").cast(pl.String).is_in(clients))
    assert some.equals(every)


def test_a_flow_that_stands_twice_is_refused() -> None:
    flows, expected = world()
    with pytest.raises(InputError, match=r"S00 to S01 .* stands twice"):
        vet(pl.concat([flows, flows.head(1)]), expected)


def test_a_missing_column_is_named_and_an_empty_frame_gives_an_empty_one() -> None:
    flows, expected = world()
    with pytest.raises(InputError, match="expected, column expected"):
        vet(flows, flows)
    none = vet(flows.clear(), expected)
    assert none.is_empty()
    assert none.columns == vet(flows, expected).columns


VETTED = pl.DataFrame(
    [
        ("AAA", "BBB", 2000, "export", 30.0, False),
        ("AAA", "BBB", 2000, "import", 20.0, True),
        ("AAA", "CCC", 2000, "export", 40.0, False),
        ("AAA", "DDD", 2000, "import", 10.0, True),
        ("AAA", "BBB", 2001, "export", 5.0, True),
    ],
    schema=["client", "partner", "year", "direction", "value", "suspect"],
    orient="row",
)


def test_a_vetted_share_by_hand() -> None:
    share = vetted_share(VETTED, "AAA", "BBB", 2000)
    assert share is not None
    assert share.share == pytest.approx(30 / 70)
    assert share.as_reported == pytest.approx(50 / 100)
    assert share.low == pytest.approx(30 / 80)
    assert share.high == pytest.approx(50 / 90)
    assert (share.total, share.total_as_reported, share.trade) == (70, 100, 30)
    assert share.flags["partner"].to_list() == ["BBB", "DDD"]


def test_a_direction_and_partners_left_out() -> None:
    exports = vetted_share(VETTED, "AAA", "BBB", 2000, flow="export")
    assert exports is not None
    assert exports.share == exports.as_reported == pytest.approx(30 / 70)
    without = vetted_share(VETTED, "AAA", "BBB", 2000, without=("CCC",))
    assert without is not None
    assert without.as_reported == pytest.approx(50 / 60)


def test_no_record_is_no_share_and_nothing_left_is_no_share() -> None:
    assert vetted_share(VETTED, "AAA", "EEE", 2000) is None
    left = vetted_share(VETTED, "AAA", "BBB", 2001)
    assert left is not None
    assert (left.share, left.as_reported) == (None, 1.0)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["BBB", "CCC", "DDD"]), st.floats(0.1, 1e4), st.booleans()), min_size=1, max_size=7
    )
)
def test_every_way_of_keeping_or_dropping_suspects_lies_within_the_bounds(flows: list[tuple[str, float, bool]]) -> None:
    rows = [("AAA", p, 2000, "export", value, suspect) for p, value, suspect in flows] + [
        ("AAA", "BBB", 2000, "import", 1.0, False)
    ]
    share = vetted_share(pl.DataFrame(rows, schema=VETTED.schema, orient="row"), "AAA", "BBB", 2000)
    assert share is not None
    assert share.low is not None
    assert share.high is not None
    doubtful = [row for row in rows if row[5]]
    for kept in itertools.product((False, True), repeat=len(doubtful)):
        chosen = [row for row in rows if not row[5]] + [row for row, keep in zip(doubtful, kept, strict=True) if keep]
        value = sum(row[4] for row in chosen if row[1] == "BBB") / sum(row[4] for row in chosen)
        assert share.low - 1e-9 <= value <= share.high + 1e-9


def test_a_run_that_was_carried_on_has_one_score() -> None:
    """Pairs that grow at one rate for years, far above gravity, have one score in all of them."""
    pairs = list(itertools.pairwise(STATES))[:10]
    changes = {(one, other, year): 9000.0 * 1.1 ** (year - 1998) for one, other in pairs for year in range(1998, 2005)}
    flows, expected = world(changes)
    rows = vet(flows, expected).filter(pl.col("carried_on")).with_columns(pl.col("client", "partner").cast(pl.String))
    assert rows.height
    runs = rows.group_by("client", "partner", "direction").agg(pl.col("score").n_unique().alias("scores"))
    assert set(runs["scores"]) == {1}
    assert (rows["score"] > 0).any()
