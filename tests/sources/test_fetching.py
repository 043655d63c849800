"""The command ``fetch``, against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import typer
from misbehaving import TABLE, Server, serving
from published import loaded
from typer.testing import CliRunner

from khasan.cli import fetching
from khasan.ledger.errors import InputError
from khasan.sources import catalogue as catalogue_module
from khasan.sources.catalogue import PublicSource, catalogue

APP = typer.Typer()
APP.command()(fetching.fetch)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as site:
        yield site


@pytest.fixture
def local(server: Server, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, PublicSource]:
    """The catalogue, with the addresses of three sources on the server."""
    server.routes["/data.json"] = lambda handler: handler.send(b'{"count": 0, "data": []}', kind="application/json")
    known = dict(catalogue())
    query = known["comtrade-preview"].address.partition("?")[2]
    known["comtrade-preview"] = replace(
        known["comtrade-preview"], address=server.url("/data.json?freq={frequency}&" + query)
    )
    known["ofac-sdn"] = replace(known["ofac-sdn"], address=server.url("/good.csv"))
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: MappingProxyType(known))
    return known


def run(*arguments: object) -> tuple[str, str]:
    """Run the command; return what it printed, or raise what it raised."""
    done = CliRunner().invoke(APP, [str(argument) for argument in arguments])
    if done.exception is not None:
        raise done.exception
    return done.stdout, done.stderr


def test_a_source_is_fetched_to_a_folder(server: Server, local: Mapping[str, PublicSource], tmp_path: Path) -> None:
    out, err = run("ofac-sdn", "--to", tmp_path / "data", "--format", "json")
    (row,) = json.loads(out)
    assert (row["source"], row["bytes"], row["unchanged"], row["licence_class"]) == (
        "ofac-sdn",
        len(TABLE),
        False,
        "ship",
    )
    assert Path(row["path"]).read_bytes() == TABLE
    assert err == ""
    again, _ = run("ofac-sdn", "--to", tmp_path / "data", "--format", "json")
    assert json.loads(again) == [row | {"unchanged": True}]


def test_a_question_is_cut_into_requests_and_stays_local(
    server: Server, local: Mapping[str, PublicSource], tmp_path: Path
) -> None:
    years = ",".join(str(year) for year in range(2000, 2020))
    out, err = run(
        "comtrade-preview", "--to", tmp_path, "--format", "json", "--set", "reporter=643,156", "--set", "partner=408",
        "--set", f"period={years}",
    )  # fmt: skip
    rows = json.loads(out)
    assert len(rows) == len({row["path"] for row in rows}) == 4
    asked = [query for query, _ in server.asked]
    assert sum("reporterCode=643&" in query for query in asked) == 2
    assert all("cmdCode=TOTAL" in query and "flowCode=M,X" in query and "partner2Code=0" in query for query in asked)
    assert "stay on this disk" in err


def test_all_partners_are_asked_by_leaving_them_out(
    server: Server, local: Mapping[str, PublicSource], tmp_path: Path
) -> None:
    run("comtrade-preview", "--to", tmp_path, "--set", "reporter=643", "--set", "partner=all", "--set", "period=2019",
        "--set", "flow=M")  # fmt: skip
    assert "partnerCode" not in server.asked[-1][0]
    assert "reporterCode=643" in server.asked[-1][0]


def test_an_address_is_fetched(server: Server, tmp_path: Path) -> None:
    out, _ = run(server.url("/good.csv"), "--to", tmp_path, "--format", "csv")
    assert str(tmp_path / "good.csv") in out


def test_the_folder_of_a_user_is_outside_every_project(
    server: Server, local: Mapping[str, PublicSource], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    out, _ = run("ofac-sdn", "--format", "json")
    assert Path(json.loads(out)[0]["path"]).parent == tmp_path / "share" / "khasan"


def test_the_catalogue_is_listed_without_a_request() -> None:
    out, _ = run("--list", "--format", "json")
    rows = {row["source"]: row for row in json.loads(out)}
    assert set(rows) == set(catalogue())
    assert rows["comtrade"]["licence_class"] == "local"
    assert rows["comtrade"]["key"] == "KHASAN_COMTRADE_KEY (needed)"
    assert rows["csis-timeline"]["fetched"] == "by hand"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the sources"),
        (["nothing"], "unknown source 'nothing'"),
        (["csis-timeline"], "download it by hand from https://"),
        (["ofac-sdn", "--set", "reporter=1"], "none of these sources takes it"),
        (["ofac-sdn", "--set", "reporter"], "not NAME=VALUE"),
        (["comtrade-preview"], "parameter 'reporter' is missing"),
        (["comtrade-preview", "--set", "reporter=6 4"], "is no code, date or prefix"),
        (["comtrade-preview", "--set", "reporter=1&x=2"], "is no code, date or prefix"),
        (["world-bank", "--set", "indicator=../../x"], "is no code, date or prefix"),
        (["http://data.example/x.csv"], "only https"),
    ],
)
def test_what_cannot_be_fetched_is_told_before_anything_is_asked(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    with pytest.raises(InputError) as error:
        run(*arguments, "--to", tmp_path)
    assert said in str(error.value)
    assert not list(tmp_path.iterdir())


# -- the catalogue itself -----------------------------------------------------------------------------------------

VALUES = {
    "reporter": "643", "partner": "408", "period": "2015", "goods": "TOTAL", "flow": "M,X", "frequency": "A",
    "indicator": "SP.POP.TOTL", "country": "all", "page": "1", "network": "AS131279", "first": "2017-08-01",
    "last": "2018-01-01", "day": "2017-10-01",
}  # fmt: skip


VALUES_OF_TRADE = {name: VALUES[name] for name in catalogue()["comtrade"].parameters}


@pytest.mark.parametrize("name", [name for name, source in catalogue().items() if source.address])
def test_every_address_is_https_and_takes_its_parameters(name: str) -> None:
    source = catalogue()[name]
    values = {parameter: VALUES[parameter] for parameter in source.parameters}
    address = catalogue_module.address_of(source, values)
    assert address.startswith("https://")
    assert "{" not in address
    assert " " not in address
    assert catalogue_module.file_of(source, values).rpartition(".")[2] in ("json", "csv", "xml", "html", "zip")
    assert (source.key_variable == "") == (source.key_header == "")
    assert set(source.defaults) <= set(source.parameters)


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_source_can_stand_in_a_ledger(name: str) -> None:
    assert loaded(name, "2024-05-03")["source"].select("id", "licence_class").rows() == [
        (f"{name}-2024-05-03", catalogue()[name].licence_class)
    ]


def test_two_sets_of_parameters_never_share_a_file() -> None:
    source = catalogue()["comtrade"]
    names = {
        catalogue_module.file_of(source, VALUES_OF_TRADE | change)
        for change in (
            {},
            {"reporter": "64,3"},
            {"reporter": "64-3"},
            {"partner": "1," * 80 + "2"},
            {"partner": "1," * 80 + "3"},
        )
    }
    assert len(names) == 5
    assert all(len(name) < 150 for name in names)


def test_the_table_of_sources_in_the_reference_is_the_catalogue() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "sources.md").read_text(encoding="utf-8")
    page = page.partition("\n## ")[0]
    for source in catalogue().values():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{source.id}` |")]
        assert f"| {source.licence_class} |" in line
        assert source.publisher in line
        if source.key_variable:
            assert f"`{source.key_variable}`" in line
