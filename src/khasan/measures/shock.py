"""Around a restriction: change of trade across it, and deflection from those who restrict to one who does not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from khasan.ledger.actors import split
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.trade_book import TradeRow, trade_book

SPAN = 6
"""Whole years before and after."""

_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Two-sided 95 percent quantiles of Student's t for 1 to 10 degrees of freedom."""

_BASES = ("both directions", "the client's exports only", "the client's imports only")


@dataclass(frozen=True, slots=True)
class TradeAmount:
    """Trade of a client with one partner in a year, in USD, with the rows behind it."""

    value: float
    low: float
    high: float
    rows: tuple[str, ...]
    channel: str


def change_across(
    snapshot: Snapshot, client: str, partner: str, before: int, after: int, compiler: str
) -> Finding | None:
    """Change of two-way trade with one partner between two years, by one compiler.

    ``T_after / T_before - 1`` with ``T`` the client's exports to the partner plus its imports from it. Where the
    compiler gives one direction only in either year, the same direction is compared in both, and said so.

    Returns
    -------
    Finding or None
        Value in the unit ``share``; ``detail`` holds both amounts in USD million. None where a year has no data or the
        first amount is 0.

    Source: the compiler.
    """
    for basis in _BASES:
        first = _amounts(snapshot, client, partner, before, compiler).get(basis)
        last = _amounts(snapshot, client, partner, after, compiler).get(basis)
        if first is not None and last is not None:
            break
    else:
        return None
    if first.low <= 0:
        return None
    caveats = [text for year in (before, after) for text in in_the_year(snapshot, year, client, partner)[1]]
    if basis != _BASES[0]:
        caveats.append(f"The compiler gives {basis} in both years.")
    return make_finding(
        snapshot,
        "change_across",
        {"client": client, "partner": partner, "before": before, "after": after, "compiler": compiler},
        [*first.rows, *last.rows],
        last.value / first.value - 1,
        "share",
        low=last.low / first.high - 1,
        high=last.high / first.low - 1,
        channel=first.channel,
        caveats=[*caveats, "A change after a restriction is not its effect."],
        detail={
            "before": first.value / 1e6,
            "after": last.value / 1e6,
            "unit": _millions(snapshot, first),
            "actor": in_the_year(snapshot, after, partner)[0][0],
            "basis": basis,
        },
    )


def changes_around(snapshot: Snapshot, client: str, year: int) -> list[Finding]:
    """Return the change of trade with every partner from the year before to the year after, by each compiler.

    Values have the unit ``share`` (see :func:`change_across`); partners without both years are left out.

    Source: the compilers' rows.
    """
    line = set(snapshot.actors.lineage(client))
    book = trade_book(snapshot)
    found: list[Finding] = []
    for compiler in sorted({name for name, _ in book.readings(line, year - 1)}):
        partners = {partner for code in line for partner in book.of(compiler, year - 1).partners(code)}
        for partner in sorted(partners):
            change = change_across(snapshot, client, partner, year - 1, year + 1, compiler)
            if change is not None:
                found.append(change)
    return found


def trade_ratio(snapshot: Snapshot, patron: str, one: str, other: str, year: int, compiler: str = "") -> Finding | None:
    """Say how many times a patron's trade with one state its trade with another is: the price of choosing.

    ``(X_po + M_po) / (X_pc + M_pc)`` with ``one`` as c and ``other`` as o, both by one compiler; a direction counts
    only where it is known for both.

    Returns
    -------
    Finding or None
        A ratio (unit ``ratio``); ``detail`` holds both amounts in millions of the money of the rows. None where the
        compiler lacks one of them, or the first is 0.

    Source: the compiler's rows.
    """
    (patron_at, one_at, other_at), caveats = in_the_year(snapshot, year, patron, one, other)
    if patron_at is None or one_at is None or other_at is None:
        return None
    book = trade_book(snapshot).of(compiler, year)
    directions = [
        (book.export(giver, one_taker), book.export(second, other_taker))
        for giver, one_taker, second, other_taker in (
            (patron_at, one_at, patron_at, other_at),
            (one_at, patron_at, other_at, patron_at),
        )
    ]
    known = [(first, second) for first, second in directions if first is not None and second is not None]
    below, above = sum(first.value for first, _ in known), sum(second.value for _, second in known)
    if below <= 0:
        return None
    return make_finding(
        snapshot,
        "trade_ratio",
        {"patron": patron, "one": one, "other": other, "year": year, "compiler": compiler},
        [row.id for pair in known for row in pair],
        above / below,
        "ratio",
        channel=known[0][0].channel,
        caveats=caveats,
        detail={"with_one": below / 1e6, "with_other": above / 1e6},
    )


