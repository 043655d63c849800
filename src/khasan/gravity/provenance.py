"""What a result was computed from: loads of a ledger, and files beside it, each with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger


def loads_read(ledger: Ledger, loads: Collection[int]) -> tuple[dict[str, object], ...]:
    """Return name, version, number and hash of some loads of a ledger.

    Parameters
    ----------
    ledger : Ledger
        An open ledger.
    loads : collection of int
        Numbers of the loads that were read.

    Returns
    -------
    tuple of dict
        ``data_set``, ``version``, ``load``, ``sha256``, in the order of loading.
    """
    rows = ledger.loads().filter(pl.col("load").is_in(sorted(set(loads)))).sort("load")
    return tuple(
        {"data_set": row["name"], "version": row["version"], "load": row["load"], "sha256": row["sha256"]}
        for row in rows.iter_rows(named=True)
    )


def file_read(path: Path, name: str) -> dict[str, object]:
    """Return name and hash of a file that was read.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it: files have no version but their contents, so the hash begins the version too.

    Returns
    -------
    dict
        ``data_set``, ``version`` (first eight digits of the hash), ``sha256``.

    Raises
    ------
    InputError
        Where it cannot be read.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from None
    return {"data_set": name, "version": digest[:8], "sha256": digest}
