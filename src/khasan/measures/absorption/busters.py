"""Sanctions busters: whose trade or aid rose beyond what was expected, and of which motive there are signs.

Early tells busters by trade, who follow their gain, from busters by aid, who follow a political aim. Neither is assumed
here: after restrictions the average third party may trade less with the target, not more (Golub 2020), so "as
expected" and "fell" are answers too. Signs of a motive are no proof of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

SIGNIFICANT = 0.10
"""Placebo p at or below which a rise is more than what others show."""

BEYOND_DRIFT = ("trend", "gravity")
"""Expectations of which one at least must be exceeded: a rise over the mean alone may be growth."""

LEAST_SHARE = 0.01
"""Share of the senders' loss below which a rise, however sure, busts nothing."""

SCHEMA: dict[str, Any] = {
    "partner": pl.String, "class": pl.String, "motive": pl.String, "rose_under": pl.List(pl.String),
    "defined_under": pl.List(pl.String), "reason": pl.String,
}  # fmt: skip
"""Columns of :func:`classify`."""


def with_classes(result: pl.DataFrame) -> pl.DataFrame:
    """Give every row of a result its class.

    ``rose``: a third party whose deflection is above 0 at 90 percent, with a placebo p over partners of at most 0.10
    (or the least that fewer than nine placebos allow);
    ``fell``: below 0 at 90 percent; ``as expected``: neither; ``sender``; ``undefined`` where the share is.

    Parameters
    ----------
    result : DataFrame
        Columns ``role``, ``defined``, ``low``, ``high``, ``placebo_p``, ``placebos``.

    Returns
    -------
    DataFrame
        The same with ``class`` (no unit: a word).

    Source: the rule above; placebos as in :mod:`khasan.measures.absorption.placebo`.
    """
    least = pl.max_horizontal(pl.lit(SIGNIFICANT), 1 / (1 + pl.col("placebos").cast(pl.Float64)))
    rose = (pl.col("low") > 0) & (pl.col("placebo_p") <= least).fill_null(False)
    word = (
        pl.when(pl.col("role") == "sender")
        .then(pl.lit("sender"))
        .when(pl.col("defined").not_())
        .then(pl.lit("undefined"))
        .when(rose)
        .then(pl.lit("rose"))
        .when(pl.col("high") < 0)
        .then(pl.lit("fell"))
        .otherwise(pl.lit("as expected"))
    )
    return result.with_columns(word.alias("class"))


