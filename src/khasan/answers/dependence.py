"""Answer what the client lives on."""

from __future__ import annotations

import polars as pl

from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.prose import Prose, join
from khasan.answers.sides import blackout_sentences, conflict_sentences
from khasan.answers.vetting import Vetting, or_vetted, sentence, vetting_of
from khasan.ledger.finding import Finding
from khasan.ledger.knowledge import corroboration
from khasan.measures.blackouts import blackouts, recorded_zeros
from khasan.measures.dependence import asymmetry, concentration, dependence, reading_count
from khasan.measures.latest import channel_latest
from khasan.measures.readings import contested, figure_readings
from khasan.measures.roles import trade_series

QUESTION = "dependence"


def answer(case: Case) -> Answer:
    """Answer what the client lives on: shares by compiler, concentration, built industry, contested figures."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    last = snapshot.as_of.year
    curves = {
        partner: dependence(snapshot, triangle.client, partner, EVER, last)
        for partner in (triangle.patron, triangle.rival)
        if partner
    }
    whole = {partner: _over_totals(curve) for partner, curve in curves.items()}
    of_patron, of_rival = whole[triangle.patron], whole.get(triangle.rival or "", [])
    last_ones = [or_vetted(case, _latest(curve)) for curve in (of_rival, of_patron)]
    ends = [one for one in last_ones if one is not None]
    leading = max(ends, key=lambda one: (one.value, int(one.parameters["year"])), default=None)
    others = of_patron if leading is None or leading.parameters["partner"] != triangle.patron else of_rival
    same = _same_reading(others, leading) if leading is not None else None
    beside = or_vetted(case, same or _latest(others))
    led = leading is not None and leading.parameters["partner"] == triangle.patron
    peak = None if led else or_vetted(case, _peak(case, of_patron))
    amount = (
        channel_latest(snapshot, triangle.patron, triangle.client, leading.channel) if leading is not None else None
    )
    many = _most_read(case, whole.get(str(leading.parameters["partner"]), []) if leading is not None else [])
    spread = _last_concentration(case, of_rival + of_patron)
    uneven = _last_asymmetry(case, of_rival)
    built = _built(case)
    dark = [one for one in blackouts(snapshot, triangle.actors) if one.parameters["partner"] == triangle.client]
    disputed = contested(snapshot, triangle.actors, (leading.channel,), 3) if leading is not None else []
    zeros = recorded_zeros(snapshot, triangle.client)
    vetting = vetting_of(case, curves, curves)
    values = {
        "patron": triangle.patron, "client": triangle.client, "rival": triangle.rival, "leading": leading,
        "beside": beside, "peak": peak, "many": many, "spread": spread, "uneven": uneven, "built": built,
        "amount": amount,
    }  # fmt: skip
    conflicts = [voice.say("conflict_shares", many=many, shares=_shares_of(many))] if many is not None else []
    return Answer(
        QUESTION,
        voice.say("dependence_title", **values),
        join([voice.say("dependence", **values), sentence(case, vetting)]),
        (*conflicts, *conflict_sentences(case, disputed)),
        (
            *_unknown(case, leading, vetting),
            *((voice.say("unknown_zeros", f=zeros),) if zeros is not None else ()),
            *blackout_sentences(case, dark),
        ),
        together(
            QUESTION,
            leading,
            beside,
            peak,
            many,
            spread,
            uneven,
            built,
            amount,
            disputed,
            dark,
            zeros,
            vetting.used,
            *curves.values(),
        ),
        {
            "vetting": vetting,
            "curves": whole,
            "leading": leading,
            "beside": beside,
            "peak": peak,
            "many": many,
            "disputed": disputed,
            "amount": amount,
        },
    )


def _latest(curve: list[Finding]) -> Finding | None:
    """Return the latest share, of the compiler that covers most years among those that reach it."""
    if not curve:
        return None
    year = max(int(one.parameters["year"]) for one in curve)
    years: dict[str, int] = {}
    for one in curve:
        years[str(one.detail["compiler"])] = years.get(str(one.detail["compiler"]), 0) + 1
    latest = [one for one in curve if one.parameters["year"] == year]
    return max(latest, key=lambda one: (years[str(one.detail["compiler"])], one.id))


def _peak(case: Case, curve: list[Finding]) -> Finding | None:
    """Return the largest share that the patron or its predecessor ever had, also one printed for several years."""
    snapshot = case.snapshot
    judged = [one for one in curve if one.word != "not judged"]
    peak = max(judged, key=lambda one: one.value, default=None)
    series = trade_series(snapshot, "trade_share")
    if series is None:
        return peak
    printed = snapshot.usable.filter(
        (pl.col("series") == series)
        & pl.col("from_actor").is_in(list(snapshot.actors.lineage(case.triangle.patron)))
        & pl.col("to_actor").is_in(list(snapshot.actors.lineage(case.triangle.client)))
        & (pl.col("word") != "not judged")
        & (pl.col("value_base") > (peak.value if peak is not None else 0))
    )
    if not printed.height:
        return peak
    row = printed.sort("value_base", "id").row(-1, named=True)
    return figure_readings(
        snapshot, row["series"], row["from_actor"], row["to_actor"], row["start"].isoformat(), row["end"].isoformat()
    )


def _over_totals(curve: list[Finding]) -> list[Finding]:
    """Return the shares over a compiler's total; only where there are none, those over a sum of partners."""
    both = [one for one in curve if not one.detail["one_way"]]
    totals = [one for one in both if str(one.detail["coverage"]).startswith(("total", "sum of all"))]
    return totals or both


