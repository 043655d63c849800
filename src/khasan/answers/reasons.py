"""Answer why the patron will not give up, and what would change its mind."""

from __future__ import annotations

from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.lifeline import changes_at, shock_year
from khasan.answers.prose import Prose
from khasan.answers.vetting import is_suspect
from khasan.ledger.finding import Finding
from khasan.measures.binding import laws_passed
from khasan.measures.buffer import bloc_neighbours, border, buffer, hosted_troops
from khasan.measures.deed import acts
from khasan.measures.distances import distances
from khasan.measures.shock import change_across, trade_ratio
from khasan.measures.trade_book import trade_book

QUESTION = "reasons"
NEAREST = 12
"""Members of the bloc whose distance is shown."""
FALL_YEARS = 4
"""Years over which a fall of trade is measured."""
STATEMENTS = 3
"""First statements that are quoted."""


def answer(case: Case) -> Answer:
    """Answer why the patron stays: the buffer, the border, the price so far, and the withdrawals on record."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client, opponent, other = triangle.patron, triangle.client, triangle.opponent, triangle.client_rival
    last = snapshot.as_of.year
    wall = buffer(snapshot, patron, client, opponent, last) if opponent else None
    line = border(snapshot, patron, client)
    neighbours = bloc_neighbours(snapshot, patron, client, opponent, last) if opponent else None
    troops = hosted_troops(snapshot, opponent, other) if opponent and other else None
    members = _near(case, neighbours)
    measured = distances(snapshot, patron, members) if opponent else []
    away = [one for place, one in enumerate(measured) if place < NEAREST or one.parameters["other"] == other]
    said = acts(snapshot, patron, client, "statement", EVER, last)
    grown = acts(snapshot, opponent, "", "bloc", EVER, last) if opponent else None
    price = _price(case)
    laws = laws_passed(snapshot, client)
    vetoes = acts(snapshot, patron, client, "vote", EVER, last, "veto")
    talks = acts(snapshot, opponent, client, "visit", EVER, last) if opponent else None
    left = withdrawal(case, patron)
    shock = shock_year(case)
    around = changes_at(case, [triangle.rival], shock) if triangle.rival and shock else {}
    squeezed = _fallen(around.get(triangle.rival or ""))
    values = {
        "patron": patron, "client": client, "opponent": opponent, "other": other, "rival": triangle.rival, "wall": wall,
        "line": line, "neighbours": neighbours, "troops": troops, "said": said, "grown": grown, "left": left,
        "squeezed": squeezed, "bigger": squeezed is not None and (left is None or _lost(squeezed) > _lost(left)),
        "away": away, "price": price, "laws": laws, "vetoes": vetoes, "talks": talks,
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("reasons_title", **values),
        voice.say("reasons", **values),
        (),
        (*_unknown(case, wall), *_statements(case, said)),
        together(
            QUESTION, wall, line, neighbours, troops, said, grown, left, squeezed, away, price, laws, vetoes, talks
        ),
        values,
    )


def _price(case: Case) -> Finding | None:
    """Return the patron's trade with the client's rival over that with the client, in the latest year with both."""
    triangle = case.triangle
    if triangle.client_rival is None:
        return None
    book = trade_book(case.snapshot)
    lines = [
        set(case.snapshot.actors.lineage(code)) for code in (triangle.patron, triangle.client, triangle.client_rival)
    ]
    with_client, with_other = book.years_between(lines[0], lines[1]), book.years_between(lines[0], lines[2])
    both = [(year, name) for name in with_client for year in with_client[name] if year in with_other.get(name, [])]
    found = (
        trade_ratio(case.snapshot, triangle.patron, triangle.client, triangle.client_rival, year, name)
        for year, name in sorted(both, reverse=True)
    )
    return next((one for one in found if one is not None), None)


def withdrawal(case: Case, partner: str) -> Finding | None:
    """Return the largest fall of a partner's trade with the client over up to four years, if it lost half or more.

    A year that more than doubled the one before it, or has no record before it, is no level to fall from and is passed
    over; so is a year in which a flow of the pair is suspect.
    """
    snapshot, client = case.snapshot, case.triangle.client
    book = trade_book(snapshot)
    line, others = set(snapshot.actors.lineage(client)), set(snapshot.actors.lineage(partner))
    worst: Finding | None = None
    for name, every in sorted(book.years_between(line, others).items()):
        years = [year for year in every if not is_suspect(case, partner, (year,), name)]
        for before, after in ((one, other) for one in years for other in years if one < other <= one + FALL_YEARS):
            found = change_across(snapshot, client, partner, before, after, name)
            if found is None or found.word == "not judged" or found.value > -0.5:
                continue
            eve = change_across(snapshot, client, partner, before - 1, before, name)
            if eve is None or eve.value > 1:
                continue  # a lone peak, from which any year is a fall
            if worst is None or _lost(found) > _lost(worst):
                worst = found
    return worst


def _fallen(change: Finding | None) -> Finding | None:
    """Return a change of trade where it is a fall."""
    return change if change is not None and change.value < 0 else None


def _near(case: Case, neighbours: Finding | None) -> tuple[str, ...]:
    """Return the members of the opponent's bloc beside the patron, and the client's rival where it is one."""
    found = {*neighbours.detail["land"], *neighbours.detail["sea"]} if neighbours is not None else set()
    found |= {code for code in (case.triangle.client_rival,) if code}
    return tuple(sorted(str(code) for code in found))


def _lost(change: Finding) -> float:
    """Return how much trade was lost across a change, in the unit of its amounts."""
    return float(change.detail["before"]) - float(change.detail["after"])


def _statements(case: Case, said: Finding | None) -> list[Prose]:
    """Quote what was said of the reasons: words are no measure of them."""
    if said is None:
        return []
    return [case.voice.say("unknown_motives", said=said, acts=said.detail["acts"][:STATEMENTS])]


def _unknown(case: Case, wall: Finding | None) -> list[Prose]:
    """Say what is not known of the reasons."""
    found = [case.voice.say("unknown_thresholds", patron=case.triangle.patron)]
    if wall is None:
        found.append(case.voice.say("unknown_buffer", client=case.triangle.client, opponent=case.triangle.opponent))
    return found
