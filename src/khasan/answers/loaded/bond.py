"""What public data sets say of a bond: goods both ways, alliances, and the phases of trade and votes."""

from __future__ import annotations

from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.bond import QUESTION, succession
from khasan.answers.loaded import phrases
from khasan.answers.loaded.only import not_yet_published
from khasan.answers.vetting import suspect_sides
from khasan.ledger.finding import Finding
from khasan.measures.dependence import dependence
from khasan.measures.phases import phases
from khasan.measures.ties import ties


def answer(case: Case) -> Answer:
    """Answer how the bond changed from trade, votes and alliances alone."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client, last = triangle.patron, triangle.client, snapshot.as_of.year
    curve = with_goods(dependence(snapshot, client, patron, EVER, last))
    traded = curve[-1] if curve else None
    turns = phases(snapshot, patron, client, EVER, last)
    pacts = ties(snapshot, patron, client)
    doubted = (
        suspect_sides(case, patron, int(traded.parameters["year"]), str(traded.detail["compiler"]))
        if traded is not None
        else frozenset()
    )
    values = {
        "patron": patron, "client": client, "traded": traded, "doubted": doubted, "turns": turns, "pacts": pacts,
        "then": _then(case, patron, traded),
        "allied": phrases.is_open(pacts), "succession": succession(case) if _reaches_back(case, turns) else None,
        "sold": phrases.goods(case, traded, "imports") if traded else None,
        "bought": phrases.goods(case, traded, "exports") if traded else None,
        "pact_words": phrases.spells(case, pacts, patron, "with") if pacts else "",
        "breaks": phrases.breaks(case, turns) if turns else "",
        "years": phrases.span_of_phases(case, turns) if turns else "",
        "layers": phrases.layers(turns) if turns else "",
    }  # fmt: skip
    unknown = [voice.say("loaded_unknown_bond", patron=patron, client=client)]
    unknown += not_yet_published(case, named=True)
    return Answer(
        QUESTION,
        voice.say("loaded_bond_title", **values),
        voice.say("loaded_bond", **values),
        (),
        tuple(unknown),
        together(QUESTION, traded, turns, pacts, curve),
        values | {"curve": curve, "gave": [], "took": [], "since": last, "treaties": None, "deals": None},
    )


def with_goods(curve: list[Finding]) -> list[Finding]:
    """Return the shares with an amount behind them, of the compiler that covers most years."""
    known = [one for one in curve if one.detail["exports"] is not None or one.detail["imports"] is not None]
    years: dict[str, int] = {}
    for one in known:
        years[str(one.detail["compiler"])] = years.get(str(one.detail["compiler"]), 0) + 1
    compiler = max(years, key=lambda name: (years[name], name), default="")
    return [one for one in known if one.detail["compiler"] == compiler]


def _then(case: Case, code: str, share: Finding | None) -> str:
    """Return who held the place of the partner in the year of a share."""
    return str(share.detail["actor"]) if share is not None else code


def _reaches_back(case: Case, turns: Finding | None) -> bool:
    """Whether the phases begin before the patron took the place of its predecessor."""
    began = succession(case)
    return turns is not None and began is not None and int(turns.detail["spans"][0]["first"]) < began
