"""Findings that are kept as rows, since what they were computed from is more than a ledger or casebook holds.

A finding of a model of world trade rests on the flows of all states; a casebook carries those of its client only.
Such a finding is computed once, by a script or a command that names its method and parameters, and kept in the table
``finding``. It is read back as any other finding: its evidence is the rows of the ledger that it used, and its hash
says whether they have changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, Parameter, finding_key, make_finding
from khasan.ledger.schema import empty_frame
from khasan.ledger.snapshot import Snapshot


def undated(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose findings carry no day in their ids, so that they can be kept as rows."""
    return (
        snapshot.remember("undated", lambda held: replace(held, dated=False, _memory={}))
        if snapshot.dated
        else snapshot
    )


def kept_rows(findings: Iterable[Finding], computed: date | None) -> pl.DataFrame:
    """Write findings as rows of the table ``finding``, sorted by id.

    Parameters
    ----------
    findings : iterable of Finding
        Made from a snapshot without a day (see :func:`undated`), so that their ids hold none.
    computed : date or None
        Day of computation; None for findings that are computed as they are asked for.
    """
    rows = [
        {
            "id": one.id, "question": one.question or None, "channel": one.channel or None, "method": one.method,
            "version": one.version, "parameters": json.dumps(dict(one.parameters), sort_keys=True),
            "evidence": json.dumps(list(one.evidence)), "value": one.value, "low": one.low, "high": one.high,
            "unit": one.unit, "caveats": json.dumps(list(one.caveats), ensure_ascii=False), "computed": computed,
        }
        for one in sorted(findings, key=lambda one: one.id)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=empty_frame("finding").schema)


def with_kept(snapshot: Snapshot, findings: Iterable[Finding], computed: date | None) -> Snapshot:
    """Return a snapshot that keeps more findings; those that it has already stay."""
    held = snapshot.finding
    rows = kept_rows(findings, computed)
    if held.height:
        rows = rows.filter(pl.col("id").is_in(held.get_column("id").implode()).not_())
    return replace(snapshot, finding=pl.concat([held.select(rows.columns), rows]), _memory={})


def kept_finding(snapshot: Snapshot, method: str, parameters: Mapping[str, Parameter | None]) -> Finding | None:
    """Return the finding that is kept for a method and its parameters, or None.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day. A finding of which a row of evidence is not known on that day is not returned.
    method : str
        Name of the method.
    parameters : mapping
        Arguments of the method; None and empty ones are left out.

    Returns
    -------
    Finding or None
        With a caveat where the rows of its evidence are not what they were when it was computed.
    """
    given = {key: value for key, value in parameters.items() if value is not None and value != ""}
    row = snapshot.remember("kept findings", _by_key).get(finding_key(method, given))
    if row is None:
        return None
    evidence: list[str] = json.loads(row["evidence"])
    if not evidence or any(one not in snapshot.rows for one in evidence):
        return None
    when = f" on {row['computed']}" if row["computed"] else ""
    caveats = [*json.loads(row["caveats"] or "[]"), f"computed{when} from the trade of all states"]

    def made(held: Snapshot) -> Finding:
        """Make the finding again from its row."""
        return make_finding(
            held, method, given, evidence, row["value"], row["unit"] or "", low=row["low"], high=row["high"],
            channel=row["channel"] or "", version=row["version"] or "1", caveats=caveats,
        )  # fmt: skip

    if made(undated(snapshot)).id != row["id"]:
        caveats.append("the rows that it rests on have changed since it was computed; compute it again")
    return made(snapshot)


def _by_key(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Index the kept findings by method and parameters."""
    return {row["id"].rpartition("@")[0]: row for row in snapshot.finding.iter_rows(named=True)}
