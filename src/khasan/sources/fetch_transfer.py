"""Bring the bytes of an address into a partial file: redirects, retries, resuming, limits.

Nothing is judged here but the transfer: whether the bytes are what they should be is for
:mod:`khasan.sources.fetch_checks`. Failures of the network are told in our own words, since the text of the
library's errors may hold what was sent.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from khasan.ledger.errors import InputError
from khasan.sources.fetch_checks import check_address, check_content_type, expected_format
from khasan.sources.fetch_record import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

Progress = Callable[[int, int | None], None]
"""Called with the bytes that have arrived and those expected, where the server said how many."""

MOST_REDIRECTS = 5
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"^bytes (\d+)-(\d+)/(\d+|\*)$")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long a fetch may take: bytes, attempts and seconds."""

    most_bytes: int = 512 * 2**20
    attempts: int = 5
    connect: float = 15.0
    read: float = 30.0
    total: float = 1800.0
    first_wait: float = 1.0
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: an address, what is expected of it, and the headers to send.

    ``secret`` is sent to the host of the address only, never to one that it leads to.
    """

    url: str
    kind: str | None
    content_types: tuple[str, ...]
    headers: Mapping[str, str]
    secret: Mapping[str, str]
    conditional: Mapping[str, str]
    key_variable: str

    @property
    def shown(self) -> str:
        """The address as it may be shown."""
        return without_secrets(self.url)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said of the bytes that are now in the partial file."""

    unchanged: bool
    etag: str | None = None
    last_modified: str | None = None
    encoding: str = ""
    kind: str = "any"


class _TryAgain(Exception):
    """The attempt failed in a way that may pass; it never leaves this module."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def transfer(request: Request, part: Path, limits: Limits, progress: Progress | None) -> Answer:
    """Bring an address into a partial file, with as many attempts as the limits allow.

    Raises
    ------
    InputError
        Where the address may not be fetched, the server refuses or sends too much, or no attempt succeeds.
    """
    deadline = time.monotonic() + limits.total
    reason = ""
    with _client(request, limits) as client:
        for attempt in range(1, limits.attempts + 1):
            try:
                return _attempt(client, request, part, limits, deadline, progress)
            except _TryAgain as again:
                reason, asked = str(again), again.wait
            if attempt < limits.attempts:
                _pause(request.shown, attempt, asked, limits, deadline)
    kept = "; what arrived is kept, and the next try goes on from there" if part.exists() else ""
    raise InputError(f"{request.shown}: {reason}, after {limits.attempts} attempts; try again later{kept}")


def _pause(shown: str, attempt: int, asked: float | None, limits: Limits, deadline: float) -> None:
    """Wait as long as the server asked, or longer after each failure, with jitter so that users do not come at once."""
    grown = min(limits.longest_wait, limits.first_wait * 2.0 ** (attempt - 1))
    wait = grown * random.uniform(0.5, 1.0) if asked is None else asked  # noqa: S311  (no secret hangs on it)
    if wait > limits.longest_wait:
        raise InputError(f"{shown}: the server asks to wait {wait:,.0f} seconds; try again after that")
    if time.monotonic() + wait > deadline:
        raise InputError(f"{shown}: not finished after {limits.total:,.0f} seconds; try again later")
    time.sleep(wait)


@contextmanager
def _client(request: Request, limits: Limits) -> Iterator[httpx.Client]:
    """Open a client; the library is imported only here, and its absence is told in one sentence."""
    try:
        import httpx
    except ModuleNotFoundError:
        raise InputError("fetching needs the extra 'fetch'; install it with: pip install 'khasan[fetch]'") from None
    from khasan.sources.fetch_checks import is_loopback

    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    with httpx.Client(timeout=timeout, trust_env=not is_loopback(urlsplit(request.url).hostname)) as client:
        yield client


def _attempt(
    client: httpx.Client, request: Request, part: Path, limits: Limits, deadline: float, progress: Progress | None
) -> Answer:
    """Ask once and write what comes; go on from what an earlier attempt left where the server can tell it apart."""
    import httpx

    left = _left_by_earlier(part, request.url)
    have = part.stat().st_size if left else 0
    extra = {"Range": f"bytes={have}-", "If-Range": left["validator"]} if left else dict(request.conditional)
    try:
        with _answered(client, request, extra) as response:
            _check_status(response, request, part, sent=extra)
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Answer(unchanged=True)
            return _receive(response, request, part, left, limits, deadline, progress)
    except httpx.TimeoutException:
        raise _TryAgain("the server stalled") from None
    except httpx.ConnectError:
        raise _TryAgain("no connection to the server") from None
    except httpx.RemoteProtocolError:
        raise _TryAgain("the connection was cut in the middle") from None
    except httpx.RequestError:
        raise _TryAgain("the connection failed") from None
    except (httpx.InvalidURL, UnicodeError):
        raise InputError(f"{request.shown}: the address, or one that it leads to, is malformed; check it") from None
    except OSError as error:
        raise InputError(f"{part.parent}: cannot be written ({error.strerror}); choose another folder") from None


@contextmanager
def _answered(client: httpx.Client, request: Request, extra: Mapping[str, str]) -> Iterator[httpx.Response]:
    """Ask an address and those that it leads to, as far as they may be followed."""
    url, seen = request.url, {request.url}
    check_address(url)
    for _ in range(MOST_REDIRECTS + 1):
        own = _origin(url) == _origin(request.url)
        headers = {**request.headers, **extra, **(request.secret if own else {})}
        response = client.send(client.build_request("GET", url, headers=headers), stream=True, follow_redirects=False)
        try:
            if not response.has_redirect_location:
                yield response
                return
            following = urljoin(url, response.headers["Location"])
        finally:
            response.close()
        check_address(following, came_from=url)
        if following in seen:
            raise InputError(f"{request.shown}: the server leads in a circle; check the address")
        seen.add(following)
        url = following
    raise InputError(f"{request.shown}: the server leads on more than {MOST_REDIRECTS} times; check the address")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port, which together say who is asked."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _check_status(response: httpx.Response, request: Request, part: Path, sent: Mapping[str, str]) -> None:
    """Sort an answer into good, worth another try, and refused."""
    status = response.status_code
    if status in (200, 206) or (status == 304 and ("If-None-Match" in sent or "If-Modified-Since" in sent)):
        return
    if status == 416:
        forget(part)
        raise _TryAgain("the server could not go on from what had arrived", 0.0)
    if status in _RETRIED:
        said = "asks to come back later (429)" if status == 429 else f"fails ({status})"
        raise _TryAgain(f"the server {said}", _retry_after(response.headers.get("Retry-After")))
    if status in (401, 403) and request.key_variable:
        raise InputError(
            f"{request.shown}: refused ({status}); the key in {request.key_variable} is missing, wrong or used up"
        )
    meaning = {401: "it asks for a login", 403: "forbidden", 404: "not found", 410: "withdrawn"}.get(status, "refused")
    raise InputError(f"{request.shown}: the server answered {status} ({meaning}); check the address and parameters")


def _retry_after(header: str | None) -> float | None:
    """Read the header ``Retry-After``: seconds or a date; None where it says nothing that can be used."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header.strip())
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _receive(
    response: httpx.Response,
    request: Request,
    part: Path,
    left: Mapping[str, str] | None,
    limits: Limits,
    deadline: float,
    progress: Progress | None,
) -> Answer:
    """Write the body of an answer to the partial file, from its beginning or from where it stood."""
    headers = response.headers
    content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    kind = request.kind or expected_format(request.url, content_type)
    check_content_type(content_type, request.content_types, kind, request.shown)
    encoding = headers.get("Content-Encoding", "").strip().lower().replace("identity", "")
    start, total = 0, _number(headers.get("Content-Length"))
    if response.status_code == 206:
        start, total = _continued(response, part, left, encoding)
    if total is not None and total > limits.most_bytes:
        raise InputError(f"{request.shown}: {total / 2**20:,.0f} MB; the limit is {limits.most_bytes // 2**20:,} MB")
    if start == 0:
        _remember(part, request.url, headers, encoding)
    written = start
    with part.open("ab" if start else "wb") as file:
        for block in response.iter_raw():
            written += len(block)
            if written > limits.most_bytes:
                forget(part)
                raise InputError(
                    f"{request.shown}: sends more than {limits.most_bytes // 2**20:,} MB, the limit; it is refused"
                )
            file.write(block)
            if progress is not None:
                progress(written, total)
            if time.monotonic() > deadline:
                raise InputError(
                    f"{request.shown}: not finished after {limits.total:,.0f} seconds; what arrived is kept, "
                    "and the next try goes on from there"
                )
    if total is not None and written != total:
        if written > total:
            forget(part)
        raise _TryAgain(f"{written:,} of {total:,} bytes arrived")
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    return Answer(unchanged=False, etag=etag, last_modified=modified, encoding=encoding, kind=kind)


