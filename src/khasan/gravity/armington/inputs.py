"""What must hold of a trade matrix and a change of its costs before anything is solved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

LARGEST_LOG = 700.0
"""Log of about the largest number that can be held."""


def check_trade(trade: ArrayLike, countries: Sequence[str] | None) -> tuple[Floats, Sequence[str]]:
    """Check a matrix of trade and name its countries.

    Parameters
    ----------
    trade : array of shape (n, n)
        Exporter by importer, own sales included, in money.
    countries : sequence of str, optional
        Names for messages; by default ``country 0``, ``country 1`` and so on.

    Returns
    -------
    matrix : array of shape (n, n)
    names : sequence of str

    Raises
    ------
    InputError
        If it is not square, a cell is missing, infinite or negative.
    """
    matrix = check_numbers("trade", trade)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise InputError(f"trade: shape {matrix.shape}; it must be square, exporters by importers, own sales included")
    size = len(matrix)
    names = [f"country {place}" for place in range(size)] if countries is None else _names(countries)
    if len(names) != size or len(set(names)) != size:
        raise InputError(f"countries: {len(names)} names, {len(set(names))} different, for a matrix of {size}")
    _check_cells("trade", matrix, names, "missing is not zero: fill it with an estimate or leave the country out")
    return matrix, names


def check_change(cost_change: ArrayLike, names: Sequence[str], label: str = "cost_change") -> Floats:
    """Check a matrix of factors on trade at given wages.

    Parameters
    ----------
    cost_change : array of shape (n, n)
        Exporter by importer; 1 is no change, 0 an embargo.
    names : sequence of str
        Countries.
    label : str
        What to call it in a message.

    Returns
    -------
    array of shape (n, n)

    Raises
    ------
    InputError
        If the shape is not that of trade, or a cell is missing, infinite or negative.
    """
    matrix = check_numbers(label, cost_change)
    if matrix.shape != (len(names), len(names)):
        raise InputError(f"{label}: shape {matrix.shape}; it must be that of trade, {len(names)} by {len(names)}")
    _check_cells(label, matrix, names, "give 1 for no change and 0 for an embargo")
    return matrix


def check_theta(theta: float) -> float:
    """Check that a trade elasticity is a positive number."""
    if isinstance(theta, np.ndarray) and theta.ndim == 0:
        theta = theta.item()
    real = isinstance(theta, Real) and not isinstance(theta, bool)
    if not real or not (math.isfinite(theta) and theta > 0.0):
        raise InputError(f"theta: {theta!r}; the trade elasticity must be a positive number, for instance 4")
    return float(theta)


def check_tolerance(tolerance: float) -> float:
    """Check that a tolerance is a number above 0 and below 1.

    Parameters
    ----------
    tolerance : float
        Largest relative gap that counts as solved.

    Returns
    -------
    float
    """
    if isinstance(tolerance, np.ndarray) and tolerance.ndim == 0:
        tolerance = tolerance.item()
    real = isinstance(tolerance, Real) and not isinstance(tolerance, bool)
    if not real or not 0.0 < tolerance < 1.0:
        raise InputError(f"tolerance: {tolerance!r}; it must lie above 0 and below 1, for instance 1e-12")
    return float(tolerance)


def check_choice(label: str, choice: object, first: str, second: str) -> None:
    """Check that a choice is one of two words.

    Parameters
    ----------
    label : str
        What is chosen.
    choice : object
        What was given.
    first, second : str
        What may be.

    Raises
    ------
    InputError
        If it is neither.
    """
    if not (isinstance(choice, str) and choice in {first, second}):
        raise InputError(f"{label}: {choice!r}; it is {first!r} or {second!r}")


def check_starts(start: ArrayLike | None, scenarios: int, size: int) -> Floats:
    """Check wages to begin from, and take their logs.

    Parameters
    ----------
    start : array of shape (n,) or (scenarios, n), optional
        Ratios to the baseline; by default ones.
    scenarios, size : int
        How many are needed.

    Returns
    -------
    array of shape (scenarios, n)
    """
    if start is None:
        return np.zeros((scenarios, size))
    wages = check_numbers("start", start)
    if wages.shape not in {(size,), (scenarios, size)} or not (np.isfinite(wages).all() and (wages > 0.0).all()):
        raise InputError(f"start: it must be {size} positive wages, as ratios to the baseline")
    return np.array(np.broadcast_to(np.log(wages), (scenarios, size)))


def check_prices(prices: Floats, competition: Floats, theta: float, names: Sequence[str]) -> None:
    """Refuse price indices that lie beyond what a number can hold, as they do where the elasticity is tiny.

    Parameters
    ----------
    prices, competition : array of shape (n,)
        Ratios to the baseline, and what they are the power -1 / theta of.
    theta : float
        Trade elasticity.
    names : sequence of str
        Countries.

    Raises
    ------
    InputError
        Which tells the elasticity that would do.
    """
    if prices.min() > 0.0 and prices.max() < math.inf:
        return
    country = int(np.argmax(np.where(np.isfinite(prices), np.abs(np.log(np.maximum(prices, 1e-320))), math.inf)))
    least = float(np.abs(np.log(competition)).max()) / LARGEST_LOG
    raise InputError(
        f"theta: {theta:g}; the price index of {names[country]} lies beyond what a number can hold; "
        f"with this change of costs theta must be at least about {1.05 * least:.2g}"
    )


def check_numbers(label: str, values: ArrayLike) -> Floats:
    """Take in real numbers, and refuse what would silently lose something on the way.

    Parameters
    ----------
    label : str
        What to call them in a message.
    values : array
        Numbers of any shape.

    Returns
    -------
    array of floats

    Raises
    ------
    InputError
        If they are complex, masked, or no numbers.
    """
    if isinstance(values, np.ma.MaskedArray):
        raise InputError(
            f"{label}: a masked array; fill what is masked, since missing is not zero, and give a plain one"
        )
    try:
        if np.iscomplexobj(values):
            raise InputError(f"{label}: complex numbers; give real ones")
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{label}: it must be an array of numbers, rows of one length ({error})") from error


def _names(countries: Sequence[str]) -> list[str]:
    """Take in names of countries."""
    try:
        names = list(countries)
    except TypeError as error:
        raise InputError(f"countries: {countries!r}; it must be a list of names") from error
    for name in names:
        if not isinstance(name, str):
            raise InputError(f"countries: {name!r} is no name; give each country a text")
    return names


@np.errstate(all="ignore")
def _check_cells(label: str, matrix: Floats, names: Sequence[str], remedy: str) -> None:
    """Refuse the first cell that is missing, infinite or negative."""
    # The sum is finite and the least cell not negative in good input, which two quick passes tell.
    if math.isfinite(float(matrix.sum())) and float(matrix.min()) >= 0.0:
        return
    for faulty, word in ((np.isnan(matrix), "missing"), (np.isinf(matrix), "infinite"), (matrix < 0.0, "negative")):
        if faulty.any():
            i, j = np.argwhere(faulty)[0]
            raise InputError(f"{label}: {names[i]} to {names[j]} is {word} ({matrix[i, j]}); {remedy}")
    raise InputError(f"{label}: the cells add up to more than a number can hold; use a larger unit of money")
