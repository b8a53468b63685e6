"""Whether this process is taper's own: only there may printing change what belongs to all of it.

A program that imports taper keeps its renderer and its collector as they are. The command line,
the workers of a batch and the processes that print say so once, and print more quickly for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_owners = 0
"""How many have said so and not taken it back."""


def is_ours() -> bool:
    """Whether what belongs to the whole process may be changed."""
    return _owners > 0


def own_this_process() -> None:
    """Say that nothing but taper runs here, until the process ends."""
    global _owners
    _owners += 1


@contextmanager
def owned() -> Iterator[None]:
    """Say so for a while; afterwards the renderer has its own functions again."""
    global _owners
    own_this_process()
    try:
        yield
    finally:
        _owners -= 1
        if not is_ours():
            _give_back()


def _give_back() -> None:
    from taper.paper.press import memory
    from taper.paper.press.renderer import ALONE

    with ALONE:
        memory.leave()
