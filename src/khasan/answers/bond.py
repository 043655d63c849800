"""How did the bond change, and what does each side give the other today?"""

from __future__ import annotations

from khasan.answers.answer import Answer, Case, together
from khasan.answers.prose import Prose
from khasan.answers.sides import conflict_sentences
from khasan.ledger.finding import Finding
from khasan.measures.balance import balance
from khasan.measures.debt import debt_forgiven, debt_owed
from khasan.measures.deed import acts
from khasan.measures.exchanges import exchange_count
from khasan.measures.phases import phases
from khasan.measures.readings import contested

QUESTION = "bond"
RECENT_YEARS = 5
"""Calendar years, the current one included, that count as today."""


def answer(case: Case) -> Answer:
    """Answer how the bond changed: phases, treaties, what each side gives, debt, documented exchanges."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client, last = triangle.patron, triangle.client, snapshot.as_of.year
    since = last - RECENT_YEARS + 1
    turns = phases(snapshot, patron, client, 1900, last)
    treaties = acts(snapshot, patron, client, "treaty", 1900, last)
    visits = acts(snapshot, patron, client, "visit", 1900, last)
    recent = balance(snapshot, patron, client, since, last)
    ever = balance(snapshot, patron, client, 1900, last)
    gave, took = _by(recent, patron, case), _by(recent, client, case)
    owed = debt_owed(snapshot, client, patron)
    forgiven = debt_forgiven(snapshot, client, patron)
    deals = exchange_count(snapshot, patron, client)
    channels = tuple(snapshot.channel.get_column("id"))
    disputed = contested(snapshot, (patron, client), tuple(one for one in channels if one not in _trade_channels(gave + took)), 3)
    values = {
        "patron": patron, "client": client, "since": since, "turns": turns, "treaties": treaties, "visits": visits,
        "gave": gave, "took": took, "owed": owed, "forgiven": forgiven, "deals": deals, "ever": ever,
        "gave_ever": _by(ever, patron, case), "took_ever": _by(ever, client, case),
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("bond_title", **values),
        voice.say("bond", **values),
        tuple(conflict_sentences(case, disputed)),
        tuple(_unknown(case, deals, gave, took)),
        together(QUESTION, turns, treaties, visits, gave, took, owed, forgiven, deals, disputed, ever),
        values | {"recent": recent},
    )


def _by(findings: list[Finding], giver: str, case: Case) -> list[Finding]:
    """Return what one side gave, the firmest words and the strongest evidence first."""
    line = case.snapshot.actors.lineage(giver)
    return [one for one in findings if str(one.parameters["giver"]) in line]


def _trade_channels(findings: list[Finding]) -> set[str]:
    return {one.channel for one in findings if one.channel == "trade"}


def _unknown(case: Case, deals: Finding | None, gave: list[Finding], took: list[Finding]) -> list[Prose]:
    found: list[Prose] = []
    if deals is None:
        found.append(case.voice.say("unknown_exchange", patron=case.triangle.patron, client=case.triangle.client))
    if not gave and not took:
        found.append(case.voice.say("unknown_balance", patron=case.triangle.patron, client=case.triangle.client))
    return found
