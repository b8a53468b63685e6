"""Protocol, participant and today make a plan (§6). Pure: no clock, no file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from taper import fingerprint
from taper.doses import dose
from taper.doses.tablets import Cycle, combine_each, quantity_over
from taper.errors import Refusal
from taper.planning.course import Course, Printed, served_from
from taper.planning.dates import anchor_of, infusion_marks, refuse_unknown_infusions, taper_start_of
from taper.planning.ladder import Ladder
from taper.planning.plan import (
    After,
    Baseline,
    InfusionMark,
    Instruction,
    Kind,
    Plan,
    ProtocolLabel,
    Quantity,
    State,
    Step,
)
from taper.planning.prescription import Prescription, prescribe
from taper.trial.fields import MAX_DAYS
from taper.trial.participant import AnyEvent, Participant, Steroid, Withdraw
from taper.trial.protocol import Protocol
from taper.trial.rules import Trial


def schedule(
    trial: Trial, participant: Participant, today: date, revision: int | None = None
) -> tuple[Plan, Prescription | None]:
    """The plan of a participant as of `today`, without its findings, and what it was made from.

    `revision` is given from outside. Raises `Refusal` for input that cannot be planned.
    """
    _refuse_future_approval(trial.protocol, participant, today)
    plan = _blank(trial, participant, today, revision)
    steroid = participant.steroid
    if steroid is None:
        return plan, None
    refuse_unknown_infusions(trial.protocol, participant)
    anchor = anchor_of(trial.protocol, participant, plan.infusions)
    taper_start = taper_start_of(trial.protocol, participant, anchor.date, today)
    rx = prescribe(trial, participant, steroid, anchor.date, taper_start)
    _refuse_ineligible(trial.protocol, participant, rx)
    _refuse_since_after(steroid, participant, anchor.date, today)
    ladder = rx.ladder_from_baseline()
    course = _run(rx, ladder, participant, today)
    return _filled(plan, rx, anchor, course), rx


def _blank(trial: Trial, participant: Participant, today: date, revision: int | None) -> Plan:
    """The plan of a participant without steroid: all labels, no day."""
    protocol = trial.protocol
    return Plan(
        participant=participant.participant,
        protocol=ProtocolLabel(
            protocol.id, protocol.title, protocol.version, protocol.status, trial.protocol_sha256
        ),
        equivalence=trial.table.id,
        drug=None,
        provisional=False,
        state=State.NOT_ON_STEROID,
        baseline=None,
        anchor=None,
        infusion_day=protocol.infusion_day,
        first_infusion=participant.infusion_date(1),
        infusions=infusion_marks(protocol, participant, today),
        taper_start=None,
        target_mg=protocol.taper.target_mg if protocol.taper else None,
        target_reached=None,
        window_end=None,
        after=None,
        steps=(),
        quantities=(),
        prednisone_per_mg={},
        contact_site=participant.contact.site,
        contact_phone=participant.contact.phone,
        locale=participant.locale,
        inputs_sha256=_inputs_sha256(trial, participant),
        revision=revision,
    )


def _baseline(rx: Prescription) -> Baseline:
    made = rx.trial.preparations.get(rx.steroid.product or "")
    form = made.form if made else None
    return Baseline(
        rx.steroid.drug, rx.steroid.dose_mg, rx.baseline_prednisone_mg, rx.steroid.product, form
    )


def _inputs_sha256(trial: Trial, participant: Participant) -> str:
    """The hash of what was said of the participant and the protocol, not of how it was laid out."""
    inputs = {
        "participant": participant.model_dump(mode="json", by_alias=True),
        "protocol_sha256": trial.protocol_sha256,
    }
    return fingerprint.sha256_of(inputs)


def _refuse_future_approval(protocol: Protocol, participant: Participant, today: date) -> None:
    """A calendar without EXAMPLE on it needs an approval that has been given (§4.1.5)."""
    approval = protocol.approval
    if approval is not None and approval.date > today:
        raise Refusal.of(
            participant.participant,
            f"approval.date of protocol {protocol.id}",
            approval.date,
            f"a date that is not after today, {today}",
        )


def _refuse_ineligible(protocol: Protocol, participant: Participant, rx: Prescription) -> None:
    """Raise for a baseline outside the bounds that nobody waived (§6.3.1)."""
    if participant.eligibility_waived is None and not is_eligible(protocol, rx):
        bounds = protocol.eligibility
        limits = [
            f"at least {dose.text(bounds.min_mg)} mg" if bounds.min_mg is not None else "",
            f"at most {dose.text(bounds.max_mg)} mg" if bounds.max_mg is not None else "",
        ]
        raise Refusal.of(
            participant.participant,
            "steroid.dose_mg",
            f"{dose.text(rx.baseline_prednisone_mg)} mg prednisone-equivalent",
            f"{' and '.join(filter(None, limits))} at baseline in protocol {protocol.id}, "
            "or eligibility_waived with who waived it",
        )


def is_eligible(protocol: Protocol, rx: Prescription) -> bool:
    """Whether the baseline lies within the protocol's bounds, both ends allowed (§4.3.1)."""
    bounds, mg = protocol.eligibility, rx.baseline_prednisone_mg
    return (bounds.min_mg is None or mg >= bounds.min_mg) and (
        bounds.max_mg is None or mg <= bounds.max_mg
    )


