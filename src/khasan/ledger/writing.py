"""Open a ledger file for writing: a new one appears whole or not at all, an old one changes whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger

_DRAFT = ".khasan-draft-"


@contextmanager
def writable(path: Path, create: bool = True) -> Iterator[Ledger]:
    """Open a ledger file for writing; a new file appears only when everything went well.

    A new ledger is made in a draft folder beside its place and moved there at the end. Drafts of processes that
    were killed are cleared away.

    Raises
    ------
    InputError
        Where the file cannot be written, or another process made it meanwhile.
    """
    if path.exists():
        _clear_drafts(path.parent)
        with Ledger.open(path, read_only=False) as ledger, _told(path):
            yield ledger
        return
    if not create:
        raise InputError(f"{path}: no such ledger; make one with: khasan load casebook DIR --ledger {path}")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: the folder does not exist or cannot be written; choose another place for --ledger")
    _clear_drafts(path.parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{_DRAFT}{os.getpid()}-", dir=path.parent))
    except OSError as error:
        raise InputError(
            f"{path}: cannot be made there ({error.strerror}); choose another place for --ledger"
        ) from None
    try:
        draft = folder / path.name
        with Ledger.create(draft) as ledger, _told(path):
            yield ledger
        _publish(draft, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in a sentence that the file could not be written, as where the disk is full."""
    try:
        yield
    except duckdb.IOException as error:
        reason = str(error).strip().partition("\n")[0][:200]
        raise InputError(f"{path}: could not be written, and is as it was ({reason})") from None


def _publish(draft: Path, path: Path) -> None:
    """Give a finished draft its place, unless somebody took the place meanwhile."""
    if draft.with_name(f"{draft.name}.wal").exists():  # the database could not be closed: its file is not whole
        raise InputError(f"{path}: the new ledger could not be finished; is the disk full?")
    taken = InputError(f"{path}: another load made this ledger meanwhile; load again to add to it")
    try:
        os.link(draft, path)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without hard links
        if path.exists():
            raise taken from None
        os.replace(draft, path)


def _clear_drafts(folder: Path) -> None:
    """Remove the drafts that killed processes left in a folder."""
    for draft in folder.glob(f"{_DRAFT}*"):
        number = draft.name.removeprefix(_DRAFT).partition("-")[0]
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(draft, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
