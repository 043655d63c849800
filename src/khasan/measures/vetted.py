"""Dependence with suspect flows set aside: a share as reported, and bounds over what may be a namesake's trade.

Which flows are suspect, and why, stands in rows of its own (series of the role ``trade_suspicion``, one a suspect
flow of a client, and ``trade_suspects``, their number in each year that was vetted); :mod:`khasan.measures.vetting`
makes the verdicts. "Vetted" means set aside, never corrected to a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, Parameter, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.dependence import FLOWS, NOT_VULNERABILITY
from khasan.measures.places import traded_as
from khasan.measures.trade_book import TradeRow, trade_book

SET_ASIDE = "Suspect flows are set aside, not corrected; the interval keeps or drops each of them."


@dataclass(frozen=True, slots=True)
class Verdict:
    """A suspect flow of a client: who sold to whom, how suspect it is and why, and the row that says so."""

    id: str
    exporter: str
    importer: str
    score: float
    reason: str


def verdicts(snapshot: Snapshot, client: str, compiler: str, year: int) -> tuple[list[Verdict], str | None]:
    """Return the suspect flows of a client in a year, and the row that counts them (None where nothing was vetted).

    Scores are in the unit ``score`` (0 to 1).

    Source: rows of the roles ``trade_suspicion`` and ``trade_suspects``, made by :mod:`khasan.measures.vetting`.
    """
    held = snapshot.remember("verdicts", _verdicts)
    return held.get((client, compiler, year), ([], None))


def _verdicts(snapshot: Snapshot) -> dict[tuple[str, str, int], tuple[list[Verdict], str | None]]:
    """Read the verdicts of a snapshot by client, compiler and year; scores have the unit ``score``.

    Source: the rows of the snapshot.
    """
    found: dict[tuple[str, str, int], tuple[list[Verdict], str | None]] = {}
    counts = snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of("trade_suspects")))
    for row in counts.drop_nulls("year").iter_rows(named=True):
        found[row["from_actor"], row["compiler"] or "", row["year"]] = ([], row["id"])
    flows = snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of("trade_suspicion")))
    for row in flows.drop_nulls("year").sort("id").iter_rows(named=True):
        key = (row["scenario"] or "", row["compiler"] or "", row["year"])
        verdict = Verdict(row["id"], row["from_actor"], row["to_actor"], row["value"], row["note"] or "unknown")
        found.setdefault(key, ([], None))[0].append(verdict)
    return found


def vetted_share(
    snapshot: Snapshot, client: str, partner: str, year: int, compiler: str = "", flow: str = "trade"
) -> Finding | None:
    """Share of one partner in a client's trade with suspect flows set aside.

    ``N / D`` with ``N`` the partner's flows that are not suspect and ``D`` the total less every suspect flow. The
    interval runs over all ways of keeping or dropping suspect flows: from ``N / (D + other suspects)``, in which only
    the partner's are dropped, to ``(N + n) / (D + n)``, in which only the partner's suspect flows ``n`` are kept.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, partner : str
        Actors; a predecessor is asked in years before they existed.
    year : int
        Calendar year.
    compiler : str
        Whose numbers; only flows of one compiler are vetted together.
    flow : str
        ``trade`` (both directions), ``exports`` or ``imports`` of the client.

    Returns
    -------
    Finding or None
        Value, low and high in the unit ``share`` (0 to 1); None where nothing was vetted or no flow is recorded.
        ``detail`` holds ``as_reported`` (share), ``set_aside`` (USD million), ``exports`` and ``imports`` of the
        partner (USD million) and ``flags``: the suspect flows with exporter, importer, value (USD million), score
        and reason.

    Source: formula of the package; the method of the verdicts is explained in ``docs/explanation/vetting.md``.
    """
    book = trade_book(snapshot).of(compiler, year)
    (client_at, partner_at), caveats = traded_as(snapshot, year, book.pairs(), client, partner)
    if client_at is None or partner_at is None or flow not in FLOWS:
        return None
    listed, counted = verdicts(snapshot, client_at, compiler, year)
    if counted is None:
        return None
    exports, imports = book.export(client_at, partner_at), book.export(partner_at, client_at)
    own = [
        row
        for row, wanted in ((exports, flow in ("trade", "exports")), (imports, flow in ("trade", "imports")))
        if row is not None and wanted
    ]
    total = book.denominator(client_at, flow, "")
    if not own or total is None or total.value <= 0:
        return None
    flagged: list[tuple[Verdict, TradeRow]] = []
    for verdict in listed:
        gives = verdict.exporter == client_at
        row = book.export(verdict.exporter, verdict.importer)
        if row is not None and (flow == "trade" or gives == (flow == "exports")):
            flagged.append((verdict, row))
    ours = {row.id for row in own}
    suspect_own = sum(row.value for _, row in flagged if row.id in ours)
    suspect_others = sum(row.value for _, row in flagged if row.id not in ours)
    reported = sum(row.value for row in own)
    kept, whole = reported - suspect_own, total.value - suspect_own - suspect_others
    if whole <= 0:
        return None
    share = kept / whole
    parameters: dict[str, Parameter | None] = {
        "client": client, "partner": partner, "year": year, "compiler": compiler,
        "flow": flow if flow != "trade" else "",
    }  # fmt: skip
    detail: dict[str, Any] = {
        "as_reported": reported / total.value,
        "set_aside": (suspect_own + suspect_others) / 1e6,
        "exports": None if exports is None else exports.value / 1e6,
        "imports": None if imports is None else imports.value / 1e6,
        "actor": partner_at,
        "compiler": compiler,
        "coverage": total.coverage,
        "flags": [
            {
                "exporter": verdict.exporter, "importer": verdict.importer, "value": row.value / 1e6,
                "score": verdict.score, "reason": verdict.reason,
            }
            for verdict, row in flagged
        ],
    }  # fmt: skip
    evidence = [row.id for row in own]
    evidence += [*total.rows, counted, *(verdict.id for verdict, _ in flagged), *(row.id for _, row in flagged)]
    return make_finding(
        snapshot,
        "vetted_share",
        parameters,
        evidence,
        share,
        "share",
        low=min(share, kept / (whole + suspect_others)),  # digits lost in the differences must not part the two
        high=max(share, (kept + suspect_own) / (whole + suspect_own)),
        channel=own[0].channel,
        caveats=[*caveats, SET_ASIDE, NOT_VULNERABILITY],
        detail=detail,
    )


def vetted(
    snapshot: Snapshot,
    client: str,
    partner: str,
    first: int,
    last: int,
    compiler: str | None = None,
    flow: str = "trade",
) -> list[Finding]:
    """Return :func:`vetted_share` for every vetted year and compiler in a span, in the unit ``share`` (0 to 1).

    Source: see :func:`vetted_share`.
    """
    line = set(snapshot.actors.lineage(client))
    held = snapshot.remember("verdicts", _verdicts)
    asked = sorted(
        (year, name)
        for (actor, name, year), (_, counted) in held.items()
        if actor in line and counted is not None and first <= year <= last and compiler in (None, name)
    )
    shares = (vetted_share(snapshot, client, partner, year, name, flow) for year, name in asked)
    return [share for share in shares if share is not None]
