"""Load public data sets into an open ledger: read, map, and add each as a vintage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.panels import PANEL, VERDICTS
from khasan.ledger.store import Ledger
from khasan.sources.actors import actors_of
from khasan.sources.datasets import (
    assign,
    data_sets,
    file_hash,
    file_names,
    find_in_folder,
    names_of,
    read_data_set,
    reference_rows,
)
from khasan.sources.packed import unpacked
from khasan.sources.public_loading import READERS

IDEAL_POINTS = "ideal-points"
"""Name of the load that keeps ideal points."""

MADE_OF = MappingProxyType({IDEAL_POINTS: ("unga-votes",), VERDICTS: ("cow-trade", "anders-gdp", "cshapes-distance")})
"""Of which data sets each thing that is computed and kept is made."""

FOLDER = "states"
"""Word for a folder that holds files of several data sets."""


def load_data_sets(
    ledger: Ledger, source: str, paths: Iterable[Path], version: str | None = None, known_from: date | None = None
) -> list[tuple[str, int, int]]:
    """Load a folder of data files, or one data set by its name.

    Parameters
    ----------
    ledger : Ledger
        Open for writing.
    source : str
        ``states`` for a folder, or the name of a data set.
    paths : iterable of Path
        Folders, or the files of the data set; a zip counts as a folder, a ``.gz`` as the file in it.
    version, known_from : optional
        Version of the data set and the day from which it could be known, where they are not the usual ones.

    Returns
    -------
    list of tuple
        Name of each data set, rows added (0 where these very files were loaded before), and rows set aside.

    Raises
    ------
    InputError
        Where the source is unknown or a file fails a check; the caller's transaction is then rolled back.
    """
    with unpacked(paths, file_names()) as given:
        return _load(ledger, source, given, version, known_from)


def _load(
    ledger: Ledger, source: str, paths: list[Path], version: str | None, known_from: date | None
) -> list[tuple[str, int, int]]:
    """Load files that lie on the disk, as :func:`load_data_sets` says."""
    if source == FOLDER:
        found = [(name, parts) for path in paths for name, parts in find_in_folder(path).items()]
        names = [name for name, _ in found]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"{twice} lies in more than one of these folders; load one after the other")
    elif source in data_sets():
        found = [(source, assign(data_sets()[source], paths))]
    else:
        known = ", ".join(("casebook", FOLDER, *data_sets(), *READERS))
        raise InputError(f"unknown source {source!r}; known are {known}")
    table = ledger.table("actor")
    actors, names_of_actors = actors_of(table), names_of(table)
    held = set(ledger.loads().filter(kind=PANEL).select("name", "sha256").iter_rows())
    loaded = []
    for name, parts in found:
        dataset = data_sets()[name]
        if (name, file_hash(parts)) in held:
            loaded.append((name, 0, 0))
            continue
        reading = read_data_set(dataset, parts, actors, names_of_actors)
        try:
            added = ledger.load(
                reference_rows(dataset.sources),
                name,
                sha256=reading.sha256,
                version=version or reading.version,
                kind=PANEL,
                panels=reading.mapped.panels,
                known_from=known_from,
                set_aside=reading.mapped.set_aside,
            )
        except InputError as error:
            raise InputError(f"{' and '.join(reading.files)}: {error}") from None
        loaded.append((name, added, reading.mapped.set_aside))
    return loaded


def keep_computed(ledger: Ledger, name: str, panel: str, frame: pl.DataFrame, made_of: Iterable[str]) -> int:
    """Keep what was computed of data sets as a panel, with the hash of what it was made of; return the rows added.

    Parameters
    ----------
    ledger : Ledger
        Open for writing.
    name : str
        Name of what is kept, as the list of loads shows it.
    panel : str
        Panel that holds it.
    frame : DataFrame
        Its rows.
    made_of : iterable of str
        Names of the data sets of whose latest versions it was made.

    Raises
    ------
    InputError
        Where the ledger lacks one of them.
    """
    inputs = latest_of(ledger, made_of)
    lacking = [one for one, row in inputs.items() if row is None]
    if lacking:
        raise InputError(f"{ledger.name}: holds no {lacking[0]}; load it with: khasan load states DIR")
    rows = [row for row in inputs.values() if row is not None]
    days = [row["known_from"] for row in rows if row["known_from"] is not None]
    return ledger.load(
        reference_rows([source for one in inputs for source in data_sets()[one].sources]),
        name,
        sha256=hashlib.sha256(" ".join((name, *(row["sha256"] for row in rows))).encode()).hexdigest(),
        version="of " + ", ".join(row["version"] for row in rows),
        kind=PANEL,
        panels={panel: frame},
        known_from=max(days, default=None),
    )


def latest_of(ledger: Ledger, names: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """Return the current load of each data set, or None where the ledger has none of it."""
    loads = {row["load"]: row for row in ledger.loads().iter_rows(named=True)}
    current = ledger.panels.vintages()
    return {name: loads[current[name]] if name in current else None for name in names}
