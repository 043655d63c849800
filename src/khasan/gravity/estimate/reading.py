"""Estimate gravity from a ledger: its trade, alliances and restrictions, and spells from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from khasan.gravity.estimate.panel import Panel, agreement_spells, alliance_spells, make_panel
from khasan.gravity.estimate.poisson import estimate
from khasan.gravity.estimate.result import Estimate
from khasan.gravity.estimate.sanctions import COLUMNS, SPLITS, sanction_spells, sanctions_of
from khasan.gravity.provenance import file_read, loads_read
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import take_snapshot
from khasan.ledger.store import Ledger

FEW = 30
"""Pairs of a regressor below which its standard error is not to be trusted."""

ALLIANCE = ("one", "other", "commitment", "compiler", "start", "end", "open")
DISTANCE = ("one", "other", "first_year", "last_year", "kilometres")
BORDER = ("one", "other", "kind", "start", "end", "open")
"""Columns of the panels that an estimate reads."""


def estimate_from_ledger(
    ledger: Path,
    *,
    first: int | None = None,
    last: int | None = None,
    every: int = 1,
    effects: str = "three-way",
    split_by: Sequence[str] = (),
    alliances: str | None = "ATOP",
    sanctions: Path | None = None,
    agreements: Path | None = None,
    compiler: str | None = None,
    zeros: str = "kept",
    leads: Sequence[int] = (),
    lags: Sequence[int] = (),
    as_of: date | None = None,
) -> Estimate:
    """Estimate what sanctions, alliances and agreements did to recorded trade.

    Parameters
    ----------
    ledger : Path
        Ledger file with loaded trade.
    first, last, every, zeros, leads, lags
        As in :func:`khasan.gravity.estimate.panel.make_panel`.
    effects : {"three-way", "two-way"}
        Two-way estimates take in distance and land borders.
    split_by : sequence of str
        Of sender, depth, direction: what sanctions are told apart by.
    alliances : str or None
        Compiler of the alliances; None leaves them out.
    sanctions, agreements : Path, optional
        Files in CSV with further spells: ``sender, target, start, end, direction, depth``, and ``one, other, kind,
        start, end``; an empty end is still in force.
    compiler : str, optional
        Whose trade; the compiler with most flows where not given.
    as_of : date, optional
        Use what was known on this day.

    Returns
    -------
    Estimate
        Unit: log points of trade.

    Raises
    ------
    InputError
        Where the ledger has no trade, nothing is given to estimate, or an option is wrong.
    """
    wrong = [part for part in split_by if part not in SPLITS]
    if wrong:
        raise InputError(f"split {wrong[0]!r}: not known; sanctions are told apart by {', '.join(SPLITS)}")
    with Ledger.open(ledger) as held:
        flows, whose = _flows(held, compiler, as_of)
        snapshot = take_snapshot(held, as_of)
        everybody = sorted({*flows["exporter"], *flows["importer"]})
        restrictions = sanctions_of(snapshot.restriction, snapshot.actors, everybody)
        loads, files = set[int](), list[dict[str, object]]()
        if restrictions.height:
            loads |= set(snapshot.restriction["_load"])
        if sanctions is not None:
            own = _read(sanctions, COLUMNS)
            _check_for_codes(own, ("sender", "target"), everybody, sanctions.name)
            restrictions = pl.concat([restrictions, own.with_columns(by="sender")], how="diagonal")
            files.append(file_read(sanctions, sanctions.name))
        spells = [sanction_spells(restrictions, split_by)] if restrictions.height else []
        if alliances is not None:
            frame = held.panels.read("alliance", as_of=as_of, columns=(*ALLIANCE, "_load"))
            loads |= set(frame.filter(pl.col("compiler") == alliances)["_load"])
            if frame.height:
                spells.append(alliance_spells(frame, alliances))
        if agreements is not None:
            own = _read(agreements, ("one", "other", "kind", "start", "end"))
            _check_for_codes(own, ("one", "other"), everybody, agreements.name)
            spells.append(agreement_spells(own))
            files.append(file_read(agreements, agreements.name))
        distances, borders = (
            held.panels.read(name, as_of=as_of, columns=(*columns, "_load")) if effects == "two-way" else None
            for name, columns in (("distance", DISTANCE), ("border", BORDER))
        )
        loads |= {load for panel_ in (distances, borders) if panel_ is not None for load in panel_["_load"].unique()}
        panel = make_panel(
            flows, spells, first=first, last=last, every=every, zeros=zeros, leads=leads, lags=lags,
            distances=distances, borders=borders,
        )  # fmt: skip
        loads |= set(flows.filter(pl.col("year").is_in(panel.rows["year"].unique().to_list()))["_load"])
        data = (*loads_read(held, loads), *files)
    if not panel.regressors:
        raise InputError(
            f"{ledger.name}: no sanction, alliance or agreement changes in these years; give spells with --sanctions "
            "FILE or --agreements FILE, or other years"
        )
    parameters = {
        "compiler": whose, "from": panel.rows["year"].min(), "to": panel.rows["year"].max(), "every": every,
        "zeros_are": zeros, "alliances": alliances, "split": list(split_by), "leads": sorted(leads),
        "lags": sorted(lags), **({"as_of": as_of.isoformat()} if as_of is not None else {}),
    }  # fmt: skip
    found = estimate(
        panel.rows, panel.regressors, effects=effects, caveats=(*panel.caveats, *_caveats(panel)), parameters=parameters
    )
    return replace(found, data=data)


def _flows(ledger: Ledger, compiler: str | None, as_of: date | None) -> tuple[pl.DataFrame, str]:
    """Read whole-year trade in all goods of one compiler."""
    columns = ("exporter", "importer", "year", "value", "month", "goods", "reported_by", "compiler", "_load")
    flows = ledger.panels.read("trade_flow", as_of=as_of, columns=columns).filter(
        pl.col("month").is_null() & pl.col("goods").is_null() & pl.col("reported_by").is_null()
    )
    if flows.is_empty():
        raise InputError(
            f"{ledger.name}: holds no panel trade_flow; fill it with: khasan load states DIR --ledger FILE"
        )
    counts = flows.group_by("compiler").len().sort("len", "compiler", descending=[True, False])
    whose = compiler or str(counts.item(0, "compiler"))
    own = flows.filter(pl.col("compiler") == whose)
    if own.is_empty():
        held = ", ".join(sorted(counts["compiler"]))
        raise InputError(f"compiler {whose!r}: no trade by it in {ledger.name}; it holds {held}")
    return own.select("exporter", "importer", "year", "value", "_load"), whose


def _read(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """Read spells from a file in CSV."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read ({' '.join(str(error).split())[:120]})") from None
    for column in columns:
        if column not in frame.columns:
            raise InputError(f"{path.name}, column {column}: missing; it needs {', '.join(columns)}")
    frame = frame.select(pl.col(name).str.strip_chars() for name in columns)
    for column in ("start", "end"):
        text = frame[column].replace("", None)
        days = text.str.to_date("%Y-%m-%d", strict=False)
        wrong = (days.is_null() & text.is_not_null()).arg_true()
        if len(wrong):
            row = int(wrong[0])
            raise InputError(f"{path.name}, row {row + 2}, column {column}: {text[row]!r} is no date; write 2014-07-01")
        frame = frame.with_columns(days.alias(column))
    return frame


def _check_for_codes(frame: pl.DataFrame, columns: Sequence[str], known: Sequence[str], file: str) -> None:
    """Refuse a code that trades with nobody: it is most likely mistyped."""
    for column in columns:
        wrong = (~frame[column].is_in(known) | frame[column].is_null()).arg_true()
        if len(wrong):
            row = int(wrong[0])
            raise InputError(
                f"{file}, row {row + 2}, column {column}: {frame[column][row]!r} has no recorded trade; use the codes "
                "of the ledger (alpha-3)"
            )


def _caveats(panel: Panel) -> list[str]:
    """Say what must be said of the regressors."""
    said = [
        "a coefficient is an association within pairs: who is sanctioned or allied is not drawn by chance",
        "three-way estimates have a small bias and errors that are too small where countries are few (Weidner and "
        "Zylkin 2021)",
    ]
    for name in panel.regressors:
        if panel.rows[name].n_unique() > 2:
            continue
        pairs = panel.rows.filter(pl.col(name) != 0).select("exporter", "importer").unique().height
        if pairs < FEW:
            said.append(f"{name} rests on {pairs} directed pairs; its standard error is not to be trusted")
    return said
