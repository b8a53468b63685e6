"""What was reported as taken and is likely a slip: days before the trial, doses far over (§11.1.8).

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from taper.doses import dose
from taper.planning.findings.changes import why_high
from taper.planning.plan import ONE_DAY
from taper.results.series import Name, Series
from taper.results.sparing import Sparing
from taper.results.taken import Exposed, Reported
from taper.trial.participant import Participant
from taper.trial.rules import Trial


@dataclass(frozen=True, slots=True)
class Since:
    """From which day on something is counted of a participant, and what that day is."""

    day: date
    what: str


def since(participant: Participant, trial: Trial, first: date) -> Since:
    """The earliest of entry, the steroid's `since` and the days assumed before `first` (§5.2.6).

    `first` is the day of infusion 1.
    """
    steroid, entered = participant.steroid, participant.enrolment
    assumed = trial.thresholds["since-default"].days
    known = [Since(first - timedelta(assumed), f"{assumed} days before infusion 1")]
    if steroid is not None and steroid.since is not None:
        known.append(Since(steroid.since, "since when the baseline is taken"))
    if entered is not None:
        known.append(Since(entered.date, "the day of entry"))
    return min(known, key=lambda each: each.day)


def in_time(reported: Iterable[Reported], start: Since, remarks: list[str]) -> Iterator[Reported]:
    """What was reported from that day on; what lies before is told to `remarks`.

    A stretch of counted tablets stays whole, as each of its days has a share of them.
    """
    for each in reported:
        before = min(each.taken.days, (start.day - each.taken.first).days)
        if before > 0:
            remarks.append(_not_counted(each.place, each.taken.first, before, start))
        if before <= 0 or (each.taken.is_derived and before < each.taken.days):
            yield each
        elif before < each.taken.days:
            yield replace(each, taken=each.taken.model_copy(update={"from_": start.day}))


def exposures_in_time(
    exposed: Iterable[Exposed], start: Since, remarks: list[str]
) -> Iterator[Exposed]:
    """The doses beside the ladder from that day on; each before, or told twice, to `remarks`."""
    known: dict[tuple[object, ...], Exposed] = {}
    for each in exposed:
        given = each.exposure
        if given.date < start.day:
            remarks.append(_not_counted(each.place, given.date, 1, start))
            continue
        same = (given.date, given.drug, given.dose_mg, given.route)
        other = known.setdefault(same, each)
        if other is not each:
            remarks.append(_told_twice(each, other))
        yield each


def _told_twice(each: Exposed, other: Exposed) -> str:
    given = each.exposure
    what = f"{given.drug} {dose.text(given.dose_mg)} mg {given.route} on {given.date}"
    return (
        f"{each.place}: {what} is what {other.place} says too; both are counted: make sure that "
        "it was given twice."
    )


def _not_counted(place: str, first: date, days: int, start: Since) -> str:
    many, are = (str(first), "is") if days == 1 else (f"{days} days from {first}", "are")
    lie = "lies" if days == 1 else "lie"
    return f"{place}: {many} {lie} before {start.day}, {start.what}, and {are} not counted."


def far_over(
    reported: Sequence[Reported], taken: Series, prescribed: Series, trial: Trial
) -> Iterator[str]:
    """Of each entry the first day whose dose is a large rise over what was prescribed.

    No more was taken on the day before: who only comes down later than prescribed made no slip.
    """
    for each in reported:
        days = (each.taken.first + timedelta(i) for i in range(each.taken.days))
        found = (_why(taken, prescribed, trial, day) for day in days)
        why = next(filter(None, found), None)
        if why is not None:
            yield f"{each.place}: {why}; it is counted: make sure that it is right."


def nothing_back(reported: Iterable[Reported]) -> Iterator[str]:
    """Counted tablets of which is not said what came back, as though none did (§11.1.2)."""
    for each in reported:
        back = {counted.mg for counted in each.taken.returned}
        unsaid = [out.mg for out in each.taken.handed_out if out.mg not in back]
        if unsaid:
            tablets = dose.join([dose.text(mg) for mg in unsaid], "and")
            yield (
                f"{each.place}: what came back of the tablets of {tablets} mg is not said; all are "
                "counted as taken: make sure that none came back."
            )


def not_followed(who: str, taken: Series, prescribed: Series, trial: Trial) -> Iterator[str]:
    """Stretches of days on which the dose stayed far over what was prescribed, as that fell.

    A stretch begins where the dose did not rise: one that rose is likely a slip (`far_over`). Days
    of counted tablets tell no day.
    """
    days = [taken.first + timedelta(number) for number in range(len(taken.mg))]
    whole = [day for number, day in enumerate(days) if number not in taken.derived]
    told = ((day, _far(taken, prescribed, trial, day)) for day in whole)
    for is_far, some in groupby(told, lambda each: bool(each[1])):
        (first, why), *more = some
        if is_far and not _rises(taken, first):
            yield _stayed(who, first, why, more[-1][0] if more else first)


def _stayed(who: str, first: date, why: str, last: date) -> str:
    which = (
        "a day" if first == last else f"the first of {(last - first).days + 1} days until {last}"
    )
    return (
        f"{who}, adherence: {why}, {which} on which the dose stayed while the plan fell; it is "
        "counted."
    )


def briefly_at_target(of: Sparing) -> Iterator[str]:
    """Of each series whether its first day at the target is one known day, before more is taken.

    A missed dose is a day of 0 mg, and a cycle may have one; the time to the target counts it.
    """
    for each in of.given.series:
        reached = of.of(each.name).target.days
        if reached is None or each.name is Name.PLANNED:
            continue
        (_, mg), *later = [known for known in each.known() if known[0] >= reached]
        if later and later[0][1] > of.given.target_mg:
            day, again = (each.first + timedelta(number) for number in (reached, later[0][0]))
            yield (
                f"{of.participant}, {each.name}: the first day at the target, {day}, is one known "
                f"day of {dose.text(mg)} mg before {dose.text(later[0][1])} mg on {again}; the "
                "target counts as reached on it."
            )


def _why(taken: Series, prescribed: Series, trial: Trial, day: date) -> str:
    """Why a day's dose is far over, where more was taken than on the day before."""
    return _far(taken, prescribed, trial, day) if _rises(taken, day) else ""


def _rises(taken: Series, day: date) -> bool:
    mg, before = taken.at(day), taken.at(day - ONE_DAY)
    return mg is not None and (before is None or mg > before)


def _far(taken: Series, prescribed: Series, trial: Trial, day: date) -> str:
    """Why a day's dose is far over; where nothing was prescribed only a very high one is."""
    mg, due = taken.at(day), prescribed.at(day)
    if mg is None:
        return ""
    above = due or Fraction(0)  # everything is more than twice of nothing
    prescribed_mg = f"{dose.text(above)} mg prescribed"
    why = list(why_high(trial, above, mg, prescribed_mg, in_mg_alone=not above))
    return f"{dose.text(mg)} mg prednisone-equivalent on {day} is {dose.join(why)}" if why else ""
