"""How the page is served: where it listens, whom it answers, and how much one answer may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PORT = 8765
_USUAL_PORT = 80
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names by which a browser on this machine reaches it."""
MOST_BYTES = 380_000
"""What a request may bring: a participant's file twice, and all that is typed beside it."""
MOST_TABLE_BYTES = 12_000_000
"""What a table or a PDF may have that is dropped where a folder is opened."""
SECONDS, PRINT_SECONDS, MEMORY_MB = 10, 60, 2048
"""What an answer and a paper may take, of the clock; and what the process that makes it holds."""
ARRIVED = "taper.arrived"
"""What the application is told of when a request arrived, by `time.perf_counter`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `taper serve` was told.

    `names` are those by which others may reach it beside the host itself, a port with them where
    it is in the address. `user_header` is the header in which a proxy says who asks; without it
    nobody's word is taken for that. `protocols` are files that may be chosen beside what is
    shipped, with the regimens that they name. `folder` is an output folder that is opened, `source`
    what its batches read, `mapping` what the fields of a REDCap export mean, `key` who signs, and
    `known_keys` are files and folders of the public keys that are known.
    """

    host: str = LOOPBACK[0]
    port: int = PORT
    root_path: str = ""
    names: tuple[str, ...] = ()
    user_header: str | None = None
    protocols: Mapping[str, bytes] = field(default_factory=dict)
    folder: Path | None = None
    source: Path | None = None
    mapping: Path | None = None
    key: Path | None = None
    known_keys: tuple[Path, ...] = ()
    seconds: int = SECONDS
    print_seconds: int = PRINT_SECONDS
    memory_mb: int | None = MEMORY_MB

    @property
    def hosts(self) -> frozenset[str]:
        """What a `Host` header may say, in small letters."""
        return frozenset(map(str.casefold, self._hosts()))

    def _hosts(self) -> Iterator[str]:
        here = {*LOOPBACK, self.host if ":" not in self.host else f"[{self.host}]"}
        yield from (f"{name}:{self.port}" for name in here)
        if self.port == _USUAL_PORT:  # a browser leaves it out
            yield from here
        yield from self.names
