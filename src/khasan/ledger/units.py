"""Convert between units of one dimension, and between mass and volume through a product."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from khasan.ledger.errors import InputError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed: multiply by ``factor`` to reach ``base``."""

    id: str
    dimension: str
    factor: float
    base: str
    product: str | None


def units_of(frame: pl.DataFrame) -> dict[str, Unit]:
    """Make the units from the table ``unit``."""
    return {
        row["id"]: Unit(row["id"], row["dimension"], row["factor"], row["base"], row["product"])
        for row in frame.iter_rows(named=True)
    }


def convert(value: float, unit: str, target: str, units: dict[str, Unit]) -> float:
    """Convert a value between two units of one base.

    Parameters
    ----------
    value : float
        Value in ``unit``.
    unit, target : str
        Units as ``unit.csv`` names them.
    units : dict of str to Unit
        The units of the ledger.

    Returns
    -------
    float
        The value in ``target``.

    Raises
    ------
    InputError
        Where the two have no common base: nothing is converted by guess. Mass becomes volume only through a unit
        that names its product (``unit.csv``, after the product table of the 1718 Committee).
    """
    for name in (unit, target):
        if name not in units:
            raise InputError(f"unknown unit {name!r}; add it to unit.csv")
    one, other = units[unit], units[target]
    if one.base != other.base:
        raise InputError(f"{unit!r} cannot be converted to {target!r}: their bases are {one.base} and {other.base}")
    return value * one.factor / other.factor


def mass_to_volume(value: float, unit: str, product: str, units: dict[str, Unit]) -> tuple[float, float] | None:
    """Convert a mass to a volume by the factors that ``unit.csv`` lists for a product.

    Returns
    -------
    tuple of float or None
        Lowest and highest volume in the base unit of volume, over the rows whose product starts with ``product``;
        None where no row names it.
    """
    mass = units[unit]
    factors = [
        entry.factor / units["tonnes"].factor if "tonnes" in units else entry.factor
        for entry in units.values()
        if entry.product and entry.product.startswith(product) and entry.dimension == "volume"
    ]
    if mass.dimension != "mass" or not factors:
        return None
    amount = value * mass.factor
    return amount * min(factors), amount * max(factors)
