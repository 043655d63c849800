"""Compute what North Korea would lose if its partners left, and keep the findings in the casebook rus-prk.

Run from anywhere, after ``derive_rus_prk.py``::

    python scripts/leaving_rus_prk.py [--data DIR] [--casebook DIR]

The trade of all states is read from public data files into a ledger that is thrown away; ``finding.csv`` of the
casebook is replaced. Published estimates that stand beside the findings (``rus_prk_leaving``) are appended where they
are absent. Running it twice changes nothing but the day of computation, and that only where a number changed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import assumptions_rus_prk

from khasan.cli.leaving import income_a_head, worlds_of
from khasan.cli.loading import load
from khasan.ledger.bundled import open_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.keeping import kept_rows
from khasan.ledger.schema import columns
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.ledger.store import Ledger
from khasan.measures.leaving.again import told
from khasan.measures.leaving.asked import Asked, usual_ranges
from khasan.measures.leaving.assumptions import under_assumptions
from khasan.measures.leaving.losses import client_rows
from khasan.measures.leaving.members import who_may_leave
from khasan.sources.text_tables import append_missing, as_text, read_text, write_text

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
CASEBOOK = ROOT / "casebooks" / "rus-prk"
TABLES = Path(__file__).with_name("rus_prk_leaving")

CLIENT, PATRON, RIVAL, OPPONENT, CLIENT_RIVAL = "PRK", "RUS", "CHN", "USA", "KOR"
YEAR = 2014
"""Last year of the trade file."""
DONORS = ("CHN", "HUN", "IND", "IDN")
"""Countries whose technology the client is given, as :data:`assumptions_rus_prk.DONORS` names them."""
CASES = {
    "China leaves": "goods:CHN",
    "all partners leave": "goods:all",
    "no fuel from China": "fuel:CHN",
    "no fuel from anybody": "fuel:all",
}
KEYS = {"source": "id", "origin": "id", "series": "id", "label": "id", "role": None, "observation": "id"}


def findings(snapshot: Snapshot, data: Path, ledger: Path) -> list[Finding]:
    """Compute all findings from a ledger with the trade of all states.

    Parameters
    ----------
    snapshot : Snapshot
        Of the casebook, whose rows they cite.
    data : Path
        Folder with the folder gravity.
    ledger : Path
        Ledger with loaded and vetted trade.
    """
    with Ledger.open(ledger) as held:
        worlds = worlds_of(held, CLIENT, YEAR)
        income = income_a_head(held, CLIENT, YEAR)
    world = worlds.reported
    among = who_may_leave(worlds.vetted or world, CLIENT, (RIVAL, PATRON), (OPPONENT, CLIENT_RIVAL))
    asked = Asked(CLIENT, among, YEAR, usual_ranges(income))
    rows = [*client_rows(snapshot, CLIENT, YEAR, world.compiler), *assumptions_rus_prk.ROWS]
    table = assumptions_rus_prk.rows(data, ledger)
    assumed = under_assumptions(snapshot, table, CASES, CLIENT, YEAR, DONORS, rows)
    return [*told(snapshot, worlds, asked), *assumed]


def write_findings(made: Iterable[Finding], casebook: Path) -> int:
    """Replace ``finding.csv``; a finding whose numbers are what they were keeps its day of computation."""
    path = casebook / "finding.csv"
    rows = as_text(kept_rows(made, date.today()))
    before = {row["id"]: row for row in read_text(path)[1]} if path.is_file() else {}
    for row in rows:
        old = before.get(row["id"])
        if old is not None and {**old, "computed": ""} == {**row, "computed": ""}:
            row["computed"] = old["computed"]
    write_text(path, [column.name for column in columns("finding")], rows)
    return len(rows)


def append_published(casebook: Path) -> None:
    """Append the published estimates and what they refer to."""
    for table, key in KEYS.items():
        header = [column.name for column in columns(table)]
        append_missing(casebook / f"{table}.csv", header, read_text(TABLES / f"{table}.csv")[1], key)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Keep what North Korea would lose in the casebook rus-prk.")
    parser.add_argument(
        "--data", type=Path, default=DATA, metavar="DIR", help="folder with the folders states, gravity"
    )
    parser.add_argument("--casebook", type=Path, default=CASEBOOK, metavar="DIR", help="folder of the casebook")
    options = parser.parse_args()
    try:
        append_published(options.casebook)
        with tempfile.TemporaryDirectory() as draft:
            ledger = Path(draft) / "world.duckdb"
            load("states", [options.data / "states"], ledger, None, None, None)
            snapshot = take_snapshot(open_casebook(options.casebook))
            count = write_findings(findings(snapshot, options.data, ledger), options.casebook)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{count} findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
