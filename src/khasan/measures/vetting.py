"""Vetting of mirror trade statistics: which flows of a state may be its namesake's, or nobody's.

Partners and compilers confuse states with like names. Every recorded flow of a client gets a suspicion from 0 to 1
with its parts, and a reason where it is suspect:

- ``namesake``: the flow, its neighbours in time and the client's other flows look like planted trade of a namesake
  (:mod:`khasan.measures.scorecard`), or the client drowns in the trade of a larger state that shares its name;
- ``extrapolated``: a compiler carried the flow on, and gravity does not support its size;
- ``implausible``: a hundred times what came before and after, and a hundred times what gravity expects;
- ``uncorroborated``: a second compiler that records the client's trade does not know a tenth of it, and it is far
  above its history and gravity;
- ``unknown``: a leap by three hundred and back where gravity has no expectation.

A suspicion is relative to the client: the same flow is a row of its exporter and a row of its importer, since its
partner may have meant another state than the client, which says nothing of the partner. Nothing is corrected: a suspect
flow is set aside, and a share becomes an interval.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.suspicion import material
from khasan.measures.suspicion_world import make_world
from khasan.measures.verdict_rows import DIRECTIONS, no_rows, verdict_rows
from khasan.measures.verdicts import Context, decide

FLOW = ("exporter", "importer", "year", "value")


def read_namesakes() -> pl.DataFrame:
    """Read the table of confusable pairs: ``one``, ``other`` (actors), ``grade`` (unit: 0 to 1), ``by``.

    Source: ``namesakes.csv``, made by ``scripts/namesakes.py`` from names, demonyms and codes of all states.
    """
    file = resources.files("khasan.measures").joinpath("namesakes.csv")
    return pl.read_csv(file.read_bytes(), schema_overrides={"grade": pl.Float64})


def confusable(namesakes: pl.DataFrame | None = None) -> list[str]:
    """List the actors of a table of namesakes (no unit), which gravity is fitted without.

    Source: the table of the package where none is given.
    """
    table = read_namesakes() if namesakes is None else namesakes
    return sorted(set(table["one"]) | set(table["other"]))


def vet(
    flows: pl.DataFrame,
    expected: pl.DataFrame,
    namesakes: pl.DataFrame | None = None,
    clients: Collection[str] | None = None,
    second: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Vet every recorded flow of every client, or of some.

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` (USD million) of the whole world, by one compiler.
    expected : DataFrame
        ``exporter``, ``importer``, ``year``, ``expected`` (USD million), fitted without the namesakes:
        ``expected_flows(flows, sizes, distances, leave_out=confusable())``.
    namesakes : DataFrame, optional
        ``one``, ``other`` and ``grade`` (1 where left out): pairs of states that are confused in either direction; the
        table of the package where left out.
    clients : collection of str, optional
        Actors to vet; all where left out. The other states' flows are read all the same.
    second : DataFrame, optional
        Flows of a second compiler, with the columns of ``flows``.

    Returns
    -------
    DataFrame
        One row a flow and client: ``client``, ``partner``, ``year``, ``direction`` (export or import of the client),
        ``value`` (unit ``USD million``), ``jump`` (log distance to its own history beyond the best gap),
        ``above_gravity`` (log distance to the expectation at the level of both states), ``namesake_value`` (the
        namesake's flow with the partner, USD million), ``namesake_dip`` (0 to 1: how well a dip of that flow matches
        the excess), ``carried_on`` (whether its growth is a compiler's), ``second_value`` (USD million; null without a
        second compiler), ``score`` (0 to 1), ``suspect`` (from 0.5 on), ``reason`` and ``namesake`` (null where there
        is none). Flows that are too small to be judged have a score of 0. Sorted by client, year, partner, direction.

    Raises
    ------
    InputError
        Where a column is missing or a flow stands twice.

    Source: formulas of the package, explained with their error in ``docs/explanation/vetting.md``.
    """
    _check(flows, expected, second)
    flows = flows.select(
        pl.col("exporter", "importer"), pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64)
    )
    if flows.is_empty():
        return no_rows()
    world = make_world(flows, expected)
    if int(np.isfinite(world.trade).sum()) != flows.drop_nulls("value").height:
        twice = flows.filter(flows.select("exporter", "importer", "year").is_duplicated())
        first = twice.row(0) if twice.height else ("?", "?", "?")
        raise InputError(
            f"flows: {first[0]} to {first[1]} in {first[2]} stands twice or is no number; vet one compiler at a time"
        )
    pairs = _pairs(read_namesakes() if namesakes is None else namesakes, clients)
    context = Context(
        world, material(world), None if second is None else make_world(second, expected, world.actors, world.years)
    )
    return verdict_rows(flows.drop_nulls("value"), context, decide(context, pairs), clients)


