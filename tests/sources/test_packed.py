"""Data files in archives: the same content is the same file, and an archive that is not safe is refused."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from khasan.ledger.bundled import seed
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger
from khasan.sources.loading import load_data_sets
from khasan.sources.packed import unpacked

TRADE = b"ccode1,ccode2,year,flow1,flow2\n2,365,1990,1,2\n"
NATIONAL = b"ccode,year,imports,exports\n2,1990,5,6\n"


def packed(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def load(source: str, *paths: Path) -> tuple[list[tuple[str, int, int]], list[str]]:
    """Load the paths twice into a new ledger, the second time in vain; return what was added, and the hashes."""
    with Ledger.memory() as ledger:
        seed(ledger)
        added = load_data_sets(ledger, source, paths)
        assert {rows for _, rows, _ in load_data_sets(ledger, source, paths)} == {0}
        return added, ledger.loads().get_column("sha256").to_list()[1:]


def test_the_archive_of_the_publisher_holds_two_data_sets(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "COW_Trade_4.0.zip",
        {
            "COW_Trade_4.0/Dyadic_COW_4.0.csv": TRADE,
            "COW_Trade_4.0/National_COW_4.0.csv": NATIONAL,
            "COW_Trade_4.0/Codebook.pdf": b"%PDF",
            "__MACOSX/COW_Trade_4.0/._Dyadic_COW_4.0.csv": b"\0",
        },
    )
    assert [name for name, *_ in load("states", path)[0]] == ["cow-trade", "cow-national-trade"]
    assert [name for name, *_ in load("cow-national-trade", path)[0]] == ["cow-national-trade"]


def test_the_same_content_packed_or_not_is_the_same_file(tmp_path: Path) -> None:
    plain = tmp_path / "Dyadic_COW_4.0.csv"
    plain.write_bytes(TRADE)
    packed_by_gzip = tmp_path / "Dyadic_COW_4.0.csv.gz"
    packed_by_gzip.write_bytes(gzip.compress(TRADE))
    one = packed(tmp_path / "mine.zip", {"table.csv": TRADE})
    loads = [load("cow-trade", path) for path in (plain, packed_by_gzip, one)]
    assert loads[0] == loads[1] == loads[2]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"../Dyadic_COW_4.0.csv": TRADE}, r"bad\.zip: member '\.\./Dyadic_COW_4\.0\.csv' would be written outside"),
        ({"/etc/Dyadic_COW_4.0.csv": TRADE}, "outside the folder"),
        ({"a/Dyadic_COW_4.0.csv": TRADE, "b/Dyadic_COW_4.0.csv": TRADE}, r"bad\.zip: holds dyadic_cow_4\.0\.csv twice"),
        ({"one.csv": TRADE, "two.csv": TRADE}, r"bad\.zip: holds no file of a known name.*one\.csv, two\.csv"),
        ({}, "holds no file of a known name"),
        ({"Dyadic_COW_4.0.csv": b"0" * 10_000_000}, "grows without end"),
        (
            {"Dyadic_COW_4.0.csv": TRADE.replace(b"1990", b"1")},
            r"^Dyadic_COW_4\.0\.csv, column year: '1' in data row 1",
        ),
        ({"National_COW_4.0.csv": NATIONAL}, r"^bad\.zip: holds no Correlates of War trade between pairs"),
    ],
)
def test_an_archive_that_is_not_safe_or_not_it(tmp_path: Path, members: dict[str, bytes], why: str) -> None:
    path = packed(tmp_path / "bad.zip", members)
    with pytest.raises(InputError, match=why):
        load("cow-trade", path)
    assert [left.name for left in tmp_path.iterdir()] == ["bad.zip"]


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    for name in ("cut.zip", "cut.csv.gz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 and no more")
        with pytest.raises(InputError, match=r"cut\.(zip|csv\.gz): not a sound"):
            load("cow-trade", tmp_path / name)


def test_what_is_unpacked_is_gone_afterwards(tmp_path: Path) -> None:
    path = packed(tmp_path / "mine.zip", {"Dyadic_COW_4.0.csv": TRADE})
    with unpacked([path, tmp_path], ["dyadic_cow_4.0.csv"]) as (folder, same):
        assert same == tmp_path
        assert [held.name for held in folder.iterdir()] == ["Dyadic_COW_4.0.csv"]
    assert not folder.exists()


def test_two_editions_in_one_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Dyadic_COW_4.0.csv", TRADE)
        archive.writestr("Dyadic_COW_3.0.csv", TRADE)
    with pytest.raises(InputError, match="two versions of"), unpacked([path], {"dyadic_cow_4.0.csv"}):
        pass
