"""Findings about what was entered and what was not: tablets, weight, infusions, idle flares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from taper.doses import dose
from taper.doses.tablets import Stock
from taper.planning.beyond import is_known_after
from taper.planning.findings.case import Case, caution, info, warning
from taper.planning.labels import Finding
from taper.planning.plan import Instruction
from taper.trial.participant import Participant, Weighed


def strength_not_marketed(case: Case) -> Iterator[Finding]:
    """A listed tablet that the protocol's market does not have (§8.5.7)."""
    market, rx = case.trial.protocol.market, case.rx
    for drug, stock in rx.stocks.items() if market else ():
        # assumed tablets are the market's own, and of another form the label decides
        if drug in rx.assumed or (rx.steroid.product and drug == rx.steroid.drug):
            continue
        if stock.solution is not None:
            yield from _solution_not_marketed(case, drug, stock.solution.mg)
            continue
        unknown = _not_among(case.trial.marketed.get(drug, frozenset()), stock)
        if unknown:
            yield warning(
                "strength-not-marketed",
                f"The market {market} has no {drug} tablets of {dose.listed(unknown)}: make sure "
                "that the strengths are right, and written with a point.",
            )


def _solution_not_marketed(case: Case, drug: str, mg: Fraction) -> Iterator[Finding]:
    known = case.trial.solutions.get(drug, ())
    if mg not in known:
        listed = f"those that it has are of {dose.listed(sorted(known))} per mL" if known else ""
        yield warning(
            "strength-not-marketed",
            f"The market {case.trial.protocol.market} has no solution of {drug} with "
            f"{dose.text(mg)} mg per mL{f' ({listed})' if listed else ''}: make sure that it is "
            "the mg in 1 mL, not those in 5 mL, and written with a point.",
        )


@lru_cache(maxsize=1024)
def _not_among(marketed: frozenset[Fraction], stock: Stock) -> tuple[Fraction, ...]:
    return tuple(tablet.mg for tablet in stock if tablet.mg not in marketed)


def weight_implausible(case: Case) -> Iterator[Finding]:
    """A weight that is likely another number, or in pounds: that of the file, those of events."""
    threshold, before = case.threshold("weight-implausible"), None
    for day, kg in weights(case.participant):
        why, before = why_unlikely(kg, before, threshold.figures), kg
        if why is not None:
            yield warning(
                "weight-implausible",
                said_of_weight(day, kg, why),
                about=day,
                source=threshold.source,
            )


def said_of_weight(day: date | None, kg: Fraction, why: str) -> str:
    """What is said of a weight that is unlikely, that of the file or of a day."""
    of = "" if day is None else f" of {day}"
    return f"The weight{of}, {dose.text(kg)} kg, is {why}: make sure that it is right, and in kg."


def why_unlikely(
    kg: Fraction, before: Fraction | None, figures: Mapping[str, Fraction]
) -> str | None:
    """Why a weight is unlikely by itself, or beside the one before; None where it is not."""
    low, high, times = (figures[key] for key in ("from_kg", "up_to_kg", "times"))
    if not low <= kg <= high:
        return f"not from {dose.text(low)} to {dose.text(high)} kg"
    if before is not None and not before <= kg * times <= before * times**2:
        return f"far from the {dose.text(before)} kg before"
    return None


def weights(participant: Participant) -> Iterator[tuple[date | None, Fraction]]:
    """Each weight with the day from which it holds, None for that of the file."""
    if participant.weight_kg is not None:
        yield None, participant.weight_kg
    weighed = participant.events_of(Weighed)
    yield from ((each.date, each.kg) for each in sorted(weighed, key=attrgetter("date")))


def infusion_undated(case: Case) -> Iterator[Finding]:
    """An infusion whose window is past, of which nobody says whether it was given (§8.2.13)."""
    for mark in case.plan.infusions:
        if not mark.planned or mark.date >= case.today:
            continue
        infusion = case.trial.protocol.infusion(mark.number)
        if infusion and (case.today - mark.date).days > infusion.window_days.after:
            yield caution(
                "infusion-undated",
                f"Infusion {mark.number}, planned for {mark.date}, has neither a date nor missed, "
                "and its window is past.",
                about=mark.date,
            )


def visit_undated(case: Case) -> Iterator[Finding]:
    """A visit whose window is past, of which nobody says whether it took place (§8.2.20)."""
    for mark in case.plan.visits:
        visit = case.trial.protocol.visit(mark.name)
        if mark.planned and visit and (case.today - mark.date).days > visit.window_days.after:
            yield info(
                "visit-undated",
                f"{mark.name}, planned for {mark.date}, has neither a date nor missed, and its "
                "window is past.",
                about=mark.date,
            )


def visits_exchanged(case: Case) -> Iterator[Finding]:
    """Two visits whose dates are not in the order in which they are planned (§8.2.23)."""
    first = case.plan.first_infusion
    for before, after in pairwise(case.plan.visits):
        one, other = (case.trial.protocol.visit(mark.name) for mark in (before, after))
        if first is None or one is None or other is None or before.date == after.date:
            continue
        if one.planned(first) > other.planned(first):
            yield caution(
                "visits-exchanged",
                f"{before.name} on {before.date} is before {after.name} on {after.date}, and is "
                "planned after it: make sure that the dates are not exchanged.",
                about=before.date,
            )


def calendar_over(case: Case) -> Iterator[Finding]:
    """A calendar whose days are past while something is still to be taken (§8.2.14)."""
    last, after = case.plan.last_day, case.plan.after
    if last < case.today and after.instruction is not Instruction.NO_TABLETS:
        then = (
            "print the days to come with --from today --weeks 4"
            if is_known_after(case.plan)
            else "somebody must say what is taken after the withdrawal"
        )
        yield caution(
            "calendar-over",
            f"The last printed day, {last}, is past, and the steroid goes on: {then}.",
            about=last,
        )


def flare_changes_nothing(case: Case) -> Iterator[Finding]:
    """A flare after which every day is as it would have been (§6.8.25)."""
    for day in case.plan.idle_flares:
        yield caution(
            "flare-changes-nothing",
            f"The flare of {day} changes no day: the dose in effect goes on as it would have.",
            about=day,
        )
