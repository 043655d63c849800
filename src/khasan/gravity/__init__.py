"""Expected trade: from plain gravity to structural models. Knows the ledger only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khasan.gravity.armington.equilibrium import equilibrium
    from khasan.gravity.sectors.economy import SectorEconomy

__all__ = ["SectorEconomy", "equilibrium"]

_HOMES = {
    "equilibrium": "khasan.gravity.armington.equilibrium",
    "SectorEconomy": "khasan.gravity.sectors.economy",
}


def __getattr__(name: str) -> object:
    """Import a solver when it is first asked for, so that the room stays quick to enter."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
