"""The ledger as it could be known on a day: what every measure and every brief reads.

A row is known from its own ``known_from``; where that is empty, from the publication of its source
(observations, exchanges) or from its own date (public events, restrictions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from khasan.ledger.actors import Actors
from khasan.ledger.casebook import Tables
from khasan.ledger.errors import InputError
from khasan.ledger.event_kinds import event_kinds
from khasan.ledger.grades import with_words
from khasan.ledger.periods import last_day, period_kind
from khasan.ledger.schema import SEED, empty_frame
from khasan.ledger.units import Unit, units_of

Kept = TypeVar("Kept")

FACT_TABLES = ("observation", "event", "restriction", "exchange", "coverage")
"""Tables whose rows may be evidence of a finding."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Frames of a ledger on a day.

    Attributes
    ----------
    as_of : date
        Nothing that became known later is here.
    dated : bool
        Whether the day was asked for; findings then carry it in their ids.
    observation, event, restriction, exchange, coverage : DataFrame
        Facts, with the grade of their source and the word that follows from it. ``observation`` also has
        ``known``, ``published``, ``period`` (its kind), ``year`` (where it is a whole year), ``channel``,
        ``direction``, ``adds_up``, ``dimension``, ``base`` and ``value_base``, ``low_base``, ``high_base``.
    source, channel, series, response, triangle, claim : DataFrame
        Reference tables.
    finding : DataFrame
        Findings that are kept as rows (see :mod:`khasan.ledger.keeping`).
    struck : DataFrame
        Retracted rows with their reasons.
    """

    as_of: date
    dated: bool
    actors: Actors
    units: Mapping[str, Unit]
    observation: pl.DataFrame
    event: pl.DataFrame
    restriction: pl.DataFrame
    exchange: pl.DataFrame
    coverage: pl.DataFrame
    claim: pl.DataFrame
    source: pl.DataFrame
    origin: pl.DataFrame
    channel: pl.DataFrame
    series: pl.DataFrame
    role: pl.DataFrame
    bearing: pl.DataFrame
    response: pl.DataFrame
    triangle: pl.DataFrame
    finding: pl.DataFrame
    labels: Mapping[str, str]
    struck: pl.DataFrame
    _whole: Snapshot | None = field(default=None, repr=False)
    _memory: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> Snapshot:
        """The snapshot of which this is a part (see :meth:`only`), or itself."""
        return self._whole or self

    def remember(self, key: str, make: Callable[[Snapshot], Kept]) -> Kept:
        """Return what ``make`` gives for this snapshot, computed once; a snapshot never changes."""
        if key not in self._memory:
            self._memory[key] = make(self)
        kept: Kept = self._memory[key]
        return kept

    @cached_property
    def usable(self) -> pl.DataFrame:
        """Observations that may be used: neither doubtful nor retracted, and not contradicted."""
        return self.observation.filter(pl.col("status").is_null() & (pl.col("credibility") <= 4))

    @cached_property
    def rows(self) -> Mapping[str, tuple[str, dict[str, Any]]]:
        """Every fact by id: its table and its cells as the schema names them."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for table in FACT_TABLES:
            frame: pl.DataFrame = getattr(self, table)
            names = list(dict.fromkeys(["id", *empty_frame(table).columns]))
            for row in frame.select(names).iter_rows():
                found[row[0]] = (table, dict(zip(names, row, strict=True)))
        return found

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The word with which each graded fact may be asserted; a restriction is a public act and has none."""
        graded = [getattr(self, table).select("id", "word") for table in FACT_TABLES if table != "restriction"]
        return dict(pl.concat(graded).iter_rows())

    @cached_property
    def sources(self) -> Mapping[str, dict[str, Any]]:
        """Every source by id."""
        return {row["id"]: row for row in self.source.iter_rows(named=True)}

    def series_of(self, role: str) -> list[str]:
        """Return the series that play a part in a measure, as the table ``role`` says."""
        return self.role.filter(pl.col("role") == role).get_column("series").unique(maintain_order=True).to_list()

    def label(self, key: str) -> str:
        """Return the short noun phrase for a channel, series or base unit."""
        named = self.labels.get(key)
        if named is None:
            held = self.channel.filter(pl.col("id") == key)
            named = str(held.item(0, "name")).lower() if held.height else key.replace("_", " ")
        return named

    def only(self, ids: Iterable[str]) -> Snapshot:
        """Return the snapshot with no other facts than the rows named."""
        keep = list(ids)
        facts = {name: getattr(self, name).filter(pl.col("id").is_in(keep)) for name in FACT_TABLES}
        return replace(self, **facts, _whole=self.whole, _memory={})

    def publishable(self) -> Snapshot:
        """Return the snapshot without the facts of sources that stay on the user's disk (licence class ``local``)."""
        local = pl.col("licence_class") == "local"
        facts = {name: getattr(self, name).filter(local.fill_null(False).not_()) for name in FACT_TABLES}
        return replace(self, **facts, _memory={})

    def table_of(self, row: str) -> str | None:
        """Return the table that holds a row, or None."""
        return self.rows[row][0] if row in self.rows else None


