"""Every function of a measure says what it does, in which unit, and where the rule or the rows come from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import khasan.measures

MODULES = sorted(Path(khasan.measures.__file__).parent.rglob("*.py"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Told:
    """A function with the words that it says of itself."""

    name: str
    public: bool
    words: str

    def lacks(self) -> list[str]:
        """Return what is missing, with the name of the function."""
        if not self.words:
            return [f"{self.name}: docstring"]
        if not self.public:
            return []
        missing = [] if "unit" in self.words.lower() else ["unit"]
        sourced = any(line.startswith("Source: ") for line in self.words.splitlines())
        return [f"{self.name}: {one}" for one in (*missing, *(() if sourced else ("Source:",)))]


def functions(node: ast.AST, path: str = "", public: bool = True) -> Iterator[Told]:
    """Give every function below a node, methods and inner functions too; those with double underscores are left out."""
    for child in ast.iter_child_nodes(node):
        name = getattr(child, "name", "")
        if isinstance(child, Function) and not name.startswith("__"):
            seen = public and not name.startswith("_")
            yield Told(f"{path}{name}", seen, ast.get_docstring(child) or "")
            yield from functions(child, f"{path}{name}.", public=False)
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{path}{name}.", public and not name.startswith("_"))
        else:
            yield from functions(child, path, public)


@pytest.mark.parametrize("module", MODULES, ids=[module.stem for module in MODULES])
def test_every_function_says_its_unit_and_its_source(module: Path) -> None:
    found = list(functions(ast.parse(module.read_text(encoding="utf-8"))))
    assert [fault for one in found for fault in one.lacks()] == []


def test_the_measures_are_found() -> None:
    assert {"alignment", "dependence", "phases"} <= {module.stem for module in MODULES}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def f(): pass", "f: docstring"),
        ("def _f(): pass", "_f: docstring"),
        ("def f():\n    '''In km (unit ``km``).'''", "f: Source:"),
        ("def f():\n    '''A value.\n\n    Source: the row.\n    '''", "f: unit"),
        ("def _f():\n    '''Add.'''\n    def g(): pass", "_f.g: docstring"),
        ("class A:\n    def f(self):\n        '''In years (unit ``year``).'''", "A.f: Source:"),
    ],
)
def test_what_is_missing_is_named(text: str, fault: str) -> None:
    assert [one for told in functions(ast.parse(text)) for one in told.lacks()] == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    '''In the unit ``km``.\n\n    Source: the row.\n    '''",
        "def _f():\n    '''Add.'''",
        "class _A:\n    def f(self):\n        '''Add.'''",
        "class A:\n    def __init__(self): pass",
    ],
)
def test_what_is_whole_passes(text: str) -> None:
    assert [one for told in functions(ast.parse(text)) for one in told.lacks()] == []
