"""What the trade file says of a lifeline: its largest fall of late, who fell with it and who rose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khasan.answers.answer import Answer, Case, together
from khasan.answers.lifeline import QUESTION
from khasan.answers.loaded import phrases
from khasan.answers.loaded.dependence import last_reading
from khasan.answers.loaded.only import not_yet_published
from khasan.answers.vetting import basis_of, is_suspect
from khasan.ledger.finding import Finding
from khasan.measures.lifeline import lifeline
from khasan.measures.shock import change_across
from khasan.measures.whole_change import HALF, flows_of, suspect_flows, whole_change

YEARS = 20
"""Years up to the last of the file in which a fall is looked for."""
SPAN = 4
"""Years over which a fall is measured at most."""
LEAST = 0.1
"""Part of the trade that must be lost to speak of a fall."""
MOST_GROWN = 2.0
"""Times the trade of the year before, above which a year is a lone peak."""
MOST = 3
"""Partners told on either side."""

Flows = Mapping[tuple[str, str, str], float]
"""Amounts by flow."""


def answer(case: Case) -> Answer:
    """Answer who caught the fall: the largest fall of recorded trade, whatever its cause, and the partners in it.

    Flows that are suspect before or after are left out: neither their rise nor their fall is told.
    """
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client = triangle.patron, triangle.client
    compiler, last = last_reading(case)
    basis = basis_of(case, compiler)
    fall = largest_fall(case, compiler, last, basis) if last else None
    before, after = (int(fall.parameters[key]) for key in ("before", "after")) if fall else (0, 0)
    named = [code for code in (patron, triangle.rival, triangle.opponent, triangle.client_rival) if code]
    fell, rose = _ends(fall)
    changes = {
        code: change
        for code in dict.fromkeys([*named, *fell, *rose])
        if fall is not None
        and not is_suspect(case, code, (before, after), compiler)
        and (change := change_across(snapshot, client, code, before, after, compiler)) is not None
        and change.detail["basis"] == "both directions"
    }
    of_patron = changes.get(patron)
    rows = lifeline(snapshot, patron, client)
    risers = [code for code in rose if code in changes and code != patron][:MOST]
    doubted = fall is not None and is_suspect(case, patron, (before, after), compiler)
    values = {
        "patron": patron, "client": client, "fall": fall, "doubted": doubted, "aside": _aside(fall),
        "of_patron": of_patron, "compiler": compiler, "last": last,
        "since": last - YEARS + 1, "caught": fall is not None and fall.detail["gained"] > 0,
        "losers": phrases.amounts(case, [changes[code] for code in fell if code in changes and code != patron][:MOST]),
        "gainers": phrases.amounts(case, [changes[code] for code in risers]), "one_riser": len(risers) == 1,
        "apart": fall is not None and fall.high - fall.low > 0.02,
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("loaded_lifeline_title", **values),
        voice.say("loaded_lifeline", **values),
        (),
        (
            voice.say("loaded_unknown_law", client=client),
            *(
                (voice.say("loaded_unknown_flows", vetted=bool(basis)),)
                if fall is not None
                else not_yet_published(case)
            ),
        ),
        together(QUESTION, fall, changes.values(), [row.latest for row in rows], [row.trend for row in rows]),
        values | {"changes": changes, "rows": rows, "caps": [], "of_rival": changes.get(triangle.rival or "")},
    )


def _aside(fall: Finding | None) -> dict[str, Any] | None:
    """Return the partners whose flows a fall leaves out as suspect, largest first, and their sums in USD million."""
    left_out = fall.detail["suspect"] if fall is not None else {}
    if not left_out:
        return None
    before, after = (sum(pair[place] for pair in left_out.values()) for place in (0, 1))
    ranked = sorted(left_out, key=lambda code: (-max(left_out[code]), code))
    return {"before": before, "after": after, "named": ranked[:MOST], "others": len(ranked[MOST:])}


def largest_fall(case: Case, compiler: str, last: int, basis: str = "") -> Finding | None:
    """Return the largest fall of the client's trade in the last twenty years of the file, or None below a tenth.

    A pair of years counts where the flows recorded in both make up half of the earlier trade or more, and where all
    that is recorded in either fell too. A year whose
    trade more than doubled that of the year before, over the flows of both, is no level to fall from. With the basis
    ``vetted`` flows that are suspect in either year count in neither.
    """
    client = case.triangle.client
    years = {
        year: {key: row.value for key, row in flows_of(case.snapshot, client, year, compiler).items()}
        for year in range(last - YEARS, last + 1)
    }
    doubted = {year: set(suspect_flows(case.snapshot, client, year, compiler)) if basis else set() for year in years}
    worst = (-LEAST, 0, 0)
    for before, old in years.items():
        if before == last - YEARS or _grown(years[before - 1], old, doubted[before - 1] | doubted[before]) > MOST_GROWN:
            continue
        for after in range(before + 1, min(before + SPAN, last) + 1):
            new, dropped = years[after], doubted[before] | doubted[after]
            whole = sum(value for key, value in old.items() if key not in dropped)
            shared = (old.keys() & new.keys()) - dropped
            first = sum(old[key] for key in shared)
            all_later = sum(value for key, value in new.items() if key not in dropped)
            if whole > 0 and first >= HALF * whole and all_later < whole:
                change = sum(new[key] for key in shared) / first - 1
                worst = min(worst, (change, before, after))
    return whole_change(case.snapshot, client, worst[1], worst[2], compiler, basis) if worst[1] else None


def _grown(old: Flows, new: Flows, dropped: set[tuple[str, str, str]]) -> float:
    """Return how many times the trade of one year that of the year before is, over the flows of both."""
    shared = (old.keys() & new.keys()) - dropped
    first = sum(old[key] for key in shared)
    return sum(new[key] for key in shared) / first if first > 0 else 1.0


def _ends(fall: Finding | None) -> tuple[list[str], list[str]]:
    """Return the partners with which trade fell and rose most across a fall, largest first."""
    if fall is None:
        return [], []
    moved = {code: after - before for code, (before, after) in fall.detail["partners"].items()}
    ranked = sorted(moved, key=lambda code: (moved[code], code))
    fell = [code for code in ranked if moved[code] < 0][: MOST + 1]
    return fell, [code for code in reversed(ranked) if moved[code] > 0][: MOST + 1]
