"""What every test stands on."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from beside_r import r
from hypothesis import settings
from proving import PROVE
from web.serving import CHROMIUM

from taper.paper.press.ownership import owned

# The processes that tests start, a hundred or so, find the program compiled, also on a machine that
# is told to keep nothing of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Half a million objects are made before the first test and live to the end: they are not looked
# through for what may go, neither while they are made nor with every test.
gc.disable()
gc.set_threshold(7_000, 10, 10)

# No example is wrong for its time: the machine may do much else.
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")


def pytest_collection_finish() -> None:
    """What tests make is looked through as ever."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nothing is left out in silence."""
    if CHROMIUM is None:
        terminalreporter.write_line(
            "There is no Chromium here: tests/web/test_browser.py was not run."
        )
    if PROVE and not r.is_there():
        terminalreporter.write_line(
            "There is no R with its package survival here: tests/beside_r/test_r.py was not run."
        )


@pytest.fixture(scope="module", autouse=True)
def the_interpreter_is_as_it_was() -> Iterator[None]:
    """No library wrote over what Python keeps once for everybody: its bytes of one character.

    One that did made every file look as if a NUL byte were in it, a hundred test files later.
    """
    yield
    written_over = [i for i in range(256) if ord(chr(i).encode("latin-1")) != i]
    assert not written_over, f"these bytes are others now: {written_over}"


@pytest.fixture(scope="session", autouse=True)
def a_process_of_tapers_own() -> Iterator[None]:
    """Papers are printed as the command line prints them; those of a host are in `pdf/`."""
    with owned():
        yield
