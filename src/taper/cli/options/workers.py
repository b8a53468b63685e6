"""The option that says how many processes work, and who works then: they, or a cluster."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.wording.quoting import quoted
from taper.workers import cluster
from taper.workers.access import Access
from taper.workers.pool import Pool, cores

Workers = Annotated[
    str | None, typer.Option(metavar="N", help="How many processes. [default: one a core]")
]


def pool_of(
    access: Access | None, source: Path, workers: str | None, stop: Event, few: int
) -> AbstractContextManager[Pool]:
    """Processes of this machine, or the workers of a cluster, which has its own number of them.

    The workers see `source` too. Where no number is named, a `few` items start no process.
    """
    if access is None:
        return Pool.of(_processes(workers), stop, few=0 if workers else few)
    if workers is not None and not access.is_ours:
        raise UsageError(
            f"--workers is given with --dask {access.address}; allowed: --workers with --dask "
            "local, as a cluster has its own workers."
        )
    return cluster.pool(access, source, _processes(workers), stop)


def _processes(typed: str | None) -> int:
    """How many processes --workers names, else one a core."""
    if typed is None:
        return cores()
    if not re.fullmatch("[1-9][0-9]{0,3}", typed, re.ASCII):
        raise UsageError(f"--workers is {quoted(typed)}; allowed: a whole number from 1 to 9999.")
    return int(typed)