def _refuse_since_after(
    steroid: Steroid, participant: Participant, anchor: date, today: date
) -> None:
    """Raise for a baseline that is not taken yet (§5.2.5)."""
    latest = min(anchor, today)
    if steroid.since is not None and steroid.since > latest:
        raise Refusal.of(
            participant.participant,
            "steroid.since",
            steroid.since,
            f"a date up to {latest}, because the baseline is taken by then",
        )


# Events ----------------------------------------------------------------------------------------


def _run(rx: Prescription, ladder: Ladder, participant: Participant, today: date) -> Course:
    """The course with every event applied in the order of the dates."""
    course = Course(rx, today, rx.anchor, served_from(ladder, 0))
    for place, event in _in_order(participant, rx.anchor):
        course.apply(event, place)
    course.finish()
    if sum(printed.days for printed in course.printed) > MAX_DAYS:
        raise Refusal.of(
            rx.who, "events", "a plan of more than ten years", f"at most {MAX_DAYS} printed days"
        )
    return course


def _in_order(participant: Participant, anchor: date) -> Iterator[tuple[str, AnyEvent]]:
    """Events by date, a withdrawal last of its day, each with its place in the file (§6.7.1)."""
    numbered = [(f"events[{i}]", event) for i, event in enumerate(participant.events, start=1)]
    ordered = sorted(numbered, key=lambda item: (item[1].date, isinstance(item[1], Withdraw)))
    before: AnyEvent | None = None
    for place, event in ordered:
        _refuse_misplaced(participant.participant, place, event, before, anchor)
        yield place, event
        before = event


def _refuse_misplaced(
    who: str, place: str, event: AnyEvent, before: AnyEvent | None, anchor: date
) -> None:
    """Raise for an event where none may be (§6.7.8 to §6.7.10)."""
    read = f"a {event.type} on {event.date}"
    if event.date <= anchor:
        raise Refusal.of(
            who,
            f"{place}.date",
            read,
            f"a date after {anchor}, the day of the infusion that the taper follows",
        )
    if isinstance(before, Withdraw):
        raise Refusal.of(who, place, f"{read}, after the withdrawal", "nothing after a withdrawal")
    if before is not None and before.date == event.date and not isinstance(event, Withdraw):
        raise Refusal.of(
            who, place, f"{read}, beside a {before.type} that day", "one event on one day"
        )


# The plan --------------------------------------------------------------------------------------


def _filled(plan: Plan, rx: Prescription, anchor: InfusionMark, course: Course) -> Plan:
    """The plan with the course's days."""
    at_target_throughout = rx.is_at_target and not any(
        _is_set_above_target(printed, rx) for printed in course.printed
    )
    ladders = list(dict.fromkeys(id(printed.piece.ladder) for printed in course.printed))
    steps = tuple(
        _step(i, printed, rx, ladders.index(id(printed.piece.ladder)))
        for i, printed in enumerate(course.printed)
    )
    state = _state(course, at_target_throughout)
    drug = steps[-1].drug if at_target_throughout else rx.drug
    return replace(
        plan,
        drug=drug,
        provisional=anchor.planned,
        state=state,
        baseline=_baseline(rx),
        anchor=anchor,
        taper_start=rx.taper_start,
        target_reached=_target_reached(steps, state, rx),
        window_end=rx.window_end,
        after=_after(course, state, rx),
        steps=steps,
        quantities=tuple(_quantities(steps)),
        idle_flares=tuple(flare.date for flare in course.idle),
        prednisone_per_mg={name: rx.table.to_prednisone(Fraction(1), name) for name in rx.stocks},
    )


