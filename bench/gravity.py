"""Time the equilibrium solvers against plain fixed points of our own and against programs of others.

Run with ``python bench/gravity.py [RUNS]``. Made data need nothing else; the parts on gegravity's sample and on NAFTA
need ``../shared/data/gravity``. gegravity itself is timed if ``GEGRAVITY_PYTHON`` names a Python that has it (in an
environment of its own). Programs that cannot be run beside ours stand in ``gravity_peers.csv`` as they were
measured, with how. Printed is the best wall time of all runs, its processor time, and the ratio to ours; before that,
answers are compared. The figures are also written to ``bench/results/gravity.csv``.

On a machine that others use too, set ``OPENBLAS_NUM_THREADS=1``: a second BLAS thread that waits for its core costs
more than it gives.
"""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity import SectorEconomy, equilibrium
from khasan.gravity.armington.batch import Change, equilibria
from khasan.gravity.armington.world import Imbalance, World, markets
from khasan.gravity.sectors.counterfactual import Solved
from khasan.gravity.sectors.sweep import Outcome, Point, Shock, outcome
from khasan.gravity.sectors.tables import Tables

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "gravity.csv"
GRAVITY = HERE.parents[1] / "shared" / "data" / "gravity"

Floats = NDArray[np.float64]
Row = dict[str, object]


def best(function: Callable[[], object], runs: int) -> tuple[float, float]:
    """Take the best wall time of some runs, and the least processor time, in milliseconds; after one warm-up run."""
    function()
    walls, processor = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    return 1000 * min(walls), 1000 * min(processor)


def side_by_side(task: str, runs: int, contenders: dict[str, Callable[[], object]], note: str = "") -> list[Row]:
    """Time functions one after the other; the first one is ours."""
    times = {name: best(function, runs) for name, function in contenders.items()}
    ours = next(iter(times.values()))[0]
    return [row(task, name, runs, wall, cpu, wall / ours, note) for name, (wall, cpu) in times.items()]


def row(task: str, who: str, runs: int, wall: float, cpu: float | None, ratio: float, note: str = "") -> Row:
    """Make one row of the results, and print it."""
    made: Row = {
        "task": task, "who": who, "runs": runs, "best_ms": f"{wall:.2f}",
        "processor_ms": "" if cpu is None else f"{cpu:.2f}", "times_ours": f"{ratio:.3g}",
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", ""), "cores": os.cpu_count(),
        "python": sys.version.split()[0], "note": note,
    }  # fmt: skip
    print(
        "{task:64} {who:34} {best_ms:>10} ms {processor_ms:>10} ms cpu {times_ours:>8} times ours  {note}".format(
            **made
        )
    )
    return made


# -- one sector --------------------------------------------------------------------------------------------------------


def made_world(size: int, seed: int) -> Floats:
    """Make trade among countries whose sizes span four orders of magnitude."""
    random = np.random.default_rng(seed)
    weight = np.exp(random.normal(0.0, 2.0, size))
    trade = np.outer(weight, weight) / weight.sum() * np.exp(random.normal(0.0, 1.0, (size, size)))
    np.fill_diagonal(trade, 0.0)
    trade[np.diag_indices(size)] = 4.0 * np.maximum(trade.sum(axis=0), trade.sum(axis=1))
    return np.asarray(trade)


def plain(trade: Floats, change: Floats, theta: float, imbalance: Imbalance, tolerance: float) -> Floats:
    """Iterate the textbook's fixed point until the same residual, with the same products; the peer of ours."""
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    world = World(income, spending, spending - income, trade / spending * change, theta, imbalance == "multiplicative")
    state = markets(world, np.zeros(len(trade)))
    while state.residual > tolerance:
        state = markets(world, state.wages + state.gap / (1.0 + theta))
    return np.exp(state.wages)


def cut(country: int, others: NDArray[np.intp]) -> Change:
    """Cut a country off from others, in both directions."""
    away = np.full(len(others), country)
    return Change(np.r_[others, away], np.r_[away, others], np.zeros(2 * len(others)))


