"""Who is meant: patron, client, opponent, rival patron and the client's rival."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.dependence import dependence
from khasan.measures.trade_book import trade_book
from khasan.measures.vetted import vetted_share


@dataclass(frozen=True, slots=True)
class Triangle:
    """The actors of a brief, by code."""

    patron: str
    client: str
    opponent: str | None
    rival: str | None
    client_rival: str | None
    asked: tuple[tuple[str, str], ...] = ()
    """Actors that were asked for before they existed, each with the predecessor that answers."""

    @property
    def actors(self) -> tuple[str, ...]:
        """All that are named, the pair first."""
        return tuple(code for code in (self.patron, self.client, self.opponent, self.rival, self.client_rival) if code)


def resolve(
    snapshot: Snapshot, patron: str, client: str, opponent: str | None = None, rival: str | None = None
) -> Triangle:
    """Find the actors that a user means, with the casebook's own triangle for those not named.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client, opponent, rival : str
        Codes, names or aliases.

    Raises
    ------
    InputError
        For an unknown actor, one that did not exist on the day, or one named twice.
    """
    wanted = [
        snapshot.actors.find(text, snapshot.as_of).id if text else None for text in (patron, client, opponent, rival)
    ]
    codes = [snapshot.actors.at(code, snapshot.as_of) if code else None for code in wanted]
    asked = tuple((code, then) for code, then in zip(wanted, codes, strict=True) if code and then and code != then)
    named = [code for code in codes if code]
    for code in named:
        if named.count(code) > 1:
            raise InputError(
                f"{snapshot.actors.name(code)} ({code}) is named twice; each corner of a triangle is another actor"
            )
    one, two, three, four = codes
    assert one is not None
    assert two is not None
    table = snapshot.triangle
    same_pair = table.filter((pl.col("patron") == wanted[0]) & (pl.col("client") == wanted[1]))
    same_client = table.filter(pl.col("client") == wanted[1])
    row = same_pair.row(0, named=True) if same_pair.height else {}
    client_rival = next((code for code in same_client.get_column("client_rival").to_list() if code), None)
    taken = {one, two, three, four}
    opponent_code = three or _free(row.get("opponent"), taken)
    rival_code = (
        four
        or _free(row.get("rival"), taken | {opponent_code})
        or largest_partner(snapshot, two, taken | {opponent_code})
    )
    return Triangle(
        one, two, opponent_code, rival_code, _free(client_rival, {one, two, opponent_code, rival_code}), asked
    )


def _free(code: str | None, taken: set[str | None]) -> str | None:
    """Return an actor unless its place is taken."""
    return code if code and code not in taken else None


def largest_partner(snapshot: Snapshot, client: str, besides: set[str | None]) -> str | None:
    """Return the client's largest recorded partner in the latest year with data, leaving out some actors.

    Shares have suspect flows set aside where the year was vetted.
    """
    book = trade_book(snapshot)
    line = snapshot.actors.lineage(client)
    for year in reversed(book.years(line)[-5:]):
        partners = {
            partner
            for compiler, _ in book.readings(line, year)
            for partner in book.of(compiler, year).partners(client)
            if partner not in besides and not snapshot.actors.by_id[partner].members
        }
        shares = [
            (_without_suspects(snapshot, share).value, partner)
            for partner in sorted(partners)
            for share in dependence(snapshot, client, partner, year, year)
        ]
        if shares:
            return max(shares)[1]
    return None


def _without_suspects(snapshot: Snapshot, share: Finding) -> Finding:
    """Return the vetted share of the same partner, year and compiler, or the share itself."""
    asked = share.parameters
    if asked.get("excludes"):
        return share
    client, partner, year = str(asked["client"]), str(asked["partner"]), int(asked["year"])
    return vetted_share(snapshot, client, partner, year, str(asked.get("compiler", ""))) or share


def first_patron(snapshot: Snapshot, client: str) -> str:
    """Return the patron that the casebook names first for a client, or else its largest partner.

    Raises
    ------
    InputError
        Where neither is known.
    """
    named = snapshot.triangle.filter(pl.col("client") == client).get_column("patron").to_list()
    found = named[0] if named else largest_partner(snapshot, client, {client})
    if found is None:
        raise InputError(f"no patron of {snapshot.actors.name(client)} is known here; name one with --patron")
    return str(found)
