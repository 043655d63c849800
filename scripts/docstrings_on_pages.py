"""Make docstrings readable on the reference pages.

MkDocs reads docstrings through griffe, which calls :class:`Docstrings`. A line that begins with ``Source:`` stands at
the end of a docstring, where griffe would take it for one more error or parameter; roles and double colons are meant
for other tools and would be shown as they are.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

ROLE = re.compile(r":(?:attr|class|data|func|meth|mod):(`[^`]+`)")
LITERAL = re.compile(r"::$", re.MULTILINE)
SECTION = re.compile(r"^[A-Z][A-Za-z ]+\n-{3,}$", re.MULTILINE)
SOURCE = re.compile(r"^Source: .+(?:\n(?!\n).+)*", re.MULTILINE)


class Docstrings(Extension):
    """Rewrite every docstring before it is parsed."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of a module, class, function or attribute, where there is one."""
        if obj.docstring is not None:
            obj.docstring.value = readable(obj.docstring.value)


def readable(text: str) -> str:
    """Return a docstring without roles and double colons, its source put before the sections.

    Parameters
    ----------
    text : str
        Docstring in the style of NumPy, without the indent of its code.
    """
    text = LITERAL.sub(":", ROLE.sub(r"\1", text))
    section, source = SECTION.search(text), SOURCE.search(text)
    if section is None or source is None or source.start() < section.start():
        return text
    rest = text[section.start() : source.start()].rstrip() + text[source.end() :]
    return f"{text[: section.start()]}{source.group()}\n\n{rest}"
