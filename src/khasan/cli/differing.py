"""The command that compares two states of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.options import Format, FormatOption
from khasan.cli.output import show, show_object
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.answers.difference import FindingMoved
    from khasan.cli.sides import Side
    from khasan.ledger.casebook import Tables
    from khasan.ledger.comparison import Differences, Revision, Row, State

_FINDINGS = ("finding", "old", "new", "change", "unit", "word", "sources")
_REVISIONS = ("row", "table", "column", "old", "new", "change", "announced", "source")


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A ledger file or casebook folder; a day (2018-04-30); or a vintage (cow-trade@2)."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later one, of the same kind.")],
    ledger: Annotated[
        Path | None,
        typer.Option(
            "--ledger",
            metavar="FILE",
            help="Ledger of the two days or vintages; for days the bundled casebook if not given.",
        ),
    ] = None,
    patron: Annotated[
        str | None, typer.Option("--patron", help="With --client: compare the findings of this brief.")
    ] = None,
    client: Annotated[str | None, typer.Option("--client", help="The sanctioned state.")] = None,
    opponent: Annotated[str | None, typer.Option("--opponent", help="Who sanctions it.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List what differs: findings that moved and what moved them, revised rows, and rows that came or went.

    A vintage is named by data set and number of its load (as `khasan ledger` lists them) or version. Without --patron
    and --client the findings are those of the casebook's triangles, and of the pairs whose trade or votes were revised.
    A revision is announced where the version changed or where a status, a note or a retraction says so.
    """
    from khasan.cli.sides import name_row, opened_side, sides, state
    from khasan.ledger.comparison import compare

    if (patron is None) != (client is None) or (opponent is not None and patron is None):
        raise InputError("--patron, --client: give both, or neither for the triangles of the casebook")
    corners = (patron, client, opponent) if patron is not None and client is not None else None
    one, other = sides(old, new, ledger)
    with opened_side(one) as before, opened_side(other) as after:
        then = state(before, one)
        now = then if _alike(one, other) else state(after, other)
        found = compare(then, now, name_row)
        may_move = found or one.day != other.day
        moved = _findings(one, other, before, after, (then, now), found, corners) if may_move else []
    told = {
        "old": one.told(),
        "new": other.told(),
        "findings": [_finding(item) for item in moved],
        "revisions": [_revision(item) for item in found.revisions],
        "added": dict(sorted(found.added_by_source.items())),
        "withdrawn": dict(sorted(found.withdrawn_by_source.items())),
        "added_rows": [_row(item) for item in found.added],
        "withdrawn_rows": [_row(item) | {"announced": item.announced} for item in found.withdrawn],
        "new_sources": sorted(now.sources - then.sources),
        "gone_sources": sorted(then.sources - now.sources),
    }
    _print(told, how)


def _alike(one: Side, other: Side) -> bool:
    """Whether two sides are one and the same."""
    paths = [side.path.resolve() if side.path is not None else None for side in (one, other)]
    return paths[0] == paths[1] and (one.day, one.load) == (other.day, other.load)


def _findings(
    one: Side,
    other: Side,
    before: Tables,
    after: Tables,
    states: tuple[State, State],
    found: Differences,
    corners: tuple[str, str, str | None] | None,
) -> list[FindingMoved]:
    """Compare the findings of one brief, or of the casebook's triangles and of the pairs whose rows moved."""
    from khasan.answers.difference import findings_moved, triangles_of
    from khasan.cli.sides import snapshot_of

    listed = [corners] if corners else triangles_of(*(each.snapshot for each in states))
    moved: dict[str, FindingMoved] = {}
    for triangle in listed:
        then, now = (
            snapshot_of(tables, side, *triangle).publishable() for tables, side in ((before, one), (after, other))
        )  # as a brief does
        try:
            for item in findings_moved(then, now, *triangle):
                moved.setdefault(item.key, item)
        except InputError:
            if corners:
                raise
    if corners is None:
        for item in _of_panels(states, found, {code for triangle in listed for code in triangle if code}):
            moved.setdefault(item.key, item)
    return list(moved.values())


def _of_panels(states: tuple[State, State], found: Differences, actors: set[str]) -> list[FindingMoved]:
    """Compare the shares of trade and the agreements that revised rows of panels moved."""
    from khasan.answers.world_difference import agreements_moved, permanent_members, shares_moved
    from khasan.cli.sides import name_row

    old, new = (one.panels for one in states)
    moved: list[FindingMoved] = []
    if "trade_flow" in found.panels:
        moved += shares_moved(old, new, found.touched("trade_flow", name_row))
    if "vote" in found.panels:
        line = {code for one in (*permanent_members(), *actors) for code in states[1].snapshot.actors.lineage(one)}
        moved += agreements_moved(old, new, found.touched("vote", name_row), line)
    return moved


