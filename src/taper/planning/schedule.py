"""Protocol, participant and today make a plan (§6). Pure: no clock, no file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from taper import fingerprint
from taper.errors import Refusal
from taper.planning.course import Course
from taper.planning.dates import (
    anchor_of,
    infusion_marks,
    refuse_unknown_infusions,
    refuse_unknown_visits,
    taper_start_of,
    visit_marks,
)
from taper.planning.effects import attributed
from taper.planning.eligibility import (
    refuse_enrolled_after,
    refuse_ineligible,
    refuse_since_after,
)
from taper.planning.entered import Entered
from taper.planning.labels import InfusionMark, ProtocolLabel
from taper.planning.plan import Baseline, NotTapering, Plan
from taper.planning.prescribing import prescribe
from taper.planning.prescription import Prescription
from taper.planning.steps import (
    after,
    quantities,
    state_of,
    steps_of,
    target_reached,
)
from taper.trial.fields import MAX_DAYS
from taper.trial.participant import AnyEvent, Participant, Steroid
from taper.trial.rules import Trial


def schedule(
    trial: Trial,
    participant: Participant,
    steroid: Steroid,
    today: date,
    revision: int | None = None,
) -> tuple[Plan, Course]:
    """The plan of a participant on `steroid`, without findings, and the course it was made from.

    `revision` is given from outside. Raises `Refusal` for input that cannot be planned.
    """
    refuse_unknown_infusions(trial.protocol, participant)
    refuse_unknown_visits(trial.protocol, participant)
    infusions = infusion_marks(trial.protocol, participant, today)
    anchor = anchor_of(trial.protocol, participant, infusions)
    taper_start = taper_start_of(trial.protocol, participant, anchor.date, today)
    rx = prescribe(trial, participant, steroid, anchor.date, taper_start)
    refuse_ineligible(trial.protocol, participant, rx)
    refuse_since_after(steroid, participant, anchor.date, today)
    refuse_enrolled_after(participant, anchor.date, today)
    course = _run(rx, participant, today)
    return _plan(trial, participant, infusions, anchor, course, revision), course


# Events ----------------------------------------------------------------------------------------


def _run(rx: Prescription, participant: Participant, today: date) -> Course:
    """The course with every event applied in the order of the dates."""
    course = Course.begun(rx, today)
    for place, event in _in_order(participant, rx.anchor):
        course.apply(event, place)
    course.finish()
    if (course.next_day - rx.anchor).days > MAX_DAYS:
        raise Refusal.of(
            rx.who, "events", "a plan of more than ten years", f"at most {MAX_DAYS} printed days"
        )
    return course


def _in_order(participant: Participant, anchor: date) -> Iterator[tuple[str, AnyEvent]]:
    """Events by date, a withdrawal last of its day, each with its place in the file (§6.7.1)."""
    before: AnyEvent | None = None
    numbered = [(f"events[{i}]", event) for i, event in enumerate(participant.events, start=1)]
    for place, event in sorted(numbered, key=_by_date):
        _refuse_misplaced(participant.participant, place, event, before, anchor)
        yield place, event
        before = event


def _by_date(placed: tuple[str, AnyEvent]) -> tuple[date, bool]:
    _, event = placed
    return event.date, event.type == "withdraw"


def _refuse_misplaced(
    who: str, place: str, event: AnyEvent, before: AnyEvent | None, anchor: date
) -> None:
    """Raise for an event where none may be (§6.7.8 to §6.7.10)."""
    if event.date <= anchor:
        raise Refusal.of(
            who,
            f"{place}.date",
            _read(event),
            f"a date after {anchor}, the day of the infusion that the taper follows",
        )
    if before is None:
        return
    if before.type == "withdraw":
        read, allowed = f"{_read(event)}, after the withdrawal", "nothing after a withdrawal"
        raise Refusal.of(who, place, read, allowed)
    if before.date == event.date and event.type != "withdraw":
        read = f"{_read(event)}, beside a {before.type} that day"
        raise Refusal.of(who, place, read, "one event on one day")


def _read(event: AnyEvent) -> str:
    return f"a {event.type} on {event.date}"


# The plan --------------------------------------------------------------------------------------


def not_tapering(
    trial: Trial, participant: Participant, today: date, revision: int | None = None
) -> NotTapering:
    """The plan of a participant without steroid, without its findings."""
    rule = trial.protocol.taper
    return NotTapering(
        participant=participant.participant,
        protocol=_label(trial),
        equivalence=trial.table.id,
        infusion_day=trial.protocol.infusion_day,
        first_infusion=participant.infusion_date(1),
        infusions=infusion_marks(trial.protocol, participant, today),
        visits=visit_marks(trial.protocol, participant, today),
        target_mg=rule.target_mg if rule else None,
        contact_site=participant.contact.site,
        contact_phone=participant.contact.phone,
        locale=participant.locale,
        inputs_sha256=_inputs_sha256(trial, participant),
        revision=revision,
    )


def _plan(
    given: Trial,
    participant: Participant,
    infusions: tuple[InfusionMark, ...],
    anchor: InfusionMark,
    course: Course,
    revision: int | None,
) -> Plan:
    """The plan with the course's days."""
    rx, trial, state = course.rx, course.rx.trial, state_of(course)
    events = tuple(map(_entered, course.applied))
    steps = attributed(steps_of(course), events)
    *former, protocol = _labels(course)
    return Plan(
        participant=participant.participant,
        protocol=protocol,
        former_protocols=tuple(former),
        equivalence=trial.table.id,
        drug=rx.drug if course.reduces else steps[-1].drug,
        provisional=anchor.planned,
        state=state,
        baseline=_baseline(rx),
        anchor=anchor,
        infusion_day=trial.protocol.infusion_day,
        first_infusion=participant.infusion_date(1),
        infusions=infusions,
        visits=visit_marks(given.protocol, participant, course.today),
        taper_start=rx.taper_start,
        target_mg=rx.rule.target_mg,
        target_reached=target_reached(steps, state, rx),
        after=after(course, state, steps[-1]),
        steps=steps,
        quantities=tuple(quantities(steps)),
        idle_flares=tuple(flare.date for flare in course.idle),
        events=events,
        prednisone_per_mg={name: rx.table.ratio(name) for name in rx.stocks},
        contact_site=participant.contact.site,
        contact_phone=participant.contact.phone,
        locale=participant.locale,
        inputs_sha256=_inputs_sha256(given, participant),
        revision=revision,
    )


