"""The catalogue of public sources, read from ``catalogue.csv``: addresses, formats, licences and keys as data.

An address holds places such as ``{reporter}``; they are filled from parameters that a user gives, or from the
defaults of the source. What a publisher asks for in a header stays out of addresses, file names and messages.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from urllib.parse import quote

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.packaged import packaged_rows
from khasan.sources.rows import table_rows

PARAMETER = re.compile(r"^[A-Za-z0-9.,;:+/_-]{1,500}$")
"""What the value of a parameter may hold: codes, dates and prefixes, and nothing that could change an address."""

LONGEST_NAME = 120
"""Letters of a file name; a longer one is cut and told apart by a hash."""


@dataclass(frozen=True, slots=True)
class PublicSource:
    """One source of the catalogue: where it lies, what comes back, and what may be done with it."""

    id: str
    title: str
    publisher: str
    home: str
    address: str
    defaults: Mapping[str, str]
    file: str
    format: str
    content_types: tuple[str, ...]
    accept: str
    licence_class: str
    kind: str
    reliability: str
    key_variable: str
    key_header: str
    key_needed: bool
    most_bytes: int
    reader: str
    note: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The places in the address, in their order."""
        return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(self.address) if name))


@cache
def catalogue() -> Mapping[str, PublicSource]:
    """Return every source by its id, in the order of ``catalogue.csv``."""
    return MappingProxyType({row["id"]: _source(row) for row in packaged_rows("catalogue.csv")})


def _source(row: Mapping[str, str]) -> PublicSource:
    """Read one row of the catalogue."""
    defaults = dict(pair.split("=", 1) for pair in row["defaults"].split(";") if pair)
    return PublicSource(
        id=row["id"],
        title=row["title"],
        publisher=row["publisher"],
        home=row["home"],
        address=row["address"],
        defaults=MappingProxyType(defaults),
        file=row["file"],
        format=row["format"],
        content_types=tuple(row["content_types"].split(";")),
        accept=row["accept"],
        licence_class=row["licence_class"],
        kind=row["kind"],
        reliability=row["reliability"],
        key_variable=row["key_variable"],
        key_header=row["key_header"],
        key_needed=row["key_needed"] == "yes",
        most_bytes=int(row["most_megabytes"]) * 2**20,
        reader=row["reader"],
        note=row["note"],
    )


def find_source(name: str) -> PublicSource:
    """Find a source by its id.

    Raises
    ------
    InputError
        Where the catalogue has no such source, or it cannot be fetched but only downloaded by hand.
    """
    if name not in catalogue():
        raise InputError(f"unknown source {name!r}; known are {', '.join(catalogue())}")
    source = catalogue()[name]
    if not source.address:
        raise InputError(
            f"{name}: its publisher offers no address that can be fetched; download it by hand from {source.home}"
        )
    return source


def filled(source: PublicSource, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """Fill the parameters of a source from those given and its defaults, and check them.

    Raises
    ------
    InputError
        For a parameter that the source does not know or misses, and for letters that a parameter may not hold.
    """
    for name in parameters:
        if name not in source.parameters:
            known = ", ".join(source.parameters) or "none"
            raise InputError(f"{source.id}: unknown parameter {name!r}; it takes {known}")
    values = {name: parameters.get(name, source.defaults.get(name, "")) for name in source.parameters}
    for name, value in values.items():
        if not value:
            raise InputError(f"{source.id}: parameter {name!r} is missing; give it as {name}=VALUE")
        if not PARAMETER.match(value) or ".." in value:
            raise InputError(
                f"{source.id}, {name}: {value!r} is no code, date or prefix; use letters, digits and .,;:+/-_"
            )
    return values


def address_of(source: PublicSource, parameters: Mapping[str, str]) -> str:
    """Return the address of a source with its parameters in place; a question for ``all`` is one without that part."""
    safe = {name: quote(value, safe=",;:+.") for name, value in filled(source, parameters).items()}
    path, mark, query = source.address.format_map(safe).partition("?")
    return path + mark + "&".join(part for part in query.split("&") if not part.endswith("=all"))


def file_of(source: PublicSource, parameters: Mapping[str, str]) -> str:
    """Return the name under which a source is kept; two sets of parameters never share one."""
    values = filled(source, parameters)
    plain = source.file.format_map(values)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", plain)
    if name == plain and len(name) <= LONGEST_NAME:
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}-{hashlib.sha256(plain.encode()).hexdigest()[:8]}.{ending}"


def source_row(
    name: str, published: str, *, retrieved: date | None = None, sha256: str | None = None, url: str | None = None
) -> pl.DataFrame:
    """Make the row of the table ``source`` for one version of a source.

    Parameters
    ----------
    name : str
        Id in the catalogue; the id of the row is this name with the day of the version.
    published : str
        Day, month or year of the version.
    retrieved, sha256 : optional
        When the file was fetched, and its hash.
    url : str, optional
        Where this very file was read; the publisher's page where not given.
    """
    source = catalogue()[name]
    row = {
        "id": f"{name}-{published}",
        "title": source.title,
        "publisher": source.publisher,
        "published": published,
        "url": url or source.home,
        "kind": source.kind,
        "reliability": source.reliability,
        "licence_class": source.licence_class,
        "retrieved": retrieved,
        "sha256": sha256,
    }
    return table_rows("source", pl.DataFrame([row]))
