"""The command that writes the brief."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khasan.cli.leaving import with_losses
from khasan.cli.options import AsOfOption, LedgerOption, day, opened, read
from khasan.ledger.errors import InputError
from khasan.sources.focus import Focus


def brief(
    patron: Annotated[str, typer.Argument(help="Who gives: a code or a name.")],
    client: Annotated[str, typer.Argument(help="The sanctioned state.")],
    opponent: Annotated[str | None, typer.Option("--opponent", help="Who sanctions it.")] = None,
    rival: Annotated[str | None, typer.Option("--rival", help="The other patron.")] = None,
    as_of: AsOfOption = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Add what became known after this day.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the brief is written.")] = Path("out"),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Write the PDF too.")] = True,
    ledger: LedgerOption = None,
) -> None:
    """Write the brief: brief.html, brief.pdf, brief.json and evidence.csv."""
    from datetime import date

    from khasan.answers.assemble import assemble
    from khasan.answers.changes import what_changed
    from khasan.answers.triangle import resolve
    from khasan.brief.compose import compose
    from khasan.brief.write import check_folder, write_brief
    from khasan.ledger.snapshot import take_snapshot

    when, earlier = day(as_of, "--as-of"), day(since, "--since")
    if earlier is not None and earlier > (when or date.today()):
        raise InputError(f"--since {earlier} lies after the day of the brief; give an earlier day")
    check_folder(out)
    near = Focus((client,), tuple(text for text in (patron, rival) if text), parts=("trade",))
    named = resolve(read(ledger, as_of, near), patron, client, opponent, rival)
    others = tuple(code for code in (named.patron, named.rival, named.client_rival) if code)
    against = (named.opponent,) if named.opponent else ()
    with opened(ledger, Focus((named.client,), others, against), as_of) as tables:
        whole = take_snapshot(tables, when)
        before = take_snapshot(tables, earlier).publishable() if earlier is not None else None
    snapshot = whole.publishable()
    triangle = resolve(snapshot, patron, client, opponent, rival)
    snapshot, why_no_losses = with_losses(snapshot, ledger, triangle, when)
    if why_no_losses:
        typer.echo(f"what the client would lose was not computed: {why_no_losses}", err=True)
    if before is not None:
        before, _ = with_losses(before, ledger, triangle, earlier)
    answers = assemble(snapshot, triangle)
    changed = what_changed(answers, before) if before is not None else None
    kept_back = whole.observation.height - snapshot.observation.height
    if kept_back and ledger is not None:
        rows = "row" if kept_back == 1 else "rows"
        typer.echo(f"{kept_back:,} {rows} of licence class local left out of the brief", err=True)
    paths = write_brief(compose(answers, changed), out, pdf=pdf)
    typer.echo(answers.bottom_line.text)
    for path in paths:
        typer.echo(str(path))
