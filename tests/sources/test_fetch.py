"""Fetching against a server on this machine that misbehaves in every way that a public one has."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import misbehaving
import pytest
from misbehaving import OTHER, TABLE, Server, leads_to, serving

from khasan.ledger.errors import InputError
from khasan.sources.catalogue import PublicSource, catalogue
from khasan.sources.fetch import Limits, fetch
from khasan.sources.fetch_transfer import _retry_after

QUICK = Limits(read=10.0, connect=5.0, total=60.0, first_wait=0.01, longest_wait=5.0, attempts=3)
HASTY = replace(QUICK, read=0.5)
KEY = "s3cret-Key-0123456789"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as site:
        yield site


def source(server: Server, path: str, kind: str = "csv", **changes: object) -> PublicSource:
    """Make a source of the catalogue that lies on the server."""
    types = {"csv": ("text/csv", "text/plain"), "json": ("application/json",)}.get(kind, ())
    made = replace(
        catalogue()["ofac-sdn"],
        id="made-up",
        address=server.url(path),
        file="table.csv",
        format=kind,
        content_types=types,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def files(folder: Path) -> list[str]:
    """List what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def refused(server: Server, path: str, folder: Path, limits: Limits = QUICK, kind: str = "csv") -> str:
    """Fetch what must be refused; return the sentence, and check that nothing got the final name."""
    with pytest.raises(InputError) as error:
        fetch(source(server, path, kind), folder, limits=limits)
    assert "table.csv" not in files(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


# -- a good server ------------------------------------------------------------------------------------------------


def test_a_file_is_kept_with_its_hash_and_record(server: Server, tmp_path: Path) -> None:
    got = fetch(server.url("/good.csv"), tmp_path / "new" / "folder", limits=QUICK)
    assert got.path.read_bytes() == TABLE
    assert (got.sha256, got.bytes, got.unchanged) == (hashlib.sha256(TABLE).hexdigest(), len(TABLE), False)
    assert (got.etag, got.last_modified) == ('"one"', "Mon, 01 Jan 2024 00:00:00 GMT")
    record = json.loads((got.path.parent / "good.csv.fetched.json").read_text())
    assert record["url"] == server.url("/good.csv")
    assert record["sha256"] == got.sha256
    assert files(got.path.parent) == ["good.csv", "good.csv.fetched.json"]


def test_a_second_fetch_asks_only_whether_something_changed(server: Server, tmp_path: Path) -> None:
    first = fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    second = fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    assert second == replace(first, unchanged=True)
    asked = server.asked[-1][1]
    assert asked["If-None-Match"] == '"one"'
    assert asked["If-Modified-Since"] == "Mon, 01 Jan 2024 00:00:00 GMT"


def test_a_file_that_was_changed_on_disk_is_fetched_again(server: Server, tmp_path: Path) -> None:
    first = fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    first.path.write_bytes(TABLE[:500])
    again = fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    assert not again.unchanged
    assert again.path.read_bytes() == TABLE
    assert "If-None-Match" not in server.asked[-1][1]


def test_the_same_contents_without_validators_are_unchanged(server: Server, tmp_path: Path) -> None:
    server.routes["/plain.csv"] = lambda handler: handler.send(TABLE)
    assert not fetch(server.url("/plain.csv"), tmp_path, limits=QUICK).unchanged
    assert fetch(server.url("/plain.csv"), tmp_path, limits=QUICK).unchanged


def test_a_new_version_takes_the_place_of_the_old(server: Server, tmp_path: Path) -> None:
    fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    server.routes["/good.csv"] = lambda handler: handler.send(OTHER, ETag='"two"')
    got = fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    assert (got.unchanged, got.etag) == (False, '"two"')
    assert got.path.read_bytes() == OTHER


def test_a_failed_second_fetch_leaves_the_first_file_as_it_was(server: Server, tmp_path: Path) -> None:
    fetch(server.url("/good.csv"), tmp_path, limits=QUICK)
    for bad in (misbehaving.page_as_table, misbehaving.fails, misbehaving.says_too_short, misbehaving.bomb):
        server.routes["/good.csv"] = bad
        with pytest.raises(InputError):
            fetch(server.url("/good.csv"), tmp_path, limits=replace(QUICK, most_bytes=2**20))
        assert (tmp_path / "good.csv").read_bytes() == TABLE
        assert files(tmp_path) == ["good.csv", "good.csv.fetched.json"]


def test_what_is_packed_on_the_way_is_unpacked(server: Server, tmp_path: Path) -> None:
    got = fetch(source(server, "/packed"), tmp_path, limits=QUICK)
    assert got.path.read_bytes() == TABLE
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_progress_is_told_and_grows(server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(server.url("/good.csv"), tmp_path, limits=QUICK, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (len(TABLE), len(TABLE))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_two_queries_of_one_path_are_two_files(server: Server, tmp_path: Path) -> None:
    one = fetch(server.url("/good.csv?year=2001"), tmp_path, limits=QUICK)
    two = fetch(server.url("/good.csv?year=2002"), tmp_path, limits=QUICK)
    assert one.path != two.path
    assert {one.path.suffix, two.path.suffix} == {".csv"}


# -- breaking off and going on ------------------------------------------------------------------------------------


def test_a_cut_transfer_goes_on_where_it_stood(server: Server, tmp_path: Path) -> None:
    got = fetch(source(server, "/cuts"), tmp_path, limits=QUICK)
    assert got.path.read_bytes() == TABLE
    assert [headers.get("Range") for _, headers in server.asked] == [None, "bytes=20000-"]
    assert server.asked[1][1]["If-Range"] == '"one"'


def test_a_later_fetch_goes_on_with_what_an_earlier_one_left(server: Server, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="what arrived is kept"):
        fetch(source(server, "/cuts"), tmp_path, limits=replace(QUICK, attempts=1))
    assert files(tmp_path) == [".table.csv.part", ".table.csv.part.json"]
    got = fetch(source(server, "/cuts"), tmp_path, limits=replace(QUICK, attempts=1))
    assert got.path.read_bytes() == TABLE
    assert server.asked[-1][1]["Range"] == "bytes=20000-"
    assert files(tmp_path) == ["table.csv", "table.csv.fetched.json"]


def test_a_part_of_another_address_is_not_gone_on_with(server: Server, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        fetch(source(server, "/cuts"), tmp_path, limits=replace(QUICK, attempts=1))
    got = fetch(source(server, "/good.csv"), tmp_path, limits=QUICK)
    assert got.path.read_bytes() == TABLE
    assert "Range" not in server.asked[-1][1]


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/cuts-without-validator", TABLE),
        ("/ignores-range", TABLE),
        ("/changes", OTHER),
        ("/changes-badly", OTHER),
        ("/another-range", TABLE),
    ],
)
def test_parts_of_two_versions_are_never_joined(server: Server, tmp_path: Path, path: str, whole: bytes) -> None:
    got = fetch(source(server, path), tmp_path, limits=replace(QUICK, attempts=4))
    assert got.path.read_bytes() == whole
    assert files(tmp_path) == ["table.csv", "table.csv.fetched.json"]


# -- a server that fails ------------------------------------------------------------------------------------------


def test_a_server_that_stalls_is_left(server: Server, tmp_path: Path) -> None:
    assert "the server stalled, after 3 attempts" in refused(server, "/stalls", tmp_path, HASTY)
    assert server.times("/stalls") == 3


def test_a_server_that_drips_is_left_when_the_time_is_over(server: Server, tmp_path: Path) -> None:
    assert "not finished after 1 seconds" in refused(server, "/drips", tmp_path, replace(QUICK, total=1.0))


def test_a_server_that_fails_once_is_asked_again(server: Server, tmp_path: Path) -> None:
    assert fetch(source(server, "/fails-once"), tmp_path, limits=QUICK).path.read_bytes() == TABLE
    assert server.times("/fails-once") == 2


def test_a_server_that_always_fails_is_given_up(server: Server, tmp_path: Path) -> None:
    assert "fails (503), after 3 attempts" in refused(server, "/fails", tmp_path)
    assert server.times("/fails") == 3


@pytest.mark.parametrize(("path", "least"), [("/busy-seconds", 1.0), ("/busy-date", 0.9)])
def test_the_wait_that_a_server_asks_for_is_kept(server: Server, tmp_path: Path, path: str, least: float) -> None:
    began = time.monotonic()
    assert fetch(source(server, path), tmp_path, limits=QUICK).path.read_bytes() == TABLE
    assert time.monotonic() - began >= least


def test_a_wait_that_is_too_long_is_told_instead(server: Server, tmp_path: Path) -> None:
    assert "asks to wait 3,600 seconds" in refused(server, "/busy-long", tmp_path)
    assert server.times("/busy-long") == 1


@pytest.mark.parametrize(
    ("header", "wait"), [(None, None), ("", None), ("7", 7.0), ("soon", None), (formatdate(0, usegmt=True), 0.0)]
)
def test_retry_after_is_read_in_both_forms(header: str | None, wait: float | None) -> None:
    assert _retry_after(header) == wait


def test_what_is_not_there_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    assert "404 (not found)" in refused(server, "/nowhere", tmp_path)
    assert server.times("/nowhere") == 1


def test_nobody_listening_is_one_sentence(tmp_path: Path) -> None:
    with serving() as gone:
        address = gone.url("/good.csv")
    with pytest.raises(InputError, match="no connection to the server, after 3 attempts"):
        fetch(address, tmp_path, limits=QUICK)


# -- a server that lies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/says-too-long", "cut in the middle"),
        ("/says-too-short", "the file was cut off"),
        ("/page", "sent a page"),
        ("/page-as-table", "sent a page"),
        ("/bomb", "unpacks to more than 1 MB"),
        ("/damaged", "ends before it is complete"),
        ("/odd-encoding", "encoding that was not asked for"),
        ("/large", "3,072 MB; the limit is 1 MB"),
        ("/endless", "sends more than 1 MB"),
        ("/not-asked-304", "answered 304"),
    ],
)
def test_lies_are_refused_and_leave_nothing_usable(server: Server, tmp_path: Path, path: str, said: str) -> None:
    assert said in refused(server, path, tmp_path, replace(QUICK, most_bytes=2**20))
    kept = [name for name in files(tmp_path) if not name.startswith(".table.csv.part")]
    assert kept == []


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "csv", "empty file"),
        (b"a,b\n1,\x00\n", "csv", "binary data"),
        (b"a,b\n1", "csv", "cut off"),
        (b"code,year\n", "json", "does not begin as JSON"),
        (b'{"data": [1, 2', "json", "cut off"),
        (b"<list><entry/", "xml", "cut off"),
        (b"code,year\n", "xml", "does not begin as xml"),
        (b"code,year\n", "zip", "does not begin as zip"),
        (b"PK\x03\x04" + b"\x00" * 100, "zip", "cut off"),
        (b"code,year\n", "gzip", "does not begin as gzip"),
    ],
)
def test_contents_that_are_not_what_was_asked_for(
    server: Server, tmp_path: Path, body: bytes, kind: str, said: str
) -> None:
    server.routes["/made"] = lambda handler: handler.send(body, kind="application/octet-stream")
    with pytest.raises(InputError, match=said):
        fetch(source(server, "/made", kind, content_types=()), tmp_path, limits=QUICK)
    assert files(tmp_path) == []