def take_snapshot(ledger: Tables, as_of: date | None = None, today: date | None = None) -> Snapshot:
    """Read a ledger as it could be known on a day.

    Parameters
    ----------
    ledger : Tables
        A ledger, or a casebook folder.
    as_of : date, optional
        The day; today where not given.
    today : date, optional
        The current day, for tests.

    Raises
    ------
    InputError
        Where ``as_of`` lies in the future.
    """
    today = today or date.today()
    if as_of is not None and as_of > today:
        raise InputError(f"--as-of {as_of} lies in the future (today is {today}); give a day that has passed")
    day = as_of or today
    tables = ledger.tables()
    seeds = ledger.loads().filter(pl.col("kind") == SEED).get_column("load").to_list()
    struck = ledger.retractions()
    units = units_of(tables["unit"])
    sources = _sources(tables["source"], struck)
    observation = _observations(tables, sources, struck).filter(pl.col("known") <= day)
    event = _events(tables["event"], sources, struck).filter(pl.col("known") <= day)
    restriction = _restrictions(tables["restriction"], sources, struck).filter(pl.col("known") <= day)
    exchange = _graded(_without(tables["exchange"], struck), sources)
    exchange = exchange.with_columns(known=pl.col("published")).filter(pl.col("known") <= day)
    used = observation.get_column("channel").unique()
    channel = tables["channel"].filter(pl.col("_load").is_in(seeds).not_() | pl.col("id").is_in(used.implode()))
    return Snapshot(
        as_of=day,
        dated=as_of is not None,
        actors=Actors.of(tables["actor"]).without(_not_yet_allied(tables, day)),
        units=units,
        observation=observation,
        event=event,
        restriction=restriction,
        exchange=exchange,
        coverage=_coverage(tables["coverage"], sources).filter(pl.col("known") <= day),
        claim=tables["claim"],
        source=sources,
        origin=tables["origin"],
        channel=channel.sort("order", "id"),
        series=tables["series"],
        role=tables["role"],
        bearing=tables["bearing"],
        response=tables["response"].filter(pl.col("asked_on") <= day),
        triangle=tables["triangle"],
        finding=tables["finding"],
        labels={row["id"]: row["label"] for row in tables["label"].iter_rows(named=True)},
        struck=struck.filter(pl.col("retracted") <= day),
    )


def _not_yet_allied(tables: Mapping[str, pl.DataFrame], day: date) -> frozenset[str]:
    """Return the actors whose first alliance on file begins after a day.

    The table ``actor`` lists today's members of a bloc without dates; who joined later is no member yet.
    """
    roles = tables["role"].filter(pl.col("role") == "alliance_defence").get_column("series")
    rows = tables["observation"].filter(pl.col("series").is_in(roles.implode()))
    starts = rows.group_by("to_actor").agg(pl.col("start").min())
    return frozenset(starts.filter(pl.col("start") > day).get_column("to_actor"))


