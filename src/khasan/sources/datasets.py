"""The public data sets that are held whole: which files they are, and how each becomes panels.

What files a data set has, under which names, stands in ``datasets.csv``; the columns of each in ``columns.csv``. A
data set may come in several **forms**: the publisher's own file, that of an R package, an older edition. All forms of
one data set are one source in the ledger, so a file of another form is a new vintage and never a second copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv
from khasan.sources.delimited import named
from khasan.sources.fetch_record import hash_of
from khasan.sources.mapped import Mapped
from khasan.sources.mapping import mapping_of
from khasan.sources.packaged import packaged_rows
from khasan.sources.tabular import read_table


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a data set: its parts with the file names under which each may lie, its version and encoding."""

    name: str
    parts: Mapping[str, tuple[str, ...]]
    version: str
    encoding: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set: the forms in which it comes, its sources and its title."""

    id: str
    forms: tuple[Form, ...]
    sources: tuple[str, ...]
    title: str

    def form_of(self, parts: Iterable[str]) -> Form:
        """Return the form that has these parts; the first one, where several editions have the same parts."""
        return next(form for form in self.forms if set(form.parts) == set(parts))


@dataclass(frozen=True, slots=True)
class Reading:
    """A data set read and mapped: its panels, the hash of its files, their names and the version they are."""

    dataset: DataSet
    mapped: Mapped
    sha256: str
    files: tuple[str, ...]
    version: str


@cache
def data_sets() -> Mapping[str, DataSet]:
    """Return every data set of ``datasets.csv`` by id."""
    rows: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in packaged_rows("datasets.csv"):
        rows.setdefault(row["dataset"], {}).setdefault(row["form"], []).append(row)
    return {
        name: DataSet(
            name,
            tuple(
                Form(
                    form,
                    {row["part"]: tuple(row["names"].split(";")) for row in parts},
                    parts[0]["version"],
                    parts[0]["encoding"] or "utf-8",
                )
                for form, parts in forms.items()
            ),
            tuple(dict.fromkeys(row["source"] for parts in forms.values() for row in parts)),
            next(iter(forms.values()))[0]["title"],
        )
        for name, forms in rows.items()
    }


@cache
def file_names() -> frozenset[str]:
    """Return the usual names of all data files, in lower case."""
    return frozenset(
        name.casefold()
        for dataset in data_sets().values()
        for form in dataset.forms
        for names in form.parts.values()
        for name in names
    )


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
        Where the folder is missing or holds no data set, two files of one data set lie in it, or a file lies there
        without the others that belong to it.
    """
    held = _files_in(folder)
    found: dict[str, dict[str, Path]] = {}
    lacking: list[tuple[DataSet, str, list[Path]]] = []
    for dataset in data_sets().values():
        whole: list[dict[str, Path]] = []
        for form in dataset.forms:
            parts, missing = _parts_there(folder, dataset, form, held)
            if parts and not missing:
                whole.append(parts)
            elif parts:
                lacking.append((dataset, missing[0], list(parts.values())))
        if len(whole) > 1:
            both = " and ".join(named(next(iter(parts.values()))) for parts in whole[:2])
            raise InputError(f"{folder}: {both} are two versions of {dataset.title}; load one after the other")
        if whole:
            found[dataset.id] = whole[0]
    used = {path for parts in found.values() for path in parts.values()}
    for dataset, part, there in lacking:
        if not used.issuperset(there):
            raise InputError(
                f"{folder}: {named(there[0])} lies there without the {part} that belong to it; {dataset.id} has "
                f"{_files(dataset)}"
            )
    if not found:
        known = ", ".join(next(iter(dataset.forms[0].parts.values()))[0] for dataset in data_sets().values())
        raise InputError(f"{folder}: holds no file of a known data set; known are {known}")
    return found


def _files_in(folder: Path) -> dict[str, list[Path]]:
    """List the files of a folder by name in lower case."""
    if folder.is_file():
        raise InputError(f"{folder}: a file; give the folder that holds the data files, or name the data set: "
                         f"khasan load {_owner(folder) or 'DATASET'} {folder.name}")  # fmt: skip
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the data files")
    held: dict[str, list[Path]] = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.is_file():
                held.setdefault(path.name.casefold(), []).append(path)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})") from None
    return held


def _owner(path: Path) -> str | None:
    """Return the first data set that has a file of this name."""
    return next(
        (
            dataset.id
            for dataset in data_sets().values()
            for form in dataset.forms
            for names in form.parts.values()
            if path.name.casefold() in map(str.casefold, names)
        ),
        None,
    )


