"""Writing files that a person named so that nobody ever finds half of one.

A file is written beside its place, flushed to the disk and renamed into it. Several files that
belong together are renamed only when each of them lies whole beside its place.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from taper.storage.open_folder import OpenFolder
from taper.storage.open_folder import write_all as write_whole
from taper.storage.reasons import NO_ACCESS, CannotWrite, said_of

PART_SUFFIX = ".part"
"""How a file that is being written ends; a run that was killed may leave one behind."""
_FOR_ANYBODY, _FOR_ITS_OWNER = 0o666, 0o600


def make_folder(folder: Path) -> None:
    """Make sure that `folder` is there, with the folders above it."""
    with said_of(folder):
        folder.mkdir(parents=True, exist_ok=True)


def refuse_folder_that_cannot_be(folder: Path) -> None:
    """Raise `CannotWrite` where files could not be put into `folder`, which need not exist yet."""
    with said_of(folder):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise CannotWrite(folder, f"{there} is a file, not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CannotWrite(folder, NO_ACCESS)


def write_all(
    contents: Mapping[Path, bytes], *, new: Collection[Path] = (), like: int | None = None
) -> None:
    """Write every file or, where one cannot be written, none.

    Those that are to be `new` are refused where anything has their name. Who may read them is as
    the mode `like` says, from their first byte on.
    """
    with contextlib.ExitStack() as during:
        folders = {
            parent: during.enter_context(_folder(parent))
            for parent in dict.fromkeys(path.parent for path in contents)
        }
        for path in contents:
            folders[path.parent].refuse_in_the_way(path.name)
        parts = {
            path: during.enter_context(_part(folders[path.parent], path.name, data, like))
            for path, data in contents.items()
        }
        for path, part in parts.items():
            folder = folders[path.parent]
            place = folder.place_new if path in new else folder.move
            place(part, path.name)
        for folder in folders.values():
            folder.flush()


def _folder(path: Path) -> OpenFolder:
    with said_of(path):
        return OpenFolder(path)


@contextlib.contextmanager
def _part(folder: OpenFolder, name: str, data: bytes, like: int | None) -> Iterator[str]:
    """`data` whole on the disk beside `name`, gone afterwards unless it was renamed."""
    part = f".{name}.{secrets.token_hex(4)}{PART_SUFFIX}"
    try:
        with said_of(folder.path / name):
            _write(folder, part, data, like)
        yield part
    finally:
        # Whatever went wrong before is what is told, not that the rest could not be removed.
        with contextlib.suppress(CannotWrite):
            folder.remove(part)


def _write(folder: OpenFolder, part: str, data: bytes, like: int | None) -> None:
    handle = folder.open_new(part, _FOR_ANYBODY if like is None else _FOR_ITS_OWNER)
    try:
        if like is not None:
            with contextlib.suppress(OSError, AttributeError):  # a disk that knows no modes
                os.fchmod(handle, like & 0o777)
        write_whole(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
