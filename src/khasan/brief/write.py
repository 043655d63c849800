"""Writing a brief: page, PDF, JSON and evidence, all of them or none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from khasan.brief.charts import Drawings
from khasan.brief.data import brief_data
from khasan.brief.document import Brief
from khasan.brief.page import render_html
from khasan.brief.pdf import render_pdf
from khasan.ledger.errors import InputError
from khasan.ledger.export import csv_text


def write_brief(brief: Brief, folder: Path, pdf: bool = True) -> list[Path]:
    """Write ``brief.html``, ``brief.pdf``, ``brief.json`` and ``evidence.csv`` into a folder.

    Everything is rendered and written beside the folder first and then moved, so nothing half-written stays.

    Parameters
    ----------
    brief : Brief
        What is said.
    folder : Path
        Where to write; it is made if it does not exist.
    pdf : bool
        Whether a PDF is wanted. Without it an earlier ``brief.pdf`` is taken away, as it would say something else.

    Returns
    -------
    list of Path
        The files written.
    """
    drawings = Drawings()
    rendered: dict[str, bytes] = {"brief.html": render_html(brief, drawings).encode("utf-8", "replace")}
    if pdf:
        rendered["brief.pdf"] = render_pdf(brief, drawings)
    rendered["brief.json"] = (json.dumps(brief_data(brief), ensure_ascii=False, indent=2) + "\n").encode(
        "utf-8", "replace"
    )
    rendered["evidence.csv"] = csv_text(brief.evidence).encode("utf-8", "replace")
    try:
        return _move_in(rendered, folder)
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error


def check_folder(folder: Path) -> None:
    """Raise an InputError unless a brief may be written into a folder; nothing is made.

    Parameters
    ----------
    folder : Path
        A folder that exists or can be made.
    """
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise _unwritable(folder, f"{place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"{place} may not be written to")


def _unwritable(folder: Path, why: str) -> InputError:
    """Make the error for a folder that cannot be written."""
    return InputError(f"--out {folder}: cannot be written ({why}); name a folder that you may write to")


def _move_in(rendered: dict[str, bytes], folder: Path) -> list[Path]:
    """Write all files beside the folder's own, then move them in."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=".brief-", dir=folder))
    try:
        for name, content in rendered.items():
            (beside / name).write_bytes(content)
            if (folder / name).is_dir():
                raise IsADirectoryError(21, f"{name} is a folder")
        written = []
        for name in rendered:
            os.replace(beside / name, folder / name)
            written.append(folder / name)
        if "brief.pdf" not in rendered and (folder / "brief.pdf").is_file():
            (folder / "brief.pdf").unlink()
        return written
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if made and not any(folder.iterdir()):
            folder.rmdir()
