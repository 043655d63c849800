"""Fetch a public file: whole, checked, and told apart from what was fetched before.

A file is brought into a hidden partial file beside its target, checked, and only then given its name; a record
beside it (``NAME.fetched.json``) keeps address, hash, time and what the server offers to tell versions apart, so
that a second fetch asks only whether something changed. A fetch that breaks off goes on where it stood.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from khasan.ledger.errors import InputError
from khasan.sources.catalogue import PublicSource, address_of, file_of, find_source
from khasan.sources.fetch_checks import check_content, decode
from khasan.sources.fetch_record import Record, hash_of, read_record, record_path, write_record
from khasan.sources.fetch_transfer import Answer, Limits, Progress, Request, forget, transfer

__all__ = ["Fetched", "Limits", "fetch"]

AGENT = "khasan (research tool; fetches public data sets)"
_ENCODINGS = ("", "identity")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that lies on disk, whole, with what is known of it."""

    path: Path
    sha256: str
    etag: str | None
    last_modified: str | None
    retrieved: datetime
    bytes: int
    unchanged: bool


def fetch(
    what: str | PublicSource,
    folder: Path,
    *,
    parameters: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Fetch a source of the catalogue, or an address, into a folder.

    Parameters
    ----------
    what : str or PublicSource
        Id of a source, a source itself, or an address that begins with https.
    folder : Path
        Where the file goes; made where it is missing.
    parameters : mapping of str to str, optional
        Values for the places in the address of a source.
    limits : Limits, optional
        How much and how long it may take; the size limit of a source is its own.
    progress : callable, optional
        Called with the bytes that have arrived and those expected (or None).

    Returns
    -------
    Fetched
        ``unchanged`` says that the file was there already, with the same contents.

    Raises
    ------
    InputError
        Where the file cannot be had or is not what it should be; nothing has then changed under its final name.
    """
    request, name, limits = _plan(what, dict(parameters or {}), limits or Limits())
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); choose another folder") from None
    target, part = folder / name, folder / f".{name}.part"
    known = _known(target, request.shown)
    if known is not None:
        conditional = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        request = replace(request, conditional={key: value for key, value in conditional.items() if value})
    answer = transfer(request, part, limits, progress)
    if answer.unchanged and known is not None:
        return _fetched(target, known, unchanged=True)
    return _keep(target, part, answer, request.shown, limits, known)


def _plan(what: str | PublicSource, parameters: Mapping[str, str], limits: Limits) -> tuple[Request, str, Limits]:
    """Work out what to ask, under which name it is kept, and how much may come."""
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, identity"}
    if isinstance(what, str) and "://" in what:
        if parameters:
            raise InputError("an address takes no parameters; put them into the address")
        request = Request(what, None, (), headers, {}, {}, "")
        return request, _name_of(what), limits
    source = find_source(what) if isinstance(what, str) else what
    if source.accept:
        headers["Accept"] = source.accept
    request = Request(
        address_of(source, parameters),
        source.format,
        source.content_types,
        headers,
        _secret(source),
        {},
        source.key_variable,
    )
    return request, file_of(source, parameters), replace(limits, most_bytes=min(limits.most_bytes, source.most_bytes))


def _secret(source: PublicSource) -> dict[str, str]:
    """Return the header with the key of a source, read from the environment.

    Raises
    ------
    InputError
        Where a source needs a key and none is set, or what is set cannot be one; the key itself is never shown.
    """
    if not source.key_variable:
        return {}
    key = os.environ.get(source.key_variable, "").strip()
    if not key and source.key_needed:
        raise InputError(
            f"{source.id}: needs a key; get one from {source.home} and set it in the environment variable "
            f"{source.key_variable}"
        )
    if key and not re.fullmatch(r"[\x21-\x7e]{1,500}", key):
        raise InputError(f"{source.key_variable}: holds spaces or letters that no key has; set it again")
    return {source.key_header: key} if key else {}


def _name_of(url: str) -> str:
    """Name the file of an address: the end of its path, with a hash where a query tells files apart."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InputError("the address is malformed; write it as https://host/path") from None
    name = re.sub(r"[^A-Za-z0-9._-]", "-", parts.path.rpartition("/")[2]).lstrip(".")[-100:] or "download"
    if not parts.query:
        return name
    stem, dot, ending = name.partition(".")
    return f"{stem}-{hashlib.sha256(parts.query.encode()).hexdigest()[:8]}{dot}{ending}"


def _known(target: Path, shown: str) -> Record | None:
    """Return the record of a file that is still as it was fetched from this address."""
    record = read_record(record_path(target))
    if record is None or record.url != shown or not target.is_file():
        return None
    return record if hash_of(target) == record.sha256 else None


def _keep(target: Path, part: Path, answer: Answer, shown: str, limits: Limits, known: Record | None) -> Fetched:
    """Check what arrived and give it its name, or throw it away."""
    made = part
    try:
        if answer.encoding not in _ENCODINGS:
            made = part.with_name(part.name + ".decoded")
            decode(part, answer.encoding, made, limits.most_bytes, shown)
        check_content(made, answer.kind, shown)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        digest, size = hash_of(made), made.stat().st_size
        retrieved = datetime.now(UTC).replace(microsecond=0)
        record = Record(shown, answer.etag, answer.last_modified, digest, size, retrieved.isoformat())
        same = known is not None and known.sha256 == digest
        if not same:
            os.replace(made, target)
        write_record(record_path(target), record)
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another folder") from None
    finally:
        made.unlink(missing_ok=True)
        forget(part)
    return _fetched(target, record, unchanged=same)


def _fetched(target: Path, record: Record, *, unchanged: bool) -> Fetched:
    """Tell of a file by its record."""
    return Fetched(
        path=target,
        sha256=record.sha256,
        etag=record.etag,
        last_modified=record.last_modified,
        retrieved=datetime.fromisoformat(record.retrieved),
        bytes=record.bytes,
        unchanged=unchanged,
    )
