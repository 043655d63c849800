"""The common sample: the periods and partners on which a ratio's numerator and denominator are both known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from khasan.measures.absorption.window import Window

LEAST_BEFORE = 3
"""Fewest periods before the shock from which anything is expected."""

_SMALL, _SMALL_TOGETHER = 0.05, 0.10
"""A sender with gaps whose trade is below the first share, all such together below the second, costs no period."""


@dataclass(frozen=True, slots=True)
class Group:
    """Partners that are known in the same periods, with the senders and the partners known throughout beside them.

    Attributes
    ----------
    window : Window
        No gap: senders first, then the partners known throughout, then the others of the group.
    senders, steady : int
        How many of the first rows are senders, and how many after them are known throughout.
    asked : tuple of int
        Rows about which this group answers.
    """

    window: Window
    senders: int
    steady: int
    asked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Groups that can be answered, and a sentence for each partner that cannot."""

    groups: tuple[Group, ...]
    senders: tuple[str, ...]
    left_out: Mapping[str, str]


def common_sample(window: Window, senders: Collection[str]) -> Sample:
    """Choose the periods in which all senders are known, and group the other partners by those that they share.

    A sender with gaps is left out of the loss, and named, where its trade is small (below 5 percent of the senders',
    10 percent together); then, the one with most gaps first, where otherwise fewer than three periods before or none
    after would be common. A partner is compared over its own periods within these, with the senders in the same ones.

    Parameters
    ----------
    window : Window
        Trade around the shock, in any unit.
    senders : collection of str
        Partners that restrict.

    Returns
    -------
    Sample
        Values in the unit of the window.

    Source: the design of the measure: one sample for numerator and denominator, missing is never 0.
    """
    left_out: dict[str, str] = {}
    kept = _kept_senders(window, [one for one in window.partners if one in senders], left_out)
    known = np.isfinite(window.rows(kept) if kept else window.values)
    common = np.asarray(known.all(axis=0) if kept else known.any(axis=0))
    held = window.columns(common)
    known = np.isfinite(held.values)
    thirds = [place for place, one in enumerate(held.partners) if one not in senders]
    steady = [one for one in thirds if known[one].all() and held.values[one, : held.split].any()]
    by_mask: dict[bytes, list[int]] = {known[place].tobytes(): [] for place in steady[:1]}
    if kept and not steady:
        by_mask[np.ones(known.shape[1], dtype=bool).tobytes()] = []
    for place in thirds:
        before, after = int(known[place, : held.split].sum()), int(known[place, held.split :].sum())
        if before < LEAST_BEFORE or after < 1:
            left_out[held.partners[place]] = (
                f"known in {before} periods before and {after} after, with the senders known too; "
                f"{LEAST_BEFORE} and 1 are needed"
            )
        elif not held.values[place, : held.split][known[place, : held.split]].any():
            left_out[held.partners[place]] = "it had no trade before the shock, so nothing was expected"
        else:
            by_mask.setdefault(known[place].tobytes(), []).append(place)
    own = {one: place for place, one in enumerate(held.partners)}
    first = [own[one] for one in kept]
    groups = []
    for cells, members in by_mask.items():
        mask = np.frombuffer(cells, dtype=bool)
        if mask[: held.split].sum() < LEAST_BEFORE or not mask[held.split :].any():
            continue
        whole = bool(mask.all())
        rows = first + steady + ([] if whole else members)
        part = held.columns(mask)
        asked = range(len(first) + len(steady)) if whole else range(len(first) + len(steady), len(rows))
        inside = Window(tuple(held.partners[row] for row in rows), part.periods, part.split, part.values[rows])
        groups.append(Group(inside, len(first), len(steady), tuple(asked)))
    if not groups:
        for one in kept:
            left_out[one] = (
                f"the senders share {held.split} periods before the shock and {known.shape[1] - held.split} after; "
                f"{LEAST_BEFORE} and 1 are needed"
            )
    return Sample(tuple(groups), tuple(kept) if groups else (), left_out)


def _kept_senders(window: Window, senders: list[str], left_out: dict[str, str]) -> list[str]:
    """Leave out senders with gaps, as :func:`common_sample` says, and say why."""
    after = len(window.periods) - window.split
    kept = []
    for one in senders:
        known = np.isfinite(window.rows([one])[0])
        if known[: window.split].sum() < LEAST_BEFORE or not known[window.split :].any():
            left_out[one] = f"left out of the loss: known in {_in_words(known, window.split)}"
        else:
            kept.append(one)
    if not kept:
        return []
    size = {one: float(np.nanmean(window.rows([one])[0][: window.split])) for one in kept}
    most = max(np.isfinite(window.rows([one])[0]).sum() for one in kept)
    total, gone = sum(size.values()), 0.0
    for one in sorted(kept, key=lambda name: size[name]):
        known = np.isfinite(window.rows([one])[0])
        if known.sum() < most and size[one] < _SMALL * total and gone + size[one] <= _SMALL_TOGETHER * total:
            gone += size[one]
            kept.remove(one)
            left_out[one] = f"left out of the loss, of which it is small: known in {_in_words(known, window.split)}"
    need = max(LEAST_BEFORE, window.split // 2), max(1, after // 2)
    while len(kept) > 1:
        common = np.asarray(np.isfinite(window.rows(kept)).all(axis=0))
        if common[: window.split].sum() >= need[0] and common[window.split :].sum() >= need[1]:
            break
        worst = min(kept, key=lambda name: (np.isfinite(window.rows([name])[0]).sum(), size[name]))
        known = np.isfinite(window.rows([worst])[0])
        if known.all():
            break
        kept.remove(worst)
        told = _in_words(known, window.split)
        left_out[worst] = f"left out of the loss, since its gaps leave few common periods: known in {told}"
    return sorted(kept)


def _in_words(known: np.ndarray, split: int) -> str:
    """Say in how many periods of either side there is a value."""
    before, after = int(known[:split].sum()), int(known[split:].sum())
    return f"{before} of {split} periods before and {after} of {len(known) - split} after"