def classify(
    result: pl.DataFrame,
    client: str,
    senders: Sequence[str],
    shock: date,
    alliance: pl.DataFrame | None = None,
    aid: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Say of every third party whether it is a sanctions buster, and of which motive there are signs.

    By trade: it ``rose``, by at least 1 percent of the loss, under more than half of the expectations that are defined
    for it, and under the trend or gravity. By aid: its yearly aid to the client after the shock is more than twice that
    before, or there was none on record before and there is after. Motive: ``political`` with an alliance with the
    client in force on the day or with aid that rose; ``commercial`` with neither, or with an alliance with a sender
    only; ``mixed`` with an alliance with both; ``unknown`` where neither alliances nor aid were given.

    Parameters
    ----------
    result : DataFrame
        As :func:`khasan.measures.absorption.result.absorption` gives it.
    client : str
        The target.
    senders : sequence of str
        Who restricts.
    shock : date
        First day under restriction.
    alliance : DataFrame, optional
        ``one``, ``other`` (both orders), ``start``, ``end`` (null while in force).
    aid : DataFrame, optional
        ``donor``, ``recipient``, ``year``, ``value``.

    Returns
    -------
    DataFrame
        Columns of :data:`SCHEMA`, one row a third party. ``class``: trade-based buster, aid-based buster, buster by
        trade and aid, traded less, as expected, undefined (no unit: words).

    Source: Early, Busted Sanctions (2015), for trade-based and aid-based busters; Golub, Improving analyses of
    sanctions busting (2020), against assuming them.
    """
    thirds = result.filter(pl.col("role") == "third party")
    allies = _allies(alliance, shock)
    more_aid = _more_aid(aid, client, shock)
    with_sender = {one for sender in senders for one in allies.get(sender, set())}
    enough = pl.col("share_of_loss").abs() >= LEAST_SHARE
    rows = []
    for partner in thirds.get_column("partner").unique(maintain_order=True).to_list():
        own = thirds.filter(pl.col("partner") == partner)
        defined = own.filter("defined").get_column("expectation").to_list()
        named = {
            word: own.filter((pl.col("class") == word) & enough).get_column("expectation").to_list()
            for word in ("rose", "fell")
        }
        rose = 2 * len(named["rose"]) > len(defined) and bool(set(named["rose"]) & set(BEYOND_DRIFT))
        fell = 2 * len(named["fell"]) > len(defined)
        aided = partner in more_aid
        word = _class_of(bool(defined), rose, fell, aided)
        signs = _signs(partner in allies.get(client, set()), partner in with_sender, aided, alliance, aid)
        busting = rose or aided
        reasons = [_counted("rose", named["rose"], defined)] if defined else [str(own.item(0, "reason"))]
        reasons += [_counted("fell", named["fell"], defined)] if fell else []
        reasons += [more_aid[partner]] if aided else []
        reasons += [signs[1]] if busting else []
        rows.append((partner, word, signs[0] if busting else None, named["rose"], defined, "; ".join(reasons)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _class_of(defined: bool, rose: bool, fell: bool, aided: bool) -> str:
    """Name the class (no unit: words)."""
    if rose and aided:
        return "buster by trade and aid"
    if rose:
        return "trade-based buster"
    if aided:
        return "aid-based buster"
    if not defined:
        return "undefined"
    return "traded less" if fell else "as expected"


def _signs(
    with_client: bool, with_sender: bool, aided: bool, alliance: pl.DataFrame | None, aid: pl.DataFrame | None
) -> tuple[str, str]:
    """Name the motive that the signs point to, and the signs."""
    if alliance is None and aid is None:
        return "unknown", "neither alliances nor aid were given, so no motive is read"
    if with_client and with_sender:
        return "mixed", "allied with the client and with a sender"
    if with_client or aided:
        return "political", "allied with the client" if with_client else "its aid rose with its trade or instead of it"
    if with_sender:
        return "commercial", "allied with a sender and not with the client"
    what = " and ".join(
        word
        for word, frame in (("no alliance with the client", alliance), ("no more aid to it", aid))
        if frame is not None
    )
    return "commercial", f"{what} on record"


def _allies(alliance: pl.DataFrame | None, day: date) -> dict[str, set[str]]:
    """Return the allies of each actor on a day (no unit: ids)."""
    if alliance is None:
        return {}
    held = alliance.filter((pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") >= day)))
    found: dict[str, set[str]] = {}
    for one, other in held.select("one", "other").iter_rows():
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def _more_aid(aid: pl.DataFrame | None, client: str, shock: date) -> dict[str, str]:
    """Return who gave more aid after a day than before, with a sentence that says how much in the unit given."""
    if aid is None:
        return {}
    first = shock.year if (shock.month, shock.day) == (1, 1) else shock.year + 1
    side = (
        pl.when(pl.col("year") < shock.year).then(pl.lit("before")).when(pl.col("year") >= first).then(pl.lit("after"))
    )
    table = (
        aid.filter(pl.col("recipient") == client)
        .with_columns(side=side)
        .drop_nulls(["side", "value"])
        .group_by("donor", "side")
        .agg(pl.col("value").mean())
    )
    found: dict[str, str] = {}
    for donor in table.get_column("donor").unique().sort():
        means = dict(table.filter(pl.col("donor") == donor).select("side", "value").iter_rows())
        before, after = means.get("before"), means.get("after", 0.0)
        if after > 2 * (before or 0.0):
            was = "none on record" if before is None else f"{before:,.1f} a year"
            found[donor] = f"aid {after:,.1f} a year after, {was} before"
    return found


def _counted(word: str, under: list[str], defined: list[str]) -> str:
    """Say under how many of the expectations something holds."""
    names = f" ({', '.join(under)})" if under else ""
    return f"{word} under {len(under)} of {len(defined)} expectations{names}"
