"""Compute, for a ledger with loaded trade, what a client would lose if partners left, and add it to a snapshot."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.answers.triangle import Triangle
    from khasan.gravity.uncertainty.worlds import Worlds
    from khasan.ledger.snapshot import Snapshot
    from khasan.ledger.store import Ledger


def with_losses(snapshot: Snapshot, path: Path | None, triangle: Triangle, as_of: date | None) -> tuple[Snapshot, str]:
    """Add what the client of a triangle would lose, unless the snapshot keeps it.

    Parameters
    ----------
    snapshot : Snapshot
        With rows about the client.
    path : Path, optional
        Ledger file; nothing is added for the bundled casebook, which keeps its findings.
    triangle : Triangle
        Rival and patron come first among those who may leave.
    as_of : date, optional
        Use the vintages that were known on this day.

    Returns
    -------
    Snapshot
        With findings in ``finding``.
    str
        Why nothing was added, where the ledger holds trade; else empty.
    """
    if path is None or not path.is_file():
        return snapshot, ""
    from khasan.ledger.keeping import undated, with_kept
    from khasan.ledger.store import Ledger
    from khasan.measures.leaving.again import told
    from khasan.measures.leaving.asked import Asked, usual_ranges
    from khasan.measures.leaving.kept import kept_asked
    from khasan.measures.leaving.members import who_may_leave

    client, first = triangle.client, tuple(code for code in (triangle.rival, triangle.patron) if code)
    if kept_asked(snapshot, client) is not None:
        return snapshot, ""
    try:
        with Ledger.open(path) as held:
            if not _can(held):
                return snapshot, ""
            worlds = worlds_of(held, client, None, as_of)
            vetted = worlds.vetted or worlds.reported
            over = usual_ranges(income_a_head(held, client, vetted.year, as_of))
        if client not in vetted.countries:
            raise InputError(f"{client}: {vetted.left_out.get(client, 'no recorded trade')} in {vetted.year}")
        among = who_may_leave(vetted, client, first, (triangle.opponent,), others=1)
        if len(among) < 2:
            raise InputError(f"{client}: fewer than two partners to leave in {vetted.year}")
        found = told(undated(snapshot), worlds, Asked(client, among, vetted.year, over))
        if not found:
            raise InputError(f"{client}: its trade or its size in {vetted.year} was not known by then")
    except InputError as error:
        return snapshot, str(error)
    return with_kept(snapshot, found, None), ""


def with_finding(snapshot: Snapshot, path: Path | None, identifier: str, as_of: date | None) -> Snapshot:
    """Add the findings among which that of an id is, where it is one of leaving and not kept.

    Raises
    ------
    InputError
        Where its parameters do not fit, or it cannot be computed from the ledger.
    """
    if path is None or not path.is_file() or not identifier.startswith("leaving_"):
        return snapshot
    from khasan.ledger.finding import finding_key, parse_id
    from khasan.ledger.keeping import undated, with_kept
    from khasan.ledger.store import Ledger
    from khasan.measures.leaving.again import OF_WORLDS, again

    if identifier.partition(":")[0] not in OF_WORLDS or "@" not in identifier:
        return snapshot
    method, parameters, _ = parse_id(identifier)
    parameters.pop("as_of", None)
    keys = {one.rpartition("@")[0] for one in snapshot.finding.get_column("id")}
    if finding_key(method, parameters) in keys or not parameters.get("year", "").isdigit():
        return snapshot
    with Ledger.open(path) as held:
        if not _can(held):
            return snapshot
        worlds = worlds_of(held, parameters.get("client", ""), int(parameters["year"]), as_of)
    return with_kept(snapshot, again(undated(snapshot), worlds, method, parameters), None)


def income_a_head(held: Ledger, client: str, year: int, as_of: date | None = None) -> float:
    """Read gross domestic product a head of a country, constant 2011 USD; 0 where no data set holds its population."""
    of = {"measure": ["gdp", "population"], "actor": [client]}
    rows = held.panels.read("state_year", as_of=as_of, of=of, columns=("year", "measure", "value"))
    values = dict(rows.filter(rows["year"] == year).select("measure", "value").iter_rows())
    people = values.get("population") or 0.0
    return 1e6 * float(values.get("gdp") or 0.0) / people if people else 0.0


def worlds_of(held: Ledger, client: str, year: int | None, as_of: date | None = None) -> Worlds:
    """Read the world of a year, as reported and with the client's suspect flows set aside."""
    from khasan.gravity.scenario.reading import read_world, set_suspects_aside
    from khasan.gravity.uncertainty.worlds import Worlds

    world = read_world(held, year, as_of=as_of)
    return Worlds(world, set_suspects_aside(held, world, [client], as_of), world.output_over_gdp, "reported")


def _can(held: Ledger) -> bool:
    """Whether a ledger holds trade, sizes and verdicts on the trade."""
    from khasan.ledger.panels import VERDICTS
    from khasan.sources.loading import MADE_OF

    vintages = held.panels.vintages()
    return all(name in vintages for name in (VERDICTS, *MADE_OF[VERDICTS]))