def _parts_there(
    folder: Path, dataset: DataSet, form: Form, held: Mapping[str, list[Path]]
) -> tuple[dict[str, Path], list[str]]:
    """Find the parts of a form in a folder: those that are there, and the names of those that are not."""
    parts: dict[str, Path] = {}
    for part, names in form.parts.items():
        there = [path for name in names for path in held.get(name.casefold(), [])]
        if len(there) > 1:
            both = " and ".join(named(path) for path in there)
            raise InputError(f"{folder}: {both} are two versions of {dataset.title}; load one after the other")
        if there:
            parts[part] = there[0]
    return parts, [part for part in form.parts if part not in parts]


def assign(dataset: DataSet, paths: Iterable[Path]) -> dict[str, Path]:
    """Assign the files that a user named to the parts of one form of a data set.

    A file is taken for the part whose usual name it has, or for the only part of the first form that has one part.
    Of a folder, the files of the data set with usual names are taken.

    Raises
    ------
    InputError
        Where a file fits no part, two files are given for one data set, or a part has none.
    """
    known = {name.casefold() for form in dataset.forms for names in form.parts.values() for name in names}
    given: list[Path] = []
    for path in paths:
        inside = [file for file in sorted(path.iterdir()) if file.name.casefold() in known] if path.is_dir() else [path]
        if not inside:
            raise InputError(f"{path}: holds no {dataset.title}; it has {_files(dataset)}")
        given += inside
    usual: dict[Path, list[str]] = {}
    for path in given:
        usual[path] = [
            part
            for form in dataset.forms
            for part, names in form.parts.items()
            if path.name.casefold() in map(str.casefold, names)
        ]
    for form in dataset.forms:
        found: dict[str, Path] = {}
        for path in given:
            fits = [part for part in form.parts if part in usual[path]]
            part = fits[0] if fits else next(iter(form.parts)) if len(form.parts) == 1 and not usual[path] else ""
            if part in found:
                raise InputError(
                    f"{named(found[part])} and {named(path)}: two versions of {dataset.id} at once; "
                    "load one after the other"
                )
            if part:
                found[part] = path
        if len(found) == len(form.parts) == len(given):
            return {part: found[part] for part in form.parts}  # in their order, which the hash goes by
    forms = {form.name for form in dataset.forms for part in form.parts if any(part in usual[path] for path in given)}
    if len(forms) > 1:
        raise InputError(f"{' and '.join(named(path) for path in given[:2])}: two versions of {dataset.id} at once; "
                         "load one after the other")  # fmt: skip
    stranger = next((path for path in given if not usual[path]), None)
    if stranger is not None:
        raise InputError(f"{named(stranger)}: not a file of {dataset.id}; it has {_files(dataset)}")
    raise InputError(f"{dataset.id}: a file that belongs to these is missing; it has {_files(dataset)}")


def _files(dataset: DataSet) -> str:
    """List the files of a data set, the first names of each form."""
    return "; or ".join(", ".join(" or ".join(names[:3]) for names in form.parts.values()) for form in dataset.forms)


def file_hash(paths: Mapping[str, Path]) -> str:
    """Return the SHA-256 of the one file of a data set, or over the hashes of its files in the order of its parts."""
    hashes = []
    for path in paths.values():
        if not path.is_file():
            raise InputError(f"{named(path)}: no such file in {named(path.parent)}; give the file or its folder")
        try:
            hashes.append(hash_of(path))
        except OSError as error:
            raise InputError(f"{named(path)}: cannot be read ({error.strerror})") from None
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def read_data_set(dataset: DataSet, paths: Mapping[str, Path], actors: pl.DataFrame, names: pl.DataFrame) -> Reading:
    """Read the files of a data set, check them, and map them to panels.

    Parameters
    ----------
    paths : mapping of str to Path
        The file of each part of one form.
    actors : DataFrame
        As :func:`khasan.sources.actors.actors_of` returns it.
    names : DataFrame
        As :func:`names_of` returns it.

    Raises
    ------
    InputError
        Naming the file, the column and the data row of the first thing that is wrong.
    """
    form = _form_of_files(dataset, paths)
    codes = actors.get_column("cow").unique()
    parts = {part: read_table(path, part, codes, form.encoding) for part, path in paths.items()}
    told = " and ".join(named(path) for path in paths.values())
    try:
        mapped = mapping_of(dataset.id)(parts, actors, names)
    except InputError as error:
        raise InputError(f"{told}: {error}") from None
    except pl.exceptions.PolarsError as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{told}: its values do not fit together ({reason}); fetch it again") from None
    hashed = file_hash(paths)
    return Reading(dataset, mapped, hashed, tuple(path.name for path in paths.values()), form.version)


def _form_of_files(dataset: DataSet, paths: Mapping[str, Path]) -> Form:
    """Return the form whose names the files have, or else the first one with their parts."""
    for form in dataset.forms:
        if set(form.parts) == set(paths) and all(
            paths[part].name.casefold() in map(str.casefold, names) for part, names in form.parts.items()
        ):
            return form
    return dataset.form_of(paths)


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
