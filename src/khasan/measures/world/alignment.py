"""Alignment of every pair of states in the General Assembly: for each year, session or issue, by matrix products.

With ``V_k`` the matrix of a group of roll calls that holds 1 where a state (row) answered k (column: roll call), the
product ``V_k V_l'`` counts for every pair at once how often the one answered k and the other l.

Roll calls are a census of the votes that were called, not a sample. Agreement drifts with what is put to the vote
(Bailey, Strezhnev and Voeten 2017): see :mod:`khasan.measures.world.ideal_points`. Resolutions adopted without a vote
are not observed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError
from khasan.measures.vote_book import ANSWERS
from khasan.measures.world.inputs import check_for_columns, check_for_gaps, check_for_repeats, check_for_words

CONTESTED_BELOW = 0.90
"""Share of the largest answer, abstentions counted, under which a roll call is contested."""

CERTAIN = 1e-12
"""How near chance agreement must be to 1 for pi and kappa to be undefined."""

Grouping = Literal["year", "session", "issue"]
KEYS: dict[str, list[str]] = {"year": ["year"], "session": ["session"], "issue": ["year", "issue"]}

Matrix = NDArray[np.float32]


def alignment(
    votes: pl.DataFrame, roll_calls: pl.DataFrame, by: Grouping = "year", issues: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Agreement of all pairs of states in all groups of roll calls, with its variants.

    With ``n_kl`` the roll calls in which one answered k and the other l (yes, abstain or no), ``N`` their sum and
    ``A = sum_k n_kk / N``:

    - ``agreement``: ``A``
    - ``pi`` (Scott): ``(A - E) / (1 - E)`` with ``E = sum_k ((p_k. + p_.k) / 2)**2`` and ``p`` the shares of answers
    - ``kappa`` (Cohen): the same with ``E = sum_k p_k. p_.k``; both take the three answers as mere names
    - ``abstention_half``: an abstention against yes or no counts half
    - ``without_abstentions``: ``(n_yy + n_nn) / (n_yy + n_yn + n_ny + n_nn)``
    - ``contested``: ``A`` over roll calls in which the largest answer had less than 90 percent of all votes

    Parameters
    ----------
    votes : DataFrame
        ``roll_call``, ``actor``, ``answer`` (yes, abstain or no); a state that did not vote has no row.
    roll_calls : DataFrame
        ``roll_call``, and ``year`` (calendar) or ``session``; ``largest``, the share of the largest answer, where it is
        known over more states than the votes name.
    by : str
        ``year``, ``session``, or ``issue`` (year and issue).
    issues : DataFrame, optional
        ``roll_call`` and ``issue``, for grouping by issue; a roll call may have several or none.

    Returns
    -------
    DataFrame
        One row a pair and group in which both voted at least once, sorted by ``one`` (< ``other``), ``other`` and
        group. ``votes`` (both voted), ``same``, ``decided`` (neither abstained), ``contested_votes``, ``held`` (roll
        calls of the group) and ``absent`` (one or both did not vote) are numbers of roll calls; ``agreement``,
        ``abstention_half``, ``without_abstentions`` and ``contested`` are in the unit ``share`` (0 to 1), ``pi`` and
        ``kappa`` in the unit ``index`` (-1 to 1); null where nothing is counted or ``E = 1``.

    Raises
    ------
    InputError
        For missing columns, unknown answers, roll calls that are not listed, and two answers of one state in one.

    Source: Haege, Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement,
    Political Analysis 19 (2011) 287-305; Scott (1955); Cohen (1960); the contested share after the casebook's rule.
    """
    if by not in KEYS:
        raise InputError(f"alignment by {by!r} is not known; known are {', '.join(KEYS)}")
    keys = KEYS[by]
    check_for_answers(votes)
    grouped = _groups(roll_calls, keys, issues)
    cast = votes.join(contested_roll_calls(votes, roll_calls), on="roll_call").join(grouped, on="roll_call")
    if cast.select(pl.col("roll_call").n_unique()).item() < votes.select(pl.col("roll_call").n_unique()).item():
        _check_for_listed(votes, roll_calls)
    actors = votes.get_column("actor").unique().sort()
    groups = grouped.group_by(keys).agg(pl.len().cast(pl.Int64()).alias("held")).sort(keys).with_row_index("group")
    coded = (
        cast.join(groups, on=keys)
        .select(
            pl.col("actor").cast(pl.Enum(actors)).to_physical().cast(pl.Int64()),
            pl.col("answer").cast(pl.Enum(ANSWERS)).to_physical().cast(pl.Int64()),
            "roll_call",
            "is_contested",
            pl.col("group").cast(pl.Int64()),
        )
        .sort("group", "roll_call")
    )
    counts = _counts(coded).sort("one", "other", "group")
    place = counts.get_column("group")
    return counts.select(
        actors.gather(counts.get_column("one")).alias("one"),
        actors.gather(counts.get_column("other")).alias("other"),
        *(groups.get_column(key).gather(place) for key in keys),
        *_variants(),
        groups.get_column("held").gather(place),
    ).with_columns((pl.col("held") - pl.col("votes")).alias("absent"))


