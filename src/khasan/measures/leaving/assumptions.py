"""Keep what a client would lose under sets of assumptions, in the model of many sectors with a made row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from khasan.gravity.uncertainty.assumption_sets import assumption_sets
from khasan.ledger.finding import Finding, Parameter, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import rounded
from khasan.measures.leaving.kept import leaving_assumption


def under_assumptions(
    snapshot: Snapshot,
    table: pl.DataFrame,
    cases: Mapping[str, str],
    client: str,
    year: int,
    donors: Sequence[str],
    evidence: Sequence[str],
) -> tuple[Finding, ...]:
    """Turn a table of losses into findings.

    Parameters
    ----------
    snapshot : Snapshot
        Where the rows of evidence are.
    table : DataFrame
        ``size`` (what the client's gross domestic product is multiplied with) and the columns of
        :func:`khasan.gravity.uncertainty.assumptions.assumption_table`; changes of real income in percent.
    cases : mapping of str to str
        Names of cases in the table to how ids write them: ``goods:`` or ``fuel:`` and a code or ``all``.
    client, year, donors
        Whose loss, in which year's trade, with whose technology (codes).
    evidence : sequence of str
        Rows that the table rests on.

    Returns
    -------
    tuple of Finding
        One a case and set, with the value of the first size and an interval over donors and sizes; unit: percent of
        real income lost. None where a size has no equilibrium with any donor.

    Source: as of :func:`khasan.measures.leaving.kept.leaving_assumption`.
    """
    sizes = table.get_column("size").unique(maintain_order=True).to_list()
    found = []
    for case, told in cases.items():
        for assumption in assumption_sets():
            own = table.filter((pl.col("case") == case) & (pl.col("assumption") == assumption.name))
            if own.height < len(sizes) or own.get_column("value").null_count():
                continue
            parameters: dict[str, Parameter] = {
                "client": client, "case": told, "assumption": assumption.name.replace(" ", "-"),
                "donors": ";".join(donors), "year": year, "size": ";".join(f"{size:g}" for size in sizes),
            }  # fmt: skip
            failed = [str(one) for one in own.get_column("failed") if one]
            caveats = [
                f"Assumed: {assumption.label}; interval over the technologies of {len(set(donors))} countries and "
                f"{len(sizes)} sizes of the client",
                *(f"no equilibrium with {one}; left out" for one in failed),
                *own.item(0, "caveats").split("; "),
            ]
            low, high = -float(own["high"].max()), -float(own["low"].min())  # type: ignore[arg-type]
            found.append(
                make_finding(
                    snapshot,
                    "leaving_assumption",
                    parameters,
                    evidence,
                    rounded(-float(own.item(0, "value"))),
                    "percent",
                    low=rounded(low),
                    high=rounded(high),
                    channel="trade",
                    caveats=caveats,
                )
            )
    return tuple(found)


def kept_assumptions(snapshot: Snapshot, client: str) -> tuple[Finding, ...]:
    """Return the kept losses of a client under assumptions, in the order of the sets; unit: percent of real income.

    Source: the table ``finding``.
    """
    rows = snapshot.finding.filter(pl.col("method") == "leaving_assumption").get_column("parameters").to_list()
    given = [one for one in map(json.loads, rows) if one["client"] == client]
    order = [one.name.replace(" ", "-") for one in assumption_sets()]
    given.sort(key=lambda one: (order.index(one["assumption"]), not one["case"].startswith("goods"), one["case"]))
    found = (leaving_assumption(snapshot, **one) for one in given)
    return tuple(one for one in found if one is not None)


def assumption_label(name: str) -> str:
    """Return the noun phrase for a set of assumptions; it has no unit.

    Source: ``assumptions.csv`` of :mod:`khasan.gravity.uncertainty`.
    """
    return next((one.label for one in assumption_sets() if one.name.replace(" ", "-") == name), name)
