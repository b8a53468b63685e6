"""The folder that is opened, as the processes that answer are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from taper.operations import keys
from taper.signing.keys import Signer
from taper.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """An output folder; its `source` where it has one, a REDCap `mapping`, a `key` to sign with.

    `known_keys` are the files and folders of public keys that are known.
    """

    folder: Path
    source: Path | None = None
    mapping: Path | None = None
    key: Path | None = None
    known_keys: tuple[Path, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Opened | None:
        """The folder that the page was served with, None where there is none."""
        if settings.folder is None:
            return None
        told = (settings.source, settings.mapping, settings.key, settings.known_keys)
        return cls(settings.folder, *told)

    def known(self) -> frozenset[str] | None:
        """The keys that are known as of now, None where nothing is said of them."""
        return keys.known_keys(self.known_keys) if self.known_keys else None

    def signer(self) -> Signer | None:
        """Who signs what is written in it."""
        return None if self.key is None else keys.signer(self.key, self.folder)
