"""The command line: reads what the user typed, calls the rooms, prints results on stdout and messages on stderr."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from khasan import __version__
from khasan.cli import (
    asking,
    books,
    briefing,
    channels,
    differing,
    fetching,
    gravity,
    loading,
    measuring,
    vetting,
    world,
)
from khasan.ledger.errors import InputError

app = typer.Typer(
    name="khasan",
    help="Who keeps a sanctioned state afloat, why, and what would make them stop.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_MEASURES = (channels.lifeline, channels.balance, channels.debt, channels.deed, channels.exchanges, vetting.vetting)
for _command in _MEASURES:
    measuring.app.command()(_command)
app.add_typer(measuring.app, name="measure")
app.add_typer(world.app, name="world")
app.add_typer(gravity.app, name="gravity")
app.add_typer(books.app, name="casebook")
app.command("brief")(briefing.brief)
app.command("fetch")(fetching.fetch)
app.command("load")(loading.load)
app.command("retract")(loading.retract)
app.command("ledger")(loading.ledger)
app.command("rows")(asking.rows)
app.command("why")(asking.why)
app.command("cite")(asking.cite)
app.command("diff")(differing.diff)


def _version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        typer.echo(f"khasan {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Answer who keeps a sanctioned state afloat, why, and what would make them stop."""


def main() -> None:
    """Run the command line; exit 0 done, 1 negative verdict, 2 bad input with one line on stderr."""
    gc.set_threshold(200_000)  # a command is short: hunting for cycles would cost it a tenth of its time
    try:
        status = app(standalone_mode=False)
    except InputError as error:
        _fail(str(error))
    except TyperException as error:
        _fail(error.format_message())
    except (KeyboardInterrupt, typer.Abort):
        print("khasan: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    """Print one line, short enough to be read, and end with status 2."""
    line = " ".join(message.split())
    print("khasan: " + (line if len(line) <= 500 else f"{line[:300]} ... {line[-150:]}"), file=sys.stderr)
    sys.exit(2)
