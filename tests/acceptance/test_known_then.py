"""``--as-of`` knows nothing that came later; ``--since`` lists what is new."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Khasan

from khasan.ledger.periods import last_day
from khasan.ledger.snapshot import Snapshot

DAY = "2018-04-30"


def brief(khasan: Khasan, folder: Path, *options: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Write a brief and read its data and evidence."""
    said = khasan("brief", "RUS", "PRK", "--no-pdf", "--out", folder, *options)
    assert (said.status, said.err) == (0, "")
    data: dict[str, Any] = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    with (folder / "evidence.csv").open(encoding="utf-8", newline="") as file:
        return data, list(csv.DictReader(file))


def test_a_brief_of_april_2018_knows_nothing_later(khasan: Khasan, tmp_path: Path, bundled: Snapshot) -> None:
    data, evidence = brief(khasan, tmp_path / "then", "--as-of", DAY)
    day = date.fromisoformat(DAY)
    assert data["as_of"] == DAY
    assert all(last_day(source["published"]) <= day for source in data["sources"] if "published" in source)
    assert {source["id"] for source in data["sources"]} >= {
        row["source"] for row in evidence if row["source"] in {one["id"] for one in data["sources"]}
    }
    assert all(row["known_from"] <= DAY for row in evidence)
    late = {row["id"] for row in bundled.source.iter_rows(named=True) if row["published_day"] > day}
    early_titles = [row["title"] for row in bundled.source.iter_rows(named=True) if row["published_day"] <= day]
    titles = {row["title"] for row in bundled.source.iter_rows(named=True) if row["published_day"] > day}
    late_titles = {title for title in titles if len(title) > 25 and not any(title in other for other in early_titles)}
    for path in (tmp_path / "then").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not [title for title in late_titles if title in text], path.name
    used = {row for one in data["findings"] for row in one["evidence"]}
    assert "2397" in json.dumps([row["row"] for row in evidence])
    instruments = set(bundled.restriction.filter(bundled.restriction["id"].is_in(list(used))).get_column("instrument"))
    assert "S/RES/2397" in instruments
    later = bundled.event.filter(bundled.event["date"] > day)
    assert not used & set(later.get_column("id"))
    assert not {source["id"] for source in data["sources"]} & late
    text = json.dumps(data)
    assert "2024" not in " ".join(answer["text"] for answer in data["answers"])
    assert "comprehensive strategic partnership" not in text.lower()


def test_all_resolutions_to_2397_are_known_then(bundled_at: Any) -> None:
    then: Snapshot = bundled_at(date.fromisoformat(DAY))
    instruments = {name for name in then.restriction.get_column("instrument") if name.startswith("S/RES/")}
    assert instruments >= {f"S/RES/{number}" for number in (1718, 1874, 2087, 2094, 2270, 2321, 2371, 2375, 2397)}


def test_since_2024_lists_what_is_new(khasan: Khasan, tmp_path: Path) -> None:
    data, _ = brief(khasan, tmp_path / "since", "--since", "2024-01-01")
    assert data["since"] == "2024-01-01"
    (changes,) = data["changes"]
    assert changes["text"]
    assert sum(len(table["rows"]) for table in changes["tables"]) >= 10
    assert "What became known since" in (tmp_path / "since" / "brief.html").read_text(encoding="utf-8")
    told = json.dumps(data, ensure_ascii=False)
    assert "treaty" in told
    plain, _ = brief(khasan, tmp_path / "plain")
    assert plain["since"] is None
    assert plain["changes"] == []
    assert [answer["text"] for answer in plain["answers"]] == [answer["text"] for answer in data["answers"]]


@pytest.mark.parametrize("day", ["1950-06-01", "1991-12-26", "2006-12-31"])
def test_a_brief_of_any_day_can_be_written(khasan: Khasan, tmp_path: Path, day: str) -> None:
    if day == "1950-06-01":
        said = khasan("brief", "SUN", "PRK", "--no-pdf", "--out", tmp_path, "--as-of", day)
        assert said.status == 0
        assert "Soviet Union" in said.out
        return
    data, evidence = brief(khasan, tmp_path, "--as-of", day)
    assert len(data["answers"]) == 5
    assert all(row["known_from"] <= day for row in evidence)
