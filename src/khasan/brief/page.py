"""A brief as one HTML file: no script, nothing fetched, charts drawn for a desk and for a phone."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from khasan.brief.charts import NARROW, WIDE, Drawings, acts_table, subtitle
from khasan.brief.document import Brief, Cell, Chart, Section, Table
from khasan.brief.marks import (
    Citations,
    cap_bar,
    cited_in,
    decimal_pads,
    is_missing,
    law_word,
    notes_of,
    numbers_of,
    own_title,
    prose_of,
    safe_address,
    say_day,
    sparkline,
)
from khasan.brief.theme import DARK, LIGHT, SANS, SERIF, css_recolour, css_variables

if TYPE_CHECKING:
    from jinja2 import Environment

_MARGIN_NOTES = 5
_MARGIN_LETTERS = 210


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """Make the environment of the templates of the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("khasan.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(brief: Brief, drawings: Drawings | None = None) -> str:
    """Return a brief as a page.

    Parameters
    ----------
    brief : Brief
        What is said. All of its text is escaped; only http and https addresses become links.
    drawings : Drawings, optional
        Where charts are kept that another form of the brief draws too.
    """
    writer = _Writer(brief, drawings or Drawings())
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            brief=brief,
            write=writer,
            css=_css(),
            struck=[prose for prose in brief.struck if prose.text.strip()],
        )
    )


def _css() -> Markup:
    """Return the style of the page; it holds nothing from the ledger."""
    style = (files("khasan.brief") / "templates" / "page.css").read_text(encoding="utf-8")
    filled = Template(style).substitute(
        light=css_variables(LIGHT), dark=css_variables(DARK), recolour=css_recolour(), sans=SANS, serif=SERIF
    )
    return Markup(filled)  # noqa: S704


class _Writer:
    """What the template asks for: prose, cells, figures and the notes of the margin."""

    def __init__(self, brief: Brief, drawings: Drawings) -> None:
        self._drawings = drawings
        self.numbers = numbers_of(brief)
        self.notes = {note.number: note for note in brief.notes}
        self.citations = Citations(self.numbers)
        self._beside: set[int] = set()
        self._figures = 0

    def prose(self, prose: Any) -> Markup:
        """Return a sentence with its numbers linked."""
        return self.citations.prose(prose)

    def figure(self, chart: Chart | None) -> dict[str, Any] | None:
        """Return a chart drawn twice, or None where there is nothing to draw."""
        if chart is None:
            return None
        self._figures += 1
        name = f"figure-{self._figures}"
        wide = self._drawings.svg(chart, WIDE, name)
        if not wide:
            return None
        return {
            "name": name,
            "wide": Markup(wide),  # noqa: S704  # written by Picture.svg, which escapes
            "narrow": Markup(self._drawings.svg(chart, NARROW, name)),  # noqa: S704
            "subtitle": subtitle(chart),
            "notes": notes_of(chart, self.numbers),
        }

    def tables(self, section: Section) -> list[Table]:
        """Return the tables of a section, votes and deeds first."""
        acts = acts_table(section.chart) if section.chart else None
        return [*((acts,) if acts else ()), *(table for table in section.tables if table.rows)]

    def pads(self, table: Table) -> dict[tuple[int, int], str]:
        """Return the unseen ends of numbers."""
        return decimal_pads(table)

    def shape(self, table: Table) -> str:
        """Return how the first column is set: long names wrap, dates and short names do not, figures leave room."""
        longest = max(len(row[0].prose.text) for row in table.rows if row) if table.rows else 0
        figures = table.numeric == tuple(range(1, len(table.head)))
        return (
            ("named" if longest > 18 else "dated")
            + (" many" if len(table.head) > 4 else "")
            + (" figures" if figures else "")
        )

    def cell(self, cell: Cell, pad: str = "") -> Markup:
        """Return what stands in a cell of a table."""
        words = self.prose(cell.prose)
        if cell.kind == "sparkline" and cell.points:
            return sparkline(cell) + words
        if cell.kind == "bar" and cell.points:
            return words + cap_bar(cell)
        if is_missing(cell):
            if not cell.why_missing and cell.kind != "sparkline":
                return Markup("")
            why = cell.why_missing or "no series of values"
            return Markup('<span class="none" title="{}">no data<span class="unseen">: {}</span></span>').format(
                why, why
            )
        if cell.kind == "law":
            mark, word = law_word(cell)
            return Markup('<span class="law"><span class="sign" aria-hidden="true">{}</span> {}</span>').format(
                mark, words if any(run.finding or run.row for run in cell.prose.runs) else word
            )
        if pad:
            # Not a text: a reader or a program would take it for digits.
            return words + Markup('<span class="pad" data-pad="{}"></span>').format(pad)
        return words

    def beside(self, section: Section) -> list[dict[str, Any]]:
        """Return short notes for the margin: those that a section's sentences are the first to cite."""
        return self.margin(prose_of(section))

    def margin(self, proses: Any) -> list[dict[str, Any]]:
        """Return short notes for sentences that are the first to cite them."""
        found: list[dict[str, Any]] = []
        for number in cited_in(proses, self.numbers.get):
            if number in self._beside or len(found) == _MARGIN_NOTES:
                continue
            self._beside.add(number)
            note = self.notes[number]
            text = note.text
            if len(text) > _MARGIN_LETTERS:
                text = text[:_MARGIN_LETTERS].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
            said = {"number": number, "head": note.head, "text": text, "grade": note.grade, "word": note.word}
            found.append(said | {"finding": note.finding})
        return found

    def own_title(self, section: Section) -> bool:
        """Tell whether a section among the changes has a title of its own."""
        return own_title(section)

    def cited(self, number: int) -> bool:
        """Tell whether a mark of a note stands on the page, to which its note can lead back."""
        return number in self.citations.cited

    def day(self, day: str) -> str:
        """Return a date as a newspaper writes it."""
        return say_day(day)

    def link(self, address: str) -> str:
        """Return an address that may be a link."""
        return safe_address(address)
