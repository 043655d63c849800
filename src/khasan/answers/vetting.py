"""What is set aside of a client's trade as suspect, which flows that are, and what it does to the shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from khasan.answers.answer import EVER, Case
from khasan.answers.numbers import amount, listing
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding
from khasan.measures.trade_book import trade_book
from khasan.measures.vetted import verdicts, vetted, vetted_share
from khasan.measures.vetting_error import vetting_error

SAYS = 0.02
"""Difference between a vetted share and the reported one below which nothing is told of it."""
TOLD = 3
"""Suspect flows that are named."""

_REASONS: Mapping[str, str] = {
    "extrapolated": "extrapolated by the compiler, to judge by one rate of growth year after year",
    "implausible": "too large for the size and distance of the two",
    "uncorroborated": "known to no second compiler",
}


@dataclass(frozen=True, slots=True)
class Vetting:
    """Vetted shares of some partners, the year that suspect flows distort most, and the distance to an editor's.

    Attributes
    ----------
    curves : mapping of str to list of Finding
        Vetted shares by partner, of the compiler that covers most years.
    worst : Finding, optional
        The vetted share that differs most from the reported one; None where none does by two points.
    error : Finding, optional
        How far the vetted shares of that partner stay from a published series.
    """

    curves: Mapping[str, list[Finding]] = field(default_factory=dict)
    worst: Finding | None = None
    error: Finding | None = None

    @property
    def used(self) -> list[Finding]:
        """Every finding, the two that the text tells first."""
        told = [one for one in (self.worst, self.error) if one is not None]
        return [*told, *(one for curve in self.curves.values() for one in curve)]

    @property
    def any(self) -> bool:
        """Whether anything was vetted."""
        return any(self.curves.values())


def vetting_of(case: Case, partners: Iterable[str], published: Mapping[str, Sequence[Finding]]) -> Vetting:
    """Return what vetting says of a client's shares.

    Parameters
    ----------
    case : Case
        The brief.
    partners : iterable of str
        Whose shares.
    published : mapping of str to sequence of Finding
        Shares of each partner by every compiler, in which a published series is looked for.
    """
    client, last = case.triangle.client, case.snapshot.as_of.year
    every = {partner: vetted(case.snapshot, client, partner, EVER, last) for partner in partners}
    named = [str(one.detail["compiler"]) for curve in every.values() for one in curve]
    if not named:
        return Vetting()
    compiler = max(sorted(set(named)), key=named.count)
    curves = {partner: [one for one in curve if one.detail["compiler"] == compiler] for partner, curve in every.items()}
    moved = [one for curve in curves.values() for one in curve if gap(one) >= SAYS]
    worst = max(moved, key=lambda one: (gap(one), one.id), default=None)
    error = _error(case, worst, published.get(str(worst.parameters["partner"]), ())) if worst is not None else None
    return Vetting(curves, worst, error)


def gap(share: Finding) -> float:
    """Return how far a vetted share is from the reported one."""
    return abs(share.value - float(share.detail["as_reported"]))


def or_vetted(case: Case, share: Finding | None) -> Finding | None:
    """Return the vetted share of the same partner, year and compiler, or the share itself where nothing was vetted."""
    if share is None or share.method != "trade_share" or share.parameters.get("excludes"):
        return share
    asked = share.parameters
    twin = vetted_share(
        case.snapshot,
        str(asked["client"]),
        str(asked["partner"]),
        int(asked["year"]),
        str(asked.get("compiler", "")),
        str(asked.get("flow", "trade")),
    )
    return better(share, twin)


def better(share: Finding, twin: Finding | None) -> Finding:
    """Return the vetted twin of a share; the share itself without one, or where it alone warns of a missing side."""
    if twin is None or (share.detail["one_way"] and not gap(twin)):
        return share
    return twin


def suspect_sides(case: Case, partner: str, year: int, compiler: str) -> frozenset[str]:
    """Return which flows between the client and a partner are set aside in a year: its exports, its imports."""
    actors = case.snapshot.actors
    line = set(actors.lineage(partner))
    return frozenset(
        "imports" if one.exporter in line else "exports"
        for code in actors.lineage(case.triangle.client)
        for one in verdicts(case.snapshot, code, compiler, year)[0]
        if line & {one.exporter, one.importer}
    )


def is_suspect(case: Case, partner: str, years: Iterable[int], compiler: str) -> bool:
    """Whether any flow between the client and a partner is set aside in some years."""
    return any(suspect_sides(case, partner, year, compiler) for year in years)


def basis_of(case: Case, compiler: str) -> str:
    """Return ``vetted`` where any year of the client's trade by a compiler was, or an empty text."""
    client = case.triangle.client
    line = case.snapshot.actors.lineage(client)
    book = trade_book(case.snapshot)
    years = (year for year in reversed(book.years(line)))
    counted = any(verdicts(case.snapshot, code, compiler, year)[1] for year in years for code in line)
    return "vetted" if counted else ""


