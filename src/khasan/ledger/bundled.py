"""Find and open casebooks: the bundled one, a folder, or a ledger file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from khasan.ledger.casebook import Casebook, Tables
from khasan.ledger.check import check_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.read import read_casebook
from khasan.ledger.schema import SEED, SEED_TABLES

if TYPE_CHECKING:  # DuckDB is imported where a ledger file is opened, so that the bundled casebook opens at once
    from khasan.ledger.store import Ledger

BUNDLED = "rus-prk"
"""Name of the casebook that ships with the package."""


def bundled_folder() -> Path:
    """Return the folder of the bundled casebook, in the installed package or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "casebooks", package.parents[1] / "casebooks")
    for place in places:
        if (place / BUNDLED / "datapackage.json").is_file():
            return place / BUNDLED
    raise InputError(f"the bundled casebook {BUNDLED} is missing from the installation; install the package again")


def load_casebook(ledger: Ledger, folder: Path) -> int:
    """Load a casebook folder into a ledger; return the number of rows added."""
    raw = read_casebook(folder)
    name, version = _package(folder)
    return ledger.load(raw, name, version=version, sha256=folder_hash(folder))


def seed(ledger: Ledger) -> int:
    """Load the reference tables of the bundled casebook (actors, channels, units, series) and none of its facts."""
    raw = read_casebook(bundled_folder())
    reference = {table: frame for table, frame in raw.items() if table in SEED_TABLES}
    return ledger.load(reference, f"{BUNDLED} reference tables", kind=SEED, sha256=folder_hash(bundled_folder()))


def open_ledger(path: Path | None) -> Tables:
    """Open a ledger file for reading, or the bundled casebook where no path is given."""
    if path is not None:
        from khasan.ledger.store import Ledger

        return Ledger.open(path)
    return open_casebook(bundled_folder())


def open_casebook(folder: Path) -> Casebook:
    """Check a casebook folder and open it for reading, without a database."""
    name, version = _package(folder)
    return Casebook(check_casebook(read_casebook(folder)), name, version, folder_hash(folder))


def _package(folder: Path) -> tuple[str, str]:
    """Return name and version of a data package, without characters that a terminal would obey."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    name, version = (str(package.get(key) or "") for key in ("name", "version"))
    return _printable(name) or folder.name, _printable(version)


def _printable(text: str) -> str:
    """Return the printable letters of a text, a hundred at most."""
    return "".join(letter for letter in text if letter.isprintable())[:100]


def folder_hash(folder: Path) -> str:
    """Return the SHA-256 over the package file and every file that lies beside it."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".json", ".parquet"):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
