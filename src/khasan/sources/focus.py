"""About whom rows are made of the panels of a ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from khasan.ledger.actors import Actors
from khasan.ledger.errors import InputError

PARTS = ("trade", "votes", "context")
"""Kinds of rows that can be made of panels."""


@dataclass(frozen=True, slots=True)
class Focus:
    """About whom somebody asks.

    Attributes
    ----------
    clients : tuple of str
        Actors whose trade with every partner is wanted, and whose pairs are counted by issue and by session.
    others : tuple of str
        Further actors of the circle.
    opponents : tuple of str
        Those of them whose allies are wanted.
    parts : tuple of str
        Which kinds of rows.
    """

    clients: tuple[str, ...]
    others: tuple[str, ...] = ()
    opponents: tuple[str, ...] = ()
    parts: tuple[str, ...] = PARTS

    def in_time(self, actors: Actors) -> Focus:
        """Replace what a user typed by codes, with every predecessor; what names nobody is left out.

        The command that uses the rows says by itself that nobody is meant, so nothing is said here.
        """

        def lineages(texts: Iterable[str]) -> tuple[str, ...]:
            """Return the actors and their predecessors, each once."""
            codes = (_code(actors, text) for text in texts)
            return tuple(dict.fromkeys(member for code in codes if code for member in actors.lineage(code)))

        return replace(
            self, clients=lineages(self.clients), others=lineages(self.others), opponents=lineages(self.opponents)
        )

    @property
    def circle(self) -> tuple[str, ...]:
        """Everybody that is named, each once, in the order of codes."""
        return tuple(sorted({*self.clients, *self.others, *self.opponents}))


def focus_of_id(identifier: str) -> Focus:
    """Say about whom a finding or a row is, from the codes in its id.

    ``trade_share:client=SYR,partner=RUS,...`` names a client and another; in ``d-cow-2010-syr-rus`` all are clients.
    """
    pairs = dict(re.findall(r"([a-z_]+)=([^,@]+)", identifier.partition(":")[2]))
    if not pairs:
        return Focus(tuple(word.upper() for word in re.findall(r"(?<![a-z])[a-z]{3}(?![a-z])", identifier.lower())))
    client = tuple(pairs[key] for key in ("client",) if key in pairs)
    opponent = tuple(pairs[key] for key in ("opponent",) if key in pairs)
    others = tuple(code for value in pairs.values() for code in re.findall(r"\b[A-Z]{2,4}\b", value))
    return Focus(client or others, others, opponent)


def _code(actors: Actors, text: str) -> str | None:
    """Return the code of an actor that a user typed, or None where nobody or more than one is meant."""
    try:
        return actors.find(text).id
    except InputError:
        return None
