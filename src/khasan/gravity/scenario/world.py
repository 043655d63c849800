"""The world of a year as a matrix: recorded trade among countries, and own sales made from their size.

No data set of trade holds what a country sells at home. It is made from its gross domestic product::

    output_i = output_over_gdp * gdp_i * price level of the year over that of the prices of gdp
    own_i    = output_i - sum over j of trade_ij

The price level is the consumer price index of the dollar (annual average, 1982-84 = 100, Bureau of Labor
Statistics), since gdp comes in constant 2011 USD. With ``output_over_gdp`` of one, output is value added and
there are no inputs; gross output would be about twice as much and halve the share of imports, but with inputs that are
half of cost the loss for a given share doubles, so the two come out close to each other.

Source: Arkolakis, Costinot and Rodriguez-Clare (2012), New trade models, same old gains?, American Economic Review
102(1), sections III and IV, for the gains from trade without and with inputs.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

PRICES_OF: Mapping[str, int | None] = MappingProxyType({"gdp": 2011, "gdp_current": None})
"""Measures of size, and the year in whose prices each is; None where it is in those of its own year."""


@dataclass(frozen=True)
class BaseWorld:
    """The trade of a year, with own sales, and where it comes from.

    Attributes
    ----------
    year : int
        Base year.
    countries : tuple of str
        In the order of the matrix, sorted.
    trade : array of shape (n, n)
        Exporter by importer, own sales on the diagonal; unit: USD million.
    left_out : mapping of str to str
        Countries that are not in it, with the reason.
    set_aside : tuple of (str, str, float)
        Suspect flows that were taken out: exporter, importer, USD million.
    unrecorded : int
        Pairs of different countries without a record, which count as no trade.
    compiler, basis, measure : str
        Whose trade, on which basis, and the measure of size.
    output_over_gdp : float
        Assumption on output.
    data : tuple of mapping
        Data sets with their versions.
    """

    year: int
    countries: tuple[str, ...]
    trade: Floats
    left_out: Mapping[str, str]
    set_aside: tuple[tuple[str, str, float], ...]
    unrecorded: int
    compiler: str
    basis: str
    measure: str
    output_over_gdp: float
    data: tuple[Mapping[str, Any], ...] = ()

    def place(self, country: str) -> int:
        """Return the place of a country in the matrix."""
        return self.countries.index(country)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be said beside any number that is computed from this world."""
        pairs = len(self.countries) * (len(self.countries) - 1)
        said = [
            f"no data set holds own sales: they are {self.output_over_gdp:g} times gross domestic product "
            f"({self.measure}) less exports, so losses move with that assumption; vary output_over_gdp",
            f"{self.unrecorded:,} of {pairs:,} directed pairs have no recorded trade"
            f" in {self.year} and count as no trade",
        ]
        if self.measure == "gdp":
            said.append(
                "gross domestic product is at purchasing power, which is above that at exchange rates for poorer "
                "countries: their own sales are then too large, and their losses too small"
            )
        if self.left_out:
            said.append(f"left out of the world of {self.year}: {_listed(self.left_out)}")
        if self.set_aside:
            flows = ", ".join(f"{one} to {other} {value:,.0f}" for one, other, value in self.set_aside)
            said.append(f"suspect flows set aside (USD million): {flows}")
        return tuple(said)


def base_world(
    flows: pl.DataFrame,
    sizes: pl.DataFrame,
    year: int,
    *,
    compiler: str = "",
    measure: str = "gdp",
    output_over_gdp: float = 1.0,
) -> BaseWorld:
    """Build the world of a year.

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` (USD million) of one compiler.
    sizes : DataFrame
        ``actor``, ``year``, ``value`` (USD million) of one measure of gross domestic product.
    year : int
        Base year.
    compiler, measure : str
        Whose trade, and which measure of size (see :data:`PRICES_OF`).
    output_over_gdp : float
        Output over gross domestic product, positive.

    Returns
    -------
    BaseWorld
        Countries without a size, without any trade, or with exports that reach their output are left out and named.

    Raises
    ------
    InputError
        Where the year has no trade or no sizes.
    """
    trade = flows.filter(pl.col("year") == year)
    known = sizes.filter((pl.col("year") == year) & (pl.col("value") > 0))
    if trade.is_empty():
        raise InputError(f"base_year {year}: no trade recorded; years with trade are {_span(flows)}")
    if known.is_empty():
        raise InputError(f"base_year {year}: no {measure} recorded; years with it are {_span(sizes)}")
    level = _price_level(year, measure)
    output = {row[0]: row[1] * level * output_over_gdp for row in known.select("actor", "value").iter_rows()}
    traded = trade.filter(pl.col("value") > 0)
    trading = {*traded.get_column("exporter"), *traded.get_column("importer")}
    left_out = dict.fromkeys(trading - set(output), f"no {measure}")
    left_out |= dict.fromkeys(set(output) - trading, "no recorded trade")
    countries = sorted(trading & set(output))
    while True:
        matrix, recorded = _matrix(traded, countries)
        exports = matrix.sum(axis=1)
        own = np.array([output[code] for code in countries]) - exports
        reaching = [code for code, left in zip(countries, own, strict=True) if left <= 0.0]
        alone = [
            code
            for code, sold, bought in zip(countries, exports, matrix.sum(axis=0), strict=True)
            if sold + bought == 0
        ]
        if not reaching and not alone:
            break
        left_out |= dict.fromkeys(reaching, "exports reach its output; a larger output_over_gdp keeps it")
        left_out |= dict.fromkeys(alone, "trades only with countries that are left out")
        countries = [code for code in countries if code not in left_out]
    if len(countries) < 2:
        raise InputError(
            f"base_year {year}: fewer than two countries have both trade and {measure}; choose another year"
        )
    np.fill_diagonal(matrix, own)
    return BaseWorld(
        year=year,
        countries=tuple(countries),
        trade=matrix,
        left_out=MappingProxyType(dict(sorted(left_out.items()))),
        set_aside=(),
        unrecorded=len(countries) * (len(countries) - 1) - recorded,
        compiler=compiler,
        basis="reported",
        measure=measure,
        output_over_gdp=output_over_gdp,
    )


