"""``khasan gravity estimate``, and scenarios and coalitions over ranges: what is printed, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import Khasan

CODES = {710: 30.4, 731: 24.5, 365: 28.8, 2: 30.5, 740: 29.2, 732: 28.1}
SCENARIO = """base_year = 2011
imbalance = "multiplicative"
[[restriction]]
sender = "CHN"
target = "PRK"
cut = 0.9
"""


def _trade() -> Iterator[str]:
    """Trade of six countries over eight years, with China and Japan's with North Korea falling to a half in 2008."""
    random = np.random.default_rng(11)
    codes = sorted(CODES)
    yield "ccode1,ccode2,year,flow1,flow2"
    for a, one in enumerate(codes):
        for other in codes[a + 1 :]:
            size = np.exp(random.normal(6.0, 1.0, 2))
            for year in range(2004, 2012):
                falls = 0.5 if 731 in (one, other) and {710, 740} & {one, other} and year >= 2008 else 1.0
                flows = size * falls * np.exp(0.1 * random.normal(size=2))
                yield f"{one},{other},{year},{flows[0]:.3f},{flows[1]:.3f}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("panel")
    (made / "trade.csv").write_text("\n".join(_trade()) + "\n", encoding="utf-8")
    sizes = [f"{code},{year},{size},," for code, size in CODES.items() for year in range(2004, 2012)]
    (made / "cow_sdp_gdp.csv").write_text("\n".join(["ccode,year,wbgdp2011est,wbpopest,sdpest", *sizes]) + "\n")
    (made / "sanctions.csv").write_text(
        "sender,target,start,end,direction,depth\nCHN,PRK,2008-01-01,,both,partial\nJPN,PRK,2008-01-01,,both,full\n"
    )
    (made / "embargo.toml").write_text(SCENARIO, encoding="utf-8")
    return made


@pytest.fixture
def ledger(folder: Path, khasan: Khasan) -> Path:
    path = folder / "panel.duckdb"
    if not path.exists():
        assert khasan("load", "cow-trade", folder / "trade.csv", "--ledger", path).status == 0
        assert khasan("load", "anders-gdp", folder / "cow_sdp_gdp.csv", "--ledger", path).status == 0
    return path


