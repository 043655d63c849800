"""Commands that change trade in a model: what a scenario does, and what coalitions of senders are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
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
    from khasan.gravity.uncertainty.spread import Spread

app = typer.Typer(
    help="Change trade in a model, or estimate what moved it: scenarios, coalitions of senders, structural gravity.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

RangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--range",
        metavar="NAME=RANGE",
        help="Solve over a range, as theta=2:8 or basis=reported,vetted; give it once for each.",
    ),
]
DrawsOption = Annotated[
    int, typer.Option("--draws", help="Base draws of the ranges, a power of two; each is solved several times.")
]
ChartOption = Annotated[Path | None, typer.Option("--chart", metavar="FILE", help="Draw the result as SVG, too.")]
ORDERS = 200
"""Orders of joining that are drawn beyond 16 senders where no number is given."""

NO_LEDGER = "name a ledger with loaded trade (fill it with: khasan load states DIR --ledger FILE)"


@app.command()
def counterfactual(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario in TOML.")],
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="Ledger file with trade; not needed for tables of many sectors."),
    ] = None,
    ranges: RangeOption = None,
    draws: DrawsOption = 128,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws of ranges.")] = 0,
    chart: ChartOption = None,
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Solve a scenario: welfare, prices and wages of every country, and the trade of those that are restricted."""
    from khasan.gravity.scenario.document import read_scenario
    from khasan.gravity.scenario.run import run

    _check_drawing(seed)
    read, known = read_scenario(scenario), day(as_of, "--as-of")
    found = run(read, ledger, known)
    spread = None
    if ranges:
        from khasan.gravity.uncertainty.scenarios import scenario_over_ranges

        spread = scenario_over_ranges(read, ranges, ledger, draws=draws, seed=seed, as_of=known)
    if chart is not None:
        from khasan.brief.drawings.scenario import draw_scenario, scenario_chart

        _draw(scenario_chart(found.as_dict()), draw_scenario, chart)
    if how is Format.JSON:
        show_object(_with_spread(found.as_dict(), spread))
    elif spread is not None:
        _show_spread(spread, how)
    elif how is Format.TABLE:
        title = f"{found.scenario}: change in percent"
        show(found.most_affected(), how, (), title)
        show(found.trade[:20], how, (), "Trade of the targets and of whom a tariff names, USD million")
        if found.revenue:
            show(found.revenue, how, (), "Tariff revenue")
        _notes(found.caveats, found.residual, known)
    else:
        show(found.welfare, how)
        _notes(found.caveats, found.residual, known, err=True)


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
    orders: Annotated[int, typer.Option("--orders", help="Orders that are drawn beyond 16 senders.")] = ORDERS,
    seed: Annotated[int, typer.Option("--seed", help="Of the drawing beyond 16 senders, and of ranges.")] = 0,
    ranges: RangeOption = None,
    draws: DrawsOption = 128,
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
    _check_drawing(seed, orders)
    known = day(as_of, "--as-of")
    found = ask(
        ledger, target, _split(senders), base_year=base_year, theta=theta, imbalance=imbalance, cut=cut,  # type: ignore[arg-type]
        basis=basis, output_over_gdp=output_over_gdp, loss=loss, patrons=_split(patron or ""), orders=orders, seed=seed,
        as_of=known,
    )  # fmt: skip
    spread = None
    if ranges:
        from khasan.gravity.uncertainty.coalitions import coalition_over_ranges

        spread = coalition_over_ranges(ledger, found, ranges, draws=draws, seed=seed, as_of=known)
    if chart is not None:
        from khasan.brief.drawings.coalition import coalition_chart, draw_coalition

        _draw(coalition_chart(found.as_dict()), draw_coalition, chart)
    if how is Format.JSON:
        show_object(_with_spread(found.as_dict(), spread))
        return
    if spread is not None:
        _show_spread(spread, how)
        return
    if how is not Format.TABLE:
        show(found.rows(), how)
        _notes(found.caveats, found.residual, known, err=True)
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
    _notes(found.caveats, found.residual, known)


