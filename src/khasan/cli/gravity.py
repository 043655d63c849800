"""Commands that change trade in a model: what a scenario does, and what coalitions of senders are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.options import AsOfOption, Format, FormatOption, day
from khasan.cli.output import show, show_object
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.brief.document import Chart
    from khasan.brief.drawings.axes import Style
    from khasan.brief.picture import Picture

app = typer.Typer(
    help="Change trade in a model: a scenario from a file, or every coalition of senders.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ChartOption = Annotated[Path | None, typer.Option("--chart", metavar="FILE", help="Draw the result as SVG, too.")]
NO_LEDGER = "name a ledger with loaded trade (fill it with: khasan load states DIR --ledger FILE)"


@app.command()
def counterfactual(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario in TOML.")],
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="Ledger file with trade; not needed for tables of many sectors."),
    ] = None,
    chart: ChartOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Solve a scenario: welfare, prices and wages of every country, and the trade of those that are restricted."""
    from khasan.gravity.scenario.document import read_scenario
    from khasan.gravity.scenario.run import run

    found = run(read_scenario(scenario), ledger, day(as_of, "--as-of"))
    if chart is not None:
        from khasan.brief.drawings.scenario import draw_scenario, scenario_chart

        _draw(scenario_chart(found.as_dict()), draw_scenario, chart)
    if how is Format.JSON:
        show_object(found.as_dict())
    elif how is Format.TABLE:
        title = f"{found.scenario}: change in percent"
        show(found.most_affected(), how, (), title)
        show(found.trade[:20], how, (), "Trade of the targets, USD million")
        if found.revenue:
            show(found.revenue, how, (), "Tariff revenue")
        _notes(found.caveats, found.residual)
    else:
        show(found.welfare, how)
        _notes(found.caveats, found.residual, err=True)


@app.command()
def coalition(
    target: Annotated[str, typer.Argument(help="Whose loss.")],
    senders: Annotated[str, typer.Option("--senders", help="Who may restrict, with commas; a group acts as one.")],
    ledger: Annotated[Path | None, typer.Option("--ledger", metavar="FILE", help="Ledger file with trade.")] = None,
    base_year: Annotated[
        int | None, typer.Option("--base-year", metavar="YEAR", help="Year of the trade; the last one if not given.")
    ] = None,
    theta: Annotated[float, typer.Option("--theta", help="Trade elasticity.")] = 4.0,
    imbalance: Annotated[str, typer.Option("--imbalance", help="additive or multiplicative.")] = "additive",
    cut: Annotated[float, typer.Option("--cut", help="Part of trade that a sender cuts off; 1 is an embargo.")] = 1.0,
    basis: Annotated[str, typer.Option("--basis", help="reported or vetted.")] = "reported",
    output_over_gdp: Annotated[
        float, typer.Option("--output-over-gdp", help="Output over gross domestic product; own sales follow from it.")
    ] = 1.0,
    loss: Annotated[
        float | None,
        typer.Option("--loss", metavar="PERCENT", help="Say who must join for the target to lose as much."),
    ] = None,
    patron: Annotated[
        str | None, typer.Option("--patron", help="Say what these countries must offer to undo it, with commas.")
    ] = None,
    orders: Annotated[int, typer.Option("--orders", help="Orders that are drawn beyond 16 senders.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of the drawing beyond 16 senders.")] = 0,
    chart: ChartOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Value every coalition of senders by the target's loss, and every sender by its Shapley value."""
    from khasan.gravity.coalition.asking import ask

    if ledger is None:
        raise InputError(f"--ledger: {NO_LEDGER}")
    for option, value, words in (("--imbalance", imbalance, ("additive", "multiplicative")),
                                 ("--basis", basis, ("reported", "vetted"))):  # fmt: skip
        if value not in words:
            raise InputError(f"{option} {value}: not known; choose {' or '.join(words)}")
    for option, number in (("--theta", theta), ("--output-over-gdp", output_over_gdp), ("--loss", loss)):
        if number is not None and not (math.isfinite(number) and number > 0.0):
            raise InputError(f"{option} {number:g}: must be a number above 0")
    if not 0.0 < cut <= 1.0:
        raise InputError(f"--cut {cut:g}: must be above 0 and at most 1; 1 is an embargo")
    found = ask(
        ledger, target, _split(senders), base_year=base_year, theta=theta, imbalance=imbalance, cut=cut,  # type: ignore[arg-type]
        basis=basis, output_over_gdp=output_over_gdp, loss=loss, patrons=_split(patron or ""), orders=orders, seed=seed,
        as_of=day(as_of, "--as-of"),
    )  # fmt: skip
    if chart is not None:
        from khasan.brief.drawings.coalition import coalition_chart, draw_coalition

        _draw(coalition_chart(found.as_dict()), draw_coalition, chart)
    if how is Format.JSON:
        show_object(found.as_dict())
        return
    if how is not Format.TABLE:
        show(found.rows(), how)
        _notes(found.caveats, found.residual, err=True)
        return
    share = "" if found.potential_share is None else f", {found.potential_share:.1%} of what the whole world could do"
    named = ", ".join(found.members)
    show(found.rows(), how, (), f"{found.target} loses {found.total:.4f} percent to {named}{share}")
    pairs = [{"pair": " and ".join(pair), "interaction": value} for pair, value in found.interaction]
    if pairs:
        show(pairs, how, (), "Together rather than apart (below 0: substitutes)")
    if found.one_more:
        show(found.one_more[:10], how, (), "One more member")
    if found.to_reach is not None:
        show([found.to_reach], how, (), "Who must join")
    if found.offers:
        show(found.offers, how, (), "What undoes it (transfer: USD million; cost: part by which it falls)")
    _notes(found.caveats, found.residual)


def _split(text: str) -> list[str]:
    """Split what a user typed at commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _notes(caveats: Sequence[str], residual: float, *, err: bool = False) -> None:
    """Print what must be said beside the numbers."""
    for caveat in caveats:
        typer.echo(f"note: {caveat}", err=err)
    typer.echo(f"note: solved to a largest relative gap of {residual:.1g}", err=err)


def _draw(chart: Chart, make: Callable[[Mapping[str, Any], Style], Picture | None], path: Path) -> None:
    """Write a chart as SVG."""
    from khasan.brief.drawings.axes import Style
    from khasan.brief.theme import LIGHT

    picture = make(chart.data, Style(640, LIGHT))
    if picture is None:
        raise InputError(f"--chart {path}: there is nothing to draw; leave it out")
    try:
        path.write_text(picture.svg("chart", f"{chart.title}. {chart.alternative}"), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--chart {path}: cannot be written ({error.strerror}); choose another place") from None
