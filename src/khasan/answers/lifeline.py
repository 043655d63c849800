"""Who caught the fall when sanctions hit, and which channels are open?"""

from __future__ import annotations

import polars as pl

from khasan.answers.answer import Answer, Case, together
from khasan.answers.prose import Prose
from khasan.answers.sides import blackout_sentences, conflict_sentences
from khasan.ledger.finding import Finding
from khasan.measures.blackouts import blackouts
from khasan.measures.caps import cap_use, caps_of
from khasan.measures.lifeline import lifeline
from khasan.measures.readings import contested
from khasan.measures.shock import change_across, deflection
from khasan.measures.trade_book import trade_book

QUESTION = "lifeline"


def answer(case: Case) -> Answer:
    """Answer who caught the fall: trade before and after the shock, cap use, and every channel's state."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    rows = lifeline(snapshot, triangle.patron, triangle.client)
    year = shock_year(case)
    partners = [code for code in (triangle.patron, triangle.rival, triangle.client_rival, triangle.opponent) if code]
    changes = {partner: _change(case, partner, year) for partner in partners} if year else {}
    caught = _deflection(case, year) if year else None
    caps = _caps(case)
    over = next((one for one in caps if one.high > 1), caps[0] if caps else None)
    states = {state: [row for row in rows if row.state == state] for state in ("banned", "capped", "exempt", "restricted", "open")}
    legal = [row.legal for row in rows if row.legal is not None]
    laws = max(legal, key=lambda one: one.value, default=None)
    silent = [row for row in rows if row.latest is None]
    values = {
        "patron": triangle.patron, "client": triangle.client, "rival": triangle.rival, "year": year,
        "of_patron": changes.get(triangle.patron), "of_rival": changes.get(triangle.rival or ""), "caught": caught,
        "over": over, "rows": rows, "states": states, "laws": laws, "silent": silent,
    }  # fmt: skip
    suppliers = tuple(code for code in (triangle.patron, triangle.rival) if code)
    dark = blackouts(snapshot, suppliers)
    oil = tuple({one.channel for one in caps if one.channel})
    disputed = contested(snapshot, (triangle.patron, triangle.client), oil, 2) if oil else []
    return Answer(
        QUESTION,
        voice.say("lifeline_title", **values),
        voice.say("lifeline", **values),
        tuple(conflict_sentences(case, disputed)),
        (*_silent(case, [row.channel for row in silent]), *blackout_sentences(case, dark)),
        together(
            QUESTION, [row.latest for row in rows], [row.trend for row in rows], legal, [row.cap for row in rows],
            changes.values(), caught, caps, disputed, dark,
        ),
        values | {"changes": changes, "caps": caps},
    )


def shock_year(case: Case) -> int | None:
    """Return the year in which most restrictions on the client began, the latest of equals."""
    frame = case.snapshot.restriction.filter(pl.col("target").is_in(list(case.snapshot.actors.lineage(case.triangle.client))))
    if not frame.height:
        return None
    years = frame.group_by(pl.col("date").dt.year().alias("year")).len().sort("len", "year")
    return int(years.item(-1, "year"))


def _change(case: Case, partner: str, year: int) -> Finding | None:
    """Compare trade with a partner in the year of the shock and the next, by the compiler that covers most years."""
    line = case.snapshot.actors.lineage(case.triangle.client)
    book = trade_book(case.snapshot)
    names = sorted({name for name, _ in book.readings(line, year)})
    counts = {name: sum(name in {one for one, _ in book.readings(line, other)} for other in range(year - 8, year + 9)) for name in names}
    for name in sorted(names, key=lambda one: (-counts[one], one)):
        for before, after in ((year, year + 1), (year - 1, year + 1)):
            found = change_across(case.snapshot, case.triangle.client, partner, before, after, name)
            if found is not None:
                return found
    return None


def _deflection(case: Case, year: int) -> Finding | None:
    """Measure deflection to the patron where single senders restrict, with the compiler that covers most years."""
    frame = case.snapshot.restriction.filter(
        (pl.col("authority") != "UN")
        & pl.col("target").is_in(list(case.snapshot.actors.lineage(case.triangle.client)))
        & (pl.col("date").dt.year() == year)
        & (pl.col("sender") != case.triangle.patron)
    )
    senders = sorted(set(frame.get_column("sender")))
    line = case.snapshot.actors.lineage(case.triangle.client)
    if not senders:
        return None
    for name in sorted({name for name, _ in trade_book(case.snapshot).readings(line, year)}):
        found = deflection(case.snapshot, case.triangle.client, case.triangle.patron, year, name, ";".join(senders))
        if found is not None:
            return found
    return None


def _caps(case: Case) -> list[Finding]:
    """Return the use of every cap that bound in the latest year with data, fullest first."""
    found: list[Finding] = []
    for restriction in caps_of(case.snapshot, case.triangle.client):
        for year in range(case.snapshot.as_of.year, case.snapshot.as_of.year - 30, -1):
            one = cap_use(case.snapshot, case.triangle.client, restriction, year)
            if one is not None:
                found.append(one)
                break
    return sorted(found, key=lambda one: (-one.high, one.id))


def _silent(case: Case, channels: list[str]) -> list[Prose]:
    return [case.voice.say("unknown_channels", channels=channels)] if channels else []
