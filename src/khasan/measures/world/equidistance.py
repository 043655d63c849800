"""Equidistance of every patron between every two states: leans on trade and votes, layer by layer, year by year.

A lean above 0 is towards ``one``. Layers stay visible and are never summed.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.world.ideal_points import WIDTH
from khasan.measures.world.inputs import check_for_amounts, check_for_columns, check_for_gaps, check_for_repeats
from khasan.measures.world.spells import spell_years

TRIPLE = ("patron", "one", "other")
KEYS = [*TRIPLE, "year"]

TOGETHER = 1e-9
"""Distance of ideal points under which two states stand in one place."""


def rival_triples(rivalry: pl.DataFrame, actors: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """List every third state beside every pair of rivals: the triples of which equidistance may be asked.

    Parameters
    ----------
    rivalry : DataFrame
        ``one``, ``other``, ``start``, ``end``, ``open``.
    actors : DataFrame
        ``actor``: who may be the patron.
    first, last : int
        Calendar years.

    Returns
    -------
    DataFrame
        ``patron``, ``one``, ``other``, ``year`` (no unit): the years in which the two were rivals.

    Raises
    ------
    InputError
        For missing columns.

    Source: the rivalries given.
    """
    check_for_columns(rivalry, ("one", "other"), "rivalries")
    check_for_columns(actors, ("actor",), "actors")
    pairs = spell_years(rivalry, first, last, "rivalries").select("one", "other", "year").unique()
    thirds = actors.select(pl.col("actor").alias("patron")).unique()
    asked = pairs.join(thirds, how="cross").filter(
        (pl.col("patron") != pl.col("one")) & (pl.col("patron") != pl.col("other"))
    )
    return asked.select(KEYS).sort(KEYS)


def equidistance(
    triples: pl.DataFrame,
    flows: pl.DataFrame | None = None,
    expected: pl.DataFrame | None = None,
    points: pl.DataFrame | None = None,
    agreements: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every lean of the patrons asked, in all years in which one of them is known.

    Parameters
    ----------
    triples : DataFrame
        ``patron``, ``one``, ``other``; with ``year`` only these years are answered.
    flows, expected : DataFrame, optional
        For the lean on trade, see :func:`trade_leans`; both or neither.
    points : DataFrame, optional
        For the lean on votes, see :func:`vote_leans`.
    agreements : DataFrame, optional
        For the agreement lean, see :func:`agreement_leans`.

    Returns
    -------
    DataFrame
        ``patron``, ``one``, ``other``, ``year``, and the columns of the leans asked for, null where a layer has no
        data; ``trade_lean`` in the unit ``log points``, the others in the unit ``lean`` (-1 to 1).

    Raises
    ------
    InputError
        For missing columns, a triple with a state twice, and flows without an expectation.

    Source: see :func:`trade_leans`, :func:`vote_leans` and :func:`agreement_leans`.
    """
    if (flows is None) != (expected is None):
        raise InputError("equidistance: a lean on trade needs flows and what is expected; give both or neither")
    layers: list[pl.DataFrame] = []
    if flows is not None and expected is not None:
        layers.append(trade_leans(triples, flows, expected))
    if points is not None:
        layers.append(vote_leans(triples, points))
    if agreements is not None:
        layers.append(agreement_leans(triples, agreements))
    if not layers:
        raise InputError("equidistance: no layer given; give flows with what is expected, points or agreements")
    found = layers[0]
    for layer in layers[1:]:
        found = found.join(layer, on=KEYS, how="full", coalesce=True)
    return found.sort(KEYS)


