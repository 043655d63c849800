"""Archives of strangers: nothing outside the folder, nothing without end."""

from __future__ import annotations

import contextlib
import gzip
import stat
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.sources import archives
from khasan.sources.packed import unpacked


def zipped(path: Path, *held: tuple[str, bytes]) -> Path:
    """Write a zip, with names exactly as given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def test_the_files_of_a_sound_archive_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("data/", b""), ("data/one.csv", b"a,b\n1,2\n"), ("two.csv", b"c\n3\n"))
    held = archives.members(path)
    assert [member.filename for member in held] == ["data/one.csv", "two.csv"]
    assert [archives.read_member(path, member) for member in held] == [b"a,b\n1,2\n", b"c\n3\n"]


@pytest.mark.parametrize(
    "name",
    ["../out.csv", "data/../../out.csv", "/etc/out.csv", "C:/out.csv", "C:out.csv", "..\\out.csv", "\\\\host\\out.csv"],
)
def test_a_member_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", ("good.csv", b"a\n"), (name, b"evil"))
    with pytest.raises(InputError, match=r"a\.zip: member .* outside the folder"):
        archives.members(path)


@given(st.lists(st.sampled_from(["..", ".", "a", "b c", "", "\\", "C:", "/"]), min_size=1, max_size=6).map("/".join))
def test_whatever_the_name_nothing_is_written_outside(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    place = tmp_path_factory.mktemp("zip")
    path = zipped(place / "a.zip", (name, b"x"))
    with contextlib.suppress(InputError), unpacked([path], [PurePosixPath(name.replace("\\", "/")).name]) as (folder,):
        assert all(file.resolve().is_relative_to(folder.parent) for file in folder.rglob("*"))
    assert list(place.rglob("*")) == [path]


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/hostname")
    with pytest.raises(InputError, match=r"'link\.csv' is a link"):
        archives.members(tmp_path / "a.zip")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    path = zipped(tmp_path / "a.zip", *((f"{number}.csv", b"a\n") for number in range(4)))
    with pytest.raises(InputError, match="holds 4 members; the limit is 3"):
        archives.members(path)


def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("bomb.csv", b"0" * (50 * 2**20)))
    with pytest.raises(InputError, match="52,428,800; it is refused"):
        archives.members(path)


def test_an_archive_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    path = zipped(tmp_path / "a.zip", ("one.csv", b"12345678"), ("two.csv", b"abcdefgh"))
    with pytest.raises(InputError, match="unpacks to"):
        archives.members(path)


def test_a_size_that_is_a_lie_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("one.csv", b"12345678" * 4))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (8).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    (member,) = archives.members(path)
    with pytest.raises(InputError, match=r"another size than the archive says|not a sound zip"):
        archives.read_member(path, member)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("one.csv", b"a\n"), ("ONE.CSV", b"b\n"))
    with pytest.raises(InputError, match="two members of one name"):
        archives.members(path)


@pytest.mark.parametrize("size", [0, 4, 60])
def test_a_zip_that_was_cut_is_refused(tmp_path: Path, size: int) -> None:
    path = zipped(tmp_path / "a.zip", ("one.csv", b"a,b\n" * 50))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError, match="not a sound zip"):
        archives.members(path)


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("one.csv", b"a,b\n1,2\n" * 50))
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"a\.zip"):
        archives.read_member(path, *archives.members(path))


def test_a_gzip_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert archives.read_gzip(path) == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"a,b\n" * 500, mtime=0)[:-9], "not a sound gzip"),
        (b"a,b\n", "not a sound gzip"),
        (gzip.compress(b"0" * (80 * 2**20), mtime=0), "refused"),
    ],
)
def test_a_gzip_file_that_is_cut_or_endless_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        archives.read_gzip(path)


def test_a_gzip_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 40))
    with pytest.raises(InputError, match="unpacks to more than"):
        archives.read_gzip(path, most=1000)
