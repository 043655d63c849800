"""What is kept beside a fetched file: where it came from, when, and its hash; never a key."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SECRETS = ("key", "token", "secret", "password", "signature", "credential", "auth")
"""Words in the name of a parameter whose value is never written or shown."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record beside a file: address, validators of the server, hash and time."""

    url: str
    etag: str | None
    last_modified: str | None
    sha256: str
    bytes: int
    retrieved: str


def without_secrets(url: str) -> str:
    """Return an address without user, password and the values of parameters that may be keys."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not any(word in parts.query.lower() for word in SECRETS):
        return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    shown = [
        (name, "..." if any(word in name.lower() for word in SECRETS) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(shown), ""))


def record_path(target: Path) -> Path:
    """Return where the record of a file lies."""
    return target.with_name(target.name + ".fetched.json")


def read_record(path: Path) -> Record | None:
    """Read a record; None where it is missing or not one."""
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Write a record, whole or not at all."""
    made = path.with_name(f".{path.name}.new")
    made.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
    os.replace(made, path)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