def dense(size: int, change: Change) -> Floats:
    """Put a change into a matrix."""
    matrix = np.ones((size, size))
    matrix[np.asarray(change.exporter), np.asarray(change.importer)] = np.asarray(change.factor)
    return matrix


def one_sector(runs: int) -> list[Row]:
    """Time 181 countries: one scenario, ten thousand, and all coalitions of twelve."""
    trade = made_world(181, 3)
    income = trade.sum(axis=1)
    largest, smallest = np.argsort(-income), int(np.argmin(income))
    change = dense(181, cut(smallest, largest[:20]))
    rows: list[Row] = []
    closures: tuple[Imbalance, Imbalance] = ("additive", "multiplicative")
    for imbalance in closures:
        found = equilibrium(trade, change, 4.0, imbalance)
        np.testing.assert_allclose(found.wages, plain(trade, change, 4.0, imbalance, 1e-12), rtol=1e-9)
        rows += side_by_side(
            f"181 countries, smallest without its twenty largest, {imbalance}", runs,
            {
                "equilibrium (ours)": partial(equilibrium, trade, change, 4.0, imbalance),
                "plain fixed point": partial(plain, trade, change, 4.0, imbalance, 1e-12),
            },
            f"residual {found.residual:.0e}, {found.iterations} sweeps",
        )  # fmt: skip
    random = np.random.default_rng(1)
    small = np.argsort(income)[:60]
    many = [cut(int(random.choice(small)), random.choice(largest[:24], 10, replace=False)) for _ in range(10_000)]
    coalitions = [
        cut(smallest, np.array(members))
        for count in range(1, 13)
        for members in itertools.combinations(largest[:12], count)
    ]
    for task, changes in (
        ("10,000 embargoes on 181 countries", many),
        ("4,095 coalitions of 12 on 181 countries", coalitions),
    ):
        solved = equilibria(trade, changes)
        assert solved.residual.max() <= 1e-12
        wall, cpu = best(partial(equilibria, trade, changes), 3)
        rows.append(row(task, "equilibria (ours)", 3, wall, cpu, 1.0, f"{solved.iterations.mean():.1f} sweeps each"))
    return rows


COSTS = {"lndist": -0.3764, "contiguity": 0.8850, "pta": 0.4823, "common_language": 0.0392, "international": -3.4224}
"""Coefficients of the example in gegravity's documentation."""

GEGRAVITY = """
import sys, time, warnings
import pandas, gegravity
warnings.simplefilter("ignore")
data, costs = pandas.read_csv(sys.argv[1]), eval(sys.argv[2])
base = gegravity.BaselineData(data, imp_var_name="importer", exp_var_name="exporter", year_var_name="year",
                              trade_var_name="trade", expend_var_name="E", output_var_name="Y")
table = pandas.DataFrame([{"var": name, "coeff": value, "ste": 0.1} for name, value in costs.items()])
coeffs = gegravity.CostCoeffs(estimates=table, identifier_col="var", coeff_col="coeff", stderr_col="ste")
def run():
    model = gegravity.OneSectorGE(base, year="2006", expend_var_name="E", output_var_name="Y", sigma=5, quiet=True,
                                  cost_coeff_values=coeffs, cost_variables=list(costs), reference_importer="DEU")
    model.build_baseline(omr_rescale=10)
    changed = model.baseline_data.copy()
    pair = changed["importer"].isin(["CAN", "JPN"]) & changed["exporter"].isin(["CAN", "JPN"])
    changed.loc[pair & (changed["importer"] != changed["exporter"]), "pta"] = 1
    model.define_experiment(changed)
    start = time.perf_counter()
    model.simulate()
    return model, time.perf_counter() - start
run()
runs = [run() for _ in range(5)]
print(min(seconds for _, seconds in runs))
print(runs[0][0].country_results["welfare statistic"].to_csv())
"""


