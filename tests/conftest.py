"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from taper.paper.press.ownership import owned


@pytest.fixture(scope="session", autouse=True)
def a_process_of_tapers_own() -> Iterator[None]:
    """Papers are printed as the command line prints them; those of a host are in `pdf/`."""
    with owned():
        yield
