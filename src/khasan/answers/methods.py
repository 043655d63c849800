"""Every method by name, so that a finding can be made again from its id alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, parse_id
from khasan.ledger.snapshot import Snapshot
from khasan.measures.alignment import agreement
from khasan.measures.balance import given
from khasan.measures.binding import binding
from khasan.measures.blackouts import blackout
from khasan.measures.buffer import bloc_neighbours, border, buffer, hosted_troops
from khasan.measures.caps import cap_use
from khasan.measures.channel_acts import channel_acts
from khasan.measures.debt import debt_forgiven, debt_owed, debt_remaining
from khasan.measures.deed import acts, deeds, vote_against_deed
from khasan.measures.dependence import asymmetry, concentration, reading_count, trade_share
from khasan.measures.distances import shortest_distance
from khasan.measures.equidistance import drift, lean_record, lean_trade, lean_votes
from khasan.measures.exchanges import exchange_count
from khasan.measures.latest import channel_latest, channel_trend
from khasan.measures.legal import legal_state
from khasan.measures.phases import phases
from khasan.measures.readings import figure_readings
from khasan.measures.shock import change_across, deflection

Method = Callable[..., Finding | None]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.__name__: method
        for method in (
            trade_share, concentration, asymmetry, reading_count, figure_readings, blackout, agreement, lean_trade,
            lean_votes, lean_record, drift, phases, channel_latest, channel_trend, legal_state, cap_use, change_across,
            deflection, given, debt_owed, debt_forgiven, debt_remaining, exchange_count, acts, deeds, vote_against_deed,
            buffer, bloc_neighbours, border, hosted_troops, shortest_distance, binding,
            channel_acts,
        )
    }
)  # fmt: skip
"""All methods of the measures, by the name that stands in the ids of their findings."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A finding made again from its id, and whether its evidence is what it was."""

    finding: Finding
    unchanged: bool


def day_in_id(text: str) -> date | None:
    """Return the day for which a finding was made, where its id carries one."""
    _, parameters, _ = parse_id(text)
    return date.fromisoformat(parameters["as_of"]) if "as_of" in parameters else None


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
    method = METHODS.get(name)
    if method is None:
        raise InputError(f"{text!r}: no method {name!r}; known are {', '.join(sorted(METHODS))}")
    parameters.pop("as_of", None)
    try:
        finding = method(snapshot, **_coerced(method, parameters))
    except (TypeError, ValueError) as error:
        raise InputError(f"{text!r}: the parameters do not fit the method {name} ({error})") from None
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
