"""What trade would be if only the size of two states and the distance between them counted: plain gravity, by year.

An expectation, not an estimate of what caused trade: it gives a yardstick against which an implausible flow stands out.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

NEAREST = 100.0
"""Kilometres below which distance is not counted further: neighbours stand at 0 km in files of minimum distance."""

FEWEST = 60
"""Recorded flows that a year needs for coefficients of its own; thinner years use those of all years together."""

SMALLEST = 1.0
"""USD million below which a flow is not fitted: files round to the million, and a recorded 0 is not a measurement."""

Floats = NDArray[np.float64]


def expected_flows(
    flows: pl.DataFrame,
    sizes: pl.DataFrame,
    distances: pl.DataFrame,
    leave_out: Collection[str] = (),
) -> pl.DataFrame:
    """Expect every recorded flow of the world from the sizes of its two states and their distance.

    In each year, ordinary least squares over recorded flows of at least 1 million::

        log flow_ij = a_t + b_t log size_i + c_t log size_j - d_t log max(kilometres_ij, 100)

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer`` (actors), ``year``, ``value`` (USD million).
    sizes : DataFrame
        ``actor``, ``year``, ``value``: gross domestic product in one unit for all.
    distances : DataFrame
        ``one`` < ``other`` (actors), ``first_year``, ``last_year``, ``kilometres``.
    leave_out : collection of str
        Actors whose flows are not fitted, for instance those that compilers confuse; they get an expectation all
        the same.

    Returns
    -------
    DataFrame
        ``exporter``, ``importer``, ``year``, ``expected`` (unit ``USD million``), sorted; flows without a size or a
        distance have no row: missing is not small. The expectation is the exponential of the expected logarithm, so
        it is a typical flow (the median), not a mean.

    Source: Tinbergen (1962), Shaping the World Economy, appendix VI; Head and Mayer (2014), Gravity equations.
    """
    _check(flows, sizes, distances)
    rows = _with_covariates(flows, sizes, distances)
    design = np.column_stack(
        [
            np.ones(rows.height),
            rows["exporter_size"].log().to_numpy(),
            rows["importer_size"].log().to_numpy(),
            rows["kilometres"].clip(NEAREST).log().to_numpy(),
        ]
    )
    outside = list(leave_out)
    fitted = rows.select(
        (pl.col("value") >= SMALLEST) & ~pl.col("exporter").is_in(outside) & ~pl.col("importer").is_in(outside)
    ).to_series()
    logs = np.log(np.maximum(rows["value"].to_numpy(), SMALLEST))
    expected = np.exp(_fit_by_year(rows["year"].to_numpy(), design, logs, fitted.to_numpy()))
    return (
        rows.select("exporter", "importer", "year", pl.Series("expected", expected))
        .filter(pl.col("expected").is_finite())
        .sort("exporter", "importer", "year")
    )


def _check(flows: pl.DataFrame, sizes: pl.DataFrame, distances: pl.DataFrame) -> None:
    """Refuse frames that lack a column."""
    for name, frame, columns in (
        ("flows", flows, ("exporter", "importer", "year", "value")),
        ("sizes", sizes, ("actor", "year", "value")),
        ("distances", distances, ("one", "other", "first_year", "last_year", "kilometres")),
    ):
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise InputError(f"{name}, column {missing[0]}: missing; gravity needs {', '.join(columns)}")


def _with_covariates(flows: pl.DataFrame, sizes: pl.DataFrame, distances: pl.DataFrame) -> pl.DataFrame:
    """Join the sizes of both states and their distance to each flow; flows without any of them are left out."""
    known = sizes.filter(pl.col("value") > 0).select("actor", pl.col("year").cast(pl.Int64), size="value")
    apart = (
        distances.select(
            "one",
            "other",
            pl.col("kilometres").cast(pl.Float64),
            pl.int_ranges("first_year", pl.col("last_year") + 1).alias("year"),
        )
        .explode("year")
        .with_columns(pl.col("year").cast(pl.Int64))
        .unique(["one", "other", "year"], keep="last", maintain_order=True)
    )
    return (
        flows.select("exporter", "importer", pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64))
        .join(known.rename({"actor": "exporter", "size": "exporter_size"}), on=["exporter", "year"])
        .join(known.rename({"actor": "importer", "size": "importer_size"}), on=["importer", "year"])
        .with_columns(one=pl.min_horizontal("exporter", "importer"), other=pl.max_horizontal("exporter", "importer"))
        .join(apart, on=["one", "other", "year"])
        .drop("one", "other")
    )


def _fit_by_year(years: NDArray[np.int64], design: Floats, logs: Floats, fitted: NDArray[np.bool_]) -> Floats:
    """Return the expected logarithm of each row, with coefficients of its year, or of all years where it is thin."""
    expected = np.full(len(logs), np.nan)
    if fitted.sum() <= design.shape[1]:
        return expected
    pooled = np.linalg.lstsq(design[fitted], logs[fitted], rcond=None)[0]
    order = np.argsort(years, kind="stable")
    found, starts = np.unique(years[order], return_index=True)
    for _, rows in zip(found, np.split(order, starts[1:]), strict=True):
        used = rows[fitted[rows]]
        coefficients = np.linalg.lstsq(design[used], logs[used], rcond=None)[0] if len(used) >= FEWEST else pooled
        expected[rows] = design[rows] @ coefficients
    return expected
