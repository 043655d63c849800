"""The words that follow from a letter (source) and a digit (row)."""

from __future__ import annotations

import polars as pl

WORDS = ("documented", "reported", "alleged", "disputed", "contradicted", "not judged")
"""Words of a brief, from the firmest to the weakest."""

ICD_203 = (
    ("almost no chance", 0.01, 0.05),
    ("very unlikely", 0.05, 0.20),
    ("unlikely", 0.20, 0.45),
    ("roughly even chance", 0.45, 0.55),
    ("likely", 0.55, 0.80),
    ("very likely", 0.80, 0.95),
    ("almost certain", 0.95, 0.99),
)
"""Seven steps of judgement of Intelligence Community Directive 203, with their probabilities."""


def word_of(reliability: str, credibility: int, accusation: bool) -> str:
    """Name how firmly a row may be asserted.

    Parameters
    ----------
    reliability : str
        Admiralty letter of the source, A to F.
    credibility : int
        Digit of the row, 1 to 6.
    accusation : bool
        Whether the row says who alleges it.

    Returns
    -------
    str
        *documented* for A-B with 1-2; *reported* for A-D with 3 or C-D with 1-2; *alleged* for an accusation at
        C-D with 3; *disputed* for 4; *contradicted* for 5; *not judged* for 6 or a source of letter E or F.
    """
    if credibility == 4:
        return "disputed"
    if credibility == 5:
        return "contradicted"
    if credibility == 6 or reliability in ("E", "F"):
        return "not judged"
    if reliability in ("A", "B") and credibility <= 2:
        return "documented"
    if accusation and credibility == 3 and reliability in ("C", "D"):
        return "alleged"
    return "reported"


def with_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the column ``word`` to rows that hold ``reliability``, ``credibility`` and, it may be, ``alleged_by``."""
    digit, letter = pl.col("credibility"), pl.col("reliability")
    accusation = pl.col("alleged_by").is_not_null() if "alleged_by" in frame.columns else pl.lit(False)
    return frame.with_columns(
        word=pl.when(digit == 4)
        .then(pl.lit("disputed"))
        .when(digit == 5)
        .then(pl.lit("contradicted"))
        .when((digit == 6) | letter.is_in(["E", "F"]) | letter.is_null())
        .then(pl.lit("not judged"))
        .when(letter.is_in(["A", "B"]) & (digit <= 2))
        .then(pl.lit("documented"))
        .when(accusation & (digit == 3) & letter.is_in(["C", "D"]))
        .then(pl.lit("alleged"))
        .otherwise(pl.lit("reported"))
    )
