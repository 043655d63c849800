"""A brief as a PDF on A4, set by Typst from a fixed template and a file of data."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from khasan.brief.charts import WIDE, Drawings, acts_table, subtitle
from khasan.brief.document import Brief, Cell, Chart, Prose, Section, Table
from khasan.brief.marks import (
    cap_bar,
    decimal_pads,
    is_missing,
    notes_of,
    numbers_of,
    own_title,
    safe_address,
    say_day,
    sentence_ends,
    sparkline,
)
from khasan.brief.theme import LIGHT

_OTHER_SCRIPT = re.compile(r"[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af\uff00-\uffef\u0600-\u06ff\u0e00-\u0e7f][^,]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONG = re.compile(r"[^\s\u200b]{23,}")


def render_pdf(brief: Brief, drawings: Drawings | None = None) -> bytes:
    """Return a brief as a PDF.

    Typst sees one folder with the template, ``data.json`` and the drawings, and nothing else; what the ledger says
    reaches it as data, so no text of a source is read as markup.

    Parameters
    ----------
    brief : Brief
        What is said.
    drawings : Drawings, optional
        Where charts are kept that another form of the brief draws too.
    """
    import typst

    with TemporaryDirectory(prefix="khasan-") as folder:
        root = Path(folder)
        data = _Data(brief, root, drawings or Drawings()).whole()
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        template = files("khasan.brief") / "templates" / "brief.typ"
        (root / "brief.typ").write_bytes(template.read_bytes())
        made: bytes = typst.compile(
            str(root / "brief.typ"),
            root=str(root),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            timestamp=_moment(brief.as_of),
        )
        return made


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """Return Typst's own families and the cuts of Source Sans that a brief needs."""
    import typst

    found = find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        return typst.Fonts(include_system_fonts=False)
    folder = Path(found.submodule_search_locations[0]) / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _moment(day: str) -> int:
    """Return a day as seconds since 1970, or 0 where it is no day."""
    try:
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def _plain(text: str) -> str:
    """Replace control characters by spaces, and words in scripts that the fonts lack by a note that says so."""
    return _OTHER_SCRIPT.sub("[title in another script]", _CONTROL.sub(" ", text))


def _breakable(text: str) -> str:
    """Let long words break, so that no column overflows."""

    def cut(found: re.Match[str]) -> str:
        """Put places to break into a long word."""
        word = found.group()
        return "\u200b".join(word[place : place + 11] for place in range(0, len(word), 11))

    return _LONG.sub(cut, _plain(text))


