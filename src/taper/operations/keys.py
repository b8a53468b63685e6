"""Keys that somebody hands over: the public ones read apart, the private one by who signs alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from taper.confined.reading import apart
from taper.signing import keys, rotation
from taper.signing.keys import Signer, private_key, refuse_output_folder


def known_keys(paths: Iterable[str | os.PathLike[str]]) -> frozenset[str]:
    """The keys of files and folders, with those that follow from them; read apart.

    Raises `Refusal` for a file that is no public key, and where there is none at all.
    """
    named = [Path(each) for each in paths]
    return apart("the known key", rotation.known_keys, named)


def public_key(path: Path) -> str:
    """The public key in a file; raises `Refusal` where there is none."""
    return apart(path.name, keys.public_key, path)


def signer(key: str | os.PathLike[str], *outputs: Path) -> Signer:
    """Who signs by a private key; one that cannot be used is refused before anything is done."""
    path = Path(key)
    refuse_output_folder(path, *outputs)
    private_key(path)
    return Signer(path.resolve())
