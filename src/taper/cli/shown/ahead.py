"""What `taper batch --check` shows: what would become of each, and what somebody must do first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from taper.folder.verdicts import Fate, Verdict, sentences
from taper.wording.layout import printable, table, wrapped


def ahead(verdicts: Iterable[Verdict], out: Path) -> str:
    """A line a participant, how many there are of each kind, and what would follow."""
    every = list(verdicts)
    said = list(urgent(every))
    counts = Counter(verdict.fate for verdict in every)
    rows = [(fate.value, str(counts[fate])) for fate in Fate if counts[fate]]
    blocks = [
        table(["Participant", "Would be", "Revision", "State", "Other from"], map(_row, every)),
        table(["Would be", "Participants"], rows, right=["Participants"]),
        *(["\n".join(said)] if said else []),
        wrapped(f"Nothing was written to {out}; without --check: {_written(every) or 'nothing'}."),
    ]
    return "\n".join(f"{block.rstrip()}\n" for block in blocks)


def urgent(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The sentences alone, each once: two rows with one id would say the same of its paper."""
    said = (each for verdict in verdicts for each in sentences(verdict))
    return (wrapped(printable(each)) for each in dict.fromkeys(said))


def _row(verdict: Verdict) -> list[str]:
    outcome = verdict.outcome
    revision = outcome.revision or outcome.left
    since = outcome.replaces.changed_from if outcome.replaces else None
    state = f"{outcome.state or ''}{', provisional' if outcome.provisional else ''}"
    who = printable(outcome.participant or outcome.source)
    return [who, verdict.fate, str(revision or ""), state, str(since or "")]


def _written(verdicts: Iterable[Verdict]) -> str:
    counts = Counter(
        Path(name).suffix.removeprefix(".") for each in verdicts for name in each.outcome.written
    )
    return ", ".join(f"{count} {suffix}" for suffix, count in sorted(counts.items()))