def trade_leans(triples: pl.DataFrame, flows: pl.DataFrame, expected: pl.DataFrame) -> pl.DataFrame:
    """Lean of each patron in its trade, against what is expected of each pair.

    ``0.5 * [log(X_p1 / E_p1) - log(X_p2 / E_p2)]`` with ``X`` recorded and ``E`` expected trade, over both directions,
    or over the one direction (the patron's exports, else its imports) that is recorded with both states.

    Parameters
    ----------
    triples : DataFrame
        ``patron``, ``one``, ``other``, and ``year`` where only some are asked.
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` of one compiler; a missing flow has no row.
    expected : DataFrame
        ``exporter``, ``importer``, ``year``, ``expected`` (above 0), in the unit of ``value``.

    Returns
    -------
    DataFrame
        ``patron``, ``one``, ``other``, ``year``, ``trade_lean`` in the unit ``log points`` and ``directions`` (both,
        exports or imports); no row where trade or expectation has no data or the recorded trade is 0.

    Raises
    ------
    InputError
        For missing columns, negative amounts and two rows of one flow.

    Source: Head and Mayer, Gravity equations: workhorse, toolkit, and cookbook (2014), for ratios to a gravity
    expectation.
    """
    for frame, column, name in ((flows, "value", "flows"), (expected, "expected", "expected flows")):
        check_for_columns(frame, ("exporter", "importer", "year", column), name)
        check_for_amounts(frame, column, name)
        check_for_repeats(frame, ("exporter", "importer", "year"), name)
    keys = ["exporter", "importer", "year"]
    known = flows.select(*keys, "value").join(
        expected.filter(pl.col("expected") > 0).select(*keys, "expected"), on=keys
    )
    sides = {"exports": ("exporter", "importer"), "imports": ("importer", "exporter")}
    sold, bought = (
        known.select(
            pl.col(patron).alias("patron"),
            pl.col(partner).alias("partner"),
            "year",
            pl.col("value").alias(name),
            pl.col("expected").alias(f"{name}_expected"),
        )
        for name, (patron, partner) in sides.items()
    )
    both = sold.join(bought, on=["patron", "partner", "year"], how="full", coalesce=True)
    pairs = _beside(triples, both, "partner")
    whole = _log_ratios(["exports", "imports"])
    single = {name: _log_ratios([name]) for name in sides}
    return (
        pairs.with_columns(
            pl.when(_complete(["exports", "imports"]))
            .then(pl.lit("both"))
            .when(_complete(["exports"]))
            .then(pl.lit("exports"))
            .when(_complete(["imports"]))
            .then(pl.lit("imports"))
            .alias("directions")
        )
        .with_columns(
            pl.when(pl.col("directions") == "both")
            .then(whole)
            .when(pl.col("directions") == "exports")
            .then(single["exports"])
            .otherwise(single["imports"])
            .alias("trade_lean")
        )
        .filter(pl.col("trade_lean").is_finite())
        .select(*KEYS, "trade_lean", "directions")
        .sort(KEYS)
    )


