"""How much this process may hold, and how long it may work."""

from __future__ import annotations

import math
import os
import platform
import time

from taper.errors import EnvironmentLacking

_NO_LIMITS = frozenset({"Windows", "Darwin"})
"""Systems that have no limit of memory for a process, or take one and do not keep to it."""
NO_LIMIT = (
    "The memory of a process cannot be limited on this system; allowed: a limit of seconds alone."
)


def can_limit_memory(system: str = platform.system()) -> bool:
    """Whether this system keeps to a limit of a process's memory."""
    return system not in _NO_LIMITS


_inherited = 0
"""Bytes that a copy of another process holds for that one."""


def inherit() -> None:
    """From here on a limit of memory counts what comes on top: the rest belongs to another."""
    global _inherited
    with open("/proc/self/statm", "rb") as said:  # noqa: PTH123 - of the system, and in haste
        pages = said.read().split()[5]  # data and stack
    _inherited = int(pages) * os.sysconf("SC_PAGE_SIZE")


def limit_processor(seconds: int) -> None:
    """Let this process use the processor for so many seconds more, where the system can tell.

    Who waits for it ends it by the clock; this is for when nobody waits any more.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(time.process_time()) + seconds + 1
    soft = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def limit_memory(mb: int, system: str = platform.system()) -> None:
    """Let this process hold no more than so many MB; raises `EnvironmentLacking` where none can."""
    if not can_limit_memory(system):
        raise EnvironmentLacking(NO_LIMIT)
    import resource  # which Windows lacks

    # what it holds for itself; elsewhere than on Linux that is counted with what it shares
    kind = resource.RLIMIT_DATA if system == "Linux" else resource.RLIMIT_AS
    most = mb * 2**20 + (_inherited if system == "Linux" else 0)
    _, allowed = resource.getrlimit(kind)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
