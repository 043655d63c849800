"""Compute what a client would lose if partners left, over ranges, from a world of trade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from khasan.gravity.coalition.game import Game
from khasan.gravity.uncertainty.coalitions import game_over_ranges
from khasan.gravity.uncertainty.factors import factors_of
from khasan.gravity.uncertainty.spread import Spread
from khasan.gravity.uncertainty.worlds import Worlds
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import ALL, Asked, rounded, told_ranges

MODEL = (
    "In the model the year's trade is all that changes: no stocks, no smuggling, no adjustment over time, one kind of "
    "goods that all countries sell in varieties of their own"
)
"""What the model is, said beside every number of it."""


def losses(snapshot: Snapshot, worlds: Worlds, asked: Asked) -> tuple[Finding, ...]:
    """Compute losses, worths and what carries them.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows of the client's trade are, which the findings cite.
    worlds : Worlds
        The world of the year, as reported and vetted.
    asked : Asked
        Settings; at least two members.

    Returns
    -------
    tuple of Finding
        Units as in :mod:`khasan.measures.leaving.kept`: percent of welfare, and shares of the spread. Empty where the
        snapshot holds no row of the client's trade of the year.

    Raises
    ------
    InputError
        For members that do not fit (see :func:`check_members`), or where no point of the ranges has an equilibrium.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_loss`.
    """
    world = worlds.at({})
    check_members(worlds, asked)
    evidence = client_rows(snapshot, asked.client, asked.year, world.compiler)
    if not evidence:
        return ()
    game = Game(world, asked.client, {code: (code,) for code in asked.among}, 1.0, 4.0, "additive")
    factors = factors_of(asked.over, "coalition")
    spread = game_over_ranges(
        game,
        worlds,
        factors if asked.draws else [factor.levels for factor in factors],
        draws=asked.draws,
        seed=asked.seed,
        together=[(asked.among[0], asked.among[1])],
    )
    caveats = _caveats(worlds, game, told_ranges(asked.over))
    if spread.failed:
        caveats.append(
            f"{spread.failed} of {spread.points} settings are left out: they have no equilibrium, or {asked.client} "
            "would export more than it makes"
        )
    return tuple(_findings(snapshot, asked, spread, evidence, caveats))


def check_members(worlds: Worlds, asked: Asked) -> None:
    """Check that client and members are different countries of the world; no unit.

    Raises
    ------
    InputError
        For fewer than two members, one that is named twice or is the client, or one that is not in the world.

    Source: the countries of the world.
    """
    world = worlds.at({})
    named = (asked.client, *asked.among)
    if len(asked.among) < 2 or len(set(named)) < len(named):
        raise InputError(f"{', '.join(asked.among)}: name two or more partners of {asked.client}, each once")
    for country in named:
        if country not in world.countries:
            why = world.left_out.get(country, "no recorded trade")
            raise InputError(f"{country}: not in the world of {asked.year} ({why}); choose another year or partner")


def client_rows(snapshot: Snapshot, client: str, year: int, compiler: str) -> list[str]:
    """Return the rows on which a loss rests: the client's flows, its size, and the verdicts on its flows.

    The ids carry no unit; the rows are those of one compiler and year. None where the size or the flows are not known.

    Source: the rows of the snapshot.
    """
    usable = snapshot.usable.filter(pl.col("year") == year)
    own = (pl.col("from_actor") == client) | (pl.col("to_actor") == client)
    flows = usable.filter(
        own & pl.col("series").is_in(snapshot.series_of("goods_exports")) & (pl.col("compiler") == compiler)
    )
    if flows.is_empty():
        return []
    doubts = snapshot.series_of("trade_suspicion") + snapshot.series_of("trade_suspects")
    sizes = usable.filter(pl.col("series").is_in(snapshot.series_of("gdp")) & (pl.col("from_actor") == client))
    if sizes.is_empty():
        return []
    judged = usable.filter(pl.col("series").is_in(doubts) & (own | (pl.col("scenario") == client)))
    frames = [one.get_column("id") for one in (flows, sizes, judged)]
    return sorted(set(pl.concat(frames).to_list()))


def _findings(
    snapshot: Snapshot, asked: Asked, spread: Spread, evidence: list[str], caveats: list[str]
) -> list[Finding]:
    """Turn intervals and shares into findings; unit: percent, and share for what carries them.

    Source: :func:`khasan.gravity.uncertainty.coalitions.game_over_ranges`.
    """
    first, second = asked.among[:2]
    main = spread.intervals[0]["law"]
    told = {row["outcome"]: row for row in spread.intervals if row["law"] == main}
    ends = ("low", "high") if asked.draws else ("least", "most")
    kept: list[tuple[str, str, Mapping[str, str]]] = [
        ("leaving_loss", f"both {first} {second}", {"leaving": f"{first};{second}"}),
        ("leaving_loss", "potential", {"leaving": ALL}),
        ("leaving_interaction", f"beyond {first} {second}", {}),
    ]
    if len(asked.among) > 2:
        kept.append(("leaving_loss", "loss", {"leaving": ";".join(asked.among)}))
    for member in asked.among:
        kept += [
            ("leaving_loss", f"alone {member}", {"leaving": member}),
            ("leaving_worth", f"shapley {member}", {"member": member}),
            ("leaving_last", f"last {member}", {"member": member}),
        ]
    made = []
    for method, outcome, more in kept:
        row = told[outcome]
        said = [*caveats, *_law(spread, outcome)]
        made.append(_finding(snapshot, asked, method, more, evidence, row["median"], row[ends[0]], row[ends[1]], said))
    for leaving, outcome in ((first, f"alone {first}"), (f"{first};{second}", f"both {first} {second}"),
                             (second, f"alone {second}"), (ALL, "potential")):  # fmt: skip
        for factor in spread.factors:
            shares = [
                row["total"] for row in spread.shares if row["outcome"] == outcome and row["factor"] == factor.name
            ]
            if any(one is None for one in shares):
                continue
            main = shares[0]
            more = {"leaving": leaving, "due_to": factor.name}
            made.append(
                _finding(snapshot, asked, "leaving_carried", more, evidence, main, min(shares), max(shares), caveats)
            )
    return made


def _finding(
    snapshot: Snapshot,
    asked: Asked,
    method: str,
    more: Mapping[str, str],
    evidence: list[str],
    value: float,
    low: float,
    high: float,
    caveats: list[str],
) -> Finding:
    """Make one finding; unit: share for what carries a loss, else percent.

    Source: as of :func:`losses`.
    """
    unit = "share" if method == "leaving_carried" else "percent"
    return make_finding(
        snapshot, method, {**asked.parameters, **more}, evidence, rounded(value), unit, low=rounded(low),
        high=rounded(high), channel="trade", caveats=caveats,
    )  # fmt: skip


def read_from(worlds: Worlds) -> list[str]:
    """Say from which versions of which data sets a world was read; no unit.

    Source: the loads of the ledger.
    """
    world = worlds.vetted or worlds.at({})
    told = [f"{row['data_set']} {row['version']} (sha256 {str(row['sha256'])[:12]})" for row in world.data]
    return [f"Read from {', '.join(dict.fromkeys(told))}"] if told else []


def _law(spread: Spread, outcome: str) -> list[str]:
    """Say where a result moves with the law under which the ranges are drawn; its unit is that of the result.

    Source: :data:`khasan.gravity.uncertainty.spread.MATTERS`.
    """
    if outcome not in spread.law_matters:
        return []
    medians: dict[str, Any] = {row["law"]: row["median"] for row in spread.intervals if row["outcome"] == outcome}
    told = " and ".join(f"{value:.3g} ({law})" for law, value in medians.items())
    return [f"not robust to how the ranges are drawn: the middle is {told}"]


def _caveats(worlds: Worlds, game: Game, over: str) -> list[str]:
    """Collect what must be said beside every loss; no unit."""
    said = [over, MODEL, *worlds.caveats]
    if game.idle:
        said.append(
            f"{', '.join(game.idle)}: no trade with {game.target} is recorded in {game.world.year} (a recorded 0 is "
            "doubtful), so leaving changes nothing by the data"
        )
    said += read_from(worlds)
    said.append("an interval holds what the ranges let the result be; it is no probability")
    return said