def deflection(snapshot: Snapshot, client: str, partner: str, year: int, compiler: str, senders: str) -> Finding | None:
    """Deflection of trade to a partner that does not restrict: its rise over the loss of those who do.

    ``D / L`` with ``D`` the partner's mean yearly trade from ``year`` less its mean before, ``L`` the senders' mean
    before less their mean from ``year``; up to six whole years on either side, and only years in which the compiler has
    a value for the partner and for every sender. Expected trade is the mean before. The interval is Fieller's at 95
    percent, with Student's t.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, partner : str
        Target of the restriction, and the partner asked about.
    year : int
        First year under restriction.
    compiler : str
        Whose numbers.
    senders : str
        Actors that restrict, separated by a semicolon.

    Returns
    -------
    Finding or None
        Value in the unit ``share of the loss``; ``detail`` holds D, L, the interval of L and the yearly amounts in USD
        million. Undefined, and None, where the partner is a sender, a side has fewer than two years, the interval of L
        holds 0 or the senders' trade rose.

    Source: Fieller, Some problems in interval estimation (1954); the compiler.
    """
    codes = list(dict.fromkeys(split(senders)))
    lines = {member for code in codes for member in snapshot.actors.lineage(code)}
    if not codes or lines & set(snapshot.actors.lineage(partner)):
        return None
    window = range(year - SPAN, year + SPAN)
    partner_years, partner_basis = _yearly(snapshot, client, partner, window, compiler)
    sender_years = [_yearly(snapshot, client, code, window, compiler) for code in codes]
    years = [one for one in window if one in partner_years and all(one in found for found, _ in sender_years)]
    before = [one for one in years if one < year]
    after = [one for one in years if one >= year]
    if len(before) < 2 or len(after) < 2:
        return None
    rise = np.array([partner_years[one].value for one in years])
    loss = np.array([sum(found[one].value for found, _ in sender_years) for one in years])
    ratio = _fieller(rise, loss, len(before))
    if ratio is None:
        return None
    used = [partner_years[one] for one in years] + [found[one] for found, _ in sender_years for one in years]
    caveats = [
        "Deflection compares mean trade after with mean trade before; it does not show that the same goods moved.",
        *(text for one in years for text in in_the_year(snapshot, one, client, partner, *codes)[1]),
    ]
    bases = [(partner, partner_basis), *((code, basis) for code, (_, basis) in zip(codes, sender_years, strict=True))]
    for code, basis in bases:
        if basis != _BASES[0]:
            caveats.append(f"With {snapshot.actors.name(code)} the compiler gives {basis}.")
    return make_finding(
        snapshot,
        "deflection",
        {"client": client, "partner": partner, "year": year, "compiler": compiler, "senders": senders},
        [row for amount in used for row in amount.rows],
        ratio.value,
        "share of the loss",
        low=ratio.low,
        high=ratio.high,
        channel=used[0].channel,
        caveats=caveats,
        detail={
            "rise": ratio.rise / 1e6,
            "loss": ratio.loss / 1e6,
            "loss_low": ratio.loss_low / 1e6,
            "loss_high": ratio.loss_high / 1e6,
            "years": years,
            "partner": [one / 1e6 for one in rise.tolist()],
            "senders": [one / 1e6 for one in loss.tolist()],
        },
    )


@dataclass(frozen=True, slots=True)
class _Ratio:
    """Rise over loss with its interval, and both with the interval of the loss in the money of the book."""

    value: float
    low: float
    high: float
    rise: float
    loss: float
    loss_low: float
    loss_high: float


def _fieller(partner: np.ndarray, senders: np.ndarray, split_at: int) -> _Ratio | None:
    """Return rise over loss with Fieller's interval, or None where the loss is not above 0 at 95 percent."""
    sides = [(partner[:split_at], senders[:split_at]), (partner[split_at:], senders[split_at:])]
    rise = float(sides[1][0].mean() - sides[0][0].mean())
    loss = float(sides[0][1].mean() - sides[1][1].mean())
    var_rise = sum(float(one.var(ddof=1)) / len(one) for one, _ in sides)
    var_loss = sum(float(other.var(ddof=1)) / len(other) for _, other in sides)
    joint = -sum(float(np.cov(one, other)[0, 1]) / len(one) for one, other in sides)
    quantile = _T95[min(len(partner) - 2, len(_T95)) - 1]
    margin = quantile * math.sqrt(var_loss)
    if loss - margin <= 0:
        return None
    value = rise / loss
    g = (margin / loss) ** 2
    centre = value - quantile**2 * joint / loss**2
    inner = var_rise - 2 * value * joint + value**2 * var_loss
    inner -= quantile**2 * (var_rise * var_loss - joint**2) / loss**2
    half = quantile / loss * math.sqrt(max(0.0, inner))
    return _Ratio(value, (centre - half) / (1 - g), (centre + half) / (1 - g), rise, loss, loss - margin, loss + margin)


def _yearly(
    snapshot: Snapshot, client: str, partner: str, years: Iterable[int], compiler: str
) -> tuple[Mapping[int, TradeAmount], str]:
    """Return trade by year in the composition that most years have, both directions before one."""
    every = {year: _amounts(snapshot, client, partner, year, compiler) for year in years}
    by_basis = {basis: {year: found[basis] for year, found in every.items() if basis in found} for basis in _BASES}
    basis = max(_BASES, key=lambda one: len(by_basis[one]))
    return by_basis[basis], basis


def _amounts(snapshot: Snapshot, client: str, partner: str, year: int, compiler: str) -> Mapping[str, TradeAmount]:
    """Return the trade of a year in each composition that the compiler gives."""
    (client_at, partner_at), _ = in_the_year(snapshot, year, client, partner)
    if client_at is None or partner_at is None:
        return {}
    book = trade_book(snapshot).of(compiler, year)
    exports, imports = book.export(client_at, partner_at), book.export(partner_at, client_at)
    both = [exports, imports] if exports and imports else [book.two_way(client_at, partner_at)]
    found = {_BASES[0]: both, _BASES[1]: [exports], _BASES[2]: [imports]}
    return {basis: _summed([row for row in rows if row]) for basis, rows in found.items() if all(rows)}


def _millions(snapshot: Snapshot, amount: TradeAmount) -> str:
    """Name the unit of a million of the money of an amount."""
    base = snapshot.units[snapshot.rows[amount.rows[0]][1]["unit"]].base
    return next((name for name, unit in snapshot.units.items() if unit.base == base and unit.factor == 1e6), base)


def _summed(rows: Sequence[TradeRow]) -> TradeAmount:
    """Add rows of trade, with their low and their high ends, in the unit of the book's money."""
    return TradeAmount(
        sum(row.value for row in rows),
        sum(row.low for row in rows),
        sum(row.high for row in rows),
        tuple(row.id for row in rows),
        rows[0].channel,
    )
