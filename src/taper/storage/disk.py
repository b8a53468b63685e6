"""The few things that are done to an output folder, each of them whole or not at all.

Everything goes through the `os` functions named here, so that a test can let any one of them
fail, or end the process in the middle of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from taper.errors import TaperError
from taper.storage.files import CannotWrite, flush_folder, reason, refuse_in_the_way, said_of

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

AT_ONCE = 8
"""How many files are flushed at a time: a disk takes many in the time of a few."""
BLOCK = 1 << 20

# A link is never followed, and Windows is not to change a line end.
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY
_MORE = os.O_RDWR | os.O_CREAT | os.O_APPEND | _SAFELY


class CannotRead(TaperError):
    """A file of an output folder that could not be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


# Reading --------------------------------------------------------------------------------------


def sha256_of(path: Path) -> str | None:
    """The SHA-256 of a plain file, None where there is nothing.

    Raises `CannotWrite` where a link, a folder or the like bears its name.
    """
    refuse_in_the_way(path)
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                found.update(block)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotRead(path, reason(error)) from error
    return found.hexdigest()


def lines_of(path: Path, start: int = 0) -> Iterator[bytes]:
    """The lines of a file from a place on; none where there is no file."""
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            yield from stream
    except FileNotFoundError:
        return
    except OSError as error:
        raise CannotRead(path, reason(error)) from error


def lines_at(path: Path, places: Iterable[int]) -> Iterator[bytes]:
    """The line that begins at each of these places of a file."""
    try:
        with path.open("rb") as stream:
            for place in places:
                stream.seek(place)
                yield stream.readline()
    except OSError as error:
        raise CannotRead(path, reason(error)) from error


# Writing --------------------------------------------------------------------------------------


def make_folder(folder: Path) -> bool:
    """Make sure that `folder` is there and is no link; whether it was made now."""
    with said_of(folder), contextlib.suppress(FileExistsError):
        os.mkdir(folder)  # noqa: PTH102 - tests let each os function fail
        return True
    refuse_no_folder(folder)
    return False


def refuse_no_folder(folder: Path) -> None:
    """A folder that is a link could lead anywhere, and a file is none; none at all will do."""
    if folder.is_symlink():
        raise CannotWrite(folder, "a symbolic link of that name is in the way")
    if folder.exists() and not folder.is_dir():
        raise CannotWrite(folder, "a file of that name is in the way")


def stage(contents: Mapping[Path, bytes]) -> None:
    """Write new files, each whole and on the disk when this returns."""
    with contextlib.ExitStack() as handles:
        opened = []
        for path, data in contents.items():
            with said_of(path):
                handle = os.open(path, _NEW, 0o666)
                handles.callback(os.close, handle)
                write_all(handle, data)
            opened.append((path, handle))
        _flush(opened)


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


def write_all(handle: int, data: bytes | memoryview) -> None:
    """All of `data`; the system may take it in pieces."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def append(path: Path, data: bytes) -> None:
    """Add to a file, flushed; where that fails, the file is as long as it was."""
    with said_of(path):
        handle = os.open(path, _MORE, 0o666)
        try:
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


def cut(path: Path, size: int) -> None:
    """Shorten a file."""
    with said_of(path):
        handle = os.open(path, _MORE, 0o666)
        try:
            os.ftruncate(handle, size)
            os.fsync(handle)
        finally:
            os.close(handle)


def move(old: Path, new: Path) -> None:
    """Give a file another name, over whatever plain file has it."""
    refuse_in_the_way(new)
    with said_of(new):
        os.replace(old, new)  # noqa: PTH105 - tests let each os function fail


def remove(path: Path) -> None:
    """Remove a file that need not be there."""
    with said_of(path), contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 - tests let each os function fail


def remove_folder(folder: Path) -> None:
    """Remove a folder and the plain files in it; one that something else is in stays."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            os.unlink(path)  # noqa: PTH108 - tests let each os function fail
        os.rmdir(folder)  # noqa: PTH106 - tests let each os function fail


def flush(folder: Path) -> None:
    """Make what was renamed in a folder last through a power cut."""
    flush_folder(folder)


class NewFile(io.RawIOBase):
    """A new file that is written in pieces; its SHA-256 is known when it is closed."""

    def __init__(self, path: Path) -> None:
        self._hash = hashlib.sha256()
        self._handle = -1  # where it cannot be opened, there is nothing to close
        self._handle = os.open(path, _NEW, 0o666)

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
