"""A country that is in no input-output table: a row made from its trade and a donor's technology.

Its trade is taken off the region that stands for it in the tables, for instance the rest of the world, so that the
accounts of everybody else stay what they are; its economy at home is put beside those of the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity.sectors.economy import SectorEconomy
from khasan.gravity.sectors.frames import check_for_columns, numbers, places
from khasan.gravity.sectors.tables import Tables, frames_of
from khasan.gravity.uncertainty.donor import Row, own_row
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Part of a cell up to which a negative rest is rounding, and zero."""


@dataclass(frozen=True)
class WithSyntheticRow:
    """Tables with a made country, and what must be said wherever its numbers are shown.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        ``trade``, ``inputs``, ``final_demand``, ``value_added``, ``deficit``, ``theta``, as
        :meth:`SectorEconomy.from_frames` takes them.
    client, donor, rest : str
        The made country, whose technology it has, and what stood for it.
    bent : tuple of str
        Sectors in which the donor's final demand did not fit the client's trade.
    caveats : tuple of str
        For every result from these tables.
    """

    tables: Mapping[str, pl.DataFrame]
    client: str
    donor: str
    rest: str
    bent: tuple[str, ...]
    caveats: tuple[str, ...]

    def economy(self) -> SectorEconomy:
        """Return the economy with the made country."""
        return SectorEconomy.from_frames(**self.tables)

    def write(self, folder: Path) -> None:
        """Write the tables as Parquet files, and ``caveats.csv`` with what a scenario on them must say.

        Parameters
        ----------
        folder : Path
            Made where it is absent; files of these names are replaced. A scenario names it with ``tables``.

        Raises
        ------
        InputError
            Where it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, frame in self.tables.items():
                frame.write_parquet(folder / f"{name}.parquet")
            pl.DataFrame({"caveat": self.caveats}, schema={"caveat": pl.String}).write_csv(folder / "caveats.csv")
        except OSError as error:
            raise InputError(f"{folder}: cannot be written ({error.strerror}); name a folder that can") from None


def synthetic_row(
    tables: Mapping[str, pl.DataFrame],
    trade: pl.DataFrame,
    donor: str,
    *,
    client: str,
    value_added: float,
    rest: str,
    least_home_share: float = 0.0,
) -> WithSyntheticRow:
    """Add a country to the tables.

    The client's output, inputs and final demand follow from its trade, its value added and the donor's technology (see
    :func:`khasan.gravity.uncertainty.donor.own_row`); tariffs are those of the region that stands for it. The other
    regions sell and buy what they did, only that a part of it is now the client's and not the rest's. The rest keeps
    its output: what it no longer sells abroad it sells at home, and its final demand and its deficit take up the
    difference. So zero profit, deficits and incomes hold as before in all regions.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trade``, ``inputs``, ``final_demand``, ``value_added``, ``deficit``, ``theta`` as in
        :meth:`SectorEconomy.from_frames`.
    trade : DataFrame
        ``exporter``, ``importer``, ``value`` in the tables' money, net of tariffs, with the client on one side and a
        region of the tables on the other; a ``sector`` where goods are known. Without it, or where it is null, a flow
        is made up of sectors as the same flow of the rest; one with the rest itself as what the rest sells to all
        others, since its sales at home hold services that nobody trades.
    donor : str
        Region whose technology and tastes the client gets.
    client : str
        Name of the country that is made.
    value_added : float
        Of the client, in the tables' money.
    rest : str
        Region that stands for the client in the tables.
    least_home_share : float
        Part of what the client spends on a good that is spent on its own at least, from 0 to below 1. Where recorded
        imports are as much as the donor's technology and tastes would use, the client's own sales come out as nothing,
        which no data say; the price of such a good has no bound when imports end.

    Returns
    -------
    WithSyntheticRow

    Raises
    ------
    InputError
        For an unknown name, trade that is not the client's, or more of it than the rest has in the tables.

    Source: the accounts of input-output tables (Miller and Blair 2009, Input-output analysis, chapters 2 and 3). The
    borrowed technology is an assumption, not a measurement.
    """
    old = SectorEconomy.from_frames(**tables).tables
    sectors, regions = old.sectors, old.regions
    for label, name in (("donor", donor), ("rest", rest)):
        if name not in regions:
            raise InputError(f"{label} {name!r}: not a region of the tables; they are {', '.join(regions)}")
    if client in regions:
        raise InputError(f"client {client!r}: already a region of the tables; it needs no made row")
    if not (np.isfinite(value_added) and value_added > 0.0):
        raise InputError(f"value_added {value_added}: must be above 0, in the tables' money")
    if not 0.0 <= least_home_share < 1.0:
        raise InputError(f"least_home_share {least_home_share}: must be from 0 to below 1; 0.1 is 10 percent")
    holder, giver = regions.index(rest), regions.index(donor)
    sold, bought = _flows(trade, client, old, holder)
    duty = old.tariff[:, :, holder]
    deficit = float(bought.sum() - sold.sum())
    imports = (bought * (1.0 + duty)).sum(axis=1)
    # What is sold at home at least counts as sold and bought abroad while the rest of the row is found.
    least = imports * least_home_share / (1.0 - least_home_share)
    row = own_row(
        exports=sold.sum(axis=1) + least,
        imports=imports + least,
        spending=value_added + deficit + float((bought * duty).sum()),
        inputs=old.inputs[giver],
        added=old.value_added[giver],
        final=old.final[giver],
        sectors=sectors,
        client=client,
    )
    row = replace(row, own=row.own + least)
    new = _beside(old, holder, client, sold, bought, row)
    return WithSyntheticRow(
        tables=frames_of(new),
        client=client,
        donor=donor,
        rest=rest,
        bent=row.bent,
        caveats=caveats_of(client, donor, rest, row.bent, least_home_share, trade),
    )


def _flows(trade: pl.DataFrame, client: str, old: Tables, holder: int) -> tuple[Floats, Floats]:
    """Spread the client's trade over sectors and partners: sales and purchases, each of shape (sectors, regions)."""
    label = "trade of the client"
    check_for_columns(trade, label, ("exporter", "importer", "value"))
    values = numbers(trade, label, "value")
    if not (np.isfinite(values).all() and (values >= 0.0).all()):
        raise InputError(f"{label}, column value: a flow is negative or infinite")
    sells = (trade["exporter"] == client).to_numpy()
    buys = (trade["importer"] == client).to_numpy()
    wrong = np.flatnonzero(sells == buys)
    if len(wrong):
        raise InputError(f"{label}, row {wrong[0] + 1}: {client} must be its exporter or its importer, and not both")
    partner = trade.select(partner=pl.when(pl.col("exporter") == client).then("importer").otherwise("exporter"))
    place = places(partner, label, "partner", old.regions)
    known = np.zeros(trade.height, dtype=bool)
    sector = np.zeros(trade.height, dtype=np.intp)
    if "sector" in trade.columns:
        known = trade["sector"].is_not_null().to_numpy()
        sector = places(trade.with_columns(pl.col("sector").fill_null(old.sectors[0])), label, "sector", old.sectors)
    others = np.arange(len(old.regions)) != holder
    abroad = old.trade[:, holder, others].sum(axis=1)
    both = []
    for side, flows, with_rest in (
        (sells, old.trade[:, holder, :], abroad),
        # The rest can give up only what it sells at home.
        (buys, old.trade[:, :, holder], np.where(old.trade[:, holder, holder] > 0.0, abroad, 0.0)),
    ):
        cells = np.zeros((len(old.sectors), len(old.regions)))
        np.add.at(cells, (sector[side & known], place[side & known]), values[side & known])
        total = np.zeros(len(old.regions))
        np.add.at(total, place[side & ~known], values[side & ~known])
        pattern = flows.copy()
        pattern[:, holder] = with_rest
        whole = pattern.sum(axis=0)
        none = np.flatnonzero((total > 0.0) & (whole <= 0.0))
        if len(none):
            raise InputError(f"{label}: {old.regions[none[0]]} has no such trade in the tables; give sectors")
        both.append(cells + pattern * (total / np.where(whole > 0.0, whole, 1.0)))
    return both[0], both[1]


