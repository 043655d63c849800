"""Expected trade: from plain gravity to structural models. Knows the ledger only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khasan.gravity.armington.batch import Change, equilibria
    from khasan.gravity.armington.equilibrium import equilibrium
    from khasan.gravity.failures import NoAutarky, NoConvergence, NoEquilibrium, NoSupplier
    from khasan.gravity.sectors.economy import SectorEconomy

__all__ = [
    "Change",
    "NoAutarky",
    "NoConvergence",
    "NoEquilibrium",
    "NoSupplier",
    "SectorEconomy",
    "equilibria",
    "equilibrium",
]

_HOMES = {
    "Change": "khasan.gravity.armington.batch",
    "NoAutarky": "khasan.gravity.failures",
    "NoConvergence": "khasan.gravity.failures",
    "NoEquilibrium": "khasan.gravity.failures",
    "NoSupplier": "khasan.gravity.failures",
    "SectorEconomy": "khasan.gravity.sectors.economy",
    "equilibria": "khasan.gravity.armington.batch",
    "equilibrium": "khasan.gravity.armington.equilibrium",
}


def __getattr__(name: str) -> object:
    """Import a solver when it is first asked for, so that the room stays quick to enter."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
