"""Small things inside a line: numbers with their notes, sparklines, bars of a cap, and marks of the law."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from khasan.brief.document import Brief, Cell, Chart, Prose, Section, Table

LAW = {"open": "○", "exempt": "◑", "capped": "◐", "restricted": "◒", "banned": "●", "unmonitored": "◌"}
"""The mark that stands before the word of the law; the word is always written."""

_SENTENCE = re.compile(r"[.!?…][)\]”’\"']*\s")
_NUMBER = re.compile(r"^[-−+]?[\d,\u2009\u202f ]*\d(\.\d+)?$")


def sentence_ends(text: str) -> bool:
    """Tell whether a sentence ends in a text, so that a note is marked again after it."""
    return _SENTENCE.search(text) is not None


def safe_address(address: str) -> str:
    """Return an address if it may be a link (http or https with a host), else an empty text."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return address.strip() if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def say_day(day: str) -> str:
    """Return an ISO date (or a year, or a month) as a newspaper writes it; other text stays as it is."""
    parts = day.split("-")
    try:
        found = date(*(int(part) for part in (*parts, "1", "1")[:3]))
    except ValueError:
        return day
    if len(parts) > 3:
        return day
    month = _MONTHS[found.month - 1]
    return {1: str(found.year), 2: f"{month} {found.year}"}.get(len(parts), f"{found.day} {month} {found.year}")


@dataclass(slots=True)
class Citations:
    """Turns prose into lines of HTML, and remembers which notes have been cited on the page."""

    numbers: Mapping[str, int]
    cited: set[int] = field(default_factory=set)

    def prose(self, prose: Prose) -> Markup:
        """Return prose with every marked number as a link to its note."""
        done: list[Markup] = []
        marked: set[str] = set()
        for run in prose.runs:
            if run.finding:
                done.append(self._finding(run.text, run.finding, run.finding not in marked))
                marked.add(run.finding)
            elif run.row:
                done.append(Markup('<span class="n" data-row="{}">{}</span>').format(run.row, run.text))
            else:
                done.append(escape(run.text))
                if sentence_ends(run.text):
                    marked.clear()
        return Markup("").join(done)

    def _finding(self, text: str, finding: str, marked: bool) -> Markup:
        """Mark a number up as a finding, with a link to its note where it has one."""
        number = self.numbers.get(finding)
        if number is None:
            return Markup('<span class="n" data-finding="{}">{}</span>').format(finding, text)
        link = Markup('<a class="n" data-finding="{}" href="#note-{}">{}</a>').format(finding, number, text)
        if not marked:
            return link
        place = Markup("") if number in self.cited else Markup(' id="cite-{}"').format(number)
        self.cited.add(number)
        mark = Markup('<sup class="mark"{}><a href="#note-{}" aria-label="Note {}">[{}]</a></sup>')
        return link + mark.format(place, number, number, number)


def sparkline(cell: Cell) -> Markup:
    """Return a small line of the points of a cell, broken where a year is missing."""
    points = sorted(cell.points)
    if not points:
        return Markup("")
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, high = min(values), max(values)

    def at(point: tuple[float, float]) -> str:
        """Return the place of a point in the drawing."""
        across = 3 + 78 * ((point[0] - first) / (last - first) if last > first else 1.0)
        down = 17 - 14 * ((point[1] - low) / (high - low) if high > low else 0.5)
        return f"{across:.1f},{down:.1f}"

    path, dots = "", ""
    for place, point in enumerate(points):
        joined = place > 0 and point[0] - points[place - 1][0] <= 1.001
        path += ("L" if joined else "M") + at(point)
        alone = place + 1 == len(points) or points[place + 1][0] - point[0] > 1.001
        if alone and not joined:
            dots += f"M{at(point)}h0.01"
    x, y = at(points[-1]).split(",")
    said = f"{first:.0f} to {last:.0f}: from {_short(values[0])} to {_short(values[-1])}, highest {_short(high)}"
    return Markup(
        '<svg class="spark" viewBox="0 0 84 20" width="84" height="20" role="img" aria-label="{}"><title>{}</title>'
        '<path d="{}"/><path class="dots" d="{}"/><circle cx="{}" cy="{}" r="2.4"/></svg>'
    ).format(said, said, path, dots or "M0,0", x, y)


