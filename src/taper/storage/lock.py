"""One run at a time in an output folder.

The lock is the system's own, on a file in the folder: a process that ends, however it ends, lets
go of it, so that a dead run never keeps a living one out. The file only says whose it is.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from taper.errors import TaperError
from taper.storage import disk
from taper.storage.files import said_of

FOLDER, FILE = ".taper", "lock"
_LONGEST = 200
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        with contextlib.suppress(OSError):
            # Far behind the text, which others must be able to read.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False
else:
    import fcntl

    def _take(handle: int) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False


class Held(TaperError):
    """Another run has the folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        who = f" ({holder})" if holder else ""
        super().__init__(
            f"{folder} is being written by another run of taper{who}; wait until it has ended."
        )


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder for this run alone; raises `Held` at once where another run has it."""
    handle = _handle(folder)
    path = folder / FOLDER / FILE
    try:
        with said_of(path):
            os.ftruncate(handle, 0)
            disk.write_all(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        # While it is still held: whoever opened it in vain finds that it is gone, and tries again.
        with contextlib.suppress(OSError):
            path.unlink()
            (folder / FOLDER).rmdir()
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether a run has the folder now; nothing is written to find out."""
    try:
        handle = os.open(folder / FOLDER / FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _handle(folder: Path) -> int:
    path = folder / FOLDER / FILE
    while True:
        disk.make_folder(folder / FOLDER)
        with said_of(path):
            try:
                handle = os.open(path, _OPEN, 0o666)
            except FileNotFoundError:  # the run before has just removed the folder
                continue
            with contextlib.ExitStack() as unless_kept:
                unless_kept.callback(os.close, handle)
                if not _take(handle):
                    holder = os.read(handle, _LONGEST).decode(errors="replace")
                    raise Held(folder, holder)
                if _is_still(handle, path):
                    unless_kept.pop_all()
                    return handle


def _is_still(handle: int, path: Path) -> bool:
    """Whether the file that was locked is the one of that name: its last holder removes it."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.lstat())
    return False
