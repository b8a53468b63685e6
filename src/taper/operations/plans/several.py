"""Several participants planned together, for what is counted over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from taper.errors import ExitCode, Ground, TaperError
from taper.operations.plans.one import plan_of, read_file
from taper.planning.plan import Planned
from taper.sources.claims import Claimant, participant_files, without_clashes
from taper.trial.participant import Participant


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A participant and their plan, and the market of the protocol where it names one."""

    path: Path
    participant: Participant
    plan: Planned
    market: str | None


def plans(
    paths: Sequence[Path],
    *,
    today: date,
    protocol: str | None = None,
    regimen: str | None = None,
    remark: Callable[[str], None] = lambda _: None,
) -> tuple[list[PlannedFile], list[Ground]]:
    """The plans of files and folders, and why others were refused: nobody stops another.

    Two files with one participant are both refused, or that participant's tablets would be
    counted twice. Where nobody is left, the refusal is raised. `remark` is told of what lies
    in a folder and is no participant's.
    """
    planned: list[PlannedFile] = []
    refused: list[Ground] = []
    for path in _files(paths, remark):
        try:
            planned.append(_planned(path, today, protocol, regimen))
        except TaperError as error:
            if error.exit_code is not ExitCode.REFUSED:
                raise
            refused += error.grounds
    checked = without_clashes([Claimant(each.path, each.plan.participant) for each in planned])
    refused += [ground for each in checked for ground in each.refused]
    kept = [each for each, source in zip(planned, checked, strict=True) if not source.refused]
    if not kept:
        raise TaperError("\n".join(map(str, refused)))
    return kept, refused


def _files(paths: Iterable[Path], remark: Callable[[str], None]) -> list[Path]:
    """Each file once, those of a folder by name."""
    found = (
        each
        for path in paths
        for each in (participant_files(path, remark) if path.is_dir() else [path])
    )
    return list(dict.fromkeys(found))


def _planned(path: Path, today: date, protocol: str | None, regimen: str | None) -> PlannedFile:
    trial, participant = read_file(path, protocol, Path())
    plan = plan_of(trial, participant, today=today, regimen=regimen)
    return PlannedFile(path, participant, plan, trial.protocol.market)
