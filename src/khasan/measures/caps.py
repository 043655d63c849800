"""How much of a cap is used: deliveries on record, estimates of others beside them, and the limit.

Below the cap is not "lawful": a cap has further clauses, and nothing is determined here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.ledger.units import mass_to_volume
from khasan.measures.balance import cover
from khasan.measures.channel_rows import between, groups_with, hedges, ranked, reading
from khasan.measures.legal import bearing_on, restrictions_on

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[a-z]+")
HALF_A_YEAR = 182


def cap_use(snapshot: Snapshot, client: str, restriction: str, year: int, patron: str = "") -> Finding | None:
    """Share of a cap that deliveries of a calendar year use.

    ``notified / cap``, with ``low = notified_low / cap`` and ``high = (notified_high + highest unreported) / cap``.
    Notified are the rows of the role ``delivery_notified`` (else the series on record of the channels on which the cap
    bears) whose name or definition names the capped goods: for each giver the rows that do not overlap and cover most
    days, by one compiler. A row for several givers together is used where it covers more days. Mass becomes volume by
    the product factors of ``unit.csv``, as an interval. Unreported are the estimates of the role
    ``delivery_unreported``: several scenarios are one estimate, several estimates are readings, and none are added.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Target of the cap.
    restriction : str
        Id of a restriction of kind ``cap`` with a limit.
    year : int
        Calendar year; a cap for fixed days is measured over them.
    patron : str
        Only what this actor delivered, where given. A cap in money that binds one state counts the trade of its
        sender, and no other patron has a use of it.

    Returns
    -------
    Finding or None
        Value in the unit ``share of the cap``; ``detail`` holds the parts in the unit of the cap, the givers with
        their periods, and what was left out. None where the cap was not in force for half of the year or no delivery
        is known.

    Source: the instrument; the compilers named in ``detail``.
    """
    cap = next((row for row in restrictions_on(snapshot, client) if row["id"] == restriction), None)
    if cap is None or cap["kind"] != "cap" or cap["limit"] is None or cap["unit"] not in snapshot.units:
        return None
    window = _window(cap, year)
    foreign = patron and cap["binds"] == "one state" and cap["sender"] not in snapshot.actors.lineage(patron)
    if window is None or foreign:
        return None
    limit = cap["limit"] * snapshot.units[cap["unit"]].factor
    taker = _Taker(snapshot, client, cap, patron)
    notified = _notified(taker, window)
    unreported = _unreported(taker, window)
    if notified is None and not unreported:
        return None
    factor = snapshot.units[cap["unit"]].factor
    caveats = ["Below the cap is not the same as lawful: other clauses and any determination stand apart."]
    if notified is None:
        caveats.append("No delivery on record; the value is the lowest estimate of deliveries off the record.")
        low = value = min(one["low"] for one in unreported) * factor
        high = max(one["high"] for one in unreported) * factor
    else:
        value, low, high = notified["value"], notified["low"], notified["high"]
        high += max((one["high"] * factor for one in unreported), default=0.0)
        caveats.append("Months that are not on record are absent, not 0.")
    if cap["date"].year == year and window[0] < cap["date"]:
        caveats.append(f"The cap dates from {cap['date']}; the whole year is counted.")
    rows = [*(notified["rows"] if notified else []), *(row for one in unreported for row in one["rows"])]
    if taker.left_out:
        caveats.append(f"Rows in {', '.join(sorted(taker.left_out))} cannot be converted and are left out.")
    return make_finding(
        snapshot,
        "cap_use",
        {"client": client, "restriction": restriction, "year": year, "patron": patron},
        [restriction, *(row["id"] for row in rows)],
        value / limit,
        "share of the cap",
        low=low / limit,
        high=high / limit,
        channel=rows[0]["channel"],
        caveats=[*caveats, *hedges(rows)],
        detail={
            "what": " ".join(taker.goods) or cap["what"],
            "limit": cap["limit"],
            "limit_unit": cap["unit"],
            "instrument": cap["instrument"],
            "paragraph": cap["paragraph"] or "",
            "alleged_by": max(unreported, key=lambda one: one["high"])["alleged_by"] if unreported else "",
            "start": window[0],
            "end": window[1],
            "notified": None
            if notified is None
            else {name: notified[name] / factor for name in ("value", "low", "high")}
            | {"unit": cap["unit"], "givers": notified["givers"], "months": notified["months"]},
            "unreported": [{**one, "rows": [reading(row) for row in one["rows"]]} for one in unreported],
            "left_out": sorted(taker.left_out),
        },
    )


def caps_of(snapshot: Snapshot, client: str, year: int | None = None) -> list[str]:
    """Return the caps on a client that have a limit, oldest first; of a year those whose use can be asked for it.

    No unit: ids of restrictions.

    Source: the table ``restriction``.
    """
    return [
        row["id"]
        for row in restrictions_on(snapshot, client)
        if row["kind"] == "cap" and row["limit"] is not None and (year is None or _window(row, year) is not None)
    ]


class _Taker:
    """The rows that may count towards a cap, and how they are converted to its base unit."""

    def __init__(self, snapshot: Snapshot, client: str, cap: dict[str, Any], patron: str) -> None:
        self.snapshot = snapshot
        self.unit = snapshot.units[cap["unit"]]
        self.goods = [word for word in _WORD.findall(re.split("[:;,]", cap["what"].lower())[0]) if word != "all"]
        self.left_out: set[str] = set()
        line = list(snapshot.actors.lineage(client))
        sender = "" if (cap["binds"] or "").startswith("all") else cap["sender"]
        partners = list(snapshot.actors.lineage(patron or sender)) if patron or sender else None
        self.groups = (
            [] if partners else groups_with(snapshot, [one for one in snapshot.actors.by_id if one not in line])
        )
        into, out = pl.col("to_actor").is_in(line), pl.col("from_actor").is_in(line)
        if partners is not None:
            into, out = between(partners, line), between(line, partners)
        ways = {"import": into & out.not_(), "export": out & into.not_()}
        flow = ways.get(cap["direction"] or "import", into ^ out)
        self.frame = snapshot.usable.filter(flow & (pl.col("adds_up") == "yes") & (pl.col("direction") == "from_to"))
        self.channels = [
            one for one in snapshot.channel.get_column("id") if bearing_on(snapshot, one).get(cap["id"]) == "cap"
        ]
        self.exported = cap["direction"] == "export"

    def of_role(self, role: str) -> pl.DataFrame:
        """Return the rows of a role that are about the goods capped."""
        return self._about(self.frame.filter(pl.col("series").is_in(self.snapshot.series_of(role))))

    def on_record(self) -> pl.DataFrame:
        """Return the rows on record of the channels on which the cap bears."""
        aside = self.snapshot.series_of("delivery_unreported")
        frame = self.frame.filter(pl.col("series").is_in(aside).not_() & (pl.col("base") == self.unit.base))
        if self.channels:
            frame = frame.filter(pl.col("channel").is_in(self.channels))
        return self._about(frame)

    def _about(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the series that name the goods, by their id or else by their definition."""
        texts = dict(self.snapshot.series.select("id", "definition").iter_rows())
        series = frame.get_column("series").unique().to_list()
        by_id = [one for one in series if set(self.goods) <= set(_WORD.findall(one.lower()))]
        by_text = [one for one in series if set(self.goods) <= set(_WORD.findall(f"{one} {texts[one]}".lower()))]
        return frame.filter(pl.col("series").is_in(by_id or by_text))

    def amount(self, row: dict[str, Any]) -> tuple[float, float, float] | None:
        """Return value, low and high of a row in the base unit of the cap, or None where it cannot be converted."""
        ends = [row[name] for name in ("value", "low", "high") if row[name] is not None]
        if row["base"] == self.unit.base:
            return row["value_base"], min(ends) * row["factor"], max(ends) * row["factor"]
        product = " ".join(self.goods)
        found = [mass_to_volume(end, row["unit"], product, dict(self.snapshot.units)) for end in ends]
        volumes = [pair for pair in found if pair is not None]
        if self.unit.dimension != "volume" or not volumes:
            self.left_out.add(row["unit"])
            return None
        value = row["value_base"] * self._density(product, volumes[0], row["value_base"])
        return value, min(low for low, _ in volumes), max(high for _, high in volumes)

    def _density(self, product: str, ends: tuple[float, float], mass: float) -> float:
        """Return volume over mass of a product, in base units: its own factor, or the middle of its volumes."""
        exact = [unit.factor for unit in self.snapshot.units.values() if unit.product == product]
        if exact:
            return exact[0]
        return sum(ends) / 2 / mass if mass else 0.0


