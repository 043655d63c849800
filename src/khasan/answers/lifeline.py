"""Answer who caught the fall when sanctions hit, and which channels are open."""

from __future__ import annotations

import polars as pl

from khasan.answers.absorbing import absorption_at, sentence
from khasan.answers.answer import Answer, Case, together
from khasan.answers.prose import Prose, join
from khasan.answers.sides import blackout_sentences, conflict_sentences
from khasan.ledger.finding import Finding
from khasan.ledger.grades import WORDS
from khasan.measures.blackouts import blackouts
from khasan.measures.caps import cap_use, caps_of
from khasan.measures.lifeline import lifeline, lifeline_count
from khasan.measures.readings import contested, estimates
from khasan.measures.shock import change_across
from khasan.measures.trade_book import trade_book

QUESTION = "lifeline"
MOST_ESTIMATES = 3
"""Estimates under several assumptions that are told."""
YEARS_BACK = 30
"""Years in which the use of a cap is looked for."""
RECENT_USES = 3
"""Years with data for which the use of each cap is told."""


def answer(case: Case) -> Answer:
    """Answer who caught the fall: trade before and after the shock, cap use, and every channel's state."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    rows = lifeline(snapshot, triangle.patron, triangle.client)
    year = shock_year(case)
    partners = [code for code in (triangle.patron, triangle.rival, triangle.client_rival, triangle.opponent) if code]
    changes = changes_at(case, partners, year) if year else {}
    taken = absorption_at(case, year)
    caps = _caps(case)
    over = max(caps, key=lambda one: (one.high > 1, int(one.parameters["year"]), one.high), default=None)
    states = {
        state: [row for row in rows if row.state == state]
        for state in ("banned", "capped", "exempt", "restricted", "open")
    }
    legal = [row.legal for row in rows if row.legal is not None]
    laws = lifeline_count(snapshot, triangle.patron, triangle.client) if legal else None
    silent = [row for row in rows if row.latest is None]
    bound = tuple(row.channel for row in rows if row.state == "capped")
    assumed = estimates(snapshot, bound, triangle.client)[:MOST_ESTIMATES]
    values = {
        "patron": triangle.patron, "client": triangle.client, "rival": triangle.rival, "year": year,
        "of_patron": changes.get(triangle.patron), "of_rival": changes.get(triangle.rival or ""),
        "over": over, "rows": rows, "states": states, "laws": laws, "silent": silent,
    }  # fmt: skip
    suppliers = tuple(code for code in (triangle.patron, triangle.rival) if code)
    dark = blackouts(snapshot, suppliers)
    disputed = contested(snapshot, (triangle.patron, triangle.client), (over.channel,), 2) if over is not None else []
    return Answer(
        QUESTION,
        voice.say("lifeline_title", **values),
        join([voice.say("lifeline", **values), sentence(case, taken)]),
        (*conflict_sentences(case, disputed), *(voice.say("estimate", f=one) for one in assumed)),
        (*_silent(case, [row.channel for row in silent]), *blackout_sentences(case, dark)),
        together(
            QUESTION,
            [row.latest for row in rows],
            [row.trend for row in rows],
            legal,
            laws,
            [row.cap for row in rows],
            changes.values(),
            taken.of_patron if taken is not None else None,
            taken.findings if taken is not None else (),
            caps,
            disputed,
            dark,
            assumed,
        ),
        values | {"changes": changes, "caps": caps, "taken": taken},
    )


def shock_year(case: Case) -> int | None:
    """Return the year in which most restrictions on the client began, the latest of equals."""
    frame = case.snapshot.restriction.filter(
        pl.col("target").is_in(list(case.snapshot.actors.lineage(case.triangle.client)))
    )
    if not frame.height:
        return None
    years = frame.group_by(pl.col("date").dt.year().alias("year")).len().sort("len", "year")
    return int(years.item(-1, "year"))


def changes_at(case: Case, partners: list[str], year: int) -> dict[str, Finding | None]:
    """Compare trade before and after the shock, with one compiler for as many partners as possible."""
    line = case.snapshot.actors.lineage(case.triangle.client)
    book = trade_book(case.snapshot)
    names = sorted({name for when in (year - 1, year) for name, _ in book.readings(line, when)})
    best: dict[str, Finding] = {}
    for before, after in ((year - 1, year + 1), (year, year + 1), (year - 1, year)):
        found = {
            name: {
                partner: change
                for partner in partners
                if (change := change_across(case.snapshot, case.triangle.client, partner, before, after, name))
                is not None
            }
            for name in names
        }
        together = [changes for changes in found.values() if all(partner in changes for partner in partners[:2])]
        if together:
            firmest = min(together, key=lambda changes: max(_firmness(one) for one in changes.values()))
            return {**firmest}
        for partner in partners[:2]:
            known = [changes[partner] for changes in found.values() if partner in changes]
            if known:
                best.setdefault(partner, min(known, key=_firmness))
    return dict(best)


def _firmness(finding: Finding) -> int:
    """Return the place of a finding's word among the words, firmest first."""
    return WORDS.index(finding.word)


def _caps(case: Case) -> list[Finding]:
    """Return the use of every cap in the last years with data, fullest first; the page tells of the first."""
    snapshot, client = case.snapshot, case.triangle.client
    last = snapshot.as_of.year
    asked = [(year, cap) for year in range(last, last - YEARS_BACK, -1) for cap in caps_of(snapshot, client, year)]
    found: dict[str, list[Finding]] = {}
    for year, cap in asked:
        uses = found.setdefault(cap, [])
        if len(uses) < RECENT_USES and (one := cap_use(snapshot, client, cap, year)) is not None:
            uses.append(one)
    return sorted((one for uses in found.values() for one in uses), key=lambda one: (-one.high, one.id))


def _silent(case: Case, channels: list[str]) -> list[Prose]:
    """Say which channels have no figure."""
    if not channels:
        return []
    every = len(channels) == case.snapshot.channel.filter(pl.col("direction").fill_null("") != "not applicable").height
    return [case.voice.say("unknown_channels", channels=channels, every=every)]
