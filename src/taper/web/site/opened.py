"""The folder that is opened, as the processes that answer are told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from taper.errors import TaperError
from taper.operations import keys
from taper.record.ledger import LEDGER
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
    was_there: bool = False
    """Whether the page has seen a ledger in it."""

    @classmethod
    def of(cls, settings: Settings) -> Opened | None:
        """The folder that the page was served with, None where there is none."""
        if settings.folder is None:
            return None
        told = (settings.source, settings.mapping, settings.key, settings.known_keys)
        return cls(settings.folder, *told)

    def refuse_gone(self) -> None:
        """Raise `TaperError` where a ledger was there and is gone.

        A disk that is not connected or a folder that was moved is no new folder: what is written
        then begins another ledger, and every paper that is out is forgotten.
        """
        if self.was_there and not self.has_ledger:
            what = LEDGER if self.folder.is_dir() else "the folder"
            raise TaperError(
                f"{self.folder}: {what} is gone, and was there while this page was served; "
                "allowed: the folder as it was, put back in its place."
            )

    @property
    def has_ledger(self) -> bool:
        """Whether a batch has written to it."""
        return (self.folder / LEDGER).exists()

    def known(self) -> frozenset[str] | None:
        """The keys that are known as of now, None where nothing is said of them."""
        return keys.known_keys(self.known_keys) if self.known_keys else None

    def signer(self) -> Signer | None:
        """Who signs what is written in it."""
        return None if self.key is None else keys.signer(self.key, self.folder)


class Watched:
    """The opened folder for whoever asks now; what was once seen in it must not be gone."""

    def __init__(self, opened: Opened) -> None:
        self._opened, self._was_there = opened, False
        self.now()

    def now(self) -> Opened:
        """The folder, and whether its ledger was ever there."""
        self._was_there |= self._opened.has_ledger
        return replace(self._opened, was_there=self._was_there)
