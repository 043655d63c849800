"""Load fetched files into an open ledger: read them, map them, and add them with the row of their source.

Trade and measures of states become panels: all files of one load together are one vintage, and a later load of the
same source takes their place. Deliveries, routes and events become rows: what is held already, value for value, is not
added again, and a value that a publisher changed stands beside the old one, with the later day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.panels import PANEL
from khasan.ledger.store import Ledger
from khasan.sources import (
    comtrade,
    csis_timeline,
    imf_trade,
    ofac_sdn,
    petroleum_1718,
    ripestat,
    un_consolidated,
    world_bank,
)
from khasan.sources.catalogue import source_row
from khasan.sources.fetch_record import hash_of, read_record, record_path
from khasan.sources.listing import listing_events
from khasan.sources.places import Placed, all_set_aside
from khasan.sources.raw_tables import raw_tables
from khasan.sources.ripestat_rows import carried_rows, link_events
from khasan.sources.trade_rows import check_for_two_values

SOURCE = "source"
"""Kind of a load that brought rows of a public source."""

_SAME: Mapping[str, tuple[str, ...]] = {
    "observation": ("series", "from_actor", "to_actor", "start", "end", "value", "unit", "compiler", "basis"),
    "event": ("date", "actors", "kind", "what"),
}
"""What two rows share that say the same, whatever their source."""


@dataclass(frozen=True, slots=True)
class Made:
    """What files became: panels, rows by table, and what was set aside."""

    panels: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rows: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    aside: Sequence[pl.DataFrame] = ()
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be made of which files: the table of actors, what the user set, and the id of the source."""

    paths: Sequence[Path]
    actors: pl.DataFrame
    settings: Mapping[str, str]
    source: str

    def setting(self, name: str, example: str) -> str:
        """Return what the user set, or say that it is missing."""
        if name not in self.settings:
            raise InputError(f"{self.source}: {name} is missing; give it as {name}={example}")
        return self.settings[name]

    def actor(self, name: str, example: str) -> str:
        """Return an actor that the user set, or say that the ledger does not know it."""
        code = self.setting(name, example)
        if code not in self.actors["id"]:
            raise InputError(f"{self.source}, {name}: {code!r} is not an actor of this ledger; give its code")
        return code


def _trade(asked: Question, module_flows: Callable[[Path], Placed]) -> Made:
    """Put the flows of several files together."""
    placed = [module_flows(path) for path in asked.paths]
    rows = check_for_two_values(pl.concat([one.rows for one in placed]), asked.paths[0].name)
    return Made(panels={"trade_flow": rows}, aside=[one.set_aside for one in placed])


def _comtrade(asked: Question) -> Made:
    """Make trade flows of answers of UN Comtrade."""
    return _trade(asked, lambda path: comtrade.trade_flows(comtrade.read_comtrade(path), asked.actors, path.name))


def _imf_trade(asked: Question) -> Made:
    """Make trade flows of exports of the IMF."""
    return _trade(asked, lambda path: imf_trade.trade_flows(imf_trade.read_imf_trade(path), asked.actors, path.name))


def _world_bank(asked: Question) -> Made:
    """Make measures of states of answers of the World Bank."""
    placed = world_bank.state_years(world_bank.read_world_bank(asked.paths), asked.actors)
    days = [day for day in map(world_bank.last_updated, asked.paths) if day]
    return Made({"state_year": placed.rows}, {}, [placed.set_aside], max(days, default=None))


def _petroleum(asked: Question) -> Made:
    """Make deliveries of the page of the 1718 Committee."""
    client = asked.actor("client", "CODE")
    placed = [
        petroleum_1718.observation_rows(petroleum_1718.read_petroleum_1718(path), asked.actors, client, asked.source)
        for path in asked.paths
    ]
    return Made({}, {"observation": pl.concat([one.rows for one in placed])}, [one.set_aside for one in placed])


def _ripestat(asked: Question) -> Made:
    """Make counts and events of answers of RIPEstat: routes, and who holds the networks."""
    client = asked.actor("client", "CODE")
    calls = {path: ripestat.call_of(path) for path in asked.paths}
    routed = [path for path, call in calls.items() if call == "routing-history"]
    known = [path for path, call in calls.items() if call in ("as-overview", "rir-stats-country")]
    other = [path.name for path in asked.paths if path not in (*routed, *known)]
    if other or not routed or not known:
        what = f"{other[0]} is another answer; " if other else ""
        raise InputError(f"ripestat-routing: {what}give routing histories, and locations of the networks in them")
    routes, networks = pl.concat([ripestat.read_routes(path) for path in routed]), ripestat.read_network(known)
    counted = carried_rows(routes, networks, asked.actors, client, asked.source)
    events = link_events(routes, networks, asked.actors, client, asked.source)
    return Made({}, {"observation": counted.rows, "event": events}, [counted.set_aside])


def _one(asked: Question) -> Path:
    """Return the one file of a list; two are two versions."""
    path, *more = asked.paths
    if more:
        raise InputError(f"{path.name} and {more[0].name}: two versions at once; load the older one first")
    return path