def _window(cap: dict[str, Any], year: int) -> tuple[date, date] | None:
    """Return the days of a year over which a cap is measured: its own where it names two, else the whole year."""
    text = cap["period"] or ""
    dates = [date.fromisoformat(found) for found in _DATE.findall(text)]
    start = max([cap["date"], *dates[:1]])
    end = min([one for one in (cap["until"], *dates[1:2]) if one is not None], default=date.max)
    first, last = date(year, 1, 1), date(year, 12, 31)
    if len(dates) == 2 and "per year" not in text:
        return (dates[0], dates[1]) if dates[0].year == year else None
    inside = (min(end, last) - max(start, first)).days + 1
    return (first, last) if inside >= HALF_A_YEAR else None


def _notified(taker: _Taker, window: tuple[date, date]) -> dict[str, Any] | None:
    """Sum what is on record in a window, giver by giver, or by groups where those cover more."""
    frame = taker.of_role("delivery_notified").filter(pl.col("alleged_by").is_null())
    inside = (pl.col("start") >= window[0]) & (pl.col("end") <= window[1]) & pl.col("scenario").is_null()
    frame = frame.filter(inside)
    if not frame.height:
        frame = taker.on_record().filter(inside & pl.col("alleged_by").is_null())
    if not frame.height:
        return None
    found = []
    for (_, compiler), part in frame.group_by("series", pl.col("compiler").fill_null(""), maintain_order=True):
        end = "to_actor" if taker.exported else "from_actor"
        pairs = part.with_columns(_pair=pl.concat_str("from_actor", "to_actor", separator=">"))
        grouped = pl.col(end).is_in(taker.groups)
        single = _readings(taker, pairs.filter(grouped.not_()), window)
        found += [(str(compiler), single)] if single else []
        for _, group in pairs.filter(grouped).group_by(end, maintain_order=True):
            one = _readings(taker, group, window)
            found += [(str(compiler), one)] if one else []
    best = min(found, key=lambda item: (-item[1]["days"], -item[1]["value"], item[0]), default=None)
    return None if best is None else best[1]


