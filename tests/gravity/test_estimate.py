"""Structural gravity: coefficients by hand, against an estimator of our own, and what is said where there are none."""

from __future__ import annotations

import sys
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from khasan.gravity.estimate.panel import agreement_spells, alliance_spells, make_panel
from khasan.gravity.estimate.poisson import estimate
from khasan.gravity.estimate.sanctions import depth_of, sanction_spells, sanctions_of
from khasan.gravity.estimate.spells import with_spells
from khasan.ledger.actors import Actor, Actors
from khasan.ledger.errors import InputError

pytest.importorskip("pyfixest", reason="the extra gravity is not installed")

Floats = NDArray[np.float64]


def made_panel(seed: int, countries: int = 5, years: int = 4, noise: float = 0.5, effect: float = 0.4) -> pl.DataFrame:
    """Make trade with effects of exporters, importers and pairs, and a measure that comes and goes."""
    random = np.random.default_rng(seed)
    names = [f"c{place}" for place in range(countries)]
    sold, bought = random.normal(0, 1, (2, countries, years))
    pair = random.normal(0, 1, (countries, countries))
    rows = []
    for i, exporter in enumerate(names):
        for j, importer in enumerate(names):
            if i == j:
                continue
            for year in range(years):
                on = float(random.random() < 0.4)
                mean = np.exp(sold[i, year] + bought[j, year] + pair[i, j] + effect * on)
                value = mean * np.exp(noise * random.normal())
                rows.append((exporter, importer, 2000 + year, float(value), on))
    return pl.DataFrame(rows, schema=["exporter", "importer", "year", "value", "measure"], orient="row")