def _check(flows: pl.DataFrame, expected: pl.DataFrame, second: pl.DataFrame | None) -> None:
    """Refuse frames that lack a column."""
    for name, frame, columns in (
        ("flows", flows, FLOW),
        ("expected", expected, ("exporter", "importer", "year", "expected")),
        ("second", flows if second is None else second, FLOW),
    ):
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise InputError(f"{name}, column {missing[0]}: missing; vetting needs {', '.join(columns)}")


def _pairs(table: pl.DataFrame, clients: Collection[str] | None) -> dict[tuple[str, str], float]:
    """Give each client and namesake their grade, in both directions."""
    graded = table if "grade" in table.columns else table.with_columns(grade=pl.lit(1.0))
    pairs: dict[tuple[str, str], float] = {}
    for one, other, grade in graded.select("one", "other", "grade").iter_rows():
        for client, namesake in ((one, other), (other, one)):
            if clients is None or client in clients:
                pairs[client, namesake] = grade
    return pairs


@dataclass(frozen=True)
class VettedShare:
    """Share of one partner in a client's trade of one year, with suspect flows set aside.

    ``share`` has them left out of numerator and denominator, ``as_reported`` has them all in; ``low`` and ``high``
    bound the share over every way of keeping or dropping each suspect flow (unit: 0 to 1). ``total`` and
    ``total_as_reported`` are the denominators, ``trade`` and ``trade_as_reported`` the numerators (USD million).
    ``flags`` holds the rows of the suspect flows. A share is None where nothing is left to divide by.
    """

    client: str
    partner: str
    year: int
    share: float | None
    as_reported: float | None
    low: float | None
    high: float | None
    trade: float
    trade_as_reported: float
    total: float
    total_as_reported: float
    flags: pl.DataFrame


def vetted_share(
    vetted: pl.DataFrame, client: str, partner: str, year: int, flow: str = "trade", without: Collection[str] = ()
) -> VettedShare | None:
    """Share of one partner in the trade of a client in a year, as reported and with suspect flows set aside.

    With ``n`` and ``d`` the partner's and all flows that are not suspect, and ``s`` and ``r`` the suspect flows of
    the partner and of the rest: share ``n / d``, as reported ``(n + s) / (d + s + r)``, low ``n / (d + r)``, high
    ``(n + s) / (d + s)``. No value is corrected.

    Parameters
    ----------
    vetted : DataFrame
        As :func:`vet` returns it.
    client, partner : str
        Actors.
    year : int
        Calendar year.
    flow : {"trade", "export", "import"}
        Which flows of the client.
    without : collection of str
        Partners that neither count in numerator nor in denominator.

    Returns
    -------
    VettedShare or None
        Shares have no unit (0 to 1); None where no flow of the client with the partner is recorded in the year.

    Source: formula of the package.
    """
    wanted = DIRECTIONS if flow == "trade" else (flow,)
    rows = vetted.filter(
        (pl.col("client").cast(pl.String) == client)
        & (pl.col("year") == year)
        & pl.col("direction").cast(pl.String).is_in(list(wanted))
        & ~pl.col("partner").cast(pl.String).is_in(list(without))
    )
    of_partner = pl.col("partner").cast(pl.String) == partner
    if rows.filter(of_partner).is_empty():
        return None

    def amount(which: pl.Expr) -> float:
        """Add up flows."""
        return float(rows.filter(which)["value"].sum())

    suspect = pl.col("suspect")
    clean, doubtful = amount(of_partner & ~suspect), amount(of_partner & suspect)
    rest, doubtful_rest = amount(~of_partner & ~suspect), amount(~of_partner & suspect)
    total, reported = clean + rest, clean + rest + doubtful + doubtful_rest
    return VettedShare(
        client,
        partner,
        year,
        _ratio(clean, total),
        _ratio(clean + doubtful, reported),
        _ratio(clean, total + doubtful_rest),
        _ratio(clean + doubtful, total + doubtful),
        clean,
        clean + doubtful,
        total,
        reported,
        rows.filter(suspect),
    )


def _ratio(part: float, whole: float) -> float | None:
    """Divide; None where the whole is 0."""
    return part / whole if whole > 0 else None