def with_flows_set_aside(world: BaseWorld, verdicts: pl.DataFrame, clients: Collection[str]) -> BaseWorld:
    """Take the suspect flows of some countries out of a world; what they sold there counts as sold at home.

    Parameters
    ----------
    world : BaseWorld
        As reported.
    verdicts : DataFrame
        ``client``, ``partner``, ``year``, ``direction`` (export or import of the client), ``suspect``.
    clients : collection of str
        Whose flows.
    """
    suspect = verdicts.filter(
        pl.col("suspect") & (pl.col("year") == world.year) & pl.col("client").is_in(sorted(set(clients)))
    )
    matrix = world.trade.copy()
    taken: list[tuple[str, str, float]] = []
    for client, partner, direction in suspect.select("client", "partner", "direction").sort(pl.all()).iter_rows():
        exporter, importer = (client, partner) if direction == "export" else (partner, client)
        if exporter in world.countries and importer in world.countries:
            i, j = world.place(exporter), world.place(importer)
            if matrix[i, j] > 0.0:
                taken.append((exporter, importer, float(matrix[i, j])))
                # Output stays what it was: the flow is not believed, the size is.
                matrix[i, i] += matrix[i, j]
                matrix[i, j] = 0.0
    return replace(world, trade=matrix, set_aside=tuple(taken), basis="vetted")


def _matrix(flows: pl.DataFrame, countries: list[str]) -> tuple[Floats, int]:
    """Spread recorded flows over a matrix; return it with the number of its pairs that are recorded."""
    numbers = pl.DataFrame(
        {"code": countries, "place": range(len(countries))}, schema={"code": pl.String(), "place": pl.Int64()}
    )
    rows = flows.join(numbers.rename({"code": "exporter", "place": "i"}), on="exporter").join(
        numbers.rename({"code": "importer", "place": "j"}), on="importer"
    )
    rows = rows.filter(pl.col("i") != pl.col("j"))
    matrix = np.zeros((len(countries), len(countries)))
    np.add.at(matrix, (rows["i"].to_numpy(), rows["j"].to_numpy()), rows["value"].to_numpy())
    return matrix, rows.select("i", "j").n_unique()


@cache
def _levels() -> Mapping[int, float]:
    """Return the consumer price index of the dollar by year."""
    text = files("khasan.gravity.scenario").joinpath("price_level.csv").read_text(encoding="utf-8")
    return {int(row["year"]): float(row["index"]) for row in csv.DictReader(text.splitlines())}


def price_ratio(year: int, base: int) -> float:
    """Return what a dollar of one year is in dollars of a base year.

    Raises
    ------
    InputError
        For a year without a price level.
    """
    levels = _levels()
    for one in (year, base):
        if one not in levels:
            raise InputError(f"{one}: no price level of the dollar; years are {min(levels)} to {max(levels)}")
    return levels[base] / levels[year]


def _price_level(year: int, measure: str) -> float:
    """Return the price level of a year over that of the prices in which a measure is."""
    base = PRICES_OF[measure]
    if base is None:
        return 1.0
    levels = _levels()
    if year not in levels:
        raise InputError(
            f"base_year {year}: no price level to bring {measure} to the prices of trade; years are {min(levels)} to "
            f"{max(levels)}"
        )
    return levels[year] / levels[base]


def _span(frame: pl.DataFrame) -> str:
    """Say from which year to which a frame goes."""
    years: list[int] = frame.get_column("year").drop_nulls().to_list()
    return f"{min(years)} to {max(years)}" if years else "none"


def _listed(left_out: Mapping[str, str]) -> str:
    """Say who is left out, by reason."""
    reasons: dict[str, list[str]] = {}
    for code, reason in left_out.items():
        reasons.setdefault(reason, []).append(code)
    return "; ".join(f"{', '.join(codes)} ({reason})" for reason, codes in reasons.items())
