"""``khasan diff``: two ledgers, two vintages, two days and two casebooks, each with changes that we made."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.casebooks import TWO_HARBOURS, copy_of, edit_table, read_table, write_table
from tests.conftest import Khasan

from khasan.ledger.bundled import bundled_folder

STATES = Path(__file__).parents[3] / "shared" / "data" / "states"

OLD_TRADE = """ccode1,ccode2,year,flow1,flow2
365,731,2010,16,51
710,731,2010,1187,2278
2,731,2010,0,2
365,731,2011,14,105
710,731,2011,2475,3165
"""
NEW_TRADE = """ccode1,ccode2,year,flow1,flow2
710,731,2011,2475,3165
365,731,2010,160,51
710,731,2010,1187,2278
365,731,2011,14,105
365,710,2011,40000,38000
"""
"""Of Russia's purchases in 2010 one figure is another; the United States are gone, Russia and China are new."""

Told = dict[str, Any]


@pytest.fixture
def ledgers(tmp_path: Path, khasan: Khasan) -> tuple[Path, Path]:
    """Two ledgers with one version of a file each, the version under the same name."""
    paths = []
    for name, text in (("old", OLD_TRADE), ("new", NEW_TRADE)):
        (tmp_path / f"{name}.csv").write_text(text)
        paths.append(tmp_path / f"{name}.duckdb")
        assert khasan("load", "cow-trade", tmp_path / f"{name}.csv", "--ledger", paths[-1]).status == 0
    return paths[0], paths[1]


def diff(khasan: Khasan, *arguments: object) -> Told:
    """Run the command and read its JSON."""
    said = khasan("diff", *arguments, "--format", "json")
    assert said.status == 0, said.err
    told: Told = json.loads(said.out)
    return told


def check_trade(told: Told, announced: bool) -> None:
    """Check what the two made-up files differ in."""
    (revision,) = told["revisions"]
    assert revision["key"] == {"exporter": "PRK", "importer": "RUS", "year": 2010, "compiler": "Correlates of War"}
    assert (revision["source"], revision["table"], revision["column"]) == ("cow-trade", "trade_flow", "value")
    assert (revision["old"], revision["new"], revision["change"], revision["relative"]) == (16, 160, 144, 9)
    assert revision["announced"] is announced
    assert (told["added"], told["withdrawn"]) == ({"cow-trade": 2}, {"cow-trade": 2})
    pairs = {(row["key"]["exporter"], row["key"]["importer"]) for row in told["withdrawn_rows"]}
    assert pairs == {("USA", "PRK"), ("PRK", "USA")}
    assert {row["announced"] for row in told["withdrawn_rows"]} == {announced}
    moved = {
        (one["parameters"]["client"], one["parameters"]["partner"], one["parameters"]["year"]): one
        for one in told["findings"]
    }
    # 67 of 3,534 million dollars before, 211 of 3,676 after
    share = moved["PRK", "RUS", 2010]
    assert (share["method"], share["unit"], share["sources"]) == ("trade_share", "share", ["cow-trade"])
    assert (share["old"], share["new"]) == pytest.approx((67 / 3534, 211 / 3676))
    assert share["change"] == pytest.approx(211 / 3676 - 67 / 3534)
    assert share["rows"] == [revision["row"]]
    # Russia traded with North Korea alone in 2011, and with China too in the new file
    assert (moved["RUS", "CHN", 2011]["old"], moved["RUS", "CHN", 2011]["new"]) == (None, pytest.approx(78000 / 78119))
    assert set(moved) == {
        ("PRK", "RUS", 2010), ("PRK", "USA", 2010), ("USA", "PRK", 2010), ("RUS", "CHN", 2011), ("CHN", "RUS", 2011),
    }  # fmt: skip


