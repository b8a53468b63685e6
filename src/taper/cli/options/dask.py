"""The options that say which Dask cluster works, and how it is reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.workers.access import Access

Address = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS|local",
        help="Work on a Dask cluster, such as tls://HOST:8786, or on one of this machine.",
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option("--dask-ca", metavar="FILE", help="Who signs for a tls:// cluster, as PEM."),
]
Certificate = Annotated[
    Path | None,
    typer.Option("--dask-cert", metavar="FILE", help="Your certificate for it, as PEM."),
]
Key = Annotated[
    Path | None,
    typer.Option("--dask-key", metavar="FILE", help="Its key, where that file lacks it."),
]
Unencrypted = Annotated[
    bool,
    typer.Option(
        "--dask-unencrypted", help="Talk to a tcp:// cluster elsewhere, on a network of your own."
    ),
]


def access(dask: str | None, words: Access) -> Access | None:
    """The cluster that was named, and how it is reached; None where none was."""
    if dask is not None:
        return replace(words, address=dask).checked()
    for option in (*words.certificates, *["--dask-unencrypted"] * words.is_unencrypted):
        raise UsageError(f"{option} is given without --dask; allowed: both, or neither.")
    return None
