"""The library that statistics rest on, which is an extra."""

from __future__ import annotations

from typing import Any

from taper.errors import EnvironmentLacking

LACKING = (
    "scipy is missing, which makes intervals and curves: install taper with its extra [results], "
    "as by pip install '.[results]' in its folder."
)


def stats() -> Any:
    """`scipy.stats`; raises `EnvironmentLacking` where it is not installed."""
    try:
        from scipy import stats as made
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking
    return made
