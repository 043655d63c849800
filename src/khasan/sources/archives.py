"""Read zip and gzip files of strangers: nothing outside the folder, nothing without end.

A zip may name members that lie above the folder, links, or a few bytes that unpack to a disk full; all of them are
refused before anything is written, and what is unpacked is counted while it is read.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from khasan.ledger.errors import InputError

MOST_MEMBERS = 2_000
"""Members that an archive may hold."""

MOST_BYTES = 2 * 2**30
"""Bytes that an archive may unpack to."""

MOST_RATIO = 200
"""Bytes unpacked for one byte packed; text tables stay below 50."""

_CHUNK = 1 << 18


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip, and tell of a damaged one in a sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise InputError(f"{path.name}: no such file in {path.parent.name}; give the path of the archive") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path.name}: not a sound zip ({type(error).__name__}); fetch it again") from None


def members(path: Path) -> list[zipfile.ZipInfo]:
    """List the files of a zip after checking every member.

    Raises
    ------
    InputError
        For a member that lies outside the folder, is a link or is locked by a password, for one name twice, for too
        many members, and for an archive that unpacks to too much.
    """
    with _opened(path) as archive:
        listed = archive.infolist()
        packed = path.stat().st_size
    if len(listed) > MOST_MEMBERS:
        raise InputError(f"{path.name}: holds {len(listed):,} members; the limit is {MOST_MEMBERS:,}")
    for member in listed:
        _check_member(path.name, member)
    names = [_parts(member) for member in listed]
    if len(set(names)) != len(names):
        raise InputError(f"{path.name}: holds two members of one name; unpack it by hand and keep the right one")
    total = sum(member.file_size for member in listed)
    if total > MOST_BYTES:
        raise InputError(f"{path.name}: unpacks to {total / 2**30:,.1f} GB; the limit is {MOST_BYTES // 2**30} GB")
    if total > MOST_RATIO * packed:
        raise InputError(
            f"{path.name}: {packed:,} bytes unpack to {total:,}; it is refused, as a small file that grows without end"
        )
    return [member for member in listed if not member.is_dir()]


def _check_member(archive: str, member: zipfile.ZipInfo) -> None:
    """Refuse a member that could leave the folder, or that is no plain file."""
    name = member.filename
    shown = name if name.isprintable() and len(name) <= 100 else ascii(name)[:100]
    plain = name.replace("\\", "/")
    if not PurePosixPath(plain).parts:
        raise InputError(f"{archive}: a member has no name; the archive is refused")
    if plain.startswith("/") or ":" in plain or ".." in PurePosixPath(plain).parts or "\x00" in name:
        raise InputError(f"{archive}: member {shown!r} would be written outside the folder; the archive is refused")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError(f"{archive}: member {shown!r} is a link or no plain file; the archive is refused")
    if member.flag_bits & 1:
        raise InputError(f"{archive}: member {shown!r} is locked by a password; unpack it by hand")


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the path of a member as it would be on any disk, in lower case."""
    return PurePosixPath(member.filename.replace("\\", "/").lower()).parts


def read_member(path: Path, member: zipfile.ZipInfo) -> bytes:
    """Read one member of a zip, and no more than the archive says that it holds.

    Raises
    ------
    InputError
        Where the member is damaged or larger than the archive says.
    """
    with _opened(path) as archive, archive.open(member) as file:
        data = file.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise InputError(
            f"{path.name}: member {member.filename!r} has another size than the archive says; fetch it again"
        )
    return data


def read_gzip(path: Path, most: int = MOST_BYTES) -> bytes:
    """Unpack a gzip file, up to a size.

    Raises
    ------
    InputError
        Where it is damaged, was cut off, or unpacks to too much.
    """
    blocks, size = [], 0
    try:
        with gzip.open(path, "rb") as file:
            while block := file.read(_CHUNK):
                size += len(block)
                if size > most or size > MOST_RATIO * max(path.stat().st_size, 1) + _CHUNK:
                    raise InputError(
                        f"{path.name}: unpacks to more than {size:,} bytes; it is refused, as a small file that grows "
                        "without end"
                    )
                blocks.append(block)
    except FileNotFoundError:
        raise InputError(f"{path.name}: no such file in {path.parent.name}; give the path of the file") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path.name}: not a sound gzip file ({type(error).__name__}); fetch it again") from None
    return b"".join(blocks)
