"""Resolutions that the General Assembly votes on again and again, found by their titles."""

from __future__ import annotations

import polars as pl

LONGEST_PAUSE = 3
"""Sessions between two votes on a resolution, above which the later is taken for another resolution."""

SHORTEST_TITLE = 12
"""Letters and spaces of a title, under which it says too little to tell resolutions apart."""


def recurring_items(roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Name the item that each roll call puts: the same for a resolution that comes back in a later session.

    Titles are compared in small letters, without figures, punctuation and the words on how a text was adopted. A
    title that stands more than once in a session (votes on paragraphs and amendments) tells nothing and joins
    nothing, nor does one shorter than twelve letters or that returns after more than three sessions.

    Parameters
    ----------
    roll_calls : DataFrame
        ``roll_call``, ``session`` and, where titles are known, ``title``.

    Returns
    -------
    DataFrame
        ``roll_call`` and ``item`` (text, no unit).

    Source: Bailey, Strezhnev and Voeten (2017), who hold the parameters of identical resolutions fixed over time; the
    rule on titles is this package's own.
    """
    alone = pl.format("roll call {}", "roll_call").alias("item")
    if "title" not in roll_calls.columns:
        return roll_calls.select("roll_call", alone)
    words = (
        pl.col("title")
        .cast(pl.String())
        .str.to_lowercase()
        .str.replace(r"\s*:?\s*(draft )?resolution\s*/.*$", "")
        .str.replace(r"\s*:?\s*resolution adopted.*$", "")
        .str.replace_all(r"[^\p{L} ]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )
    known = roll_calls.select("roll_call", "session", words.alias("words"))
    single = (pl.len().over("session", "words") == 1) & (pl.col("words").str.len_chars() >= SHORTEST_TITLE)
    pause = pl.col("session") - pl.col("session").shift(1).over("words")
    series = (
        known.filter(single)
        .sort("words", "session")
        .with_columns((pause > LONGEST_PAUSE).fill_null(False).cast(pl.Int64()).cum_sum().over("words").alias("series"))
        .select("roll_call", pl.format("{} ({})", "words", "series").alias("recurring"))
    )
    return roll_calls.join(series, on="roll_call", how="left", maintain_order="left").select(
        "roll_call", pl.coalesce(pl.col("recurring"), alone).alias("item")
    )
