"""What a counterfactual is asked for besides trade costs: each option is a value of its kind, in its range."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from numbers import Real
from typing import Literal, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity.sectors.frames import changed, check_cells
from khasan.gravity.sectors.technology import Elasticities
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

Deficits = Literal["zero", "data"]

FixedCapacity = pl.DataFrame | Mapping[str, float] | Mapping[tuple[str, str], float] | Collection[str]
"""Cells whose capacity cannot move: a frame, a share by sector or by (sector, region), or sectors."""


def checked_deficits(given: object) -> Deficits:
    """Check what is to become of deficits.

    Parameters
    ----------
    given : object
        As the caller gave it.

    Returns
    -------
    {"zero", "data"}

    Raises
    ------
    InputError
        For anything else.
    """
    if not (isinstance(given, str) and given in ("zero", "data")):
        raise InputError(f"deficits: {_shown(given)}; it is 'zero' or 'data'")
    return cast(Deficits, given)


def checked_elasticities(inputs: object, value_added: object, final: object) -> Elasticities:
    """Check the elasticities of substitution.

    Parameters
    ----------
    inputs, value_added, final : object
        As the caller gave them.

    Returns
    -------
    Elasticities

    Raises
    ------
    InputError
        For what is no number, not finite, or less than zero.
    """
    found = []
    for name, value in (
        ("elasticity_inputs", inputs), ("elasticity_value_added", value_added), ("elasticity_final", final)
    ):  # fmt: skip
        number = _number(value)
        if number is None or not (math.isfinite(number) and number >= 0.0):
            raise InputError(
                f"{name}: {_shown(value)}; an elasticity of substitution is a number of zero or more; 1 is the paper's"
            )
        found.append(number)
    return Elasticities(*found)


def checked_tolerance(given: object) -> float:
    """Check the tolerance: a positive number below one.

    Parameters
    ----------
    given : object
        As the caller gave it.

    Returns
    -------
    float
        Unit: ratio.

    Raises
    ------
    InputError
        For anything else.
    """
    number = _number(given)
    if number is None or not 0.0 < number < 1.0:
        raise InputError(
            f"tolerance: {_shown(given)}; it is the largest relative gap of any equation, a number above 0 and below 1 "
            "such as 1e-11"
        )
    return number


def fixed_shares(given: FixedCapacity | None, sectors: Sequence[str], regions: Sequence[str]) -> Floats:
    """Read which share of value added goes to capacity that cannot move.

    Parameters
    ----------
    given : frame, mapping, collection or None
        A frame with ``sector``, ``region`` and ``share`` (without it, 1); or shares by sector or by (sector, region);
        or sectors whose value added is all fixed. What is not named moves freely.
    sectors, regions : sequence of str
        Known names.

    Returns
    -------
    array of shape (regions, sectors)

    Raises
    ------
    InputError
        For an unknown name, or what is no share from 0 to 1.
    """
    shares = np.zeros((len(regions), len(sectors)))
    if given is None:
        return shares
    keys = {"region": regions, "sector": sectors}
    if isinstance(given, pl.DataFrame):
        frame = given if "share" in given.columns else given.with_columns(share=pl.lit(1.0))
        shares = changed(frame, LABEL, keys, "share", shares)
    elif isinstance(given, str) or not isinstance(given, Collection):
        raise InputError(f"{LABEL}: {_shown(given)}; give a list of sectors, a mapping or a Polars DataFrame")
    else:
        pairs = given.items() if isinstance(given, Mapping) else [(name, 1.0) for name in given]
        for key, share in pairs:
            rows, column = _place(key, sectors, regions)
            number = _number(share)
            if number is None:
                raise InputError(f"{LABEL}: {_shown(key)} has {_shown(share)}; a share is a number from 0 to 1")
            shares[rows, column] = number
    faulty = ~((shares >= 0.0) & (shares <= 1.0))
    check_cells(
        faulty, LABEL, shares, keys,
        "is a share outside 0 to 1; it is the part of value added that cannot move, so 1 for all of it",
    )  # fmt: skip
    return shares


LABEL = "fixed_capacity"


def _place(key: object, sectors: Sequence[str], regions: Sequence[str]) -> tuple[slice | int, int]:
    """Find rows and column of a sector, or of a sector in a region."""
    match key:
        case str(sector) if sector in sectors:
            return slice(None), list(sectors).index(sector)
        case (str(sector), str(region)) if isinstance(key, tuple) and sector in sectors and region in regions:
            return list(regions).index(region), list(sectors).index(sector)
    raise InputError(f"{LABEL}: {_shown(key)} is not known; name a sector, or (sector, region), of the tables")


def _number(value: object) -> float | None:
    """Return a number, and None for what is none; true and false are none."""
    if isinstance(value, Real) and not isinstance(value, (bool, np.bool_)):
        return float(value)
    return None


def _shown(value: object) -> str:
    """Put what was given into one short line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
