"""Who fell and who rose around the restrictions on a client, where some partners restrict and others do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from khasan.answers.answer import Case
from khasan.answers.prose import Prose
from khasan.answers.vetting import is_suspect
from khasan.ledger.finding import Finding
from khasan.measures.absorption.found import absorbed, absorbed_table, compilers_around
from khasan.measures.absorption.shown import shown

PREFERRED = ("synthetic", "trend", "mean")
"""Expectations in the order in which one is told; the others stand in ``khasan measure lifeline --senders``."""
NAMED = 2
"""Senders that the text names."""


@dataclass(frozen=True, slots=True)
class Absorption:
    """What can be said of absorption around the year in which most restrictions began.

    Attributes
    ----------
    shock : date
        The first day under restriction in that year.
    senders : tuple of str
        Who restricts; empty where all are bound.
    of_patron : Finding, optional
        The part of the senders' loss that the patron took over; None where it is undefined.
    reason : str
        Why it is undefined: all are bound, or what the measure says.
    compiler, expectation : str
        Whose numbers, and against which expectation.
    rows : tuple of dict
        Who fell and who rose (see :func:`khasan.measures.absorption.shown.shown`), suspect flows left out.
    findings : tuple of Finding
        The share of the loss of each partner among ``rows`` that has one.
    """

    shock: date
    senders: tuple[str, ...]
    of_patron: Finding | None = None
    reason: str = ""
    compiler: str = ""
    expectation: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def all_bound(self) -> bool:
        """Whether all states are bound, so that nobody stands outside."""
        return not self.senders


def absorption_at(case: Case, year: int | None) -> Absorption | None:
    """Return absorption around the first restriction of a year; None without a restriction or a sender."""
    snapshot, client, patron = case.snapshot, case.triangle.client, case.triangle.patron
    frame = snapshot.restriction.filter(
        pl.col("target").is_in(list(snapshot.actors.lineage(client))) & (pl.col("date").dt.year() == (year or 0))
    )
    universal = frame.filter(pl.col("sender") == "UN")
    if universal.height:
        return Absorption(_first(universal), ())
    senders = tuple(sorted(set(frame.get_column("sender").drop_nulls()) - {client}))
    if not senders:
        return None
    shock = _first(frame)
    compiler = next(iter(compilers_around(snapshot, client, shock)), "")
    if not compiler:
        return Absorption(shock, senders, reason="no compiler gives trade both before and after it")
    asked = (shock.isoformat(), ";".join(senders))
    result = absorbed_table(snapshot, client, *asked, compiler).result
    own = result.filter(pl.col("partner") == patron)
    defined = own.filter("defined").get_column("expectation").to_list()
    expectation = next((name for name in PREFERRED if name in defined), PREFERRED[0])
    reasons = own.filter(pl.col("expectation") == expectation).get_column("reason").to_list()
    listed = shown(result, expectation)
    if patron not in {row["partner"] for row in listed}:
        listed += shown(result.filter(pl.col("partner") == patron), expectation)
    rows = tuple(row for row in listed if not _doubted(case, row["partner"], shock, compiler))
    shares = (absorbed(snapshot, client, row["partner"], *asked, expectation, compiler) for row in rows)
    return Absorption(
        shock,
        senders,
        absorbed(snapshot, client, patron, *asked, expectation, compiler),
        next(iter(reasons), "") or "it is not in the file on both sides of the day",
        compiler,
        expectation,
        rows,
        tuple(one for one in shares if one is not None),
    )


def sentence(case: Case, found: Absorption | None) -> Prose:
    """Say how much of the senders' loss the patron took over, or why that is undefined."""
    if found is None:
        return Prose(())
    return case.voice.say(
        "absorbed",
        patron=case.triangle.patron,
        client=case.triangle.client,
        f=found.of_patron,
        found=found,
        first=list(found.senders[:NAMED]),
        more=len(found.senders[NAMED:]),
    )


def _doubted(case: Case, partner: str, shock: date, compiler: str) -> bool:
    """Whether a flow with a partner is suspect in a year near the shock, so that its move is not told."""
    return is_suspect(case, partner, range(shock.year - 1, shock.year + 4), compiler)


def _first(frame: pl.DataFrame) -> date:
    """Return the first day of some restrictions."""
    day: date = frame.sort("date", "id").item(0, "date")
    return day
