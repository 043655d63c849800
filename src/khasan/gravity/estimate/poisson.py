"""Poisson pseudo maximum likelihood with high-dimensional fixed effects, by pyfixest."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from khasan.gravity.estimate.result import Estimate
from khasan.ledger.errors import InputError

EFFECTS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "three-way": (("exporter", "year"), ("importer", "year"), ("exporter", "importer")),
        "two-way": (("exporter", "year"), ("importer", "year")),
    }
)
"""Fixed effects by name, each with the columns that it goes by."""

MOST_STEPS = 200
"""Steps of the reweighted least squares; pyfixest's own 25 are too few where effects are many."""

MEAN_TRADE = 1000.0
"""Mean to which trade is brought before it is fitted; coefficients and errors do not depend on it."""

NORMAL_95 = 1.959963984540054
"""Standard errors from the middle to the end of a 95 percent interval, by the normal distribution."""

WITHOUT_END = "on only where trade is 0, so that its coefficient falls without end"

INSTALL = "estimating gravity needs pyfixest; install it with: pip install 'khasan[gravity]'"


def estimate(
    panel: pl.DataFrame,
    regressors: Sequence[str],
    *,
    effects: str = "three-way",
    caveats: Sequence[str] = (),
    parameters: Mapping[str, Any] | None = None,
) -> Estimate:
    """Estimate structural gravity.

    With exporter i, importer j and year t::

        E(trade_ijt) = exp(a_it + b_jt + c_ij + sum over k of beta_k x_kijt)

    ``a`` and ``b`` take up size, prices and multilateral resistance, and ``c`` all that is constant in a pair, so
    beta is read off what changes within a pair, against what its two countries trade with others. Standard errors are
    clustered by directed pair, times G / (G - 1) for G clusters; intervals are of 95 percent, by the normal
    distribution.

    Parameters
    ----------
    panel : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` (zero or more, any unit), and the regressors; a pair and year
        once. Own sales are used where the panel holds them.
    regressors : sequence of str
        Columns of numbers.
    effects : {"three-way", "two-way"}
        With or without effects of the pair.
    caveats : sequence of str
        What must be said beside the result.
    parameters : mapping, optional
        What the result depends on beyond this call.

    Returns
    -------
    Estimate
        Coefficients; unit: log points of trade for one unit of the regressor.

    Raises
    ------
    InputError
        Where pyfixest is not installed, the panel is faulty, or no regressor is identified.

    Source: Santos Silva and Tenreyro (2006), The log of gravity, Review of Economics and Statistics 88(4); Yotov,
    Piermartini, Monteiro and Larch (2016), An advanced guide to trade policy analysis, World Trade Organization,
    chapter 1; Correia, Guimarães and Zylkin (2020), Fast Poisson estimation with high-dimensional fixed effects, Stata
    Journal 20(1).
    """
    _check(panel, regressors, effects)
    whole, without = panel, _without_end(panel, regressors)
    for name in without:
        # These rows are 0 and foretold exactly: the others are estimated as if the coefficient had no end.
        panel = panel.filter(pl.col(name) == 0)
    left = [name for name in regressors if name not in without]
    if not left:
        raise InputError(_nothing(dict.fromkeys(without, WITHOUT_END)))
    absorbed = EFFECTS[effects]
    _check_that_something_is_left(panel, absorbed)
    names = {f"x{place}": name for place, name in enumerate(left)}
    marks = [f"effect{place}" for place in range(len(absorbed))]
    # Only the columns that are needed are handed on, under names that a formula can hold.
    value = pl.col("value").cast(pl.Float64)
    # The fit ends where the deviance stops moving, in part by its own size: brought to one size, money has no say.
    data = panel.select(
        (value / value.max() / (value / value.max()).mean() * MEAN_TRADE).alias("trade"),
        pl.struct("exporter", "importer").rank("dense").cast(pl.Int64).alias("pair"),
        *(pl.struct(by).rank("dense").cast(pl.Int64).alias(mark) for mark, by in zip(marks, absorbed, strict=True)),
        *(pl.col(name).cast(pl.Float64).alias(short) for short, name in names.items()),
    )
    reasons = {name: WITHOUT_END if name in without else _reason(panel, name, effects) for name in regressors}
    fitted = _fitted(f"trade ~ {' + '.join(names)} | {' + '.join(marks)}", data, reasons)
    kept = [names[short] for short in fitted.coef().index]
    values, errors = np.asarray(fitted.coef(), dtype=float), np.asarray(fitted.se(), dtype=float)
    if not (np.isfinite(values).all() and np.isfinite(errors).all()):
        raise InputError("gravity has no finite coefficients or errors here; leave regressors out, or take more years")
    observations = int(fitted._N)
    terms = pl.DataFrame(
        {
            "term": kept,
            "estimate": values,
            "standard_error": errors,
            "low": values - NORMAL_95 * errors,
            "high": values + NORMAL_95 * errors,
            "p": [_p_of(value, error) for value, error in zip(values.tolist(), errors.tolist(), strict=True)],
            "observations": [observations] * len(kept),
            "clusters": [int(fitted._G[0])] * len(kept),
        }
    )
    return Estimate(
        terms=terms,
        effects=effects,
        left_out=MappingProxyType({name: reasons[name] for name in regressors if name not in kept}),
        dropped=whole.height - observations,
        zeros=int((whole["value"] == 0).sum()),
        parameters=MappingProxyType(dict(parameters or {})),
        caveats=tuple(caveats),
    )


def _p_of(value: float, error: float) -> float:
    """Return the two-sided p of no effect, by the normal distribution; without any error it is certain."""
    if error == 0.0:
        return 0.0 if value else 1.0
    return math.erfc(abs(value / error) / math.sqrt(2.0))


