"""What many tests share: the casebooks as snapshots, ledger files made from them, and the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from khasan.answers.assemble import Answers, assemble
from khasan.answers.triangle import resolve
from khasan.cli import main
from khasan.ledger.bundled import bundled_folder, load_casebook, open_casebook, seed
from khasan.ledger.casebook import Casebook
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable
from tests.casebooks import THREE_RIVERS, TODAY, TWO_HARBOURS

settings.register_profile("khasan", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("khasan")


@dataclass(frozen=True)
class Said:
    """What a run of the command line left: exit status, standard output and standard error."""

    status: int
    out: str
    err: str


Khasan = Callable[..., Said]
AtDay = Callable[[date | None], Snapshot]


@pytest.fixture(scope="session")
def casebook() -> Casebook:
    """The bundled casebook."""
    return open_casebook(bundled_folder())


@pytest.fixture(scope="session")
def bundled_at(casebook: Casebook) -> AtDay:
    """The bundled casebook as of a day, each day taken once."""
    taken: dict[date | None, Snapshot] = {}

    def take(day: date | None) -> Snapshot:
        if day not in taken:
            taken[day] = take_snapshot(casebook, day, TODAY)
        return taken[day]

    return take


@pytest.fixture(scope="session")
def bundled(bundled_at: AtDay) -> Snapshot:
    """The bundled casebook today."""
    return bundled_at(None)


@pytest.fixture(scope="session")
def bundled_answers(bundled: Snapshot) -> Answers:
    """The answers for the first triangle of the bundled casebook."""
    return assemble(bundled, resolve(bundled, "RUS", "PRK"))


@pytest.fixture(scope="session")
def rival_answers(bundled: Snapshot) -> Answers:
    """The answers for the other patron."""
    return assemble(bundled, resolve(bundled, "CHN", "PRK", "USA", "RUS"))


@pytest.fixture(scope="session")
def harbours() -> Snapshot:
    """The invented casebook of this folder, opened without the roles of any other."""
    return take_snapshot(open_casebook(TWO_HARBOURS), None, TODAY)


@pytest.fixture(scope="session")
def harbour_answers(harbours: Snapshot) -> Answers:
    """The answers for the triangle of the invented casebook."""
    return assemble(harbours, resolve(harbours, "QOS", "QVE", "QNO", "QSU"))


@pytest.fixture(scope="session")
def harbour_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with the reference tables and the invented casebook."""
    return _ledger_file(tmp_path_factory, TWO_HARBOURS)


@pytest.fixture(scope="session")
def river_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with the minimal casebook beside the checkout."""
    if not THREE_RIVERS.is_dir():
        pytest.skip("the minimal casebook (../shared/examples/three-rivers) is not here")
    return _ledger_file(tmp_path_factory, THREE_RIVERS)


@pytest.fixture(scope="session")
def rivers(river_ledger: Path) -> Snapshot:
    """The minimal casebook."""
    with Ledger.open(river_ledger) as ledger:
        return take_snapshot(ledger, None, TODAY)


@pytest.fixture(scope="session")
def river_answers(rivers: Snapshot) -> Answers:
    """The answers for the triangle of the minimal casebook."""
    return assemble(rivers, resolve(rivers, "XAA", "XBB", "XCC", "XDD"))


@pytest.fixture
def khasan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Khasan:
    """Run the command line in this process."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["khasan", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        status = stopped.value.code
        return Said(status if isinstance(status, int) else 1, captured.out, captured.err)

    return run


def _ledger_file(factory: pytest.TempPathFactory, folder: Path) -> Path:
    path = factory.mktemp("ledger") / "t.duckdb"
    with writable(path) as ledger:
        seed(ledger)
        load_casebook(ledger, folder)
    return path