def by_dummies(panel: pl.DataFrame, regressor: str) -> tuple[float, float]:
    """Estimate with a dummy for every effect, and errors clustered by pair: the textbook way."""
    effects = [("exporter", "year"), ("importer", "year"), ("exporter", "importer")]
    dummies = [panel.select(pl.concat_str(by, separator="|")).to_series().to_dummies().to_numpy() for by in effects]
    design = np.column_stack([panel[regressor].to_numpy(), *dummies]).astype(float)
    trade = panel["value"].to_numpy()
    beta = np.zeros(design.shape[1])
    mean = (trade + trade.mean()) / 2.0
    for _ in range(200):
        before = beta[0]
        root = np.sqrt(mean)
        target = np.log(mean) + (trade - mean) / mean
        beta = np.linalg.lstsq(root[:, None] * design, root * target, rcond=None)[0]
        mean = np.exp(design @ beta)
        if abs(beta[0] - before) < 1e-13:
            break
    bread = np.linalg.pinv(design.T @ (mean[:, None] * design))
    pairs = panel.select(pl.struct("exporter", "importer").rank("dense")).to_series().to_numpy()
    scores = np.stack([(design * (trade - mean)[:, None])[pairs == one].sum(axis=0) for one in np.unique(pairs)])
    clusters = len(scores)
    spread = bread @ (scores.T @ scores) @ bread * clusters / (clusters - 1)
    return float(beta[0]), float(np.sqrt(spread[0, 0]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coefficient_and_error_are_those_of_the_textbook(seed: int) -> None:
    panel = made_panel(seed)
    found = estimate(panel, ["measure"])
    coefficient, error = by_dummies(panel, "measure")
    assert found.coefficient("measure") == pytest.approx(coefficient, abs=1e-7)
    row = found.terms.row(0, named=True)
    assert row["standard_error"] == pytest.approx(error, rel=1e-5)
    assert row["low"] == pytest.approx(coefficient - 1.959964 * error, abs=1e-6)
    assert row["high"] == pytest.approx(coefficient + 1.959964 * error, abs=1e-6)
    assert (row["observations"], row["clusters"]) == (80, 20)


def test_with_two_countries_and_years_it_is_the_ratio_of_ratios() -> None:
    """With nothing but one cell to explain, the coefficient is the logarithm of what that cell is too large by."""
    cells = [(a, b, year) for a in "AB" for b in "CD" for year in (2000, 2001)]
    values = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0 * 3.0]
    panel = pl.DataFrame(
        [(*cell, value, float(cell == ("B", "D", 2001))) for cell, value in zip(cells, values, strict=True)],
        schema=["exporter", "importer", "year", "value", "on"],
        orient="row",
    )
    by_hand = np.log((57.0 / 17.0) / (13.0 / 11.0) / ((7.0 / 5.0) / (3.0 / 2.0)))
    assert estimate(panel, ["on"]).coefficient("on") == pytest.approx(by_hand, abs=1e-7)


@given(seed=st.integers(0, 10**6), effect=st.floats(-2, 2), scale=st.floats(1e-3, 1e3))
@settings(max_examples=10)
def test_without_noise_the_effect_is_found_in_any_money(seed: int, effect: float, scale: float) -> None:
    panel = made_panel(seed, noise=0.0, effect=effect).with_columns(pl.col("value") * scale)
    assert estimate(panel, ["measure"]).coefficient("measure") == pytest.approx(effect, abs=1e-5)


def test_what_is_not_identified_is_named_with_the_reason() -> None:
    panel = made_panel(4).with_columns(
        twice=pl.col("measure") * 2,
        neighbours=((pl.col("exporter") == "c0") & (pl.col("importer") == "c1")).cast(pl.Float64),
        world=(pl.col("year") >= 2002).cast(pl.Float64),
    )
    found = estimate(panel, ["measure", "twice", "neighbours", "world"])
    assert found.terms["term"].to_list() == ["measure"]
    assert set(found.left_out) == {"twice", "neighbours", "world"}
    assert "within any pair" in found.left_out["neighbours"]
    assert "fixed effects" in found.left_out["world"]


def test_what_stopped_trade_altogether_has_no_coefficient_and_leaves_the_others_alone() -> None:
    panel = made_panel(4)
    stopped = (pl.col("exporter") == "c0") & (pl.col("importer") == "c1") & (pl.col("year") >= 2002)
    cut = panel.with_columns(embargo=stopped.cast(pl.Float64), value=pl.when(stopped).then(0.0).otherwise("value"))
    found = estimate(cut, ["embargo", "measure"])
    assert found.terms["term"].to_list() == ["measure"]
    assert "without end" in found.left_out["embargo"]
    assert found.coefficient("measure") == pytest.approx(by_dummies(panel.filter(~stopped), "measure")[0], abs=1e-6)
    assert (found.dropped, found.zeros) == (2, 2)
    with pytest.raises(InputError, match="without end"):
        estimate(cut, ["embargo"])


def only(*cells: tuple[str, str, int]) -> pl.DataFrame:
    """Return rising trade in some cells, and a measure in every other one."""
    return pl.DataFrame(
        [(*cell, 1.0 + place, float(place % 2)) for place, cell in enumerate(cells)],
        schema=["exporter", "importer", "year", "value", "measure"],
        orient="row",
    )


ONE_YEAR = made_panel(1).filter(pl.col("year") == 2001)
NOTHING = {
    "a single flow": only(("A", "B", 2000)),
    "a single pair": only(*(("A", "B", year) for year in range(2000, 2006))),
    "a single exporter": only(*(("A", other, year) for other in "BCD" for year in range(2000, 2004))),
    "both ways of one pair": only(*((a, b, year) for a, b in ("AB", "BA") for year in range(2000, 2004))),
    "a year to each pair": only(*((f"a{place}", f"b{place}", 2000 + place) for place in range(8))),
    "trade on one of two flows": only(
        *((a, b, year) for a, b in ("AC", "AD", "BC", "BD") for year in (2000, 2001))
    ).with_columns(value=pl.when((pl.col("exporter") == "A") & (pl.col("importer") == "C")).then(1.0).otherwise(0.0)),
}


@pytest.mark.parametrize("name", list(NOTHING))
@pytest.mark.parametrize("effects", ["three-way", "two-way"])
def test_what_the_effects_take_up_wholly_is_refused_and_does_not_end_the_process(name: str, effects: str) -> None:
    with pytest.raises(InputError, match=r"nothing is left to estimate on|two years or more|no regressor has"):
        estimate(NOTHING[name], ["measure"], effects=effects)


def test_one_year_is_too_little_for_effects_of_the_pair_and_enough_without() -> None:
    with pytest.raises(InputError, match="two years or more, and only 2001 is left; take more years, or --effects two"):
        estimate(ONE_YEAR, ["measure"])
    assert estimate(ONE_YEAR, ["measure"], effects="two-way").terms["term"].to_list() == ["measure"]


def test_without_effects_of_the_pair_they_are_not_blamed() -> None:
    panel = made_panel(1).with_columns(size=pl.col("exporter").str.slice(1).cast(pl.Float64))
    found = estimate(panel, ["measure", "size"], effects="two-way")
    assert found.left_out["size"] == "cannot be told apart from the fixed effects or the other regressors"


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e300])
def test_no_money_is_too_small_or_too_large(scale: float) -> None:
    one = estimate(made_panel(1), ["measure"])
    other = estimate(made_panel(1).with_columns(pl.col("value") * scale), ["measure"])
    for column in ("estimate", "standard_error", "low", "high", "p"):
        assert other.terms.item(0, column) == pytest.approx(one.terms.item(0, column), abs=1e-6)


