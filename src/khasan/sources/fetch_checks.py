"""What a fetched file must be before it gets its name: allowed address, whole, of its kind, and not too large."""

from __future__ import annotations

import csv
import ipaddress
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from khasan.ledger.errors import InputError
from khasan.sources.fetch_record import without_secrets

CHUNK = 1 << 16
"""Bytes handled at a time."""

_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
_ENDINGS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".xml": "xml",
    ".zip": "zip",
    ".gz": "gzip",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
}
_MAGIC = {"zip": b"PK\x03\x04", "gzip": b"\x1f\x8b", "parquet": b"PAR1"}
_TYPES = {
    "application/json": "json",
    "text/csv": "csv",
    "application/csv": "csv",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/zip": "zip",
    "application/gzip": "gzip",
}


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine itself."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(url: str, came_from: str | None = None) -> None:
    """Refuse an address that is not https; only this machine itself may be asked by http.

    Parameters
    ----------
    url : str
        Address to ask.
    came_from : str, optional
        Address whose answer led here; a public server may not lead to this machine.

    Raises
    ------
    InputError
        For another scheme, a user or password in the address, or a way that may not be followed.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise InputError("the address is malformed; write it as https://host/path") from None
    shown = without_secrets(url)
    led = f"{without_secrets(came_from)} leads to " if came_from else ""
    if not host:
        raise InputError(f"{led}{shown}: not an address; write it as https://host/path")
    if "@" in parts.netloc:
        raise InputError(f"{led}{shown}: holds a user or password; keys are given in environment variables")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise InputError(f"{led}{shown}: only https is fetched (http only from this machine itself)")
    if came_from is not None and is_loopback(host) and not is_loopback(urlsplit(came_from).hostname):
        raise InputError(f"{led}{shown}: a public server may not lead to this machine")


def expected_format(url: str, content_type: str) -> str:
    """Say what a file of an address without a source should be: by the ending of its path, else by its type."""
    path = urlsplit(url).path.lower()
    for ending, kind in _ENDINGS.items():
        if path.endswith(ending):
            return kind
    return _TYPES.get(content_type, "any")


def check_content_type(content_type: str, allowed: tuple[str, ...], kind: str, shown: str) -> None:
    """Refuse a page in the place of a file, and any type that the source does not send.

    Raises
    ------
    InputError
        With the type that came and those that were expected.
    """
    if content_type == "text/html" and kind != "html":
        raise InputError(
            f"{shown}: the server sent a page (text/html) where a {kind} file was expected; "
            "open the address in a browser to see why"
        )
    if allowed and content_type and content_type not in allowed:
        raise InputError(
            f"{shown}: the server sent {content_type} where {' or '.join(allowed)} was expected; "
            "check that the address is still the publisher's"
        )


def check_content(path: Path, kind: str, shown: str) -> None:
    """Look at the first and last bytes of a file, and refuse one that is not what it should be or was cut.

    Raises
    ------
    InputError
        For an empty file, a page in the place of a file, other bytes than the format begins with, or a file that
        ends before it is complete.
    """
    size = path.stat().st_size
    if not size:
        raise InputError(f"{shown}: the server sent an empty file; try again later")
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, size - 4096))
        tail = file.read()
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind in _MAGIC:
        if not head.startswith(_MAGIC[kind]):
            raise InputError(f"{shown}: the file does not begin as {kind} does; the server sent something else")
        if kind == "zip" and b"PK\x05\x06" not in tail and not _has_end_of_zip(path, size):
            raise InputError(f"{shown}: the zip has no end; it was cut off, so fetch it again")
        return
    if kind != "html" and begin.lower().startswith(_HTML):
        raise InputError(
            f"{shown}: the server sent a page where a {kind} file was expected; open the address in a browser"
        )
    if kind != "any" and b"\x00" in head:
        raise InputError(
            f"{shown}: the file holds binary data where {kind} was expected; the server sent something else"
        )
    _check_text(path, kind, begin, tail.rstrip(b" \t\r\n\x1a"), shown)


def _check_text(path: Path, kind: str, begin: bytes, end: bytes, shown: str) -> None:
    """Check how a text format begins and ends."""
    if kind == "json":
        if not begin.startswith((b"{", b"[")):
            raise InputError(f"{shown}: the file does not begin as JSON does; the server sent something else")
        if not end.endswith((b"}", b"]")):
            raise InputError(f"{shown}: the JSON ends before it is complete; it was cut off, so fetch it again")
    elif kind in ("xml", "html"):
        if not begin.startswith(b"<"):
            raise InputError(f"{shown}: the file does not begin as {kind} does; the server sent something else")
        if kind == "xml" and not end.endswith(b">"):
            raise InputError(f"{shown}: the XML ends before it is complete; it was cut off, so fetch it again")
    elif kind == "csv":
        if begin.startswith(b"<"):
            raise InputError(f"{shown}: the server sent a page or XML where a csv file was expected")
        _check_last_line(path, shown)


def _check_last_line(path: Path, shown: str) -> None:
    """Refuse a table whose last line has no end and fewer cells than the first: it was cut in the middle."""
    with path.open("rb") as file:
        first = file.readline(1 << 16)
        size = path.stat().st_size
        file.seek(max(0, size - (1 << 16)))
        rest = file.read()
    if rest.endswith((b"\n", b"\r", b"\x1a")):
        return
    last = rest.rpartition(b"\n")[2]
    separator = max(",;\t", key=lambda sign: first.count(sign.encode()))

    def cells(line: bytes) -> int:
        """Count the cells of a line."""
        return len(next(csv.reader([line.decode("utf-8", "replace")], delimiter=separator), []))

    if cells(last) < cells(first):
        raise InputError(f"{shown}: the last line ends before it is complete; the file was cut off, so fetch it again")


def _has_end_of_zip(path: Path, size: int) -> bool:
    """Look for the end record of a zip, which a comment of up to 64 KB may follow."""
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 16) - 22))
        return b"PK\x05\x06" in file.read()


def decode(path: Path, encoding: str, target: Path, most: int, shown: str) -> None:
    """Undo the encoding in which a server sent a file, and stop where it grows too large.

    Parameters
    ----------
    path : Path
        The bytes as they came.
    encoding : str
        Header ``Content-Encoding``.
    target : Path
        Where the decoded file is written.
    most : int
        Bytes that it may have.

    Raises
    ------
    InputError
        For an encoding that was not asked for, a damaged or cut stream, or too many bytes.
    """
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise InputError(
            f"{shown}: the server sent an encoding that was not asked for ({encoding[:20]}); try again later"
        )
    written = 0
    with path.open("rb") as source, target.open("wb") as out:
        for block in _inflate(source.read, encoding, shown):
            written += len(block)
            if written > most:
                raise InputError(
                    f"{shown}: unpacks to more than {most // 2**20:,} MB; it is refused, as a small file that grows "
                    "without end would be"
                )
            out.write(block)


def _inflate(read: Callable[[int], bytes], encoding: str, shown: str) -> Iterator[bytes]:
    """Unpack a stream block by block, each of limited size."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32 if encoding != "deflate" else zlib.MAX_WBITS)
    try:
        while raw := read(CHUNK):
            while raw and not unpack.eof:
                yield unpack.decompress(raw, CHUNK * 16)
                raw = unpack.unconsumed_tail
            if unpack.eof:
                break
        yield unpack.flush()
    except zlib.error:
        raise InputError(f"{shown}: what the server packed is damaged; fetch it again") from None
    if not unpack.eof:
        raise InputError(f"{shown}: what the server packed ends before it is complete; fetch it again")
