"""The map of the room, in the docstring of the package, leads to every module once."""

from __future__ import annotations

import re
from pathlib import Path

import khasan.sources


def test_every_module_stands_once_in_the_map() -> None:
    named = re.findall(r"`~khasan\.sources\.(\w+)`", khasan.sources.__doc__ or "")
    held = [path.stem for path in Path(khasan.sources.__file__).parent.glob("*.py") if path.stem != "__init__"]
    assert sorted(named) == sorted(held)
