"""The invented casebook of the measures' tests, importable from this folder too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from facts import Row, same, seen, world

__all__ = ["Row", "same", "seen", "world"]
