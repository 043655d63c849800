"""Learn ``src/khasan/measures/scorecard.csv`` from contamination planted between states drawn at random.

    python scripts/scorecard.py FLOWS.parquet EXPECTED.parquet src/khasan/measures/scorecard.csv

FLOWS has exporter, importer, year and value of the whole world; EXPECTED is what
``khasan.gravity.expectation.expected_flows`` makes of it. States of ``namesakes.csv`` are never drawn as clients, so
the card is learnt without the confusion that the file itself may hold, and is tested on pairs that it has not seen.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.measures.scorecard import BASE, Stage, company
from khasan.measures.suspicion import Parts, Suspects, material, suspects
from khasan.measures.suspicion_world import World, make_world

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.planting import Plan, plant

Numbers = NDArray[np.float64]

PAIRS_A_ROUND = 14
SMALLEST_CLIENT = 300.0
"""USD million of trade a year, on average, from which a state is drawn as a client."""
SMALLEST_NAMESAKE = 0.5
"""Trade of a namesake over the client's, from which it is drawn."""
ALIKE = 0.5
"""Part of the pairs that are drawn among the states most alike in trade, of which there are ``NEAREST``."""
NEAREST = 12
RECENT = 1980
STAGES = 3
SHARES = (0.01, 0.3, 0.6, 0.85, 0.97)
"""Quantiles of a part at which its support points stand, over values other than 0 where many are 0."""
KEPT = 0.3
"""Part of the flows without planted trade that is learnt from; the rest is weighed in."""
RIDGE = 20.0


class Draw:
    """Draws pairs of a client and another state, half of them at random and half alike in whom they trade with.

    States that are confused are often neighbours, whose trade is alike in size and direction, which is the harder case.
    """

    def __init__(self, flows: pl.DataFrame, barred: set[str]) -> None:
        recent = flows.filter(pl.col("year") >= RECENT)
        yearly = recent.group_by("exporter", "importer").agg(pl.col("value").sum() / recent["year"].n_unique())
        names = sorted(set(yearly["exporter"]) | set(yearly["importer"]))
        place = {name: number for number, name in enumerate(names)}
        trade = np.zeros((len(names), len(names)))
        for exporter, importer, value in yearly.iter_rows():
            trade[place[exporter], place[importer]] = value
        profile = np.log1p(np.concatenate([trade, trade.T], axis=1))
        self.names = names
        self.size = trade.sum(axis=0) + trade.sum(axis=1)
        self.alike = np.corrcoef(profile)
        self.barred = barred

    def pairs(self, random: np.random.Generator) -> list[tuple[str, str]]:
        """Draw the pairs of one round; no state is in two of them."""
        drawn: list[tuple[int, int]] = []
        used: set[int] = set()
        while len(drawn) < PAIRS_A_ROUND:
            client = int(random.integers(len(self.names)))
            near = np.argsort(-np.nan_to_num(self.alike[client], nan=-1.0))[1 : NEAREST + 1]
            namesake = int(random.choice(near)) if random.random() < ALIKE else int(random.integers(len(self.names)))
            small = self.size[client] < SMALLEST_CLIENT or self.size[namesake] < SMALLEST_NAMESAKE * self.size[client]
            if client == namesake or self.names[client] in self.barred or {client, namesake} & used or small:
                continue
            used |= {client, namesake}
            drawn.append((client, namesake))
        return [(self.names[client], self.names[namesake]) for client, namesake in drawn]


def truth(world: World, found: Suspects, planted: pl.DataFrame) -> Numbers:
    """Return what was planted in each flow, USD million."""
    amount: dict[tuple[int, int, int, int], float] = {
        (
            world.index[row["client"]],
            world.index[row["partner"]],
            int(row["direction"] == "import"),
            row["year"] - world.first,
        ): row["planted"]
        for row in planted.iter_rows(named=True)
    }
    keys = zip(found.client, found.partner, found.imports, found.year, strict=True)
    return np.array([amount.get((int(c), int(p), int(m), int(y)), 0.0) for c, p, m, y in keys])


def supports(part: NDArray[np.float32]) -> Numbers:
    """Choose the support points of a part."""
    values = part[np.isfinite(part)].astype(float)
    if len(np.unique(values[:100_000])) <= 3:
        return np.unique(values)
    apart = values[np.abs(values) > 1e-6] if (np.abs(values) < 1e-6).mean() > 0.3 else values
    inner = np.unique(np.round(np.quantile(apart, SHARES), 2))
    last = inner[-1] + (inner[-1] - inner[0]) / 2
    points = np.append(inner, round(float(last), 2))
    return np.unique(np.append(points, 0.0)) if len(apart) < len(values) else points


