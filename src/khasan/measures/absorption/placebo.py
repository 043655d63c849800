"""Placebo ranges: how often a change as large is seen where, or when, nothing was restricted."""

from __future__ import annotations

import numpy as np

from khasan.measures.absorption.window import Array


def placebo_p(observed: float, placebos: Array) -> float:
    """Give the share of placebos at least as large, the case itself counted among them.

    ``p = (1 + #{placebo >= observed}) / (1 + N)``.

    Parameters
    ----------
    observed : float
        Statistic of the case.
    placebos : array
        The same statistic of N placebos, in the same unit.

    Returns
    -------
    float
        From 1 / (1 + N) to 1 (unit ``share``).

    Source: Davison and Hinkley, Bootstrap methods and their application (1997), section 4.2; North, Curtis and Sham
    (2002).
    """
    return float((1 + int((placebos >= observed).sum())) / (1 + len(placebos)))


def over_partners(drift: Array, volatility: Array, placebos: np.ndarray) -> tuple[Array, np.ndarray]:
    """Give every partner the placebo p of its drift among partners that do not restrict.

    The statistic is the drift over the volatility of the partner's own trade before, so that a wild small partner
    does not outrank a steady one. For partners that do not restrict a rise is asked about, for senders a fall.

    Parameters
    ----------
    drift : array
        By partner: log of actual over expected.
    volatility : array
        By partner: root mean square of the yearly steps of log trade before (unit ``log points``).
    placebos : array of bool
        Partners that do not restrict.

    Returns
    -------
    (array, array of int)
        p and N by partner (unit ``share``).

    Source: Abadie, Diamond and Hainmueller, Synthetic control methods (2010), placebos in space.
    """
    statistic = drift / np.maximum(volatility, 1e-9)
    side = np.where(placebos, 1.0, -1.0)
    chosen = np.flatnonzero(placebos)
    found = [
        placebo_p(side[row] * statistic[row], side[row] * statistic[chosen[chosen != row]]) for row in range(len(drift))
    ]
    return np.array(found), np.array([int((chosen != row).sum()) for row in range(len(drift))])


def over_dates(drift: Array, past: Array, placebos: np.ndarray) -> tuple[Array, int]:
    """Give every partner the placebo p of its drift among pretended shocks before the real one.

    Parameters
    ----------
    drift : array
        By partner: log of actual over expected (unit ``log points``).
    past : array
        Partner by pretended shock: the same.
    placebos : array of bool
        Partners that do not restrict, for which a rise is asked about; for the others a fall.

    Returns
    -------
    (array, int)
        p by partner (unit ``share``) and the number N of pretended shocks.

    Source: Heckman and Hotz (1989), tests before the programme; placebos in time.
    """
    side = np.where(placebos, 1.0, -1.0)
    found = [placebo_p(float(one * now), one * then) for one, now, then in zip(side, drift, past, strict=True)]
    return np.array(found), int(past.shape[1])