def sentence(case: Case, vetting: Vetting) -> Prose:
    """Say how much is set aside where it distorts most, which flows are largest and why, and how near an editor is."""
    worst = vetting.worst
    if worst is None:
        return Prose(())
    parts = [float(worst.detail[key] or 0) for key in ("exports", "imports")]
    reported = float(worst.detail["as_reported"])
    return case.voice.say(
        "vetting",
        f=worst,
        error=vetting.error,
        part=float(worst.detail["set_aside"]) * reported / sum(parts) if sum(parts) > 0 else None,
        flows=largest_flows(case, worst),
        client=case.triangle.client,
    )


def largest_flows(case: Case, share: Finding, most: int = TOLD) -> str:
    """List the largest suspect flows behind a share, those of one reason together: whose sales or purchases, why."""
    flags = sorted(share.detail["flags"], key=lambda flag: (-float(flag["value"]), flag["exporter"], flag["importer"]))
    client = set(case.snapshot.actors.lineage(case.triangle.client))
    grouped: dict[str, dict[str, list[str]]] = {}
    for flag in flags[:most]:
        sells = flag["importer"] in client
        partner = case.voice.bare_name(str(flag["exporter" if sells else "importer"]))
        sides = grouped.setdefault(str(flag["reason"]), {})
        sides.setdefault("sales by" if sells else "purchases by", []).append(f"{partner} ({_money(case, flag)})")
    said = []
    for reason, sides in grouped.items():
        why = why_suspect(case, reason)
        whose = " and ".join(f"{side} {listing(names)}" for side, names in sides.items())
        said.append(f"{whose}{f', {why}' if why else ''}")
    return case.voice.mark("; ".join(said), share)


def why_suspect(case: Case, reason: str) -> str:
    """Say in words why a flow is suspect; a namesake is named."""
    kind, _, namesake = reason.partition(" ")
    if kind == "namesake" and namesake:
        return f"likely trade with {case.voice.bare_name(namesake)}"
    return _REASONS.get(kind, "")


def _money(case: Case, flag: Mapping[str, Any]) -> str:
    """Write the amount of a suspect flow."""
    return amount(float(flag["value"]), "USD million", case.snapshot.units, case.snapshot.labels)


def _error(case: Case, worst: Finding, curve: Sequence[Finding]) -> Finding | None:
    """Compare with the published series of another compiler that has most years in common."""
    asked = worst.parameters
    series: dict[tuple[str, str], int] = {}
    for one in curve:
        key = (str(one.detail["compiler"]), str(one.detail["excludes"]))
        if one.detail["route"] == "printed" and key[0] != worst.detail["compiler"]:
            series[key] = series.get(key, 0) + 1
    found = (
        vetting_error(
            case.snapshot, str(asked["client"]), str(asked["partner"]), str(worst.detail["compiler"]), against, excludes
        )
        for against, excludes in series
    )
    known = [one for one in found if one is not None]
    return max(known, key=lambda one: (int(one.detail["years"]), one.id), default=None)
