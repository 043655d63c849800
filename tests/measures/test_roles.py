"""Which series plays which part: named by the table, or found by its shape."""

from __future__ import annotations

import pytest
from support import observation, snapshot_of

from khasan.ledger.snapshot import Snapshot
from khasan.measures.roles import trade_series


@pytest.mark.parametrize(
    ("role", "series"),
    [
        ("goods_exports", "cargo_landed"),
        ("total_trade", "cargo_all_quays"),
        ("trade_share", "cargo_part"),
        ("goods_trade", None),
        ("total_exports", None),
        ("debt_owed", None),
    ],
)
def test_shape_where_no_role_is_named(harbours: Snapshot, role: str, series: str | None) -> None:
    assert harbours.role.height == 0
    assert trade_series(harbours, role) == series


def test_the_part_does_not_change_with_the_rows_looked_at(harbours: Snapshot) -> None:
    part = harbours.only(["h001"])
    assert trade_series(part, "total_trade") == "cargo_all_quays"
    assert trade_series(part, "trade_share") == "cargo_part"


@pytest.mark.parametrize(
    ("role", "series"),
    [("goods_exports", "goods_export"), ("total_trade", "client_trade_total"), ("trade_share", "client_trade_share")],
)
def test_named_roles_come_first(bundled: Snapshot, role: str, series: str) -> None:
    assert trade_series(bundled, role) == series


def test_a_named_role_without_rows_is_not_taken() -> None:
    snapshot = snapshot_of([observation("client_trade_total", "AAA", "WLD", 2005, 9)])
    assert trade_series(snapshot, "total_trade") == "client_trade_total"
    assert trade_series(snapshot, "goods_exports") is None
    assert trade_series(snapshot_of(), "total_trade") is None