def test_a_planted_effect_of_sanctions_is_found(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    command = ("gravity", "estimate", "--ledger", ledger, "--sanctions", folder / "sanctions.csv")
    said = khasan(*command, "--format", "json")
    assert said.status == 0, said.err
    found = json.loads(said.out)
    term = found["terms"][0]
    assert term["term"] == "sanction"
    assert term["low"] < np.log(0.5) < term["high"]
    assert term["observations"] == 6 * 5 * 8
    assert (found["from"], found["to"], found["clustered_by"], found["unit"]) == (2004, 2011, "pair", "log points")
    assert any("rests on 4 directed pairs" in line for line in found["caveats"])
    split = khasan(*command, "--split", "depth", "--leads", "1", "--format", "json")
    names = {one["term"] for one in json.loads(split.out)["terms"]}
    assert names == {
        "sanction:partial lead 1", "sanction:partial", "sanction:full lead 1", "sanction:full",
    }  # fmt: skip
    table = khasan(*command)
    assert "Errors clustered by pair" in table.out
    assert f"{term['estimate']:.3f}" in table.out
    rows = khasan(*command, "--format", "csv")
    assert rows.out.splitlines()[0].startswith("term,estimate,standard_error,low,high,p,observations,clusters")


def test_estimates_refuse_what_they_cannot_use(khasan: Khasan, folder: Path, ledger: Path) -> None:
    def refused(*words: object) -> str:
        said = khasan("gravity", "estimate", "--ledger", ledger, *words)
        assert said.status == 2
        assert said.err.count("\n") == 1
        return said.err

    assert "no sanction, alliance or agreement" in refused()
    assert "write whole numbers" in refused("--leads", "soon")
    assert "split 'colour'" in refused("--split", "colour")
    assert "holds Correlates of War" in refused("--compiler", "nobody")
    wrong = folder / "wrong.csv"
    wrong.write_text("sender,target,start,end,direction,depth\nCHN,PRK,soon,,both,partial\n")
    assert "row 2, column start: 'soon'" in refused("--sanctions", wrong)
    wrong.write_text("sender,target,start,end,direction,depth\nCHN,ZZZ,2008-01-01,,both,partial\n")
    assert "column target: 'ZZZ'" in refused("--sanctions", wrong)
    wrong.write_text("sender,target\nCHN,PRK\n")
    assert "column start: missing" in refused("--sanctions", wrong)
    assert "cannot be read" in refused("--sanctions", folder / "absent.csv")
    assert khasan("gravity", "estimate").status == 2


def test_a_scenario_over_ranges_holds_the_scenario_itself(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    command = ("gravity", "counterfactual", folder / "embargo.toml", "--ledger", ledger, "--format", "json")
    plain = json.loads(khasan(*command).out)
    said = khasan(*command, "--range", "theta=2:8", "--range", "output_over_gdp=1:2", "--draws", "16")
    assert said.status == 0, said.err
    found = json.loads(said.out)
    assert found["welfare"] == plain["welfare"]
    loss = {row["country"]: row["welfare"] for row in plain["welfare"]}["PRK"]
    spread = found["uncertainty"]
    assert spread["ranges"] == [
        {"factor": "theta", "low": 2.0, "high": 8.0}, {"factor": "output_over_gdp", "low": 1.0, "high": 2.0},
    ]  # fmt: skip
    rows = [row for row in spread["intervals"] if row["outcome"] == "welfare PRK"]
    assert [row["law"] for row in rows] == ["uniform", "log-uniform"]
    for row in rows:
        assert row["value"] == pytest.approx(loss, abs=1e-7)
        assert row["least"] <= row["low"] <= row["median"] <= row["high"] <= row["most"] < 0.0
    assert spread["points"] == 2 * 16 * 4
    again = json.loads(khasan(*command, "--range", "theta=2:8", "--range", "output_over_gdp=1:2", "--draws", "16").out)
    assert again["uncertainty"] == spread
    printed = khasan(*command[:-2], "--range", "theta=2:8", "--draws", "4")
    assert "Share of the spread due to each" in printed.out


def test_coalitions_over_ranges_hold_the_values_themselves(khasan: Khasan, ledger: Path) -> None:
    asked = ("gravity", "coalition", "PRK", "--senders", "CHN,RUS", "--ledger", ledger, "--format", "json")
    command = (*asked, "--base-year", "2011", "--cut", "0.9")
    plain = json.loads(khasan(*command).out)
    said = khasan(*command, "--range", "imbalance=additive,multiplicative")
    assert said.status == 0, said.err
    spread = json.loads(said.out)["uncertainty"]
    other = json.loads(khasan(*command, "--imbalance", "multiplicative").out)
    for member in ("CHN", "RUS"):
        row = next(row for row in spread["intervals"] if row["outcome"] == f"shapley {member}")
        ends = sorted([plain["shapley"][member], other["shapley"][member]])
        assert (row["least"], row["most"]) == pytest.approx(tuple(ends), abs=1e-7)
        assert row["value"] == pytest.approx(plain["shapley"][member], abs=1e-7)
    assert all(share["total"] == pytest.approx(1.0) for share in spread["shares"])


def test_ranges_refuse_what_they_cannot_vary(khasan: Khasan, folder: Path, ledger: Path) -> None:
    command = ("gravity", "counterfactual", folder / "embargo.toml", "--ledger", ledger)
    for given, message in (
        ("colour=1:2", "what can is theta, output_over_gdp, basis, imbalance"),
        ("theta=8:2", "below the second"),
    ):
        said = khasan(*command, "--range", given)
        assert said.status == 2
        assert message in said.err
    said = khasan(*command, "--range", "theta=2:8", "--draws", "10")
    assert said.status == 2
    assert "power of two" in said.err
