"""From restrictions and supports to the cells of trade whose cost changes, each set once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from khasan.gravity.scenario.document import Part, Scenario
from khasan.gravity.scenario.names import Named
from khasan.ledger.errors import InputError

Cell = tuple[str, str, str]
"""Sector (empty for all goods), exporter, importer."""

Resolve = Callable[[str, str], Named]
"""From a name and its place in the file to countries."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to the trade of one cell.

    Attributes
    ----------
    cut : float
        Part of trade that is cut off at given wages.
    cost : float
        Factor on the cost of trade; 1 where a cut is given instead.
    place : str
        Where in the file.
    """

    cut: float
    cost: float
    place: str

    def factor(self, theta: float) -> float:
        """Return the factor on trade at given wages; exactly 0 for an embargo."""
        return float((1.0 - self.cut) * self.cost**-theta)

    def iceberg(self, theta: float) -> float:
        """Return the factor on the cost of trade that does the same; infinity for an embargo."""
        if self.cut == 1.0:
            return float("inf")
        return float(self.cost * (1.0 - self.cut) ** (-1.0 / theta))


@dataclass(frozen=True)
class Effects:
    """All that a scenario does, by cell, and to whom.

    Attributes
    ----------
    cells : mapping of Cell to Effect
        Cells of trade.
    transfers : tuple of (str, str, float)
        Patron, client, USD million a year.
    targets, senders, patrons : tuple of str
        Countries by role; clients of a support count as targets.
    notes : tuple of str
        What a reader must know of the names.
    """

    cells: Mapping[Cell, Effect]
    transfers: tuple[tuple[str, str, float], ...]
    targets: tuple[str, ...]
    senders: tuple[str, ...]
    patrons: tuple[str, ...]
    notes: tuple[str, ...]

    def role(self, country: str) -> str:
        """Return the role of a country: target, sender, patron or other."""
        for role, members in (("target", self.targets), ("sender", self.senders), ("patron", self.patrons)):
            if country in members:
                return role
        return "other"


@dataclass
class _Gathered:
    """Effects while they are gathered."""

    file: str
    cells: dict[Cell, Effect] = field(default_factory=dict)
    by_pair: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, cell: Cell, effect: Effect) -> None:
        """Set a cell, and refuse one that is already set by itself or as part of all goods."""
        sector, exporter, importer = cell
        own = self.by_pair.setdefault((exporter, importer), {})
        before = own.get(sector) or own.get("") or (next(iter(own.values()), None) if sector == "" else None)
        if before is not None:
            goods = f" in {sector}" if sector else ""
            raise InputError(
                f"{self.file}, {effect.place}: sales of {exporter} to {importer}{goods} are already changed by "
                f"{before}; keep one of the two"
            )
        own[sector] = effect.place
        self.cells[cell] = effect


def effects(scenario: Scenario, resolve: Resolve, sectors: Sequence[str] = ()) -> Effects:
    """Work out which cells of trade a scenario changes, and how.

    Parameters
    ----------
    scenario : Scenario
        A checked file.
    resolve : callable
        From a name and its place in the file to countries; see :func:`khasan.gravity.scenario.names.resolve`.
    sectors : sequence of str
        Known sectors, where there are any.

    Returns
    -------
    Effects

    Raises
    ------
    InputError
        For a name that means nobody, a sector that is not known, a country that restricts or supports itself, and a
        cell that is set twice.
    """
    gathered = _Gathered(scenario.name)
    targets, senders, patrons = dict[str, None](), dict[str, None](), dict[str, None]()
    for part in scenario.restrictions:
        sender, target = _pair(part, ("sender", "target"), scenario.name, resolve, gathered)
        sector = _sector(part, sectors, scenario.name)
        effect = Effect(part["cut"] or 0.0, 1.0 + (part["cost"] or 0.0), part.place)
        for one, other in product(sender.countries, target.countries):
            if part["direction"] in ("import", "both"):
                gathered.add((sector, one, other), effect)
            if part["direction"] in ("export", "both"):
                gathered.add((sector, other, one), effect)
        targets |= dict.fromkeys(target.countries)
        senders |= dict.fromkeys(sender.countries)
    transfers: list[tuple[str, str, float]] = []
    for part in scenario.supports:
        patron, client = _pair(part, ("patron", "client"), scenario.name, resolve, gathered)
        pairs = list(product(patron.countries, client.countries))
        if part["kind"] == "transfer":
            # Money given by or to a group is given in equal parts; a scenario that knows better names the members.
            transfers += [(one, other, part["size"] / len(pairs)) for one, other in pairs]
        else:
            for one, other in pairs:
                gathered.add(("", one, other), Effect(0.0, 1.0 - part["size"], part.place))
                gathered.add(("", other, one), Effect(0.0, 1.0 - part["size"], part.place))
        targets |= dict.fromkeys(client.countries)
        patrons |= dict.fromkeys(patron.countries)
    return Effects(
        gathered.cells, tuple(transfers), tuple(targets), tuple(senders), tuple(patrons),
        tuple(dict.fromkeys(gathered.notes)),
    )  # fmt: skip


def _pair(part: Part, ends: tuple[str, str], file: str, resolve: Resolve, gathered: _Gathered) -> tuple[Named, Named]:
    """Find both ends of a restriction or support, which may share no country."""
    one, other = (resolve(part[end], f"{file}, {part.place}, {end}") for end in ends)
    shared = [country for country in one.countries if country in other.countries]
    if shared:
        raise InputError(
            f"{file}, {part.place}, {ends[0]}: {shared[0]} is both {ends[0]} and {ends[1]}; name two different ones"
        )
    gathered.notes += [*one.notes, *other.notes]
    return one, other


def _sector(part: Part, sectors: Iterable[str], file: str) -> str:
    """Check the sector of a restriction; an empty text is all goods."""
    sector: str | None = part["sector"]
    if sector is None:
        return ""
    known = list(sectors)
    if sector not in known:
        shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
        raise InputError(f"{file}, {part.place}, sector: {sector!r} is not a sector of the tables; they are {shown}")
    return sector
