"""Make the reference pages from the tables, templates and commands that they describe.

MkDocs calls :func:`on_files` as a hook, so that the pages are never older than what they describe and none of them is
kept in the repository. ``python scripts/reference_pages.py`` prints them.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "khasan"
CASEBOOK = ROOT / "casebooks" / "rus-prk"


def pages() -> dict[str, str]:
    """Return the text of every generated page by its path under ``docs/``."""
    return {
        "reference/commands.md": commands_page(),
        "reference/tables.md": tables_page(),
        "reference/channels.md": channels_page(),
        "reference/methods.md": methods_page(),
        "reference/brief-json.md": brief_json_page(),
        "reference/measures.md": modules_page("measures", "Measures in Python", _MEASURES),
        "reference/ledger.md": modules_page("ledger", "Ledger in Python", _LEDGER),
        "reference/gravity.md": modules_page("gravity", "Gravity in Python", _GRAVITY),
    }


_MEASURES = (
    "Every measure is a pure function of a snapshot of the ledger. It returns a finding, a list of findings or None "
    "where the ledger has no data; it never returns 0 for what is missing."
)
_LEDGER = (
    "The ledger knows nothing of the rest of the package. Open one with `open_ledger`, take a snapshot as of a day "
    "with `take_snapshot`, and give that to a measure."
)
_GRAVITY = """\
The solvers take matrices or frames and need no ledger. `equilibrium`, `equilibria`, `Change`, `SectorEconomy` and the
errors can be imported from `khasan.gravity`, everything else from its module.