@app.command("estimate")
def estimate_command(
    ledger: Annotated[Path | None, typer.Option("--ledger", metavar="FILE", help="Ledger file with trade.")] = None,
    first: Annotated[int | None, typer.Option("--from", metavar="YEAR", help="First year.")] = None,
    last: Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year.")] = None,
    every: Annotated[int, typer.Option("--every", help="Take every so many years, back from the last.")] = 1,
    effects: Annotated[str, typer.Option("--effects", help="three-way or two-way (then with distance).")] = "three-way",
    split_by: Annotated[
        str, typer.Option("--split", help="Tell sanctions apart by sender, depth, direction; with commas.")
    ] = "",
    leads: Annotated[str, typer.Option("--leads", help="Years ahead, with commas.")] = "",
    lags: Annotated[str, typer.Option("--lags", help="Years back, with commas.")] = "",
    alliances: Annotated[str, typer.Option("--alliances", help="Whose list of alliances, or none.")] = "ATOP",
    sanctions: Annotated[
        Path | None, typer.Option("--sanctions", metavar="FILE", help="More sanctions in CSV.")
    ] = None,
    agreements: Annotated[Path | None, typer.Option("--agreements", metavar="FILE", help="Agreements in CSV.")] = None,
    compiler: Annotated[str | None, typer.Option("--compiler", help="Whose trade.")] = None,
    zeros: Annotated[str, typer.Option("--zeros", help="kept or left-out: trade recorded as 0.")] = "kept",
    as_of: AsOfOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Estimate what sanctions, alliances and agreements did to trade (PPML, errors clustered by pair)."""
    from khasan.gravity.estimate.reading import estimate_from_ledger

    if ledger is None:
        raise InputError(f"--ledger: {NO_LEDGER}")
    known = day(as_of, "--as-of")
    found = estimate_from_ledger(
        ledger, first=first, last=last, every=every, effects=effects, split_by=_split(split_by),
        alliances=None if alliances == "none" else alliances, sanctions=sanctions, agreements=agreements,
        compiler=compiler, zeros=zeros, leads=_years(leads, "--leads"), lags=_years(lags, "--lags"), as_of=known,
    )  # fmt: skip
    if how is Format.JSON:
        show_object(found.as_dict())
        return
    if how is Format.TABLE:
        typer.echo(str(found))
    else:
        show(found.rows(), how)
    for caveat in found.caveats:
        typer.echo(f"note: {caveat}", err=how is not Format.TABLE)
    _as_known(known, err=how is not Format.TABLE)


def _years(text: str, option: str) -> list[int]:
    """Read whole numbers with commas."""
    try:
        return [int(part) for part in _split(text)]
    except ValueError:
        raise InputError(f"{option} {text}: write whole numbers of years, as in 1,2") from None


def _with_spread(value: dict[str, Any], spread: Spread | None) -> dict[str, Any]:
    """Add what ranges do to a result, where there are any."""
    return value if spread is None else value | {"uncertainty": spread.as_dict()}


def _show_spread(spread: Spread, how: Format) -> None:
    """Print intervals, and what they are due to."""
    show(spread.intervals, how, (), f"{spread.of}: over ranges, 5 to 95 percent of {spread.points:,} points")
    if how is Format.TABLE:
        show(spread.shares, how, (), "Share of the spread due to each")
        for outcome in spread.law_matters:
            typer.echo(f"note: {outcome} is not robust to the sampling law")
    for caveat in spread.caveats:
        typer.echo(f"note: {caveat}", err=how is not Format.TABLE)


def _split(text: str) -> list[str]:
    """Split what a user typed at commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _check_drawing(seed: int, orders: int = ORDERS) -> None:
    """Refuse a seed or a number of orders that cannot be drawn with, whether or not anything is drawn."""
    from khasan.gravity.coalition.sampled import check_drawing

    try:
        check_drawing(orders, seed)
    except InputError as error:
        raise InputError(f"--{error}") from None


def _as_known(known: date | None, *, err: bool) -> None:
    """Say on which day all that was used of a ledger was known, where one was asked for."""
    if known is not None:
        typer.echo(f"note: of the ledger nothing was used that was not known on {known}", err=err)


def _notes(caveats: Sequence[str], residual: float, known: date | None, *, err: bool = False) -> None:
    """Print what must be said beside the numbers."""
    for caveat in caveats:
        typer.echo(f"note: {caveat}", err=err)
    _as_known(known, err=err)
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
