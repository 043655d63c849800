"""Actors valid in time, their predecessors, and the names a user may type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from khasan.ledger.errors import InputError


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor: a state, bloc, group or organisation, and when it existed."""

    id: str
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    predecessor: str | None
    members: tuple[str, ...]
    aliases: tuple[str, ...]

    def existed(self, day: date) -> bool:
        """Whether the actor existed on a day."""
        return not (self.valid_from and day < self.valid_from) and not (self.valid_to and day > self.valid_to)


@dataclass(frozen=True, slots=True)
class Actors:
    """All actors of a ledger, by id."""

    by_id: Mapping[str, Actor]

    @staticmethod
    def of(frame: pl.DataFrame) -> Actors:
        """Make the actors from the table ``actor``."""
        return Actors(
            {
                row["id"]: Actor(
                    row["id"],
                    row["name"],
                    row["kind"],
                    row["valid_from"],
                    row["valid_to"],
                    row["predecessor"],
                    split(row["members"]),
                    split(row["aliases"]),
                )
                for row in frame.iter_rows(named=True)
            }
        )

    def without(self, codes: Iterable[str]) -> Actors:
        """Return the actors with some codes taken out of the members of every bloc."""
        out = frozenset(codes)
        if not out:
            return self
        kept = {
            code: replace(actor, members=tuple(member for member in actor.members if member not in out))
            if actor.kind == "bloc"
            else actor
            for code, actor in self.by_id.items()
        }
        return Actors(kept)

    def name(self, code: str) -> str:
        """Return the name of an actor; an unknown code is its own name."""
        actor = self.by_id.get(code)
        return actor.name if actor else code

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return an actor and its predecessors, latest first."""
        line: list[str] = []
        while code in self.by_id and code not in line:
            line.append(code)
            code = self.by_id[code].predecessor or ""
        return tuple(line)

    def at(self, code: str, day: date) -> str | None:
        """Return who held the place of an actor on a day: itself, a predecessor, or nobody (None)."""
        return next((member for member in self.lineage(code) if self.by_id[member].existed(day)), None)

    def find(self, text: str, day: date | None = None) -> Actor:
        """Find the actor that a user means by a code, a name or an alias.

        Parameters
        ----------
        text : str
            Code, name or alias, in any case. Nothing is guessed: near names are only suggested.
        day : date, optional
            Day on which the actor (or a predecessor in its place) must have existed.

        Raises
        ------
        InputError
            Where nobody or more than one is meant, or the actor did not exist on the day.
        """
        wanted = text.strip().casefold()
        found = [actor for actor in self.by_id.values() if actor.id.casefold() == wanted]
        found = found or [actor for actor in self.by_id.values() if wanted in _names(actor)]
        if len(found) > 1:
            found = [actor for actor in found if actor.valid_to is None] or found
        if len(found) > 1:
            choices = ", ".join(f"{actor.id} ({actor.name})" for actor in found)
            raise InputError(f"{text!r} may mean {choices}; give the code")
        if not found:
            near = self._near(wanted)
            hint = f"; did you mean {near}?" if near else "; give an ISO 3166-1 alpha-3 code"
            raise InputError(f"unknown country {text!r}{hint}")
        actor = found[0]
        if day is not None and self.at(actor.id, day) is None:
            since = (
                f" (it begins on {actor.valid_from})"
                if actor.valid_from and day < actor.valid_from
                else f" (it ended on {actor.valid_to})"
            )
            raise InputError(f"{actor.name} ({actor.id}) did not exist on {day}{since}; choose another date or actor")
        return actor

    def _near(self, wanted: str) -> str:
        """Return the actor whose name is nearest to a text, or nothing where none is near."""
        from rapidfuzz import process

        names = {name: actor for actor in self.by_id.values() for name in _names(actor)}
        close = process.extractOne(wanted, list(names), score_cutoff=75)
        return f"{names[close[0]].id} ({names[close[0]].name})" if close else ""


def split(cell: str | None) -> tuple[str, ...]:
    """Split a cell that holds several values, separated by a semicolon."""
    return tuple(part for part in (piece.strip() for piece in (cell or "").split(";")) if part)


def _names(actor: Actor) -> Iterable[str]:
    """Return every name of an actor, in lower case."""
    return {actor.name.casefold(), *(alias.casefold() for alias in actor.aliases)}