def gegravity(runs: int) -> list[Row]:
    """Time gegravity's sample and the scenario of its documentation: an agreement of Canada and Japan.

    gegravity holds output and expenditure in money at their baseline while it solves for prices. Its equations are
    solved here by a few lines to compare answers; in general equilibrium, which ours gives, incomes follow wages.
    """
    sample = pl.read_csv(GRAVITY / "gegravity_sample_2006.csv").sort("exporter", "importer")
    size = sample["exporter"].n_unique()
    shaped = {name: sample[name].to_numpy().reshape(size, size).astype(float) for name in (*COSTS, "Y", "E")}
    output, spending = shaped["Y"][:, 0], shaped["E"][0]
    output = output * spending.sum() / output.sum()
    cost = np.exp(sum(value * shaped[name] for name, value in COSTS.items()))
    trade = cost.copy()
    for _ in range(5000):
        trade *= (output / trade.sum(axis=1))[:, None]
        trade *= spending / trade.sum(axis=0)
    names = sample["exporter"].unique(maintain_order=True).to_list()
    one, other = names.index("CAN"), names.index("JPN")
    change = np.ones((size, size))
    change[one, other] = change[other, one] = np.exp(COSTS["pta"])
    found = equilibrium(trade, change, 4.0, "multiplicative")
    task = "30 countries, gegravity's sample and scenario"
    contenders: dict[str, Callable[[], object]] = {
        "equilibrium (ours)": lambda: equilibrium(trade, change, 4.0, "multiplicative"),
        "plain fixed point": lambda: plain(trade, change, 4.0, "multiplicative", 1e-12),
    }
    rows = side_by_side(task, runs, contenders, f"residual {found.residual:.0e}, {found.iterations} sweeps")
    python = os.environ.get("GEGRAVITY_PYTHON")
    if python:
        script = [python, "-c", GEGRAVITY, str(GRAVITY / "gegravity_sample_2006.csv"), repr(COSTS)]
        said = subprocess.run(script, capture_output=True, text=True, check=True).stdout.splitlines()
        theirs = {line.split(",")[0]: float(line.split(",")[1]) for line in said[2:] if line}
        held = incomes_held(trade, change, 4.0)
        apart = max(abs(held[place] * theirs[name] - 1.0) for place, name in enumerate(names))
        full = max(abs(found.welfare[place] * theirs[name] - 1.0) for place, name in enumerate(names))
        assert apart < 1e-6
        note = f"its equations by ours: {apart:.0e} apart; full general equilibrium differs by {full:.0e}"
        wall = 1000 * float(said[0])
        rows.append(row(task, "gegravity 0.3, simulate()", 5, wall, None, wall / float(str(rows[0]["best_ms"])), note))
    return rows


def incomes_held(trade: Floats, change: Floats, theta: float) -> Floats:
    """Solve gegravity's equations: sales equal baseline output in money at baseline expenditure; welfare as ratio."""
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    pull = trade / spending * change
    wages = np.zeros(len(trade))
    gap = np.ones(len(trade))
    while np.abs(gap).max() > 1e-14:
        appeal = np.exp(-theta * wages)
        gap = np.log(appeal * (pull @ (spending / (appeal @ pull))) / income)
        wages = wages + gap / (1.0 + theta)
    return np.asarray(np.exp(wages) * (np.exp(-theta * wages) @ pull) ** (1.0 / theta))


# -- many sectors ------------------------------------------------------------------------------------------------------


def plain_sectors(solved: Solved, shock: Shock, start: Point, tolerance: float) -> Outcome:
    """Iterate with damped wages and no memory until the same residual; the peer of ours, with the same products."""
    found = outcome(solved.technology, shock, start)
    while found.residual > tolerance:
        point = found.point
        moved = point._replace(
            wages=point.wages + 0.1 * found.wage_gap, prices=point.prices + found.price_gap, spending=found.spending_new
        )
        found = outcome(solved.technology, shock, moved)
    return found


