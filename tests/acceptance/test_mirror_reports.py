"""Both reports of a flow, loaded as UN Comtrade prints them, stand against each other on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from khasan.cli import app

RECORD = {
    "typeCode": "C", "freqCode": "A", "refYear": 2019, "refMonth": 52, "period": "2019", "classificationCode": "H5",
    "cmdCode": "TOTAL", "partner2Code": 0, "customsCode": "C00", "motCode": 0, "isReported": True,
}  # fmt: skip


def flow(reporter: int, partner: int, code: str, dollars: float) -> dict[str, object]:
    return RECORD | {
        "reporterCode": reporter, "partnerCode": partner, "flowCode": code, "primaryValue": dollars,
    }  # fmt: skip


def test_a_gap_beyond_freight_is_told_and_a_single_report_has_none(tmp_path: Path) -> None:
    records = [flow(643, 276, "X", 100e6), flow(276, 643, "M", 150e6), flow(276, 643, "X", 7e6)]
    path = tmp_path / "comtrade.json"
    path.write_text(json.dumps({"elapsedTime": "0 secs", "count": len(records), "data": records}), encoding="utf-8")
    ledger = str(tmp_path / "l.duckdb")
    run = CliRunner().invoke
    loaded = run(app, ["load", "comtrade", str(path), "--ledger", ledger])
    assert loaded.exit_code == 0, loaded.output
    printed = run(app, ["measure", "mirror", "RUS", "DEU", "--ledger", ledger, "--format", "json"])
    assert printed.exit_code == 0, printed.output
    (row,) = json.loads(printed.stdout)
    assert (row["exporter"], row["importer"], row["year"], row["compiler"]) == ("RUS", "DEU", 2019, "UN Comtrade")
    assert (row["exporter_reported"], row["importer_reported"], row["within_band"]) == (100, 150, False)
    assert abs(row["value"] - (150 / 1.08 - 100)) < 1e-9
    told = run(app, ["why", row["finding"], "--ledger", ledger, "--format", "json"])
    assert told.exit_code == 0, told.output
    assert {one["basis"] for one in json.loads(told.stdout)["rows"]} == {"reported", "mirror"}
    world = run(app, ["world", "mirror", "--ledger", ledger, "--format", "json"])
    assert [one["ratio"] for one in json.loads(world.stdout)] == [1.5]
