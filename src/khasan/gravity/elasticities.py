"""Published trade elasticities, each with where it is printed."""

from __future__ import annotations

from importlib.resources import files

import polars as pl

from khasan.ledger.errors import InputError

COLUMNS = ("source", "place", "scope", "sector", "value", "low", "high", "note")


def elasticities() -> pl.DataFrame:
    """Read the table of published trade elasticities.

    A trade elasticity says by how many percent trade falls, at given wages, where its cost rises by one percent; it
    is written positive.

    Returns
    -------
    DataFrame
        ``source``, ``place`` (in the source), ``scope`` (aggregate or sector), ``sector``, ``value`` (null where only
        a range is printed), ``low``, ``high`` (the printed range), ``note``. Unit: none, a ratio of percents.

    Source: the column ``source``.
    """
    text = files("khasan.gravity").joinpath("elasticities.csv").read_bytes()
    return pl.read_csv(text, schema_overrides=dict.fromkeys(("value", "low", "high"), pl.Float64)).select(COLUMNS)


def elasticity_range(sector: str | None = None) -> tuple[float, float]:
    """Return the lowest and the highest published elasticity.

    Parameters
    ----------
    sector : str, optional
        Of a sector; of trade as a whole where not given.

    Returns
    -------
    (float, float)
        Unit: none, a ratio of percents.

    Raises
    ------
    InputError
        Where none is published for the sector.

    Source: ``elasticities.csv``.
    """
    table = elasticities()
    own = table.filter(pl.col("scope") == "aggregate" if sector is None else pl.col("sector") == sector)
    if own.is_empty():
        known = ", ".join(sorted(table["sector"].drop_nulls()))
        raise InputError(f"elasticity of {sector!r}: none in the table; sectors are {known}")
    found = [value for name in ("value", "low", "high") for value in own[name].drop_nulls()]
    return min(found), max(found)
