"""Written steps laid on days, and where what they say twice is not alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.fhir.schedule import Contradiction, DatedDose, Schedule
from taper.sources.written.steps import Written, WrittenStep
from taper.trial.fields import MAX_DAYS
from taper.wording.severity import Severity


@dataclass(frozen=True, slots=True)
class _Laid:
    """A step on its days, counted from 1; `last` is one of them."""

    step: WrittenStep
    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


def schedule(written: Written, name: str, start: date | None) -> Schedule:
    """The days of the steps, and what contradicts; steps without a date begin on `start`.

    Raises `Refusal` where it is not said how long a step is, or whether two drugs are taken beside
    each other or one after the other.
    """
    base = _base(written.steps[0], start)
    laid = _laid(written.steps, name, base)
    if max(each.last for each in laid) - min(each.first for each in laid) >= MAX_DAYS:
        raise Refusal.of(name, "the steps", "more than ten years", f"at most {MAX_DAYS} days")
    found = [
        *_between(laid, base),
        *_within(laid, base),
        *_goes_on(written.steps),
        *_sums(written, laid),
    ]
    return Schedule(tuple(_days(laid, base, stops=written.stops)), tuple(found))


def _base(first: WrittenStep, start: date | None) -> date | None:
    """The date of day 1, None where nobody says it."""
    if first.start is None:
        return start
    return first.start - timedelta((first.first or 1) - 1)


def _laid(steps: Sequence[WrittenStep], name: str, base: date | None) -> list[_Laid]:
    laid: list[_Laid] = []
    for i, step in enumerate(steps):
        first = _first_day(step, laid, name, base)
        following = steps[i + 1] if i + 1 < len(steps) else None
        days = _length(step, following, _date_of(first, base))
        if days is None:
            read = f"{dose.text(step.dose_mg)} mg without how long"
            raise Refusal.of(name, step.place, read, "days or weeks, or a first and a last date")
        if days < 1:
            said = f"{_date_of(first, base)} to {step.end}"
            raise Refusal.of(name, step.place, said, "a last date that is not before the first")
        laid.append(_Laid(step, first, first + days - 1))
    return laid


def _first_day(step: WrittenStep, before: Sequence[_Laid], name: str, base: date | None) -> int:
    if step.start is not None:
        if base is None:
            read = f"{step.start}, after steps without a date"
            raise Refusal.of(name, step.place, read, "a date for the first step, or --start")
        return (step.start - base).days + 1
    if step.first is not None:
        return step.first
    if not before:
        return 1
    if before[-1].step.drug != step.drug:
        read = f"{step.drug} after {before[-1].step.drug}, without a date"
        allowed = "its first date, as it may be taken beside that drug or after it"
        raise Refusal.of(name, step.place, read, allowed)
    return before[-1].last + 1


def _length(step: WrittenStep, following: WrittenStep | None, first: date | None) -> int | None:
    if step.days is not None:
        return step.days
    if step.end is not None and first is not None:
        return (step.end - first).days + 1
    if step.first is not None and step.last is not None:
        return step.last - step.first + 1
    if step.start is None or following is None or following.start is None:
        return None
    return (following.start - step.start).days if following.drug == step.drug else None


def _days(laid: Sequence[_Laid], base: date | None, *, stops: bool) -> Iterator[DatedDose]:
    """Every day once for each drug, as the first step has it that says something of it."""
    doses: dict[tuple[int, str], Fraction] = {}
    for each in laid:
        for day in range(each.first, each.last + 1):
            doses.setdefault((day, each.step.drug), each.step.dose_mg)
    if stops:
        doses[max(day for day, _ in doses) + 1, laid[-1].step.drug] = Fraction(0)
    earliest = min(day for day, _ in doses)
    for (day, drug), mg in sorted(doses.items()):
        yield DatedDose(_date_of(day, base), day - earliest + 1, drug, mg)


def _date_of(day: int, base: date | None) -> date | None:
    return None if base is None else base + timedelta(day - 1)


# What contradicts -----------------------------------------------------------------------------


def _warning(code: str, text: str) -> Contradiction:
    return Contradiction(code, Severity.WARNING, text)


def _between(laid: Sequence[_Laid], base: date | None) -> Iterator[Contradiction]:
    """Days of which two steps speak, and days of which none does."""
    for drug in dict.fromkeys(each.step.drug for each in laid):
        of_drug = [each for each in laid if each.step.drug == drug]
        for before, step in pairwise(of_drug):
            apart = step.first - before.last - 1
            since = _said(before.last + 1, base)
            if apart > 0:
                said = f"Nothing is said of {_counted(apart)} of {drug} from {since} on"
                yield _warning("gap", f"{said}, before {step.step.place}.")
            if apart < 0:
                said = f"{step.step.place} begins on {_said(step.first, base)}"
                said += f", before {before.step.place} has ended"
                both = f": the days of both are listed as {before.step.place} has them"
                yield _warning("overlap", f"{said}{both if step.last >= before.first else ''}.")


def _said(day: int, base: date | None) -> str:
    on = _date_of(day, base)
    return f"day {day}" if on is None else on.isoformat()


def _counted(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _within(laid: Sequence[_Laid], base: date | None) -> Iterator[Contradiction]:
    """A step whose length, dates and labels, or whose dose and tablets, are not alike."""
    for each in laid:
        step = each.step
        lengths = {
            "dates": (step.end - step.start).days + 1 if step.start and step.end else None,
            "label": step.last - step.first + 1 if step.first and step.last else None,
        }
        for what, days in lengths.items():
            if days is not None and days != each.days:
                said = f"{step.place} says {_counted(each.days)}, and its {what}"
                yield _warning("days", f"{said} {'are' if what == 'dates' else 'has'} {days}.")
        if step.start is not None and step.first not in (None, each.first):
            said = f"{step.place} begins on {step.start}, and its label"
            yield _warning("days", f"{said} on {_said(step.first or 1, base)}.")
        if step.made_mg is not None and step.made_mg != step.dose_mg:
            said = f"{step.place} says {dose.text(step.dose_mg)} mg, and its tablets make"
            yield _warning("tablets", f"{said} {dose.whole_text(step.made_mg)} mg.")


def _goes_on(steps: Sequence[WrittenStep]) -> Iterator[Contradiction]:
    """Steps that are listed as one with the step before them, which may have been pasted twice."""
    for before, step in pairwise(steps):
        if (before.drug, before.dose_mg) != (step.drug, step.dose_mg) or step.is_placed:
            continue
        mg = f"{dose.text(step.dose_mg)} mg"
        if (before.days, before.made_mg) == (step.days, step.made_mg):
            said = f"{_step(step, before)} says again {mg} for {_counted(step.days or 0)}"
            both = "both are counted, one after the other: make sure that it was not pasted twice"
            yield Contradiction("repeated", Severity.CAUTION, f"{said}; {both}.")
        else:
            said = f"{_step(step, before)} goes on with {mg}, the dose of the step before it"
            yield Contradiction("same-dose", Severity.INFO, f"{said}.")


def _step(step: WrittenStep, before: WrittenStep) -> str:
    return step.place if step.place != before.place else f"the next step of {step.place}"


def _sums(written: Written, laid: Sequence[_Laid]) -> Iterator[Contradiction]:
    """Sums of mg and of days that are not those of the steps."""
    mg = sum((each.step.dose_mg * each.days for each in laid), Fraction(0))
    days = Fraction(sum(each.days for each in laid))
    for total in written.totals:
        is_sum = {"mg": mg, "days": days}.get(total.of)
        if is_sum is not None and is_sum != total.value:
            said = f"{total.place} says {dose.text(total.value)} {total.of} in all"
            yield _warning("total", f"{said}, and the steps come to {dose.text(is_sum)}.")
