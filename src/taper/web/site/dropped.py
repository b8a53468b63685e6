"""Tables that were dropped on the page: kept while they are looked at, until one is written."""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from taper.errors import Refusal

MOST = 8
"""How many are kept; the oldest goes first."""
_ODD = re.compile(r"[^\w.() -]+")
_LONGEST = 60
"""Letters, of which one may have four bytes: a name of a file has at most 255."""


@dataclass(frozen=True, slots=True)
class Held:
    """A source that was looked at, and what its batch is to be asked."""

    source: Path
    name: str
    sheet: str = ""
    many: int = 0
    formats: tuple[str, ...] = ()


class Dropped:
    """What is held, each under a word that nobody guesses; it goes when the page ends.

    `who` asks for it, and `what` it is, as a refusal names them where it is held no more.
    """

    def __init__(self, who: str = "taper batch", what: str = "SOURCE") -> None:
        self._who, self._what = who, what
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._held: dict[str, Held] = {}
        self._alone = threading.Lock()  # several threads answer

    def keep(self, name: str, data: bytes, sheet: str) -> str:
        """Hold a table; the word to ask for it by."""
        token = secrets.token_urlsafe(12)
        path = self._place() / token / _safe(name)
        path.parent.mkdir(mode=0o700)
        path.write_bytes(data)
        return self.hold(Held(path, path.name, sheet), token)

    def hold(self, held: Held, token: str | None = None) -> str:
        """Hold a source, or what became known of one that is held."""
        token = token or secrets.token_urlsafe(12)
        with self._alone:
            self._held[token] = held
            while len(self._held) > MOST:
                self._forget(next(iter(self._held)))
        return token

    def _place(self) -> Path:
        """The folder of all of them; another one where a machine that tidies up took it away."""
        with self._alone:
            if self._folder is not None and not Path(self._folder.name).is_dir():
                self._folder.cleanup()
                self._folder = None
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="taper-")
            return Path(self._folder.name)

    def held(self, token: str) -> Held:
        """What is held under a word; raises `Refusal` where that is no more."""
        found = self._held.get(token)
        if found is None:
            allowed = "one that was just looked at; drop it again"
            raise Refusal.of(self._who, self._what, "no longer held", allowed)
        return found

    def close(self) -> None:
        """Nothing is held any more."""
        self._held.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _forget(self, token: str) -> None:
        path = self._held.pop(token).source
        if self._folder is not None and path.is_relative_to(self._folder.name):
            path.unlink(missing_ok=True)


def _safe(name: str) -> str:
    """The name without a way to another folder, and none that is hidden."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _ODD.sub("_", last).lstrip(". ")[-_LONGEST:] or "table"