def _is_set_above_target(printed: Printed, rx: Prescription) -> bool:
    """Whether a clinician's dose leads a participant who was at the target above it."""
    piece = printed.piece
    mg = rx.table.to_prednisone(piece.highest_mg, piece.drug)
    return piece.kind is Kind.SET_DOSE and mg > rx.rule.target_mg


def _state(course: Course, at_target_throughout: bool) -> State:
    """Where the plan ends (§9.3.1)."""
    if course.withdrawn:
        return State.WITHDRAWN
    if course.stopped:
        return State.STOPPED
    if course.is_open:
        return State.OPEN_FLARE
    return State.ALREADY_AT_TARGET if at_target_throughout else State.TAPERING


def _step(number: int, printed: Printed, rx: Prescription, ladder: int) -> Step:
    piece = printed.piece
    cycle, ideal = piece.cycle, piece.ideal
    if piece.phase or printed.days < max(map(len, ideal)):  # else all begin on their first day
        cycle = _in_turn(cycle, printed)
        ideal = tuple(_in_turn(each, printed) for each in ideal)
    return Step(
        number=number,
        kind=piece.kind,
        start=printed.start,
        days=printed.days,
        drug=piece.drug,
        daily_mg=cycle,
        ideal_mg=ideal,
        tablets=combine_each(cycle, rx.stocks[piece.drug]),
        level=piece.level,
        reason=piece.reason,
        ladder=ladder,
        starts=tuple(day - piece.phase for day in piece.starts),
        cut_from=piece.cut_from,
    )


def _in_turn(cycle: Cycle, printed: Printed) -> Cycle:
    """The cycle from the step's first day; cut short it lacks its later days (§6.4.16)."""
    phase = printed.piece.phase % len(cycle)
    return (cycle[phase:] + cycle[:phase])[: printed.days]


def _target_reached(steps: tuple[Step, ...], state: State, rx: Prescription) -> date | None:
    """The first day from which every printed day is at or under the target (§9.3.2)."""
    if state in {State.OPEN_FLARE, State.STOPPED}:
        return None
    over = (_last_day_over(step, rx) for step in reversed(steps))
    last = next((day for day in over if day is not None), None)
    if last is None:
        return steps[0].start
    return last + timedelta(days=1) if last < steps[-1].end else None


def _last_day_over(step: Step, rx: Prescription) -> date | None:
    """The step's last day over the target, None where it has none."""
    target = rx.table.from_prednisone(rx.rule.target_mg, step.drug)
    length = len(step.daily_mg)
    tail = range(step.days - 1, max(step.days - 1 - length, -1), -1)
    return next(
        (step.start + timedelta(days=i) for i in tail if step.daily_mg[i % length] > target), None
    )


def _after(course: Course, state: State, rx: Prescription) -> After:
    """What is taken after the printed days, a cycle from the day that comes next (§6.17)."""
    goes_on = course.goes_on
    pattern = goes_on.in_turn
    if max(pattern) == 0:
        instruction = Instruction.NO_TABLETS
    elif state is State.WITHDRAWN:
        instruction = Instruction.KEEP_TAKING
    else:
        instruction = Instruction.DO_NOT_REDUCE if course.is_open else Instruction.CONTINUE
    taken = combine_each(pattern, rx.stocks[goes_on.drug])
    first_day = course.next_day if len(pattern) > 1 else None
    return After(goes_on.drug, pattern, pattern[0], instruction, taken, first_day)


def _quantities(steps: tuple[Step, ...]) -> Iterator[Quantity]:
    """Tablets of all printed days, by drug in the order taken, largest strength first (§9.2.5)."""
    taken: dict[str, dict[Fraction, list[tuple[Fraction, int]]]] = {}
    for step in steps:
        for i, day in enumerate(step.tablets):
            days = len(range(i, step.days, len(step.tablets)))  # that have this turn of the cycle
            by_strength = taken.setdefault(step.drug, {}) if day else {}
            for tablet in day:
                by_strength.setdefault(tablet.strength_mg, []).append((tablet.count, days))
    for drug, by_strength in taken.items():
        for mg in sorted(by_strength, reverse=True):
            yield Quantity(drug, mg, quantity_over(by_strength[mg]))
