"""Every command that the documentation shows is run, and what it is said to print is looked for in what it prints."""

from __future__ import annotations

import importlib
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LITTLE_WORLD = ROOT / "tests" / "data" / "little-world"
"""Made-up data files in the formats of their publishers, on which the pages show what the real ones are good for."""

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = (
    "brief", "fetch", "load", "retract", "ledger", "rows", "why", "cite", "diff", "casebook new", "measure dependence",
    "measure vetting", "world dependence", "world ideal-points",
)  # fmt: skip
"""Some of the commands whose help the reference must hold."""

NOT_RUN = ("git clone ", "cd khasan", "make ")
"""Beginnings of commands that set up the project itself and are not run here."""

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Return each command with the passages that it is said to print; a line of three points leaves something out."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], [""]))
            elif line.strip() == "...":
                found[-1][1].append("")
            else:
                found[-1][1][-1] += line + "\n"
    return [(command, [plain(one) for one in said if plain(one)]) for command, said in found]


def plain(text: str) -> str:
    """Return text with every run of white space as one space."""
    return " ".join(text.split())


def with_commands() -> list[Path]:
    """Return the pages that show commands to run."""
    return [
        page
        for page in PAGES
        if any(not command.startswith(NOT_RUN) for command, _ in steps(page.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize("page", with_commands(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_run_and_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    (tmp_path / "casebooks").symlink_to(ROOT / "casebooks")
    (tmp_path / "little-world").symlink_to(LITTLE_WORLD)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    for command, said in steps(page.read_text(encoding="utf-8")):
        if command.startswith(NOT_RUN):
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        printed = plain(done.stdout + " " + done.stderr)
        assert not done.returncode, f"{command}\nended with status {done.returncode} and said: {printed[-600:]}"
        for passage in said:
            found = passage in printed
            assert found, f"{command}\nis said to print: {passage}\nbut printed: {printed[:2000]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    made = {"reference/" + name for name in ("commands.md", "tables.md", "channels.md", "methods.md", "brief-json.md")}
    made |= {"reference/measures.md", "reference/ledger.md", "reference/gravity.md"}
    for one, other in LINK.findall(page.read_text(encoding="utf-8")):
        target = (one or other).partition("#")[0]
        if not target or "://" in target:
            continue
        there = (page.parent / target).resolve()
        generated = there.is_relative_to(ROOT / "docs") and there.relative_to(ROOT / "docs").as_posix() in made
        assert there.exists() or generated, f"{page.relative_to(ROOT)}: {target}"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the scripts be imported."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


@pytest.mark.usefixtures("scripts")
def test_reference_pages_hold_every_table_command_and_method() -> None:
    from reference_pages import pages

    from khasan.answers.methods import METHODS
    from khasan.ledger.panels import panels
    from khasan.ledger.schema import schema

    made = pages()
    for table, columns in schema().items():
        assert f"\n## {table}\n" in made["reference/tables.md"]
        for column in columns:
            assert f"| `{column.name}` |" in made["reference/tables.md"]
    for panel, held in panels().items():
        assert f"\n### {panel}\n" in made["reference/tables.md"]
        for part in held:
            assert f"| `{part.name}` |" in made["reference/tables.md"]
    for command in COMMANDS:
        assert f"\n## khasan {command}\n" in made["reference/commands.md"]
    missing = [name for name in METHODS if f"| `{name}` |" not in made["reference/methods.md"]]
    assert not missing, f"methods without a line in methods.csv: {missing}"


@pytest.mark.usefixtures("scripts")
def test_the_page_on_gravity_leads_to_functions_that_exist_and_are_shown() -> None:
    from reference_pages import pages

    import khasan.gravity

    text = pages()["reference/gravity.md"]
    shown = set(re.findall(r"^::: (khasan\.gravity\.\S+)$", text, re.MULTILINE))
    led_to = set(re.findall(r"\(#(khasan\.gravity\.[\w.]+)\)", text))
    for path in led_to:
        module, _, name = path.rpartition(".")
        assert module in shown
        assert hasattr(importlib.import_module(module), name), path
    for name in khasan.gravity.__all__:
        assert getattr(khasan.gravity, name).__module__ in shown
    solvers = {"equilibrium", "equilibria", "Change", "SectorEconomy", "synthetic_row"}
    questions = {"run", "ask", "coalition", "estimate", "estimate_from_ledger", "scenario_over_ranges", "explore"}
    assert solvers | questions <= {path.rpartition(".")[2] for path in led_to}


DOCSTRING = """Add two numbers.

With a and b as given::

    sum = a + b

Parameters
----------
a, b : int
    As :func:`other` takes them.

Raises
------
ValueError
    Where either is missing.

Source: Peano (1889), Arithmetices principia,
on addition.

More is said here.
"""
READABLE = """Add two numbers.

With a and b as given:

    sum = a + b

Source: Peano (1889), Arithmetices principia,
on addition.

Parameters
----------
a, b : int
    As `other` takes them.

Raises
------
ValueError
    Where either is missing.

More is said here.
"""


@pytest.mark.usefixtures("scripts")
def test_a_docstring_is_shown_with_its_source_before_the_sections() -> None:
    pytest.importorskip("griffe", reason="the tools for the pages are not installed")
    from docstrings_on_pages import readable

    assert readable(DOCSTRING) == READABLE
    assert readable(READABLE) == READABLE
    for short in ("Add two numbers.", "Add.\n\nSource: Peano (1889).", "A time such as 12::30 and `:this`."):
        assert readable(short) == short


def test_the_little_world_is_what_its_maker_writes(tmp_path: Path) -> None:
    maker = runpy.run_path(str(LITTLE_WORLD / "make.py"))
    maker["main"](tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in LITTLE_WORLD.glob("*.csv")}
