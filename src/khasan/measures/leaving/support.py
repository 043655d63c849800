"""Compute what a patron would have to pay if another partner left, and what its recorded support would replace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import polars as pl

from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.offer import CLOSE, what_undoes
from khasan.gravity.scenario.one_sector import solve_changed
from khasan.gravity.scenario.world import price_ratio
from khasan.gravity.uncertainty.factors import factors_of
from khasan.gravity.uncertainty.worlds import Worlds, with_size
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, Parameter, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import Asked, applied, label_of, rounded, told_ranges, written
from khasan.measures.leaving.kept import MOVES
from khasan.measures.leaving.losses import MODEL, check_members, client_rows, read_from

DAYS = 365.25
"""Days of a year, by which support over several years is divided."""

GIFT = "Support enters as a gift of money; payment for arms or labour is worth less than a gift, since it costs them"
"""What is assumed of support."""


def offer(snapshot: Snapshot, worlds: Worlds, asked: Asked, leaving: str, patron: str) -> Finding | None:
    """Compute the yearly gift with which a patron would make good that another partner left.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows of the client's trade are.
    worlds : Worlds
        The world of the year.
    asked : Asked
        Settings.
    leaving, patron : str
        Who leaves and who pays.

    Returns
    -------
    Finding or None
        Unit: USD million of the base year. None where no gift is enough at the middle of the ranges, or nothing is
        recorded.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_offer`.
    """
    check_members(worlds, asked)
    evidence = client_rows(snapshot, asked.client, asked.year, worlds.at({}).compiler)
    if not evidence:
        return None
    sizes: list[float | None] = [
        None if game is None else what_undoes(game, patron)[0]["size"] for game in _grid(worlds, asked, leaving)
    ]
    known = [size for size in sizes if size is not None]
    if sizes[0] is None:
        return None
    caveats = [
        f"{told_ranges(applied(asked))}; {_moved(asked, sizes)}",
        MODEL,
        "the deficit of those who stay is kept in money",
    ]
    caveats += read_from(worlds)
    if len(known) < len(sizes):
        caveats.append(
            f"at {len(sizes) - len(known)} of {len(sizes)} settings no gift is enough, or the client would export "
            "more than it makes; they are left out"
        )
    parameters = _parameters(asked, leaving, patron)
    return make_finding(
        snapshot, "leaving_offer", parameters, evidence, rounded(sizes[0]), "USD million", low=rounded(min(known)),
        high=rounded(max(known)), channel="trade", caveats=caveats,
    )  # fmt: skip


def replaced(snapshot: Snapshot, worlds: Worlds, asked: Asked, leaving: str, patron: str) -> Finding | None:
    """Compute which share of a loss the recorded support of a patron would make good.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows of the support (role ``patron_payment``) and of the client's trade are.
    worlds, asked, leaving, patron
        As in :func:`offer`.

    Returns
    -------
    Finding or None
        Unit: share of the loss. None where no support is recorded in money, or nothing is lost that it could replace.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_replaced`.
    """
    check_members(worlds, asked)
    paid = _paid(snapshot, asked, patron)
    evidence = client_rows(snapshot, asked.client, asked.year, worlds.at({}).compiler)
    if paid.is_empty() or not evidence:
        return None
    amounts = paid.get_column("yearly")
    tried = (float(amounts.mean()), float(amounts.min()), float(amounts.max()))  # type: ignore[arg-type]
    found: list[tuple[float, ...] | None] = []
    for game in _grid(worlds, asked, leaving):
        without = 0.0 if game is None else _loss(game, leaving, patron, 0.0)
        if game is None or without <= CLOSE:
            found.append(None)
        else:
            found.append(tuple(1.0 - _loss(game, leaving, patron, amount) / without for amount in tried))
    if found[0] is None:
        return None
    shares = [share for one in found if one is not None for share in one]
    parameters = _parameters(asked, leaving, patron)
    middles = [None if one is None else one[0] for one in found]
    caveats = [
        f"{told_ranges(applied(asked))}; {_moved(asked, middles, 100, 'percent')}",
        GIFT,
        MODEL,
        f"{tried[1]:,.0f} to {tried[2]:,.0f} USD million a year in prices of {asked.year}, from totals over the years",
        *read_from(worlds),
    ]
    if None in found:
        caveats.append(f"{found.count(None)} of {len(found)} settings are left out: nothing is lost there, or the "
                       "client would export more than it makes")  # fmt: skip
    return make_finding(
        snapshot, "leaving_replaced", parameters, [*evidence, *paid.get_column("id")], rounded(found[0][0]), "share",
        low=rounded(min(shares)), high=rounded(max(shares)), channel="finance", caveats=caveats,
    )  # fmt: skip


def _moved(asked: Asked, values: Sequence[float | None], scale: float = 1.0, unit: str = "million dollars") -> str:
    """Say with which range a result moves most, all others at their middles; the unit is that of the values.

    Source: the grid of ends and middles.
    """
    settings = _settings(asked)
    middle = settings[0]
    widths: dict[str, tuple[float, float]] = {}
    for name in middle:
        along = [
            value
            for setting, value in zip(settings, values, strict=True)
            if value is not None and all(setting[other] == middle[other] for other in middle if other != name)
        ]
        widths[name] = (min(along), max(along))
    name = max(widths, key=lambda one: widths[one][1] - widths[one][0])
    low, high = widths[name]
    told = " to ".join(f"{float(f'{scale * end:.3g}'):,g}" for end in (low, high))
    return f"{MOVES}{label_of(name)}: {told} {unit} with all else at the middle"


def _parameters(asked: Asked, leaving: str, patron: str) -> dict[str, Parameter]:
    """Return the parameters of a finding on support; no unit.

    Source: what is asked for.
    """
    over = written(applied(asked))
    return {"client": asked.client, "leaving": leaving, "patron": patron, "year": asked.year, "over": over}


def _grid(worlds: Worlds, asked: Asked, leaving: str) -> Iterator[Game | None]:
    """Yield the game at the middle of all ranges, then at every combination of their ends and middles; no unit.

    None where the client would export more than it makes.

    Source: the ranges that are asked for.
    """
    for at in _settings(asked):
        try:
            world = with_size(worlds.at(dict(at)), asked.client, float(at.get("size", 1.0)))
        except InputError:
            yield None
            continue
        yield Game(world, asked.client, {leaving: (leaving,)}, 1.0, float(at.get("theta", 4.0)), "additive")


def _settings(asked: Asked) -> list[dict[str, float | str]]:
    """Return the middle of all ranges, then every other combination of their ends and middles; no unit.

    Source: the ranges that are asked for.
    """
    levels = {factor.name: factor.levels.choices for factor in factors_of(applied(asked), "coalition")}
    return [dict(zip(levels, cell, strict=True)) for cell in product(*levels.values())]


def _loss(game: Game, leaving: str, patron: str, amount: float) -> float:
    """Return the client's loss of welfare, as a share, where a partner leaves and a patron gives money.

    The unit of ``amount`` is USD million.

    Source: :func:`khasan.gravity.scenario.one_sector.solve_changed`.
    """
    trade = game.world.trade
    change = np.ones_like(trade)
    place = game.world.place(leaving)
    change[place, game.place] = change[game.place, place] = 0.0
    received = np.zeros(len(trade))
    received[game.world.place(patron)], received[game.place] = -amount, amount
    solved = solve_changed(trade, change, received, game.theta, "additive", "zero", game.world.countries)
    return 1.0 - float(solved.welfare[game.place])


def _paid(snapshot: Snapshot, asked: Asked, patron: str) -> pl.DataFrame:
    """Return the recorded payments of the patron to the client: ``id`` and ``yearly``.

    The unit is USD million a year, in prices of the base year.

    Source: rows of the role ``patron_payment``.
    """
    rows = snapshot.usable.filter(
        pl.col("series").is_in(snapshot.series_of("patron_payment"))
        & (pl.col("from_actor") == patron)
        & (pl.col("to_actor") == asked.client)
        & (pl.col("base") == "USD")
    )
    found = []
    for row in rows.iter_rows(named=True):
        years = ((row["end"] - row["start"]).days + 1) / DAYS
        middle = row["start"].year + (row["end"].year - row["start"].year) // 2
        found.append({"id": row["id"], "yearly": row["value_base"] / 1e6 / years * price_ratio(middle, asked.year)})
    return pl.DataFrame(found, schema={"id": pl.String(), "yearly": pl.Float64()})