def check_for_answers(votes: pl.DataFrame) -> None:
    """Refuse votes that lack a column or a cell, hold an unknown answer, or give one state two answers in a roll call.

    No unit: a check.

    Raises
    ------
    InputError
        Naming the column or the first such vote.

    Source: the columns of the table of votes.
    """
    check_for_columns(votes, ("roll_call", "actor", "answer"), "votes")
    check_for_gaps(votes, ("roll_call", "actor", "answer"), "votes")
    check_for_words(votes, "answer", ANSWERS, "votes")
    check_for_repeats(votes, ("roll_call", "actor"), "votes")


def contested_roll_calls(votes: pl.DataFrame, roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Tell which roll calls were contested: ``roll_call`` and ``is_contested``.

    ``max(yes, abstain, no) / (yes + abstain + no) < 0.90`` over the states that voted (no unit: true or false): as the
    column ``largest`` of the roll calls gives it, else over the votes.

    Source: the usual rule against consensus votes, as in :mod:`khasan.measures.alignment`.
    """
    camps = [(pl.col("answer") == answer).sum() for answer in ANSWERS]
    shares = votes.group_by("roll_call").agg((pl.max_horizontal(camps) / pl.len()).alias("counted"))
    if "largest" in roll_calls.columns:
        given = roll_calls.select("roll_call", pl.col("largest").alias("given"))
        shares = shares.join(given, on="roll_call", how="left").with_columns(
            pl.coalesce("given", "counted").alias("counted")
        )
    return shares.select("roll_call", (pl.col("counted") < CONTESTED_BELOW).alias("is_contested"))


def _groups(roll_calls: pl.DataFrame, keys: list[str], issues: pl.DataFrame | None) -> pl.DataFrame:
    """List the roll calls of each group: ``roll_call`` and the keys of the group."""
    if "issue" not in keys:
        check_for_columns(roll_calls, ("roll_call", *keys), "roll calls")
        check_for_repeats(roll_calls, ("roll_call",), "roll calls")
        return roll_calls.select("roll_call", *keys)
    if issues is None:
        raise InputError("alignment by issue needs the issues of the roll calls; give them as `issues`")
    check_for_columns(issues, ("roll_call", "issue"), "issues")
    check_for_columns(roll_calls, ("roll_call", "year"), "roll calls")
    check_for_repeats(roll_calls, ("roll_call",), "roll calls")
    named = issues.select("roll_call", pl.col("issue").cast(pl.String())).unique()
    return roll_calls.select("roll_call", "year").join(named, on="roll_call")


def _check_for_listed(votes: pl.DataFrame, roll_calls: pl.DataFrame) -> None:
    """Refuse votes in roll calls that are not listed; a roll call without an issue is listed."""
    lost = votes.join(roll_calls, on="roll_call", how="anti").get_column("roll_call").unique().sort()
    if len(lost):
        raise InputError(f"votes: {len(lost)} roll calls are not listed among the roll calls, the first {lost[0]}")


COUNTS = ("same", "votes", "yes", "abstain", "no", "one_yes", "one_abstain", "other_yes", "other_abstain")
"""Of a pair and group: same answers, roll calls of both, each answer given by both, and answers of each there."""

CONTESTED = ("contested_same", "contested_votes")
"""Of a pair and group: same answers, and roll calls of both, among the contested ones."""

COUNTED = (*COUNTS, *CONTESTED)


def _counts(coded: pl.DataFrame) -> pl.DataFrame:
    """Count, for every pair and group, what both answered; numbers of roll calls.

    Parameters
    ----------
    coded : DataFrame
        ``actor``, ``answer``, ``group`` as numbers, ``roll_call``, ``is_contested``; sorted by group and roll call.
    """
    group, actor, answer = (coded.get_column(name).to_numpy() for name in ("group", "actor", "answer"))
    roll_call = coded.get_column("roll_call").rle_id().to_numpy().astype(np.int64)
    contested = coded.get_column("is_contested").to_numpy()
    edges = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    names = ("one", "other", "group")
    found = [pl.DataFrame(schema={**dict.fromkeys(names, pl.Int64()), **dict.fromkeys(COUNTED, pl.Float32())})]
    for start, end in pairwise(edges):
        part = slice(int(start), int(end))
        present, row = np.unique(actor[part], return_inverse=True)
        column = roll_call[part] - roll_call[start]
        hot = np.zeros((len(ANSWERS), len(present), int(column[-1]) + 1), dtype=np.float32)
        hot[answer[part], row, column] = 1.0
        disputed = np.zeros(hot.shape[2], dtype=bool)
        disputed[column] = contested[part]
        disputed_table, table = _table(hot[:, :, disputed]), _table(hot[:, :, ~disputed])
        counts = [*_by_pair(table + disputed_table), *_by_pair(disputed_table)[:2]]
        place = np.flatnonzero(np.triu(counts[1], 1))
        ahead, behind = np.divmod(place, len(present))
        pairs = (present[ahead], present[behind], np.full(len(place), group[start]))
        counted = (count.ravel().take(place) for count in counts)
        found.append(pl.DataFrame(dict(zip((*names, *COUNTED), (*pairs, *counted), strict=True))))
    return pl.concat(found).cast(dict.fromkeys(COUNTED, pl.Float64()))


def _table(hot: Matrix) -> Matrix:
    """Count what all pairs answered: answers of one by states by answers of the other by states, in one product.

    Parameters
    ----------
    hot : array
        Answers by states by roll calls, 1 where the state gave the answer. Counts stay exact in single precision.
    """
    answers, states, _ = hot.shape
    flat = hot.reshape(answers * states, -1)
    return np.asarray(flat @ flat.T).reshape(answers, states, answers, states)


def _by_pair(table: Matrix) -> list[Matrix]:
    """Part a table into one of pairs of states for each of ``COUNTS``."""
    both = [table[answer, :, answer] for answer in range(len(ANSWERS))]
    by_one, by_other = table.sum(axis=2), table.sum(axis=0)
    return [
        both[0] + both[1] + both[2],
        by_one.sum(axis=0),
        *both,
        by_one[0],
        by_one[1],
        by_other[:, 0],
        by_other[:, 1],
    ]


def _variants() -> list[pl.Expr]:
    """Work out every variant of agreement from the counts of a pair and group."""
    both, same = pl.col("votes"), pl.col("same")
    one, other = (
        [pl.col(f"{side}_yes"), pl.col(f"{side}_abstain"), both - pl.col(f"{side}_yes") - pl.col(f"{side}_abstain")]
        for side in ("one", "other")
    )
    one_abstained = pl.col("one_abstain") + pl.col("other_abstain") - 2 * pl.col("abstain")
    decided = both - one_abstained - pl.col("abstain")
    shares = [(p / both, q / both) for p, q in zip(one, other, strict=True)]
    chance_pi = pl.sum_horizontal(((p + q) / 2) ** 2 for p, q in shares)
    chance_kappa = pl.sum_horizontal(p * q for p, q in shares)
    contested = pl.col("contested_votes")

    def beyond(chance: pl.Expr) -> pl.Expr:
        """Return agreement beyond chance, where chance leaves any room."""
        return pl.when(chance < 1 - CERTAIN).then((same / both - chance) / (1 - chance))

    return [
        both.cast(pl.Int64()),
        same.cast(pl.Int64()),
        (same / both).alias("agreement"),
        beyond(chance_pi).alias("pi"),
        beyond(chance_kappa).alias("kappa"),
        ((same + one_abstained / 2) / both).alias("abstention_half"),
        pl.when(decided > 0).then((pl.col("yes") + pl.col("no")) / decided).alias("without_abstentions"),
        decided.cast(pl.Int64()).alias("decided"),
        pl.when(contested > 0).then(pl.col("contested_same") / contested).alias("contested"),
        contested.cast(pl.Int64()),
    ]