def _continued(
    response: httpx.Response, part: Path, left: Mapping[str, str] | None, encoding: str
) -> tuple[int, int | None]:
    """Check that a part fits what had arrived; return where it starts and how long the whole is."""
    found = _RANGE.match(response.headers.get("Content-Range", ""))
    size = part.stat().st_size if left else 0
    validator = _validator(response.headers)
    if (
        left is None
        or found is None
        or int(found[1]) != size
        or encoding != left["encoding"]
        or (validator is not None and validator != left["validator"])
    ):
        forget(part)
        raise _TryAgain("the server sent another part than was asked for", 0.0)
    return size, None if found[3] == "*" else int(found[3])


def _number(text: str | None) -> int | None:
    """Read a count of bytes."""
    return int(text) if text and text.isdigit() else None


def _validator(headers: httpx.Headers) -> str | None:
    """Return what tells this version of the file from another: a strong tag, else the time of its last change."""
    etag: str | None = headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return etag
    modified: str | None = headers.get("Last-Modified")
    return modified


def _state(part: Path) -> Path:
    """Return where it is written what a partial file is a part of."""
    return part.with_name(part.name + ".json")


def _remember(part: Path, url: str, headers: httpx.Headers, encoding: str) -> None:
    """Write down what the partial file is a part of, where the server gave something to tell versions apart."""
    forget(part)
    validator = _validator(headers)
    if validator is not None:
        state = {"url": without_secrets(url), "validator": validator, "encoding": encoding}
        _state(part).write_text(json.dumps(state), encoding="utf-8")


def _left_by_earlier(part: Path, url: str) -> dict[str, str] | None:
    """Return what an earlier attempt wrote down, where its part can be gone on with."""
    try:
        state = json.loads(_state(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    usable = isinstance(state, dict) and set(state) == {"url", "validator", "encoding"} and part.is_file()
    if not usable or state["url"] != without_secrets(url) or not part.stat().st_size:
        return None
    return {key: str(value) for key, value in state.items()}


def forget(part: Path) -> None:
    """Remove a partial file and what was written down of it."""
    part.unlink(missing_ok=True)
    _state(part).unlink(missing_ok=True)
