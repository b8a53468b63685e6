"""What a file names by an id or by a path: one of both, and never one in the place of the other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taper.errors import Refusal
from taper.sources.raw import bytes_of, is_there
from taper.sources.yaml import SUFFIXES, scan
from taper.wording.quoting import did_you_mean, one_of, plain, quoted


def refuse_both(
    what: str, id_: str, folder: Path, sheet: Mapping[str, Any], who: str | None = None
) -> None:
    """Refuse the id of a shipped sheet where a file of that name, with other content, lies there.

    Whoever put it there may well believe that it is read.
    """
    for path in (folder / f"{id_}{suffix}" for suffix in SUFFIXES):
        if is_there(path) and not _says(path, sheet):
            name = plain(path.name)
            read = f"{quoted(id_)}, which is shipped, and {name} with other content lies beside it"
            allowed = f"{name} for that file; for the shipped one, no file of that name there"
            raise Refusal.of(who or "taper", what, read, allowed)


def _says(path: Path, sheet: Mapping[str, Any]) -> bool:
    """Whether the file says what the shipped sheet does."""
    try:
        return bool(scan(bytes_of(path), path.name)[0].data == sheet)
    except Refusal:
        return False


def refuse_no_name(
    what: str, reference: str, path: Path, ids: tuple[str, ...], who: str | None = None
) -> None:
    """Refuse what is neither an id nor a file nor looks like a path to one."""
    if not reference or (not _is_path(reference) and not is_there(path)):
        allowed = f"a path to a file, or one of {one_of(ids)}{did_you_mean(reference, ids)}"
        raise Refusal.of(who or "taper", what, quoted(reference), allowed)


def _is_path(reference: str) -> bool:
    return any(mark in reference for mark in "/\\") or reference.lower().endswith(SUFFIXES)
