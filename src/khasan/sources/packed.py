"""Data files in a zip or gzip, as publishers ship them: what is known in them is unpacked into a passing folder."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from khasan.ledger.errors import InputError
from khasan.sources.archives import members, read_gzip, read_member
from khasan.sources.delimited import named

_TABLES = (".csv", ".parquet", ".txt", ".tab", ".tsv")


@contextmanager
def unpacked(paths: Iterable[Path], names: Collection[str]) -> Iterator[list[Path]]:
    """Replace archives by what is in them, for as long as the files are read.

    Parameters
    ----------
    paths : iterable of Path
        Files and folders; a zip becomes a folder, a ``.gz`` the file that it packs, anything else stays as it is.
    names : collection of str
        Names of data files in lower case: what is taken from a zip, wherever in it it lies. A zip without any of them,
        but with one table, is that table.

    Raises
    ------
    InputError
        Where an archive is not sound or safe, holds no data file, or holds two of one name.
    """
    with tempfile.TemporaryDirectory(prefix="khasan-") as room:
        try:
            yield [_unpacked(path, Path(room) / str(number), names) for number, path in enumerate(paths)]
        except InputError as error:
            raise InputError(re.sub(rf"{re.escape(room)}/\d+/", "", str(error))) from None


def _unpacked(path: Path, room: Path, names: Collection[str]) -> Path:
    """Unpack one path into a folder of its own, if it is an archive."""
    if not path.is_file():
        return path
    if path.suffix.casefold() == ".gz":
        data = read_gzip(path)
        room.mkdir()
        (room / path.stem).write_bytes(data)
        return room / path.stem
    return _unzipped(path, room, names) if path.suffix.casefold() == ".zip" else path


def _unzipped(path: Path, room: Path, names: Collection[str]) -> Path:
    """Take the data files out of a zip, flat; return their folder, or the only table where no name is known."""
    held = {
        member: name
        for member in members(path)
        if (name := PurePosixPath(member.filename.replace("\\", "/"))).parts[0] != "__MACOSX"
    }
    known = [member for member, name in held.items() if name.name.casefold() in names]
    tables = [member for member, name in held.items() if name.suffix.casefold() in _TABLES]
    if not known and len(tables) != 1:
        listed = ", ".join(name.name if name.name.isprintable() else ascii(name.name) for name in held.values())
        raise InputError(
            f"{named(path)}: holds no file of a known name; unpack it and load the file that is meant "
            f"({listed[:200] or 'it is empty'})"
        )
    taken = known or tables
    folded = [held[member].name.casefold() for member in taken]
    twice = next((name for name in folded if folded.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{named(path)}: holds {twice} twice; unpack it and load the one that is meant")
    editions = [edition_of(held[member].name) for member in tables]
    both = next(
        (held[member].name for member, one in zip(tables, editions, strict=True) if editions.count(one) > 1), None
    )
    if both is not None:
        raise InputError(f"{named(path)}: holds two versions of {both}; unpack it and load one after the other")
    folder = room / path.name
    folder.mkdir(parents=True)
    for member in taken:
        (folder / held[member].name).write_bytes(read_member(path, member))
    return folder if known else folder / held[taken[0]].name


def edition_of(name: str) -> str:
    """Return the name of a file without the numbers that tell its edition."""
    return re.sub(r"[0-9]+", "#", name.casefold())
