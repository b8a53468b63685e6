"""Findings about the drug and tablets given, and about how the plan ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.planning.findings.case import Case, caution, mg_of, warning
from taper.planning.labels import Finding
from taper.planning.plan import State, Step

LONG_ACTING = frozenset({"dexamethasone", "betamethasone"})
REPLACEMENT = frozenset({"hydrocortisone", "cortisone"})


def long_acting(case: Case) -> Iterator[Finding]:
    """A taper in a drug that acts for longer than a day (§8.5.1)."""
    if case.plan.drug in LONG_ACTING:
        yield warning(
            "long-acting-drug",
            f"The taper is in {case.plan.drug}, which acts for longer than a day: guidelines "
            "switch to a shorter-acting drug first.",
            source=case.threshold("fast-below-physiologic").source,
        )


def replacement(case: Case) -> Iterator[Finding]:
    """A drug that may be adrenal replacement (§8.5.2)."""
    for drug in sorted(REPLACEMENT & set(case.plan.prednisone_per_mg)):
        yield warning(
            "replacement-drug",
            f"{drug.capitalize()} may be adrenal replacement: make sure that it is not before "
            "it is tapered.",
        )


def usually_divided(case: Case) -> Iterator[Finding]:
    """More of a short-acting drug at one time than is usually taken at once (§8.5.9)."""
    threshold = case.threshold("usually-divided")
    listed = {drug: threshold.figures.get(f"{drug}_mg") for drug in case.plan.prednisone_per_mg}
    for step in case.plan.steps if any(listed.values()) else ():
        most = listed[step.drug]
        if most is not None and step.highest_mg > most and at_one_time(step) > most:
            yield caution(
                "usually-divided",
                f"From {step.start} {dose.text(at_one_time(step))} mg {step.drug} is taken at one "
                "time: more than "
                f"{dose.text(most)} mg a day is usually divided.",
                source=threshold.source,
                about=step,
            )
            return


def at_one_time(step: Step) -> Fraction:
    """The most that is taken at one time, mg: on the highest day, or of it where it is divided."""
    most = [part.dose_mg for day in step.tablets for part in parts_of(day)]
    return max(most) if most else step.highest_mg


def split_tablets(case: Case) -> Iterator[Finding]:
    """Broken tablets, from the first on (§8.5.3)."""
    step = next((s for s in case.plan.steps for day in s.tablets if day.is_broken), None)
    if step is not None:
        yield caution(
            "split-tablets",
            f"From {step.start} tablets are broken ({mg_of(step)}).",
            about=step,
        )


def _pieces(step: Step) -> int:
    """Pieces of the day with the most of them."""
    return max(day.pieces for day in step.tablets)


def many_tablets(case: Case) -> Iterator[Finding]:
    """The day's dose of the most pieces, where it is too many (§8.5.4)."""
    most = int(case.threshold("many-tablets").figures["pieces"])
    if max([day.pieces for step in case.plan.steps for day in step.tablets]) > most:
        worst = max(case.plan.steps, key=_pieces)
        yield caution(
            "many-tablets",
            f"From {worst.start} a day's dose is {_pieces(worst)} pieces of tablets "
            f"({mg_of(worst)}), more than {most}.",
            source=case.threshold("many-tablets").source,
            about=worst,
        )


def strength_change(case: Case) -> Iterator[Finding]:
    """The same number of tablets of another strength than the step before (§8.5.5)."""
    for before, step in pairwise(case.plan.steps):
        old, new = before.tablets[0], step.tablets[0]
        if old is new or before.drug != step.drug:
            continue
        if old.in_ml or new.in_ml:
            yield from _solution_change(old, new, step)
            continue
        if old.counts == new.counts and old.kinds != new.kinds:
            were, are = [
                dose.join([f"{dose.text(t.strength_mg)} mg" for t in day]) for day in (old, new)
            ]
            yield caution(
                "strength-change",
                f"On {step.start} the number of tablets stays and the strength changes, from "
                f"{were} to {are}.",
                about=step,
            )


def _solution_change(old: Tablets, new: Tablets, step: Step) -> Iterator[Finding]:
    """Another solution, or tablets in the place of one, whatever the dose (§7.3.5)."""
    were, are = [_made_of(day) for day in (old, new)]
    if old and new and were != are:
        yield caution(
            "strength-change",
            f"On {step.start} {were} ends and {are} begins: nothing of the first may be left to "
            "be taken by mistake.",
            about=step,
        )


def _made_of(day: Tablets) -> str:
    if not day.in_ml:
        return "the dose in tablets"
    return f"the solution of {dose.listed(taken.strength_mg for taken in day)} per mL"


def alternate_day(case: Case) -> Iterator[Finding]:
    """Doses that change from day to day (§8.5.6)."""
    for step in case.plan.steps:
        if step.is_cycle:
            yield caution(
                "alternate-day",
                f"From {step.start} the dose changes from day to day "
                f"({' / '.join(dose.text(mg) for mg in step.daily_mg)} mg {step.drug}).",
                about=step,
            )
            return


def state(case: Case) -> Iterator[Finding]:
    """A plan that ends in an open hold, a stop or a withdrawal (§8.6.1)."""
    last = case.plan.steps[-1]
    said = {
        State.OPEN_FLARE: ("open-flare", "The hold has no end yet: nothing follows it"),
        State.STOPPED: ("taper-stopped", "There were more flares than the protocol allows"),
        State.WITHDRAWN: ("withdrawn", "The participant left the taper, not the steroid"),
    }.get(case.plan.state)
    if said:
        text = f"{said[1]}; the last printed {_of_its_days(last)}."
        yield warning(said[0], text, about=last, since=_left_on(case))


def _left_on(case: Case) -> date | None:
    """The day from which on the participant is out of the taper: its last step began before."""
    if case.plan.state is not State.WITHDRAWN:
        return None
    days = [event.day for event in case.plan.events if event.what == "withdraw"]
    return max(days, default=None)


def _of_its_days(step: Step) -> str:
    """The dose, or those of a cycle in turn: the last of its days need not be the highest."""
    if not step.is_cycle:
        return f"dose is {mg_of(step)}"
    doses = dose.join([dose.text(mg) for mg in step.daily_mg])
    return f"doses are {doses} mg {step.drug} in turn"