def _un(asked: Question) -> Made:
    """Make a panel of the list, and events of the listings of organisations."""
    path = _one(asked)
    listing = un_consolidated.read_un_consolidated(path)
    day = un_consolidated.date_generated(path)
    events = listing_events(listing, "UN", asked.source)
    return Made({"listing": listing}, {"event": events}, (), day.isoformat() if day else None)


def _ofac(asked: Question) -> Made:
    """Make a panel of the list; it gives no days of listing, so nothing becomes an event."""
    return Made({"listing": ofac_sdn.read_ofac_sdn(_one(asked))})


def _csis(asked: Question) -> Made:
    """Make events of the timeline of CSIS."""
    one, other = asked.actor("one", "CODE"), asked.actor("other", "CODE")
    placed = [
        csis_timeline.event_rows(csis_timeline.read_csis_timeline(path), (one, other), asked.source)
        for path in asked.paths
    ]
    return Made({}, {"event": pl.concat([part.rows for part in placed])}, [part.set_aside for part in placed])


READERS: Mapping[str, Callable[[Question], Made]] = {
    "comtrade": _comtrade,
    "imf-trade": _imf_trade,
    "world-bank": _world_bank,
    "petroleum-1718": _petroleum,
    "ripestat-routing": _ripestat,
    "ofac-sdn": _ofac,
    "un-consolidated": _un,
    "csis-timeline": _csis,
}
"""The sources that become rows or panels of a ledger, by their id in the catalogue."""


def load_public(
    ledger: Ledger,
    name: str,
    paths: Sequence[Path],
    settings: Mapping[str, str] | None = None,
    version: str | None = None,
    known_from: date | None = None,
) -> tuple[int, str]:
    """Load files of one source.

    Parameters
    ----------
    ledger : Ledger
        Open for writing, with its reference tables.
    name : str
        Id of the source; see :data:`READERS`.
    paths : sequence of Path
        All files of the version.
    settings : mapping of str to str, optional
        ``client`` for petroleum and routes, ``one`` and ``other`` for the timeline.
    version : str, optional
        Day, month or year of the version; else what the file says, else the day on which it was fetched, else today.
    known_from : date, optional
        From when a later vintage of a panel could be known.

    Returns
    -------
    tuple of int and str
        Rows added (0 where these very files were loaded before), and a sentence on what was set aside.

    Raises
    ------
    InputError
        Where a file fails a check; the caller's transaction is then rolled back.
    """
    if name not in READERS:
        raise InputError(f"unknown source {name!r}; known are {', '.join(READERS)}")
    if not paths:
        raise InputError(f"{name}: no file is named; fetch one with: khasan fetch {name}")
    hashes = sorted(_hash(path) for path in paths)
    digest = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    if ledger.loads().filter(name=name, sha256=digest).height:
        return 0, ""
    record = read_record(record_path(paths[0]))
    retrieved = datetime.fromisoformat(record.retrieved).date() if record else None
    source = source_id(name, digest)
    made = READERS[name](Question(paths, ledger.table("actor"), settings or {}, source))
    published = version or made.published or (retrieved or date.today()).isoformat()
    described = source_row(name, published, retrieved=retrieved, sha256=digest, url=record.url if record else None)
    tables = {table: _fresh(table, rows, ledger, digest[:12]) for table, rows in made.rows.items()}
    aside = all_set_aside(*made.aside) if made.aside else None
    added = ledger.load(
        raw_tables({"source": described.with_columns(pl.lit(source).alias("id")), **tables}),
        name,
        sha256=digest,
        version=published,
        kind=PANEL if made.panels else SOURCE,
        panels=made.panels,
        known_from=known_from,
        set_aside=int(aside["rows"].sum()) if aside is not None else 0,
    )
    return added, Placed(pl.DataFrame(), aside).message if aside is not None else ""


def source_id(name: str, sha256: str, **_: object) -> str:
    """Return the id of the source row of a load, from its name and the hash of its files."""
    return f"{name}-{sha256[:12]}"


def _hash(path: Path) -> str:
    """Return the hash of a file, or say that there is none."""
    if not path.is_file():
        raise InputError(f"{path.name}: no such file; give the files that khasan fetch has brought")
    return hash_of(path)


def _fresh(table: str, rows: pl.DataFrame, ledger: Ledger, mark: str) -> pl.DataFrame:
    """Leave out rows that are held already; a row that says something new under an old id gets one of its own."""
    held = ledger.table(table)
    same = list(_SAME[table])
    kinds = {name: held.schema[name] for name in rows.columns}
    typed = rows.cast(kinds)  # type: ignore[arg-type]
    new = typed.join(held.select(same).unique(), on=same, how="anti", nulls_equal=True)
    taken = pl.col("id").is_in(held["id"].implode())
    return new.with_columns(pl.when(taken).then(pl.format("{}-{}", "id", pl.lit(mark))).otherwise("id").alias("id"))
