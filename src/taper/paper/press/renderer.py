"""WeasyPrint, and how it is asked: when the first page is printed, by one thread at a time.

Fonts, environment, loggers and what is remembered from page to page are the whole process's; the
lock around them is here, and whoever asks the renderer for anything holds it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from taper.errors import EnvironmentLacking, Failed
from taper.paper.press.surroundings import (
    listening,
    only_pinned_font,
    unsteered,
    without_collector,
)

ALONE = threading.RLock()
"""Held by the thread that asks the renderer."""
TRIED = frozenset({"70.0"})
"""The versions of WeasyPrint with which the quicker ways were tried."""
PANGO_LACKING = (
    "The PDF cannot be made because Pango is missing; install it with"
    " `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` (Debian),"
    " `brew install pango` (macOS), or MSYS2's mingw-w64-ucrt-x86_64-pango or conda-forge's pango"
    " (Windows)."
)


class RenderingFailed(Failed):
    """The renderer had something to say of the page; nothing is written."""


@lru_cache(maxsize=1)
def weasyprint() -> Any:
    """WeasyPrint, imported when it is first needed; raises `EnvironmentLacking` without Pango."""
    try:
        with ALONE, only_pinned_font():
            import weasyprint
            import weasyprint.urls
    except OSError as lacking:
        raise EnvironmentLacking(PANGO_LACKING) from lacking
    return weasyprint


@contextmanager
def undisturbed() -> Iterator[None]:
    """Alone with the renderer, and whatever it then says of the page is an error."""
    with ALONE, silent(), without_collector(), unsteered():
        yield


@contextmanager
def silent() -> Iterator[None]:
    """Anything that the renderer logs inside is an error."""
    with listening() as said:
        yield
    if said:
        raise RenderingFailed(f"The page was not printed as it was written: {'; '.join(said)}.")


def refuse_all(url: str) -> Any:
    """The renderer's door to files and network, shut: the HTML holds all that it needs."""
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError(f"The page asks for {url[:80]!r}; it may ask for nothing.")
