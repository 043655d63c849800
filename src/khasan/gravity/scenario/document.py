"""A scenario file: read, checked key by key, and held as plain values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from khasan.gravity.scenario.schema import ROOT, checked, keys
from khasan.ledger.errors import InputError


@dataclass(frozen=True, slots=True)
class Part:
    """One restriction, support or tariff.

    Attributes
    ----------
    place : str
        Which one of the file, for instance ``restriction 2``.
    values : mapping
        Its keys, as ``schema.csv`` describes them; None where a key is not given.
    """

    place: str
    values: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        """Return the value of a key."""
        return self.values[key]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario whose every key is known and in range; whom the names mean is asked of the world later.

    Attributes
    ----------
    name : str
        Name of the file.
    folder : Path
        Where it lies; ``tables`` is seen from there.
    settings : mapping
        Keys that stand above all tables.
    restrictions, supports, tariffs : tuple of Part
        What changes.
    """

    name: str
    folder: Path
    settings: Mapping[str, Any]
    restrictions: tuple[Part, ...]
    supports: tuple[Part, ...]
    tariffs: tuple[Part, ...]

    @property
    def has_sectors(self) -> bool:
        """Whether it is for tables of many sectors."""
        return self.settings["tables"] is not None


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        A file in TOML.

    Raises
    ------
    InputError
        Where it cannot be read, or a key is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path}: not text in UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a scenario in TOML") from None
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: not TOML ({error}); mend that line") from None
    return scenario_of(given, path.name, path.parent)


def scenario_of(given: Mapping[str, Any], name: str = "scenario", folder: Path = Path()) -> Scenario:
    """Check a scenario that stands in memory.

    Parameters
    ----------
    given : mapping
        Keys and tables as in a file.
    name : str
        What to call it in messages.
    folder : Path
        From where ``tables`` is seen.

    Raises
    ------
    InputError
        Where a key is wrong, or nothing changes.
    """
    tables = [table for table in keys() if table != ROOT]
    root = {key: value for key, value in given.items() if key not in tables}
    model = "sectors" if "tables" in root else "one"
    for key, value in root.items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            raise InputError(f"{name}, {key}: not a table of a scenario; tables are {', '.join(tables)}")
    settings = checked(ROOT, root, name, model)
    parts = {table: _parts(given.get(table, []), table, name, model) for table in tables}
    for part in parts["restriction"]:
        if (part["cut"] is None) == (part["cost"] is None):
            raise InputError(f"{name}, {part.place}, cut: give either cut or cost, and not both")
    for part in parts["support"]:
        _check_support(part, name, settings, model)
    if parts["tariff"] and model == "one":
        raise InputError(f"{name}, tariff 1: tariffs need tables of many sectors; name their folder with tables")
    if not any(parts.values()):
        tables_ = "[[restriction]] or [[support]]" if model == "one" else "[[restriction]], [[support]] or [[tariff]]"
        raise InputError(f"{name}, scenario: nothing changes; add a {tables_}")
    return Scenario(
        name, folder, MappingProxyType(settings), parts["restriction"], parts["support"], parts["tariff"]
    )  # fmt: skip


def _parts(given: object, table: str, name: str, model: str) -> tuple[Part, ...]:
    """Check the tables of one kind."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise InputError(f"{name}, {table}: not a list of tables; write each under [[{table}]]")
    if table == "tariff" and model == "one":
        return tuple(Part(f"{table} {number}", {}) for number in range(1, len(given) + 1))
    return tuple(
        Part(f"{table} {number}", MappingProxyType(checked(table, one, f"{name}, {table} {number}", model)))
        for number, one in enumerate(given, 1)
    )


def _check_support(part: Part, name: str, settings: Mapping[str, Any], model: str) -> None:
    """Check what hangs together in a support."""
    if part["kind"] == "cost" and not part["size"] < 1.0:
        raise InputError(
            f"{name}, {part.place}, size: {part['size']:g} is out of range; a cost of trade falls by less than 1 "
            "(0.1 is 10 percent)"
        )
    if part["kind"] == "transfer" and model == "sectors":
        raise InputError(f"{name}, {part.place}, kind: a transfer needs the model of one sector; leave out tables")
    if part["kind"] == "transfer" and settings["imbalance"] != "additive":
        raise InputError(
            f'{name}, {part.place}, kind: a transfer is money, which imbalance = "multiplicative" does not keep; '
            'set imbalance = "additive"'
        )
