"""How much this process may hold."""

from __future__ import annotations

import platform

from taper.errors import EnvironmentLacking

_NO_LIMITS = frozenset({"Windows", "Darwin"})
"""Systems that have no limit of memory for a process, or take one and do not keep to it."""
NO_LIMIT = (
    "The memory of a process cannot be limited on this system; allowed: a limit of seconds alone."
)


def can_limit_memory(system: str = platform.system()) -> bool:
    """Whether this system keeps to a limit of a process's memory."""
    return system not in _NO_LIMITS


def limit_memory(mb: int, system: str = platform.system()) -> None:
    """Let this process hold no more than so many MB; raises `EnvironmentLacking` where none can."""
    if not can_limit_memory(system):
        raise EnvironmentLacking(NO_LIMIT)
    import resource  # which Windows lacks

    # what it holds for itself; elsewhere than on Linux that is counted with what it shares
    kind = resource.RLIMIT_DATA if system == "Linux" else resource.RLIMIT_AS
    most = mb * 2**20
    resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
