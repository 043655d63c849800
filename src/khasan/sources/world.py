"""A ledger with its panels, seen by those who ask about a few actors.

What a panel holds about these actors becomes rows of ``observation``, beside the rows that a casebook brought. The
rows are made anew each time from the vintage that was known on the day, and have the same ids, so a finding can be
asked again. Where a casebook holds a row under that id already, the casebook's stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from khasan.ledger.actors import Actors
from khasan.ledger.panels import VERDICTS
from khasan.ledger.store import Ledger
from khasan.sources import derived_context as context
from khasan.sources import derived_trade as trade
from khasan.sources.actors import actors_of, existence
from khasan.sources.correlates_trade import COMPILER
from khasan.sources.derived_votes import ideal_point_rows, vote_rows
from khasan.sources.focus import Focus
from khasan.sources.public_loading import source_id
from khasan.sources.trade_rows import TRADE_FLOW, flow_observations

_GDP_SINCE = 1948
_MUTUAL = (
    "contiguity_land",
    "contiguity_sea",
    "minimum_distance",
    "capital_distance",
    "strategic_rivalry",
    *(f"alliance_{kind}" for kind in ("defence", "neutrality", "nonaggression", "consultation")),
)
"""Series whose rows say the same of a pair in either order."""


class World:
    """The tables of a ledger, with rows made of its panels for a focus."""

    def __init__(self, ledger: Ledger, focus: Focus, as_of: date | None = None) -> None:
        self._ledger = ledger
        self._focus = focus
        self._as_of = as_of
        self.name = ledger.name

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table of the schema with ``_load``; ``observation`` has the rows made of panels too."""
        tables = self._ledger.tables()
        focus = self._focus.in_time(Actors.of(tables["actor"]))
        made = derived_rows(self._ledger, tables["actor"], focus, self._as_of)
        held = tables["observation"]
        fresh = _not_held(made, held)
        tables["observation"] = pl.concat([held, fresh.with_columns(pl.lit(0, pl.Int64()).alias("_load"))])
        return tables

    def loads(self) -> pl.DataFrame:
        """Return what was loaded."""
        return self._ledger.loads()

    def retractions(self) -> pl.DataFrame:
        """Return the retracted rows."""
        return self._ledger.retractions()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def derived_rows(ledger: Ledger, table: pl.DataFrame, focus: Focus, as_of: date | None = None) -> pl.DataFrame:
    """Make the rows of a focus from the panels.

    Parameters
    ----------
    ledger : Ledger
        An open ledger.
    table : DataFrame
        The table ``actor``.
    focus : Focus
        With predecessors (:meth:`Focus.in_time`).
    as_of : date, optional
        The vintages known on this day; the latest where not given.
    """
    actors = actors_of(table)
    made: list[pl.DataFrame] = []
    if "trade" in focus.parts:
        made += _trade(ledger, focus, as_of)
    if "votes" in focus.parts:
        made += _votes(ledger, focus, actors, as_of)
    if "context" in focus.parts:
        made += _context(ledger, focus, actors, table, as_of)
    empty = ledger.table("observation").clear().drop("_load")
    return pl.concat([empty, *made]).unique("id", keep="first", maintain_order=True)