def test_a_measure_may_be_true_or_false() -> None:
    panel = made_panel(1)
    found = estimate(panel.with_columns(pl.col("measure") > 0), ["measure"])
    assert found.coefficient("measure") == pytest.approx(estimate(panel, ["measure"]).coefficient("measure"))


def test_it_prints_as_a_published_table_and_as_json() -> None:
    found = estimate(made_panel(1), ["measure"], caveats=["made up"], parameters={"compiler": "none"})
    lines = str(found).splitlines()
    row = found.terms.row(0, named=True)
    assert any(line.startswith("measure") and f"{row['estimate']:.3f}" in line for line in lines)
    assert any(line.strip() == f"({row['standard_error']:.3f})" for line in lines)
    said = found.as_dict()
    assert said["terms"][0]["term"] == "measure"
    assert (said["unit"], said["compiler"], said["caveats"]) == ("log points", "none", ["made up"])
    percent = 100 * (np.exp(row["estimate"]) - 1)
    assert found.rows()[0]["percent"] == pytest.approx(percent)


def test_without_pyfixest_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    with pytest.raises(InputError, match=r"khasan\[gravity\]"):
        estimate(made_panel(1), ["measure"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pl.lit(-1.0).alias("value"), "is -1"),
        (pl.lit(float("nan")).alias("value"), "no finite number"),
        (pl.lit(None, dtype=pl.Float64).alias("measure"), "empty"),
        (pl.lit(2000).alias("year"), "twice"),
        (pl.lit(0.0).alias("value"), "no trade above 0"),
        (pl.lit("much").alias("measure"), "must hold numbers"),
    ],
)
def test_a_faulty_panel_is_refused(change: pl.Expr, message: str) -> None:
    with pytest.raises(InputError, match=message):
        estimate(made_panel(1).with_columns(change), ["measure"])


def test_nothing_identified_and_unknown_words_are_refused() -> None:
    panel = made_panel(1)
    with pytest.raises(InputError, match=r"no regressor has a coefficient \(world: cannot be told apart"):
        estimate(panel.with_columns(world=(pl.col("year") > 2001).cast(pl.Float64)), ["world"])
    with pytest.raises(InputError, match="two-way"):
        estimate(panel, ["measure"], effects="four-way")
    with pytest.raises(InputError, match="name at least one"):
        estimate(panel, [])


# -- spells ------------------------------------------------------------------------------------------------------------


def spell(start: date, end: date | None, name: str = "on", **more: int) -> dict[str, object]:
    return {"regressor": name, "exporter": "A", "importer": "B", "start": start, "end": end, **more}


def years_on(rows: pl.DataFrame, name: str) -> list[int]:
    return rows.filter((pl.col(name) == 1) & (pl.col("exporter") == "A"))["year"].to_list()


FLOWS = pl.DataFrame(
    [(a, b, year, 1.0) for a, b in (("A", "B"), ("B", "A")) for year in range(2000, 2007)],
    schema=["exporter", "importer", "year", "value"],
    orient="row",
)


def test_a_spell_counts_in_years_in_whose_middle_it_is_in_force() -> None:
    cases = [
        (date(2002, 7, 1), date(2003, 7, 1), [2002, 2003]),
        (date(2002, 7, 2), date(2003, 6, 30), []),
        (date(2002, 1, 1), date(2002, 12, 31), [2002]),
        (date(2004, 3, 1), None, [2004, 2005, 2006]),
        (date(1990, 1, 1), date(2000, 12, 31), [2000]),
    ]
    for start, end, expected in cases:
        spells = pl.DataFrame([spell(start, end)], schema_overrides={"end": pl.Date})
        rows, names = with_spells(FLOWS, spells)
        assert names == ["on"]
        assert years_on(rows, "on") == expected, (start, end)
        assert rows.filter(pl.col("exporter") == "B")["on"].sum() == 0


