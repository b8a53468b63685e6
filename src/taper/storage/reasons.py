"""Why the system refused, as the end of a sentence; and what the door to the disk raises."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from taper.errors import Failed

_REASONS = {
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file of this user may be that large",
    errno.EIO: "the disk reports a fault",
    errno.EBADF: "it is closed",
    errno.ENOMEM: "the machine lacks memory",
    errno.ENAMETOOLONG: "the name is too long for the disk",
    errno.EISDIR: "a folder of that name is in the way",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENOTDIR: "a part of that path is a file, not a folder",
    errno.ELOOP: "symbolic links in that path lead in a circle",
}
NO_ACCESS = _REASONS[errno.EACCES]


class CannotWrite(Failed):
    """A file or folder that could not be written; what was there before is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}.")


class CannotRead(Failed):
    """A file of an output folder that could not be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


def reason(error: OSError) -> str:
    """Why the system refused, as the end of a sentence."""
    return _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())


@contextlib.contextmanager
def said_of(path: Path) -> Iterator[None]:
    """Say what the system has against something done to `path` as `CannotWrite`."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, reason(error)) from error


@contextlib.contextmanager
def unread(path: Path) -> Iterator[None]:
    """Say what the system has against reading `path` as `CannotRead`; not that nothing is there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except PermissionError as error:
        raise CannotRead(path, "not open to you (permission denied)") from error
    except OSError as error:
        raise CannotRead(path, reason(error)) from error