def _beside(old: Tables, holder: int, client: str, sold: Floats, bought: Floats, row: Row) -> Tables:
    """Add the client as the last region, and take its trade off that of the region that stood for it."""
    size = len(old.regions)
    rest = old.regions[holder]
    others = np.arange(size) != holder
    trade = np.zeros((len(old.sectors), size + 1, size + 1))
    kept = old.trade.copy()
    kept[:, holder, others] -= sold[:, others]
    kept[:, others, holder] -= bought[:, others]
    # Output of the rest stays what it is: what it no longer sells abroad it sells at home, and the other way round.
    kept[:, holder, holder] += sold[:, others].sum(axis=1) - bought[:, holder]
    short = kept < -ROUNDING * old.trade
    if short.any():
        sector, exporter, importer = (int(one) for one in np.argwhere(short)[0])
        flow = f"{old.sectors[sector]} from {old.regions[exporter]} to {old.regions[importer]}"
        raise InputError(
            f"{client}: more trade than {rest}, which stands for it in the tables, has in {flow} "
            f"({old.trade[sector, exporter, importer]:.6g}); give other sectors, or count a part of it as trade "
            f"with {rest}"
        )
    trade[:, :size, :size] = np.maximum(kept, 0.0)
    trade[:, size, :size], trade[:, :size, size], trade[:, size, size] = sold, bought, row.own
    tariff = np.zeros_like(trade)
    tariff[:, :size, :size] = old.tariff
    tariff[:, size, :size], tariff[:, :size, size] = old.tariff[:, holder, :], old.tariff[:, :, holder]
    final = np.concatenate([old.final, row.final[None]])
    duty = 1.0 + old.tariff[:, :, holder]
    final[holder] = _spread(old.final[holder] + sold.sum(axis=1) - (bought * duty).sum(axis=1))
    deficit = np.append(old.deficit, bought.sum() - sold.sum())
    deficit[holder] -= deficit[size]
    return replace(
        old,
        regions=(*old.regions, client),
        trade=trade,
        tariff=tariff,
        inputs=np.concatenate([old.inputs, row.inputs[None]]),
        final=final,
        value_added=np.concatenate([old.value_added, row.added[None]]),
        deficit=deficit,
    )


