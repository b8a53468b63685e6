"""One at a time: one run in an output folder, one writer of a participant's file.

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
from taper.storage.folder_seen import FolderSeen
from taper.storage.open_folder import OpenFolder, write_all
from taper.storage.reasons import CannotRead, CannotWrite, said_of

FOLDER = ".taper"
FILE = f"{FOLDER}/lock"
_LONGEST = 200

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, *, waits: bool = False) -> bool:
        while True:
            with contextlib.suppress(OSError):
                # Far behind the text, which others must be able to read.
                os.lseek(handle, 1 << 20, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
                return True
            if not waits:
                return False
else:
    import fcntl

    def _take(handle: int, *, waits: bool = False) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
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
def held(folder: OpenFolder) -> Iterator[None]:
    """The folder for this run alone; raises `Held` at once where another run has it."""
    try:
        with _locked(folder, FILE, waits=False):
            yield
    finally:
        folder.remove_empty(FOLDER)


@contextlib.contextmanager
def alone_with(folder: OpenFolder, name: str) -> Iterator[None]:
    """A file of a person for this process alone; who comes second waits for the first."""
    with _locked(folder, f".{name}.lock", waits=True):
        yield


def is_held(folder: FolderSeen) -> bool:
    """Whether a run has the folder now; nothing is written to find out."""
    try:
        stream = folder.reading(FILE)
    except (CannotRead, CannotWrite):  # whatever that is, it is no lock
        return False
    if stream is None:
        return False
    with stream:
        return not _take(stream.fileno())


@contextlib.contextmanager
def _locked(folder: OpenFolder, name: str, *, waits: bool) -> Iterator[None]:
    handle = _handle(folder, name, waits=waits)
    try:
        with said_of(folder.path / name):
            os.ftruncate(handle, 0)
            write_all(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        # While it is still held: whoever opened it in vain finds that it is gone, and tries again.
        with contextlib.suppress(CannotWrite):
            folder.remove(name)
        os.close(handle)


def _handle(folder: OpenFolder, name: str, *, waits: bool) -> int:
    while True:
        if name == FILE:
            folder.make_folder(FOLDER)
        handle = folder.more_unless_gone(name)
        if handle is None:  # the run before has just removed the folder
            continue
        with contextlib.ExitStack() as unless_kept, said_of(folder.path / name):
            unless_kept.callback(os.close, handle)
            if not _take(handle, waits=waits):
                holder = os.read(handle, _LONGEST).decode(errors="replace")
                raise Held(folder.path, holder)
            if _is_still(folder, name, handle):
                unless_kept.pop_all()
                return handle


def _is_still(folder: OpenFolder, name: str, handle: int) -> bool:
    """Whether the file that was locked is the one of that name: its last holder removes it."""
    with contextlib.suppress(OSError), folder.at(name) as spot:
        there = os.stat(spot.name, dir_fd=spot.folder, follow_symlinks=False)
        return os.path.samestat(os.fstat(handle), there)
    return False
