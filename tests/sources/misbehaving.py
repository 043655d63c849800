"""A server on this machine that serves files well, and misbehaves in every way that a public server has.

Each path of the server is a route: a function of the handler. :class:`Server` counts the requests and keeps their
headers, so that a test can say what was asked.
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

TABLE = b"code,year,value\n" + b"".join(b"%d,%d,%d\n" % (code, 2000 + code % 20, code * 7) for code in range(4000))
OTHER = TABLE.replace(b"2001", b"1999")
BOMB = gzip.compress(b"1,2000,3\n" * (100 * 2**20 // 9))
"""A hundred kilobytes that unpack to a hundred megabytes."""

STALL = 20.0
"""Seconds of a stall; far above the time limits that the tests set."""


class Handler(BaseHTTPRequestHandler):
    """Answers a request by the route of its path."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        site: Server = self.server.site  # type: ignore[attr-defined]
        path = self.path.partition("?")[0]
        site.asked.append((self.path, dict(self.headers)))
        route = site.routes.get(path)
        if route is None:
            self.send(b"nothing here", status=404, kind="text/plain")
        else:
            route(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send(
        self,
        body: bytes,
        *,
        status: int = 200,
        kind: str = "text/csv",
        length: int | None = None,
        extra: Mapping[str, str] = MappingProxyType({}),
        **headers: str,
    ) -> None:
        """Send an answer; ``length`` is what the header says, true where not given."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in {**extra, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        """End the connection at once, in the middle of whatever was being sent."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class QuietServer(ThreadingHTTPServer):
    """A server that says nothing of clients who left."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


Route = Callable[[Handler], None]


@dataclass
class Server:
    """Where the server is, what it was asked, and its routes."""

    port: int
    routes: dict[str, Route]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def times(self, path: str) -> int:
        """Count the requests for a path."""
        return sum(asked.partition("?")[0] == path for asked, _ in self.asked)


@contextmanager
def serving(routes: dict[str, Route] | None = None) -> Iterator[Server]:
    """Run a server on a free port of this machine while the block lasts."""
    server = QuietServer(("127.0.0.1", 0), Handler)
    site = Server(server.server_address[1], dict(ROUTES if routes is None else routes))
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


# -- good behaviour -----------------------------------------------------------------------------------------------


def good(handler: Handler) -> None:
    """Serve the table with both validators, answering conditional requests and ranges."""
    _file(handler, TABLE, '"one"', "Mon, 01 Jan 2024 00:00:00 GMT")


def _file(handler: Handler, body: bytes, etag: str, modified: str, stop_at: int | None = None) -> None:
    """Serve a file as a good server does; ``stop_at`` cuts the connection after so many bytes."""
    validators = {"ETag": etag, "Last_Modified": modified, "Accept_Ranges": "bytes"}
    if handler.headers.get("If-None-Match") == etag:
        handler.send_response(304)
        handler.end_headers()
        return
    asked = handler.headers.get("Range")
    if asked and handler.headers.get("If-Range") in (etag, modified):
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        place = f"bytes {start}-{len(body) - 1}/{len(body)}"
        handler.send(body[start:], status=206, Content_Range=place, extra=validators)
        return
    if stop_at is None:
        handler.send(body, extra=validators)
        return
    handler.send(body[:stop_at], length=len(body), extra=validators)
    handler.cut()


# -- misbehaviour -------------------------------------------------------------------------------------------------


def stalls(handler: Handler) -> None:
    """Send a part, then nothing."""
    handler.send(TABLE[:100], length=len(TABLE))
    handler.wfile.flush()
    time.sleep(STALL)


def drips(handler: Handler) -> None:
    """Send a byte now and then, so that no wait is long and the whole never ends."""
    handler.send(b"", length=len(TABLE), ETag='"one"')
    for place in range(len(TABLE)):
        handler.wfile.write(TABLE[place : place + 1])
        handler.wfile.flush()
        time.sleep(0.05)


def cuts_then_resumes(handler: Handler) -> None:
    """Cut the first answer in the middle, and serve the rest when asked for it."""
    _file(handler, TABLE, '"one"', "Mon, 01 Jan 2024 00:00:00 GMT", stop_at=20_000)


def cuts_without_validator(handler: Handler) -> None:
    """Cut the first answer, giving nothing by which versions can be told apart."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    if site.times("/cuts-without-validator") == 1:
        handler.send(TABLE[:20_000], length=len(TABLE))
        handler.cut()
    else:
        handler.send(TABLE)


def cuts_and_ignores_range(handler: Handler) -> None:
    """Cut the first answer, and send the whole file when asked for the rest."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    if site.times("/ignores-range") == 1:
        handler.send(TABLE[:20_000], length=len(TABLE), ETag='"one"')
        handler.cut()
    else:
        handler.send(TABLE, ETag='"one"')


def changes_between_parts(handler: Handler) -> None:
    """Cut the first answer; by the second request the file is another, so the whole of it is sent."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    if site.times("/changes") == 1:
        _file(handler, TABLE, '"one"', "Mon, 01 Jan 2024 00:00:00 GMT", stop_at=20_000)
    else:
        _file(handler, OTHER, '"two"', "Tue, 02 Jan 2024 00:00:00 GMT")


def changes_and_sends_the_rest_all_the_same(handler: Handler) -> None:
    """Cut the first answer; send the rest of another version as though it were the same file."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    turn = site.times("/changes-badly")
    if turn == 1:
        _file(handler, TABLE, '"one"', "Mon, 01 Jan 2024 00:00:00 GMT", stop_at=20_000)
    elif turn == 2:
        place = f"bytes 20000-{len(OTHER) - 1}/{len(OTHER)}"
        handler.send(OTHER[20_000:], status=206, Content_Range=place, ETag='"two"')
    else:
        _file(handler, OTHER, '"two"', "Tue, 02 Jan 2024 00:00:00 GMT")


def another_range(handler: Handler) -> None:
    """Cut the first answer; send other bytes than those asked for, then the whole."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    turn = site.times("/another-range")
    if turn == 1:
        _file(handler, TABLE, '"one"', "Mon, 01 Jan 2024 00:00:00 GMT", stop_at=20_000)
    elif turn == 2:
        handler.send(TABLE[10:], status=206, Content_Range=f"bytes 10-{len(TABLE) - 1}/{len(TABLE)}", ETag='"one"')
    else:
        handler.send(TABLE)


def says_too_long(handler: Handler) -> None:
    """Say a length that the body never reaches."""
    handler.send(TABLE, length=len(TABLE) + 1000, ETag='"one"')
    handler.cut()


def says_too_short(handler: Handler) -> None:
    """Say a length that ends in the middle of a line."""
    handler.send(TABLE, length=len(TABLE) - 8)
    handler.cut()


def page(handler: Handler) -> None:
    """Send a page, and say so."""
    handler.send(b"<!DOCTYPE html><html><body>Sign in</body></html>", kind="text/html; charset=utf-8")


def page_as_table(handler: Handler) -> None:
    """Send a page and call it CSV."""
    handler.send(b"\n  <HTML><body>Sign in</body></HTML>")


def busy_seconds(handler: Handler) -> None:
    """Ask once to wait a second."""
    _busy(handler, "/busy-seconds", "1")


def busy_date(handler: Handler) -> None:
    """Ask once to wait until a time two seconds from now."""
    _busy(handler, "/busy-date", formatdate(time.time() + 2, usegmt=True))


def busy_long(handler: Handler) -> None:
    """Ask to wait an hour."""
    handler.send(b"", status=429, Retry_After="3600")


def _busy(handler: Handler, path: str, wait: str) -> None:
    """Answer the first request with 429, and the others well."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    if site.times(path) == 1:
        handler.send(b"slow down", status=429, kind="text/plain", Retry_After=wait)
    else:
        handler.send(TABLE)


def fails_once(handler: Handler) -> None:
    """Fail with 500, then serve."""
    site: Server = handler.server.site  # type: ignore[attr-defined]
    if site.times("/fails-once") == 1:
        handler.send(b"", status=500)
    else:
        handler.send(TABLE)


def fails(handler: Handler) -> None:
    """Fail each time."""
    handler.send(b"", status=503)


def packed(handler: Handler) -> None:
    """Send the table packed with gzip, as many servers do."""
    handler.send(gzip.compress(TABLE), Content_Encoding="gzip", ETag='"packed"')


def bomb(handler: Handler) -> None:
    """Send a small file that unpacks to a hundred megabytes."""
    handler.send(BOMB, Content_Encoding="gzip")


def damaged(handler: Handler) -> None:
    """Send something packed that was cut before it was sent."""
    handler.send(gzip.compress(TABLE)[:-200], Content_Encoding="gzip")


def odd_encoding(handler: Handler) -> None:
    """Send an encoding that nobody asked for."""
    handler.send(TABLE, Content_Encoding="br")


def large(handler: Handler) -> None:
    """Say that the file is large."""
    handler.send(b"", length=3 * 2**30)


def endless(handler: Handler) -> None:
    """Send without a length and without an end, in chunks."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/csv")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    block = b"1,2000,3\n" * 1000
    try:
        for _ in range(10_000):
            handler.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
    except OSError:
        handler.close_connection = True


