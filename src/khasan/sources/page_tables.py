"""The tables of a web page as grids of text, with the words that stand before each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from khasan.ledger.errors import InputError
from khasan.sources.publisher_files import text_of

MOST_CELLS = 200_000
"""Cells that the tables of a page may hold together."""

MOST_SPAN = 100
"""Rows or columns that one cell may reach over."""

_HIDDEN = frozenset({"script", "style", "noscript", "template"})


@dataclass(slots=True)
class PageTable:
    """One table: its rows of cells, and the text before it (headings, captions)."""

    before: str
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects tables; a cell that reaches over rows or columns stands in each of them."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file = file
        self.tables: list[PageTable] = []
        self._text: list[str] = []
        self._table: PageTable | None = None
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._spans: dict[int, tuple[int, str]] = {}
        self._span = (1, 1)
        self._hidden = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, row or cell."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "table":
            self._close_row()
            self._table = PageTable(" ".join(" ".join(self._text).split())[-500:])
            self._text, self._spans = [], {}
            self.tables.append(self._table)
        elif tag == "tr" and self._table is not None:
            self._close_row()
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._close_cell()
            self._cell = []
            named = dict(attrs)
            self._span = (_span(named.get("rowspan")), _span(named.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a table, row or cell."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table":
            self._close_row()
            self._table = None

    def handle_data(self, data: str) -> None:
        """Keep text of a cell, or what stands before the next table."""
        if self._hidden:
            return
        if self._cell is not None:
            self._cell.append(data)
        elif self._table is None or self._row is None:
            self._text.append(data)
            if self._table is not None and not self._table.rows:
                self._table.before = f"{self._table.before} {data.strip()}".strip()

    def _close_cell(self) -> None:
        """Put a finished cell into its row, after what earlier rows reach down."""
        if self._cell is None or self._row is None:
            return
        text = " ".join("".join(self._cell).split())
        rows, across = self._span
        for _ in range(across):
            self._fill()
            if rows > 1:
                self._spans[len(self._row)] = (rows - 1, text)
            self._add(text)
        self._cell = None

    def _fill(self) -> None:
        """Repeat cells that reach down from rows above."""
        assert self._row is not None
        while len(self._row) in self._spans:
            place = len(self._row)
            left, text = self._spans[place]
            if left > 1:
                self._spans[place] = (left - 1, text)
            else:
                del self._spans[place]
            self._add(text)

    def _add(self, text: str) -> None:
        """Add a cell to the row, within the limit of the page."""
        assert self._row is not None
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise InputError(f"{self.file}: the tables hold more than {MOST_CELLS:,} cells; it is refused")
        self._row.append(text)

    def _close_row(self) -> None:
        """Put a finished row into its table."""
        self._close_cell()
        if self._row is not None and self._table is not None:
            self._fill()
            if any(self._row):
                self._table.rows.append(self._row)
        self._row = None


def _span(text: str | None) -> int:
    """Return over how many rows or columns a cell reaches."""
    return min(MOST_SPAN, max(1, int(text))) if text and re.fullmatch(r"\d{1,4}", text.strip()) else 1


def page_tables(path: Path) -> list[PageTable]:
    """Read the tables of a page.

    Raises
    ------
    InputError
        For a file that is missing, in another encoding than UTF-8, too large, or holds no table.
    """
    reader = _Reader(path.name)
    reader.feed(text_of(path))
    reader.close()
    reader.handle_endtag("table")
    found = [table for table in reader.tables if table.rows]
    if not found:
        raise InputError(
            f"{path.name}: holds no table; open the publisher's page in a browser to see what became of it"
        )
    return found
