"""Solve a scenario in tables of many sectors, with tariffs and their revenue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from khasan.gravity.scenario.cells import Effects, effects
from khasan.gravity.scenario.document import Scenario
from khasan.gravity.scenario.names import Named
from khasan.gravity.scenario.result import Outcome, settings_of, shown
from khasan.gravity.sectors.economy import SectorEconomy
from khasan.ledger.errors import InputError

TABLES: Mapping[str, tuple[str, ...]] = {
    "trade": ("trade",),
    "inputs": ("inputs", "intermediate_consumption"),
    "final_demand": ("final_demand", "final_consumption"),
    "value_added": ("value_added",),
    "deficit": ("deficit",),
    "theta": ("theta",),
}
"""Tables of an economy, and the names that their files may have."""

ENDINGS = (".parquet", ".csv")


def read_tables(folder: Path, where: str) -> SectorEconomy:
    """Read an economy from a folder with one file, Parquet or CSV, a table.

    Parameters
    ----------
    folder : Path
        Holds the tables of :data:`TABLES`, with the columns of :meth:`SectorEconomy.from_frames`.
    where : str
        File and key, for messages.

    Raises
    ------
    InputError
        Where a table is missing or cannot be read, or the tables are no accounts.
    """
    if not folder.is_dir():
        raise InputError(f"{where}: no folder {folder}; the path is seen from the scenario file")
    frames = {name: _table(folder, name, where) for name in TABLES}
    try:
        return SectorEconomy.from_frames(**frames)
    except InputError as error:
        error.args = (f"{where}: {error}",)
        raise


def read_caveats(folder: Path, where: str) -> tuple[str, ...]:
    """Read what must be said beside any result from a folder of tables.

    Parameters
    ----------
    folder : Path
        Holds the tables, and ``caveats.csv`` with a column ``caveat`` where there is something to say.
    where : str
        File and key, for messages.

    Returns
    -------
    tuple of str
        Empty where there is no such file.

    Raises
    ------
    InputError
        Where the file cannot be read, or a caveat is missing.
    """
    path = folder / "caveats.csv"
    if not path.is_file():
        return ()
    frame = _read(path, where)
    if "caveat" not in frame.columns or frame["caveat"].null_count():
        raise InputError(f"{where}: {path.name} needs a column caveat with a sentence in every row")
    return tuple(str(one) for one in frame["caveat"])


def solve_sectors(scenario: Scenario, economy: SectorEconomy) -> Outcome:
    """Solve a scenario in an economy.

    Parameters
    ----------
    scenario : Scenario
        A checked file that names tables.
    economy : SectorEconomy
        What the tables hold.

    Returns
    -------
    Outcome
        ``welfare`` is the change of real income, beside the first-order measure with its parts and the real wage.
        ``trade`` and ``prices`` are those of targets and of both ends of every tariff.

    Raises
    ------
    InputError
        For an unknown country or sector, a cell set twice, or where there is no equilibrium.
    """
    settings = scenario.settings
    found = effects(scenario, lambda text, where: _region(economy, text, where), economy.sectors)
    fixed = settings["fixed_capacity"]
    for sector in fixed or ():
        if sector not in economy.sectors:
            raise InputError(f"{scenario.name}, fixed_capacity: {sector!r} is not a sector of the tables")
    rates = _rates(scenario, economy)
    try:
        solved = economy.counterfactual(
            tariff=rates,
            iceberg=_icebergs(found, economy),
            deficits=settings["deficits"],
            elasticity_inputs=float(settings["elasticity_inputs"]),
            elasticity_value_added=float(settings["elasticity_value_added"]),
            elasticity_final=float(settings["elasticity_final"]),
            fixed_capacity=fixed,
        )
    except InputError as error:
        error.args = (f"{scenario.name}: {error}",)
        raise
    ends = sorted({*_tariff_ends(scenario, economy)})
    # What a tariff moves is shown, whatever else the file holds; a target is whom a tariff names only where none of
    # restrictions and supports says who is.
    targets = list(found.targets) or ends
    named = list(dict.fromkeys([*targets, *ends]))
    welfare = solved.welfare.join(solved.wages, on="region", maintain_order="left").rename({"region": "country"})
    rows = welfare.with_columns(
        pl.Series("role", [_role(country, found, targets) for country in welfare["country"]]),
        welfare=pl.col("real_income"),
        wage=(pl.col("wage") - 1.0) * 100.0,
    )
    front = ["country", "role", "welfare"]
    trade = (
        solved.trade.filter(pl.col("exporter").is_in(named) | pl.col("importer").is_in(named))
        .filter((pl.col("baseline") > 0) | (pl.col("value") > 0))
        .with_columns(change=(pl.col("value") / pl.col("baseline") - 1.0) * 100.0)
        .select("sector", "exporter", "importer", "baseline", "value", "change", "tariff")
        .sort(["baseline", "sector", "exporter", "importer"], descending=[True, False, False, False])
    )
    prices = solved.prices.filter(pl.col("region").is_in(named)).with_columns(
        (pl.col(name) - 1.0) * 100.0 for name in ("price", "cost")
    )
    return Outcome(
        scenario=scenario.name,
        model="sectors",
        settings=settings_of(scenario),
        changes=shown(scenario),
        welfare=tuple(rows.select(*front, pl.all().exclude(front)).to_dicts()),
        trade=tuple(trade.to_dicts()),
        prices=tuple(prices.rename({"region": "country"}).to_dicts()),
        revenue=tuple(solved.revenue.rename({"region": "country"}).to_dicts()),
        residual=solved.residual,
        iterations=solved.iterations,
        data=(),
        left_out={},
        caveats=(
            # The folder speaks for its tables: what holds of a made row holds of every result.
            *read_caveats(scenario.folder / settings["tables"], f"{scenario.name}, tables"),
            *_caveats(settings, economy, found),
        ),
    )


def _table(folder: Path, name: str, where: str) -> pl.DataFrame:
    """Read one table of a folder."""
    paths = [folder / f"{stem}{ending}" for stem in TABLES[name] for ending in ENDINGS]
    path = next((one for one in paths if one.is_file()), None)
    if path is None:
        raise InputError(f"{where}: {folder.name} holds no table {name}; it is called {' or '.join(TABLES[name])} "
                         "and ends in .parquet or .csv")  # fmt: skip
    return _read(path, where)


def _read(path: Path, where: str) -> pl.DataFrame:
    """Read a file of a folder, Parquet or CSV."""
    try:
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{where}: {path.name} cannot be read ({' '.join(str(error).split())[:120]})") from None


def _region(economy: SectorEconomy, text: str, where: str) -> Named:
    """Find the regions that a name means: a region, or several joined by +."""
    parts = [text] if text in economy.regions else [part.strip() for part in text.split("+")]
    for part in parts:
        if part not in economy.regions:
            from rapidfuzz import process

            close = process.extractOne(part, economy.regions, score_cutoff=75)
            hint = f"did you mean {close[0]}?" if close else f"they are {', '.join(economy.regions)}"
            raise InputError(f"{where}: {part!r} is not a region of the tables; {hint}")
    if len(set(parts)) < len(parts):
        raise InputError(f"{where}: {text!r} names a region twice; name every region once")
    return Named(text, tuple(parts), ())


def _icebergs(found: Effects, economy: SectorEconomy) -> pl.DataFrame | None:
    """Turn effects into factors on the cost of trade by sector; all goods are all sectors."""
    theta = dict(zip(economy.sectors, economy.tables.theta.tolist(), strict=True))
    rows = [
        (one, exporter, importer, effect.iceberg(theta[one]))
        for (sector, exporter, importer), effect in found.cells.items()
        for one in ([sector] if sector else economy.sectors)
    ]
    columns = {"sector": pl.String(), "exporter": pl.String(), "importer": pl.String(), "factor": pl.Float64()}
    return pl.DataFrame(rows, schema=columns, orient="row") if rows else None


def _rates(scenario: Scenario, economy: SectorEconomy) -> pl.DataFrame | None:
    """Turn tariffs into rates by cell, each set once."""
    rows: dict[tuple[str, str, str], float] = {}
    for part in scenario.tariffs:
        ends = [
            _region(economy, part[end], f"{scenario.name}, {part.place}, {end}") for end in ("importer", "exporter")
        ]
        sector = part["sector"]
        if sector is not None and sector not in economy.sectors:
            raise InputError(f"{scenario.name}, {part.place}, sector: {sector!r} is not a sector of the tables")
        for importer in ends[0].countries:
            for exporter in ends[1].countries:
                if importer == exporter:
                    raise InputError(f"{scenario.name}, {part.place}, exporter: {exporter} takes no tariff on itself")
                for one in [sector] if sector else economy.sectors:
                    if (one, exporter, importer) in rows:
                        raise InputError(
                            f"{scenario.name}, {part.place}: the tariff of {importer} on {exporter} in {one} is given "
                            "twice; keep one"
                        )
                    rows[one, exporter, importer] = float(part["rate"])
    columns = {"sector": pl.String(), "exporter": pl.String(), "importer": pl.String(), "tariff": pl.Float64()}
    return pl.DataFrame([(*cell, rate) for cell, rate in rows.items()], schema=columns, orient="row") if rows else None


def _tariff_ends(scenario: Scenario, economy: SectorEconomy) -> list[str]:
    """Return the regions that tariffs name."""
    return [
        region
        for part in scenario.tariffs
        for end in ("importer", "exporter")
        for region in _region(economy, part[end], "").countries
    ]


def _role(country: str, found: Effects, targets: list[str]) -> str:
    """Return the role of a country; where there are no targets but by tariffs, whom tariffs name is a target."""
    role = found.role(country)
    return "target" if role == "other" and country in targets else role


def _caveats(settings: Mapping[str, object], economy: SectorEconomy, found: Effects) -> tuple[str, ...]:
    """Say what must be said beside results of many sectors."""
    said = [
        *found.notes,
        "one year's tables: no adjustment over time, and trade that is not in them cannot begin",
        "welfare is what households can buy; first_order is the formula of the literature, a derivative that misleads "
        "for large changes",
        f"baseline and scenario are both solved from the tables with deficits = {settings['deficits']}",
    ]
    if not economy.baseline_gaps.is_empty():
        said.append(f"the tables are no equilibrium: {economy.baseline_gaps.height} gaps between their accounts")
    return tuple(said)
