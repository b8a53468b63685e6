"""What the pharmacy's commands share: their options, and the plans that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper import sources
from taper.cli.speech import tell
from taper.cli.tablets import read_drug
from taper.doses import dose
from taper.errors import ExitCode, Ground, TaperError, UsageError
from taper.operations.plan import plan_of
from taper.pharmacy.terms import Pack, Terms
from taper.planning.plan import Plan
from taper.sources.claims import Claimant, participant_files, without_clashes
from taper.trial.fields import MAX_DAYS, parse_count, parse_date
from taper.wording.quoting import shown

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Participants' files, or folders of them."),
]
Dispense = Annotated[
    str | None,
    typer.Option(
        "--dispense",
        metavar="infusions|days:N|visits:DATE,…",
        help="Hand out tablets at each infusion, every N days, or at these visits.",
    ),
]
SpareDays = Annotated[
    str | None,
    typer.Option(metavar="N", help="Hand out tablets for so many more days each time."),
]
Packs = Annotated[
    str | None,
    typer.Option(
        metavar="MG:TABLETS,…",
        help="Hand out whole packs: 5:30 is 30 tablets of 5 mg, cortisone:5:30 of that drug only.",
    ),
]
DiscardHalves = Annotated[
    bool,
    typer.Option("--discard-halves", help="The rest of a broken tablet is not kept."),
]
Protocol = Annotated[
    str | None,
    typer.Option(metavar="ID|PATH", help="Plan by this protocol instead of the one in the file."),
]

_EVERY_ALLOWED = (
    f"infusions, days:28 with 1 to {MAX_DAYS} days, or visits:2026-05-14,2026-06-11 with dates"
)
_PACKS_ALLOWED = (
    "each strength once with the tablets in a pack, 5:30,1:100, or with the drug before it, "
    "cortisone:5:30"
)
_MOST_IN_A_PACK = 10_000


# Terms ----------------------------------------------------------------------------------------


def terms_of(
    every: str | None, spare_days: str | None, packs: str | None, *, discard_halves: bool
) -> Terms | None:
    """The terms that the options name, None where they ask for no dispensing."""
    if every is None:
        if spare_days is not None or packs is not None or discard_halves:
            raise UsageError(
                "--spare-days, --packs and --discard-halves say how --dispense hands out tablets; "
                "allowed: them together with --dispense."
            )
        return None
    return replace(
        _every(every),
        spare_days=0 if spare_days is None else _count("--spare-days", spare_days, 0, MAX_DAYS),
        packs=() if packs is None else tuple(_packs(packs)),
        discard_halves=discard_halves,
    )


def _every(typed: str) -> Terms:
    kind, colon, value = typed.partition(":")
    try:
        if kind == "infusions" and not colon:
            return Terms()
        if kind == "days" and 1 <= parse_count(value) <= MAX_DAYS:
            return Terms(every_days=parse_count(value))
        if kind == "visits":
            return Terms(visits=tuple(parse_date(each) for each in value.split(",")))
    except ValueError:
        pass
    raise UsageError(f"--dispense is {shown(typed)}; allowed: {_EVERY_ALLOWED}.")


def _count(option: str, typed: str, least: int, most: int) -> int:
    try:
        count = parse_count(typed)
    except ValueError:
        count = least - 1
    if not least <= count <= most:
        raise UsageError(
            f"{option} is {shown(typed)}; allowed: a whole number from {least} to {most}."
        )
    return count


def _packs(typed: str) -> Iterator[Pack]:
    packs = [_pack(part.strip(" "), typed) for part in typed.split(",")]
    if len({(pack.drug, pack.strength_mg) for pack in packs}) < len(packs):
        raise _wrong_packs(typed)
    return iter(packs)


def _pack(part: str, typed: str) -> Pack:
    match = re.fullmatch(r"(?:([^:]+):)?([^:]+):([^:]+)", part)
    if match is None:
        raise _wrong_packs(typed)
    drug, mg, tablets = match.groups()
    try:
        strength, in_pack = dose.parse_positive(mg), parse_count(tablets)
    except ValueError:
        raise _wrong_packs(typed) from None
    if not 1 <= in_pack <= _MOST_IN_A_PACK:
        raise _wrong_packs(typed)
    return Pack(strength, in_pack, read_drug("taper", "--packs", drug) if drug else None)


def _wrong_packs(typed: str) -> UsageError:
    return UsageError(f"--packs is {shown(typed)}; allowed: {_PACKS_ALLOWED}.")


# Plans ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """A participant's plan, and the market of the protocol where it names one."""

    path: Path
    plan: Plan
    market: str | None


def plans(
    paths: Sequence[Path], *, as_of: date, protocol: str | None, regimen: str | None
) -> tuple[list[Planned], ExitCode]:
    """The plans of files and folders, and the exit code: nobody who is refused stops another.

    Two files with one participant are both refused, or that participant's tablets would be
    counted twice. Where nobody is left, the refusal is raised.
    """
    planned: list[Planned] = []
    refused: list[Ground] = []
    for path in _files(paths):
        try:
            planned.append(_planned(path, as_of, protocol, regimen))
        except TaperError as error:
            if error.exit_code is not ExitCode.REFUSED:
                raise
            refused += error.grounds
    checked = without_clashes([Claimant(each.path, each.plan.participant) for each in planned])
    refused += [ground for each in checked for ground in each.refused]
    kept = [each for each, source in zip(planned, checked, strict=True) if not source.refused]
    if not kept:
        raise TaperError("\n".join(map(str, refused)))
    for ground in refused:
        tell(str(ground))
    return kept, ExitCode.SOME_REFUSED if refused else ExitCode.WRITTEN


def _files(paths: Iterable[Path]) -> list[Path]:
    """Each file once, those of a folder by name."""
    found = (
        each for path in paths for each in (participant_files(path) if path.is_dir() else [path])
    )
    return list(dict.fromkeys(found))


def _planned(path: Path, as_of: date, protocol: str | None, regimen: str | None) -> Planned:
    participant = sources.participant(path)
    if protocol is None:
        trial = sources.trial(participant.protocol, path.parent, participant.participant)
    else:
        trial = sources.trial(protocol, Path())
    plan = plan_of(trial, participant, today=as_of, regimen=regimen)
    return Planned(path, plan, trial.protocol.market)
