"""Files, texts and dicts looked at before anybody plans by them, and planned too as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from taper import sources
from taper.errors import Problem, Refusal
from taper.operations.checking.totals import recomputed
from taper.operations.plans.one import plan_of
from taper.operations.programs.planned import Plan, Records, computed_of
from taper.planning.findings.typed import look_alike
from taper.planning.plan import Plan as Tapering
from taper.results.series import Name, entry_of, of_plan
from taper.results.taken import beside_in_file, exposures_of, in_file, series_of
from taper.results.unlikely import exposures_in_time, far_over, in_time, nothing_back, since
from taper.sources import arguments, checking
from taper.sources.checking import CheckedFile, Subject
from taper.sources.claims import Claimant, without_clashes
from taper.sources.given import Written, path_of, written
from taper.sources.participants import who_of
from taper.sources.yaml import ParsedFile
from taper.trial.fields import parse_date
from taper.trial.participant import Participant
from taper.trial.rules import Trial
from taper.wording.quoting import field_name

_WHAT = "what was given"
_WHO = "taper.check"


@dataclass(frozen=True)
class Checked:
    """What a file is, and everything that is wrong with it; `path` is None for a text or a dict.

    `participant` is the id that it claims. `plan` is what `taper plan` would make of it, None
    where no day was given, where it would be refused, and where it is no participant's. `far_over`
    names what its `taken` says far over what was prescribed for that day (§11.1.8).
    """

    path: Path | None
    subject: Subject | None
    problems: tuple[Problem, ...] = ()
    remark: str = ""
    participant: str | None = None
    plan: Plan | None = None
    far_over: tuple[str, ...] = ()


def check(each_given: Iterable[Written], today: date | str | None = None) -> Records[Checked]:
    """What each is, with every problem in it; a folder stands for every YAML file in it.

    With `today` every participant is planned too, and what planning refuses is a problem.
    """
    day = None if today is None else arguments.read(_WHO, "today", today, parse_date)
    each = [_looked_at(checked, day) for given in each_given for checked in _checked(given)]
    found = _compared(each)
    return Records.of(found, map(_as_dict, found))


def _checked(given: Written) -> Iterator[CheckedFile]:
    path = path_of(given)
    if path is not None:
        yield from checking.check([path])
        return
    try:
        document, found = written(given, _WHAT)
    except Refusal as refused:
        yield CheckedFile(None, None, refused.problems)
    else:
        yield checking.checked(document, found)


def _looked_at(file: CheckedFile, day: date | None) -> Checked:
    """The file with what its rows come to, and with its plan."""
    summed = recomputed(file)
    checked = Checked(
        summed.path, summed.subject, summed.problems, summed.remark, summed.participant
    )
    if day is None or checked.problems or checked.participant is None or file.document is None:
        return checked
    try:
        plan, unlikely = _planned(file.document, file.path, day)
        return replace(checked, plan=plan, far_over=unlikely)
    except Refusal as refused:
        return replace(checked, problems=_placed(refused, file))


def _planned(document: ParsedFile, path: Path | None, day: date) -> tuple[Plan, tuple[str, ...]]:
    who = who_of(document)
    participant = sources.validate_participant(document.data, who, document.lines)
    trial = sources.trial_for(participant, None if path is None else path.parent)
    plan = plan_of(trial, participant, today=day)
    if not isinstance(plan, Tapering):
        return Plan(plan, day), ()
    return Plan(plan, day), tuple(_of_taken(participant, trial, plan, day))


def _of_taken(participant: Participant, trial: Trial, plan: Tapering, day: date) -> Iterator[str]:
    """What `taper results` says of the same days; raises `Refusal` for days that cannot be."""
    first = participant.infusion_date(1) or plan.first_day
    start, remarks = since(participant, trial, first), list[str]()
    exposed = exposures_of(beside_in_file(participant), trial.table, day)
    list(exposures_in_time(exposed, start, remarks))
    reported = tuple(in_time(in_file(participant), start, remarks))
    yield from remarks
    yield from nothing_back(reported)
    if reported:
        taken = series_of(reported, plan, trial.table, first, day)
        entry = entry_of(participant, plan, trial.table)
        prescribed = of_plan(Name.PRESCRIBED, plan, first, max(day, plan.last_day), entry)
        yield from far_over(reported, taken, prescribed, trial)


def _placed(refused: Refusal, file: CheckedFile) -> tuple[Problem, ...]:
    """What planning refused, said of the file, each with the line that its field stands in."""
    assert file.document is not None  # it was planned
    lines = {field_name(place): line for place, line in file.document.lines.items()}
    who = file.document.name if file.path is None else str(file.path)
    return tuple(
        replace(problem, who=who, line=_line_of(problem.field, lines))
        for problem in refused.problems
    )


def _line_of(field: str, lines: Mapping[str, int]) -> int | None:
    """The line of a field, or of the nearest that holds it: `steroid` where `since` is missing."""
    field = field.partition(" ")[0]  # `infusions (number 2)`
    while field and field not in lines:
        field = field.rpartition(".")[0]
    return lines.get(field)


# Side by side ---------------------------------------------------------------------------------


def _compared(found: Sequence[Checked]) -> list[Checked]:
    """The same, two files with one id refused, and ids that look alike told."""
    claims = {
        each.path.resolve(): Claimant(each.path, each.participant)
        for each in found
        if each.path is not None and each.participant is not None
    }
    told = dict(zip(claims, without_clashes(list(claims.values())), strict=True))
    return [_beside(each, told) for each in found]


def _beside(checked: Checked, told: Mapping[Path, Claimant]) -> Checked:
    claimant = None if checked.path is None else told.get(checked.path.resolve())
    if claimant is None:
        return checked
    shared = [ground for ground in claimant.refused if isinstance(ground, Problem)]
    problems = (*checked.problems, *Refusal(*shared).at(str(checked.path)).problems)
    plan = None if checked.plan is None or problems else _with_look_alikes(checked.plan, claimant)
    return replace(checked, problems=problems, plan=plan)


def _with_look_alikes(plan: Plan, claimant: Claimant) -> Plan:
    known = computed_of(plan)
    findings = (*known.findings, *look_alike(claimant.alike))
    return Plan(replace(known, findings=findings), plan.today)


# As data --------------------------------------------------------------------------------------


def _as_dict(checked: Checked) -> dict[str, Any]:
    return {
        "path": None if checked.path is None else str(checked.path),
        "subject": None if checked.subject is None else checked.subject.value,
        "participant": checked.participant,
        "problems": [asdict(problem) for problem in checked.problems],
        "remark": checked.remark,
        "plan": None if checked.plan is None else _plan_as_dict(checked.plan),
        "far_over": list(checked.far_over),
    }


def _plan_as_dict(plan: Plan) -> dict[str, Any]:
    """What was planned, in short: the keys are those of the plan's own JSON."""
    wanted = ("plan_id", "state", "provisional", "taper_start", "target_reached", "findings")
    document = plan.to_dict()
    return {key: document[key] for key in wanted} | {"last_day": last_day(plan)}


def last_day(plan: Plan) -> str | None:
    """The last printed day, None where none is printed."""
    return plan.records()[-1]["date"] if plan.days else None
