"""Make the files of the little world anew: ``python tests/data/little-world/make.py`` writes them beside this file.

Every number is invented; README.md says what was put in on purpose.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from pathlib import Path

YEARS = range(2000, 2015)
VOTED = range(2005, 2015)

# Correlates of War code, GDP of 2000 in billions of constant-2011 USD, millions of people, growth, place on an invented
# map (thousands of kilometres east and north), place on the invented line along which the votes divide.
STATES = {
    "USA": (2, 13000, 290, 0.020, (-8.0, 3.0), 2.0),
    "BRA": (140, 2000, 180, 0.030, (-5.0, -3.0), -0.3),
    "DEU": (255, 2900, 82, 0.013, (-1.5, 3.6), 1.2),
    "POL": (290, 600, 38, 0.036, (-0.6, 3.7), 0.9),
    "RUS": (365, 2100, 145, 0.042, (1.8, 4.2), -0.5),
    "BLR": (370, 80, 10, 0.050, (0.2, 3.9), -0.9),
    "DZA": (615, 350, 34, 0.030, (-2.2, 1.2), -0.6),
    "TUR": (640, 900, 67, 0.042, (0.6, 2.2), 0.3),
    "EGY": (651, 600, 70, 0.042, (0.4, 0.9), -0.5),
    "SYR": (652, 100, 18, 0.035, (1.1, 1.7), -1.3),
    "CHN": (710, 4500, 1270, 0.095, (6.5, 2.2), -0.8),
    "PRK": (731, 28, 23, 0.005, (7.9, 2.6), -1.6),
    "KOR": (732, 1000, 47, 0.041, (8.0, 2.0), 0.6),
    "JPN": (740, 4200, 127, 0.008, (9.2, 2.3), 1.0),
    "IND": (750, 2900, 1060, 0.070, (3.9, 0.6), -0.6),
}
NEIGHBOURS = (
    ("DEU", "POL"), ("POL", "RUS"), ("POL", "BLR"), ("RUS", "BLR"), ("RUS", "CHN"), ("RUS", "PRK"), ("TUR", "SYR"),
    ("CHN", "PRK"), ("CHN", "IND"), ("PRK", "KOR"),
)  # fmt: skip
ALLIES = (
    ("USA", "DEU"), ("USA", "POL"), ("USA", "TUR"), ("USA", "KOR"), ("USA", "JPN"), ("DEU", "POL"), ("DEU", "TUR"),
    ("POL", "TUR"), ("RUS", "BLR"), ("CHN", "PRK"),
)  # fmt: skip
RIVALS = (("USA", "RUS", 1995), ("USA", "CHN", 1996), ("PRK", "KOR", 1948), ("CHN", "IND", 1962), ("CHN", "JPN", 1996))
SENDERS, CUT, SHOCK = ("USA", "DEU", "POL"), 0.4, 2012
MISTAKEN, MISTAKEN_IN = {"DZA": 0.6, "EGY": 0.5}, (2008, 2009, 2010)
ISSUES = ("me", "nu", "di", "hr", "co", "ec")


def size(state: str, year: int) -> float:
    """Return the GDP of a state in constant-2011 USD."""
    _, first, _, growth, _, _ = STATES[state]
    return float(first * 1e9 * (1 + growth) ** (year - YEARS[0]))


def kilometres(one: str, other: str) -> int:
    """Return the invented distance of two states."""
    if (one, other) in NEIGHBOURS or (other, one) in NEIGHBOURS:
        return 0
    return 10 * round(100 * math.dist(STATES[one][4], STATES[other][4]))


def flows(chance: random.Random) -> dict[tuple[str, str, int], float]:
    """Invent exports in USD million: size and distance, a bond of each pair, and yearly noise."""
    made: dict[tuple[str, str, int], float] = {}
    for pair in combinations(STATES, 2):
        bond = chance.gauss(-2 if pair == ("RUS", "PRK") else 1.2 if "KOR" in pair else 0, 0.5)
        for exporter, importer in (pair, pair[::-1]):
            tilt = bond + chance.gauss(0, 0.3)
            for year in YEARS:
                sizes = math.log(size(exporter, year) / 1e9) + math.log(size(importer, year) / 1e9)
                log = 1.5 + 0.85 * sizes - 0.8 * math.log(max(kilometres(*pair), 100)) + tilt + chance.gauss(0, 0.12)
                made[exporter, importer, year] = math.exp(log)
    for year in YEARS:
        made["PRK", "KOR", year] = made["KOR", "PRK", year] = 0.0
        if year >= SHOCK:
            for sender in SENDERS:
                lost = made[sender, "SYR", year] * (1 - CUT), made["SYR", sender, year] * (1 - CUT)
                made[sender, "SYR", year] -= lost[0]
                made["SYR", sender, year] -= lost[1]
                made["RUS", "SYR", year] += lost[0] / 2
                made["SYR", "RUS", year] += lost[1] / 2
    for (partner, part), year in product(MISTAKEN.items(), MISTAKEN_IN):
        for mistaken, true in (((partner, "PRK"), (partner, "KOR")), (("PRK", partner), ("KOR", partner))):
            moved = made[(*true, year)] * part
            made[(*true, year)] -= moved
            made[(*mistaken, year)] += moved
    return made


def votes(chance: random.Random) -> Iterable[Sequence[object]]:
    """Invent eight roll calls a year, each with a middle, a side that says yes, and some noise."""
    for number, (year, of_year) in enumerate(((year, n) for year in VOTED for n in range(8)), start=1):
        side, middle = chance.choice((-1, 1, -1)), chance.gauss(0.2, 0.9)
        about = ISSUES[of_year % len(ISSUES)]
        for state, (code, *_, place) in STATES.items():
            leaning = side * (place - middle) + chance.gauss(0, 0.35)
            answer = 8 if chance.random() < 0.03 else 1 if leaning > 0.25 else 2 if leaning > -0.25 else 3
            yield (
                number, code, year - 1945, answer, f"{year}-12-{of_year + 24}", f"R/{year - 1945}/{of_year + 1}",
                f"Made up, number {number}", int(of_year == 0), *(int(issue == about) for issue in ISSUES), state,
            )  # fmt: skip


def main(folder: Path) -> None:
    """Write all files into a folder."""

    def write(name: str, header: str, rows: Iterable[Sequence[object]]) -> None:
        """Write one of them."""
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows)

    chance = random.Random(20)
    pairs, code = list(combinations(STATES, 2)), {name: row[0] for name, row in STATES.items()}
    traded = flows(chance)
    write(
        "Dyadic_COW_4.0.csv",
        "ccode1,ccode2,year,importer1,importer2,flow1,flow2,version",
        (
            (code[a], code[b], year, a, b, round(traded[b, a, year]), round(traded[a, b, year]), 4)
            for a, b in pairs
            for year in YEARS
        ),
    )
    write(
        "cow_sdp_gdp.csv",
        "ccode,year,wbgdp2011est,wbpopest,sdpest",
        (
            (code[name], year, f"{math.log(gdp):.3f}", f"{math.log(row[2] * 1e6):.3f}", f"{math.log(gdp) - 0.1:.3f}")
            for name, row in STATES.items()
            for year in YEARS
            for gdp in [size(name, year)]
        ),
    )
    write(
        "cow_mindist.csv",
        "ccode1,ccode2,year,mindist",
        ((code[a], code[b], year, kilometres(a, b)) for a, b in pairs for year in YEARS),
    )
    write(
        "contdir.csv",
        "statelno,statelab,statehno,statehab,conttype,begin,end,version",
        ((code[a], a, code[b], b, 1, 199301, 201612, 3.2) for a, b in NEIGHBOURS),
    )
    write(
        "alliance_v4.1_by_dyad_yearly.csv",
        "ccode1,ccode2,defense,neutrality,nonaggression,entente,year,version",
        ((code[a], code[b], 1, 0, 0, 1, year, 4.1) for a, b in ALLIES for year in YEARS),
    )
    write(
        "tss_rivalries.csv",
        "tssr_id,rivalry,ccode1,ccode2,start,end",
        ((n, f"{a}-{b}", code[a], code[b], start, 2020) for n, (a, b, start) in enumerate(RIVALS, start=1)),
    )
    write(
        "UNVotes.csv",
        "rcid,ccode,session,vote,date,unres,short,importantvote,me,nu,di,hr,co,ec,Country",
        votes(chance),
    )


if __name__ == "__main__":
    main(Path(__file__).parent)