def _entered(event: AnyEvent) -> Entered:
    said = vars(event)
    return Entered(
        event.type,
        event.date,
        until=said.get("resolved") or said.get("until"),
        days=said.get("days"),
        dose_mg=said.get("dose_mg"),
        reason=said.get("reason"),
        strengths=tuple(each.strength for each in said.get("strengths", ())),
        protocol=said.get("protocol"),
        kg=said.get("kg"),
        regimen=said.get("regimen"),
        drug=said.get("drug"),
        onset=said.get("onset"),
        times=tuple(said["times"].shares) if said.get("times") else (),
    )


def _labels(course: Course) -> Iterator[ProtocolLabel]:
    """The protocols that held one after the other, each with the date since when (§6.14.6)."""
    dates, before = [day for day, _ in course.amended], [trial for _, trial in course.amended]
    for since, trial in zip([None, *dates], [*before, course.rx.trial], strict=True):
        yield _label(trial, since)


def _label(trial: Trial, since: date | None = None) -> ProtocolLabel:
    protocol = trial.protocol
    sha256 = trial.protocol_sha256
    return ProtocolLabel(
        protocol.id, protocol.title, protocol.version, protocol.status, sha256, since
    )


def _baseline(rx: Prescription) -> Baseline:
    steroid, product = rx.steroid, rx.steroid.product
    made = rx.trial.preparations.get(product or "")
    form = made.form if made else None
    return Baseline(steroid.drug, steroid.dose_mg, rx.baseline_prednisone_mg, product, form)


_MOVES_NOTHING = frozenset({"taken", "exposures"})
"""What was taken is compared with a plan, and changes none: a diary grows every day."""


def _inputs_sha256(trial: Trial, participant: Participant) -> str:
    """The hash of what was said of the participant and the protocol, not of how it was laid out."""
    inputs = {
        "participant": participant.as_json(without=_MOVES_NOTHING),
        "protocol_sha256": trial.protocol_sha256,
    }
    if trial.amendments:
        inputs["amendments"] = {
            name: later.protocol_sha256 for name, later in trial.amendments.items()
        }
    if trial.regimens:
        inputs["regimens"] = {
            name: fingerprint.sha256_of(named.as_data) for name, named in trial.regimens.items()
        }
    return fingerprint.sha256_of(inputs)
