"""Merge a load into a ledger: which of its rows are new, and which rows of a seed they replace."""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.schema import SEED_TABLES, columns, has_id


def merge(table: str, frame: pl.DataFrame, held: pl.DataFrame, seeds: list[int]) -> tuple[pl.DataFrame, list[str]]:
    """Split a load into the rows that are new and the seed rows that it replaces.

    A row that is held already, word for word, is not added again; an id that a casebook holds with other
    contents is refused.
    """
    names = frame.columns
    if not has_id(table):
        if table in SEED_TABLES:
            key = columns(table)[0].name
            present = held.filter(pl.col("_load").is_in(seeds).not_())
        else:
            key, present = "", held
        fresh = frame.join(present.select(names), on=names, how="anti", nulls_equal=True) if present.height else frame
        replaced = fresh.get_column(key).unique().to_list() if key else []
        return fresh, replaced
    both = frame.join(held, on="id", how="inner", suffix="_held")
    if not both.height:
        return frame, []
    same = pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"{name}_held")) for name in names if name != "id"])
    both = both.with_columns(_same=same, _seed=pl.col("_load").is_in(seeds))
    clash = both.filter(pl.col("_same").not_() & pl.col("_seed").not_()).get_column("id").head(1).to_list()
    if clash:
        raise InputError(
            f"{table}.csv: id {clash[0]!r} is held already with other contents; use a new id, and retract the old row"
        )
    kept = both.filter(pl.col("_same") & pl.col("_seed").not_()).get_column("id")
    replaced = both.filter(pl.col("_seed")).get_column("id").to_list()
    return frame.filter(pl.col("id").is_in(kept.implode()).not_()), replaced
