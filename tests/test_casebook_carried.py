"""Every row of the collected material stands in the bundled casebook, unchanged but for the mends its README names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASEBOOK = ROOT / "casebooks" / "rus-prk"
COLLECTED = ROOT.parent / "shared" / "casebook"

needs_collected = pytest.mark.skipif(
    not COLLECTED.is_dir(), reason="the collected material (../shared/casebook) is not here"
)

FILED_UNDER_THE_SOVIET_UNION = {"f063", "g975", "g976", "g977", "g978"}
"""Rows of 1985 and 1989 that were collected under Russia."""

QUALIFIERS = {
    "f004": "up_to",
    "f090": "about",
    "f067": "at_least",
    "g101": "nearly",
    "g237": "nearly",
    "g471": "about",
    "g472": "up_to",
    "g952": "up_to",
    "g990": "up_to",
    "m009": "at_least",
    "m010": "at_least",
    "h003": "up_to",
}
NO_QUALIFIER = ("f082", "g001", "g095", "g441", "g456", "g516", "g607", "g721", "g742", "g902", "g982", "m011")
"""Rows whose note hedges another number than the value."""


def table(name: str) -> list[dict[str, str]]:
    """Read a table of the casebook."""
    with (CASEBOOK / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def collected(name: str) -> list[dict[str, str]]:
    """Read a file of the collected material."""
    with (COLLECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_id(text: str) -> str:
    """Return the id of a source, without the point of one of them."""
    return text.replace(".", "-")


def split(text: str) -> list[str]:
    """Split a cell that holds several values."""
    return [part.strip() for part in text.split(";")]


def in_words(text: str) -> str:
    """Write a minus sign at the start of a clause as a word."""
    return re.sub(r"(^|; )-(?=\d)", r"\1minus ", text)


@needs_collected
def test_every_figure_is_carried_in_order() -> None:
    rows = table("observation")
    raw = collected("figures")
    assert [row["id"] for row in rows[: len(raw)]] == [row["id"] for row in raw]
    same: tuple[str, ...] = ("series", "to_actor", "start", "end", "value", "unit", "compiler", "excludes")
    same += ("origin", "credibility", "scenario", "estimate_id", "alleged_by")
    for old, new in zip(raw, rows, strict=False):
        assert {key: old[key] for key in same} == {key: new[key] for key in same}, old["id"]
        assert new["from_actor"] == ("SUN" if old["id"] in FILED_UNDER_THE_SOVIET_UNION else old["from_actor"])
        assert new["source"] == source_id(old["source"])
        assert old["note"] in new["note"]
        assert (new["status"] == "doubtful") == ("doubtful:" in old["note"])


@needs_collected
def test_every_event_is_carried_first() -> None:
    rows = table("event")
    raw = collected("events")
    same = ("date", "actors", "kind", "what", "origin", "credibility")
    assert len(raw) == 88
    for old, new in zip(raw, rows, strict=False):
        assert {key: old[key] for key in same} == {key: new[key] for key in same}
        assert new["source"] == source_id(old["source"])
    assert {row["kind"] for row in rows[len(raw) :]} == {"resolution"}


@needs_collected
def test_every_restriction_is_carried_with_its_limits() -> None:
    rows = [row for row in table("restriction") if not row["id"].endswith("-b")]
    second = {row["id"].removesuffix("-b"): row for row in table("restriction") if row["id"].endswith("-b")}
    raw = collected("restrictions")
    assert len(rows) == len(raw)
    same: tuple[str, ...] = (
        "instrument",
        "paragraph",
        "date",
        "sender",
        "target",
        "binds",
        "authority",
        "kind",
        "goods_hs",
        "period",
    )
    same += ("exemption", "status")
    for old, new in zip(raw, rows, strict=True):
        assert {key: old[key] for key in same} == {key: new[key] for key in same}, new["id"]
        assert new["what"].startswith(old["what"])
        assert new["source"] == source_id(old["source"])
        assert new["detail_source"] == source_id(old["detail_source"])
        both = {"import", "export"} <= set(old["direction"].split(";"))
        assert new["direction"].startswith("both" if both else old["direction"])
        limits = [row["limit"] for row in (new, second.get(new["id"])) if row and row["limit"]]
        assert limits == re.findall(r"\d+", old["limit"])
        assert bool(new["until"]) == (old["status"] == "ended")


@needs_collected
def test_every_exchange_and_claim_is_carried() -> None:
    for old, new in zip(collected("exchanges"), table("exchange"), strict=True):
        assert [old["id"], old["leg_give"], old["leg_take"]] == [new["id"], new["give"], new["take"]]
        assert [old["credibility"], old["source"]] == [new["credibility"], new["source"]]
        assert old["terms"] in new["terms"]
        assert old["note"] in new["terms"]
        assert new["date"].startswith(old["date"])
    same = ("series", "from_actor", "to_actor", "verdict")
    for old, new in zip(collected("claims"), table("claim"), strict=True):
        assert {key: old[key] for key in same} == {key: new[key] for key in same}
        assert [new["text"], new["stated"], new["why"]] == [old["claim"], in_words(old["stated"]), in_words(old["why"])]
        first, _, last = old["period"].partition("/")
        assert new["start"].startswith(first)
        assert new["end"].startswith(last or first)


@needs_collected
def test_every_source_origin_channel_and_series_is_carried() -> None:
    same = ("title", "publisher", "published", "kind", "reprint", "reliability", "licence_class")
    sources = {row["id"]: row for row in table("source")}
    for old in collected("sources"):
        new = sources[source_id(old["id"])]
        assert {key: old[key] for key in same} == {key: new[key] for key in same}
        assert new["url"] == (old["url"] if old["id"] != "essay" else "")
    for plural, name in (("origins", "origin"), ("channels", "channel"), ("series", "series")):
        rows = {row["id"]: row for row in table(name)}
        for old in collected(plural):
            new = rows[old["id"]]
            same_units = split(new.get("unit", "")) == split(old.get("unit", ""))
            assert same_units, old["id"]
            assert {**old, "unit": ""} == {**{key: new[key] for key in old}, "unit": ""}


def test_doubtful_rows_have_the_status() -> None:
    rows = table("observation")
    said = {row["id"] for row in rows if "doubtful:" in row["note"]}
    assert said == {row["id"] for row in rows if row["status"] == "doubtful"}
    assert len(said) >= 20


def test_qualifiers_match_the_hedges() -> None:
    rows = {row["id"]: row["qualifier"] for row in table("observation")}
    assert {key: rows[key] for key in QUALIFIERS} == QUALIFIERS
    assert not any(rows[key] for key in NO_QUALIFIER)


def test_accusations_are_estimates_and_never_plain_reports() -> None:
    assert {row["basis"] for row in table("observation") if row["alleged_by"]} == {"estimate"}


def test_names_are_unique_among_actors_of_one_time() -> None:
    held: dict[str, list[dict[str, str]]] = {}
    for row in table("actor"):
        for name in {row["name"].casefold(), *(alias.casefold() for alias in row["aliases"].split(";") if alias)}:
            for other in held.get(name, []):
                apart = (row["valid_to"] and row["valid_to"] < other["valid_from"]) or (
                    other["valid_to"] and other["valid_to"] < row["valid_from"]
                )
                assert apart, f"{name} is {row['id']} and {other['id']}"
            held.setdefault(name, []).append(row)


def test_every_channel_series_and_base_unit_has_one_label() -> None:
    labels = Counter(row["id"] for row in table("label"))
    named = {row["id"] for name in ("channel", "series") for row in table(name)}
    named |= {row["base"] for row in table("unit")}
    assert named <= set(labels)
    assert set(labels.values()) == {1}
