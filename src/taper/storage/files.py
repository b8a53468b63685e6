"""Writing files so that nobody ever finds half of one.

A file is written beside its place, flushed to the disk and renamed into it. Several files that
belong together are renamed only when each of them lies whole beside its place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from taper.errors import TaperError

PART_SUFFIX = ".part"
"""How a file that is being written ends; a run that was killed may leave one behind."""
_REASONS = {
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EIO: "the disk reports a fault",
    errno.ENAMETOOLONG: "the name is too long for the disk",
    errno.EISDIR: "a folder of that name is in the way",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENOTDIR: "a part of that path is a file, not a folder",
    errno.ELOOP: "symbolic links in that path lead in a circle",
}


class CannotWrite(TaperError):
    """A file or folder that could not be written; what was there before is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}.")


def reason(error: OSError) -> str:
    """Why the system refused, as the end of a sentence."""
    return _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())


def make_folder(folder: Path) -> None:
    """Make sure that `folder` is there, with the folders above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, reason(error)) from error


def refuse_folder_that_cannot_be(folder: Path) -> None:
    """Raise `CannotWrite` where files could not be put into `folder`, which need not exist yet."""
    with said_of(folder):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise CannotWrite(folder, f"{there} is a file, not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CannotWrite(folder, _REASONS[errno.EACCES])


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write every file or, where one cannot be written, none."""
    for path in contents:
        refuse_in_the_way(path)
    with contextlib.ExitStack() as staged:
        parts = {path: staged.enter_context(_part(path, data)) for path, data in contents.items()}
        for path, part in parts.items():
            with said_of(path):
                part.replace(path)
    for folder in {path.parent for path in contents}:
        flush_folder(folder)


@contextlib.contextmanager
def said_of(path: Path) -> Iterator[None]:
    """Say what the system has against something done to `path` as `CannotWrite`."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, reason(error)) from error


def refuse_in_the_way(path: Path) -> None:
    """Only a plain file may be replaced; a link could lead anywhere."""
    with said_of(path):
        if path.is_symlink():
            raise CannotWrite(path, "a symbolic link of that name is in the way")
        if path.is_dir():
            raise CannotWrite(path, _REASONS[errno.EISDIR])
        if path.exists() and not path.is_file():
            raise CannotWrite(path, "something that is no plain file is in the way")


@contextlib.contextmanager
def _part(path: Path, data: bytes) -> Iterator[Path]:
    """`data` whole on the disk beside `path`, gone afterwards unless it was renamed."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART_SUFFIX}")
    try:
        with said_of(path):
            _write(part, data)
        yield part
    finally:
        # Whatever went wrong before is what is told, not that the rest could not be removed.
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _write(part: Path, data: bytes) -> None:
    with part.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Make the renaming last through a power cut, where the system knows how."""
    with contextlib.suppress(OSError):  # Windows cannot open a folder, and needs no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