def _sources(frame: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Add to the sources the last day of their date and whether they are retracted."""
    published = [last_day(text) for text in frame.get_column("published").to_list()]
    frame = frame.with_columns(published_day=pl.Series(published, dtype=pl.Date()))
    return frame.with_columns(retracted=pl.col("id").is_in(struck.get_column("row_id").implode()))


def _graded(frame: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Add the source's letter, publication, rights and the word that follows; drop rows of a retracted source."""
    columns = sources.filter(pl.col("retracted").not_()).select(
        source="id",
        published="published_day",
        reliability="reliability",
        licence_class="licence_class",
        reprint=pl.col("reprint") == "yes",
        publisher="publisher",
    )
    joined = frame.join(columns, on="source", how="inner", maintain_order="left")
    joined = joined.with_columns(pl.col("reprint").fill_null(False))
    return with_words(joined) if "credibility" in frame.columns else joined


def _coverage(frame: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Give rows of coverage an id made of their cells, and the word that their source's letter allows."""
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in ("compiler", "partner", "goods", "start")]
    slug = pl.concat_str(cells, separator="-").str.to_lowercase().str.replace_all("[^a-z0-9]+", "-")
    firm = pl.col("reliability").is_in(["A", "B"])
    return _graded(frame, sources).with_columns(
        id=pl.lit("coverage-") + slug.str.strip_chars("-"),
        known=pl.max_horizontal("start", "published"),
        word=pl.when(firm).then(pl.lit("documented")).otherwise(pl.lit("reported")),
    )


def _without(frame: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are not retracted."""
    return frame.filter(pl.col("id").is_in(struck.get_column("row_id").implode()).not_())


def _observations(tables: Mapping[str, pl.DataFrame], sources: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Add to the figures their grade, series, unit, kind of period and values in base units."""
    frame = _graded(tables["observation"], sources)
    series = tables["series"].select(series="id", channel="channel", direction="direction", adds_up="adds_up")
    unit = tables["unit"].select(unit="id", dimension="dimension", factor="factor", base="base")
    spans = frame.select("start", "end").unique()
    kinds = [period_kind(start, end) for start, end in spans.rows()]
    spans = spans.with_columns(period=pl.Series(kinds, dtype=pl.String()))
    retracted = pl.col("id").is_in(struck.get_column("row_id").implode())
    return (
        frame.join(series, on="series", how="left", maintain_order="left")
        .join(unit, on="unit", how="left", maintain_order="left")
        .join(spans, on=["start", "end"], how="left", maintain_order="left")
        .with_columns(
            status=pl.when(retracted).then(pl.lit("retracted")).otherwise(pl.col("status")),
            known=pl.coalesce("known_from", "published"),
            year=pl.when(pl.col("period") == "year").then(pl.col("start").dt.year()).cast(pl.Int64),
            value_base=pl.col("value") * pl.col("factor"),
            low_base=pl.col("low") * pl.col("factor"),
            high_base=pl.col("high") * pl.col("factor"),
        )
    )


def _events(frame: pl.DataFrame, sources: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Add to the events their grade, part, and the day from which they are known."""
    end = (
        pl.when(pl.col("precision") == "year")
        .then(pl.col("date").dt.offset_by("1y").dt.offset_by("-1d"))
        .when(pl.col("precision") == "month")
        .then(pl.col("date").dt.month_end())
        .otherwise(pl.col("date"))
    )
    roles = {row["kind"]: row["role"] for row in event_kinds()}
    secret = pl.col("kind").is_in([row["kind"] for row in event_kinds() if row["public"] != "yes"])
    return (
        _graded(_without(frame, struck), sources)
        .with_columns(
            known=pl.coalesce("known_from", pl.when(secret).then(pl.max_horizontal(end, "published")).otherwise(end)),
            part=pl.col("kind").replace_strict(roles, default="", return_dtype=pl.String),
        )
        .sort("date", "id")
    )


def _restrictions(frame: pl.DataFrame, sources: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Add to the restrictions their grade, and the day from which they are known."""
    return _graded(_without(frame, struck), sources).with_columns(known=pl.col("date")).sort("date", "id")
