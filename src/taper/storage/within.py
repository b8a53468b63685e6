"""Names within a folder that is held open: where each one is, and what bears it.

Every folder on the way is opened by its name in the one above, and none of them may be a link: so
nothing is ever reached outside, whatever is renamed or linked meanwhile. Where the system knows no
such opening (Windows), the same is looked at by path, a moment before.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from taper.storage.reasons import CannotWrite, unread

BY_DESCRIPTOR = (
    {os.open, os.stat, os.mkdir, os.unlink, os.rmdir, os.rename, os.link} <= os.supports_dir_fd
    and os.listdir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
"""Whether names are looked up in a folder that is held; tests try it without."""
# Windows is not to change a line end, and no child gets a handle.
PLAINLY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# A link is never followed, and a pipe never waited for.
SAFELY = PLAINLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | PLAINLY
_IN_NAMES = frozenset("/\\\0")
_REPARSE_POINT = 0x400  # how Windows marks what leads elsewhere: links and junctions


class Bearer(StrEnum):
    """What may bear a name, as a sentence says it."""

    FILE = "a file of that name is in the way"
    FOLDER = "a folder of that name is in the way"
    LINK = "a symbolic link of that name is in the way"
    OTHER = "something that is no plain file is in the way"


class Spot(NamedTuple):
    """A name in a folder that is open; without descriptors, its path and no folder."""

    name: str
    folder: int | None

    def bearer(self) -> Bearer | None:
        """What bears the name; None where nothing does."""
        try:
            return bearer_of(os.stat(self.name, dir_fd=self.folder, follow_symlinks=False))
        except FileNotFoundError:
            return None


def bearer_of(status: os.stat_result) -> Bearer:
    """What that is the status of."""
    if stat.S_ISLNK(status.st_mode):
        return Bearer.LINK
    if getattr(status, "st_file_attributes", 0) & _REPARSE_POINT:
        return Bearer.LINK
    if stat.S_ISDIR(status.st_mode):
        return Bearer.FOLDER
    return Bearer.FILE if stat.S_ISREG(status.st_mode) else Bearer.OTHER


def opened(folder: Path) -> int | None:
    """A folder that a person named, who may have named it by a link; None without descriptors."""
    with unread(folder):
        return os.open(folder, _FOLDER) if BY_DESCRIPTOR else None


@contextlib.contextmanager
def spot(root: Path, handle: int | None, name: str) -> Iterator[Spot]:
    """Where `name` is, such as `superseded/IIM-001-r1.pdf`; the folders on the way are real ones.

    Raises `CannotWrite` for one that is not, and `FileNotFoundError` where it is not there.
    """
    *above, last = _plain(root, name)
    path = root
    with contextlib.ExitStack() as on_the_way:
        for part in above:
            path /= part
            refuse_no_folder(path, Spot(part if handle is not None else str(path), handle))
            if handle is not None:
                handle = os.open(part, _FOLDER | SAFELY, dir_fd=handle)
                on_the_way.callback(os.close, handle)
        yield Spot(last if handle is not None else str(path / last), handle)


def refuse_no_folder(path: Path, here: Spot) -> None:
    """Only a real folder will do, or none at all."""
    bearer = here.bearer()
    if bearer not in {None, Bearer.FOLDER}:
        raise CannotWrite(path, bearer or "")


def _plain(root: Path, name: str) -> list[str]:
    """The names on the way; none of them may lead anywhere by itself."""
    parts = name.split("/")
    if any(part in {"", ".", ".."} or _IN_NAMES & set(part) for part in parts):
        raise CannotWrite(root, "a name within it is no plain file name")
    return parts
