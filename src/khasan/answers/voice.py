"""Fill the templates: findings become words, and every number in them is marked with its finding."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from khasan.answers.english import HEDGES, first_clause, with_article
from khasan.answers.numbers import (
    amount,
    amount_span,
    count,
    figure,
    fraction,
    large,
    listing,
    percent,
    percent_exactly,
)
from khasan.answers.numbers import points as points_of
from khasan.answers.prose import OPEN, SPLIT, Prose, mark, parse, quoted
from khasan.ledger.finding import Finding
from khasan.ledger.periods import day_words, period_words
from khasan.ledger.snapshot import Snapshot


class Voice:
    """Words for the findings of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._origins: Mapping[str, str] = dict(snapshot.origin.select("id", "name").iter_rows())

    def say(self, template: str, **values: Any) -> Prose:
        """Fill a template of ``answers/templates`` and return it as prose.

        Parameters
        ----------
        template : str
            Name of the template, without its ending.
        values
            Findings and words that the template uses; one that it names and does not get is an error.

        Raises
        ------
        ValueError
            Where a numeral in the sentence belongs to no finding.
        """
        return parse(_template(template).render(v=self, **values))

    # -- names ---------------------------------------------------------------------------------------------------

    def bare_name(self, code: str | None) -> str:
        """Return the name of an actor with its article, outside a template."""
        return with_article(self._snapshot.actors.name(code)) if code else ""

    def bare_label(self, key: str) -> str:
        """Return the short noun phrase of a channel or series, outside a template."""
        return self._snapshot.label(key)

    def name(self, code: str | None) -> str:
        """Return the name of an actor as it stands inside a sentence, with its article where English asks for one."""
        return quoted(self.bare_name(code))

    def names(self, codes: Iterable[str], more: str = "") -> str:
        """List actors as they stand inside a sentence, and more at the end: Oldland, the Isles and two more."""
        return listing([*(self.name(code) for code in codes), *((more,) if more else ())])

    def start_name(self, code: str | None) -> str:
        """Return the name of an actor as it stands at the start of a sentence."""
        return self.upper(self.name(code))

    def possessive(self, code: str | None) -> str:
        """Return the name of an actor with a possessive ending."""
        name = self.bare_name(code)
        return quoted(f"{name}'" if name.endswith("s") else f"{name}'s")

    def label(self, key: str) -> str:
        """Return the short noun phrase of a channel or series."""
        return quoted(self.bare_label(key))

    def labels(self, findings: Iterable[Finding], most: int = 3) -> str:
        """List the channels of findings as words: oil off the record, diplomatic cover and aid."""
        words = dict.fromkeys(self.label(one.channel) for one in findings)
        return listing(list(words)[:most])

    # -- marked numbers ------------------------------------------------------------------------------------------

    def mark(self, text: object, finding: Finding) -> str:
        """Mark any text with a finding; a whole number is written as one."""
        shown = f"{text:,.0f}" if isinstance(text, float) and text.is_integer() else str(text)
        return mark(shown, finding.id)

    def percent(self, finding: Finding, value: float | None = None) -> str:
        """Say a share: 83 percent, or 43 to 74 percent where the finding is an interval."""
        if value is None and finding.high - finding.low > 0.02:
            low, high = percent(finding.low), percent(finding.high)
            return self.mark(f"{low.removesuffix(' percent')} to {high}", finding)
        return self.mark(percent(finding.value if value is None else value), finding)

    def beside(self, share: Finding, brackets: bool = True) -> str:
        """Say the reported share beside a vetted one, where the two differ: (79 percent as reported)."""
        given = share.detail.get("as_reported") if share.method == "vetted_share" else None
        ends = (share.value, share.low, share.high)
        if given is None or all(percent(float(given)) == percent(end) for end in ends):
            return ""
        said = self.mark(f"{percent(float(given))} as reported", share)
        return f" ({said})" if brackets else f", {said}"

    def points(self, points: float) -> str:
        """Write a difference of shares inside words that are marked already: 2.4 points."""
        return points_of(points)

    def exactly(self, finding: Finding) -> str:
        """Say a share with one decimal."""
        return self.mark(percent_exactly(finding.value), finding)

    def fraction(self, finding: Finding, value: float | None = None) -> str:
        """Say a share as a plain fraction where one is near; one that vetting leaves open, as an interval."""
        if value is None and finding.method == "vetted_share" and finding.high - finding.low > 0.02:
            return self.percent(finding)
        return self.mark(fraction(finding.value if value is None else value), finding)

    def amount(self, finding: Finding, value: float | None = None, unit: str = "") -> str:
        """Say an amount with its unit and the hedge of its source: at least 12 million rounds."""
        snapshot = self._snapshot
        number, printed = finding.value if value is None else value, unit or finding.unit
        hedge = HEDGES.get(str(finding.detail.get("qualifier") or ""), "") if value is None else ""
        if value is None and finding.high > finding.low * 1.02 and not hedge and finding.low > 0:
            return self.mark(amount_span(finding.low, finding.high, printed, snapshot.units, snapshot.labels), finding)
        return self.mark(hedge + amount(number, printed, snapshot.units, snapshot.labels), finding)

    def hedge(self, finding: Finding) -> str:
        """Say the hedge of the first reading of a figure: up to, about."""
        first = (finding.detail.get("readings") or [{}])[0]
        return HEDGES.get(str(first.get("qualifier") or ""), "")

    def count(self, finding: Finding, noun: str, plural: str = "", value: int | None = None) -> str:
        """Say a count in words: two vetoes."""
        return self.mark(count(int(finding.value if value is None else value), noun, plural), finding)

    def span_of_counts(self, finding: Finding, noun: str) -> str:
        """Say a count, or from which to which number where the finding is an interval."""
        if finding.low == finding.high:
            return self.count(finding, noun)
        low, high = count(int(finding.low), noun).split()[0], count(int(finding.high), noun)
        return self.mark(f"{low} to {high}", finding)

    def times(self, finding: Finding, value: float | None = None) -> str:
        """Say a ratio: 2 times."""
        number = finding.value if value is None else value
        return self.mark(f"{figure(math.floor(number * 10) / 10 if number >= 1 else number, 2)} times", finding)

    def number(self, finding: Finding, value: float | None = None, digits: int = 2) -> str:
        """Say a bare number."""
        number = finding.value if value is None else value
        return self.mark(large(number, digits) if abs(number) >= 1000 else figure(number, digits), finding)

    def signed(self, finding: Finding, value: float | None = None) -> str:
        """Say a lean with its sign and two decimals."""
        number = finding.value if value is None else value
        return self.mark(f"{'minus ' if number < 0 else 'plus '}{abs(number):.2f}", finding)

    def period(self, finding: Finding) -> str:
        """Say the period of a finding: 2024, or March to October 2024."""
        start, end = finding.detail["start"], finding.detail["end"]
        return self.mark(period_words(start, end), finding)

    def year(self, finding: Finding, key: str = "year") -> str:
        """Say the year of a finding, from its parameters or its detail."""
        return self.mark(finding.parameters.get(key, finding.detail.get(key)), finding)

    def day(self, finding: Finding, day: date) -> str:
        """Say a day."""
        return self.mark(day_words(day), finding)

    def low_of(self, finding: Finding) -> str:
        """Return the lowest of the shares that a count of readings lists."""
        return percent_exactly(min(float(one["share"]) for one in finding.detail["readings"]))

    def high_of(self, finding: Finding) -> str:
        """Return the highest of the shares that a count of readings lists."""
        return percent_exactly(max(float(one["share"]) for one in finding.detail["readings"]))

    def share_words(self, share: float) -> str:
        """Write a share with one decimal."""
        return percent_exactly(share)

    def text(self, words: str, finding: Finding) -> str:
        """Mark ledger text with a finding where it holds a numeral."""
        return self.mark(words, finding) if any(letter.isdigit() for letter in words) else words

    def upper(self, words: str) -> str:
        """Begin with a capital letter, also where the words begin with a mark."""
        place = words.index(SPLIT) + 1 if words.startswith(OPEN) else 0
        return words[:place] + words[place : place + 1].upper() + words[place + 1 :]

    def day_of(self, day: date) -> str:
        """Write a day inside words that are marked already."""
        return day_words(day)

    def hedged(self, finding: Finding, reading: Mapping[str, Any]) -> str:
        """Say one reading with its hedge."""
        snapshot = self._snapshot
        words = amount(float(reading["value"]), finding.unit, snapshot.units, snapshot.labels)
        return self.mark(HEDGES.get(str(reading["qualifier"] or ""), "") + words, finding)

    def span_words(self, start: date, end: date) -> str:
        """Write a period inside words that are marked already."""
        return period_words(start, end)

    def clause(self, text: str) -> str:
        """Return the first clause of what happened."""
        return first_clause(text)

    def lower_first(self, words: str) -> str:
        """Begin with a small letter where the first word is an article or a pronoun, as inside a sentence."""
        head = words.split(" ", 1)[0]
        return words[:1].lower() + words[1:] if head in ("The", "A", "An", "First") else words

    def before(self, code: str) -> str | None:
        """Return the predecessor of an actor."""
        return self._snapshot.actors.by_id[code].predecessor

    def basis(self, excludes: str) -> str:
        """Say what a total leaves out."""
        return quoted(excludes.removeprefix("none: ") if excludes.startswith("none") else f"without {excludes}")

    # -- phrases -------------------------------------------------------------------------------------------------

    def breaks(self, phases: Finding) -> str:
        """List the breaks between phases, each with the event nearest to it."""
        parts = []
        for one in phases.detail["breaks"]:
            events = one.get("events") or []
            year = str(events[0]["date"])[:4] if events else ""
            when = f", {year}" if year != str(one["year"]) else ""
            after = (
                f" (nearest event: {self.lower_first(first_clause(str(events[0]['what'])))}{when})" if events else ""
            )
            parts.append(self.mark(f"{one['year']}{after}", phases))
        return listing(parts)

    def gifts(self, findings: Iterable[Finding], most: int) -> str:
        """List what one side gave: oil off the record (1 million barrels, alleged by X and Y)."""
        parts = []
        for one in list(findings)[:most]:
            accusers = self._accusers(one)
            word = f", alleged by {listing(accusers)}" if accusers else self.weak(one).replace(";", ",")
            open_end = " or more" if one.high > one.low * 1.02 and self._open_end(one) else ""
            said = f"{self.amount(one)}{open_end}{self.text(word, one) if word else ''}"
            parts.append(f"{self.text(self.label(one.channel), one)} ({said})")
        return listing(parts)

    def _accusers(self, finding: Finding) -> list[str]:
        """Name all who allege what a finding rests on, once each."""
        rows = [self._snapshot.rows[row][1] for row in finding.evidence if row in self._snapshot.rows]
        return list(dict.fromkeys(self.accuser(str(row["alleged_by"])) for row in rows if row.get("alleged_by")))

    def _open_end(self, finding: Finding) -> bool:
        """Whether the source of the largest value says at least."""
        rows = [self._snapshot.rows[row][1] for row in finding.evidence if row in self._snapshot.rows]
        largest = max(rows, key=lambda row: float(row.get("value") or 0), default={})
        return largest.get("qualifier") == "at_least"

    def attributed(self, by: str) -> str:
        """Say who accuses: a state, a body that the origins name, or others as they are called."""
        return f"alleged by {self.accuser(by)}"

    def accuser(self, by: str) -> str:
        """Name who accuses: a state, a body that the origins name, or others as they are called."""
        if by in self._snapshot.actors.by_id:
            return self.bare_name(by)
        return with_article(self._origins.get(by.lower(), by))

    def moved(self, change: Finding) -> str:
        """Say a change: fallen by 48 percent, risen by 12 percent."""
        if abs(change.value) < 0.005:
            return self.mark("did not move", change)
        return f"{'fell' if change.value < 0 else 'rose'} by {self.percent(change, abs(change.value))}"

    def took_over(self, share: Finding) -> str:
        """Say which part of a loss a partner took over, with its interval, and whether it may be none."""
        if share.high <= 0:
            return f"took over none of it, its own trade fell too ({self._loss(share)})"
        if share.low <= 0:
            return f"took over no part that can be told from none ({self._loss(share)})"
        return f"took over {self._loss(share)}"

    def _loss(self, share: Finding) -> str:
        """Say a part of a loss with its interval: 20 percent, 5 to 60 percent at a confidence of 90."""
        value, low, high = (percent(end).replace("-", "minus ") for end in (share.value, share.low, share.high))
        return self.mark(f"{value} of the loss, 90 percent interval {low} to {high}", share)

    def open_end(self, use: Finding) -> str:
        """Say at least, where the highest estimate of what went unreported says so."""
        estimates = sorted(use.detail["unreported"], key=lambda one: float(one["high"]))
        return "at least " if estimates and estimates[-1]["qualifier"] == "at_least" else ""

    def weak(self, finding: Finding) -> str:
        """Say the word of a finding where it is weaker than reported: ; disputed."""
        return f"; {finding.word}" if finding.word in ("alleged", "disputed", "contradicted", "not judged") else ""

    def leans(self, latest: Iterable[Finding]) -> str:
        """List the latest leans by layer: plus 0.10 on votes and minus 0.20 in ideal points, with its interval."""
        words = {
            "lean_trade": "on trade", "lean_votes": "on votes", "lean_points": "in ideal points",
            "treaty": "on treaties", "visit": "on visits",
        }  # fmt: skip
        parts = []
        for one in latest:
            layer = words[str(one.parameters.get("part") or one.method)]
            span = f"{self.signed(one, one.low)} to {self.signed(one, one.high)}, "
            span = span if one.method == "lean_points" else ""
            when = f" ({span}{self.year(one)})" if "year" in one.parameters else ""
            parts.append(f"{self.signed(one)} {layer}{when}")
        return listing(parts)

    def states(self, states: Mapping[str, list[Any]], finding: Finding) -> str:
        """Count channels by their legal state: five are banned, two capped."""
        held = [(state, rows) for state, rows in states.items() if rows]
        parts = []
        for place, (state, rows) in enumerate(held):
            verb = ("is " if len(rows) == 1 else "are ") if place == 0 else ""
            parts.append(self.mark(f"{count(len(rows), '', ' ').strip()} {verb}{state}", finding))
        return listing(parts)

    def list_labels(self, keys: Iterable[str]) -> str:
        """List channels or series by their short words."""
        return listing([self.label(key) for key in keys])

    def month(self, finding: Finding, day: date) -> str:
        """Say a month: January 2014."""
        return self.mark(f"{day:%B} {day.year}", finding)

    # -- words ---------------------------------------------------------------------------------------------------

    def word(self, finding: Finding) -> str:
        """Say how firmly: as documented, as reported by, as alleged by."""
        by = finding.detail.get("alleged_by")
        if finding.word == "alleged" and by:
            return f"as {self.name(str(by))} alleges"
        return {"documented": "documented", "reported": "reported", "alleged": "alleged", "disputed": "disputed"}.get(
            finding.word, finding.word
        )

    def compiler(self, finding: Finding) -> str:
        """Say whose number it is."""
        name = str(finding.detail.get("compiler") or finding.parameters.get("compiler") or "")
        return self.mark(name, finding) if any(letter.isdigit() for letter in name) else name


@cache
def _environment() -> Environment:
    """Make the environment of the templates of prose."""
    # Prose is no markup: the brief escapes it where it becomes HTML.
    return Environment(
        loader=PackageLoader("khasan.answers"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=False,
        lstrip_blocks=True,
    )


@cache
def _template(name: str) -> Template:
    """Read a template by name."""
    return _environment().get_template(f"{name}.j2")
