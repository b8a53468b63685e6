"""What lies in a folder of participants and is read by nobody, named so that nobody is missed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.raw import bytes_of
from taper.sources.yaml import SUFFIXES, scan
from taper.wording.quoting import plain

_CLAIMS = re.compile(rb"^participant[ \t]*:", re.MULTILINE)
_YAML_WITHIN = re.compile(r"\.ya?ml", re.ASCII | re.IGNORECASE)
_BACKUP = re.compile(r"(.+)\.[0-9]+\.bak", re.ASCII)
MOST_NAMED = 6
"""How many are named: more are not read, and counted."""
_MOST_LOOKED_AT = 500
"""Files of a folder within the folder that are looked at: it may be an archive."""


def is_yaml(path: Path) -> bool:
    """By its name alone: what is no file all the same must be refused and not passed over."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def other_kind(path: Path) -> str | None:
    """Whether a file is a protocol, a regimen or a mapping, by its keys; what is unread is not.

    A file that claims an id on the face of it is not read for that: thousands lie in a folder.
    """
    try:
        raw = bytes_of(path)
        return None if _CLAIMS.search(raw) else _kind_of(scan(raw, path.name)[0].data)
    except Refusal:
        return None


def _kind_of(data: Mapping[str, Any]) -> str | None:
    from taper.sources import checking  # who only asks for an id waits for no kind of file

    return checking.is_beside_participants(data)


def unread(folder: Path, others: Iterable[Path], out: Path | None = None) -> str:
    """What of a folder of participants is not read, in one sentence; empty where that is nothing.

    `others` is all in it that is no YAML file. Nothing is said of `out`, to which a batch is
    written, of backups of files that are there, and of folders of protocols alone, which
    participants name by their path.
    """
    ours = None if out is None else out.resolve()
    is_beside_papers = ours == folder.resolve()
    others = [x for x in others if not _is_ours(x, ours, is_beside_papers=is_beside_papers)]
    hidden = [each.name for each in others if each.name.startswith(".")]
    seen = [each for each in others if not each.name.startswith(".")]
    folders = [said for each in seen if each.is_dir() and (said := _said_of_folder(each))]
    files = [each.name for each in seen if not each.is_dir()]
    return _told(folder, folders, files, hidden)


def unread_within(folder: Path) -> str:
    """The same where folders within it are read too."""
    below = [each.relative_to(folder) for each in sorted(folder.rglob("*")) if each.is_file()]
    hidden = [_hidden_part(each) for each in below if _hidden_part(each)]
    seen = [each for each in below if not _hidden_part(each) and not is_yaml(each)]
    files = [str(each) for each in seen if not _is_ours(folder / each)]
    return _told(folder, [], files, hidden)


def _told(folder: Path, folders: list[str], files: list[str], hidden: list[str]) -> str:
    why = {
        "as folders in it are not read": folders,
        "as the name does not end in .yaml": [plain(each) for each in files],
        "as hidden": [plain(each) for each in dict.fromkeys(hidden)],
    }
    parts = [f"{reason}: {_some(named)}" for reason, named in why.items() if named]
    return f"{plain(str(folder))}: passed over, {'; '.join(parts)}." if parts else ""


def _some(named: list[str]) -> str:
    """What may be a participant's first, and how many more there are."""
    likely = sorted(named, key=lambda each: not _YAML_WITHIN.search(each))
    more = [f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
    return dose.join([*likely[:MOST_NAMED], *more])


def _is_ours(path: Path, out: Path | None = None, *, is_beside_papers: bool = False) -> bool:
    """Whether taper itself wrote it: a batch's folder or what lies in it, a file as it was."""
    backed_up = _BACKUP.fullmatch(path.name)
    if backed_up and path.with_name(backed_up[1]).exists():
        return True
    if is_beside_papers:
        return not _YAML_WITHIN.search(path.name)
    return out is not None and path.resolve() == out


def _said_of_folder(folder: Path) -> str:
    """A folder with what may be a participant's file in it; empty where all are protocols."""
    found = list(islice(_yaml_below(folder), _MOST_LOOKED_AT))
    theirs = [each for each in found if other_kind(each) is None]
    if theirs:
        more = f" and {len(theirs) - 1} more" if len(theirs) > 1 else ""
        return f"{plain(folder.name)} (with {plain(theirs[0].name)}{more})"
    return "" if found else plain(folder.name)


def _yaml_below(folder: Path) -> Iterator[Path]:
    """Its YAML files and those of the folders within it, by name."""
    for at, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(at) / each for each in sorted(files) if is_yaml(Path(each)))


def _hidden_part(below: Path) -> str:
    """The path as far as its first hidden part, empty where there is none."""
    for depth, part in enumerate(below.parts, start=1):
        if part.startswith("."):
            return str(Path(*below.parts[:depth]))
    return ""
