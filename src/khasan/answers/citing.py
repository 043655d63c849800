"""Citations ready to paste: plain, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from khasan import __version__
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot

STYLES = ("plain", "bibtex", "csl-json")
"""Styles of citation."""

_ESCAPES = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\~{}",
    "\\": r"\textbackslash{}",
}


def plain_citation(source: Mapping[str, Any]) -> str:
    """Cite a source in one line; a reprint says so."""
    reprint = "as reprinted by " if source.get("reprint") == "yes" else ""
    return f"{source['title']}, {reprint}{source['publisher']}, {source['published']}"


def citations(snapshot: Snapshot, identifier: str, style: str) -> str:
    """Cite a finding, row or source.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    identifier : str
        Id of a finding, row or source.
    style : str
        ``plain``, ``bibtex`` or ``csl-json``.

    Raises
    ------
    InputError
        Where nothing has this id.
    """
    from khasan.answers.asking import explain

    told = explain(snapshot, identifier)
    sources = [source for source in told["sources"] if "title" in source]
    finding = told["finding"]
    if not sources and finding is None:
        raise InputError(f"{identifier!r} has no source known on {snapshot.as_of}")
    if style == "csl-json":
        return json.dumps(
            [_csl(source) for source in sources] + ([_csl_finding(finding)] if finding else []),
            indent=1,
            ensure_ascii=False,
        )
    if style == "bibtex":
        return "\n\n".join([_bibtex(source) for source in sources] + ([_bibtex_finding(finding)] if finding else []))
    lines = [f"{source['citation']}. {source.get('url') or ''}".strip() for source in sources]
    if finding:
        lines.append(f"Computed by Khasan {__version__}, {finding['method']}, {finding['id']}.")
    return "\n".join(lines)


def _bibtex(source: Mapping[str, Any]) -> str:
    """Write a source as an entry of BibTeX."""
    year, *rest = str(source["published"]).split("-")
    fields = {"title": f"{{{_tex(source['title'])}}}", "author": f"{{{_tex(source['publisher'])}}}", "year": year}
    if rest:
        fields["month"] = rest[0]
    if source.get("url"):
        fields["url"] = str(source["url"]).replace("{", "%7B").replace("}", "%7D")
    if source.get("reprint") == "yes":
        fields["note"] = "Reprint"
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{source['id']},\n{body}\n}}"


def _bibtex_finding(finding: Mapping[str, Any]) -> str:
    """Write a finding as an entry of BibTeX."""
    key = re.sub(r"[^A-Za-z0-9]+", "-", str(finding["id"]))
    title = _tex(f"{finding['method']} = {finding['value']:g} {finding['unit']}")
    return (
        f"@misc{{{key},\n  title = {{{{{title}}}}},\n  author = {{{{Khasan {__version__}}}}},\n"
        f"  year = {{{date.today().year}}},\n  note = {{{_tex(str(finding['id']))}}}\n}}"
    )


def _csl(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source as an item of CSL JSON."""
    parts = [int(part) for part in str(source["published"]).split("-")]
    item: dict[str, Any] = {
        "id": source["id"], "type": "webpage" if source.get("url") else "document", "title": source["title"],
        "author": [{"literal": source["publisher"]}], "issued": {"date-parts": [parts]},
    }  # fmt: skip
    if source.get("url"):
        item["URL"] = source["url"]
    return item


def _csl_finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return a finding as an item of CSL JSON."""
    return {
        "id": finding["id"], "type": "dataset",
        "title": f"{finding['method']} = {finding['value']:g} {finding['unit']}",
        "author": [{"literal": "Khasan"}], "version": __version__,
    }  # fmt: skip


def _tex(text: str) -> str:
    """Escape what TeX would take for a command."""
    return "".join(_ESCAPES.get(letter, letter) for letter in text)
