"""Make ``src/khasan/measures/namesakes.csv``: all pairs of states whose names, demonyms or codes are confusable.

    python scripts/namesakes.py casebooks/rus-prk/actor.csv src/khasan/measures/namesakes.csv

The rule looks at every pair of states that existed at the same time, and at nothing but letters:

1. *shared*: one name without its words of direction, size and constitution (north, equatorial, people's, republic, ...)
   is the same as one of the other's, or the demonyms are the same.
2. *contained*: every word of such a name stands in a longer one of the other (Guinea in Papua New Guinea).
3. *spelled alike*: the mean of Damerau-Levenshtein and Jaro-Winkler similarity, averaged over the nearest names and the
   demonyms, reaches :data:`ALIKE`; names alone count where they reach :data:`VERY_ALIKE`.
4. *codes*: where the three-letter codes or the two-letter codes differ in one letter, spelling needs less.
"""

from __future__ import annotations

import csv
import itertools
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

DEMONYMS = Path(__file__).parent / "names" / "demonyms.csv"

MODIFIERS = frozenset(
    word
    for line in (
        "north south east west northern southern eastern western central equatorial",
        "republic democratic people s peoples kingdom state states federal federation federative islamic socialist",
        "united union plurinational bolivarian grand duchy principality commonwealth sultanate independent hashemite",
        "dr pdr rep the of and",
    )
    for word in line.split()
)
"""Words that tell two states apart only for those who read them with care."""

SHARED, STEM_SHARED, CONTAINED = 1.0, 0.95, 0.9
ALIKE, VERY_ALIKE, ALIKE_WITH_CODE = 0.74, 0.86, 0.64
MOST_WORDS_MORE = 2
ENDINGS = ("ians", "ian", "ien", "ans", "an", "ese", "ish", "i", "s", "ic", "er")
FEWEST_LETTERS = 4
FIRST_YEAR = 1920


@dataclass(frozen=True)
class State:
    """What can be confused in a state, and when it existed (first and last year)."""

    actor: str
    names: tuple[str, ...]
    demonym: str
    codes: tuple[str, ...]
    first: int
    last: int


def plain(text: str) -> str:
    """Reduce a name to lower-case letters without accents, and single spaces."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z ]", " ", letters.replace("'", "")).split())


def core(name: str) -> tuple[str, ...]:
    """Return the words of a name that are not modifiers."""
    return tuple(word for word in name.split() if word not in MODIFIERS)


def read_states(actors: Path, demonyms: Path) -> list[State]:
    """Read the states of a casebook that lived after the first year of the trade data."""
    with demonyms.open(encoding="utf-8", newline="") as file:
        called = {row["id"]: plain(row["demonym"]) for row in csv.DictReader(file)}
    with actors.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "state"]
    missing = sorted({row["id"] for row in rows} - set(called))
    if missing:
        raise SystemExit(f"{demonyms.name}: no demonym for {', '.join(missing)}; add one line for each")
    states = []
    for row in rows:
        names = [row["name"], *row["aliases"].split(";")]
        demonym = called[row["id"]]
        # An alias that is the demonym, or begins with it, is no second name.
        spelled = [plain(name) for name in names]
        kept = tuple(
            dict.fromkeys(
                name
                for name in spelled
                if len(name.replace(" ", "")) >= FEWEST_LETTERS and (name == spelled[0] or not name.startswith(demonym))
            )
        )
        codes = tuple(code for code in (row["id"], row["iso2"]) if code.isalpha())
        first = int(row["valid_from"][:4] or 0)
        last = int(row["valid_to"][:4] or 9999)
        if last >= FIRST_YEAR:
            states.append(State(row["id"], kept, demonym, codes, first, last))
    return states


def stem(demonym: str) -> str:
    """Cut the commonest endings off a demonym, so that two of them are not alike for being demonyms."""
    ending = next(
        (end for end in ENDINGS if demonym.endswith(end) and len(demonym) - len(end) >= FEWEST_LETTERS - 1), ""
    )
    return demonym[: len(demonym) - len(ending)]


def similarity(one: str, other: str) -> float:
    """Average of two measures of spelling, 0 to 1: edits with swaps, and a common beginning or end."""
    if not one or not other:
        return 0.0
    edits = DamerauLevenshtein.normalized_similarity(one, other)
    ends = max(JaroWinkler.similarity(one, other), JaroWinkler.similarity(one[::-1], other[::-1]))
    return (edits + ends) / 2


def code_apart(one: State, other: State) -> bool:
    """Tell whether codes of one length differ in exactly one letter."""
    return any(
        len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
        for a in one.codes
        for b in other.codes
        if len(a) == 3
    )


def contained(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether all words of one name stand in a name that is not much longer."""
    return bool(one) and set(one) < set(other) and len(other) - len(one) <= MOST_WORDS_MORE


def grade(one: State, other: State) -> tuple[float, str]:
    """Grade how confusable two states are, from 0 to 1, and say by what."""
    # A name of two states joined by "and" shares words with each of them without being taken for either.
    names = [[name for name in state.names if " and " not in name] for state in (one, other)]
    cores = [[core(name) for name in of_one] for of_one in names]
    demonyms = [core(state.demonym) for state in (one, other)]
    if demonyms[0] and demonyms[0] == demonyms[1]:
        return SHARED, "demonym shared"
    if any(a and a == b and len("".join(a)) >= FEWEST_LETTERS for a in cores[0] for b in cores[1]):
        return SHARED, "name shared"
    if any(contained(a, b) or contained(b, a) for a in cores[0] for b in cores[1]):
        return CONTAINED, "name contained"
    # Only what is one word as a whole can be misread letter by letter; of two words one is read at least.
    single = [[name for name in of_one if " " not in name] for of_one in names]
    called = [stem(state.demonym) if " " not in state.demonym else "" for state in (one, other)]
    if called[0] and called[0] == called[1] and len(called[0]) >= FEWEST_LETTERS:
        return STEM_SHARED, "demonym shared but for its ending"
    spelled = max((similarity(a, b) for a in single[0] for b in single[1]), default=0.0)
    alike = (spelled + similarity(*called)) / 2
    if spelled >= VERY_ALIKE:
        return round(spelled, 2), "name alike"
    if alike >= ALIKE:
        return round(alike, 2), "name and demonym alike"
    if alike >= ALIKE_WITH_CODE and code_apart(one, other):
        return round(alike, 2), "name, demonym and code alike"
    return 0.0, ""


def pairs(states: list[State]) -> list[tuple[str, str, float, str]]:
    """List all confusable pairs that existed in one year at least, in the order of their actors."""
    found = []
    for one, other in itertools.combinations(sorted(states, key=lambda state: state.actor), 2):
        if max(one.first, other.first) >= min(one.last, other.last):
            continue
        how, why = grade(one, other)
        if how:
            found.append((one.actor, other.actor, how, why))
    return found


def main(actors: Path, out: Path) -> None:
    """Write the table."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("one", "other", "grade", "by"))
        writer.writerows((a, b, f"{how:.2f}", why) for a, b, how, why in pairs(read_states(actors, DEMONYMS)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