def vote_leans(triples: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Lean of each patron in the General Assembly, in ideal points.

    ``(|p - b| - |p - a|) / (|p - b| + |p - a|)`` with p, a, b the points of patron, ``one`` and ``other``. The 90
    percent interval follows from the standard errors by the delta method, as if the three erred independently; it is
    cut at -1 and 1.

    Parameters
    ----------
    triples : DataFrame
        ``patron``, ``one``, ``other``, and ``year`` where only some are asked.
    points : DataFrame
        ``actor``, ``year``, ``ideal_point``, ``standard_error``, as
        :func:`khasan.measures.world.ideal_points.ideal_points` returns them.

    Returns
    -------
    DataFrame
        ``patron``, ``one``, ``other``, ``year``, ``vote_lean``, ``vote_low`` and ``vote_high`` in the unit ``lean``
        (-1 to 1); no row where one of the three has no point or all stand in one place.

    Raises
    ------
    InputError
        For missing columns and two points of one state and year.

    Source: Bailey, Strezhnev and Voeten (2017) for the points; the lean is this package's own.
    """
    check_for_columns(points, ("actor", "year", "ideal_point", "standard_error"), "ideal points")
    check_for_repeats(points, ("actor", "year"), "ideal points")
    stands = points.select(
        "actor", "year", pl.col("ideal_point").alias("point"), pl.col("standard_error").alias("error")
    )
    patrons = stands.rename({"actor": "patron", "point": "point_patron", "error": "error_patron"})
    found = _beside(triples, stands.rename({"actor": "state"}), "state").join(patrons, on=["patron", "year"])
    to_one, to_other = (pl.col("point_patron") - pl.col(f"point_{state}") for state in ("one", "other"))
    near, far = to_one.abs(), to_other.abs()
    total = near + far
    of_patron = near * to_other.sign() - far * to_one.sign()
    spread = (
        (of_patron * pl.col("error_patron")) ** 2
        + (far * pl.col("error_one")) ** 2
        + (near * pl.col("error_other")) ** 2
    )
    lean, margin = (far - near) / total, WIDTH * 2 * spread.sqrt() / total**2
    return (
        found.filter(total > TOGETHER)
        .select(
            *KEYS,
            lean.alias("vote_lean"),
            (lean - margin).clip(-1, 1).alias("vote_low"),
            (lean + margin).clip(-1, 1).alias("vote_high"),
        )
        .sort(KEYS)
    )


def agreement_leans(triples: pl.DataFrame, agreements: pl.DataFrame) -> pl.DataFrame:
    """Lean of each patron in the General Assembly, in agreement.

    ``(A_p1 - A_p2) / (A_p1 + A_p2)`` with ``A`` the share of roll calls with the same answer.

    Parameters
    ----------
    triples : DataFrame
        ``patron``, ``one``, ``other``, and ``year`` where only some are asked.
    agreements : DataFrame
        ``one``, ``other``, ``year``, ``agreement``, each pair once, as
        :func:`khasan.measures.world.alignment.alignment` returns them.

    Returns
    -------
    DataFrame
        ``patron``, ``one``, ``other``, ``year`` and ``agreement_lean`` in the unit ``lean`` (-1 to 1); no row where
        either agreement has no data or both are 0.

    Raises
    ------
    InputError
        For missing columns.

    Source: the agreement lean beside ideal points, after Bailey, Strezhnev and Voeten (2017).
    """
    check_for_columns(agreements, ("one", "other", "year", "agreement"), "agreements")
    sides = [
        agreements.select(pl.col(ours).alias("patron"), pl.col(theirs).alias("partner"), "year", "agreement")
        for ours, theirs in (("one", "other"), ("other", "one"))
    ]
    found = _beside(triples, pl.concat(sides), "partner")
    ours, theirs = pl.col("agreement_one"), pl.col("agreement_other")
    return (
        found.filter(ours + theirs > 0)
        .select(*KEYS, ((ours - theirs) / (ours + theirs)).alias("agreement_lean"))
        .sort(KEYS)
    )


def _beside(triples: pl.DataFrame, frame: pl.DataFrame, state: str) -> pl.DataFrame:
    """Put what is known of ``one`` and of ``other`` beside each other, in the years of both (and of the patron)."""
    check_for_columns(triples, TRIPLE, "triples")
    check_for_gaps(triples, TRIPLE, "triples")
    asked = triples.select(name for name in KEYS if name in triples.columns).unique()
    patron, one, other = (pl.col(name) for name in TRIPLE)
    twice = asked.filter((patron == one) | (patron == other) | (one == other))
    if twice.height:
        raise InputError(f"triples: {', '.join(twice.row(0)[:3])} names a state twice; a lean needs three states")
    shared = [name for name in ("patron", "year") if name in frame.columns and name in asked.columns]
    parts = [name for name in frame.columns if name not in ("patron", "year", state)]
    ours, theirs = (
        frame.rename({state: place, **{part: f"{part}_{place}" for part in parts}}) for place in ("one", "other")
    )
    found = asked.join(ours, on=[*shared, "one"])
    return found.join(theirs, on=[*dict.fromkeys([*shared, "year"]), "other"])


def _complete(directions: list[str]) -> pl.Expr:
    """Whether these directions are known with both states."""
    names = [f"{direction}_{state}" for direction in directions for state in ("one", "other")]
    return pl.all_horizontal(pl.col(name).is_not_null() for name in names)


def _log_ratios(directions: list[str]) -> pl.Expr:
    """Work out the lean over these directions; not finite where recorded trade is 0."""
    logs = [
        (
            pl.sum_horizontal(f"{direction}_{state}" for direction in directions)
            / pl.sum_horizontal(f"{direction}_expected_{state}" for direction in directions)
        ).log()
        for state in ("one", "other")
    ]
    return (logs[0] - logs[1]) / 2
