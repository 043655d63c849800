"""Whether public data sets alone speak of a pair, and what they could not yet say on a day."""

from __future__ import annotations

import polars as pl

from khasan.answers.answer import Case
from khasan.answers.numbers import count
from khasan.answers.prose import Prose, quoted
from khasan.ledger.actors import split
from khasan.ledger.snapshot import Snapshot

_GOODS = ("goods_exports", "goods_trade")


def loaded_only(snapshot: Snapshot, patron: str, client: str) -> bool:
    """Whether the ledger holds no act, restriction or delivery beyond goods of a pair.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Codes of actors; predecessors count as theirs.
    """
    ours, theirs = (set(snapshot.actors.lineage(code)) for code in (patron, client))
    if snapshot.restriction.filter(pl.col("target").is_in(list(theirs))).height:
        return False
    if any(ours & named and theirs & named for named in map(_actors, snapshot.event.get_column("actors"))):
        return False
    goods = [series for role in _GOODS for series in snapshot.series_of(role)]
    line = [*ours, *theirs]
    given = snapshot.usable.filter(
        (pl.col("direction") == "from_to")
        & (pl.col("basis").fill_null("reported") != "derived")
        & pl.col("from_actor").is_in(line)
        & pl.col("to_actor").is_in(line)
        & (pl.col("from_actor") != pl.col("to_actor"))
        & pl.col("series").is_in(goods).not_()
    )
    return not given.height


def not_yet_published(case: Case, *, named: bool = False) -> list[Prose]:
    """Say that data sets were published after the day of the brief, so that nothing of them is used.

    Parameters
    ----------
    case : Case
        The brief.
    named : bool
        Whether the first and the last of them are named, as is done once in a brief.
    """
    snapshot = case.snapshot
    if not snapshot.dated:
        return []
    late = snapshot.source.filter((pl.col("published_day") > snapshot.as_of) & (pl.col("kind") == "research"))
    if not late.height:
        return []
    if not named:
        return [case.voice.say("loaded_late")]
    ends = late.sort("published_day", "id").select("title", "published").rows()
    first, last = (quoted(f"{title} ({str(published)[:4]})") for title, published in (ends[0], ends[-1]))
    return [case.voice.say("loaded_not_yet", count=quoted(count(late.height, "data set")), first=first, last=last)]


def _actors(cell: str) -> set[str]:
    """Return the actors that a cell names."""
    return set(split(cell))
