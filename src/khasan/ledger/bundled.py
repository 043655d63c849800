"""Find and open casebooks: the bundled one, a folder, or a ledger file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from khasan.ledger.errors import InputError
from khasan.ledger.read import read_casebook
from khasan.ledger.store import SEED, SEED_TABLES, Ledger

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
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    name, version = str(package.get("name") or folder.name), str(package.get("version") or "")
    return ledger.load(raw, name, version=version, sha256=folder_hash(folder))


def seed(ledger: Ledger) -> int:
    """Load the reference tables of the bundled casebook (actors, channels, units, series) and none of its facts."""
    raw = read_casebook(bundled_folder())
    reference = {table: frame for table, frame in raw.items() if table in SEED_TABLES}
    return ledger.load(reference, f"{BUNDLED} reference tables", kind=SEED, sha256=folder_hash(bundled_folder()))


def open_ledger(path: Path | None) -> Ledger:
    """Open a ledger file for reading, or the bundled casebook where no path is given."""
    if path is not None:
        return Ledger.open(path)
    folder = bundled_folder()
    ledger = Ledger.memory(name=f"bundled casebook {BUNDLED}")
    load_casebook(ledger, folder)
    return ledger


def folder_hash(folder: Path) -> str:
    """Return the SHA-256 over the package file and every file that lies beside it."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".json", ".parquet"):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