def _finding(item: FindingMoved) -> dict[str, Any]:
    """Return a finding that moved as it stands in JSON."""
    low, high = item.old_interval or (None, None)
    new_low, new_high = item.new_interval or (None, None)
    return {
        "finding": item.key, "method": item.method, "parameters": dict(item.parameters),
        "old": item.old, "new": item.new, "change": item.change, "unit": item.unit, "old_unit": item.old_unit,
        "old_low": low, "old_high": high, "new_low": new_low, "new_high": new_high,
        "old_word": item.old_word, "new_word": item.new_word,
        "sources": list(item.sources), "rows": list(item.rows),
    }  # fmt: skip


def _revision(item: Revision) -> dict[str, Any]:
    """Return a revised cell as it stands in JSON."""
    return _row(item) | {
        "column": item.column, "old": item.old, "new": item.new, "change": item.change, "relative": item.relative,
        "announced": item.announced,
    }  # fmt: skip


def _row(item: Revision | Row) -> dict[str, Any]:
    """Return the place of a row as it stands in JSON."""
    return {"source": item.source, "table": item.table, "row": item.row, "key": dict(item.key)}


def _print(told: Mapping[str, Any], how: Format) -> None:
    """Print a comparison, and sum it up on standard error."""
    silent = sum(not item["announced"] for item in told["revisions"])
    added, withdrawn = (sum(told[name].values()) for name in ("added", "withdrawn"))
    if how is Format.JSON:
        show_object(told)
    elif how is not Format.TABLE:
        show(list(_flat(told)), how)
    else:
        _tables(told)
    if not (told["findings"] or told["revisions"] or added or withdrawn):
        typer.echo(f"no difference between {told['old']['name']} and {told['new']['name']}", err=True)
        return
    typer.echo(
        f"{_counted(told['findings'], 'finding')} moved; {_counted(told['revisions'], 'cell')} revised, {silent:,} of "
        f"them unannounced; {added:,} rows added, {withdrawn:,} withdrawn",
        err=True,
    )
    for name, count in (("added", added), ("withdrawn", withdrawn)):
        listed = len(told[f"{name}_rows"])
        if listed < count:
            typer.echo(f"{name}: {listed:,} of {count:,} rows are listed, the first of each table", err=True)


def _tables(told: Mapping[str, Any]) -> None:
    """Print a comparison as tables."""
    kinds = (
        ("findings", _FINDINGS, "finding", "moved", "no data"),
        ("revisions", _REVISIONS, "cell", "revised", "empty"),
    )
    for name, columns, noun, did, nothing in kinds:
        if told[name]:
            rows = [
                item
                | {key: _short(item[key], "" if key == "change" else nothing) for key in ("old", "new", "change")}
                | _word(item)
                for item in told[name]
            ]
            show(rows, Format.TABLE, columns, f"{_counted(rows, noun)} {did}")
    names = sorted({*told["added"], *told["withdrawn"]})
    counts = [
        {
            "source": name, "added": told["added"].get(name, 0), "withdrawn": told["withdrawn"].get(name, 0),
            "known": "new" if name in told["new_sources"] else "gone" if name in told["gone_sources"] else "before",
        }
        for name in names
    ]  # fmt: skip
    if counts:
        show(counts, Format.TABLE, (), "Rows that came and went, by source")


def _counted(rows: Sequence[Any], noun: str) -> str:
    """Count rows in words."""
    return f"{len(rows):,} {noun}" + ("" if len(rows) == 1 else "s")


def _word(item: Mapping[str, Any]) -> dict[str, str]:
    """Say with which word a finding may be said now, where it is another than before."""
    one, other = item.get("old_word"), item.get("new_word")
    return {"word": f"{other}, was {one}" if one and other and one != other else ""}


def _short(value: Any, nothing: str | None = None) -> Any:
    """Write a number with six digits that count, so that a small change can be seen."""
    return nothing if value is None else f"{value:.6g}" if isinstance(value, float) else value


def _flat(told: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Return a comparison as rows of one table: ``what`` is finding, revision, added or withdrawn.

    ``old`` and ``new`` hold numbers; what is no number stands in ``old_text`` and ``new_text``.
    """
    for item in told["findings"]:
        yield _line("finding", item["finding"], item, source=";".join(item["sources"]), announced=None)
    for item in told["revisions"]:
        yield _line("revision", item["row"], item, source=item["source"], announced=item["announced"])
    for what in ("added", "withdrawn"):
        for item in told[f"{what}_rows"]:
            yield _line(what, item["row"], item, source=item["source"], announced=item.get("announced"))


def _line(what: str, row: str, item: Mapping[str, Any], source: str, announced: bool | None) -> dict[str, Any]:
    """Return one row of the flat table."""
    cells: dict[str, Any] = {name: item.get(name) for name in ("old", "new")}
    numbers = {name: float(cell) if _number(cell) else None for name, cell in cells.items()}
    texts = {f"{name}_text": None if cell is None or _number(cell) else str(cell) for name, cell in cells.items()}
    change = item.get("change")
    return {
        "what": what, "source": source, "table": item.get("table"), "row": row, "column": item.get("column"),
        **numbers, "change": None if change is None else float(change), "unit": item.get("unit"),
        "announced": announced, **texts,
    }  # fmt: skip


def _number(value: Any) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
