"""What `taper protocols` shows: a list, a sheet, dates of infusions and visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from taper.cli.shown.sheets import facts, list_of
from taper.doses import dose
from taper.trial.infusions import DueInfusion, DueVisit, offset_days
from taper.trial.protocol import Eligibility, FlareRule, Protocol
from taper.trial.rules import Trial
from taper.trial.timed import Sides, Timed
from taper.wording.layout import table, wrapped


def protocols(trials: Iterable[Trial]) -> str:
    """A row a protocol."""
    rows = [[t.protocol.id, t.protocol.status, _regimen_of(t), t.protocol.title] for t in trials]
    return table(
        ["Id", "Status", "Taper", "Title"], rows, whole=["Id", "Status", "Taper"], below=True
    )


def _regimen_of(trial: Trial) -> str:
    if trial.protocol.taper is None:
        return "none prescribed"
    return trial.regimen_id or "its own"


def protocol(trial: Trial) -> str:
    """Everything that a protocol's sheet says."""
    sheet = trial.protocol
    approved = sheet.approval
    said = [
        ("Registry", sheet.registry or ""),
        ("Status", sheet.status + ("" if sheet.is_approved else ", not for patient use")),
        ("Approval", approved and f"{approved.document} {approved.version} of {approved.date}"),
        ("Infusion 1 is", f"day {sheet.infusion_day}"),
        ("Eligible", _eligible(sheet.eligibility)),
        ("Equivalence", sheet.equivalence),
        ("Market", sheet.market or ""),
        ("Taper", _taper(trial)),
        ("Flare", _flare(sheet.flare) if sheet.flare else "no rule: a flare is refused"),
        *list_of("Sources", sheet.sources),
    ]
    infusions = _planned("Infusion", [(str(i.number), i) for i in sheet.infusions])
    visits = f"\n{_planned('Visit', [(v.name, v) for v in sheet.visits])}" if sheet.visits else ""
    title = wrapped(f"{sheet.id}, version {sheet.version}: {sheet.title}")
    return f"{title}\n{facts((label, text or '') for label, text in said)}\n\n{infusions}{visits}"


def _planned(what: str, listed: Sequence[tuple[str, Timed]]) -> str:
    """Infusions or visits: how long after infusion 1, and how many days off."""
    in_months = all(each.months is not None for _, each in listed)
    after = "infusion 1" if what == "Visit" else "the first"
    titles = [
        what,
        f"Months after {after}" if in_months else f"After {after}",
        "Days it may be early or late",
    ]
    rows = [
        [name, str(each.months) if in_months else each.time, _sides(each.window_days)]
        for name, each in listed
    ]
    return table(titles, rows, right=titles[what == "Visit" :])


def _sides(window: Sides) -> str:
    if window.before == window.after:
        return str(window.before)
    return f"{window.before} or {window.after}"


def _eligible(bounds: Eligibility) -> str:
    low, high = bounds.min_mg, bounds.max_mg
    limits = [
        *([f"at least {dose.text(low)} mg"] if low is not None else []),
        *([f"at most {dose.text(high)} mg"] if high is not None else []),
    ]
    return f"{' and '.join(limits)} prednisone-equivalent a day" if limits else "any dose"


def _taper(trial: Trial) -> str:
    rule = trial.protocol.taper
    if rule is None:
        return "none prescribed: plan with --regimen ID (taper regimens lists them)"
    drug = "" if rule.drug == "as-baseline" else f", in {rule.drug}"
    return (
        f"from {rule.offset_days} days after infusion {rule.after_infusion} to "
        f"{dose.text(rule.target_mg)} mg within {rule.complete_within}, by regimen "
        f"{trial.regimen_id or 'of its own'}{drug}"
    )


def _flare(rule: FlareRule) -> str:
    action = rule.action if rule.action != "step-back" else f"step back {rule.step_back}"
    limit = "" if rule.max_flares is None else f"; more than {rule.max_flares} stop the taper"
    resume = "the step again" if rule.resume == "restart-step" else "where it was"
    return (
        f"{action} for at least {rule.min_days} days, until {rule.stable_days} days after it is "
        f"resolved, then {resume}{limit}"
    )


def infusions(
    protocol: Protocol, due: Sequence[DueInfusion], visits: Sequence[DueVisit] = ()
) -> str:
    """Every infusion's date and window, and what is counted from it; then the visits."""
    later = f"+{offset_days(protocol)} days"
    titles = ["No.", "Planned", "From", "To", later, "Day 0 style", "Day 1 style"]
    rows = [
        [
            str(infusion.number),
            *map(str, (infusion.planned, infusion.earliest, infusion.latest, infusion.offset)),
            str(infusion.day_from_0),
            str(infusion.day_from_1),
        ]
        for infusion in due
    ]
    right = ["No.", "Day 0 style", "Day 1 style"]
    said = [
        wrapped(f"{protocol.id}, version {protocol.version}, infusion 1 on {due[0].planned}"),
        "",
        table(titles, rows, right=right, whole=[t for t in titles if t not in right]),
        *([_visits(visits)] if visits else []),
        *_said_of_taper(protocol, due),
        wrapped(f"The protocol calls the day of infusion 1 day {protocol.infusion_day}."),
    ]
    return "\n".join(said) + "\n"


def _visits(visits: Sequence[DueVisit]) -> str:
    titles = ["Visit", "Planned", "From", "To", "Day 0 style", "Day 1 style"]
    rows = [
        [
            visit.name,
            *map(str, (visit.planned, visit.earliest, visit.latest)),
            str(visit.day_from_0),
            str(visit.day_from_1),
        ]
        for visit in visits
    ]
    return table(titles, rows, right=titles[4:], whole=titles[1:4])


def _said_of_taper(protocol: Protocol, due: Sequence[DueInfusion]) -> Iterator[str]:
    rule = protocol.taper
    if rule is None:
        yield wrapped("The protocol prescribes no taper.")
    else:
        start = next(i.offset for i in due if i.number == rule.after_infusion)
        yield wrapped(
            f"The taper starts {rule.offset_days} days after infusion {rule.after_infusion}: "
            f"{start}, if that infusion is given as planned."
        )
