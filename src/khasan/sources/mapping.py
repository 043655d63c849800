"""How the parts of each public data set become panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from khasan.sources import assembly_panels, correlates_trade, state_panels, state_sizes
from khasan.sources.mapped import Mapped

Parts = Mapping[str, pl.DataFrame]


def mapping_of(dataset: str) -> Callable[[Parts, pl.DataFrame, pl.DataFrame], Mapped]:
    """Return how the parts of a data set become panels."""
    return {
        "cow-trade": lambda parts, actors, _: correlates_trade.trade_panel(parts["dyads"], actors),
        "cow-national-trade": lambda parts, actors, _: state_sizes.national_trade(parts["national"], actors),
        "anders-gdp": lambda parts, actors, _: state_sizes.sizes(parts["sizes"], actors),
        "cow-capabilities": lambda parts, actors, _: state_sizes.capabilities(parts["capabilities"], actors),
        "cow-states": lambda parts, actors, _: state_panels.membership(parts["states"], actors),
        "state-capitals": lambda parts, actors, _: state_panels.capitals(parts["capitals"], parts["states"], actors),
        "cow-contiguity": lambda parts, actors, _: state_panels.borders(
            parts["contiguity"] if "contiguity" in parts else state_panels.in_months(parts["contiguity_years"]), actors
        ),
        "cshapes-distance": lambda parts, actors, _: state_panels.distances(parts["distances"], actors),
        "cow-alliances": lambda parts, actors, _: state_panels.pacts(parts["pacts"], actors),
        "atop-alliances": lambda parts, actors, _: state_panels.obligations(parts["obligations"], actors),
        "disputes": lambda parts, actors, _: state_panels.disputes(parts["disputes"]),
        "dispute-pairs": lambda parts, actors, _: state_panels.dispute_pairs(parts["pairs"], actors),
        "leaders": lambda parts, actors, _: state_panels.leaders(parts["leaders"], actors),
        "rivalries": lambda parts, actors, _: state_panels.rivalries(parts["rivalries"], actors),
        "unga-votes": lambda parts, actors, names: (
            assembly_panels.one_file(parts["combined"], actors)
            if "combined" in parts
            else assembly_panels.three_files(parts["votes"], parts["roll_calls"], parts["issues"], actors, names)
        ),
    }[dataset]
