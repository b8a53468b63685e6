"""The folder that is opened, as the processes that answer are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from taper.operations import keys
from taper.signing.keys import Signer
from taper.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """An output folder; its `source` where it has one, a REDCap `mapping`, a `key` to sign with."""

    folder: Path
    source: Path | None = None
    mapping: Path | None = None
    key: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Opened | None:
        """The folder that the page was served with, None where there is none."""
        if settings.folder is None:
            return None
        return cls(settings.folder, settings.source, settings.mapping, settings.key)

    def signer(self) -> Signer | None:
        """Who signs what is written in it."""
        return None if self.key is None else keys.signer(self.key, self.folder)
