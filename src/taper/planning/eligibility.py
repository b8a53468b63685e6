"""Who may begin, and when: the dose at entry, since when it is taken, the day of entry. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.prescription import Prescription
from taper.trial.fields import MAX_DAYS
from taper.trial.participant import Participant, Steroid
from taper.trial.protocol import Protocol


def refuse_ineligible(protocol: Protocol, participant: Participant, rx: Prescription) -> None:
    """Raise for a dose at entry outside the bounds that nobody waived (§6.3.1)."""
    mg = entry_mg(participant, rx)
    if participant.eligibility_waived is None and not is_eligible(protocol, mg):
        bounds = protocol.eligibility
        limits = [
            f"at least {dose.text(bounds.min_mg)} mg" if bounds.min_mg is not None else "",
            f"at most {dose.text(bounds.max_mg)} mg" if bounds.max_mg is not None else "",
        ]
        raise Refusal.of(
            participant.participant,
            "steroid.dose_mg" if participant.enrolment is None else "enrolment.dose_mg",
            f"{dose.text(mg)} mg prednisone-equivalent",
            f"{' and '.join(filter(None, limits))} at baseline in protocol {protocol.id}, "
            "or eligibility_waived with who waived it",
        )


def entry_mg(participant: Participant, rx: Prescription) -> Fraction:
    """The dose by which eligibility is judged, mg prednisone: at enrolment, else the baseline.

    §11.3.2. Raises `Refusal` for a drug that the protocol's table has no value for.
    """
    entered = participant.enrolment
    if entered is None:
        return rx.baseline_prednisone_mg
    if entered.drug not in rx.table:
        read = f"{entered.drug}, which table {rx.table.id} has no value for"
        known = dose.join(sorted(rx.table.mg_per_5_prednisone), "or")
        raise Refusal.of(participant.participant, "enrolment.drug", read, known)
    return rx.table.to_prednisone(entered.dose_mg, entered.drug)


def is_eligible(protocol: Protocol, mg: Fraction) -> bool:
    """Whether the dose at entry, mg prednisone, lies within the bounds, both allowed (§4.3.1)."""
    return protocol.eligibility.allows(mg)


_LIFETIME = timedelta(days=36525)
"""A hundred years, which nobody has taken a steroid."""


def refuse_since_after(
    steroid: Steroid, participant: Participant, anchor: date, today: date
) -> None:
    """Raise for a baseline that is not taken yet, or for longer than anybody lives (§5.2.5)."""
    latest = min(anchor, today)
    earliest = latest - _LIFETIME
    if steroid.since is not None and not earliest <= steroid.since <= latest:
        allowed = f"a date up to {latest}, because the baseline is taken by then"
        if steroid.since < earliest:
            allowed = f"a date after {earliest}; an empty cell may be read as 1900-01-01"
        raise Refusal.of(
            participant.participant,
            "steroid.since",
            steroid.since,
            allowed,
        )


def refuse_enrolled_after(participant: Participant, anchor: date, today: date) -> None:
    """Raise for an entry into the trial after its first infusion (§11.3.1)."""
    latest = min(participant.infusion_date(1) or anchor, anchor, today)
    entered = participant.enrolment
    if entered is None:
        return
    if entered.date > latest:
        allowed = f"a date up to {latest}: entry comes before the first infusion, and is past"
        raise Refusal.of(participant.participant, "enrolment.date", entered.date, allowed)
    if (latest - entered.date).days > MAX_DAYS:
        allowed = f"a date within ten years before {latest}"
        raise Refusal.of(participant.participant, "enrolment.date", entered.date, allowed)
