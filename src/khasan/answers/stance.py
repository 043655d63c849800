"""Answer where the patron stands between the rivals, and whether its deed matches its vote."""

from __future__ import annotations

from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding
from khasan.measures.alignment import agreement
from khasan.measures.binding import binding
from khasan.measures.deed import acts, vote_against_deed
from khasan.measures.equidistance import LAYERS, drift, equidistance

QUESTION = "stance"
LAYER_NAMES = {"lean_trade": "trade", "lean_votes": "votes", "lean_points": "ideal points"}
"""Layers that have a lean a year, by method."""


def answer(case: Case) -> Answer:
    """Answer where the patron stands: agreement, leans and drift, votes beside deeds."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    patron, client, last = triangle.patron, triangle.client, snapshot.as_of.year
    other = triangle.client_rival or triangle.opponent
    votes = {code: _agreements(case, code) for code in (client, other, triangle.opponent, triangle.rival) if code}
    with_client = votes[client][-1] if votes[client] else None
    with_other = _same_year(votes.get(other or "", []), with_client)
    with_opponent = _same_year(votes.get(triangle.opponent or "", []), with_client)
    contested_votes = (
        agreement(snapshot, patron, client, int(with_client.parameters["year"]), "contested") if with_client else None
    )
    layers = equidistance(snapshot, patron, client, other, EVER, last) if other else []
    latest = _latest_layers(layers)
    drifts = (
        [one for layer in LAYERS if (one := drift(snapshot, patron, client, other, layer, EVER, last)) is not None]
        if other
        else []
    )
    vetoes = acts(snapshot, patron, client, "vote", EVER, last, "veto")
    bound = binding(snapshot, patron, client)
    deed = vote_against_deed(snapshot, patron, client, EVER, last)
    disagree = point_both_ways(latest)
    agenda = point_both_ways([one for one in latest if one.method in ("lean_votes", "lean_points")])
    on_points = next((one for one in latest if one.method == "lean_points"), None)
    values = {
        "patron": patron, "client": client, "other": other, "opponent": triangle.opponent, "with_client": with_client,
        "with_other": with_other, "with_opponent": with_opponent, "contested_votes": contested_votes, "latest": latest,
        "disagree": disagree, "agenda": agenda, "on_points": on_points, "drifts": drifts, "vetoes": vetoes,
        "bound": bound, "deed": deed,
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("stance_title", **values),
        voice.say("stance", **values),
        (voice.say("conflict_layers", **values),) if disagree else (),
        tuple(_unknown(case, with_client, latest, on_points)),
        together(
            QUESTION,
            with_client,
            with_other,
            with_opponent,
            contested_votes,
            latest,
            drifts,
            vetoes,
            bound,
            deed,
            layers,
            *votes.values(),
        ),
        values | {"layers": layers, "votes": votes},
    )


def _agreements(case: Case, other: str) -> list[Finding]:
    """Return the agreement of the patron with another state in every year that has data."""
    years = range(1946, case.snapshot.as_of.year + 1)
    found = (agreement(case.snapshot, case.triangle.patron, other, year) for year in years)
    return [one for one in found if one is not None]


def _same_year(curve: list[Finding], model: Finding | None) -> Finding | None:
    """Return the finding of the year of another one, or the last where there is no other."""
    if model is None:
        return curve[-1] if curve else None
    return next((one for one in curve if one.parameters["year"] == model.parameters["year"]), None)


def _latest_layers(layers: list[Finding]) -> list[Finding]:
    """Return the latest lean of each layer, in the order trade, votes, ideal points, record."""
    latest: dict[str, Finding] = {}
    for one in layers:
        name = layer_name(one)
        if name not in latest or int(one.parameters.get("year", 9999)) >= int(latest[name].parameters.get("year", 0)):
            latest[name] = one
    shown = ("trade", "votes", "ideal points", "treaties", "visits")
    return [latest[name] for name in shown if name in latest and _both_counted(latest[name])]


def _both_counted(lean: Finding) -> bool:
    """Whether a lean on the record counts acts with both; where one has none, it may only not have been collected."""
    counts = [lean.detail[name] for name in ("events_one", "events_other") if name in lean.detail]
    return all(counts)


def layer_name(lean: Finding) -> str:
    """Name the layer of a lean: trade, votes, ideal points, treaties or visits."""
    if lean.method == "lean_record":
        return {"treaty": "treaties", "visit": "visits"}.get(str(lean.parameters["part"]), str(lean.parameters["part"]))
    return LAYER_NAMES.get(lean.method, lean.method)


def point_both_ways(latest: list[Finding]) -> bool:
    """Whether some leans point to one side and some to the other.

    One whose interval holds 0 points to neither, and of counted acts only treaties count.
    """
    firm = [one for one in latest if one.method != "lean_record" or one.detail["part"] == "treaty"]
    return any(one.low > 0 for one in firm) and any(one.high < 0 for one in firm)


def _unknown(case: Case, with_client: Finding | None, latest: list[Finding], on_points: Finding | None) -> list[Prose]:
    """Say what is not known of votes and leans."""
    found: list[Prose] = []
    if with_client is None:
        found.append(case.voice.say("unknown_votes", patron=case.triangle.patron, client=case.triangle.client))
    else:
        found.append(case.voice.say("unknown_after_votes", f=with_client, points=on_points))
    if not latest:
        found.append(case.voice.say("unknown_lean", patron=case.triangle.patron))
    return found
