"""Answer how the bond changed, and what each side gives the other today."""

from __future__ import annotations

from datetime import date

import polars as pl

from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.prose import Prose
from khasan.answers.sides import conflict_sentences
from khasan.ledger.finding import Finding
from khasan.measures.balance import balance
from khasan.measures.debt import debt_forgiven, debt_owed
from khasan.measures.deed import acts
from khasan.measures.exchanges import exchange_count
from khasan.measures.legal import legal_state, state_word
from khasan.measures.phases import phases
from khasan.measures.readings import contested, readings_since

QUESTION = "bond"
MOST_COUNTED = 5
"""Things counted by several sources that are told."""
RECENT_YEARS = 5
"""Calendar years, up to the last one with a row about the pair, that count as today."""


def answer(case: Case) -> Answer:
    """Answer how the bond changed: phases, treaties, what each side gives, debt, documented exchanges."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client, last = triangle.patron, triangle.client, snapshot.as_of.year
    since = _last_year(case) - RECENT_YEARS + 1
    turns = phases(snapshot, patron, client, EVER, last)
    treaties = acts(snapshot, patron, client, "treaty", EVER, last)
    vetoes = acts(snapshot, patron, client, "vote", EVER, last, "veto")
    visits = acts(snapshot, patron, client, "visit", EVER, last)
    recent = balance(snapshot, patron, client, since, last)
    ever = balance(snapshot, patron, client, EVER, last)
    gave, took = _by(recent, patron, case, since), _by(recent, client, case, since)
    owed = debt_owed(snapshot, client, patron)
    forgiven = debt_forgiven(snapshot, client, patron)
    deals = exchange_count(snapshot, patron, client)
    channels = tuple(snapshot.channel.get_column("id"))
    disputed = contested(
        snapshot, (patron, client), tuple(one for one in channels if one not in _trade_channels(gave + took)), 3
    )
    counted = _counted(case, [*took, *gave], since)
    values = {
        "patron": patron, "client": client, "since": since, "turns": turns, "treaties": treaties, "visits": visits,
        "vetoes": vetoes, "gave": gave, "took": took, "owed": owed, "forgiven": forgiven, "deals": deals, "ever": ever,
        "succession": succession(case),
        "gave_ever": _by(ever, patron, case, 1), "took_ever": _by(ever, client, case, 1),
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("bond_title", **values),
        voice.say("bond", **values),
        (*(voice.say("readings_since", f=one) for one in counted), *conflict_sentences(case, disputed)),
        tuple(_unknown(case, deals, gave, took)),
        together(QUESTION, turns, treaties, visits, vetoes, gave, took, owed, forgiven, deals, counted, disputed, ever),
        values | {"recent": recent},
    )


def _by(findings: list[Finding], giver: str, case: Case, since: int) -> list[Finding]:
    """Return what one side gave: restricted channels first, those of which most makers speak before others."""
    snapshot = case.snapshot
    line = snapshot.actors.lineage(giver)
    mine = [
        one for one in findings if str(one.parameters["giver"]) in line and one.channel not in _silent_channels(case)
    ]
    speakers = dict(
        snapshot.usable.filter(
            pl.col("from_actor").is_in(list(line))
            & (pl.col("end").dt.year() >= since)
            & pl.col("series").is_in(snapshot.series_of("not_given")).not_()
        )
        .group_by("channel")
        .agg(pl.col("origin").n_unique())
        .iter_rows()
    )
    weight = {state: place for place, state in enumerate(("banned", "capped", "restricted", "exempt", "open"))}

    def rank(one: Finding) -> tuple[bool, int, int, str]:
        """Order what was given: restricted channels first, and of these that of which most makers speak."""
        state = state_word(legal_state(snapshot, case.triangle.client, one.channel))
        return weight.get(state, 4) > 2, -speakers.get(one.channel, 0), weight.get(state, 4), one.id

    return sorted(mine, key=rank)


def _last_year(case: Case) -> int:
    """Return the last year for which anything is on record between the two, or the current one."""
    line = [
        member for code in (case.triangle.patron, case.triangle.client) for member in case.snapshot.actors.lineage(code)
    ]
    rows = case.snapshot.usable.filter(pl.col("from_actor").is_in(line) & pl.col("to_actor").is_in(line))
    last = rows.get_column("start").max()
    return min(last.year, case.snapshot.as_of.year) if isinstance(last, date) else case.snapshot.as_of.year


def succession(case: Case) -> int | None:
    """Return the year in which the patron took the place of its predecessor, or None."""
    actor = case.snapshot.actors.by_id[case.triangle.patron]
    return actor.valid_from.year if actor.predecessor and actor.valid_from else None


def _counted(case: Case, given: list[Finding], since: int) -> list[Finding]:
    """Return what several sources counted since a year and did not agree on, in the order of what was given."""
    found: list[Finding] = []
    rows = case.snapshot.usable
    for one in given:
        pair = str(one.parameters["giver"]), str(one.parameters["taker"])
        series = rows.filter(
            (pl.col("channel") == one.channel)
            & (pl.col("from_actor") == pair[0])
            & (pl.col("to_actor") == pair[1])
            & (pl.col("dimension") == "count")
        )
        for name in series.get_column("series").unique(maintain_order=True):
            if (reading := readings_since(case.snapshot, name, *pair, since)) is not None:
                found.append(reading)
    return found[:MOST_COUNTED]


def _silent_channels(case: Case) -> set[str]:
    """Return channels that neither side provides: those that the casebook calls not applicable."""
    frame = case.snapshot.channel.filter(pl.col("direction").fill_null("") == "not applicable")
    return set(frame.get_column("id"))


def _trade_channels(findings: list[Finding]) -> set[str]:
    """Return the channel of trade where a finding lies in it."""
    return {one.channel for one in findings if one.channel == "trade"}


def _unknown(case: Case, deals: Finding | None, gave: list[Finding], took: list[Finding]) -> list[Prose]:
    """Say what is not known of deals and of what was given."""
    found: list[Prose] = []
    if deals is not None:
        found.append(case.voice.say("unknown_link", deals=deals))
    if deals is None:
        found.append(case.voice.say("unknown_exchange", patron=case.triangle.patron, client=case.triangle.client))
    if not gave and not took:
        found.append(case.voice.say("unknown_balance", patron=case.triangle.patron, client=case.triangle.client))
    return found
