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

    Whoever put it there may well believe that it is read. A file of another kind is never meant: a
    protocol may be called as the regimen that it names.
    """
    for path in (folder / f"{id_}{suffix}" for suffix in SUFFIXES):
        if is_there(path) and _is_other_sheet(path, sheet):
            name = plain(path.name)
            read = f"{quoted(id_)}, which is shipped, and {name} with other content lies beside it"
            allowed = f"{name} for that file; for the shipped one, no file of that name there"
            raise Refusal.of(who or "taper", what, read, allowed)


def _is_other_sheet(path: Path, sheet: Mapping[str, Any]) -> bool:
    """Whether the file may be a sheet of that kind, and says something else."""
    from taper.sources.checking import subject_of  # only where such a file lies

    try:
        data = scan(bytes_of(path), path.name)[0].data
    except Refusal:
        return True
    return data != sheet and subject_of(data) in (None, subject_of(sheet))


def refuse_no_name(
    what: str, reference: str, path: Path, ids: tuple[str, ...], who: str | None = None
) -> None:
    """Refuse what is neither an id nor a file nor looks like a path to one."""
    if not reference or (not _is_path(reference) and not is_there(path)):
        allowed = f"a path to a file, or one of {one_of(ids)}{did_you_mean(reference, ids)}"
        raise Refusal.of(who or "taper", what, quoted(reference), allowed)


def _is_path(reference: str) -> bool:
    return any(mark in reference for mark in "/\\") or reference.lower().endswith(SUFFIXES)
