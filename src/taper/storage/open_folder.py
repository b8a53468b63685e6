"""A folder held open, and the few things that are done in it, each of them whole or not at all.

Everything is named by its name within the folder, and everything goes through the `os` functions
named here, so that a test can let any one of them fail, or end the process in the middle of it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from taper.storage import within
from taper.storage.folder_seen import FolderSeen
from taper.storage.reasons import CannotRead, CannotWrite, said_of
from taper.storage.within import SAFELY, Bearer, Spot

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

AT_ONCE = 8
"""How many files are flushed at a time: a disk takes many in the time of a few."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_MORE = os.O_RDWR | os.O_CREAT | os.O_APPEND | SAFELY


class OpenFolder(FolderSeen):
    """A folder that is written to."""

    def make_folder(self, name: str) -> bool:
        """Make sure that a folder is there and is no link; whether it was made now."""
        with said_of(self.path / name), self.at(name) as spot:
            with contextlib.suppress(FileExistsError):
                os.mkdir(spot.name, dir_fd=spot.folder)
                return True
            within.refuse_no_folder(self.path / name, spot)
        return False

    def open_new(self, name: str, mode: int = 0o666) -> int:
        """A new file that was not there, open to be written."""
        with said_of(self.path / name), self.at(name) as spot:
            return os.open(spot.name, _NEW, mode, dir_fd=spot.folder)

    def stage(self, contents: Mapping[str, bytes]) -> None:
        """Write new files, each whole and on the disk when this returns."""
        with contextlib.ExitStack() as handles:
            opened = []
            for name, data in contents.items():
                handle = self.open_new(name)
                handles.callback(os.close, handle)
                with said_of(self.path / name):
                    write_all(handle, data)
                opened.append((self.path / name, handle))
            _flush(opened)

    def open_more(self, name: str) -> int:
        """A plain file with no second name, open to be added to; made where there is none."""
        with said_of(self.path / name):
            return self._more(name)

    def more_unless_gone(self, name: str) -> int | None:
        """The same, None where the folder that it is in has just gone."""
        with said_of(self.path / name), contextlib.suppress(FileNotFoundError):
            return self._more(name)
        return None

    def _more(self, name: str) -> int:
        path = self.path / name
        with self.at(name) as spot:
            _refuse_unwritable(path, spot.bearer())
            handle = os.open(spot.name, _MORE, 0o666, dir_fd=spot.folder)
            try:
                status = os.fstat(handle)
                _refuse_unwritable(path, within.bearer_of(status))
                if status.st_nlink > 1:  # what is written here would be written there too
                    said = "it has a second name elsewhere (a hard link); put a copy in its place"
                    raise CannotWrite(path, said)
            except BaseException:
                os.close(handle)
                raise
        return handle

    def append(self, name: str, data: bytes) -> None:
        """Add to a file, flushed; where that fails, the file is as long as it was."""
        handle = self.open_more(name)
        try:
            with said_of(self.path / name):
                size = os.fstat(handle).st_size
                try:
                    write_all(handle, data)
                    os.fsync(handle)
                except OSError:
                    with contextlib.suppress(OSError):  # the next run repairs what is left
                        os.ftruncate(handle, size)
                    raise
        finally:
            os.close(handle)

    def cut(self, name: str, size: int) -> None:
        """Shorten a file."""
        handle = self.open_more(name)
        try:
            with said_of(self.path / name):
                os.ftruncate(handle, size)
                os.fsync(handle)
        finally:
            os.close(handle)

    def move(self, old: str, new: str) -> None:
        """Give a file another name, over whatever plain file has it."""
        self.refuse_in_the_way(new)
        with said_of(self.path / new), self.at(old) as from_, self.at(new) as to:
            os.replace(from_.name, to.name, src_dir_fd=from_.folder, dst_dir_fd=to.folder)

    def place_new(self, old: str, new: str) -> None:
        """Give a file another name that nothing has; raises `CannotWrite` where something has it.

        A disk without hard links, and Windows with its own kind of renaming, do without one.
        """
        with said_of(self.path / new), self.at(old) as from_, self.at(new) as to:
            if within.BY_DESCRIPTOR and _is_linked(from_, to):
                return
            if to.bearer() is not None:
                raise CannotWrite(self.path / new, Bearer.FILE)
            os.rename(from_.name, to.name, src_dir_fd=from_.folder, dst_dir_fd=to.folder)

    def remove(self, name: str) -> None:
        """Remove a file that need not be there."""
        path = self.path / name
        with said_of(path), contextlib.suppress(FileNotFoundError), self.at(name) as spot:
            os.unlink(spot.name, dir_fd=spot.folder)

    def remove_empty(self, name: str) -> None:
        """Remove a folder if nothing is in it."""
        with contextlib.suppress(OSError, CannotWrite), self.at(name) as spot:
            os.rmdir(spot.name, dir_fd=spot.folder)

    def remove_folder(self, name: str) -> None:
        """Remove a folder and the plain files in it; one that something else is in stays."""
        with contextlib.suppress(CannotWrite, CannotRead):
            for each in self.names(name):
                self.remove(f"{name}/{each}")
        self.remove_empty(name)

    def flush(self, name: str = "") -> None:
        """Make what was renamed in a folder last through a power cut, if the system knows how."""
        with contextlib.suppress(OSError, CannotWrite):
            if not name and self.handle is not None:
                os.fsync(self.handle)
            elif name:
                with self.at(f"{name}/_") as spot:
                    if spot.folder is not None:  # Windows needs no such thing
                        os.fsync(spot.folder)


class NoFolder(OpenFolder):
    """A folder that is not there: nothing bears any name in it, and nothing is made of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.handle = path, None

    def at(self, name: str) -> contextlib.AbstractContextManager[Spot]:
        """Nowhere."""
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path / name))


def _is_linked(old: Spot, new: Spot) -> bool:
    """Whether the file has a second name now, which nothing had; False on a disk without them."""
    try:
        os.link(old.name, new.name, src_dir_fd=old.folder, dst_dir_fd=new.folder)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _refuse_unwritable(path: Path, bearer: Bearer | None) -> None:
    if bearer not in {None, Bearer.FILE}:
        raise CannotWrite(path, bearer or "")


def write_all(handle: int, data: bytes | memoryview) -> None:
    """All of `data`; the system may take it in pieces."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _flush(opened: list[tuple[Path, int]]) -> None:
    def flush(one: tuple[Path, int]) -> None:
        with said_of(one[0]):
            os.fsync(one[1])

    if len(opened) < 2:  # not worth a thread
        for one in opened:
            flush(one)
        return
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(flush, opened):
            pass


class NewFile(io.RawIOBase):
    """A new file that is written in pieces; its SHA-256 is known when it is closed."""

    def __init__(self, folder: OpenFolder, name: str) -> None:
        self._hash = hashlib.sha256()
        self._handle = -1  # where it cannot be opened, there is nothing to close
        self._handle = folder.open_new(name)

    @property
    def sha256(self) -> str:
        """The hash of what has been written."""
        return self._hash.hexdigest()

    def writable(self) -> bool:
        """Nothing else can be done with it."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of `data`."""
        view = memoryview(data)
        write_all(self._handle, view)
        self._hash.update(view)
        return view.nbytes

    def close(self) -> None:
        """Flush it to the disk."""
        if self.closed:
            return
        super().close()
        if self._handle >= 0:
            try:
                os.fsync(self._handle)
            finally:
                os.close(self._handle)
