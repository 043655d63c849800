"""About whom rows are made of the panels of a ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.ledger.actors import Actors

PARTS = ("trade", "votes", "context")
"""Kinds of rows that can be made of panels."""

_TRADE, _VOTES, _CONTEXT = ("trade",), ("votes",), ("context",)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("trade_share", "asymmetry", "concentration", "reading_count", "change_across", "whole_change", "trade_ratio"),
        _TRADE,
    ),
    **dict.fromkeys(("agreement", "lean_votes"), _VOTES),
    **dict.fromkeys(("ties", "buffer", "bloc_neighbours", "border", "shortest_distance"), _CONTEXT),
    "phases": (*_TRADE, *_VOTES),
    "lean_trade": (*_TRADE, *_CONTEXT),
}
"""Methods that read some parts only; any other reads all."""
_OWN_YEARS = frozenset(name for name, parts in _NEEDS.items() if name != "phases" and parts != _CONTEXT)
"""Methods that read the rows of the years in their id only."""


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
    years : tuple of int and int, optional
        First and last calendar year of the rows of trade and votes; all where not given.
    """

    clients: tuple[str, ...]
    others: tuple[str, ...] = ()
    opponents: tuple[str, ...] = ()
    parts: tuple[str, ...] = PARTS
    years: tuple[int, int] | None = None

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


_CODE = re.compile(r"\bCOW:\d+|\b[A-Z]{2,4}\b(?!:)")
"""Codes of actors in the value of a parameter."""


def focus_of_id(identifier: str) -> Focus:
    """Say about whom a finding or a row is, from the codes in its id.

    ``trade_share:client=AAA,partner=BBB,...`` names a client and another; in ``d-cow-2010-aaa-bbb`` all are clients.
    """
    pairs = dict(re.findall(r"([a-z_]+)=([^,@]+)", identifier.partition(":")[2]))
    if not pairs:
        return Focus(tuple(word.upper() for word in re.findall(r"(?<![a-z])[a-z]{3}(?![a-z])", identifier.lower())))
    client = tuple(pairs[key] for key in ("client",) if key in pairs)
    opponent = tuple(pairs[key] for key in ("opponent",) if key in pairs)
    others = tuple(code for value in pairs.values() for code in _CODE.findall(value))
    method = identifier.partition(":")[0]
    years = [int(pairs[key]) for key in ("year", "before", "after") if pairs.get(key, "").isdigit()]
    span = (min(years), max(years)) if years and method in _OWN_YEARS else None
    return Focus(client or others, others, opponent, _NEEDS.get(method, PARTS), span)


def _code(actors: Actors, text: str) -> str | None:
    """Return the code of an actor that a user typed, or None where nobody or more than one is meant."""
    try:
        return actors.find(text).id
    except InputError:
        return None
