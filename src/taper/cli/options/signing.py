"""The options that say by which key is signed, and which keys are known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from taper.operations import keys
from taper.operations.keys import known_keys
from taper.signing.keys import Signer

Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        envvar="TAPER_KEY",
        help="Sign with this private key, which lies in no folder that is written to.",
        show_default=False,
        show_envvar=False,
    ),
]
KnownKeys = Annotated[
    list[Path] | None,
    typer.Option(
        "--known-key",
        metavar="FILE|DIR",
        help="A public key that is known, or a folder of such; may be given several times.",
        show_default=False,
    ),
]


def signer(key: Path | None, *outputs: Path) -> Signer | None:
    """Who signs, None without a key; one that cannot be used is refused before anything is done."""
    return None if key is None else keys.signer(key, *outputs)


def known(typed: Iterable[Path] | None) -> frozenset[str] | None:
    """The keys that are known, None where nothing is said of them."""
    return known_keys(typed) if typed else None
