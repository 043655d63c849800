"""The public data sets that are held whole: which files they are, and how each becomes panels.

What files a data set has, under which names, stands in ``datasets.csv``; the columns of each in ``columns.csv``.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv
from khasan.sources import assembly_panels, correlates_trade, state_panels, state_sizes
from khasan.sources.mapped import Mapped
from khasan.sources.tabular import read_table

Parts = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set: its parts with the file names under which each may lie, its sources and its version."""

    id: str
    parts: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]
    version: str
    title: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A data set read and mapped: its panels, the hash of its files, and the sources it cites."""

    dataset: DataSet
    mapped: Mapped
    sha256: str
    files: tuple[str, ...]


@cache
def data_sets() -> Mapping[str, DataSet]:
    """Return every data set of ``datasets.csv`` by id."""
    text = files("khasan.sources").joinpath("datasets.csv").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["dataset"], []).append(row)
    return {
        name: DataSet(
            name,
            {row["part"]: tuple(row["names"].split(";")) for row in parts},
            tuple(dict.fromkeys(row["source"] for row in parts)),
            parts[0]["version"],
            parts[0]["title"],
        )
        for name, parts in rows.items()
    }


def reference_rows(sources: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Return the rows of the tables ``source`` and ``origin`` that data sets rest on, as text."""
    folder = Path(__file__).with_name("reference")
    source = read_csv(folder / "source.csv", "source").filter(pl.col("id").is_in(list(sources)))
    return {"source": source, "origin": read_csv(folder / "origin.csv", "origin")}


def find_in_folder(folder: Path) -> dict[str, dict[str, Path]]:
    """Find the data sets of which a folder holds every part.

    Returns
    -------
    dict of str to dict of str to Path
        The file of each part of each data set that is there whole.

    Raises
    ------
    InputError
        Where the folder is missing or holds none, or two files of one part lie in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the data files")
    held = {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.is_file()}
    found: dict[str, dict[str, Path]] = {}
    for dataset in data_sets().values():
        parts: dict[str, Path] = {}
        for part, names in dataset.parts.items():
            there = [held[name.casefold()] for name in names if name.casefold() in held]
            if len(there) > 1:
                both = " and ".join(path.name for path in there)
                raise InputError(f"{folder}: {both} are two versions of {dataset.title}; load one after the other")
            if there:
                parts[part] = there[0]
        if len(parts) == len(dataset.parts):
            found[dataset.id] = parts
    if not found:
        names = ", ".join(name for dataset in data_sets().values() for name in next(iter(dataset.parts.values()))[:1])
        raise InputError(f"{folder}: holds no file of a known data set; known are {names}")
    return found


def assign(dataset: DataSet, paths: Iterable[Path]) -> dict[str, Path]:
    """Assign the files that a user named to the parts of a data set.

    A file is taken for the part whose usual name it has, or for the only part of the data set.

    Raises
    ------
    InputError
        Where a file fits no part, a part has two files, or a part has none.
    """
    found: dict[str, Path] = {}
    for path in paths:
        usual = [part for part, names in dataset.parts.items() if path.name.casefold() in map(str.casefold, names)]
        part = usual[0] if usual else next(iter(dataset.parts)) if len(dataset.parts) == 1 else ""
        if not part:
            raise InputError(f"{path.name}: not a file of {dataset.id}; it has {_files(dataset)}")
        if part in found:
            raise InputError(
                f"{found[part].name} and {path.name}: two versions of {dataset.id} at once; load one after the other"
            )
        found[part] = path
    lacking = [part for part in dataset.parts if part not in found]
    if lacking:
        raise InputError(f"{dataset.id}: the file of {lacking[0]} is missing; it has {_files(dataset)}")
    return found


def _files(dataset: DataSet) -> str:
    """List the files of a data set."""
    return ", ".join(" or ".join(names) for names in dataset.parts.values())


def file_hash(paths: Mapping[str, Path]) -> str:
    """Return the SHA-256 of the one file of a data set, or over the hashes of its files in the order of its parts."""
    hashes = []
    for path in paths.values():
        if not path.is_file():
            raise InputError(f"{path}: no such file; give the file or the folder that holds it")
        with path.open("rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def read_data_set(dataset: DataSet, paths: Mapping[str, Path], actors: pl.DataFrame, names: pl.DataFrame) -> Reading:
    """Read the files of a data set, check them, and map them to panels.

    Parameters
    ----------
    paths : mapping of str to Path
        The file of each part.
    actors : DataFrame
        As :func:`khasan.sources.actors.actors_of` returns it.
    names : DataFrame
        As :func:`names_of` returns it.
    """
    parts = {part: read_table(path, part) for part, path in paths.items()}
    mapped = _mapping(dataset.id)(parts, actors, names)
    return Reading(dataset, mapped, file_hash(paths), tuple(path.name for path in paths.values()))


def names_of(table: pl.DataFrame) -> pl.DataFrame:
    """Return every name and alias of the table ``actor`` with its code: ``country``, ``cow``."""
    rows = [
        (name, int(code))
        for row in table.iter_rows(named=True)
        for name in (row["name"], *split(row["aliases"]))
        for code in split(row["cow"])[:1]
    ]
    frame = pl.DataFrame(rows, schema={"country": pl.String(), "cow": pl.Int64()}, orient="row")
    return frame.unique("country", keep="none", maintain_order=True)


def _mapping(dataset: str) -> Callable[[Parts, pl.DataFrame, pl.DataFrame], Mapped]:
    """Return how the parts of a data set become panels."""
    return {
        "cow-trade": lambda parts, actors, _: correlates_trade.trade_panel(parts["dyads"], actors),
        "cow-national-trade": lambda parts, actors, _: state_sizes.national_trade(parts["national"], actors),
        "anders-gdp": lambda parts, actors, _: state_sizes.sizes(parts["sizes"], actors),
        "cow-capabilities": lambda parts, actors, _: state_sizes.capabilities(parts["capabilities"], actors),
        "cow-states": lambda parts, actors, _: state_panels.membership(parts["states"], actors),
        "state-capitals": lambda parts, actors, _: state_panels.capitals(parts["capitals"], parts["states"], actors),
        "cow-contiguity": lambda parts, actors, _: state_panels.borders(parts["contiguity"], actors),
        "cshapes-distance": lambda parts, actors, _: state_panels.distances(parts["distances"], actors),
        "cow-alliances": lambda parts, actors, _: state_panels.alliances(
            parts["commitments"], actors, "Correlates of War"
        ),
        "atop-alliances": lambda parts, actors, _: state_panels.alliances(parts["commitments"], actors, "ATOP"),
        "disputes": lambda parts, actors, _: state_panels.disputes(parts["disputes"]),
        "dispute-pairs": lambda parts, actors, _: state_panels.dispute_pairs(parts["pairs"], actors),
        "leaders": lambda parts, actors, _: state_panels.leaders(parts["leaders"], actors),
        "rivalries": lambda parts, actors, _: state_panels.rivalries(parts["rivalries"], actors),
        "unga-votes": lambda parts, actors, names: assembly_panels.three_files(
            parts["votes"], parts["roll_calls"], parts["issues"], actors, names
        ),
        "unga-votes-csv": lambda parts, actors, _: assembly_panels.one_file(parts["combined"], actors),
    }[dataset]
