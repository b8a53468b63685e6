"""Findings about the protocol, its dates and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator

from taper.doses import dose, solutions
from taper.planning.eligibility import entry_mg, is_eligible
from taper.planning.findings.case import AnyCase, Case, caution, info, warning
from taper.planning.labels import Finding, InfusionMark
from taper.trial.timed import counted, later

MONTHS_A_YEAR = 12
_OUT_OF_WINDOW = "infusion-out-of-window"


def protocol_not_approved(case: AnyCase) -> Iterator[Finding]:
    """A calendar that is an example and not for patients (§8.2.1)."""
    for label in case.plan.protocols:
        if label.status != "approved":
            yield warning(
                "protocol-not-approved",
                f"Protocol {label.id} {label.version} is {label.status}: an example, not for "
                "patients.",
            )


def regimen_unverified(case: AnyCase) -> Iterator[Finding]:
    """A regimen that nobody checked at its source (§8.2.2)."""
    for id_, source in case.trial.unverified_regimens.items():
        yield warning(
            "regimen-unverified",
            f"Regimen {id_} is unverified; check it against: {source}.",
            source=source,
        )


def equivalence_unverified(case: Case) -> Iterator[Finding]:
    """A figure of the table that nobody checked at its source (§8.2.3)."""
    taken = set(case.plan.prednisone_per_mg) & case.trial.table.unverified
    for drug in sorted(taken):
        yield warning(
            "equivalence-unverified",
            f"The value of {drug} in equivalence table {case.trial.table.id} is unverified.",
        )


def start_outside_regimen(case: Case) -> Iterator[Finding]:
    """A baseline that the regimen was not published for, of the first protocol (§8.2.5)."""
    first, rx = case.trial.first, case.rx
    bounds = first.published_start_mg
    if bounds is None or case.origins[0] is None:
        return
    low, high = bounds
    if not low <= rx.baseline_prednisone_mg <= high:
        published = dose.text(low) if low == high else f"{dose.text(low)} to {dose.text(high)}"
        yield warning(
            "start-outside-regimen",
            f"The baseline, {dose.text(rx.baseline_prednisone_mg)} mg prednisone-equivalent, is "
            f"outside the published start doses of {first.regimen_id}, {published} mg.",
        )


def strengths_assumed(case: Case) -> Iterator[Finding]:
    """Tablets taken from the market because none are listed (§8.2.6)."""
    for drug in sorted(case.rx.assumed):
        market = sorted(case.trial.market[drug], reverse=True)  # an event may list others since
        yield warning(
            "strengths-assumed",
            f"No {drug} tablets are listed: whole tablets of "
            f"{dose.listed(market)} are assumed from the market "
            f"{case.trial.protocol.market}.",
        )


def alternate_form(case: Case) -> Iterator[Finding]:
    """A baseline in a brand or form that is no plain tablet."""
    made = case.trial.preparations.get(case.plan.baseline.product or "")
    is_solution = case.plan.steps[0].in_ml
    if made and not (is_solution and made.form == solutions.FORM):
        counted = "a solution" if is_solution else "plain tablets"
        yield warning(
            "alternate-form",
            f"{made.sentence} The plan counts {counted} of {case.plan.drug}, mg for mg: a "
            "pharmacist must say first whether that is right.",
            source=made.source,
        )


def provisional_anchor(case: Case) -> Iterator[Finding]:
    """Dates that hang on an infusion that has not taken place (§8.2.7)."""
    anchor = case.plan.anchor
    if case.plan.provisional:
        yield warning(
            "provisional-anchor",
            f"Infusion {anchor.number} is only planned for {anchor.date}: every date is a draft.",
            about=anchor.date,
        )


def eligibility_waived(case: Case) -> Iterator[Finding]:
    """A baseline outside the protocol's bounds, let in by somebody (§8.2.8)."""
    waived = case.participant.eligibility_waived
    entered = entry_mg(case.participant, case.rx)
    if waived and not is_eligible(case.trial.protocol, entered):
        what = "baseline" if case.participant.enrolment is None else "dose at entry"
        mg = dose.text(entered)
        baseline = f"A {what} of {mg} mg prednisone-equivalent is outside the protocol's bounds"
        yield warning(
            "eligibility-waived",
            f"{baseline}, waived by: {waived}.",
            for_patients=f"{baseline}, and was waived.",
        )


