"""What anyone who finds the repository may rely on: its licence, its package, and what does not stand in it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import khasan

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "khasan"
NAMES = re.compile(
    r"\b(RUS|PRK|CHN|USA|KOR|JPN|SUN|SU|DPRK|ROK)\b"
    r"|(?i:russia|korea|chin(a|ese)\b|soviet|japan|united states|america|pyongyang|moscow|beijing|seoul|kremlin)"
)
"""Actors of the shipped casebook; `rus-prk`, its name, is in lower case."""

CITATIONS = re.compile(r'^ *Source:(?:(?!\n *\n|""").)*', re.MULTILINE | re.DOTALL)
"""Paragraphs of docstrings that cite works: titles and journals may have a state in their name."""

MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|home|tmp|Users)/")


def texts(*places: Path) -> list[Path]:
    """Return every text file in folders, and files named themselves."""
    kinds = {".py", ".md", ".j2", ".typ", ".css", ".json", ".csv", ".toml", ".yml", ".yaml", ".cff", ".svg", ""}
    found = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
    return [path for path in found if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts]


def lines_with(pattern: re.Pattern[str], paths: list[Path], but: re.Pattern[str] | None = None) -> list[str]:
    """Return the lines in which a pattern occurs, with file and number; what matches ``but`` is passed over."""
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        read = but.sub(lambda part: "\n" * part[0].count("\n"), text) if but else text
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(read.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))


def test_the_citation_names_this_version_and_licence() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    assert cited["license"] == "Apache-2.0"
    assert cited["version"] == khasan.__version__
    assert cited["authors"] == [{"name": "The Khasan developers"}]
    assert cited["message"]
    assert cited["title"]


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == khasan.__version__
    assert f"[{khasan.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_what_people_expect_is_there() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "uv.lock", ".ci/run"):
        assert (ROOT / name).stat().st_size, name
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    assert (SOURCE / "py.typed").is_file()


def test_the_wheel_holds_casebook_schema_and_templates(tmp_path: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        pytest.skip("uv is not in this environment; make setup installs it")
    command = [
        str(uv),
        "build",
        "--wheel",
        "--offline",
        "--python",
        sys.executable,
        "--out-dir",
        str(tmp_path),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "hatchling" in done.stderr:
        pytest.skip("hatchling is not in uv's cache, and this test fetches nothing")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"khasan/casebooks/rus-prk/{path.name}" for path in (ROOT / "casebooks" / "rus-prk").iterdir()}
    wanted |= {
        f"khasan/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"khasan/py.typed", "khasan/ledger/tables.csv", "khasan/brief/brief.schema.json"} <= wanted
    assert any(name.endswith(".j2") for name in wanted)
    assert not wanted - held
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_no_file_of_code_is_over_400_lines() -> None:
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    long = {str(path.relative_to(ROOT)): lines for path, lines in counted.items() if lines > 400}
    assert not long
    assert sum(lines <= 300 for lines in counted.values()) > 0.9 * len(counted), "most files should be under 300 lines"


def test_nothing_about_particular_states_stands_in_code() -> None:
    code = [path for path in texts(SOURCE) if path.suffix in {".py", ".j2", ".typ", ".css"}]
    found = lines_with(NAMES, code, but=CITATIONS)
    assert not found, "\n".join(found)


def test_only_citations_are_passed_over() -> None:
    cited = "    Source: A (2007), American Review 97;\n    B, China Quarterly.\n"
    text = f'"""Do this.\n\n{cited}\n    Japan.\n    """\n# America'
    assert [found[0] for found in NAMES.finditer(CITATIONS.sub("", text))] == ["Japan", "America"]


def test_no_path_of_a_machine_stands_in_the_repository() -> None:
    named = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile")]
    folders = [
        ROOT / name for name in ("src", "docs", "scripts", "casebooks", "bench", "tests") if (ROOT / name).is_dir()
    ]
    found = [
        line
        for line in lines_with(MACHINE_PATHS, texts(*folders, *named))
        if not line.startswith("tests/test_repository.py")
    ]
    assert not found, "\n".join(found)


def test_neither_tests_nor_results_lie_in_the_package() -> None:
    assert not list(SOURCE.rglob("test_*.py"))
    assert not [path for path in SOURCE.rglob("*") if path.suffix in {".duckdb", ".parquet", ".pdf", ".html"}]
