"""Run a scenario file: read the world that it names, find whom it means, solve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from khasan.gravity.provenance import file_read
from khasan.gravity.scenario.cells import effects
from khasan.gravity.scenario.document import Scenario
from khasan.gravity.scenario.names import Named, resolve
from khasan.gravity.scenario.one_sector import solve_one_sector
from khasan.gravity.scenario.reading import read_world, set_suspects_aside
from khasan.gravity.scenario.result import Outcome
from khasan.gravity.scenario.sectors import ENDINGS, TABLES, read_tables, solve_sectors
from khasan.gravity.scenario.world import BaseWorld
from khasan.ledger.actors import Actors
from khasan.ledger.errors import InputError
from khasan.ledger.store import Ledger

UNDATED = "the tables of a folder carry no day from which they were known; as_of leaves nothing out of them"
"""Said where a day is asked for that the tables cannot answer."""


def run(scenario: Scenario, ledger: Path | None = None, as_of: date | None = None) -> Outcome:
    """Solve a scenario.

    Parameters
    ----------
    scenario : Scenario
        A checked file.
    ledger : Path, optional
        Ledger file with loaded trade; not needed where the scenario names tables of many sectors.
    as_of : date, optional
        Use the vintages that were known on this day.

    Raises
    ------
    InputError
        Where the data lack what the scenario names, or there is no equilibrium.
    """
    if scenario.has_sectors:
        folder = scenario.folder / scenario.settings["tables"]
        solved = solve_sectors(scenario, read_tables(folder, f"{scenario.name}, tables"))
        caveats = (*solved.caveats, UNDATED) if as_of is not None else solved.caveats
        return _known_on(replace(solved, data=_files_of(folder), caveats=caveats), as_of)
    if ledger is None:
        raise InputError(
            f"{scenario.name}: needs recorded trade; name a ledger that holds it with --ledger FILE (fill it with: "
            "khasan load states DIR --ledger FILE), or give tables of many sectors"
        )
    settings = scenario.settings
    with Ledger.open(ledger) as held:
        actors = Actors.of(held.table("actor"))
        try:
            world = read_world(
                held, settings["base_year"], compiler=settings["compiler"], measure=settings["gdp"],
                output_over_gdp=float(settings["output_over_gdp"]), as_of=as_of,
            )  # fmt: skip
        except InputError as error:
            raise InputError(f"{scenario.name}, {error}") from None
        found = effects(scenario, Finder(actors, world))
        if settings["basis"] == "vetted":
            world = set_suspects_aside(held, world, found.targets, as_of)
    return _known_on(solve_one_sector(scenario, world, found), as_of)


def _known_on(outcome: Outcome, as_of: date | None) -> Outcome:
    """Add to the settings of a result the day on which all that was used of a ledger was known, where one was asked."""
    if as_of is None:
        return outcome
    return replace(outcome, settings={**outcome.settings, "as_of": as_of.isoformat()})


def _files_of(folder: Path) -> tuple[dict[str, object], ...]:
    """Return the files of a folder of tables that a scenario is solved from, with their hashes."""
    named = [*TABLES.values(), ("caveats",)]
    found = (
        next((one for stem in stems for end in ENDINGS if (one := folder / f"{stem}{end}").is_file()), None)
        for stems in named
    )
    return tuple(file_read(path, f"{folder.resolve().name}/{path.name}") for path in found if path is not None)


class Finder:
    """Whom names mean in a world.

    Parameters
    ----------
    actors : Actors
        All actors of the ledger.
    world : BaseWorld
        The world.
    """

    def __init__(self, actors: Actors, world: BaseWorld) -> None:
        self._actors = actors
        self._year = world.year
        self._countries = frozenset(world.countries)
        self._left_out: Mapping[str, str] = world.left_out

    def __call__(self, text: str, where: str) -> Named:
        """Find the countries that a name means; ``where`` is its place, for messages."""
        return resolve(self._actors, text, self._year, self._countries, self._left_out, where)
