"""Lines that were drawn before: the code to scan, which is the same below each page.

It is some three hundred short lines, all level, for each of which the renderer asks again in which
unit it was measured. Of such lines alone the steps are written here at once, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

MOST_KEPT = 16
"""How many codes are remembered; a participant's papers have at most one each."""
_LEVEL = re.compile(r"M([0-9]{1,4}) ([0-9]{1,4})\.5h([0-9]{1,4})", re.ASCII)
_ALL_LEVEL = re.compile(rf"(?:{_LEVEL.pattern})+", re.ASCII)


def shortcuts() -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    """Whose function, its name, and what makes the shorter one from it."""
    import weasyprint.svg

    yield weasyprint.svg, "path", _path


def _path(original: Any) -> Any:
    """Level lines on which nothing is set, such as an arrow's head."""

    def path(svg: Any, node: Any, font_size: Any) -> None:
        drawn = node.get("d", "")
        is_marked = any(name.startswith("marker") for name in node.attrib)
        if is_marked or not _ALL_LEVEL.fullmatch(drawn):
            original(svg, node, font_size)
            return
        svg.stream.stream.append(_steps(drawn))

    return path


@lru_cache(maxsize=MOST_KEPT)
def _steps(drawn: str) -> bytes:
    """The lines as a page's stream holds them, which begins at its own corner."""
    lines = (map(int, line) for line in _LEVEL.findall(drawn))
    steps = (f"{x} {y}.5 m\n{x + length} {y}.5 l" for x, y, length in lines)
    return "\n".join(("0 0 m", *steps)).encode()
