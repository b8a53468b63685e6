"""The process that does what the page is asked, and can be ended without losing anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from taper.confined.answering import answer_all, serve_all
from taper.confined.reading import read_here
from taper.paper.press.ownership import own_this_process
from taper.sources.raw import only

COLLECTED_AFTER = 20_000
"""How many new objects are looked through together, where Python would at 700."""


def main() -> None:
    """Answer until nobody asks any more, in a process of its own."""
    answer_all(_begin, answer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """The same in a copy of the one that serves the page."""
    serve_all(_begin, answer, requests, answers)


def _begin() -> None:
    """Nothing here need be read in another process still."""
    from taper.web import calendar  # noqa: F401 - what every answer needs; printing comes later

    own_this_process()
    read_here()
    # an answer leaves few circles behind, and looking for them among all there is takes longer
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


def answer(files: Mapping[str, bytes] | None, do: Callable[..., Any], *given: Any) -> Any:
    """What `do` makes of what it is given, for which no file is read but these; None for any."""
    if files is None:
        return do(*given)
    with only(files):
        return do(*given)


if __name__ == "__main__":
    main()
