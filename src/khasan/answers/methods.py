"""Every method by name, so that a finding can be made again from its id alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from types import MappingProxyType

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, parse_id
from khasan.ledger.snapshot import Snapshot

Method = Callable[..., Finding | None]

_ROOMS: Mapping[str, tuple[str, ...]] = {
    "absorption.found": ("absorbed",),
    "alignment": ("agreement",),
    "balance": ("given",),
    "binding": ("binding", "laws_passed"),
    "blackouts": ("blackout", "recorded_zeros"),
    "buffer": ("buffer", "bloc_neighbours", "border", "hosted_troops"),
    "caps": ("cap_use",),
    "channel_acts": ("channel_acts",),
    "debt": ("debt_owed", "debt_forgiven", "debt_remaining"),
    "deed": ("acts", "deeds", "vote_against_deed"),
    "dependence": ("trade_share", "concentration", "asymmetry", "reading_count"),
    "distances": ("shortest_distance",),
    "equidistance": ("lean_trade", "lean_votes", "lean_record", "drift"),
    "exchanges": ("exchange_count",),
    "ideal_lean": ("ideal_point", "lean_points"),
    "latest": ("channel_latest", "channel_trend"),
    "leaving.kept": (
        "leaving_loss", "leaving_worth", "leaving_last", "leaving_interaction", "leaving_carried", "leaving_offer",
        "leaving_replaced", "leaving_assumption",
    ),
    "legal": ("legal_state",),
    "lifeline": ("lifeline_count",),
    "mirror": ("mirror_gap",),
    "phases": ("phases",),
    "readings": ("figure_readings", "one_estimate", "readings_since"),
    "vetted": ("vetted_share",),
    "vetting_error": ("vetting_error",),
    "shock": ("change_across", "deflection", "trade_ratio"),
    "ties": ("ties",),
    "whole_change": ("whole_change",),
}  # fmt: skip
METHODS: Mapping[str, str] = MappingProxyType({method: room for room, methods in _ROOMS.items() for method in methods})
"""The module of ``khasan.measures`` that holds each method; one is imported when a finding of it is made again."""


def method_named(name: str) -> Method:
    """Return the method of a name.

    Raises
    ------
    InputError
        Where no measure has it.
    """
    if name not in METHODS:
        raise InputError(f"no method {name!r}; known are {', '.join(sorted(METHODS))}")
    method: Method = getattr(import_module(f"khasan.measures.{METHODS[name]}"), name)
    return method


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A finding made again from its id, and whether its evidence is what it was."""

    finding: Finding
    unchanged: bool


def day_in_id(text: str) -> date | None:
    """Return the day for which a finding was made, where its id carries one."""
    _, parameters, _ = parse_id(text)
    if "as_of" not in parameters:
        return None
    try:
        return date.fromisoformat(parameters["as_of"])
    except ValueError:
        raise InputError(f"{text!r}: as_of is not a date such as 2018-04-30") from None


def recompute(snapshot: Snapshot, text: str) -> Recomputed:
    """Make a finding again from its id.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger, as of the day in the id where it has one.
    text : str
        ``method:key=value,...@hash8``.

    Raises
    ------
    InputError
        For an id that names no method, lacks a parameter, or finds no data in this ledger.
    """
    name, parameters, digest = parse_id(text)
    method = method_named(name)
    parameters.pop("as_of", None)
    try:
        finding = method(snapshot, **_coerced(method, parameters))
    except (TypeError, ValueError):
        names = ", ".join(key for key in inspect.signature(method).parameters if key != "snapshot")
        raise InputError(f"{text!r}: the parameters do not fit the method {name}; it takes {names}") from None
    if finding is None:
        raise InputError(
            f"{text!r}: this ledger has no data for it; open the ledger it was made from with --ledger FILE"
        )
    return Recomputed(finding, finding.digest == digest)


def _coerced(method: Method, parameters: Mapping[str, str]) -> dict[str, str | int | float]:
    """Give the parameters of an id the types that the method declares."""
    kinds = {name: str(parameter.annotation) for name, parameter in inspect.signature(method).parameters.items()}
    casts: Mapping[str, Callable[[str], str | int | float]] = {"int": int, "float": float}
    for name in parameters:
        if name not in kinds:
            raise TypeError(f"it knows no {name}")
    return {name: casts.get(kinds[name], str)(value) for name, value in parameters.items()}
