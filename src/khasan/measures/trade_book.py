"""A client's trade by compiler and year, ready for the measures of dependence.

Only whole years and usable rows enter; within one compiler and key the best graded row is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot
from khasan.measures.roles import trade_series

_ROLES = (
    "goods_exports",
    "goods_trade",
    "total_trade",
    "total_exports",
    "total_imports",
    "trade_share",
    "export_share",
    "import_share",
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(
    {"trade", "with", "inter", "total", "republic", "states", "united", "north", "south", "east", "west"}
)
_HEDGES: Mapping[str, str] = {
    "about": "The source says about.",
    "at_least": "The source says at least.",
    "up_to": "The source says up to.",
    "nearly": "The source says nearly.",
}


@dataclass(frozen=True, slots=True)
class TradeRow:
    """One row of trade: value in USD (or a share of 1), with its interval."""

    id: str
    role: str
    giver: str
    taker: str
    value: float
    low: float
    high: float
    excludes: str
    channel: str
    caveats: tuple[str, ...]
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Denominator:
    """A client's whole trade: its value in USD, the rows behind it, and what it covers."""

    value: float
    rows: tuple[str, ...]
    coverage: str
    listed: float | None


@dataclass(frozen=True, slots=True)
class TradeYear:
    """The rows of one compiler and year, best graded first."""

    rows: tuple[TradeRow, ...]

    def export(self, giver: str, taker: str) -> TradeRow | None:
        """Return the goods that one actor sold to another.

        Its value is in the unit of the book's money (see :func:`trade_book`).

        Source: the series of the role ``goods_exports``.
        """
        return next(
            (row for row in self.rows if row.role == "goods_exports" and (row.giver, row.taker) == (giver, taker)), None
        )

    def two_way(self, one: str, other: str) -> TradeRow | None:
        """Return the trade between two actors where the compiler gives both directions together.

        Its value is in the unit of the book's money (see :func:`trade_book`).

        Source: the series of the role ``goods_trade``.
        """
        return next(
            (row for row in self.rows if row.role == "goods_trade" and {row.giver, row.taker} == {one, other}), None
        )

    def pairs(self) -> frozenset[frozenset[str]]:
        """Return between whom the compiler gives anything.

        No unit: ids of actors.

        Source: the rows of the year.
        """
        return frozenset(frozenset((row.giver, row.taker)) for row in self.rows)

    def printed_share(self, client: str, partner: str, flow: str, excludes: str) -> TradeRow | None:
        """Return the share of a partner in the client's trade that the compiler printed itself.

        Its value is in the unit ``share`` (0 to 1).

        Source: the series of the roles ``trade_share``, ``export_share`` and ``import_share``.
        """
        role = {"trade": "trade_share", "exports": "export_share", "imports": "import_share"}[flow]
        pair = (partner, client)
        return next(
            (
                row
                for row in self.rows
                if row.role == role and (row.giver, row.taker) == pair and row.excludes == excludes
            ),
            None,
        )

    def partners(self, client: str) -> dict[str, list[TradeRow]]:
        """Return the rows with each partner: both directions, or the two-way row where a direction is missing.

        Their values are in the unit of the book's money (see :func:`trade_book`); the world is no partner.

        Source: the series of the roles ``goods_exports`` and ``goods_trade``.
        """
        found: dict[str, list[TradeRow]] = {}
        for row in self.rows:
            if row.role in ("goods_exports", "goods_trade") and client in (row.giver, row.taker):
                found.setdefault(row.taker if row.giver == client else row.giver, [])
        for partner in found:
            pair = [part for part in (self.export(client, partner), self.export(partner, client)) if part is not None]
            both = self.two_way(client, partner)
            found[partner] = [both] if both is not None and len(pair) < 2 else pair
        return {partner: rows for partner, rows in found.items() if rows and partner != "WLD"}

    def denominator(self, client: str, flow: str, excludes: str) -> Denominator | None:
        """Return the client's whole trade: the compiler's total, or else the sum over the partners it lists.

        Its value is in the unit of the book's money (see :func:`trade_book`); ``listed`` is the share of it that the
        listed partners make up.

        Source: the series of the roles ``total_trade``, ``total_exports`` and ``total_imports``, or else the goods.
        """
        partners = self.partners(client)
        flows = [self._flow(rows, client, flow) for rows in partners.values()]
        summed = [row for rows in flows for row in rows]
        role = {"trade": "total_trade", "exports": "total_exports", "imports": "total_imports"}[flow]
        totals = [row for row in self.rows if row.role == role and client in (row.giver, row.taker)]
        total = next((row for row in totals if row.excludes == excludes), None)
        if total is None and flow == "trade":
            halves = [self._total(client, role, excludes) for role in ("total_exports", "total_imports")]
            if all(half is not None for half in halves):
                known = [half for half in halves if half is not None]
                return self._over(known, summed)
        if total is not None:
            return self._over([total], summed)
        count = sum(1 for rows in flows if rows)
        if count < 2:
            return None  # a compiler that lists one partner knows no whole
        return Denominator(
            sum(row.value for row in summed),
            tuple(row.id for row in summed),
            f"sum of the {count} partners listed",
            1.0,
        )

    def _total(self, client: str, role: str, excludes: str) -> TradeRow | None:
        """Return the total of a role that leaves out the same, in the unit of the book's money, or None."""
        return next(
            (
                row
                for row in self.rows
                if row.role == role and client in (row.giver, row.taker) and row.excludes == excludes
            ),
            None,
        )

    @staticmethod
    def _flow(rows: list[TradeRow], client: str, flow: str) -> list[TradeRow]:
        """Return those of a partner's rows that belong to a flow."""
        if flow == "trade":
            return rows
        giver = flow == "exports"
        return [row for row in rows if row.role == "goods_exports" and (row.giver == client) == giver]

    @staticmethod
    def _over(totals: list[TradeRow], summed: list[TradeRow]) -> Denominator:
        """Make the denominator from a compiler's total, with the share of it that the listed partners make up."""
        value = sum(row.value for row in totals)
        listed = sum(row.value for row in summed) / value if summed and value > 0 else None
        added = any(row.derived for row in totals)
        coverage = "sum of all partners of the compiler" if added else "total of the compiler"
        return Denominator(value, tuple(row.id for row in totals), coverage, listed)