def _readings(taker: _Taker, frame: pl.DataFrame, window: tuple[date, date]) -> dict[str, Any] | None:
    """Sum the rows of each pair that do not overlap."""
    chosen: list[dict[str, Any]] = []
    givers = []
    total = [0.0, 0.0, 0.0]
    for (pair,), part in sorted(frame.group_by("_pair"), key=lambda item: str(item[0])):
        same_base = pl.col("base") != taker.unit.base
        rows = list(ranked(part).sort(same_base, maintain_order=True).iter_rows(named=True))
        kept = cover([row for row in rows if taker.amount(row) is not None], *window)
        amounts = [amount for row in kept if (amount := taker.amount(row)) is not None]
        if not amounts:
            continue
        chosen += kept
        sums = [sum(amount[place] for amount in amounts) for place in range(3)]
        total = [one + more for one, more in zip(total, sums, strict=True)]
        giver, _, to = str(pair).partition(">")
        givers.append(
            {"from": giver, "to": to, "value": sums[0] / taker.unit.factor, "unit": taker.unit.id}
            | {"compiler": kept[0]["compiler"] or "", "months": _months(kept)}
            | {"start": kept[0]["start"], "end": kept[-1]["end"], "rows": [row["id"] for row in kept]}
        )
    if not chosen:
        return None
    days = {day for row in chosen for day in range(row["start"].toordinal(), row["end"].toordinal() + 1)}
    return {
        "value": total[0],
        "low": total[1],
        "high": total[2],
        "rows": chosen,
        "givers": givers,
        "days": len(days),
        "months": round(len(days) / 30.44),
    }


def _unreported(taker: _Taker, window: tuple[date, date]) -> list[dict[str, Any]]:
    """Return the estimates of a window, each with the interval over its scenarios, in the unit of the cap."""
    frame = taker.of_role("delivery_unreported")
    inside = (pl.col("start") >= window[0]) & (pl.col("end") <= window[1])
    frame = frame.filter(inside).with_columns(_estimate=pl.coalesce("estimate_id", "id"))
    found = []
    for (estimate,), part in sorted(frame.group_by("_estimate"), key=lambda item: str(item[0])):
        rows = [row for row in ranked(part).iter_rows(named=True) if taker.amount(row) is not None]
        amounts = [amount for row in rows if (amount := taker.amount(row)) is not None]
        if amounts:
            found.append(
                {
                    "estimate": estimate,
                    "low": min(amount[1] for amount in amounts) / taker.unit.factor,
                    "high": max(amount[2] for amount in amounts) / taker.unit.factor,
                    "unit": taker.unit.id,
                    "start": min(row["start"] for row in rows),
                    "end": max(row["end"] for row in rows),
                    "compiler": rows[0]["compiler"] or "",
                    "alleged_by": rows[0]["alleged_by"] or "",
                    "qualifier": rows[0]["qualifier"] or "",
                    "rows": rows,
                }
            )
    return found


def _months(rows: Sequence[dict[str, Any]]) -> int:
    """Return the number of months (of 30.44 days) in the periods of rows, rounded."""
    days: int = sum((row["end"] - row["start"]).days + 1 for row in rows)
    return round(days / 30.44)
