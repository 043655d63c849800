"""How large states are: GDP, population, capabilities and national trade, one value a state, year and measure.

- Gross domestic product in constant 2011 US dollars, population and surplus domestic product (Anders, Fariss and
  Markowitz 2020), as natural logarithms; codes are those of Gleditsch and Ward.
- National Material Capabilities (Singer, Bremer and Stuckey 1972): military expenditure (thousand current US
  dollars; British pounds before 1914), military personnel (thousands), iron and steel (thousand tons), energy
  (thousand coal-ton equivalents), total and urban population (thousands), and the composite index (CINC).
- National trade of Correlates of War Trade 4.0, current USD million.
"""

from __future__ import annotations

import polars as pl

from khasan.sources.actors import name_yearly
from khasan.sources.mapped import Mapped
from khasan.sources.packaged import packaged

_LOGARITHMS = {
    "wbgdp2011est": ("gdp", "constant 2011 USD million", 1e6),
    "wbpopest": ("population", "persons", 1.0),
    "sdpest": ("surplus_product", "constant 2011 USD million", 1e6),
}
_CAPABILITIES = {
    "milex": ("military_expenditure", "thousand current USD"),
    "milper": ("military_personnel", "thousand persons"),
    "irst": ("iron_and_steel", "thousand tons"),
    "pec": ("energy", "thousand coal-ton equivalents"),
    "tpop": ("total_population", "thousand persons"),
    "upop": ("urban_population", "thousand persons"),
    "cinc": ("cinc", "share of the world"),
}
_NATIONAL = {
    "imports": ("national_imports", "current USD million"),
    "exports": ("national_exports", "current USD million"),
}


def gleditsch_codes() -> pl.DataFrame:
    """Return the codes of Gleditsch and Ward that differ from those of the Correlates of War.

    Returns
    -------
    DataFrame
        ``gw``, ``cow``, ``first_year`` (from when the code differs).
    """
    return packaged("gleditsch_ward.csv").cast(pl.Int64())


def to_correlates(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """Turn the codes of Gleditsch and Ward into those of the Correlates of War, by the column ``year``."""
    table = gleditsch_codes().rename({"gw": code})
    joined = frame.join(table, on=code, how="left", maintain_order="left")
    differs = pl.col("cow").is_not_null() & (pl.col("year") >= pl.col("first_year"))
    return joined.with_columns(pl.when(differs).then("cow").otherwise(code).alias(code)).drop("cow", "first_year")


def _long(named: pl.DataFrame, compiler: str, measures: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """Stack columns into one row a state, year and measure."""
    parts = [
        named.drop_nulls(column).select(
            "actor",
            "year",
            pl.lit(measure).alias("measure"),
            pl.lit(compiler).alias("compiler"),
            pl.lit(unit).alias("unit"),
            pl.col(column).cast(pl.Float64()).alias("value"),
        )
        for column, (measure, unit) in measures.items()
    ]
    return pl.concat(parts)


def sizes(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map GDP, population and surplus product: value = exp(logarithm), money in millions, to four digits.

    The logarithms have three decimals, so four significant digits are all they carry.
    """
    named = name_yearly(to_correlates(frame, "ccode"), actors, "ccode", "actor")
    values = named.drop_nulls("actor").with_columns(
        (pl.col(column).exp() / scale).round_sig_figs(4).alias(column) for column, (_, _, scale) in _LOGARITHMS.items()
    )
    measures = {column: (measure, unit) for column, (measure, unit, _) in _LOGARITHMS.items()}
    panel = _long(values, "Anders, Fariss and Markowitz", measures)
    return Mapped({"state_year": panel}, named.get_column("actor").null_count())


def capabilities(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the National Material Capabilities."""
    named = name_yearly(frame, actors, "ccode", "actor")
    panel = _long(named.drop_nulls("actor"), "Correlates of War", _CAPABILITIES)
    return Mapped({"state_year": panel}, named.get_column("actor").null_count())


def national_trade(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map national exports and imports, as the compilers took them from national totals, not from pairs."""
    named = name_yearly(frame, actors, "ccode", "actor")
    panel = _long(named.drop_nulls("actor"), "Correlates of War", _NATIONAL)
    return Mapped({"state_year": panel}, named.get_column("actor").null_count())