def not_asked_304(handler: Handler) -> None:
    """Say that nothing changed to somebody who has nothing."""
    handler.send_response(304)
    handler.end_headers()


def leads_to(address: str) -> Route:
    """Make a route that leads to another address."""

    def route(handler: Handler) -> None:
        handler.send(b"", status=302, Location=address)

    return route


ROUTES: dict[str, Route] = {
    "/good.csv": good,
    "/stalls": stalls,
    "/drips": drips,
    "/cuts": cuts_then_resumes,
    "/cuts-without-validator": cuts_without_validator,
    "/ignores-range": cuts_and_ignores_range,
    "/changes": changes_between_parts,
    "/changes-badly": changes_and_sends_the_rest_all_the_same,
    "/another-range": another_range,
    "/says-too-long": says_too_long,
    "/says-too-short": says_too_short,
    "/page": page,
    "/page-as-table": page_as_table,
    "/busy-seconds": busy_seconds,
    "/busy-date": busy_date,
    "/busy-long": busy_long,
    "/fails-once": fails_once,
    "/fails": fails,
    "/packed": packed,
    "/bomb": bomb,
    "/damaged": damaged,
    "/odd-encoding": odd_encoding,
    "/large": large,
    "/endless": endless,
    "/not-asked-304": not_asked_304,
    "/moved": leads_to("/good.csv"),
    "/loop": leads_to("/loop-back"),
    "/loop-back": leads_to("/loop"),
    "/to-file": leads_to("file:///etc/hostname"),
    "/to-ftp": leads_to("ftp://127.0.0.1/good.csv"),
    "/to-plain-http": leads_to("http://data.example/good.csv"),
}
