"""Whether much is tried, as in `make prove`, or a part of it, as in every run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Each = TypeVar("Each")

PROVE = int(os.environ.get("TAPER_PROVE", "0"))
"""How many times a process is killed in the long run (`make prove`); 0 in the usual one."""


def every(nth: int, of: Iterable[Each], *, in_prove: int) -> list[Each]:
    """The first of each so many in the usual run, and of each so many in the long one."""
    return list(of)[:: in_prove if PROVE else nth]


def examples(usual: int) -> int:
    """How many examples are drawn: so many in the usual run, ten times as many in the long one."""
    return 10 * usual if PROVE else usual
