"""The list of Specially Designated Nationals of the US Treasury (OFAC), in its legacy CSV.

Twelve columns without a header row: number, name, type, programmes, title, call sign, type of vessel, tonnage, gross
registered tonnage, flag, owner and remarks. ``-0-`` means nothing. The last line is the sign of the end of a file of
old (0x1A), alone.

What the file is not:

- The type is empty for organisations; persons, vessels and aircraft are named as such.
- There is no date of listing. It is in the notices, not in this file.
- Several programmes stand in one cell as ``[A] [B]`` or ``A] [B``.
- The number of a ship's hull stands in the remarks, with its check digit right or wrong; a few numbers stand without
  the letters IMO before them, and may be of a state's register: only numbers after the letters are read.
- Aliases and addresses are in other files; remarks hold some of them.

Source: US Department of the Treasury, OFAC, Specially Designated Nationals List, data formats and schemas.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError, at_cell
from khasan.sources.listing import LISTING, find_imo
from khasan.sources.publisher_files import check_for_doubled_rows, read_table
from khasan.sources.rows import completed

LIST = "ofac-sdn"
COLUMNS = (
    "number", "name", "type", "programmes", "title", "call_sign",
    "vessel_type", "tonnage", "gross_tonnage", "flag", "owner", "remarks",
)  # fmt: skip
_KINDS = {None: "entity", "individual": "individual", "vessel": "vessel", "aircraft": "aircraft"}


def read_ofac_sdn(path: Path) -> pl.DataFrame:
    """Read the list.

    Returns
    -------
    DataFrame
        In the shape of :data:`khasan.sources.listing.LISTING`; ``tonnage`` (deadweight) and ``gross_tonnage`` in tons,
        ``reference``, ``regime`` and ``listed_on`` are empty.

    Raises
    ------
    InputError
        For a row without twelve cells, a number that stands twice or is none, a row without a name, an unknown type and
        a tonnage that is no number.
    """
    table = read_table(path, COLUMNS, header=COLUMNS)
    check_for_an_end(path)
    cells = [pl.when(pl.col(name) == "-0-").then(None).otherwise(pl.col(name)).alias(name) for name in COLUMNS]
    frame = table.with_columns(cells)
    file = path.name
    for column, bad, problem in (
        (
            "number",
            pl.col("number").str.contains(r"^\d+$").not_() | pl.col("number").is_null(),
            "is no number of an entry",
        ),
        ("name", pl.col("name").is_null(), "is no name"),
        ("type", pl.col("type").is_in(list(_KINDS)[1:]).not_(), "is not among individual, vessel and aircraft"),
        *(
            (name, _tons(name).is_null() & pl.col(name).is_not_null(), "is no tonnage")
            for name in ("tonnage", "gross_tonnage")
        ),
    ):
        hit = frame.filter(bad.fill_null(False))
        if hit.height:
            shown = table.filter(pl.col("_row") == hit["_row"][0])[column][0]
            raise at_cell(
                file, hit["_row"][0], column, f"{shown!r} {problem}; the file has other columns, or is damaged"
            )
    check_for_doubled_rows(frame, ["number"], file)
    vessel = pl.col("type") == "vessel"
    listed = frame.with_columns(
        pl.lit(LIST).alias("list"),
        pl.col("number").alias("entry"),
        pl.col("type")
        .replace_strict({key: value for key, value in _KINDS.items() if key}, default="entity")
        .alias("kind"),
        pl.col("programmes").str.strip_chars("[] ").str.replace_all(r"\]\s*\[", ";"),
        pl.col("flag").alias("country"),
        _tons("tonnage").alias("tonnage"),
        _tons("gross_tonnage").alias("gross_tonnage"),
        pl.when(vessel).then(pl.col("remarks").map_elements(find_imo, return_dtype=pl.String())).alias("imo"),
    )
    return completed(listed, LISTING)


def check_for_an_end(path: Path) -> None:
    """Refuse a file that does not end with a whole line, or with the mark with which the publisher ends it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 16))
        tail = file.read().rstrip(b"\x1a")
    if tail and not tail.endswith(b"\n"):
        raise InputError(f"{path.name}: ends within a line, as a file that was cut off; fetch it again")


def _tons(name: str) -> pl.Expr:
    """Read tons, written with a comma at the thousands."""
    plain = pl.col(name).str.replace_all(",", "")
    return pl.when(plain.str.contains(r"^\d+$")).then(plain).cast(pl.Int64(), strict=False)
