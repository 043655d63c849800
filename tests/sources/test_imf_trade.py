"""IMF trade by partner and month: both exports of the interface, scales, areas that are groups."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published import ACTORS, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources import imf_trade
from khasan.sources.trade_rows import flow_observations

NEW = (
    "STRUCTURE,STRUCTURE_ID,ACTION,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE,STATUS\n"
)
LEAD = "dataflow,IMF.STA:IMTS(1.0.0),I,"


def export(path: Path, *rows: str, header: str = NEW, lead: str = LEAD) -> Path:
    """Write an export."""
    return written(path / "imf.csv", header + "".join(f"{lead}{row}\n" for row in rows))


def test_an_export_is_read(tmp_path: Path) -> None:
    frame = imf_trade.read_imf_trade(
        export(
            tmp_path,
            "CHN,XG_FOB_USD,PRK,M,2017-M03,327600000,,",
            "CHN,MG_CIF_USD,PRK,M,2017-M03,114.56,6,E",
            "CHN,MG_CIF_USD,PRK,A,2017,1650.7,Millions,",
            "CHN,XG_FOB_USD,PRK,M,2017-M04,,,",
        )
    )
    assert frame.rows() == [
        ("CHN", "PRK", "XG_FOB_USD", 2017, 3, 327600000.0),
        ("CHN", "PRK", "MG_CIF_USD", 2017, 3, 114560000.0),
        ("CHN", "PRK", "MG_CIF_USD", 2017, None, 1650700000.0),
        ("CHN", "PRK", "XG_FOB_USD", 2017, 4, None),
    ]


def test_an_older_export_with_shuffled_columns_is_read_by_name(tmp_path: Path) -> None:
    header = "OBS_VALUE,TIME_PERIOD,COUNTERPART_AREA,FREQ,REF_AREA,INDICATOR\n"
    frame = imf_trade.read_imf_trade(export(tmp_path, "5.5,2017-03,PRK,M,CHN,TXG_FOB_USD", header=header, lead=""))
    assert frame.rows() == [("CHN", "PRK", "TXG_FOB_USD", 2017, 3, 5.5)]


def test_flows_are_those_of_both_sides_in_million(tmp_path: Path) -> None:
    frame = imf_trade.read_imf_trade(
        export(
            tmp_path,
            "CHN,XG_FOB_USD,PRK,M,2017-M03,327600000,,",
            "CHN,MG_CIF_USD,PRK,M,2017-M03,114560000,,",
            "CHN,MG_FOB_USD,PRK,M,2017-M03,110000000,,",
            "CHN,MG_CIF_USD,PRK,M,2017-M04,,,",
            "CHN,MG_CIF_USD,G001,M,2017-M03,9,,",
            "CHN,MG_CIF_USD,CHN,M,2017-M03,9,,",
        )
    )
    got = imf_trade.trade_flows(frame, ACTORS)
    assert got.rows.rows() == [
        ("CHN", "PRK", 2017, 3, None, "exporter", "IMF", 327.6),
        ("PRK", "CHN", 2017, 3, None, "importer", "IMF", 114.56),
    ]
    assert got.set_aside.rows() == [("G001", "not an actor of this ledger", 1)]


def test_a_state_before_its_time_is_set_aside(tmp_path: Path) -> None:
    frame = imf_trade.read_imf_trade(export(tmp_path, "RUS,XG_FOB_USD,PRK,A,1990,5,,", "RUS,XG_FOB_USD,PRK,A,1992,5,,"))
    got = imf_trade.trade_flows(frame, ACTORS)
    assert got.rows["year"].to_list() == [1992]
    assert got.set_aside.rows() == [("RUS", "did not exist in the period", 1)]


def test_rows_pass_the_checks_of_a_ledger(tmp_path: Path) -> None:
    frame = imf_trade.read_imf_trade(export(tmp_path, "CHN,MG_CIF_USD,PRK,M,2016-M02,0,,"))
    flows = imf_trade.trade_flows(frame, ACTORS).rows
    rows = flow_observations(flows, "imf-trade", source="imf-trade-2025-06", credibility=2)
    held = loaded("imf-trade", "2025-06", observation=rows)["observation"]
    assert held.select("id", "series", "start", "end", "value", "basis", "status").rows() == [
        (
            "imf-trade-2016-02-total-prk-chn-importer", "goods_export", date(2016, 2, 1), date(2016, 2, 29), 0.0,
            "mirror", "doubtful",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("CHN,GDP,PRK,M,2017-M03,1,,", "row 2, column INDICATOR: 'GDP' is not among"),
        ("CHN,XG_FOB_USD,PRK,Q,2017-Q1,1,,", "row 2, column FREQUENCY: 'Q' is neither A nor M"),
        ("CHN,XG_FOB_USD,PRK,M,2017-M13,1,,", "row 2, column TIME_PERIOD: '2017-M13' is no year or month"),
        ("CHN,XG_FOB_USD,PRK,M,March,1,,", "column TIME_PERIOD: 'March'"),
        ("CHN,XG_FOB_USD,PRK,M,2017-M03,-1,,", "column OBS_VALUE: '-1' is below 0"),
        ("CHN,XG_FOB_USD,PRK,M,2017-M03,n/a,,", "column OBS_VALUE: 'n/a' is no number"),
        ("CHN,XG_FOB_USD,PRK,M,2017-M03,1,dozens,", "column SCALE: 'dozens' is no scale"),
        (",XG_FOB_USD,PRK,M,2017-M03,1,,", "column COUNTRY: empty"),
        ("CHN,XG_FOB_USD,PRK,M", "row 2: 7 cells where 11 are expected; the file was cut off"),
    ],
)
def test_a_row_that_is_wrong_is_refused_by_line_and_column(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        imf_trade.read_imf_trade(export(tmp_path, row))
    assert said in str(error.value)


def test_an_observation_that_stands_twice_is_refused(tmp_path: Path) -> None:
    row = "CHN,XG_FOB_USD,PRK,M,2017-M03,1,,"
    with pytest.raises(InputError, match="1 rows stand more than once, the first reporter CHN, partner PRK"):
        imf_trade.read_imf_trade(export(tmp_path, row, row.replace(",1,,", ",2,,")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("COUNTERPART_COUNTRY", "PARTNER") + "x\n", "column COUNTERPART_COUNTRY: missing"),
        (NEW.replace(",", ";") + "x\n", "separated by a semicolon, not a comma"),
        (NEW, "holds no row"),
        ("<!doctype html><html></html>", "a page or XML, not a table"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        imf_trade.read_imf_trade(written(tmp_path / "imf.csv", text))


def test_only_the_balance_is_no_flow(tmp_path: Path) -> None:
    frame = imf_trade.read_imf_trade(export(tmp_path, "CHN,MG_FOB_USD,PRK,M,2017-M03,1,,"))
    with pytest.raises(InputError, match="holds no exports free on board"):
        imf_trade.trade_flows(frame, ACTORS)