def _spread(final: Floats) -> Floats:
    """Take what would be negative final demand off the other sectors, in proportion; the sum stays."""
    positive = np.maximum(final, 0.0)
    return np.asarray(positive * (final.sum() / positive.sum()))


def caveats_of(
    client: str, donor: str, rest: str, bent: Sequence[str], least_home_share: float, trade: pl.DataFrame
) -> tuple[str, ...]:
    """Say what must be said beside any result for a made country.

    Parameters
    ----------
    client, donor, rest, least_home_share, trade
        As in :func:`synthetic_row`; several donors in one text.
    bent : sequence of str
        Sectors in which the donor's final demand did not fit.

    Returns
    -------
    tuple of str
    """
    said = [
        f"{client} is in no input-output table: its output, inputs and final demand are made from its recorded trade "
        f"and the technology of {donor}; results for it follow from that assumption",
        f"the trade of {client} is taken off that of {rest}, and its economy at home is put beside the tables'",
        f"the tariffs of {client} and on it are those of {rest}",
    ]
    if "sector" not in trade.columns or trade["sector"].null_count():
        which = "" if "sector" not in trade.columns or trade["sector"].is_null().all() else "most of "
        said.append(f"{which}what {client} trades by sector is not known; each such flow is made up as that of {rest}")
    if bent:
        sells = (
            f"{least_home_share:.1%} of what it buys is assumed to be its own" if least_home_share
            else "it sells nothing at home"
        )  # fmt: skip
        said.append(f"tastes of {donor} did not fit the trade of {client} in {', '.join(bent)}: there {sells}")
    return tuple(said)
