"""The bundled casebook with other numbers in the losses that it keeps."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from khasan.answers.answer import Answer, Case
from khasan.answers.leaving import answer
from khasan.answers.voice import Voice

Values = tuple[float, float, float]
"""Value, low and high."""


def changed(case: Case, values: Mapping[tuple[str, str], Values], without: Collection[str] = ()) -> Case:
    """Give some kept findings other numbers, by method and who leaves (or the member); leave out some methods."""

    def numbers(method: str, parameters: str) -> Values | None:
        given = json.loads(parameters)
        return values.get((method, str(given.get("leaving") or given.get("member") or "")))

    held = case.snapshot.finding.filter(pl.col("method").is_in(list(without)).not_())
    rows = held.to_dicts()
    found = 0
    for row in rows:
        other = numbers(row["method"], row["parameters"])
        if other is not None:
            row["value"], row["low"], row["high"] = other
            found += 1
    assert found >= len(values), "not all of them are kept"
    memory = {key: one for key, one in case.snapshot._memory.items() if key != "kept findings"}
    snapshot = replace(case.snapshot, finding=pl.DataFrame(rows, schema=held.schema), _memory=memory)
    return replace(case, snapshot=snapshot, voice=Voice(snapshot))


def told(case: Case) -> Answer:
    """Answer what the client would lose."""
    found = answer(case)
    assert found is not None
    return found
