"""The keys of a scenario file, as ``schema.csv`` lists them, and the check of a table of the file against them."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from khasan.ledger.errors import InputError

ROOT = "scenario"
"""Name in ``schema.csv`` of the keys that stand above all tables of a file."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a scenario file.

    Attributes
    ----------
    table, name : str
        Where it stands, and what it is called.
    type : str
        ``text``, ``texts``, ``number`` or ``integer``.
    required : str
        ``yes``, ``one`` (where one sector is solved) or empty.
    default : str, int, float or None
        Value where it is not given.
    choices : tuple of str
        Words that it may be; all where empty.
    above, least, most : float or None
        Range of a number: above is left out of it, least and most are in it.
    model : str
        ``one`` (sector), ``sectors`` or ``both``: for which model it counts.
    description : str
        What it means.
    """

    table: str
    name: str
    type: str
    required: str
    default: str | float | None
    choices: tuple[str, ...]
    above: float | None
    least: float | None
    most: float | None
    model: str
    description: str


@cache
def keys() -> Mapping[str, tuple[Key, ...]]:
    """Return the keys of every table of a scenario file, in the order of ``schema.csv``."""
    text = files("khasan.gravity.scenario").joinpath("schema.csv").read_text(encoding="utf-8")
    found: dict[str, list[Key]] = {}
    for row in csv.DictReader(text.splitlines()):
        ends = {name: float(row[name]) if row[name] else None for name in ("above", "least", "most")}
        default = float(row["default"]) if row["default"] and row["type"] == "number" else row["default"] or None
        key = Key(
            row["table"], row["key"], row["type"], row["required"], default,
            tuple(filter(None, row["choices"].split(";"))), ends["above"], ends["least"], ends["most"],
            row["model"], row["description"],
        )  # fmt: skip
        found.setdefault(key.table, []).append(key)
    return MappingProxyType({name: tuple(own) for name, own in found.items()})


def checked(table: str, given: Mapping[str, Any], where: str, model: str) -> dict[str, Any]:
    """Check one table of a scenario file and fill in its defaults.

    Parameters
    ----------
    table : str
        Name of the table in ``schema.csv``.
    given : mapping
        Keys and values of the file.
    where : str
        File and table, for messages.
    model : str
        ``one`` or ``sectors``: the model that the scenario is for.

    Returns
    -------
    dict
        Every key of the table; None where it is not given and has no default.

    Raises
    ------
    InputError
        For a key that is unknown, missing, of a wrong type, out of range, or of no meaning to the model.
    """
    known = {key.name: key for key in keys()[table]}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"{where}, {name}: not a key of a scenario; {_near(name, known)}")
        if known[name].model not in ("both", model):
            other = (
                "it needs tables of many sectors; name their folder with tables"
                if model == "one"
                else "with tables of many sectors it has no meaning; leave it out"
            )
            raise InputError(f"{where}, {name}: {other}")
        _check(known[name], value, f"{where}, {name}")
    for key in known.values():
        if key.required in ("yes", model) and key.name not in given:
            raise InputError(f"{where}, {key.name}: missing; give it ({_lower(key.description)})")
    return {name: given.get(name, key.default) for name, key in known.items()}


def _check(key: Key, value: object, where: str) -> None:
    """Check the type and the range of one value."""
    if key.type in ("number", "integer"):
        wanted = "a whole number" if key.type == "integer" else "a number"
        fits = isinstance(value, int) if key.type == "integer" else isinstance(value, int | float)
        # In Python true and false are whole numbers too.
        if not fits or isinstance(value, bool) or not math.isfinite(value):  # type: ignore[arg-type]
            raise InputError(f"{where}: {value!r} is not {wanted}; give {wanted}, without quotes")
        _check_range(key, float(value), where)  # type: ignore[arg-type]
        return
    if key.type == "texts":
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise InputError(f'{where}: {value!r} is not a list of words; write it as ["one", "other"]')
        return
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {value!r} is not a word; give one in quotes")
    if key.choices and value not in key.choices:
        raise InputError(f"{where}: {value!r} is not known; choose {_or(key.choices)}")


def _check_range(key: Key, value: float, where: str) -> None:
    """Check that a number lies in the range of its key."""
    if key.above is not None and not value > key.above:
        raise InputError(f"{where}: {value:g} is out of range; it must be above {key.above:g}")
    if key.least is not None and key.most is not None and not key.least <= value <= key.most:
        raise InputError(f"{where}: {value:g} is out of range; it must be from {key.least:g} to {key.most:g}")
    if key.least is not None and not value >= key.least:
        raise InputError(f"{where}: {value:g} is out of range; it must be {key.least:g} or more")


def _near(name: str, known: Mapping[str, Key]) -> str:
    """Name the key that was meant, or all of them."""
    from rapidfuzz import process

    close = process.extractOne(name, list(known), score_cutoff=75)
    return f"did you mean {close[0]}?" if close else f"keys are {', '.join(known)}"


def _or(words: tuple[str, ...]) -> str:
    """Join words with "or"."""
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _lower(words: str) -> str:
    """Begin a description with a small letter."""
    return words[:1].lower() + words[1:]
