"""Values as JSON can hold them: it knows no NaN and no infinity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """Turn mappings, sequences, dates and numbers into what JSON can hold.

    Parameters
    ----------
    value : object
        Anything that a result holds.

    Returns
    -------
    object
        The same in JSON's types. A number that is not finite is no number that could be said: it becomes None, as all
        that is missing does.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value
