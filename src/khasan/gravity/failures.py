"""What can go wrong in a model of trade: errors that say what, where, how far off, and what to try."""

from __future__ import annotations

from khasan.ledger.errors import InputError


class NoEquilibrium(InputError):
    """The scenario has no equilibrium; the message names the countries or cells, and why."""


class NoSupplier(NoEquilibrium):
    """Something must be bought that nobody is left to sell, so its price is not finite."""


class NoAutarky(NoEquilibrium):
    """Production cannot sustain itself on the inputs that are left (Hawkins and Simon 1949).

    Attributes
    ----------
    radius : float
        Spectral radius of the matrix of inputs at the prices of autarky, at least one; where it is below one,
        an equilibrium exists.
    """

    def __init__(self, message: str, radius: float) -> None:
        super().__init__(message)
        self.radius = radius


class NoConvergence(InputError):
    """The solver stopped before the equations held.

    Attributes
    ----------
    residual : float
        Largest relative gap left in any equation.
    """

    def __init__(self, message: str, residual: float) -> None:
        super().__init__(message)
        self.residual = residual