def nafta(runs: int) -> list[Row]:
    """Time NAFTA's tariffs in 31 regions and 40 sectors, and a thousand scenarios of tariffs."""
    files = {"inputs": "intermediate_consumption", "final_demand": "final_consumption"}
    tables = {
        name: pl.read_parquet(GRAVITY / "nafta" / f"{files.get(name, name)}.parquet")
        for name in ("trade", "inputs", "final_demand", "value_added", "deficit", "theta")
    }
    economy = SectorEconomy.from_frames(**tables)
    cells = ["sector", "exporter", "importer"]
    bloc = tables["trade"].filter(pl.col("tariff_cfl") != pl.col("tariff_bln")).select(*cells, tariff="tariff_cfl")
    found = economy.counterfactual(bloc, tolerance=1e-10)
    mexico = found.welfare.filter(region="Mexico")["first_order"][0]
    assert round(mexico, 4) == 1.3121

    rows = side_by_side(
        "NAFTA, 31 x 40: tables to welfare, baseline and counterfactual", runs,
        {
            "ours, 1e-10": partial(from_tables, economy.tables, bloc),
            "ours, 1e-12": partial(from_tables, economy.tables, bloc, 1e-12),
            "ours, 1e-10, elasticities of a half": partial(from_tables, economy.tables, bloc, 1e-10, 0.5),
        },
        f"{found.before.sweeps} and {found.iterations} sweeps",
    )  # fmt: skip
    start = found.before.outcome.point
    rows += side_by_side(
        "NAFTA, counterfactual from the solved baseline", runs,
        {
            "ours, 1e-10": lambda: economy.counterfactual(bloc, tolerance=1e-10),
            "plain damped iteration, 1e-10": lambda: plain_sectors(found.after, found.after.shock, start, 1e-10),
        },
    )  # fmt: skip
    ours = {"NAFTA: counterfactual": float(str(rows[-2]["best_ms"])), "NAFTA: baseline": float(str(rows[0]["best_ms"]))}
    with (HERE / "gravity_peers.csv").open(encoding="utf-8", newline="") as file:
        for peer in csv.DictReader(file):
            against = next(wall for task, wall in ours.items() if peer["task"].startswith(task))
            seconds = 1000 * float(peer["seconds"])
            rows.append(
                row(peer["task"], peer["program"], 1, seconds, None, seconds / against, "elsewhere: " + peer["how"])
            )
    return [*rows, thousand(economy, tables["trade"].select(*cells, "tariff"))]


