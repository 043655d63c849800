"""Alliances of every pair of states in every year."""

from __future__ import annotations

import polars as pl

from khasan.measures.world.inputs import check_for_columns, check_for_gaps, check_for_words
from khasan.measures.world.spells import spell_years

COMMITMENTS = ("defence", "neutrality", "nonaggression", "consultation", "offence")
"""What allies may promise each other."""

COLUMNS = ("one", "other", "commitment", "compiler", "start", "end", "open")


def alliances(alliance: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """List what each state had promised each of its allies in each year.

    Parameters
    ----------
    alliance : DataFrame
        ``one`` (who is committed), ``other`` (to whom), ``commitment``, ``compiler``, ``start``, ``end`` (dates) and
        ``open`` (the spell runs to the end of the file).
    first, last : int
        Calendar years; a spell counts in every year that it touches.

    Returns
    -------
    DataFrame
        One row a compiler, pair in this order and year with any commitment, sorted by these: for each commitment true
        or false (no unit), and ``carried``, whether all that is true is so only because it was true when the file
        ended. A pair without a row has no alliance that the compiler lists: within its years that is a fact, outside
        them nothing is known.

    Raises
    ------
    InputError
        For missing columns, empty cells and commitments that are not known.

    Source: Gibler, International military alliances 1648-2008 (2009); Leeds et al., Alliance treaty obligations and
    provisions (2002); whichever compilers the frame holds.
    """
    check_for_columns(alliance, COLUMNS, "alliances")
    check_for_gaps(alliance, ("one", "other", "commitment"), "alliances")
    check_for_words(alliance, "commitment", COMMITMENTS, "alliances")
    keys = ["compiler", "one", "other", "year"]
    yearly = spell_years(alliance.select(COLUMNS), first, last, "alliances")
    return (
        yearly.group_by(keys)
        .agg(*((pl.col("commitment") == word).any().alias(word) for word in COMMITMENTS), pl.col("carried").all())
        .sort(keys)
    )
