"""A folder held open to be looked at: what lies in it under which name, and what is in a file.

Nothing but a plain file is ever opened, and none of them through a link.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from taper.storage import within
from taper.storage.reasons import CannotRead, CannotWrite, said_of, unread
from taper.storage.within import SAFELY, Bearer, Spot

BLOCK = 1 << 20
MOST_LINE = 16 << 20
"""The longest line that is read, in bytes: ten years of days, each another dose, are a tenth."""

_READ = os.O_RDONLY | SAFELY


class FolderSeen:
    """A folder that is open from here on, and stays the same one whatever becomes of its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = within.opened(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def at(self, name: str) -> contextlib.AbstractContextManager[Spot]:
        """Where a name within it is, while that is open."""
        return within.spot(self.path, self.handle, name)

    # What is there --------------------------------------------------------------------------------

    def bearer(self, name: str) -> Bearer | None:
        """What bears that name; None where nothing does."""
        with said_of(self.path / name):
            try:
                with self.at(name) as spot:
                    return spot.bearer()
            except FileNotFoundError:
                return None

    def has(self, name: str) -> bool:
        """Whether anything bears that name, be it a link that leads nowhere."""
        return self.bearer(name) is not None

    def refuse_in_the_way(self, name: str) -> None:
        """Only a plain file may be replaced; a link could lead anywhere."""
        bearer = self.bearer(name)
        if bearer not in {None, Bearer.FILE}:
            raise CannotWrite(self.path / name, bearer or "")

    def refuse_no_folder(self, name: str) -> None:
        """A folder that is a link could lead anywhere, and a file is none; none at all will do."""
        bearer = self.bearer(name)
        if bearer not in {None, Bearer.FOLDER}:
            raise CannotWrite(self.path / name, bearer or "")

    def names(self, name: str = "") -> list[str]:
        """What lies in it, or in a folder within it; nothing where that is not there."""
        path = self.path / name
        with unread(path), contextlib.suppress(FileNotFoundError):
            if self.handle is None:
                if name:
                    self.refuse_no_folder(name)
                return sorted(os.listdir(path))  # noqa: PTH208 - the same for both kinds
            if not name:
                return sorted(os.listdir(self.handle))  # noqa: PTH208 - a descriptor has no path
            with self.at(f"{name}/_") as spot:
                assert spot.folder is not None
                return sorted(os.listdir(spot.folder))  # noqa: PTH208 - as above
        return []

    # Reading --------------------------------------------------------------------------------------

    def reading(self, name: str) -> BinaryIO | None:
        """A plain file, open to be read; None where there is none."""
        path = self.path / name
        try:
            with unread(path), self.at(name) as spot:
                _refuse_unreadable(path, spot.bearer())
                handle = os.open(spot.name, _READ, dir_fd=spot.folder)
        except FileNotFoundError:
            return None
        stream = os.fdopen(handle, "rb")
        try:
            _refuse_unreadable(path, within.bearer_of(os.fstat(handle)))
        except CannotRead:
            stream.close()
            raise
        return stream

    def bytes_of(self, name: str) -> bytes:
        """All of a plain file; raises `CannotRead` where there is none."""
        stream = self.reading(name)
        if stream is None:
            raise CannotRead(self.path / name, "it is missing")
        with unread(self.path / name), stream:
            return stream.read()

    def sha256_of(self, name: str) -> str | None:
        """The SHA-256 of a plain file, None where there is nothing.

        Raises `CannotWrite` where a link, a folder or the like bears its name.
        """
        self.refuse_in_the_way(name)
        stream = self.reading(name)
        if stream is None:
            return None
        found = hashlib.sha256()
        with unread(self.path / name), stream:
            while block := stream.read(BLOCK):
                found.update(block)
        return found.hexdigest()

    def lines_of(self, name: str, start: int = 0) -> Iterator[bytes]:
        """The lines of a file from a place on; none where there is no file."""
        stream = self.reading(name)
        if stream is None:
            return
        with stream:
            with unread(self.path / name):
                stream.seek(start)
            while line := self._line(name, stream):
                yield line

    def lines_at(self, name: str, places: Iterable[int]) -> Iterator[bytes]:
        """The line that begins at each of these places of a file."""
        stream = self.reading(name)
        if stream is None:
            raise CannotRead(self.path / name, "it is missing")
        with stream:
            for place in places:
                with unread(self.path / name):
                    stream.seek(place)
                yield self._line(name, stream)

    def _line(self, name: str, stream: BinaryIO) -> bytes:
        with unread(self.path / name):
            line = stream.readline(MOST_LINE + 1)
        if len(line) > MOST_LINE:
            raise CannotRead(self.path / name, f"a line of it is longer than {MOST_LINE >> 20} MiB")
        return line


def _refuse_unreadable(path: Path, bearer: Bearer | None) -> None:
    if bearer not in {None, Bearer.FILE}:
        raise CannotRead(path, bearer or "")