class TradeBook:
    """All years and compilers."""

    def __init__(self, years: Mapping[tuple[str, int], TradeYear]) -> None:
        self._years = years

    def of(self, compiler: str, year: int) -> TradeYear:
        """Return the rows of one compiler and year.

        No unit of their own: amounts are in the unit of the book's money, shares of 1.

        Source: the rows of the snapshot.
        """
        return self._years.get((compiler, year), TradeYear(()))

    def readings(self, actors: Iterable[str], year: int) -> list[tuple[str, str]]:
        """Return the compilers that say anything on the trade of actors in a year, each with what it leaves out.

        No unit: names.

        Source: the rows of the snapshot; what a compiler leaves out is read from its totals and shares.
        """
        line = set(actors)
        found: set[tuple[str, str]] = set()
        for (compiler, when), rows in self._years.items():
            if when == year:
                touching = [row for row in rows.rows if line & {row.giver, row.taker}]
                basis = {
                    row.excludes for row in touching if row.role.endswith("_share") or row.role.startswith("total_")
                }
                found |= {(compiler, excludes) for excludes in (basis or ({""} if touching else set()))}
        return sorted(found)

    def years(self, actors: Iterable[str]) -> list[int]:
        """Return the years in which any compiler says anything on the trade of actors.

        Calendar years (unit ``year``), in order.

        Source: the rows of the snapshot.
        """
        line = set(actors)
        return sorted(
            {year for (_, year), rows in self._years.items() if any(line & {row.giver, row.taker} for row in rows.rows)}
        )

    def years_between(self, one: Iterable[str], other: Iterable[str]) -> dict[str, list[int]]:
        """Return, by compiler, the years in which it gives goods between two sets of actors.

        Calendar years (unit ``year``), in order.

        Source: the series of the roles ``goods_exports`` and ``goods_trade``.
        """
        ours, theirs = set(one), set(other)
        found: dict[str, list[int]] = {}
        for (compiler, year), rows in sorted(self._years.items()):
            goods = (row for row in rows.rows if row.role in ("goods_exports", "goods_trade"))
            if any(
                (row.giver in ours and row.taker in theirs) or (row.giver in theirs and row.taker in ours)
                for row in goods
            ):
                found.setdefault(compiler, []).append(year)
        return found


def trade_book(snapshot: Snapshot) -> TradeBook:
    """Return the trade book of a snapshot, made once.

    Values are in the base unit of the money that most rows use (USD in the bundled casebook); rows in other money are
    left out.

    Source: the rows of the snapshot whose series play a part in trade, see :mod:`khasan.measures.roles`.
    """
    return snapshot.remember("trade_book", _make)


def left_out(snapshot: Snapshot, actor: str, excludes: str) -> bool:
    """Whether a total leaves an actor out: the words of what it excludes name the actor (no unit: yes or no).

    A flow that is no part of a total has no share in it.

    Source: the column ``excludes`` of the total, and the names and aliases of the table ``actor``.
    """
    held = snapshot.actors.by_id.get(actor)
    if held is None or not excludes or excludes.startswith("none"):
        return False
    names = {word for name in (held.name, *held.aliases) for word in _WORD.findall(name.lower())}
    return bool(names & set(_WORD.findall(excludes.lower())) - _COMMON)


def million(row: TradeRow | None) -> float | None:
    """Return the value of a row in millions of its money, or None.

    The unit is a million of the book's money (USD in the bundled casebook).

    Source: the row given.
    """
    return None if row is None else row.value / 1e6


def _make(snapshot: Snapshot) -> TradeBook:
    """Read the usable rows of whole years that play a part in trade, by compiler and year, in one money."""
    roles = {series: role for role in _ROLES if (series := trade_series(snapshot, role)) is not None}
    frame = snapshot.usable.filter(
        pl.col("year").is_not_null() & pl.col("series").is_in(list(roles)) & pl.col("scenario").is_null()
    )
    money = frame.filter(pl.col("dimension") == "money")
    base = (
        money.group_by("base").len().sort("len", "base", descending=[True, False]).item(0, "base")
        if money.height
        else ""
    )
    years: dict[tuple[str, int], list[TradeRow]] = {}
    for row in best_first(frame.filter((pl.col("base") == base) | (pl.col("dimension") == "share"))).iter_rows(
        named=True
    ):
        hedge = _HEDGES.get(row["qualifier"] or "")
        entry = TradeRow(
            row["id"],
            roles[row["series"]],
            row["from_actor"],
            row["to_actor"],
            row["value_base"],
            row["value_base"] if row["low_base"] is None else row["low_base"],
            row["value_base"] if row["high_base"] is None else row["high_base"],
            row["excludes"] or "",
            row["channel"],
            (hedge,) if hedge else (),
            row["basis"] == "derived",
        )
        years.setdefault((row["compiler"] or "", row["year"]), []).append(entry)
    return TradeBook({key: TradeYear(tuple(rows)) for key, rows in years.items()})
