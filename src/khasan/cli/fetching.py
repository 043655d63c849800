"""The command that fetches public sources to the user's disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.options import Format, FormatOption
from khasan.cli.output import show
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.sources.catalogue import PublicSource
    from khasan.sources.fetch_transfer import Progress


def fetch(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE...", help="Sources of the catalogue, or https addresses.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder for the files; the user's data folder if not given."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the sources, for instance reporter=643."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the catalogue and fetch nothing.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Fetch public sources: checked, resumable, and only what changed; --list shows what there is.

    Keys are read from environment variables, never from the command line.
    """
    from khasan.sources.fetch import fetch as fetch_file

    if listed:
        _show_catalogue(how)
        return
    if not sources:
        raise InputError("name the sources to fetch; khasan fetch --list shows them")
    folder = to if to is not None else _data_folder()
    parameters = parameters_of(settings or [])
    planned = [(name, what, asked) for name in sources for what, asked in _plan(name, parameters)]
    _check_parameters_used(parameters, [what for _, what, _ in planned])
    rows = []
    for name, what, asked in planned:
        with _progress(name) as progress:
            got = fetch_file(what, folder, parameters=asked, progress=progress)
        rows.append(
            {
                "source": name, "path": str(got.path), "bytes": got.bytes, "sha256": got.sha256,
                "retrieved": got.retrieved.isoformat(), "unchanged": got.unchanged,
                "licence_class": "" if isinstance(what, str) else what.licence_class,
            }
        )  # fmt: skip
    if any(row["licence_class"] == "local" for row in rows):
        typer.echo("licence class local: these files stay on this disk, and no brief or export carries them", err=True)
    show(rows, how, ("source", "path", "bytes", "unchanged", "licence_class"))


def _plan(name: str, parameters: Mapping[str, str]) -> Iterator[tuple[str | PublicSource, dict[str, str]]]:
    """Yield what to fetch for one name: an address, or a source with the parameters of each request."""
    from khasan.sources.catalogue import filled, find_source

    if "://" in name:
        yield name, {}
        return
    source = find_source(name)
    own = {key: value for key, value in parameters.items() if key in source.parameters}
    if source.reader == "comtrade":
        from khasan.sources.comtrade import CAPS, requests

        cap = CAPS[1] if source.key_needed else CAPS[0]
        for asked in requests(filled(source, own), cap):
            yield source, asked
    else:
        yield source, own


def parameters_of(settings: list[str]) -> dict[str, str]:
    """Read NAME=VALUE pairs that a user typed.

    Raises
    ------
    InputError
        For a pair without a name or value.
    """
    pairs = [setting.partition("=") for setting in settings]
    for name, mark, value in pairs:
        if not mark or not name or not value:
            raise InputError(f"--set {name}{mark}{value}: not NAME=VALUE; write it as reporter=643")
    return {name: value for name, _, value in pairs}


def _check_parameters_used(parameters: Mapping[str, str], planned: list[str | PublicSource]) -> None:
    """Refuse a parameter that none of the sources takes."""
    known = dict.fromkeys(name for what in planned if not isinstance(what, str) for name in what.parameters)
    for name in parameters:
        if name not in known:
            raise InputError(f"--set {name}: none of these sources takes it; they take {', '.join(known) or 'none'}")


def _show_catalogue(how: Format) -> None:
    """Print every source with what it takes and what may be done with it."""
    from khasan.sources.catalogue import catalogue

    rows: list[dict[str, Any]] = [
        {
            "source": source.id, "title": source.title, "publisher": source.publisher, "format": source.format,
            "licence_class": source.licence_class, "parameters": list(source.parameters),
            "key": source.key_variable + (" (needed)" if source.key_needed else "") if source.key_variable else "",
            "fetched": "yes" if source.address else "by hand", "home": source.home, "note": source.note,
        }
        for source in catalogue().values()
    ]  # fmt: skip
    show(rows, how, ("source", "title", "format", "licence_class", "parameters", "key", "fetched"))


def _data_folder() -> Path:
    """Return the folder in which a user's data lie, outside every project."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "khasan"


@contextmanager
def _progress(name: str) -> Iterator[Progress | None]:
    """Show a progress bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