def test_a_type_that_the_source_does_not_send_is_refused(server: Server, tmp_path: Path) -> None:
    server.routes["/made"] = lambda handler: handler.send(TABLE, kind="image/png")
    assert "sent image/png where text/csv or text/plain was expected" in refused(server, "/made", tmp_path)


def test_a_table_without_a_last_line_end_is_whole_if_its_cells_are(server: Server, tmp_path: Path) -> None:
    server.routes["/made"] = lambda handler: handler.send(b'a,b\n1,"x,y"')
    assert fetch(source(server, "/made"), tmp_path, limits=QUICK).bytes == 11


# -- where an address may lead ------------------------------------------------------------------------------------


def test_a_file_that_moved_is_found(server: Server, tmp_path: Path) -> None:
    got = fetch(source(server, "/moved"), tmp_path, limits=QUICK)
    assert got.path.read_bytes() == TABLE
    assert json.loads((tmp_path / "table.csv.fetched.json").read_text())["url"] == server.url("/moved")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/loop", "leads in a circle"),
        ("/to-file", "not an address|only https"),
        ("/to-ftp", "only https"),
        ("/to-plain-http", "only https"),
    ],
)
def test_ways_that_are_not_followed(server: Server, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        fetch(source(server, path), tmp_path, limits=QUICK)
    assert files(tmp_path) == []


def test_a_long_way_is_not_followed(server: Server, tmp_path: Path) -> None:
    for step in range(9):
        server.routes[f"/step-{step}"] = leads_to(f"/step-{step + 1}")
    assert "leads on more than 5 times" in refused(server, "/step-0", tmp_path)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://data.example/table.csv", "only https"),
        ("ftp://data.example/table.csv", "only https"),
        ("file:///etc/hostname", "not an address"),
        ("https://user:pass@data.example/table.csv", "holds a user or password"),
        ("https:///table.csv", "not an address"),
        ("https://[broken/table.csv", "malformed"),
        ("http://127.0.0.1.data.example/table.csv", "only https"),
    ],
)
def test_addresses_that_are_not_fetched(tmp_path: Path, address: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        fetch(address, tmp_path, limits=QUICK)
    assert "pass" not in str(error.value).replace("password", "")
    assert files(tmp_path) == []


def test_a_public_server_may_not_lead_to_this_machine() -> None:
    from khasan.sources.fetch_checks import check_address

    for host in ("127.0.0.1", "localhost", "[::1]", "127.9.9.9"):
        with pytest.raises(InputError, match=r"may not lead to this machine|only https"):
            check_address(f"https://{host}/x", came_from="https://data.example/x")


# -- keys ---------------------------------------------------------------------------------------------------------


def keyed(server: Server, path: str, needed: bool = True) -> PublicSource:
    """Make a source that takes a key."""
    return source(server, path, key_variable="KHASAN_TEST_KEY", key_header="X-Key", key_needed=needed)


def test_a_key_is_sent_and_written_nowhere(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHASAN_TEST_KEY", f" {KEY}\n")
    got = fetch(keyed(server, "/good.csv"), tmp_path, limits=QUICK)
    assert server.asked[-1][1]["X-Key"] == KEY
    assert KEY not in repr(got)
    for path in tmp_path.iterdir():
        assert KEY.encode() not in path.read_bytes()


def test_a_key_is_not_sent_on_to_another_server(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHASAN_TEST_KEY", KEY)
    with serving() as other:
        server.routes["/elsewhere"] = leads_to(other.url("/good.csv"))
        assert fetch(keyed(server, "/elsewhere"), tmp_path, limits=QUICK).path.read_bytes() == TABLE
        assert server.asked[-1][1]["X-Key"] == KEY
        assert "X-Key" not in other.asked[-1][1]


@pytest.mark.parametrize("path", ["/fails", "/stalls", "/page", "/nowhere", "/loop", "/forbidden"])
def test_a_key_stands_in_no_message(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("KHASAN_TEST_KEY", KEY)
    server.routes["/forbidden"] = lambda handler: handler.send(KEY.encode(), status=401)
    with pytest.raises(InputError) as error:
        fetch(keyed(server, path), tmp_path, limits=HASTY)
    assert KEY not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    if path == "/forbidden":
        assert "KHASAN_TEST_KEY" in str(error.value)


def test_a_missing_key_is_asked_for_by_name(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHASAN_TEST_KEY", raising=False)
    with pytest.raises(InputError, match="KHASAN_TEST_KEY"):
        fetch(keyed(server, "/good.csv"), tmp_path, limits=QUICK)
    assert not server.asked
    assert fetch(keyed(server, "/good.csv", needed=False), tmp_path, limits=QUICK).bytes == len(TABLE)


def test_a_key_that_cannot_be_one_is_not_sent_or_shown(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHASAN_TEST_KEY", f"{KEY}\nX-Other: 1")
    with pytest.raises(InputError) as error:
        fetch(keyed(server, "/good.csv"), tmp_path, limits=QUICK)
    assert KEY not in str(error.value)
    assert not server.asked


def test_a_key_in_an_address_is_neither_shown_nor_written(server: Server, tmp_path: Path) -> None:
    fetch(server.url(f"/good.csv?subscription-key={KEY}&year=2001"), tmp_path, limits=QUICK)
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    with pytest.raises(InputError) as error:
        fetch(server.url(f"/nowhere?api_key={KEY}&year=2001"), tmp_path, limits=QUICK)
    assert KEY not in str(error.value)
    assert "year=2001" in str(error.value)


# -- the folder and the extra -------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another folder"):
        fetch(server.url("/good.csv"), tmp_path / "file" / "below", limits=QUICK)


def test_the_missing_extra_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(InputError, match=r"pip install 'khasan\[fetch\]'"):
        fetch("https://data.example/table.csv", tmp_path, limits=QUICK)
