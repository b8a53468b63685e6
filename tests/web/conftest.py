"""The page as a browser or a program asks for it, answered in this process."""

from __future__ import annotations

import pytest
from web.asking import TODAY, Page
from web.serving import CHROMIUM

from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.work import Here

collect_ignore = [] if CHROMIUM else ["test_browser.py"]
"""Without Chromium; tests/conftest.py says so."""


@pytest.fixture(scope="session")
def page() -> Page:
    """Who asks the page, served as nobody was told anything else."""
    settings = Settings()
    return Page(create_app(settings, Here(settings), lambda: TODAY).test_client())