def thousand(economy: SectorEconomy, tariffs: pl.DataFrame) -> Row:
    """Solve a thousand scenarios in which a tenth of all tariffs changes."""
    random = np.random.default_rng(2)
    abroad = tariffs.filter(pl.col("exporter") != pl.col("importer"))
    scenarios = []
    for _ in range(1000):
        chosen = abroad[random.choice(abroad.height, abroad.height // 10, replace=False)]
        scenarios.append(chosen.with_columns(tariff=pl.Series(random.uniform(0.0, 0.4, chosen.height))))
    economy.counterfactual(scenarios[0], tolerance=1e-10)
    wall, cpu, sweeps = time.perf_counter(), time.process_time(), 0
    for scenario in scenarios:
        found = economy.counterfactual(scenario, tolerance=1e-10)
        assert np.isfinite(found.measures.real_income).all()
        sweeps += found.iterations
    wall, cpu = 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)
    return row(
        "1,000 scenarios of tariffs, 31 x 40, warm",
        "ours, 1e-10",
        1,
        wall,
        cpu,
        1.0,
        f"{sweeps / 1000:.1f} sweeps each",
    )


def made_economy(regions: int, sectors: int) -> SectorEconomy:
    """Make tables of a given size, far from an equilibrium in the way that NAFTA's are."""
    random = np.random.default_rng(4)
    shape = (sectors, regions, regions)
    weight = np.exp(random.normal(0.0, 1.0, regions))
    trade = np.exp(random.normal(0.0, 1.0, shape)) * weight[:, None] * weight[None, :] / weight.sum()
    own = np.arange(regions)
    trade[:, own, own] = 3.0 * trade.sum(axis=2)
    tariff = random.uniform(0.0, 0.15, shape)
    tariff[:, own, own] = 0.0
    sales = trade.sum(axis=2).T
    added = random.uniform(0.3, 0.7, (regions, sectors)) * sales
    inputs = random.dirichlet(np.ones(sectors), (regions, sectors)).transpose(0, 2, 1) * (sales - added)[:, None, :]
    final = np.maximum((trade * (1.0 + tariff)).sum(axis=1).T - inputs.sum(axis=2), 0.02 * sales)
    between = trade.sum(axis=0)
    goods, places = (
        tuple(f"{letter}{k:03d}" for k in range(count)) for letter, count in (("s", sectors), ("r", regions))
    )
    return SectorEconomy(
        Tables(
            goods, places, trade, tariff, inputs, final, added, between.sum(axis=0) - between.sum(axis=1),
            np.exp(random.uniform(np.log(1.5), np.log(20.0), sectors)),
        )
    )  # fmt: skip


def from_tables(tables: Tables, tariff: pl.DataFrame, tolerance: float = 1e-10, elasticity: float = 1.0) -> object:
    """Solve baseline and counterfactual from tables, and work out welfare."""
    elasticities = (elasticity, elasticity, elasticity)
    return SectorEconomy(tables).counterfactual(tariff, None, "zero", *elasticities, tolerance=tolerance).measures


def scaling(runs: int) -> list[Row]:
    """Time made economies from small to KITE's size, and how near a sweep comes to the memory's bandwidth."""
    rows = []
    source = np.ones(20_000_000)
    target = np.empty_like(source)
    copied = best(lambda: np.copyto(target, source), 5)[0]
    bandwidth = 2 * source.nbytes / copied / 1e6
    for regions, sectors in ((10, 10), (31, 40), (60, 40), (100, 50), (160, 65)):
        economy = made_economy(regions, sectors)
        cells = {"sector": economy.sectors, "exporter": economy.regions, "importer": economy.regions}
        count = regions * regions * sectors
        abroad = np.flatnonzero(~np.tile(np.eye(regions, dtype=bool), (sectors, 1, 1)).reshape(-1))
        chosen = np.random.default_rng(5).choice(abroad, count // 5, replace=False)
        spots = np.unravel_index(chosen, (sectors, regions, regions))
        scenario = pl.DataFrame(
            {name: np.array(names)[spot] for (name, names), spot in zip(cells.items(), spots, strict=True)}
        ).with_columns(tariff=pl.lit(0.25))
        found = economy.counterfactual(scenario, tolerance=1e-10)
        wall, cpu = best(partial(from_tables, economy.tables, scenario), runs)
        sweep = best(partial(outcome, found.after.technology, found.after.shock, found.after.outcome.point), 20)[0]
        read = 8 * (3 * count + 2 * regions * sectors * sectors)
        note = (
            f"{found.before.sweeps} and {found.iterations} sweeps; one reads {read / 1e6:.1f} MB in {sweep:.2f} ms, "
            f"{read / sweep / 1e6:.1f} GB/s (copying: {bandwidth:.1f} GB/s)"
        )
        task = f"made tables, {regions} x {sectors}, baseline and counterfactual"
        rows.append(row(task, "ours, 1e-10", runs, wall, cpu, 1.0, note))
    return rows


def main(runs: int) -> None:
    """Run all parts, and print and write the results."""
    rows = one_sector(runs)
    if GRAVITY.is_dir():
        rows += gegravity(runs) + nafta(runs)
    else:
        print("../shared/data/gravity is not here: gegravity's sample and NAFTA are left out")
    rows += scaling(min(runs, 3))
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