def _fitted(formula: str, data: pl.DataFrame, reasons: Mapping[str, str]) -> Any:
    """Fit the model, and say in our words what went wrong where it cannot be fitted."""
    fepois = _pyfixest()
    try:
        with warnings.catch_warnings():
            # What is left out is found again below and said in the result.
            warnings.simplefilter("ignore")
            fitted = fepois(
                formula,
                data,
                vcov={"CRV1": "pair"},
                # How many effects count as parameters depends on how they nest; without it the errors are the
                # same whatever the effects are called.
                ssc={"k_adj": False, "k_fixef": "nonnested", "G_adj": True, "G_df": "min"},
                iwls_maxiter=MOST_STEPS,
                separation_check=["fe"],
                copy_data=False,
            )
    except Exception as error:
        # pyfixest has no error of its own for what it cannot estimate.
        if "collinear" in str(error):
            raise InputError(_nothing(reasons)) from None
        reason = " ".join(str(error).split())[:160]
        raise InputError(
            f"gravity could not be estimated ({reason}); leave regressors out, or take more years or countries"
        ) from error
    if not fitted.convergence:
        raise InputError(
            f"gravity did not converge in {MOST_STEPS} steps, as happens where a regressor is on only where trade is "
            "0; leave it out, or leave out zeros"
        )
    return fitted


def _pyfixest() -> Callable[..., Any]:
    """Import the estimator when it is used."""
    try:
        from pyfixest import fepois
    except ImportError:
        raise InputError(INSTALL) from None
    found: Callable[..., Any] = fepois
    return found


def _check(panel: pl.DataFrame, regressors: Sequence[str], effects: str) -> None:
    """Refuse a panel that cannot be estimated."""
    if effects not in EFFECTS:
        raise InputError(f"effects {effects!r}: not known; choose {' or '.join(EFFECTS)}")
    if not regressors:
        raise InputError("regressors: none given; name at least one")
    for name in ("exporter", "importer", "year", "value", *regressors):
        if name not in panel.columns:
            raise InputError(f"panel, column {name}: missing; estimating needs it")
        if panel[name].null_count():
            raise InputError(f"panel, column {name}: {panel[name].null_count()} cells are empty; leave these rows out")
    for name in ("value", *regressors):
        if not panel[name].dtype.is_numeric() and panel[name].dtype != pl.Boolean:
            raise InputError(f"panel, column {name}: must hold numbers")
        if not panel[name].cast(pl.Float64).is_finite().all():
            raise InputError(f"panel, column {name}: holds a value that is no finite number; leave the row out")
    if (panel["value"] < 0).any():
        row = panel.filter(pl.col("value") < 0).row(0, named=True)
        raise InputError(
            f"panel: trade from {row['exporter']} to {row['importer']} in {row['year']} is {row['value']:g}; trade is "
            "zero or more"
        )
    keys = panel.select("exporter", "importer", "year")
    if keys.is_duplicated().any():
        again = keys.filter(keys.is_duplicated()).row(0)
        raise InputError(f"panel: trade from {again[0]} to {again[1]} in {again[2]} is given twice; keep one row")
    if not (panel["value"] > 0).any():
        raise InputError("panel: holds no trade above 0; choose other years")


def _check_that_something_is_left(panel: pl.DataFrame, absorbed: Sequence[tuple[str, ...]]) -> None:
    """Refuse a panel of which the fixed effects leave nothing, on which pyfixest would end the whole process.

    A flow says nothing where an effect is its own alone, or where all flows of an effect are 0. With such flows left
    out others may come to stand alone, so that it is asked again until no more go.

    Source: Correia, Guimarães and Zylkin (2020), section 2, for observations that are separated or alone.
    """
    pairs = ("exporter", "importer") in absorbed
    years = panel["year"].unique()
    if pairs and len(years) == 1:
        raise InputError(
            f"three-way effects need two years or more, and only {years[0]} is left; take more years, or --effects "
            "two-way"
        )
    left, before = panel.select("exporter", "importer", "year", "value"), -1
    while left.height != before:
        before = left.height
        for by in absorbed:
            left = left.filter((pl.len().over(by) > 1) & ((pl.col("value") > 0).any().over(by)))
    if left.is_empty():
        raise InputError(
            "nothing is left to estimate on: every flow has a fixed effect of its own, or one without any trade; take "
            f"more years or countries{', or --effects two-way' if pairs else ''}"
        )


def _without_end(panel: pl.DataFrame, regressors: Sequence[str]) -> list[str]:
    """List the regressors that are on only where trade is 0: the better they fit, the lower they get, without end.

    Source: Santos Silva and Tenreyro (2010), On the existence of the maximum likelihood estimates in Poisson
    regression, Economics Letters 107(2).
    """
    panel = panel.with_columns(pl.col(name).cast(pl.Float64) for name in regressors)
    on = panel.filter(pl.col("value") > 0)
    return [
        name
        for name in regressors
        if panel[name].n_unique() > 1 and (panel[name] >= 0).all() and not (on[name] != 0).any()
    ]


def _nothing(reasons: Mapping[str, str]) -> str:
    """Say why there is nothing to estimate."""
    said = "; ".join(f"{name}: {reason}" for name, reason in list(reasons.items())[:6])
    return f"no regressor has a coefficient ({said}); give others, or take more years"


def _reason(panel: pl.DataFrame, name: str, effects: str) -> str:
    """Say why a regressor has no coefficient."""
    if panel[name].n_unique() == 1:
        return "never changes"
    changes = panel.group_by("exporter", "importer").agg(pl.col(name).n_unique().alias("n"))["n"].max()
    if changes == 1 and ("exporter", "importer") in EFFECTS[effects]:
        return "does not change within any pair, so the effects of the pair take it up"
    return "cannot be told apart from the fixed effects or the other regressors"
