"""The invented brief and its page, made once."""

from __future__ import annotations

import pytest
from made_up import made_up

from khasan.brief.document import Brief
from khasan.brief.page import render_html


@pytest.fixture(scope="session")
def brief() -> Brief:
    return made_up()


@pytest.fixture(scope="session")
def page(brief: Brief) -> str:
    return render_html(brief)
