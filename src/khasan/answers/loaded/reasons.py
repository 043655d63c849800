"""What borders, distances, rivalries and past falls of trade say of a patron's reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from khasan.answers import reasons as full
from khasan.answers.answer import Answer, Case, together
from khasan.answers.loaded import phrases
from khasan.answers.loaded.only import not_yet_published
from khasan.answers.numbers import count, listing
from khasan.answers.vetting import basis_of
from khasan.ledger.finding import Finding
from khasan.measures.distances import shortest_distance
from khasan.measures.whole_change import whole_change

NAMED = 6
"""Allies at the border that are named at most."""


def answer(case: Case) -> Answer:
    """Answer why the patron stays from borders, distances, alliances and trade alone."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    base = full.answer(case)
    parts = base.parts
    patron, client = triangle.patron, triangle.client
    wall, neighbours, left = parts["wall"], parts["neighbours"], parts["left"]
    apart = shortest_distance(snapshot, patron, client)
    whole = _whole(case, left)
    values = {
        "patron": patron, "client": client, "opponent": triangle.opponent, "wall": wall, "neighbours": neighbours,
        "apart": apart, "left": left, "whole": whole, "line": parts["line"],
        "host": _host(case, wall), "beside": _beside(case, neighbours),
        "wall_ends": phrases.files_end(case, wall) if wall else "",
        "ends": phrases.files_end(case, neighbours) if neighbours else "",
        "held_before": _place(case, patron, left, "before"), "held_after": _place(case, patron, left, "after"),
        "listed": _by_todays_list(case, neighbours),
        "one_way": left is not None and left.detail["basis"] != "both directions",
    }  # fmt: skip
    late = not_yet_published(case) if wall is None else []
    return replace(
        base,
        title=voice.say("loaded_reasons_title", **values),
        text=voice.say("loaded_reasons", **values),
        unknown=(*base.unknown, *late),
        findings=together(base.question, base.findings, apart, whole),
        parts={**parts, "apart": apart, "whole": whole},
    )


def _host(case: Case, wall: Finding | None) -> str:
    """Name a neighbour of the client on the opponent's side: the opponent itself, or its first ally."""
    if wall is None or not wall.detail["hosts"]:
        return ""
    voice, opponent, hosts = case.voice, case.triangle.opponent, wall.detail["hosts"]
    if opponent in hosts:
        return f"{voice.name(opponent)} itself"
    return f"{voice.name(hosts[0])}, an ally of {voice.name(opponent)}"


def _beside(case: Case, neighbours: Finding | None) -> str:
    """Say who of the opponent's side touches the patron: the opponent itself, and how many allies, a few by name."""
    if neighbours is None:
        return ""
    voice, opponent = case.voice, case.triangle.opponent
    land = [str(code) for code in neighbours.detail["land"]]
    allies = [code for code in land if code != opponent]
    names = f" ({listing([voice.bare_name(code) for code in allies])})" if 0 < len(allies) <= NAMED else ""
    said = f"{count(len(allies), 'ally', 'allies')} of {voice.bare_name(opponent)}{names}"
    if opponent in land:
        own = voice.bare_name(opponent)
        said = f"{own} and {count(len(allies), 'ally', 'allies')} of it{names}" if allies else f"{own} itself"
    verb = "touches" if len(land) == 1 else "touch"
    return voice.upper(f"{voice.mark(said, neighbours)} {verb}")


def _by_todays_list(case: Case, neighbours: Finding | None) -> bool:
    """Whether a neighbour counts as an ally by the undated list of a bloc only."""
    if neighbours is None:
        return False
    told = " ".join(caveat for caveat in neighbours.caveats if "undated list" in caveat)
    return any(case.snapshot.actors.name(code) in told for code in neighbours.detail["land"])


def _whole(case: Case, left: Finding | None) -> Finding | None:
    """Return the change of the client's whole trade over the years in which the patron's fell."""
    if left is None:
        return None
    before, after = int(left.parameters["before"]), int(left.parameters["after"])
    compiler = str(left.parameters.get("compiler", ""))
    return whole_change(case.snapshot, case.triangle.client, before, after, compiler, basis_of(case, compiler))


def _place(case: Case, patron: str, left: Finding | None, key: str) -> str:
    """Return who held the patron's place in one of the years of a fall."""
    if left is None:
        return patron
    return case.snapshot.actors.at(patron, date(int(left.parameters[key]), 7, 1)) or patron
