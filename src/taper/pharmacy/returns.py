"""What is expected back when a plan has changed: it counts from what its forerunners handed out.

Their tablets were handed out at each opening up to the day of counting, by the one that was in
force then; what the plan now in force takes of them until they would have ended is not expected
back, the rest is (§7.5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain, cycle, islice
from typing import Any, NamedTuple

from taper.doses import dose
from taper.doses.solutions import strength_from
from taper.doses.texts import TabletTexts
from taper.pharmacy.amounts import in_packs, needed_of, used_of
from taper.pharmacy.dispensing import openings
from taper.pharmacy.terms import Tablet, Terms, amount_as_data, strength_as_data
from taper.planning.plan import ONE_DAY, NotTapering, Plan, Planned
from taper.record.kept import KeptAfter, KeptStep


@dataclass(frozen=True, slots=True)
class Returned:
    """One tablet: handed out by the forerunners, taken since by the plan in force, and the rest.

    `returned` is what should come back, never less than nothing; half tablets are halves.
    """

    tablet: Tablet
    handed_out: int | Fraction
    taken: Fraction
    returned: Fraction


@dataclass(frozen=True, slots=True)
class Returns:
    """What was handed out up to `counted_on`, for the days to `supplied_until`."""

    counted_on: date
    supplied_until: date
    tablets: tuple[Returned, ...]


class Forerunner(NamedTuple):
    """A plan that was in force from the day after its issue on; the first one before that too.

    `terms` are those on which its tablets were handed out, None where the ones asked about are.
    `after` is what comes after its last printed day, and so what spare days beyond that are of.
    """

    issued: date
    steps: Sequence[KeptStep]
    terms: Terms | None = None
    after: KeptAfter | None = None


_Counts = dict[Tablet, list[Fraction]]
_Days = Mapping[date, tuple[str, Sequence[TabletTexts]]]
"""The drug of each day, and its tablets."""


def returns(
    plan: Planned, former: Sequence[Forerunner], terms: Terms, today: date
) -> Returns | None:
    """What is expected back of what the former plans handed out; None where nothing was yet.

    `former` are the plans before in their order; `terms` are those of whichever names none.
    """
    printed = [each for each in former if each.steps]
    if not printed or printed[0].steps[0].first_day > today:
        return None
    first = printed[0].steps[0].first_day
    last = max(each.steps[-1].last_day for each in printed)
    later = [] if isinstance(plan, NotTapering) else _openings(plan, printed, terms, first, last)
    starts = [first, *(day for day in later if day <= today)]
    ends = [*(day - ONE_DAY for day in later), last]
    given: dict[Tablet, int | Fraction] = {}
    until = first
    for start, end in zip(starts, ends, strict=False):
        giving = _in_force(printed, start)
        days, on = _days(giving.steps), giving.terms or terms
        until = min(end, max(days))
        spared = {**days, **_afterwards(giving, on.spare_days)}
        for tablet, counts in _counts(spared, start, until + on.spare_days * ONE_DAY).items():
            given[tablet] = given.get(tablet, 0) + _in_packs(tablet, counts, on)
    return Returns(today, until, tuple(_returned(plan, given, first, until, terms)))


def _openings(
    plan: Plan, former: Sequence[Forerunner], terms: Terms, first: date, last: date
) -> list[date]:
    """The days of hand-outs after the first, each on the terms of whichever was in force then."""
    found = (
        day
        for each in former
        for day in openings(plan, each.terms or terms, first, last)
        if _in_force(former, day) is each
    )
    return sorted(set(found))


def _in_force(former: Sequence[Forerunner], day: date) -> Forerunner:
    """The last that was issued before that day, else the first."""
    return next((each for each in reversed(former) if each.issued < day), former[0])


def _days(steps: Iterable[KeptStep]) -> _Days:
    return {
        date.fromordinal(step.first_day.toordinal() + n): (
            step.drug,
            step.takings(n % len(step.tablets)),
        )
        for step in steps
        for n in range(step.days)
    }


def _afterwards(giving: Forerunner, spare_days: int) -> _Days:
    """The spare days after the last printed one: each like the last that had its dose."""
    if giving.after is None:
        return {}
    last, drug = giving.steps[-1].last_day, giving.after.drug
    known = {
        (step.drug, mg): step.takings(turn)
        for step in giving.steps
        for turn, mg in enumerate(step.daily_mg)
    }
    doses = islice(cycle(giving.after.doses_mg), spare_days)
    return {
        last + n * ONE_DAY: (drug, known.get((drug, mg), ())) for n, mg in enumerate(doses, start=1)
    }


def _counts(days: _Days, start: date, end: date) -> _Counts:
    found: _Counts = {}
    for day in map(date.fromordinal, range(start.toordinal(), end.toordinal() + 1)):
        drug, takings = days.get(day, ("", ()))
        for strength, count in chain.from_iterable(takings):
            tablet = Tablet(drug, *strength_from(strength))
            found.setdefault(tablet, []).append(Fraction(count))
    return found


def _in_packs(tablet: Tablet, counts: Sequence[Fraction], terms: Terms) -> int | Fraction:
    return in_packs(needed_of(tablet, counts, terms), terms.pack_of(tablet))[1]


def _returned(
    plan: Planned, given: Mapping[Tablet, int | Fraction], first: date, until: date, terms: Terms
) -> Iterable[Returned]:
    taken: _Counts = {}
    for day in () if isinstance(plan, NotTapering) else plan.days():
        takings = day.tablets.takings if first <= day.date <= until else ()
        for each in chain.from_iterable(takings):
            tablet = Tablet(day.step.drug, each.strength_mg, each.in_ml)
            taken.setdefault(tablet, []).append(each.count)
    for tablet in sorted(given, key=lambda t: (t.drug, -t.strength_mg)):
        counts = taken.get(tablet, [])
        used = used_of(tablet, counts, terms)
        left = max(Fraction(0), given[tablet] - used)
        yield Returned(tablet, given[tablet], sum(counts, Fraction(0)), left)


def as_dict(counted: Returns) -> dict[str, Any]:
    """The same as plain data; dates ISO, counts that may hold a half as text."""
    return {
        "counted_on": counted.counted_on.isoformat(),
        "supplied_until": counted.supplied_until.isoformat(),
        "tablets": [
            {
                "drug": each.tablet.drug,
                **strength_as_data(each.tablet),
                "handed_out": amount_as_data(each.tablet, each.handed_out),
                "taken": dose.text(each.taken),
                "returns_expected": dose.text(each.returned),
            }
            for each in counted.tablets
        ],
    }


def returns_from(said: Mapping[str, Any]) -> Returns:
    """What `as_dict` said; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    return Returns(
        date.fromisoformat(said["counted_on"]),
        date.fromisoformat(said["supplied_until"]),
        tuple(
            Returned(
                _tablet_from(each),
                Fraction(each["handed_out"]),
                Fraction(each["taken"]),
                Fraction(each["returns_expected"]),
            )
            for each in said["tablets"]
        ),
    )


def _tablet_from(said: Mapping[str, Any]) -> Tablet:
    if "mg_per_ml" in said:
        return Tablet(said["drug"], Fraction(said["mg_per_ml"]), in_ml=True)
    return Tablet(said["drug"], Fraction(said["strength_mg"]))
