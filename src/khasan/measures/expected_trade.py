"""What a state would trade with two partners if only size and distance counted: a plain expectation, not an estimate.

The ratio of trade with two partners is compared with the ratio of ``GDP_k ** g / distance_pk ** d``; the patron's own
size cancels. Both elasticities are taken from the literature and run over a range, since nothing is estimated here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

import polars as pl

from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.trade_book import TradeRow, TradeYear, trade_book
from khasan.measures.vote_book import Pair, pair_of

SIZE = (0.8, 1.0)
"""Range of the elasticity of trade in the partner's GDP; the value is taken at 1."""

DISTANCE = (0.7, 1.3)
"""Range of the elasticity of trade in distance (Head and Mayer 2014 find a mean of 0.9 to 1.1); the value is at 1."""

CORNERS = tuple(product(SIZE, DISTANCE))
"""Pairs of elasticities between which the lean is linear, so that its lowest and highest lie at one of them."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Trade, size and distance of two partners of one state in one year: ratios of one to the other, in logs."""

    trade: float
    size: float
    distance: float
    parts: Mapping[str, float | str]
    rows: tuple[str, ...]
    channel: str
    caveats: tuple[str, ...]

    def lean(self, size: float = 1.0, distance: float = 1.0) -> float:
        """Half of the log ratio of trade less the log ratio of expected trade, at two elasticities.

        In the unit ``log points``, above 0 towards the first of the two.

        Source: Head and Mayer, Gravity equations: workhorse, toolkit, and cookbook (2014), for the elasticities.
        """
        return 0.5 * (self.trade - size * self.size + distance * self.distance)


def compared(snapshot: Snapshot, patron: str, one: str, other: str, year: int, compiler: str) -> Compared | None:
    """Return what a lean on trade needs, or None where any part has no data or the recorded trade is 0.

    The logs are natural (unit ``log points``); of its parts ``trade_one`` and ``trade_other`` are in millions of the
    money of the rows.

    Source: the compiler's rows of trade, and those of the roles ``gdp`` and ``capital_distance``.
    """
    (patron_at, one_at, other_at), caveats = in_the_year(snapshot, year, patron, one, other)
    if patron_at is None or one_at is None or other_at is None or len({patron_at, one_at, other_at}) < 3:
        return None
    flows = _flows(trade_book(snapshot).of(compiler, year), patron_at, one_at, other_at)
    context = snapshot.remember("context of trade", _context)
    sizes = [context.gdp.get((actor, year)) for actor in (one_at, other_at)]
    apart = [context.distance(patron_at, actor, year) for actor in (one_at, other_at)]
    if flows is None or any(part is None for part in (*sizes, *apart)):
        return None
    known = [part for part in (*sizes, *apart) if part is not None]
    values = [sum(row.value for row in rows) for rows in flows.rows]
    numbers = [*values, *(value for value, _ in known)]
    if any(number <= 0 for number in numbers):
        return None
    logs = [math.log(number) for number in numbers]
    if not flows.complete:
        caveats.append("One direction lacks data with one of the two and is left out with both.")
    listed = [row for rows in flows.rows for row in rows]
    return Compared(
        logs[0] - logs[1],
        logs[2] - logs[3],
        logs[4] - logs[5],
        {
            "trade_one": values[0] / 1e6,
            "trade_other": values[1] / 1e6,
            "directions": flows.directions,
            "gdp_ratio": numbers[2] / numbers[3],
            "distance_ratio": numbers[4] / numbers[5],
        },
        (*(row.id for row in listed), *(row for _, row in known)),
        listed[0].channel,
        (*caveats, *(text for row in listed for text in row.caveats)),
    )


@dataclass(frozen=True, slots=True)
class _Flows:
    """Rows of trade with each of two partners, which directions they are, and whether both directions are there."""

    rows: tuple[list[TradeRow], list[TradeRow]]
    directions: str
    complete: bool


def _flows(book: TradeYear, patron: str, one: str, other: str) -> _Flows | None:
    """Return the flows that can be compared: both directions, or the one that has data with both partners."""
    sold = (book.export(patron, one), book.export(patron, other))
    bought = (book.export(one, patron), book.export(other, patron))
    two_way = (book.two_way(patron, one), book.two_way(patron, other))
    whole = [
        [sale, purchase] if sale is not None and purchase is not None else [both] if both is not None else []
        for sale, purchase, both in zip(sold, bought, two_way, strict=True)
    ]
    if whole[0] and whole[1]:
        return _Flows((whole[0], whole[1]), "both", True)
    for name, (left, right) in (("exports", sold), ("imports", bought)):
        if left is not None and right is not None:
            return _Flows(([left], [right]), f"{name} of the patron", False)
    return None


@dataclass(frozen=True, slots=True)
class _Context:
    """GDP by actor and year, and distances by pair with the days from and to which they hold, in base units."""

    gdp: Mapping[tuple[str, int], tuple[float, str]]
    spans: Mapping[Pair, list[tuple[date, date, float, str]]]

    def distance(self, one: str, other: str, year: int) -> tuple[float, str] | None:
        """Return the distance between two capitals in the middle of a year, with its row."""
        middle = date(year, 7, 1)
        return next(
            (
                (value, row)
                for start, end, value, row in self.spans.get(pair_of(one, other), [])
                if start <= middle <= end
            ),
            None,
        )


def _context(snapshot: Snapshot) -> _Context:
    """Read yearly GDP in the base unit of its money, and distances between capitals in that of length."""
    gdp: dict[tuple[str, int], tuple[float, str]] = {}
    own = pl.col("from_actor") == pl.col("to_actor")
    frame = _first_series(snapshot, "gdp", "money").filter(own & pl.col("year").is_not_null())
    for actor, year, value, row in frame.select("from_actor", "year", "value_base", "id").iter_rows():
        gdp.setdefault((actor, year), (value, row))
    spans: dict[Pair, list[tuple[date, date, float, str]]] = {}
    for one, other, start, end, value, row in (
        _first_series(snapshot, "capital_distance", "length")
        .select("from_actor", "to_actor", "start", "end", "value_base", "id")
        .iter_rows()
    ):
        spans.setdefault(pair_of(one, other), []).append((start, end, value, row))
    return _Context(gdp, spans)


def _first_series(snapshot: Snapshot, role: str, dimension: str) -> pl.DataFrame:
    """Return the rows of the first series that plays a part and has data, best graded first; series are not mixed."""
    held = set(snapshot.whole.usable.get_column("series").unique())
    series = next((name for name in snapshot.series_of(role) if name in held), "")
    return best_first(
        snapshot.usable.filter(
            (pl.col("series") == series) & (pl.col("dimension") == dimension) & pl.col("scenario").is_null()
        )
    )
