"""Which keys are known: those handed out, and those that a known one says came after it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from taper.errors import Refusal
from taper.signing.keys import MOST_BYTES, Signer, is_signed, public_key

SUFFIX = ".rotation.json"
_KEY, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


def statement(old: Signer, key: str) -> dict[str, str]:
    """What the old key says: that this one comes after it."""
    return {"schema": "taper-rotation/1", "next": key, **old("rotation", key.encode())}


def known_keys(paths: Iterable[Path]) -> frozenset[str]:
    """The keys of files and folders, and all that follow from them by statements of rotation.

    Raises `Refusal` for a file that is no public key, and where there is none at all.
    """
    files = [file for path in paths for file in _files(path)]
    known = {public_key(file) for file in files if not file.name.endswith(SUFFIX)}
    said = [each for file in files if file.name.endswith(SUFFIX) for each in _rotation(file)]
    while more := {new for old, new in said if old in known} - known:
        known |= more
    if not known:
        names = ", ".join(path.name for path in paths) or "nothing"
        raise Refusal.of(names, "the known key", "none", "a public key, or a folder of such")
    return frozenset(known)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(each for each in path.iterdir() if each.name.endswith((".pub", SUFFIX)))


def _rotation(file: Path) -> Iterator[tuple[str, str]]:
    """The old key and the new one of a statement that is whole; another says nothing."""
    try:
        with file.open("rb") as opened:
            said: Any = json.loads(opened.read(MOST_BYTES))
        signature = {"key": said["key"], "signature": said["signature"]}
        new = said["next"]
        whole = _KEY.fullmatch(signature["key"]) and _KEY.fullmatch(new)
        whole = whole and _SIGNATURE.fullmatch(signature["signature"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return
    if whole and is_signed(signature, "rotation", new.encode()):
        yield signature["key"], new
