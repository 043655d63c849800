"""Whom a name in a scenario means in a year: countries of the world, members of groups, predecessors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from khasan.ledger.actors import Actors
from khasan.ledger.errors import InputError


@dataclass(frozen=True, slots=True)
class Named:
    """Countries of a world that a name means.

    Attributes
    ----------
    text : str
        Code of the actor that was named, or codes joined by +.
    countries : tuple of str
        Countries of the world, in the order of the group.
    notes : tuple of str
        What a reader must know: a predecessor in the place of a country, members that are not in the world.
    """

    text: str
    countries: tuple[str, ...]
    notes: tuple[str, ...]


def resolve(
    actors: Actors, text: str, year: int, world: Collection[str], left_out: Mapping[str, str], where: str
) -> Named:
    """Find the countries that a name means in a year.

    Parameters
    ----------
    actors : Actors
        All actors of the ledger.
    text : str
        Code, name or alias of a country or group; several may be joined by +.
    year : int
        Year of the world.
    world : collection of str
        Its countries.
    left_out : mapping of str to str
        Countries that are not in it, with the reason.
    where : str
        File and key, for messages.

    Raises
    ------
    InputError
        Where nobody is meant, nobody who is in the world, or a country more than once.
    """
    asked = _asked(actors, text, where)
    notes: list[str] = []
    found: list[str] = []
    day = date(year, 7, 1)
    for code in asked:
        line = actors.lineage(code) or (code,)
        here = next((one for one in line if one in world), None)
        if here is not None:
            found.append(here)
            if here != code:
                notes.append(f"{actors.name(code)} ({code}) was {actors.name(here)} ({here}) in {year}")
            continue
        then = actors.at(code, day) or code
        why = left_out.get(then, left_out.get(code, f"no trade and no size recorded in {year}"))
        if len(asked) == 1:
            raise InputError(
                f"{where}: {actors.name(code)} ({code}) is not in the world of {year} ({why}); choose another base_year"
            )
        notes.append(f"{actors.name(code)} ({code}), a member of {text}, is not in the world of {year} ({why})")
    if not found:
        raise InputError(f"{where}: no member of {text} is in the world of {year}; choose another base_year")
    label = asked[0] if len(asked) == 1 else _label(actors, text)
    return Named(label, tuple(dict.fromkeys(found)), tuple(notes))


def _asked(actors: Actors, text: str, where: str) -> tuple[str, ...]:
    """Return the codes of the countries that a name means, whether or not they are in the world."""
    try:
        actor = actors.find(text)
    except InputError as error:
        parts = [part.strip() for part in text.split("+")]
        if len(parts) < 2:
            raise InputError(f"{where}: {error}") from None
        if "" in parts:
            raise InputError(f"{where}: {text!r} has a + without a name beside it; name one on each side") from None
        found: dict[str, str] = {}
        for part in parts:
            for code in _asked(actors, part, where):
                if code in found:
                    both = code if found[code] == part == code else f"{code}, in {found[code]} and in {part}"
                    raise InputError(
                        f"{where}: {text!r} names a country twice ({both}); name every country once"
                    ) from None
                found[code] = part
        return tuple(found)
    return tuple(actor.members) or (actor.id,)


def _label(actors: Actors, text: str) -> str:
    """Return the code of a group, or the text as it was typed where its countries were joined by hand."""
    try:
        return actors.find(text).id
    except InputError:
        return text.strip()