| To | Call |
| --- | --- |
| solve a world of one sector | [`equilibrium`](#khasan.gravity.armington.equilibrium.equilibrium) |
| solve thousands of scenarios of it | [`equilibria`](#khasan.gravity.armington.batch.equilibria), \
of [`Change`](#khasan.gravity.armington.batch.Change) |
| solve many sectors | [`SectorEconomy`](#khasan.gravity.sectors.economy.SectorEconomy) |
| run a scenario | [`read_scenario`](#khasan.gravity.scenario.document.read_scenario) or \
[`scenario_of`](#khasan.gravity.scenario.document.scenario_of), then [`run`](#khasan.gravity.scenario.run.run) |
| value coalitions | [`ask`](#khasan.gravity.coalition.asking.ask) a ledger, or \
[`coalition`](#khasan.gravity.coalition.value.coalition) of a [`Game`](#khasan.gravity.coalition.game.Game) |
| estimate | [`estimate`](#khasan.gravity.estimate.poisson.estimate) a frame, or \
[`estimate_from_ledger`](#khasan.gravity.estimate.reading.estimate_from_ledger) |
| vary what is not known | [`scenario_over_ranges`](#khasan.gravity.uncertainty.scenarios.scenario_over_ranges), \
[`coalition_over_ranges`](#khasan.gravity.uncertainty.coalitions.coalition_over_ranges), or \
[`explore`](#khasan.gravity.uncertainty.spread.explore) any function |
| make a row for a country in no table | [`synthetic_row`](#khasan.gravity.uncertainty.synthetic.synthetic_row) |

What goes wrong is an [`InputError`](ledger.md#errors), or one of its kinds in [failures](#failures)."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those that MkDocs has found."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def tables_page() -> str:
    """Describe every table and column, from ``tables.csv``, and every panel, from ``panels.csv``."""
    tables: dict[str, list[dict[str, str]]] = {}
    for row in _rows(PACKAGE / "ledger" / "tables.csv"):
        tables.setdefault(row["table"], []).append(row)
    parts = [
        "# Tables",
        "A casebook is a folder with `datapackage.json` and one CSV file a table, UTF-8, with a header row. A ledger "
        "has the same tables and columns. An empty cell means unknown. Dates are ISO, numbers have a point and no "
        "thousands separator, and lists are written with semicolons. A table that is not needed may be absent; a "
        "column that the schema does not know is refused by name.",
        "Beside the tables a ledger file may hold [panels](#panels). This page is made from "
        "`src/khasan/ledger/tables.csv` and `panels.csv`.",
    ]
    for table, columns in tables.items():
        parts.append(f"## {table}")
        parts.append(
            _table(
                ("Column", "Type", "Required", "Words or reference", "Meaning"),
                (
                    (
                        f"`{row['column']}`",
                        row["type"].replace("_", " "),
                        row["required"] or "no",
                        row["allowed"].replace(";", "; ") or (f"`{row['references']}`" if row["references"] else ""),
                        row["description"],
                    )
                    for row in columns
                ),
            )
        )
    return _page([*parts, *_panels()])


def _panels() -> Iterator[str]:
    """Describe the panels: public data sets that a ledger file holds whole."""
    panels: dict[str, list[dict[str, str]]] = {}
    for row in _rows(PACKAGE / "ledger" / "panels.csv"):
        panels.setdefault(row["panel"], []).append(row)
    yield "## Panels"
    yield (
        "A panel holds a public data set whole, by column, in a ledger file ([Load the world]"
        "(../howto/load-the-world.md)). No casebook has panels. For the actors that a command asks about, what they "
        "say becomes rows of `observation`. The columns of the key tell the rows of one vintage apart."
    )
    for panel, columns in panels.items():
        yield f"### {panel}"
        yield _table(
            ("Column", "Type", "Required", "Key", "Meaning"),
            (
                (f"`{row['column']}`", row["type"], row["required"] or "no", row["key"] or "no", row["description"])
                for row in columns
            ),
        )


def channels_page() -> str:
    """List the channels and series of the bundled casebook."""
    series: dict[str, list[dict[str, str]]] = {}
    for row in _rows(CASEBOOK / "series.csv"):
        series.setdefault(row["channel"], []).append(row)
    parts = [
        "# Channels and series",
        "A channel is a way by which a patron keeps a client going; a series is one thing counted in it. These are "
        "the channels and series of the casebook `rus-prk`; another casebook may bring its own.",
    ]
    for row in sorted(_rows(CASEBOOK / "channel.csv"), key=lambda row: int(row["order"])):
        parts.append(f"## {row['name']} (`{row['id']}`)")
        parts.append(f"{row['definition']}.")
        facts = [f"Runs: {row['direction']}." if row["direction"] else ""]
        facts.append(f"Restricted by: {row['restricted_by']}." if row["restricted_by"] else "")
        if any(facts):
            parts.append(" ".join(fact for fact in facts if fact))
        listed = series.get(row["id"], [])
        if listed:
            parts.append(
                _table(
                    ("Series", "Units", "Meaning"),
                    ((f"`{one['id']}`", one["unit"].replace(";", "; "), one["definition"]) for one in listed),
                )
            )
    return _page(parts)


def methods_page() -> str:
    """List the methods that findings name, from ``methods.csv``."""
    rows = _rows(PACKAGE / "brief" / "methods.csv")
    return _page(
        [
            "# Methods",
            "The id of a finding begins with the name of its method: `method:key=value,...@hash8`. Formula, units and "
            "source of each stand in [Measures in Python](measures.md).",
            _table(("Method", "Heading", "Formula"), ((f"`{r['method']}`", r["head"], r["formula"]) for r in rows)),
        ]
    )


def brief_json_page() -> str:
    """Describe ``brief.json``, from its schema."""
    schema = json.loads((PACKAGE / "brief" / "brief.schema.json").read_text(encoding="utf-8"))
    parts = [
        "# brief.json",
        f"Version: `{schema['$id']}`. {schema.get('description', '')}",
        "The schema is shipped in the package as `khasan/brief/brief.schema.json` (JSON Schema, draft 2020-12).",
        "## Top level",
        _properties(schema),
    ]
    for name, part in schema.get("$defs", {}).items():
        parts += [f"## {name}", _properties(part)]
    return _page(parts)


def commands_page() -> str:
    """Print the help of every command."""
    parts = [
        "# Command line",
        "Results go to standard output, messages to standard error. Exit status: 0 done, 2 bad input with one line "
        "that says what, where and how to mend it. Without `--ledger` a command reads the bundled casebook.",
    ]
    for path, text in _helps():
        parts += [f"## {' '.join(path)}", f"```text\n{text}\n```"]
    return _page(parts)


def modules_page(room: str, title: str, about: str) -> str:
    """Show the docstrings of every module of one room."""
    parts = [f"# {title}", about]
    for path in sorted((PACKAGE / room).rglob("*.py")):
        if path.stem != "__init__" and not path.stem.startswith("_"):
            name = ".".join(path.relative_to(PACKAGE / room).with_suffix("").parts)
            parts.append(f"## {name}\n\n::: khasan.{room}.{name}\n    options:\n      show_root_heading: false\n")
    return _page(parts)


def _helps() -> Iterator[tuple[list[str], str]]:
    """Walk through the commands and give the help of each, wrapped as on a terminal of 100 columns."""
    os.environ["COLUMNS"], os.environ["NO_COLOR"] = "100", "1"
    import typer.main

    from khasan.cli import app

    yield from _help(typer.main.get_command(app), ["khasan"], None)


def _help(command: Any, path: list[str], parent: Any) -> Iterator[tuple[list[str], str]]:
    width = {"max_content_width": 100, "terminal_width": 100}
    context = command.context_class(command, info_name=path[-1], parent=parent, **width)
    text = command.get_help(context)
    yield path, re.sub(r"\x1b\[[0-9;]*m", "", text).strip()
    for name, inner in getattr(command, "commands", {}).items():
        yield from _help(inner, [*path, name], context)


def _properties(part: Mapping[str, Any]) -> str:
    required = set(part.get("required", ()))
    return _table(
        ("Key", "Type", "Required", "Meaning"),
        (
            (f"`{key}`", _kind(value), "yes" if key in required else "no", value.get("description", ""))
            for key, value in part.get("properties", {}).items()
        ),
    )


def _kind(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return f"[{value['$ref'].rpartition('/')[2]}](#{value['$ref'].rpartition('/')[2].lower()})"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{word}`" for word in value["enum"])
    for key in ("anyOf", "oneOf"):
        if key in value:
            return " or ".join(_kind(one) for one in value[key])
    kind = value.get("type", "any")
    text = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if "items" in value:
        return f"{text} of {_kind(value['items'])}"
    return text


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    for made, content in pages().items():
        print(f"<!-- {made} -->\n{content}")