def cap_bar(cell: Cell) -> Markup:
    """Return a bar of the use of a cap, whose end is marked and may be passed."""
    if not cell.points:
        return Markup("")
    value, limit = cell.points[0]
    limit = max(limit, 1.0, 1e-9)
    shown = min(max(value, 0.0), limit)
    inside = 76 * min(shown, 1.0) / limit
    beyond = 76 * max(0.0, shown - 1.0) / limit
    cap = 2 + 76 / limit
    said = f"{value * 100:,.0f} percent of the cap"
    return Markup(
        '<svg class="cap" viewBox="0 0 84 20" width="84" height="20" role="img" aria-label="{}"><title>{}</title>'
        '<rect class="rail" x="2" y="7" width="{:.1f}" height="7"/><rect class="used" x="2" y="7" width="{:.1f}" '
        'height="7"/><rect class="over" x="{:.1f}" y="7" width="{:.1f}" height="7"/>'
        '<path class="end" d="M{:.1f},3V18"/></svg>'
    ).format(said, said, cap - 2, inside, cap, beyond, cap)


def _short(value: float) -> str:
    """Write a number in few digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def law_word(cell: Cell) -> tuple[str, str]:
    """Return mark and word of the state of the law."""
    word = next((run.text for run in cell.prose.runs), "").strip()
    return LAW.get(re.split(r"[ ,;:]", word)[0].lower(), "·"), word


def decimal_pads(table: Table) -> dict[tuple[int, int], str]:
    """Return what to add, unseen, after numbers so that a column stands aligned on the decimal."""
    pads: dict[tuple[int, int], str] = {}
    for column in table.numeric:
        tails: dict[int, str] = {}
        for place, row in enumerate(table.rows):
            text = row[column].prose.text.strip() if column < len(row) else ""
            if _NUMBER.match(text):
                tails[place] = "." + text.split(".")[1] if "." in text else ""
        longest = max(tails.values(), key=len, default="")
        for place, tail in tails.items():
            if len(tail) < len(longest):
                pads[place, column] = ("." if not tail else "") + "0" * (len(longest) - max(len(tail), 1))
    return pads


def cited_in(proses: Sequence[Prose], number_of: Callable[[str], int | None]) -> list[int]:
    """Return the notes that sentences cite, in order and once each."""
    numbers = (number_of(run.finding) for prose in proses for run in prose.runs if run.finding)
    return list(dict.fromkeys(number for number in numbers if number is not None))


def prose_of(section: Section) -> list[Prose]:
    """Return the sentences of a section beside which notes may stand."""
    return [section.title, section.answer, *section.conflicts, *section.unknown]


def notes_of(chart: Chart, numbers: Mapping[str, int], most: int = 6) -> list[int]:
    """Return the notes to be marked below a chart: the first ones of those that it rests on."""
    return list(dict.fromkeys(numbers[finding] for finding in chart.findings if finding in numbers))[:most]


def is_missing(cell: Cell) -> bool:
    """Tell whether a cell says nothing but that there is nothing."""
    words = cell.prose.text.strip()
    return not words or (bool(cell.why_missing) and words.lower() in {"no data", "none", "–", "-"})


def own_title(section: Section) -> bool:
    """Tell whether a section among the changes has a title besides that of all changes."""
    words = section.title.text.strip()
    return bool(words) and not words.lower().startswith("what became known")


def numbers_of(brief: Brief) -> dict[str, int]:
    """Return the number of the note of every finding."""
    return {note.finding: note.number for note in brief.notes if note.finding}