def test_leads_and_lags_are_read_off_the_spell_and_lose_no_year() -> None:
    rows, names = with_spells(FLOWS, pl.DataFrame([spell(date(2006, 1, 1), date(2008, 12, 31))]), [2, 1], [1, 3])
    assert names == ["on lead 2", "on lead 1", "on", "on lag 1", "on lag 3"]
    assert rows.height == FLOWS.height
    assert years_on(rows, "on") == [2006]
    assert years_on(rows, "on lead 1") == [2005, 2006]
    assert years_on(rows, "on lead 2") == [2004, 2005, 2006]
    assert years_on(rows, "on lag 1") == []
    earlier = with_spells(FLOWS, pl.DataFrame([spell(date(1998, 1, 1), date(1999, 12, 31))]), [], [1, 3])[0]
    assert years_on(earlier, "on lag 1") == [2000]
    assert years_on(earlier, "on lag 3") == [2001, 2002]


def test_a_lead_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="lead 0"):
        with_spells(FLOWS, pl.DataFrame([spell(date(2001, 1, 1), date(2002, 1, 1))]), [0])


def sanctions() -> pl.DataFrame:
    columns = ["sender", "target", "start", "end", "direction", "depth"]
    return pl.DataFrame(
        [
            ("B", "A", date(2001, 1, 1), None, "export", "partial"),
            ("B", "A", date(2003, 1, 1), date(2004, 12, 31), "both", "full"),
        ],
        schema=columns,
        orient="row",
    )


def test_directions_are_seen_from_the_target_and_the_deepest_counts() -> None:
    rows, names = with_spells(FLOWS, sanction_spells(sanctions(), ("depth", "direction")))
    assert set(names) == {"sanction:partial:export", "sanction:full:export", "sanction:full:import"}
    assert years_on(rows, "sanction:partial:export") == [2001, 2002, 2005, 2006]
    assert years_on(rows, "sanction:full:export") == [2003, 2004]
    imports = rows.filter((pl.col("sanction:full:import") == 1) & (pl.col("exporter") == "B"))
    assert imports["year"].to_list() == [2003, 2004]
    together, names = with_spells(FLOWS, sanction_spells(sanctions()))
    assert names == ["sanction"]
    assert years_on(together, "sanction") == [2001, 2002, 2003, 2004, 2005, 2006]
    assert with_spells(FLOWS, sanction_spells(sanctions(), ("sender",)))[1] == ["sanction:B"]


def test_sanctions_with_unknown_words_are_refused() -> None:
    with pytest.raises(InputError, match="direction: 'sideways'"):
        sanction_spells(sanctions().with_columns(direction=pl.lit("sideways")))
    with pytest.raises(InputError, match="depth: 'deep'"):
        sanction_spells(sanctions().with_columns(depth=pl.lit("deep")))
    with pytest.raises(InputError, match="column depth: missing"):
        sanction_spells(sanctions().drop("depth"))
    with pytest.raises(InputError, match="split 'colour'"):
        sanction_spells(sanctions(), ("colour",))


def test_restrictions_become_sanctions_of_each_state_that_they_bind() -> None:
    bloc = Actor("BLC", "Bloc", "bloc", None, None, None, ("B", "C"), ())
    actors = Actors({"BLC": bloc})
    table = pl.DataFrame(
        [
            ("BLC", "A", date(2001, 1, 1), None, None, "ban", "export", "coal"),
            ("ORG", "A", date(2002, 1, 1), None, "all members", "cap", "import;finance", "oil"),
            ("D", "A", date(2003, 1, 1), date(2004, 1, 1), None, "ban", "both", "All goods"),
            ("D", "A", date(2003, 1, 1), None, None, "ban", "shipping", "port calls"),
        ],
        schema={
            "sender": pl.String, "target": pl.String, "date": pl.Date, "until": pl.Date, "binds": pl.String,
            "kind": pl.String, "direction": pl.String, "what": pl.String,
        },
        orient="row",
    )  # fmt: skip
    found = sanctions_of(table, actors, ["A", "B", "C", "D"])
    assert sorted(found.select("by", "sender", "direction", "depth").rows()) == [
        ("BLC", "B", "export", "partial"),
        ("BLC", "C", "export", "partial"),
        ("D", "D", "export", "full"),
        ("D", "D", "import", "full"),
        ("ORG", "B", "import", "partial"),
        ("ORG", "C", "import", "partial"),
        ("ORG", "D", "import", "partial"),
    ]
    assert sanction_spells(found, ("sender",))["regressor"].unique().sort().to_list() == [
        "sanction:BLC", "sanction:D", "sanction:ORG",
    ]  # fmt: skip