def started_in_past(case: Case) -> Iterator[Finding]:
    """A taper start that nobody confirmed (§8.2.9)."""
    start = case.plan.taper_start
    if start < case.today and case.participant.taper_started is None:
        yield caution(
            "started-in-past",
            f"The taper start, {start}, is past: confirm that it was kept, or give taper_started.",
            about=start,
        )


def start_far_off(case: Case) -> Iterator[Finding]:
    """A taper start so many years from today that its year is likely mistyped (§8.2.22)."""
    start, threshold = case.plan.taper_start, case.threshold("start-far-off")
    months = int(threshold.figures["years"]) * MONTHS_A_YEAR
    if not later(case.today, -months) <= start <= later(case.today, months):
        when = "before" if start < case.today else "after"
        yield warning(
            "start-far-off",
            f"The taper start, {start}, is more than {threshold.figures['years']} years {when} "
            f"today, {case.today}: make sure that the year is right.",
            about=start,
            source=threshold.source,
        )


def infusion_out_of_window(case: Case) -> Iterator[Finding]:
    """An infusion given, or booked, outside its planned window (§8.2.10)."""
    first = case.plan.first_infusion
    for i, mark in enumerate(case.plan.infusions):
        infusion = case.trial.protocol.infusion(mark.number)
        if first is None or infusion is None:
            continue
        planned = infusion.planned(first)
        outside = infusion.window_days.outside((mark.date - planned).days)
        if outside <= 0:
            continue
        far = _far_off(case, case.plan.infusions[i - 1], mark, outside) if i else ""
        yield (warning if far else caution)(
            _OUT_OF_WINDOW,
            f"Infusion {mark.number} {'booked for' if mark.planned else 'on'} {mark.date} is "
            f"outside its window, {planned} {infusion.window_days}{far}.",
            about=mark.date,
        )


def _far_off(case: Case, before: InfusionMark, mark: InfusionMark, outside: int) -> str:
    """Why its date is likelier mistyped than kept: by the days from the infusion before."""
    protocol, first = case.trial.protocol, case.plan.first_infusion
    one, other = protocol.infusion(before.number), protocol.infusion(mark.number)
    assert first is not None  # who calls has looked
    assert one is not None
    assert other is not None
    interval = (other.planned(first) - one.planned(first)).days
    apart, figures = (mark.date - before.date).days, case.threshold(_OUT_OF_WINDOW).figures
    if apart < figures["fraction_interval"] * interval:
        off = (
            f"only {counted(apart, 'days')} after infusion {before.number}, {interval} are planned"
        )
    elif outside > figures["times_interval"] * interval:
        off = (
            f"by {counted(outside, 'days')}, more than the {interval} from infusion {before.number}"
        )
    else:
        return ""
    return f": {off}; make sure that the date is right"


def visit_out_of_window(case: Case) -> Iterator[Finding]:
    """A visit that took place outside its planned window (§8.2.21)."""
    first = case.plan.first_infusion
    for mark in case.plan.visits:
        visit = case.trial.protocol.visit(mark.name)
        if first is None or visit is None or mark.planned:
            continue
        planned = visit.planned(first)
        if not visit.window_days.hold((mark.date - planned).days):
            yield info(
                "visit-out-of-window",
                f"{mark.name} on {mark.date} is outside its window, {planned} {visit.window_days}.",
                about=mark.date,
            )


def already_at_target(case: Case) -> Iterator[Finding]:
    """A participant with nothing to reduce, by the target before any amendment (§8.2.11)."""
    baseline, rule = case.plan.baseline, case.trial.first.protocol.taper
    if rule is not None and case.origins[0] is None:
        until = " before a later event" if any(case.origins) else ""
        yield info(
            "already-at-target",
            f"The baseline, {dose.text(baseline.dose_mg)} mg {baseline.drug}, is at or under the "
            f"target of {dose.text(rule.target_mg)} mg prednisone: nothing is reduced{until}.",
        )


def overruns_window(case: Case) -> Iterator[Finding]:
    """A target reached after the protocol's window (§8.2.12)."""
    reached, end = case.plan.target_reached, case.rx.window_end
    if reached and reached > end:
        yield warning(
            "overruns-window",
            f"The target is reached on {reached}, after the protocol's window ends on {end}.",
            about=reached,
        )