def test_two_ledgers(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    told = diff(khasan, *ledgers)
    assert (told["old"]["kind"], told["new"]["ledger"]) == ("file", "new.duckdb")
    check_trade(told, announced=False)


@pytest.mark.parametrize(
    ("version", "named", "announced"), [(None, "cow-trade@3", False), ("4.1", "cow-trade@4.1", True)]
)
def test_two_vintages_of_one_ledger(
    khasan: Khasan, ledgers: tuple[Path, Path], version: str | None, named: str, announced: bool
) -> None:
    old = ledgers[0]
    options = ["--version", version] if version else []
    assert khasan("load", "cow-trade", old.with_name("new.csv"), "--ledger", old, *options).status == 0
    check_trade(diff(khasan, "cow-trade@2", named, "--ledger", old), announced)


def test_two_days_between_which_a_vintage_became_known(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    old = ledgers[0]
    options = ("--version", "4.1", "--known-from", "2020-03-01")
    assert khasan("load", "cow-trade", old.with_name("new.csv"), "--ledger", old, *options).status == 0
    check_trade(diff(khasan, "2020-02-29", "2020-03-01", "--ledger", old), announced=True)
    before = diff(khasan, "2018-01-01", "2020-02-29", "--ledger", old)
    assert not any(before[name] for name in ("findings", "revisions", "added", "withdrawn"))


def test_before_a_file_was_published_nothing_of_it_is_known(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    told = diff(khasan, "2010-12-31", "2018-01-01", "--ledger", ledgers[0])
    assert told["added"] == {"cow-trade": 10}
    assert (told["new_sources"], told["findings"], told["revisions"]) == (["cow-trade"], [], [])


def test_findings_of_a_brief_from_panels(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    told = diff(khasan, *ledgers, "--patron", "RUS", "--client", "PRK", "--opponent", "USA")
    moved = {one["finding"]: one for one in told["findings"]}
    share = moved["trade_share:client=PRK,compiler=Correlates%20of%20War,partner=RUS,year=2010"]
    assert (share["old"], share["new"]) == pytest.approx((67 / 3534, 211 / 3676))
    assert "d-cow-2010-prk-rus" in share["rows"]
    assert share["sources"] == ["cow-trade"]
    assert not any("year=2011" in key and key.startswith("trade_share:client=PRK") for key in moved)


def test_one_ledger_with_itself(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    said = khasan("diff", ledgers[0], ledgers[0])
    assert (said.status, said.out) == (0, "")
    assert "no difference" in said.err


def test_the_same_rows_in_another_order_are_no_difference(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    header, *rows = OLD_TRADE.splitlines()
    turned = ledgers[0].with_name("turned.csv")
    turned.write_text("\n".join([header, *reversed(rows)]) + "\n")
    other = ledgers[0].with_name("turned.duckdb")
    assert khasan("load", "cow-trade", turned, "--ledger", other).status == 0
    assert "no difference" in khasan("diff", ledgers[0], other).err


def test_a_row_of_a_casebook_that_was_silently_changed(khasan: Khasan, tmp_path: Path) -> None:
    old, new = copy_of(bundled_folder(), tmp_path / "old"), copy_of(bundled_folder(), tmp_path / "new")
    edit_table(new, "observation", lambda row: row.update(value="73.0") if row["id"] == "g618" else None)
    rows = read_table(new / "observation.csv")
    write_table(new / "observation.csv", [row for row in reversed(rows) if row["id"] != "o001"])
    told = diff(khasan, old, new)
    (revision,) = told["revisions"]
    assert (revision["row"], revision["column"], revision["old"], revision["new"]) == ("g618", "value", 83, 73)
    assert (revision["source"], revision["announced"]) == ("kotra-2011-kr", False)
    assert sum(told["withdrawn"].values()) == (1 if any(row["id"] == "o001" for row in rows) else 0)
    share = next(one for one in told["findings"] if "KOTRA" in one["finding"] and "year=2010" in one["finding"])
    assert (share["method"], share["old"], share["new"]) == ("trade_share", pytest.approx(0.83), pytest.approx(0.73))
    assert (share["rows"], share["sources"]) == (["g618"], ["kotra-2011-kr"])


def test_a_retraction_is_announced(khasan: Khasan, tmp_path: Path) -> None:
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    for path in (old, new):
        assert khasan("load", "casebook", TWO_HARBOURS, "--ledger", path).status == 0
    assert khasan("retract", "h039", "--reason", "Counted twice", "--ledger", new).status == 0
    told = diff(khasan, old, new, "--patron", "QOS", "--client", "QVE", "--opponent", "QNO")
    (revision,) = told["revisions"]
    assert (revision["row"], revision["column"], revision["new"]) == ("h039", "status", "retracted")
    assert revision["announced"] is True
    assert any("h039" in one["rows"] for one in told["findings"])


def test_two_days_of_the_bundled_casebook(khasan: Khasan) -> None:
    told = diff(khasan, "2018-04-30", "2024-06-30")
    assert told["new"] == {
        "name": "2024-06-30", "kind": "day", "ledger": "bundled casebook", "as_of": "2024-06-30",
    }  # fmt: skip
    assert (told["revisions"], told["withdrawn"], told["gone_sources"]) == ([], {}, [])
    observed = pl.read_csv(bundled_folder() / "source.csv", infer_schema=False)
    published = dict(observed.select("id", "published").iter_rows())
    assert told["new_sources"]
    assert not [source for source in told["new_sources"] if published[source][:4] < "2018"]
    vetoes = next(
        one for one in told["findings"] if one["finding"].startswith("acts:") and "kind=veto" in one["finding"]
    )
    assert (vetoes["old"], vetoes["new"], vetoes["unit"]) == (None, 2.0, "events")
    assert not any("as_of" in one["finding"] for one in told["findings"])


def test_csv_holds_what_json_holds(khasan: Khasan, ledgers: tuple[Path, Path]) -> None:
    told = diff(khasan, *ledgers)
    rows = list(csv.DictReader(io.StringIO(khasan("diff", *ledgers, "--format", "csv").out)))
    kinds = [row["what"] for row in rows]
    assert kinds == ["finding"] * len(told["findings"]) + ["revision"] + ["added"] * 2 + ["withdrawn"] * 2
    revision = rows[kinds.index("revision")]
    assert (revision["old"], revision["new"], revision["announced"]) == ("16.0", "160.0", "no")


@pytest.mark.skipif(not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here")
def test_votes_alliances_borders_and_distances_of_the_real_files(khasan: Khasan, tmp_path: Path) -> None:
    paths = []
    for name in ("old", "new"):
        folder = tmp_path / name
        folder.mkdir()
        for path in STATES.glob("*.parquet"):
            if path.stem.startswith("un_") or path.stem in ("cow_alliance", "cow_contdir", "cow_mindist"):
                frame = pl.read_parquet(path)
                (revised(path.stem, frame) if name == "new" else frame).write_parquet(folder / path.name)
        paths.append(tmp_path / f"{name}.duckdb")
        assert khasan("load", "states", folder, "--ledger", paths[-1]).status == 0
    told = diff(khasan, *paths)
    assert not any(one["announced"] for one in told["revisions"])
    cells = sorted((one["table"], one["column"], str(one["old"])[:5], str(one["new"])[:5]) for one in told["revisions"])
    assert cells == [
        ("border", "end", "2016-", "2010-"),  # from Russia, and from North Korea
        ("border", "end", "2016-", "2010-"),
        ("distance", "kilometres", "45.94", "55.94"),
        ("vote", "answer", "yes", "no"),
    ]
    assert {one["key"]["first_year"] for one in told["revisions"] if one["table"] == "distance"} == {2000}
    assert (told["added"], told["withdrawn"]) == ({}, {"cow-alliances": 4})  # defence and consultation, in both orders
    assert {(row["key"]["first_year"], row["key"]["last_year"]) for row in told["withdrawn_rows"]} == {(2000, 2000)}
    assert {one["method"] for one in told["findings"]} == {"agreement"}
    moved = {(one["parameters"]["a"], one["parameters"]["b"]): one for one in told["findings"]}
    assert moved["CHN", "RUS"]["change"] == pytest.approx(-1 / 76)
    assert all(one["sources"] == ["unga-votes"] and one["parameters"]["year"] == 2014 for one in moved.values())


def revised(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Change one vote, one year of an alliance, the end of a border and one distance of Russia."""
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=5)
    if name == "un_votes":
        mine = (pl.col("country_code") == "RU") & (pl.col("rcid") == 5311)
        return shuffled.with_columns(
            pl.when(mine).then(pl.lit("no")).otherwise(pl.col("vote").cast(pl.String)).alias("vote")
        )
    if name == "cow_alliance":
        pair = pl.concat_list("ccode1", "ccode2").list.sort() == [365, 370]
        return shuffled.filter(~(pair & (pl.col("year") == 2000)))
    if name == "cow_contdir":
        mine = pl.concat_list("ccode1", "ccode2").list.sort() == [365, 731]
        return frame.with_columns(pl.when(mine).then(date(2010, 6, 30)).otherwise("enddate").alias("enddate"))
    if name == "cow_mindist":
        pair = pl.concat_list("ccode1", "ccode2").list.sort() == [365, 740]
        mine = pair & (pl.col("year") == 2000)
        return shuffled.with_columns(pl.when(mine).then(pl.col("mindist") + 10).otherwise("mindist").alias("mindist"))
    return shuffled
