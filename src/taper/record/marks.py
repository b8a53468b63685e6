"""What a file of an output folder is known by, as a line of the ledger says it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from taper.planning.plan import Part


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file is known by: its SHA-256, that of what was said, and what made it.

    `part` are the days that it shows, where those are not all of the plan; `style` is how it says
    them, where that is not the usual way.
    """

    sha256: str
    inputs_sha256: str
    engine: str
    part: Part | None = None
    style: str = ""

    def as_dict(self) -> dict[str, object]:
        """The same as a line says it; dates ISO."""
        said: dict[str, object] = {
            "sha256": self.sha256,
            "inputs_sha256": self.inputs_sha256,
            "engine": self.engine,
        }
        if self.part is not None:
            said["part"] = [self.part.first.isoformat(), self.part.last.isoformat()]
        if self.style:
            said["style"] = self.style
        return said

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Mark:
        """The mark that a line says."""
        part = said.get("part")
        days = None if part is None else Part(*map(date.fromisoformat, part))
        style = said.get("style", "")
        return cls(said["sha256"], said["inputs_sha256"], said["engine"], days, style)
