"""The consolidated list of the United Nations Security Council, in XML.

``CONSOLIDATED_LIST`` holds ``INDIVIDUALS`` and ``ENTITIES``. An entry has ``DATAID``, up to four names, the list it
belongs to (``UN_LIST_TYPE``: the regime), ``REFERENCE_NUMBER`` such as KPe.053, ``LISTED_ON``, comments, aliases with
their quality, and addresses. ``dateGenerated`` says when the file was made.

What the file is not:

- Names and numbers carry spaces before and after them.
- Vessels are not entries: ships that may not enter ports are on pages of the committees. The IMO numbers in comments
  are numbers of companies, which look like those of ships and have another check; none is read as a ship's.
- An alias may be empty, and of low quality.
- Individuals are private persons; they are read for screening on a user's disk and have no row in a ledger.

Source: United Nations Security Council Subsidiary Organs Branch, Consolidated List, sc-sanctions.xsd.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.listing import LISTING
from khasan.sources.publisher_files import check_for_doubled_rows
from khasan.sources.safe_xml import read_xml

LIST = "un-consolidated"
_KINDS = {"INDIVIDUAL": "individual", "ENTITY": "entity"}
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read_un_consolidated(path: Path) -> pl.DataFrame:
    """Read the list.

    Returns
    -------
    DataFrame
        In the shape of :data:`khasan.sources.listing.LISTING`; ``entry`` is the reference number, and where there is
        none the number of the record.

    Raises
    ------
    InputError
        For XML that is not this list, an entry without name, number, regime or day, and an entry that stands twice.
    """
    root = read_xml(path)
    sections = [section for section in root if section.tag in ("INDIVIDUALS", "ENTITIES")]
    if root.tag != "CONSOLIDATED_LIST" or not sections:
        raise InputError(f"{path.name}: not the consolidated list (its root is {root.tag[:40]!r}); fetch it again")
    rows = [_row(path.name, entry) for section in sections for entry in section]
    if not rows:
        raise InputError(f"{path.name}: the list holds no entry; fetch it again")
    frame = pl.DataFrame([dict.fromkeys(LISTING) | row for row in rows], schema=dict(LISTING))
    check_for_doubled_rows(frame, ["entry"], path.name)
    return frame


def date_generated(path: Path) -> date | None:
    """Return the day on which the file was made, which is its version; None where it does not say."""
    written = read_xml(path).get("dateGenerated", "")[:10]
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _row(file: str, entry: Element) -> dict[str, Any]:
    """Turn one entry into a row."""
    number = _text(entry, "DATAID")
    if entry.tag not in _KINDS:
        raise InputError(f"{file}: unknown entry {entry.tag[:40]!r}; the format of the list has changed")
    name = " ".join(part for part in (_text(entry, tag) for tag in _NAMES) if part)
    reference = _text(entry, "REFERENCE_NUMBER")
    regime = _text(entry, "UN_LIST_TYPE")
    listed = _text(entry, "LISTED_ON") or ""
    for word, value in (("number", reference or number), ("name", name), ("regime", regime), ("day", listed)):
        if not value:
            raise InputError(f"{file}: entry {reference or number or name or '?'} has no {word}; the file is damaged")
    try:
        day = date.fromisoformat(listed[:10])
    except ValueError:
        raise InputError(f"{file}: entry {reference or number} is listed on {listed[:20]!r}, which is no day") from None
    kind = _KINDS[entry.tag]
    return {
        "list": LIST,
        "entry": reference or number,
        "name": name,
        "kind": kind,
        "programmes": regime,
        "country": _country(entry, kind),
        "aliases": ";".join(_several(entry, f"{entry.tag}_ALIAS", "ALIAS_NAME")) or None,
        "remarks": _text(entry, "COMMENTS1"),
        "reference": reference,
        "regime": regime,
        "listed_on": day,
    }


def _country(entry: Element, kind: str) -> str | None:
    """Return the one country of an entry: nationality of a person, address of an organisation; None where several."""
    found = (
        _several(entry, "NATIONALITY", "VALUE")
        if kind == "individual"
        else _several(entry, "ENTITY_ADDRESS", "COUNTRY")
    )
    return found[0] if len(set(found)) == 1 else None


def _text(entry: Element, tag: str) -> str | None:
    """Return the text of an element on one line, None where it is empty."""
    return re.sub(r"\s+", " ", entry.findtext(tag) or "").strip() or None


def _several(entry: Element, tag: str, inner: str) -> list[str]:
    """Return the filled texts of a repeated element, each once, in their order."""
    return list(dict.fromkeys(text for part in entry.iter(tag) if (text := _text(part, inner))))