def _same_reading(curve: list[Finding], model: Finding) -> Finding | None:
    """Return the share of the same year, compiler and exclusion in another curve."""
    keys = ("year", "compiler", "excludes")
    return next(
        (one for one in curve if all(one.parameters.get(key) == model.parameters.get(key) for key in keys)), None
    )


def _most_read(case: Case, curve: list[Finding]) -> Finding | None:
    """Return the year in which most readings of one share stand side by side and differ, the latest of them."""
    spans: dict[int, list[float]] = {}
    for one in curve:
        spans.setdefault(int(one.parameters["year"]), []).append(one.value)
    ranked = sorted(
        spans,
        key=lambda year: (len({round(value, 2) for value in spans[year]}), max(spans[year]) - min(spans[year]), year),
    )
    if not ranked or len({round(value, 2) for value in spans[ranked[-1]]}) < 2:
        return None
    partner = str(curve[0].parameters["partner"])
    return reading_count(case.snapshot, case.triangle.client, partner, ranked[-1])


def _shares_of(many: Finding | None) -> list[dict[str, object]]:
    """Group the readings of a year by value, so that compilers who give the same number stand together."""
    grouped: dict[tuple[float, str], list[str]] = {}
    for reading in many.detail["readings"] if many is not None else []:
        key = (round(float(reading["share"]), 4), str(reading["excludes"] or ""))
        grouped.setdefault(key, []).append(str(reading["compiler"]))
    return [
        {"share": share, "excludes": excludes, "compilers": compilers}
        for (share, excludes), compilers in sorted(grouped.items(), reverse=True)
    ]


def _last_concentration(case: Case, curve: list[Finding]) -> Finding | None:
    """Return the concentration of the latest year in which a compiler lists three partners or more."""
    for year, compiler in sorted(
        {(int(one.parameters["year"]), str(one.detail["compiler"])) for one in curve}, reverse=True
    ):
        found = concentration(case.snapshot, case.triangle.client, year, compiler)
        if found is not None and int(found.detail["partners"]) >= 3:
            return found
    return None


def _last_asymmetry(case: Case, curve: list[Finding]) -> Finding | None:
    """Return the asymmetry of the latest year in which both shares have data."""
    for one in sorted(curve, key=lambda share: int(share.parameters["year"]), reverse=True):
        found = asymmetry(
            case.snapshot,
            case.triangle.client,
            str(one.parameters["partner"]),
            int(one.parameters["year"]),
            str(one.detail["compiler"]),
        )
        if found is not None:
            return found
    return None


def _built(case: Case) -> Finding | None:
    """Return the largest share of an output that came from plants of the patron, with every reading of it."""
    snapshot = case.snapshot
    rows = snapshot.usable.filter(
        pl.col("series").is_in(snapshot.series_of("patron_built"))
        & pl.col("from_actor").is_in(list(snapshot.actors.lineage(case.triangle.patron)))
        & pl.col("to_actor").is_in(list(snapshot.actors.lineage(case.triangle.client)))
        & (pl.col("dimension") == "share")
    )
    if not rows.height:
        return None
    row = rows.sort("value", "id").row(-1, named=True)
    return figure_readings(
        snapshot, row["series"], row["from_actor"], row["to_actor"], row["start"].isoformat(), row["end"].isoformat()
    )


def _unknown(case: Case, leading: Finding | None, vetting: Vetting) -> list[Prose]:
    """Say what is not known of the shares."""
    if leading is None:
        return [case.voice.say("unknown_shares", client=case.triangle.client)]
    alone = not corroboration(case.snapshot.origin, case.snapshot.usable).height
    origins = [case.voice.say("unknown_origins")] if alone else []
    return [*origins, case.voice.say("unknown_vetting", vetted=vetting.any, f=vetting.worst)]
