"""A path to bytes to characters: whatever is no readable UTF-8 text of moderate size is refused."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.wording.quoting import plain

KIB, MIB = 1024, 1024 * 1024
MAX_BYTES = 128 * KIB
"""A file that a person writes: a hundred events with their reasons are a third of it."""
MAX_JSON = 4 * MIB
"""A plan as JSON: ten years of days, each a line, are one."""
THE_FILE = "the file"
_only: ContextVar[Mapping[str, bytes] | None] = ContextVar("only", default=None)
_UTF8 = "a text file in UTF-8 without a byte order mark"


@contextmanager
def only(files: Mapping[str, bytes]) -> Iterator[None]:
    """For a while no file is read but these, by their names: what a stranger typed may name any."""
    before = _only.set(files)
    try:
        yield
    finally:
        _only.reset(before)


def is_there(path: Path) -> bool:
    """Whether there is something of that name that may be read."""
    offered = _only.get()
    if offered is not None:
        return str(path) in offered
    try:
        return path.exists()
    except (OSError, ValueError):  # no possible name of a file
        return False


def is_folder(path: Path) -> bool:
    """Whether it is a folder whose files may be read: none is where only some files may be."""
    return _only.get() is None and path.is_dir()


def bytes_of(path: Path, most: int = MAX_BYTES, what: str = "a YAML file") -> bytes:
    """The bytes of a regular file of at most `most` bytes, whole KiB; `what` it should be."""
    name = plain(str(path))
    offered = _only.get()
    if offered is not None:
        return _of_those(name, offered, str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Refusal.of(name, THE_FILE, "a folder", what)
        if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever
            raise Refusal.of(name, THE_FILE, "no regular file", what)
        with path.open("rb") as file:
            raw = file.read(min(status.st_size, most) + 1)  # no room for more than there is
            if len(raw) > status.st_size:  # it grew, or the system does not tell
                raw += file.read(most + 1 - len(raw))
    except (OSError, ValueError) as wrong:  # ValueError: a NUL in the path
        raise Refusal.of(
            name, THE_FILE, _why_unread(path, wrong), "a file that can be read"
        ) from None
    refuse_larger(raw, name, most)
    return raw


def refuse_larger(raw: bytes, name: str, most: int = MAX_BYTES) -> None:
    """Raise `Refusal` of what has more than `most` bytes, whole KiB."""
    if len(raw) > most:
        limit = f"{most // KIB} KiB" if most < MIB else f"{most // MIB} MiB"
        raise Refusal.of(name, THE_FILE, f"larger than {limit}", f"at most {limit}")


def _of_those(name: str, offered: Mapping[str, bytes], path: str) -> bytes:
    if path not in offered:
        allowed = dose.join(list(offered), "or") if offered else "the id of what is shipped"
        raise Refusal.of(name, THE_FILE, "not among those that are offered here", allowed)
    return offered[path]


def _why_unread(path: Path, wrong: Exception) -> str:
    if isinstance(wrong, FileNotFoundError | NotADirectoryError):
        return "a link that leads nowhere" if path.is_symlink() else "missing"
    if isinstance(wrong, PermissionError):
        return "not open to you (permission denied)"
    reason = wrong.strerror if isinstance(wrong, OSError) else None
    return f"not readable ({(reason or 'not a possible file name').lower()})"


def text_of(raw: bytes, name: str) -> str:
    """The characters of a file, strictly UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal.of(name, THE_FILE, "in UTF-16", _UTF8)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Refusal.of(name, THE_FILE, "in UTF-8 with a byte order mark", _UTF8)
    if b"\0" in raw:
        raise Refusal.of(name, THE_FILE, "no text (it holds a NUL byte)", _UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise Refusal(Problem(name, THE_FILE, "not in UTF-8", _UTF8, line)) from None
