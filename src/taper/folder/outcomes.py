"""What became of each source of a batch, and what the whole batch ends in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from taper.errors import ExitCode, Ground, Problem
from taper.planning.plan import Plan, Planned, State
from taper.record.changes import Replaced
from taper.sources.claims import Claimant
from taper.sources.tables import CellProblem
from taper.wording.quoting import plain

MOST_NAMED = 20
"""How many participants whose paper must be recalled are named again at the end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source, small enough to travel between processes by the million.

    Of one who is `refused`, the revision `left` is the calendar that there is, and stays, although
    it no longer fits; `holds` is the revision of one whose papers are right, and of which only a
    further one could not be printed. `unprinted` says why there is no part of the days, or no file
    that no patient may act by, where everything else was made. `noted` is what was said otherwise
    though the paper stays. `unused` says what of the terms of handing out does not concern the
    plan, `at_once` that no visit divides what it hands out. What is refused and `may_be_accepted`
    is not, once somebody says who takes it and why.
    """

    source: str
    participant: str | None = None
    refused: tuple[Ground, ...] = ()
    left: int | None = None
    holds: int | None = None
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
    unprinted: tuple[Ground, ...] = ()
    noted: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    at_once: bool = False
    may_be_accepted: bool = False

    @property
    def has_days(self) -> bool:
        """Whether there is a plan with days."""
        return self.state not in (None, State.NOT_ON_STEROID)

    @classmethod
    def of(cls, claimant: Claimant, plan: Planned, written: Iterable[Path]) -> Outcome:
        """The outcome of one who was planned."""
        return cls(
            source=claimant.name,
            participant=plan.participant,
            state=plan.state,
            provisional=plan.provisional,
            taper_start=plan.taper_start if isinstance(plan, Plan) else None,
            target_reached=plan.target_reached if isinstance(plan, Plan) else None,
            findings=tuple((f.code, f.severity.value) for f in plan.findings),
            written=tuple(path.name for path in written),
            row=claimant.row_number,
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
            "said_otherwise": list(self.noted),
            "unprinted": [str(ground) for ground in self.unprinted],
            "refused": [sentence for _, sentence in self.refusals()],
        }

    def fields(self) -> Iterator[str]:
        """The fields or columns that are refused, each once; nothing of what was read there."""
        every = (g.column if isinstance(g, CellProblem) else g.field for g in self._problems())
        return iter(dict.fromkeys(plain(each) for each in every if each))

    def _problems(self) -> Iterator[Problem]:
        return (ground for ground in self.refused if isinstance(ground, Problem))

    def is_named_in(self, ground: Ground) -> bool:
        """Whether the sentence says by itself which file or row it is about."""
        if not isinstance(ground, Problem):
            return False
        file = plain(self.source)
        names = {self.source, file, f"{self.participant} ({file})", Path(self.source).stem}
        return isinstance(ground, CellProblem) or Path(ground.who).name in names

    def refusals(self) -> Iterator[tuple[Ground, str]]:
        """Each ground with its sentence; the last says what becomes of the calendar there is."""
        for number, ground in enumerate(self.refused, start=1):
            is_last = number == len(self.refused)
            yield ground, f"{ground}{self._what_is_left() if is_last else ''}"

    def _what_is_left(self) -> str:
        if self.holds is not None:
            return f" The papers of revision {self.holds} are left as they were, and hold."
        if self.left is not None:
            return f" The calendar of revision {self.left} is left as it was."
        return ""


@dataclass(slots=True)
class Tally:
    """The sums of a batch, kept while its outcomes go by."""

    participants: int = 0
    refused: int = 0
    unprinted: int = 0
    states: Counter[State] = field(default_factory=Counter)
    suffixes: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    recalls: int = 0
    recalled: list[str] = field(default_factory=list)
    unfitting: int = 0
    unfit: list[str] = field(default_factory=list)
    """In sentences: whose paper is out and no longer fits the data."""
    with_days: int = 0
    unused: Counter[str] = field(default_factory=Counter)
    at_once: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.participants += 1
        self.refused += bool(outcome.refused)
        self.unprinted += bool(outcome.unprinted)
        self.with_days += outcome.has_days
        self.unused.update(outcome.unused)
        self.at_once += [str(outcome.participant)] if outcome.at_once else []
        if outcome.state is not None:
            self.states[outcome.state] += 1
        self.suffixes.update(Path(name).suffix.removeprefix(".") for name in outcome.written)
        self.kept.update(Path(name).suffix.removeprefix(".") for name in outcome.kept)
        if outcome.refused and outcome.left is not None:
            self._unfit(f"{outcome.participant} (revision {outcome.left})")
        if outcome.replaces is not None:
            self.recalls += 1
            if len(self.recalled) < MOST_NAMED:
                self.recalled.append(f"{outcome.participant} revision {outcome.replaces.revision}")

    def _unfit(self, paper: str) -> None:
        """Once for a participant of whom several rows were refused."""
        said = f"The paper of {paper} no longer fits its data."
        if said in self.unfit:
            return
        self.unfitting += 1
        if len(self.unfit) < MOST_NAMED:
            self.unfit.append(said)

    @property
    def unneeded(self) -> list[str]:
        """What of the terms of handing out concerns none of the plans: likely to be a slip."""
        return [said for said, plans in self.unused.items() if plans == self.with_days]

    @property
    def exit_code(self) -> ExitCode:
        """What the whole batch ends in."""
        if not self.refused:
            return ExitCode.SOME_REFUSED if self.unprinted else ExitCode.WRITTEN
        return ExitCode.REFUSED if self.refused == self.participants else ExitCode.SOME_REFUSED
