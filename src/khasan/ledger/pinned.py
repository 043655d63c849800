"""A ledger of which one data set is read at a vintage of choice, whatever the day."""

from __future__ import annotations

from datetime import date

from khasan.ledger.panels import Panels
from khasan.ledger.store import Ledger


class PinnedPanels(Panels):
    """The panels of a ledger, with one data set held at one load."""

    def __init__(self, panels: Panels, data_set: str, load: int) -> None:
        super().__init__(panels._connection)
        self._pin = {data_set: load}

    def vintages(self, as_of: date | None = None) -> dict[str, int]:
        """Return, for each data set, the number of the load that was current on a day; the pinned one is always."""
        return super().vintages(as_of) | self._pin


def pinned(ledger: Ledger, data_set: str, load: int) -> Ledger:
    """Hold one data set of an open ledger at one load, and return the ledger.

    Parameters
    ----------
    ledger : Ledger
        Open for reading.
    data_set : str
        Name of the data set.
    load : int
        Number of its load.
    """
    ledger.panels = PinnedPanels(ledger.panels, data_set, load)
    return ledger