class _Data:
    """The brief as lists and texts, and its drawings as files."""

    def __init__(self, brief: Brief, root: Path, drawings: Drawings) -> None:
        self.brief = brief
        self.root = root
        self.drawings = drawings
        self.numbers = numbers_of(brief)
        self._files = 0

    def whole(self) -> dict[str, Any]:
        """Return what the template reads."""
        brief = self.brief
        since = f" since {say_day(brief.since)}" if brief.since else ""
        return {
            "colours": dict(LIGHT.items()),
            "headline": _plain(brief.headline.text),
            "headline_runs": self.runs(brief.headline),
            "footer": f"{_plain(brief.names.get(brief.patron, brief.patron))}, "
            f"{_plain(brief.names.get(brief.client, brief.client))}. As of {say_day(brief.as_of)}",
            "dateline": _plain(brief.dateline),
            "bottom_line": self.runs(brief.bottom_line),
            "standard": self.runs(brief.standard),
            "changes_title": f"What became known{since}",
            "changes": [self.section(section, 0, own_title(section)) for section in brief.changes],
            "sections": [
                self.section(section, place) for place, section in enumerate((*brief.sections, *brief.chapters), 1)
            ],
            "struck": [self.runs(prose) for prose in brief.struck if prose.text.strip()],
            "numbers": [note.number for note in brief.notes],
            "notes": [
                {
                    "number": note.number,
                    "head": _breakable(note.head),
                    "text": _breakable(note.text),
                    "grade": ", ".join(part for part in (note.word, note.grade) if part),
                    "sources": [self.source(words, address) for words, address in note.sources],
                }
                for note in brief.notes
            ],
        }

    def runs(self, prose: Prose, breakable: bool = False) -> list[dict[str, Any]]:
        """Return the runs of a sentence, each with the note after it, once a finding and sentence."""
        clean = _breakable if breakable else _plain
        found = []
        marked: set[str] = set()
        for run in prose.runs:
            number = self.numbers.get(run.finding) if run.finding and run.finding not in marked else None
            if run.finding:
                marked.add(run.finding)
            elif sentence_ends(run.text):
                marked.clear()
            found.append({"text": clean(run.text), "mark": number})
        return found if prose.text.strip() else []

    def section(self, section: Section, place: int, titled: bool = True) -> dict[str, Any]:
        """Return a section; ``place`` is 0 where it has no number."""
        acts = acts_table(section.chart) if section.chart else None
        tables = [*((acts,) if acts else ()), *section.tables]
        return {
            "question": _plain(f"{place} · {section.question}" if place and section.question else section.question),
            "title": self.runs(section.title) if titled else [],
            "answer": self.runs(section.answer),
            "chart": self.chart(section.chart) if section.chart else None,
            "steady": section.steady,
            "tables": [self.table(table) for table in tables if table.rows],
            "conflicts": [runs for prose in section.conflicts if (runs := self.runs(prose))],
            "unknown": [runs for prose in section.unknown if (runs := self.runs(prose))],
        }

    def chart(self, chart: Chart) -> dict[str, Any] | None:
        """Return a chart and write its drawing."""
        drawn = self.drawings.svg(chart, WIDE, f"print-{self._files}")
        if not drawn:
            return None
        return {
            "title": _plain(chart.title),
            "subtitle": _plain(subtitle(chart)),
            "source": _plain(chart.source),
            "alternative": _plain(chart.alternative or chart.title),
            "image": self._keep(drawn),
            "notes": notes_of(chart, self.numbers),
        }

    def table(self, table: Table) -> dict[str, Any]:
        """Return a table: columns of marks and numbers as wide as they are, those of words share the rest."""
        pads = decimal_pads(table)
        kinds = [{row[column].kind for row in table.rows if column < len(row)} for column in range(len(table.head))]
        columns = []
        for column, kind in enumerate(kinds):
            texts = [row[column].prose.text for row in table.rows if column < len(row)]
            longest = max(map(len, texts), default=0)
            if longest <= 16 and len(table.head[column]) <= 24 and kind:
                columns.append("auto")
            else:
                columns.append(f"{min(max(longest, 14), 60) ** 0.6:.2f}")
        if set(columns) == {"auto"}:
            columns[0] = "1"
        return {
            "title": _plain(table.title),
            "subtitle": _plain(table.subtitle),
            "source": _plain(table.source),
            "head": [_breakable(words) for words in table.head],
            "numeric": list(table.numeric),
            "columns": columns,
            "rows": [
                [self.cell(cell, pads.get((place, column), "")) for column, cell in enumerate(self._full(row, table))]
                for place, row in enumerate(table.rows)
            ],
        }

    def cell(self, cell: Cell, pad: str) -> dict[str, Any]:
        """Return a cell and write its small drawing, if it has one."""
        image = ""
        if cell.kind == "sparkline" and cell.points:
            image = self._keep(_standalone(str(sparkline(cell))))
        elif cell.kind == "bar" and cell.points:
            image = self._keep(_standalone(str(cap_bar(cell))))
        empty = is_missing(cell) and not image
        missing = cell.why_missing or ("no series of values" if cell.kind == "sparkline" else "")
        return {
            "kind": cell.kind,
            "runs": self.runs(cell.prose, breakable=True),
            "word": next((run.text for run in cell.prose.runs), "").strip(),
            "missing": _breakable(missing) if empty else "",
            "image": image,
            "alt": cell.prose.text or "trend",
            "pad": pad,
        }

    def source(self, words: str, address: str) -> dict[str, str]:
        """Return a source, its link, and the address as it is printed."""
        link = safe_address(address)
        return {
            "words": _breakable(words if link or not address else f"{words} ({address})"),
            "link": link if _CONTROL.search(link) is None else "",
            "shown": _breakable(link.removeprefix("https://").removeprefix("http://")),
        }

    @staticmethod
    def _full(row: tuple[Cell, ...], table: Table) -> list[Cell]:
        """Return a row with as many cells as the table has columns."""
        cells = list(row[: len(table.head)])
        return cells + [Cell(Prose(()))] * (len(table.head) - len(cells))

    def _keep(self, drawn: str) -> str:
        """Keep a drawing as a file, and return its name."""
        self._files += 1
        name = f"drawing-{self._files}.svg"
        (self.root / name).write_text(drawn, encoding="utf-8")
        return name


def _standalone(drawn: str) -> str:
    """Give a drawing of a cell the colours that the page gives it by CSS."""
    for plain, coloured in (
        ("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '),
        ('<path d="', f'<path fill="none" stroke="{LIGHT.ink}" stroke-width="1.4" stroke-linecap="round" d="'),
        (
            '<path class="dots" d="',
            f'<path fill="none" stroke="{LIGHT.ink}" stroke-width="2.8" stroke-linecap="round" d="',
        ),
        ("<circle ", f'<circle fill="{LIGHT.patron}" '),
        ('class="rail"', f'fill="{LIGHT.grid}"'),
        ('class="used"', f'fill="{LIGHT.other}"'),
        ('class="over"', f'fill="{LIGHT.patron}"'),
        ('class="end"', f'stroke="{LIGHT.ink}" stroke-width="1.5"'),
    ):
        drawn = drawn.replace(plain, coloured)
    return drawn
