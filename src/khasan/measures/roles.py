"""Which series plays which part: as the table ``role`` says, or else by the shape of the series.

A casebook with series of its own need not name their parts: goods trade is then the money series of a channel
that runs between pairs, adds up over months and has the most rows; totals and shares lie in the same channel.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.snapshot import Snapshot


def trade_series(snapshot: Snapshot, role: str) -> str | None:
    """Return the series that plays a part in the measures of trade, or None.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    role : str
        ``goods_exports``, ``goods_trade``, ``total_trade``, ``total_exports``, ``total_imports``, ``trade_share``,
        ``export_share`` or ``import_share``.

    Returns
    -------
    str or None
        Id of a series (no unit).

    Source: the table ``role`` or, where that names none with rows, the shape of the series.
    """
    return snapshot.whole.remember(f"series of {role}", lambda whole: _find(whole, role))


def _find(snapshot: Snapshot, role: str) -> str | None:
    """Look a part up in the table ``role``, and else by the shape of the series."""
    used = set(snapshot.observation.get_column("series").unique())
    named = [series for series in snapshot.series_of(role) if series in used]
    return named[0] if named else _by_shape(snapshot, role)


def _by_shape(snapshot: Snapshot, role: str) -> str | None:
    """Choose the series of a part by dimension, direction and number of rows, in the channel of goods trade."""
    frame = snapshot.usable.filter(pl.col("dimension").is_in(["money", "share"]))
    flows = frame.filter(
        (pl.col("dimension") == "money") & (pl.col("direction") == "from_to") & (pl.col("adds_up") == "yes")
    )
    if snapshot.series_of("goods_exports"):
        named = set(frame.get_column("series").unique()) & set(snapshot.series_of("goods_exports"))
        flows = flows.filter(pl.col("series").is_in(list(named))) if named else flows
    if not flows.height:
        return None
    channel = flows.group_by("channel").len().sort("len", "channel", descending=[True, False]).item(0, "channel")
    inside = frame.filter(pl.col("channel") == channel)
    if role == "goods_exports":
        return _commonest(flows.filter(pl.col("channel") == channel))
    if role == "goods_trade":
        return _commonest(
            inside.filter(
                (pl.col("dimension") == "money") & (pl.col("direction") == "two_way") & (pl.col("adds_up") == "yes")
            )
        )
    if role == "total_trade":
        return _commonest(
            inside.filter(
                (pl.col("dimension") == "money") & (pl.col("direction") == "of_actor") & (pl.col("adds_up") == "yes")
            )
        )
    if role == "trade_share":
        return _commonest(
            inside.filter(
                (pl.col("dimension") == "share") & (pl.col("direction") == "two_way") & (pl.col("value") >= 0)
            )
        )
    return None


def _commonest(frame: pl.DataFrame) -> str | None:
    """Return the series with most rows, the first by name of equals, or None without rows."""
    if not frame.height:
        return None
    return str(frame.group_by("series").len().sort("len", "series", descending=[True, False]).item(0, "series"))
