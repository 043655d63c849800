"""The result of a scenario: rows with their units, and all that must travel with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khasan.gravity.scenario.document import Scenario
from khasan.gravity.scenario.schema import ROOT, keys
from khasan.gravity.scenario.world import BaseWorld

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A solved scenario.

    Attributes
    ----------
    scenario, model : str
        Name of the file; ``one sector`` or ``sectors``.
    settings : mapping
        Parameters, defaults included.
    changes : tuple of mapping
        Restrictions, supports and tariffs as they stand in the file.
    welfare : tuple of mapping
        One a country: ``country``, ``role``, and changes in percent: ``welfare``, ``price``, ``wage`` (and more where
        many sectors are solved).
    trade : tuple of mapping
        ``exporter``, ``importer``, ``baseline``, ``value`` (USD million), ``change`` (percent), of the targets
        and of both ends of tariffs.
    prices, revenue : tuple of mapping
        Where many sectors are solved.
    residual, iterations : float, int
        Largest relative gap of any equation, and the steps taken.
    data : tuple of mapping
        Data sets with their versions.
    left_out : mapping of str to str
        Countries that are not in the world, with the reason.
    caveats : tuple of str
        What must be said beside any of the numbers.
    """

    scenario: str
    model: str
    settings: Mapping[str, Any]
    changes: tuple[Row, ...]
    welfare: tuple[Row, ...]
    trade: tuple[Row, ...]
    prices: tuple[Row, ...]
    revenue: tuple[Row, ...]
    residual: float
    iterations: int
    data: tuple[Row, ...]
    left_out: Mapping[str, str]
    caveats: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it stands in JSON."""
        return {
            "scenario": self.scenario,
            "model": self.model,
            **self.settings,
            "changes": [dict(row) for row in self.changes],
            "welfare": [dict(row) for row in self.welfare],
            "trade": [dict(row) for row in self.trade],
            "prices": [dict(row) for row in self.prices],
            "revenue": [dict(row) for row in self.revenue],
            "residual": self.residual,
            "iterations": self.iterations,
            "data": [dict(row) for row in self.data],
            "left_out": dict(self.left_out),
            "caveats": list(self.caveats),
        }

    def most_affected(self, others: int = 10) -> list[Row]:
        """Return the rows of whoever plays a role, and of the others whose welfare changes most."""
        named = [row for row in self.welfare if row["role"] != "other"]
        rest = sorted((row for row in self.welfare if row["role"] == "other"), key=lambda row: -abs(row["welfare"]))
        order = ("target", "sender", "patron")
        return sorted(named, key=lambda row: (order.index(row["role"]), row["welfare"])) + rest[:others]


def settings_of(scenario: Scenario) -> dict[str, Any]:
    """Return the settings that count for the model of a scenario, defaults included."""
    model = "sectors" if scenario.has_sectors else "one"
    kept = {key.name for key in keys()[ROOT] if key.model in ("both", model)}
    return {name: value for name, value in scenario.settings.items() if name in kept and value is not None}


def shown(scenario: Scenario) -> tuple[Row, ...]:
    """Return what a scenario changes, with the keys that it gives."""
    parts = (*scenario.restrictions, *scenario.supports, *scenario.tariffs)
    return tuple(
        {"change": part.place.partition(" ")[0]}
        | {key: value for key, value in part.values.items() if value is not None}
        for part in parts
    )


def data_of(world: BaseWorld) -> tuple[Row, ...]:
    """Return the data sets of a world with the year that was used."""
    return tuple({**row, "year": world.year} for row in world.data)
