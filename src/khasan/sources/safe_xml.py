"""Read XML of strangers: no document type, no entities, nothing from outside, nothing nested without end.

A few lines of a document type are enough to fill a memory (one entity made of ten others, ten times over) or to read a
file of the user. None of the lists needs one, so a file that has one is refused when its first word is seen.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from khasan.ledger.errors import InputError
from khasan.sources.publisher_files import MOST_BYTES, file_bytes

DEEPEST = 100
"""Elements that may stand within each other."""

MOST_ELEMENTS = 5_000_000
"""Elements that a file may hold."""


def read_xml(path: Path, most: int = MOST_BYTES) -> Element:
    """Read an XML file into elements.

    Raises
    ------
    InputError
        For a document type or entity, elements that are nested too deeply or too many, and XML that is damaged or was
        cut off; the line is named.
    """
    data = file_bytes(path, most)
    if not data.strip():
        raise InputError(f"{path.name}: empty; fetch it again")
    builder = TreeBuilder()
    depth = count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise InputError(f"{path.name}: holds too many elements, or too many within each other; it is refused")
        builder.start(name, attributes)

    def finish(name: str) -> None:
        """End an element."""
        nonlocal depth
        depth -= 1
        builder.end(name)

    def refuse(*_: object) -> int:
        """Refuse a document type, an entity, or a call for something outside."""
        raise InputError(f"{path.name}: declares a document type or entities, which no list needs; the file is refused")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(
            f"{path.name}, row {error.lineno}: the XML is damaged or was cut off; fetch it again"
        ) from None
    return builder.close()