def tents(part: NDArray[np.float32], at: Numbers) -> Numbers:
    """Spread a part over hinges, one for each stretch between support points."""
    return (
        np.column_stack([np.clip(part, low, high) - low for low, high in pairwise(at)])
        if len(at) > 1
        else np.zeros((len(part), 0))
    )


def logistic(design: Numbers, wanted: Numbers, weight: Numbers) -> Numbers:
    """Fit log odds by Newton's method with a ridge on all but the constant."""
    scale = design.std(axis=0) + 1e-9
    matrix = np.column_stack([np.ones(len(design)), design / scale])
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[0] = 0
    beta = np.zeros(matrix.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ beta, -30, 30)))
        slope = matrix.T @ (weight * (chance - wanted)) + ridge * beta
        curve = (matrix * (weight * chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        beta -= step
        if np.abs(step).max() < 1e-4:
            break
    return np.concatenate([beta[:1], beta[1:] / scale])


def learn(parts: Parts, wanted: Numbers, weight: Numbers) -> Stage:
    """Learn the points of one stage."""
    rows = np.flatnonzero(weight > 0)
    at = {name: supports(part[rows]) for name, part in parts.items()}
    design = np.column_stack([tents(part[rows], at[name]) for name, part in parts.items()])
    beta = logistic(design, wanted[rows], weight[rows])
    lines: dict[str, tuple[Numbers, Numbers]] = {}
    place = 1
    for name, points in at.items():
        steps = len(points) - 1
        worth = np.concatenate([[0.0], np.cumsum(beta[place : place + steps] * np.diff(points))])
        place += steps
        if steps:
            lines[name] = (points, worth)
    return Stage(float(beta[0]), lines)


def joined(rounds: list[Suspects]) -> Suspects:
    """Put rounds together; clients of different rounds get numbers of their own."""
    return Suspects(
        np.concatenate([found.client + 1000 * number for number, found in enumerate(rounds)]),
        np.concatenate([found.namesake for found in rounds]),
        np.concatenate([found.partner for found in rounds]),
        np.concatenate([found.year for found in rounds]),
        np.concatenate([found.imports for found in rounds]),
        {name: np.concatenate([found.parts[name] for found in rounds]) for name in rounds[0].parts},
    )


def write(stages: list[Stage], out: Path) -> None:
    """Write the card."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("stage", "part", "at", "points"))
        for number, stage in enumerate(stages, 1):
            writer.writerow((number, BASE, 0, f"{stage.base:.4f}"))
            for name, (at, worth) in stage.lines.items():
                writer.writerows((number, name, f"{a:g}", f"{w:.4f}") for a, w in zip(at, worth, strict=True))


def main() -> None:
    """Plant, learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", type=Path)
    parser.add_argument("expected", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    flows, expected = pl.read_parquet(given.flows), pl.read_parquet(given.expected)
    named = pl.read_csv(Path(__file__).parents[1] / "src" / "khasan" / "measures" / "namesakes.csv")
    barred = set(named["one"]) | set(named["other"])
    random = np.random.default_rng(given.seed)
    rounds, amounts = [], []
    draw = Draw(flows, barred)
    for number in range(given.rounds):
        pairs = draw.pairs(random)
        changed, planted = plant(flows, pairs, given.seed * 1000 + number, Plan())
        world = make_world(changed, expected)
        found = suspects(world, material(world), pairs)
        rounds.append(found)
        amounts.append(truth(world, found, planted))
        print(
            f"round {number + 1} of {given.rounds}: {len(found.year)} flows, {planted.height} planted", file=sys.stderr
        )
    found, amount = joined(rounds), np.concatenate(amounts)
    wanted = (amount > 0).astype(float)
    kept = random.random(len(amount)) < KEPT
    weight = np.where(amount >= 5, 1.0, np.where(amount > 0, 0.0, kept / KEPT))
    stages: list[Stage] = []
    odds = np.zeros(len(amount), np.float32)
    for number in range(STAGES):
        parts: Mapping[str, NDArray[np.float32]] = (
            found.parts if not number else {**found.parts, **company(found, odds)}
        )
        stages.append(learn(dict(parts), wanted, weight))
        odds = stages[-1].points(dict(parts))
    write(stages, given.out)


if __name__ == "__main__":
    main()