def _not_held(made: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that the ledger lacks: neither under their id nor, for what has no direction, the other way."""
    fresh = made.join(held.select("id"), on="id", how="anti", maintain_order="left")
    keys = [
        pl.col("series"),
        pl.min_horizontal("from_actor", "to_actor").alias("one"),
        pl.max_horizontal("from_actor", "to_actor").alias("other"),
        pl.col("start"),
    ]
    mutual = pl.col("series").is_in(list(_MUTUAL))
    known = held.filter(mutual).select(keys).unique()
    doubled = fresh.filter(mutual).select("id", *keys).join(known, on=["series", "one", "other", "start"], how="semi")
    return fresh.join(doubled.select("id"), on="id", how="anti", maintain_order="left")


def _trade(ledger: Ledger, focus: Focus, as_of: date | None) -> list[pl.DataFrame]:
    """Flows of the clients with all partners and within the circle, and whole trade of everybody in it."""
    circle = focus.circle
    flows = ledger.panels.read(
        "trade_flow",
        as_of=as_of,
        either={"exporter": circle, "importer": circle},
        of={"compiler": [COMPILER]},
        columns=["exporter", "importer", "year", "value"],
    )
    if focus.years is not None:
        flows = flows.filter(pl.col("year").is_between(*focus.years))
    sums = trade.totals(flows, circle)
    clients = list(focus.clients)
    within = pl.col("exporter").is_in(circle) & pl.col("importer").is_in(circle)
    wanted = within | pl.col("exporter").is_in(clients) | pl.col("importer").is_in(clients)
    is_client = pl.col("actor").is_in(clients)
    return [
        trade.total_rows(sums.filter(is_client)),
        trade.whole_trade_rows(sums.filter(~is_client)),
        trade.flow_rows(flows.filter(wanted)),
        *_verdicts(ledger, sums.filter(is_client), as_of),
        *_reports(ledger, focus, as_of),
    ]


def _verdicts(ledger: Ledger, sums: pl.DataFrame, as_of: date | None) -> list[pl.DataFrame]:
    """Suspect flows of the clients, where the trade of the world was vetted."""
    if VERDICTS not in ledger.panels.vintages(as_of):
        return []
    clients = sums.get_column("actor").unique().to_list()
    verdicts = ledger.panels.read(
        "trade_verdict",
        as_of=as_of,
        of={"client": clients},
        columns=("client", "partner", "year", "direction", "score", "suspect", "reason", "namesake"),
    )
    if sums.height:
        verdicts = verdicts.filter(pl.col("year").is_in(sums.get_column("year").unique().implode()))
    return [trade.verdict_rows(verdicts, sums)]


def _reports(ledger: Ledger, focus: Focus, as_of: date | None) -> list[pl.DataFrame]:
    """Flows of compilers that keep what both sides report, each with the source of the load that brought it."""
    circle = focus.circle
    flows = ledger.panels.read(
        "trade_flow", as_of=as_of, either={"exporter": circle, "importer": circle}, columns=(*TRADE_FLOW, "_load")
    ).filter(pl.col("reported_by").is_not_null())
    if focus.years is not None:
        flows = flows.filter(pl.col("year").is_between(*focus.years))
    loads = {row["load"]: row for row in ledger.loads().iter_rows(named=True)} if flows.height else {}
    return [
        flow_observations(
            part.drop("_load"), f"d-{loads[number]['name']}", source=source_id(**loads[number]), credibility=2
        )
        for (number,), part in flows.group_by("_load", maintain_order=True)
    ]


def _votes(ledger: Ledger, focus: Focus, actors: pl.DataFrame, as_of: date | None) -> list[pl.DataFrame]:
    """Cells and counts of the circle's pairs."""
    circle = focus.circle
    given = ledger.panels.read("vote", as_of=as_of, of={"actor": circle})
    if given.is_empty():
        return []
    calls, issues = (ledger.panels.read(name, as_of=as_of) for name in ("roll_call", "roll_call_issue"))
    points = ledger.panels.read("ideal_point", as_of=as_of, of={"actor": circle})
    counts = vote_rows(given, calls, issues, existence(actors), circle, focus.clients, focus.years)
    return [counts, ideal_point_rows(points, calls)]


def _context(
    ledger: Ledger, focus: Focus, actors: pl.DataFrame, table: pl.DataFrame, as_of: date | None
) -> list[pl.DataFrame]:
    """Borders, alliances, rivalries, distances, capitals and size of the circle, and the opponents' allies."""
    circle, against = focus.circle, focus.opponents
    either = {"one": circle, "other": circle}
    alliances = ledger.panels.read("alliance", as_of=as_of, of={"compiler": [COMPILER]})
    spells = context.alliance_spells(alliances, circle, against)
    defence = spells.filter(pl.col("from_actor").is_in(list(against)) & (pl.col("series") == context.DEFENCE))
    allies = sorted({*defence["to_actor"], *bloc_members(Actors.of(table), against)} - set(against))
    near_codes = [code for code in circle if code not in against]
    apart = ledger.panels.read("distance", as_of=as_of, either=either)
    distances = context.distance_rows(apart, circle, near_codes, allies, outward_first=False)
    near = sorted({*distances["to_actor"], *distances["from_actor"]} & set(allies))
    return [
        context.border_rows(*_near_and_last(ledger.panels.read("border", as_of=as_of), circle, "kind"), apart),
        context.alliance_rows(pl.concat([spells, _last_alliances(alliances, spells)]), actors),
        context.rivalry_rows(*_near_and_last(ledger.panels.read("rivalry", as_of=as_of), circle), actors),
        distances,
        context.capital_rows(ledger.panels.read("capital", as_of=as_of, of={"actor": {*circle, *near}}), circle, near),
        context.gdp_rows(
            ledger.panels.read("state_year", as_of=as_of, of={"actor": circle, "measure": ["gdp"]}), circle, _GDP_SINCE
        ),
    ]


def _near_and_last(panel: pl.DataFrame, circle: Iterable[str], *kind: str) -> tuple[pl.DataFrame, list[str]]:
    """Return the spells of a circle, and one of each kind that lasts to the end of the file, with all that are named.

    A pair stands in one order only, so that a row has the same id for whatever circle it is made. Without the last
    ones a measure could not tell a spell that ended from one that the file still holds.
    """
    names = list(circle)
    once = panel.filter(pl.col("one") < pl.col("other"))
    near = once.filter(pl.col("one").is_in(names) | pl.col("other").is_in(names))
    last = once.filter("open").sort("one", "other").unique([*kind, "open"], keep="first", maintain_order=True)
    shown = pl.concat([near, last]).unique(maintain_order=True)
    return shown, sorted({*shown["one"], *shown["other"]})


def _last_alliances(alliances: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Return one alliance of each commitment that lasts to the end of the file, for those that the spells lack."""
    held = spells.filter("open").get_column("series").unique().to_list()
    named = context.alliance_pairs(alliances.filter("open")).sort("from_actor", "to_actor")
    return named.filter(pl.col("series").is_in(held).not_()).unique("series", keep="first", maintain_order=True)


def bloc_members(actors: Actors, among: Iterable[str]) -> set[str]:
    """Return the members today of the blocs to which some actors belong, as the table of actors lists them."""
    wanted = set(among)
    blocs = [actor.members for actor in actors.by_id.values() if actor.kind == "bloc" and wanted & set(actor.members)]
    return {code for members in blocs for code in members}
