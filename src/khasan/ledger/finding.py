"""The second noun: a value computed from rows, which can always be asked who says so."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from khasan.ledger.errors import InputError
from khasan.ledger.grades import WORDS
from khasan.ledger.plain import plain
from khasan.ledger.snapshot import Snapshot

Parameter = str | int | float
"""What a parameter of a method may be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A value with its interval, method, parameters, evidence and caveats.

    Attributes
    ----------
    method : str
        Name of the method.
    parameters : mapping
        Arguments with which the method was called.
    evidence : tuple of str
        Ids of the rows used, and no others; applying the method to them gives the value again.
    digest : str
        Hash over method, parameters and the contents of the evidence.
    value, low, high : float
        Value and interval; equal where the rows give no interval.
    unit : str
        Unit of the three.
    word : str
        How firmly it may be said (see :mod:`khasan.ledger.grades`).
    caveats : tuple of str
        What a reader must know beside the value.
    detail : mapping
        Further parts of the result, for tables and charts.
    """

    method: str
    parameters: Mapping[str, Parameter]
    evidence: tuple[str, ...]
    digest: str
    value: float
    low: float
    high: float
    unit: str
    word: str = "reported"
    question: str = ""
    channel: str = ""
    version: str = "1"
    caveats: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """``method:key=value,...@hash8``."""
        return f"{finding_key(self.method, self.parameters)}@{self.digest}"

    def asked(self, question: str, channel: str = "") -> Finding:
        """Return the finding as part of the answer to a question."""
        return replace(self, question=question, channel=channel or self.channel)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as it stands in JSON."""
        return {
            "id": self.id,
            "question": self.question,
            "channel": self.channel,
            "method": self.method,
            "version": self.version,
            "parameters": dict(self.parameters),
            "evidence": list(self.evidence),
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "word": self.word,
            "caveats": list(self.caveats),
            "detail": plain(self.detail),
        }


def make_finding(
    snapshot: Snapshot,
    method: str,
    parameters: Mapping[str, Parameter | None],
    evidence: Iterable[str],
    value: float,
    unit: str,
    *,
    low: float | None = None,
    high: float | None = None,
    channel: str = "",
    version: str = "1",
    caveats: Iterable[str] = (),
    detail: Mapping[str, Any] | None = None,
) -> Finding:
    """Make a finding and hash its evidence.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows are; its day enters the parameters where it was asked for.
    method, version : str
        Name and version of the method.
    parameters : mapping
        Arguments of the method; None and empty ones are left out.
    evidence : iterable of str
        Ids of the rows used; may not be empty.
    value, low, high : float
        Value and interval in ``unit``; low and high are the value where not given.
    caveats : iterable of str
        What a reader must know beside the value.

    Raises
    ------
    ValueError
        Where there is no evidence or the value is not finite: such a thing is "no data", not a finding.
    """
    rows = tuple(sorted(set(evidence)))
    if not rows:
        raise ValueError(f"{method}: a finding needs evidence")
    if not all(
        math.isfinite(number) for number in (value, value if low is None else low, value if high is None else high)
    ):
        raise ValueError(f"{method}: a finding needs a finite value")
    kept: dict[str, Parameter] = {key: item for key, item in parameters.items() if item is not None and item != ""}
    if snapshot.dated:
        kept["as_of"] = snapshot.as_of.isoformat()
    return Finding(
        method=method,
        parameters=MappingProxyType(kept),
        evidence=rows,
        digest=_digest(snapshot, method, version, kept, rows),
        value=float(value),
        low=float(value if low is None else low),
        high=float(value if high is None else high),
        unit=unit,
        word=_weakest(snapshot, rows),
        channel=channel,
        version=version,
        caveats=tuple(dict.fromkeys(caveats)),
        detail=MappingProxyType(dict(detail or {})),
    )


def finding_key(method: str, parameters: Mapping[str, Parameter]) -> str:
    """Write the part of an id before the hash."""
    parts = ",".join(f"{key}={quote(str(value), safe='+;:./()')}" for key, value in sorted(parameters.items()))
    return f"{method}:{parts}"


def parse_id(text: str) -> tuple[str, dict[str, str], str]:
    """Split ``method:key=value,...@hash8`` into method, parameters and hash.

    Raises
    ------
    InputError
        Where the text does not have that form.
    """
    head, at, digest = text.rpartition("@")
    method, colon, rest = head.partition(":")
    pairs = [part.partition("=") for part in rest.split(",") if part]
    if not at or not colon or not all(equals for _, equals, _ in pairs):
        raise InputError(f"{text!r} is not the id of a finding; it reads method:key=value,...@hash8")
    return method, {key: unquote(value) for key, _, value in pairs}, digest


def _digest(
    snapshot: Snapshot, method: str, version: str, parameters: Mapping[str, Parameter], rows: tuple[str, ...]
) -> str:
    """Return the first eight digits of the hash of a method, its parameters and the cells of its rows."""
    contents = [
        [row, {key: str(cell) for key, cell in snapshot.rows[row][1].items() if cell is not None}]
        if row in snapshot.rows
        else [row]
        for row in rows
    ]
    text = json.dumps(
        [method, version, {key: str(value) for key, value in sorted(parameters.items())}, contents], sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _weakest(snapshot: Snapshot, rows: tuple[str, ...]) -> str:
    """Return the weakest word among the rows, with which the finding may be said."""
    words = snapshot.words
    return max((words.get(row, "documented") for row in rows), key=WORDS.index)
