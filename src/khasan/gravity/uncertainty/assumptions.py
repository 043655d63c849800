"""Which assumption carries a loss: one client, several technologies, and the assumptions moved one by one.

A client that is in no input-output table is made from its trade and each donor's technology in turn. Each case (who
leaves, or what is no longer delivered) is then solved under each set of ``assumptions.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from khasan.gravity.failures import NoConvergence, NoEquilibrium
from khasan.gravity.sectors.economy import SectorEconomy
from khasan.gravity.sectors.frames import check_for_columns
from khasan.gravity.sectors.options import Deficits
from khasan.gravity.uncertainty.assumption_sets import Assumptions, assumption_sets
from khasan.gravity.uncertainty.cases import CELL
from khasan.gravity.uncertainty.synthetic import WithSyntheticRow, caveats_of, synthetic_row
from khasan.ledger.errors import InputError


def assumption_table(
    tables: Mapping[str, pl.DataFrame],
    trade: pl.DataFrame,
    donors: Sequence[str],
    value_added: float,
    cases: Mapping[str, pl.DataFrame],
    *,
    client: str,
    rest: str,
    assumptions: Sequence[Assumptions] | None = None,
    deficits: Deficits = "zero",
    least_home_share: float = 0.0,
) -> pl.DataFrame:
    """Solve each case under each set of assumptions with each technology: the change of the client's real income.

    Parameters
    ----------
    tables, trade, value_added, client, rest, least_home_share
        As in :func:`khasan.gravity.uncertainty.synthetic.synthetic_row`.
    donors : sequence of str
        Regions whose technology the client gets in turn; their order does not matter.
    cases : mapping of str to DataFrame
        By name: ``sector``, ``exporter``, ``importer`` and either ``factor`` on the cost of trade (infinity is an
        embargo) or ``cut``, the part of trade cut off at given prices (see :func:`cut_off`).
    assumptions : sequence of Assumptions, optional
        The first is what the others are compared with; those of ``assumptions.csv`` where not given.
    deficits : {"zero", "data"}
        ``zero`` purges deficits from baseline and case: a client that imports more than it exports is first brought
        to balance, so the loss of gifts and credit is not counted, and autarky exists. ``data`` keeps them in both:
        then nobody can be cut off from all partners.

    Returns
    -------
    DataFrame
        ``case``, ``assumption``, ``label``; ``value``: the median over donors of the exact change of real income
        (unit: percent of the solved baseline), ``low`` and ``high`` its ends over donors; ``difference``: the median
        of what the set adds to the first one with the same donor (unit: percentage points); ``donors`` that were
        solved and those that ``failed``; the largest ``residual``; a ``note`` with the error where there is no
        equilibrium; ``caveats`` that go with every row. Numbers are null where no donor was solved.

    Raises
    ------
    InputError
        For an unknown name, a case that is none, or a client that can be made with no donor.

    Source: Caliendo and Parro (2015), Review of Economic Studies 82(1); own definition of the table.
    """
    sets = assumption_sets() if assumptions is None else tuple(assumptions)
    for label, held in (("donors", donors), ("cases", cases), ("assumptions", sets)):
        if not held:
            raise InputError(f"{label}: none is given; give one at least")
    made, failures = _made(
        tables, trade, sorted(set(donors)), value_added, client=client, rest=rest, least_home_share=least_home_share
    )  # fmt: skip
    rows: list[tuple[str, str, str, float | None, float | None, float | None, str | None]] = [
        (case, one.name, donor, None, None, None, note)
        for case in cases for one in sets for donor, note in failures.items()
    ]  # fmt: skip
    for donor, world in made.items():
        economy = world.economy()
        first: dict[str, float | None] = {}
        for one in sets:
            moved = SectorEconomy(replace(economy.tables, theta=economy.tables.theta * one.theta_factor))
            for case, frame in cases.items():
                change, residual, note = _solved(moved, one, case, frame, client, deficits)
                base = first.setdefault(case, change)
                beyond = None if change is None or base is None else change - base
                rows.append((case, one.name, donor, change, beyond, residual, note))
    names = {"case": pl.String, "assumption": pl.String, "donor": pl.String}
    results = dict.fromkeys(("change", "beyond", "residual"), pl.Float64)
    solved = pl.DataFrame(rows, schema={**names, **results, "note": pl.String}, orient="row")
    bent = tuple(sorted({sector for world in made.values() for sector in world.bent}))
    caveats = caveats_of(client, " or ".join(made), rest, bent, least_home_share, trade)
    return _over_donors(solved, cases, sets).with_columns(
        caveats=pl.lit("; ".join((*caveats, _of_deficits(client, deficits))))
    )


def what_carries(table: pl.DataFrame) -> pl.DataFrame:
    """Find the set of assumptions that moves each case furthest, among those that move one thing.

    Parameters
    ----------
    table : DataFrame
        Of :func:`assumption_table` with the sets of ``assumptions.csv``; sets whose name begins with ``all`` move
        several things and are left out, and so is the first, from which differences are taken.

    Returns
    -------
    DataFrame
        ``case``, ``assumption``, ``label``, ``difference`` (unit: percentage points), ``second``: the difference of
        the set that comes next. Cases in which no set was solved are left out.

    Source: own definition.
    """
    first = table.item(0, "assumption")
    single = table.filter(
        (pl.col("assumption") != first)
        & ~pl.col("assumption").str.starts_with("all")
        & pl.col("difference").is_not_null()
    )
    ordered = single.sort(pl.col("difference").abs(), descending=True, maintain_order=True)
    return ordered.group_by("case", maintain_order=True).agg(
        pl.col("assumption", "label", "difference").first(),
        second=pl.col("difference").get(1, null_on_oob=True),
    )


def _made(
    tables: Mapping[str, pl.DataFrame], trade: pl.DataFrame, donors: Sequence[str], value_added: float, *,
    client: str, rest: str, least_home_share: float,
) -> tuple[dict[str, WithSyntheticRow], dict[str, str]]:  # fmt: skip
    """Make the client with each donor; what no donor can do is an error of the question and not of a donor."""
    regions = tables["value_added"]["region"].unique()
    for donor in donors:
        if donor not in regions:
            raise InputError(f"donor {donor!r}: not a region of the tables; they are {', '.join(regions.sort())}")
    made: dict[str, WithSyntheticRow] = {}
    failures: dict[str, str] = {}
    for donor in donors:
        try:
            made[donor] = synthetic_row(
                tables, trade, donor, client=client, value_added=value_added, rest=rest,
                least_home_share=least_home_share,
            )  # fmt: skip
        except InputError as error:
            if donor == donors[-1] and not made:
                raise
            failures[donor] = str(error)
    return made, failures


def _solved(
    economy: SectorEconomy, one: Assumptions, case: str, frame: pl.DataFrame, client: str, deficits: Deficits
) -> tuple[float | None, float | None, str | None]:
    """Solve one case under one set: the change in percent, its residual, and a note where there is none."""
    theta = dict(zip(economy.sectors, economy.tables.theta.tolist(), strict=True))
    try:
        found = economy.counterfactual(
            iceberg=_icebergs(frame, case, theta),
            deficits=deficits,
            elasticity_inputs=one.elasticity_inputs,
            elasticity_value_added=one.elasticity_value_added,
            elasticity_final=one.elasticity_final,
            fixed_capacity={(sector, client): 1.0 for sector in one.fixed_capacity},
        )
    except (NoEquilibrium, NoConvergence) as error:
        return None, None, f"{type(error).__name__}: {error}"
    return float(found.measures.real_income[economy.regions.index(client)]), found.residual, None


def _icebergs(frame: pl.DataFrame, case: str, theta: Mapping[str, float]) -> pl.DataFrame:
    """Turn a case into factors on the cost of trade: a cut c at given prices is (1 - c) to the power -1 / theta."""
    check_for_columns(frame, f"case {case}", CELL)
    if ("factor" in frame.columns) == ("cut" in frame.columns):
        raise InputError(f"case {case}: give either a column factor or a column cut, and not both")
    if "factor" in frame.columns:
        return frame.select(*CELL, "factor")
    cut = frame["cut"]
    if cut.null_count() or not cut.is_between(0.0, 1.0).all():
        raise InputError(f"case {case}, column cut: a value is missing or outside 0 to 1; 1 is an embargo")
    left = (1.0 - pl.col("cut")) ** (
        -1.0 / pl.col("sector").replace_strict(theta, default=1.0, return_dtype=pl.Float64)
    )
    return frame.select(*CELL, factor=pl.when(pl.col("cut") < 1.0).then(left).otherwise(float("inf")))


def _over_donors(solved: pl.DataFrame, cases: Mapping[str, pl.DataFrame], sets: Sequence[Assumptions]) -> pl.DataFrame:
    """Bring the results of all donors together, in the order of the cases and sets."""
    done = pl.col("change").is_not_null()
    ordered = solved.sort("donor")
    order = pl.DataFrame(
        [(case, one.name, one.label) for case in cases for one in sets],
        schema=dict.fromkeys(("case", "assumption", "label"), pl.String()),
        orient="row",
    )
    together = ordered.group_by("case", "assumption").agg(
        value=pl.col("change").median(),
        low=pl.col("change").min(),
        high=pl.col("change").max(),
        difference=pl.col("beyond").median(),
        donors=pl.col("donor").filter(done).sort().str.join(", "),
        failed=pl.col("donor").filter(~done).sort().str.join(", "),
        residual=pl.col("residual").max(),
        note=pl.when(~done).then(pl.col("donor") + ": " + pl.col("note"))
        .drop_nulls().str.join(" | "),
    )  # fmt: skip
    return order.join(together, on=["case", "assumption"], how="left", maintain_order="left").with_columns(
        pl.col("donors", "failed", "note").replace("", None)
    )


def _of_deficits(client: str, deficits: Deficits) -> str:
    """Say what becomes of deficits."""
    if deficits == "data":
        return "deficits stay in money as in the tables, before and after"
    return (
        f"deficits are purged before and after: {client} is first brought to balanced trade, so what it loses of gifts "
        "and credit is not counted"
    )
