"""What an output folder is found to be: what was looked at, and each thing that does not agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """How a file may differ from what was written."""

    TOUCHED = "touched"
    MISSING = "missing"
    EXTRA = "extra"
    UNFINISHED = "unfinished"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not agree."""

    file: str
    fault: Fault
    said: str

    def __str__(self) -> str:
        return f"{self.file} is {self.fault}: {self.said}."


@dataclass(slots=True)
class Audit:
    """What was looked at, and what does not agree."""

    lines: int = 0
    participants: int = 0
    files: int = 0
    found: list[Discrepancy] = field(default_factory=list)

    def add(self, file: str, fault: Fault, said: str) -> None:
        """Note a discrepancy."""
        self.found.append(Discrepancy(file, fault, said))

    def counted(self, folder: object) -> str:
        """What was looked at in a folder, and how much of it does not agree, in a sentence."""
        seen = (
            f"{folder}: {self.participants} participants, {self.files} files, "
            f"{self.lines} lines of the ledger"
        )
        wrong = len(self.found)
        agree = f"{wrong} of them do not agree" if wrong != 1 else "1 of them does not agree"
        return f"{seen}; {agree}." if wrong else f"{seen}; all agree."

    def as_dict(self) -> dict[str, Any]:
        """The same for another program."""
        return {
            "agrees": not self.found,
            "participants": self.participants,
            "files": self.files,
            "lines": self.lines,
            "found": [
                {"file": each.file, "fault": each.fault.value, "said": each.said}
                for each in self.found
            ],
        }
