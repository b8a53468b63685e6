"""What came of a source's participants: read, planned twice, compared with what was taken (§11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

from taper import sources
from taper.errors import ExitCode, Ground, Refusal, TaperError, UsageError
from taper.exports.cdisc.adexsum import Days
from taper.exports.cdisc.given import Subject
from taper.folder.refusals import in_its_words
from taper.operations.plans.one import plan_of, read_file
from taper.planning.plan import NotTapering, Plan
from taper.record.plan_document import plan_id
from taper.results import cohort as cohorts
from taper.results.cohort import Cohort
from taper.results.estimands import first_of
from taper.results.series import Name, entry_of, of_plan, rescue_days
from taper.results.sparing import Given, Question, Sparing, sparing
from taper.results.taken import (
    Beside,
    Reported,
    beside_in_file,
    exposures_of,
    in_file,
    series_of,
)
from taper.results.unlikely import (
    briefly_at_target,
    exposures_in_time,
    far_over,
    in_time,
    not_followed,
    nothing_back,
    since,
)
from taper.sources import tables
from taper.sources.claims import Claimant, of_row, participant_files, without_clashes
from taper.sources.cm import LeftOut
from taper.sources.diary import Diary, read_diary
from taper.trial.participant import Flare, Participant
from taper.trial.rules import Trial
from taper.wording.quoting import did_you_mean, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of which participants, as of which day.

    `diaries` are tables of what was taken, `flagged` participants without whom everything is told
    too; `protocol`, `regimen`, `mapping` and `sheet` are as where participants are planned.
    """

    source: Path
    today: date
    question: Question
    diaries: tuple[Path, ...] = ()
    flagged: tuple[str, ...] = ()
    protocol: str | None = None
    regimen: str | None = None
    mapping: Path | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Results:
    """What came of everybody; `refused` are those of whom nothing can be said, and why.

    `reported` is of each of them the plan, what was reported and the three series, for other
    programs; `remarks` name what was reported and is likely a slip. `groups` are summaries by arm,
    joined at the last step; where they are, every page says so.
    """

    asked: Asked
    everybody: tuple[Sparing, ...]
    cohort: Cohort
    not_on_steroid: tuple[str, ...] = ()
    refused: tuple[Ground, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reported: tuple[Days, ...] = ()
    group_of: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def main(self) -> Name:
        """The series that is told first: taken where anything was reported, else prescribed."""
        reported = any(not _is_empty(each) for each in self.everybody)
        return Name.TAKEN if reported else Name.PRESCRIBED

    @property
    def looks_ahead(self) -> bool:
        """Whether a time lies after the day as of which all is told."""
        at = (one for each in self.everybody for one in each.series[0].at)
        return any(one.day > self.asked.today for one in at)

    @property
    def is_unblinded(self) -> bool:
        """Whether it holds the arm of each participant."""
        return bool(self.group_of)


def _is_empty(each: Sparing) -> bool:
    return next(s for s in each.given.series if s.name is Name.TAKEN).is_empty


Remark = Callable[[str], None]


def results(asked: Asked, remark: Remark = lambda _: None) -> Results:
    """What came of the participants of a source; nobody who is refused stops another.

    Raises what is wrong with the source as a whole, or where nobody is left.
    """
    found, refused = _participants(asked, remark)
    ids = [participant.participant for _, participant, _ in found]
    _refuse_unknown_flags(asked.flagged, ids)
    diaries = [read_diary(path, ids) for path in asked.diaries]
    for said in chain.from_iterable(diary.remarks for diary in diaries):
        remark(f"In a diary, {said}.")
    refused += chain.from_iterable(diary.problems.get("", ()) for diary in diaries)
    everybody, others, reported, remarks = list[Sparing](), list[str](), list[Days](), list[str]()
    for claimant, participant, trial in found:
        try:
            known = _given(asked, participant, trial, diaries)
        except Refusal as wrong:
            refused += in_its_words(claimant, wrong).grounds
            continue
        if known is None:
            others.append(participant.participant)
        else:
            everybody.append(sparing(known[0], asked.question))
            reported.append(known[1])
            remarks += [*known[2], *briefly_at_target(everybody[-1])]
    if not everybody and refused:
        raise TaperError("\n".join(map(str, refused)))
    return Results(
        asked,
        tuple(everybody),
        cohorts.cohort(cohorts.members(everybody), asked.question),
        tuple(others),
        tuple(refused),
        tuple(chain.from_iterable(diary.left_out for diary in diaries)),
        tuple(reported),
        remarks=tuple(remarks),
    )


# Who is in the source ---------------------------------------------------------------------------


_Claimed = tuple[Claimant, Participant, Trial]
"""Somebody by where the file or row stands, with the protocol."""


def _participants(asked: Asked, remark: Remark) -> tuple[list[_Claimed], list[Ground]]:
    """Everybody by the order of the source, and why others are refused."""
    read, refused = list[_Claimed](), list[Ground]()
    for claimant in _claimants(asked, remark):
        try:
            participant, trial = _read(claimant, asked)
        except TaperError as error:
            if error.exit_code is not ExitCode.REFUSED:
                raise
            refused += in_its_words(claimant, error).grounds
        else:
            read.append((claimant, participant, trial))
    claims = [Claimant(c.path, p.participant, row=c.row) for c, p, _ in read]
    checked = without_clashes(claims)
    refused += chain.from_iterable(each.refused for each in checked)
    kept = zip(read, checked, strict=True)
    found = [claimed for claimed, each in kept if not each.refused]
    if not found and refused:
        raise TaperError("\n".join(map(str, refused)))
    return found, refused


def _claimants(asked: Asked, remark: Remark) -> Iterator[Claimant]:
    """The files of a folder, the rows of a table, or the one file."""
    if tables.is_table(asked.source):
        for row in tables.read(asked.source, asked.mapping, asked.sheet):
            yield of_row(row)
        return
    if asked.mapping is not None or asked.sheet is not None:
        option = "--mapping" if asked.mapping is not None else "--sheet"
        raise UsageError(f"{option} is given without a table; allowed: with a table.")
    is_folder = asked.source.is_dir()
    files = participant_files(asked.source, remark) if is_folder else [asked.source]
    yield from map(Claimant, files)


def _read(claimant: Claimant, asked: Asked) -> tuple[Participant, Trial]:
    if claimant.row is None:
        trial, participant = read_file(claimant.path, asked.protocol, Path())
        return participant, trial
    participant = tables.participant(claimant.row)
    beside = claimant.path.parent
    if asked.protocol is None:
        return participant, sources.trial_for(participant, beside)
    trial = sources.trial(asked.protocol, Path())
    return participant, sources.with_amendments(trial, participant, beside)


def _refuse_unknown_flags(flagged: Iterable[str], ids: Sequence[str]) -> None:
    for id_ in flagged:
        if id_ not in ids:
            meant = did_you_mean(id_, ids)
            raise UsageError(
                f"--flag is {quoted(id_)}; allowed: a participant of the source{meant}."
            )


# What is known of one ---------------------------------------------------------------------------


def _given(
    asked: Asked, participant: Participant, trial: Trial, diaries: Sequence[Diary]
) -> tuple[Given, Days, tuple[str, ...]] | None:
    """What is known of a participant, None of one who takes no steroid; raises `Refusal`."""
    id_ = participant.participant
    wrong = [each for diary in diaries for each in diary.problems.get(id_, ())]
    if wrong:
        raise Refusal(*wrong)
    plan = plan_of(trial, participant, today=asked.today, regimen=asked.regimen)
    if isinstance(plan, NotTapering):
        return None
    first = participant.infusion_date(1)
    if first is None:
        allowed = "the date of infusion 1, from which the times count"
        raise Refusal.of(id_, "infusions", "without a date for infusion 1", allowed)
    undisturbed = participant.model_copy(update={"events": (), "taper_started": None})
    planned = plan_of(trial, undisturbed, today=asked.today, regimen=asked.regimen)
    assert isinstance(planned, Plan)  # the same steroid
    return _compared(asked, participant, trial, diaries, plan, planned, first)


def _compared(
    asked: Asked,
    participant: Participant,
    trial: Trial,
    diaries: Sequence[Diary],
    plan: Plan,
    planned: Plan,
    first: date,
) -> tuple[Given, Days, tuple[str, ...]]:
    id_, table = participant.participant, trial.table
    last = max(asked.question.last_day(first), plan.last_day)
    entry = entry_of(participant, plan, table)
    start, remarks = since(participant, trial, first), list[str]()
    every = (*in_file(participant), *_in_diaries(diaries, id_))
    reported = tuple(in_time(every, start, remarks))
    besides = (*beside_in_file(participant), *_beside_in_diaries(diaries, id_))
    exposed = exposures_of(besides, table, asked.today)
    given = Given(
        participant=id_,
        first=first,
        entry_mg=entry.mg,
        target_mg=plan.target_mg,
        series=(
            of_plan(Name.PLANNED, planned, first, last, entry),
            of_plan(Name.PRESCRIBED, plan, first, last, entry),
            series_of(reported, plan, table, first, asked.today),
        ),
        rescue=rescue_days(plan),
        flares=tuple(event.date for event in participant.events if isinstance(event, Flare)),
        intercurrent=first_of(participant.events),
        exposures=tuple(exposures_in_time(exposed, start, remarks)),
        is_flagged=id_ in asked.flagged,
        is_provisional=plan.provisional,
    )
    _, due, taken = given.series
    remarks += nothing_back(reported)
    remarks += far_over(reported, taken, due, trial)
    remarks += not_followed(id_, taken, due, trial)
    domain = trial.protocol.sdtm_domain
    subject = Subject(plan, plan_id(plan), domain, reported, due, given.exposures)
    return given, Days(subject, given.series), tuple(remarks)


def _in_diaries(diaries: Iterable[Diary], id_: str) -> Iterator[Reported]:
    for diary in diaries:
        for each in diary.entries.get(id_, ()):
            yield Reported(each.said, each.who)


def _beside_in_diaries(diaries: Iterable[Diary], id_: str) -> Iterator[Beside]:
    for diary in diaries:
        for each in diary.exposures.get(id_, ()):
            yield Beside(each.said, each.who)
