"""What became of each source of a batch, and what the whole batch ends in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from taper.errors import ExitCode, Problem
from taper.planning.plan import Plan, State
from taper.record.changes import Replaced
from taper.sources.claims import Source

MOST_NAMED = 20
"""How many participants whose paper must be recalled are named again at the end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source, small enough to travel between processes by the million."""

    source: str
    participant: str | None = None
    refused: tuple[str, ...] = ()
    state: State | None = None
    provisional: bool = False
    taper_start: date | None = None
    target_reached: date | None = None
    findings: tuple[tuple[str, str], ...] = ()
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    revision: int | None = None
    replaces: Replaced | None = None
    why: tuple[str, ...] = ()
    row: int | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, source: Source, plan: Plan, written: Iterable[Path]) -> Outcome:
        """The outcome of a source that was planned."""
        return cls(
            source=source.name,
            participant=plan.participant,
            state=plan.state,
            provisional=plan.provisional,
            taper_start=plan.taper_start,
            target_reached=plan.target_reached,
            findings=tuple((f.code, f.severity.value) for f in plan.findings),
            written=tuple(path.name for path in written),
            row=source.row_number,
        )

    def as_dict(self) -> dict[str, Any]:
        """The outcome for another program; dates ISO."""
        return {
            "participant": self.participant,
            "source": self.source,
            "state": self.state and self.state.value,
            "provisional": self.provisional,
            "taper_start": self.taper_start and self.taper_start.isoformat(),
            "target_reached": self.target_reached and self.target_reached.isoformat(),
            "findings": [{"code": code, "severity": level} for code, level in self.findings],
            "written": list(self.written),
            "kept": list(self.kept),
            "revision": self.revision,
            "replaces": self.replaces and self.replaces.as_dict(),
            "why": list(self.why),
            "refused": list(self.refused),
        }


@dataclass(slots=True)
class Tally:
    """The sums of a batch, kept while its outcomes go by."""

    participants: int = 0
    refused: int = 0
    states: Counter[State] = field(default_factory=Counter)
    suffixes: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    recalls: int = 0
    recalled: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.participants += 1
        self.refused += bool(outcome.refused)
        if outcome.state is not None:
            self.states[outcome.state] += 1
        self.suffixes.update(Path(name).suffix.removeprefix(".") for name in outcome.written)
        self.kept.update(Path(name).suffix.removeprefix(".") for name in outcome.kept)
        if outcome.replaces is not None:
            self.recalls += 1
            if len(self.recalled) < MOST_NAMED:
                self.recalled.append(f"{outcome.participant} revision {outcome.replaces.revision}")

    @property
    def exit_code(self) -> ExitCode:
        """What the whole batch ends in."""
        if not self.refused:
            return ExitCode.WRITTEN
        return ExitCode.REFUSED if self.refused == self.participants else ExitCode.SOME_REFUSED
