"""The page as a browser or a program asks for it, answered in this process."""

from __future__ import annotations

import pytest
from web.asking import TODAY, Page

from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.work import Here


@pytest.fixture(scope="session")
def page() -> Page:
    """Who asks the page, served as nobody was told anything else."""
    settings = Settings()
    return Page(create_app(settings, Here(settings), lambda: TODAY).test_client())
