"""Kinds of event: whether they are public, and their part in a measure, as ``event_kinds.csv`` lists them."""

from __future__ import annotations

import csv
from importlib.resources import files


def public_kinds() -> frozenset[str]:
    """Return the kinds of event that are known from their own date, as ``event_kinds.csv`` lists them."""
    return frozenset(row["kind"] for row in event_kinds() if row["public"] == "yes")


def event_kinds() -> list[dict[str, str]]:
    """Return the table of kinds of event: whether they are public, and their part in a measure."""
    text = files("khasan.ledger").joinpath("event_kinds.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
