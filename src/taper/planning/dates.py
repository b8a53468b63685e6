"""The dates a plan hangs on: infusions given or planned, the anchor, the first taper day.

§6.1, §6.2. Months are added as `dateutil.relativedelta` adds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.labels import InfusionMark, VisitMark
from taper.trial.fields import MAX_DAYS
from taper.trial.participant import Participant
from taper.trial.protocol import Protocol, TaperRule
from taper.wording.quoting import did_you_mean, quoted


def infusion_marks(
    protocol: Protocol, participant: Participant, today: date
) -> tuple[InfusionMark, ...]:
    """Every infusion that has or can have a date (§6.1.2, §6.1.3); missed ones have none."""
    first = participant.infusion_date(1)
    all_given = {given.number: given for given in participant.infusions}
    marks = []
    for infusion in protocol.infusions:
        given = all_given.get(infusion.number)
        if given is not None and given.missed:
            continue
        listed = given.date if given else None
        day = listed or (infusion.planned(first) if first else None)
        if day is not None:
            marks.append(InfusionMark(infusion.number, day, listed is None or day > today))
    return tuple(marks)


def visit_marks(protocol: Protocol, participant: Participant, today: date) -> tuple[VisitMark, ...]:
    """Every visit that has or can have a date, by date (§4.5); missed ones have none."""
    if not protocol.visits:
        return ()
    first = participant.infusion_date(1)
    all_given = {given.name.casefold(): given for given in participant.visits}
    marks = []
    for visit in protocol.visits:
        given = all_given.get(visit.name.casefold())
        if given is not None and given.missed:
            continue
        listed = given.date if given else None
        day = listed or (visit.planned(first) if first else None)
        if day is not None:
            marks.append(VisitMark(visit.name, day, listed is None or day > today))
    return tuple(sorted(marks, key=lambda mark: mark.date))


def refuse_unknown_visits(protocol: Protocol, participant: Participant) -> None:
    """Refuse a visit that the protocol does not have (§5.3.6)."""
    for i, given in enumerate(participant.visits, start=1):
        if protocol.visit(given.name) is None:
            names = [quoted(visit.name) for visit in protocol.visits]
            near = did_you_mean(given.name, (visit.name for visit in protocol.visits))
            allowed = f"none, as protocol {protocol.id} has no visits"
            if names:
                allowed = f"a visit of protocol {protocol.id}: {dose.join(names, 'or')}{near}"
            raise Refusal.of(
                participant.participant, f"visits[{i}].name", quoted(given.name), allowed
            )


def refuse_unknown_infusions(protocol: Protocol, participant: Participant) -> None:
    """Refuse an infusion that the protocol does not have (§5.3.4)."""
    for i, given in enumerate(participant.infusions, start=1):
        if protocol.infusion(given.number) is None:
            numbers = [str(infusion.number) for infusion in protocol.infusions]
            raise Refusal.of(
                participant.participant,
                f"infusions[{i}].number",
                given.number,
                f"an infusion of protocol {protocol.id}: {dose.join(numbers, 'or')}",
            )


def rule_of(protocol: Protocol, who: str) -> TaperRule:
    """The taper that a protocol prescribes, or that was chosen for it; raises `Refusal`."""
    if protocol.taper is None:
        raise Refusal.of(
            who,
            "protocol",
            f"{protocol.id}, which prescribes no taper",
            "a regimen chosen with --regimen ID (taper regimens lists them), or a protocol that "
            "prescribes a taper",
        )
    return protocol.taper


def anchor_of(
    protocol: Protocol, participant: Participant, marks: Iterable[InfusionMark]
) -> InfusionMark:
    """The infusion, of those on the calendar, after which the taper starts (§6.1)."""
    who = participant.participant
    number = rule_of(protocol, who).after_infusion
    given = participant.infusion(number)
    if given is not None and given.missed:
        raise Refusal.of(
            who,
            f"infusions (number {number})",
            "missed",
            f"infusion {number} with its date, because the taper starts after it",
        )
    anchor = next((mark for mark in marks if mark.number == number), None)
    if anchor is None:
        raise Refusal.of(
            who, "infusions", "without a date for infusion 1", f"the date of infusion 1 or {number}"
        )
    return anchor


def taper_start_of(protocol: Protocol, participant: Participant, anchor: date, today: date) -> date:
    """The first taper day: planned, or as it was kept (§6.2.1, §6.2.2).

    Raises `Refusal` for an impossible one.
    """
    offset = protocol.taper.offset_days if protocol.taper else 0
    planned = anchor + timedelta(days=offset)
    started = participant.taper_started
    if started is None:
        return planned
    if started < planned or started > today:
        between = f"a date from the planned {planned} to today, {today}"
        none_yet = f"nothing before the planned {planned}, which is after today, {today}"
        raise Refusal.of(
            participant.participant,
            "taper_started",
            started,
            between if planned <= today else none_yet,
        )
    if (started - planned).days > MAX_DAYS:
        raise Refusal.of(
            participant.participant,
            "taper_started",
            started,
            f"a date within ten years of the planned {planned}",
        )
    return started
