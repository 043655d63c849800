"""Small rules of English for names and clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping

HEDGES: Mapping[str, str] = {"about": "about ", "at_least": "at least ", "up_to": "up to ", "nearly": "nearly "}
"""Qualifiers of a row as they stand before its value."""
LONGEST_CLAUSE = 90


def first_clause(text: str) -> str:
    """Return what stands before the first semicolon, and of a long clause what stands before its first comma."""
    clause = text.split(";", maxsplit=1)[0].rstrip(". ")
    return clause if len(clause) <= LONGEST_CLAUSE else clause.split(",")[0]


_ARTICLE = re.compile(
    r"^(United|Union of|Republic of|Kingdom of|Bank of)\b|"
    r"\b(Union|States|Republic|Kingdom|Emirates|Federation|\w*lands|\w*pines)$|"
    r"\b(Centre|Center|Team|Panel|Institute|Foundation|Committee|Agency|Service)\b"
)


def with_article(name: str) -> str:
    """Put the article before the name of a union, federation, kingdom, group of islands or body."""
    return f"the {name}" if _ARTICLE.search(name) else name