def test_depth_follows_the_table() -> None:
    assert depth_of("ban", "all goods except food") == "full"
    assert depth_of("ban", "arms") == "partial"
    assert depth_of("listing", "all goods") == "listing"
    with pytest.raises(InputError, match="no depth known"):
        depth_of("frown", "all goods")


# -- panels ------------------------------------------------------------------------------------------------------------


def test_a_panel_takes_years_and_zeros_as_asked_and_says_so() -> None:
    flows = FLOWS.with_columns(value=pl.when(pl.col("year") == 2002).then(0.0).otherwise("value"))
    both = pl.DataFrame(
        [("A", "B", "treaty", date(2003, 1, 1), None)],
        schema={"one": pl.String, "other": pl.String, "kind": pl.String, "start": pl.Date, "end": pl.Date},
        orient="row",
    )
    kept = make_panel(flows, [agreement_spells(both)], every=2, last=2006)
    assert kept.rows["year"].unique().sort().to_list() == [2000, 2002, 2004, 2006]
    assert kept.regressors == ("treaty",)
    assert kept.rows["treaty"].sum() == 4
    assert any("2 of 8 flows are a recorded 0" in line for line in kept.caveats)
    left = make_panel(flows, [agreement_spells(both)], zeros="left-out", first=2001)
    assert left.rows["year"].unique().sort().to_list() == [2001, 2003, 2004, 2005, 2006]
    assert any("2 recorded zeros are left out" in line for line in left.caveats)
    with pytest.raises(InputError, match="no trade recorded"):
        make_panel(flows, first=2050)
    with pytest.raises(InputError, match="every 0"):
        make_panel(flows, every=0)


def test_distance_and_borders_are_those_of_the_year() -> None:
    distances = pl.DataFrame(
        [("A", "B", 2000, 2003, 50.0), ("A", "B", 2004, 2006, 1000.0)],
        schema=["one", "other", "first_year", "last_year", "kilometres"],
        orient="row",
    )
    borders = pl.DataFrame(
        [("A", "B", "land", date(2000, 1, 1), date(2003, 12, 31), False)],
        schema=["one", "other", "kind", "start", "end", "open"],
        orient="row",
    )
    made = make_panel(FLOWS, distances=distances, borders=borders)
    assert made.regressors == ("land border", "log distance")
    by_year = made.rows.filter(pl.col("exporter") == "A").sort("year")
    # Below 100 kilometres distance is not counted further.
    assert by_year["log distance"].to_list() == pytest.approx([np.log(100.0)] * 4 + [np.log(1000.0)] * 3)
    assert by_year["land border"].to_list() == [1, 1, 1, 1, 0, 0, 0]


def test_alliances_of_one_compiler_work_in_both_directions_and_open_ones_go_on() -> None:
    alliances = pl.DataFrame(
        [
            ("A", "B", "defence", "one", date(2001, 1, 1), date(2003, 12, 31), True),
            ("A", "B", "neutrality", "other", date(2001, 1, 1), date(2003, 12, 31), False),
        ],
        schema=["one", "other", "commitment", "compiler", "start", "end", "open"],
        orient="row",
    )
    rows, names = with_spells(FLOWS, alliance_spells(alliances, "one"))
    assert names == ["alliance:defence"]
    assert rows.filter(pl.col("alliance:defence") == 1).height == 12
    closed, _ = with_spells(FLOWS, alliance_spells(alliances, "other"))
    assert years_on(closed, "alliance:neutrality") == [2001, 2002, 2003]
    with pytest.raises(InputError, match="holds one, other"):
        alliance_spells(alliances, "nobody")
