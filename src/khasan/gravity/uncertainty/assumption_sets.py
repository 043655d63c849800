"""Sets of assumptions of the model of many sectors, moved one by one, as ``assumptions.csv`` holds them.

- ``paper``: Caliendo and Parro (2015) as published, Cobb-Douglas throughout.
- ``complements``: elasticities of 0.1 among inputs, between value added and inputs, and in final demand.
- ``short run``: all trade elasticities times 0.12, so that the median over the 20 traded goods of the paper, 8.16,
  becomes 0.98, near the 0.76 that Boehm, Levchenko and Pandalai-Nayar (2023) find in the year after a change.
- ``fixed energy``: value added in the client's mining and refining stays where it is. Electricity is left out: nobody
  trades it in the tables, and fixing it too moved the loss of one partner by less than 0.001 points where it was tried.
- ``all``: the three together. Where all partners leave, production then eats itself (``NoAutarky``), hence the next.
- ``all milder``: trade elasticities times 0.25 (a median of 2.0, the long run of the same study, 1.75 to 2.25) and the
  others 0.5, round values near ``all`` at which autarky exists for each donor that was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

NUMBERS = ("theta_factor", "elasticity_inputs", "elasticity_value_added", "elasticity_final")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One set of assumptions.

    Attributes
    ----------
    name, label : str
        Short name, and a noun phrase for readers.
    theta_factor : float
        What the trade elasticities of all sectors are multiplied with.
    elasticity_inputs, elasticity_value_added, elasticity_final : float
        As in :meth:`SectorEconomy.counterfactual`.
    fixed_capacity : tuple of str
        Sectors in which all value added of the client stays; elsewhere in the world it moves.
    """

    name: str
    label: str
    theta_factor: float
    elasticity_inputs: float
    elasticity_value_added: float
    elasticity_final: float
    fixed_capacity: tuple[str, ...]


@cache
def assumption_sets() -> tuple[Assumptions, ...]:
    """Return the sets of ``assumptions.csv``, the paper's first."""
    text = files("khasan.gravity.uncertainty").joinpath("assumptions.csv").read_bytes()
    rows = pl.read_csv(text, schema_overrides=dict.fromkeys(NUMBERS, pl.Float64)).iter_rows(named=True)
    return tuple(
        Assumptions(
            name=row["name"],
            label=row["label"],
            fixed_capacity=tuple(row["fixed_capacity"].split(";")) if row["fixed_capacity"] else (),
            **{number: row[number] for number in NUMBERS},
        )
        for row in rows
    )
