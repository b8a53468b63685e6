"""Whether much is tried, as in `make prove`, or a part of it, as in every run."""

from __future__ import annotations

import os
from collections.abc import Iterable

PROVE = int(os.environ.get("TAPER_PROVE", "0"))
"""How many times a process is killed in the long run (`make prove`); 0 in the usual one."""


def all_or_every(nth: int, of: Iterable[str]) -> list[str]:
    """All of them in the long run; in the usual one the first of each so many."""
    return list(of)[:: 1 if PROVE else nth]
