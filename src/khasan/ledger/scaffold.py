"""Start a casebook: a folder with every table, its header, and a package file that describes them."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from pathlib import Path

from khasan.ledger.export import check_new_folder, package_descriptor
from khasan.ledger.schema import columns

_TABLES = (
    "actor", "source", "origin", "channel", "unit", "series", "observation", "event", "restriction", "exchange",
    "coverage", "role", "label", "triangle", "bearing",
)  # fmt: skip
_UNITS = (
    ("USD million", "money", "1000000", "USD", ""),
    ("percent", "share", "0.01", "one", ""),
    ("tonnes", "mass", "1", "tonne", ""),
)
_README = """# {name}

A casebook: one CSV file a table, described in datapackage.json. Fill source.csv first, then actor.csv, channel.csv and
series.csv, then observation.csv and event.csv. Every row needs a source and its grades. Check it with:

    khasan casebook validate {name}
"""


def new_casebook(folder: Path) -> None:
    """Make an empty casebook that is valid as it stands.

    Raises
    ------
    InputError
        Where the folder exists or cannot be made.
    """
    check_new_folder(folder)
    name = folder.resolve().name.lower().replace("_", "-").replace(" ", "-")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".khasan-") as draft:
        place = Path(draft) / "casebook"
        place.mkdir()
        for table in _TABLES:
            with (place / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(column.name for column in columns(table))
                if table == "unit":
                    writer.writerows(_UNITS)
        descriptor = package_descriptor(name, name, "1", _TABLES)
        (place / "datapackage.json").write_text(json.dumps(descriptor, indent=1) + "\n", encoding="utf-8")
        (place / "README.md").write_text(_README.format(name=name), encoding="utf-8")
        shutil.move(place, folder)
