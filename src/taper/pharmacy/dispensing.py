"""How many tablets to hand out, when, and how many should come back (§7.2).

Tablets are counted for the printed days of each interval: from one infusion or visit to the
next, or so many days at a time. Everything is a function of a plan and the pharmacy's terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, cycle, groupby, islice

from taper.doses import dose
from taper.doses.tablets import Tablets
from taper.pharmacy.amounts import in_packs, needed_of, used_of
from taper.pharmacy.terms import Tablet, Terms
from taper.planning import beyond
from taper.planning.labels import InfusionMark, VisitMark
from taper.planning.plan import ONE_DAY, NotTapering, Part, Plan, Planned


@dataclass(frozen=True, slots=True)
class Supply:
    """What is handed out of one tablet for some days.

    `taken` is what the days take, half tablets as halves. `tablets` are the whole tablets that
    this needs, `with_spare` those for the spare days too, `dispensed` those in whole packs. Of a
    solution all of them are mL.
    `returned` is what should be left when nothing was taken from the spare days.
    """

    tablet: Tablet
    taken: Fraction
    tablets: int | Fraction
    with_spare: int | Fraction
    packs: int | None
    pack_tablets: int | None
    dispensed: int | Fraction
    returned: Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """From one hand-out to the day before the next; `opened_by` says what it is.

    `planned` where the day rests on an infusion that has not been given.
    """

    number: int
    start: date
    end: date
    opened_by: str
    planned: bool
    supplies: tuple[Supply, ...] = ()

    @property
    def days(self) -> int:
        """How many days it has, both ends counted."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Total:
    """What is handed out of one tablet at all hand-outs together."""

    tablet: Tablet
    taken: Fraction
    dispensed: int | Fraction
    packs: int | None
    returned: Fraction


@dataclass(frozen=True, slots=True)
class Dispensing:
    """A plan's tablets: interval by interval, their totals, and the whole plan at one go.

    Of a `part` of the plan, all of them are those of its days.
    """

    terms: Terms
    intervals: tuple[Interval, ...]
    whole_plan: tuple[Supply, ...]
    part: Part | None = None

    @property
    def totals(self) -> tuple[Total, ...]:
        """The sums over all intervals, by drug in the order taken, the largest strength first."""
        supplies = [supply for interval in self.intervals for supply in interval.supplies]
        drugs = list(dict.fromkeys(supply.tablet.drug for supply in supplies))
        tablets = {supply.tablet for supply in supplies}
        ordered = sorted(tablets, key=lambda t: (drugs.index(t.drug), -t.strength_mg))
        return tuple(_total(t, [s for s in supplies if s.tablet == t]) for t in ordered)


def _total(tablet: Tablet, supplies: Sequence[Supply]) -> Total:
    packs = [supply.packs for supply in supplies if supply.packs is not None]
    return Total(
        tablet,
        taken=sum((supply.taken for supply in supplies), Fraction(0)),
        dispensed=sum(supply.dispensed for supply in supplies),
        packs=sum(packs) if packs else None,
        returned=sum((supply.returned for supply in supplies), Fraction(0)),
    )


def dispense(plan: Planned, terms: Terms, part: Part | None = None) -> Dispensing:
    """The tablets to hand out for every printed day of a plan; nothing where none is printed.

    Of a `part`, which may go beyond the last printed day, for its days alone: the first of them is
    the first hand-out, and `whole_plan` are all of them at one go.
    """
    if isinstance(plan, NotTapering):
        return Dispensing(terms, (), ())
    days = _Days.of(beyond.shown(plan, part))
    span = part or whole(plan)
    intervals = tuple(
        Interval(
            number, start, end, opening.what, opening.planned, days.supplies(start, end, terms)
        )
        for number, (opening, start, end) in enumerate(
            _spans(plan, terms, span.first, span.last), 1
        )
    )
    return Dispensing(terms, intervals, days.supplies(span.first, span.last, terms), part)


def given_together(dispensings: Iterable[Dispensing]) -> dict[Tablet, list[int | Fraction]]:
    """What each participant is given of each tablet in all, by drug and strength."""
    given: dict[Tablet, list[int | Fraction]] = {}
    for dispensing in dispensings:
        for total in dispensing.totals:
            given.setdefault(total.tablet, []).append(total.dispensed)
    return dict(sorted(given.items()))


def whole(plan: Plan) -> Part:
    """All of its printed days."""
    return Part(plan.first_day, plan.last_day)


# Intervals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opening:
    date: date
    what: str
    planned: bool = False


def _spans(
    plan: Plan, terms: Terms, first: date, last: date
) -> Iterator[tuple[_Opening, date, date]]:
    """Each opening with the first and last day of its interval."""
    openings = [_first_opening(plan, first), *_later_openings(plan, terms, first, last)]
    ends = [opening.date - ONE_DAY for opening in openings[1:]] + [last]
    for opening, end in zip(openings, ends, strict=True):
        yield opening, opening.date, end


def _first_opening(plan: Plan, first: date) -> _Opening:
    """The first printed day, which is the day of the infusion that the taper is counted from."""
    here = _by_infusions(mark for mark in plan.infusions if mark.date == first)
    return next(here, _Opening(first, "first day", plan.provisional))


def openings(plan: Plan, terms: Terms, first: date, last: date) -> list[date]:
    """The days of hand-outs after `first` and up to `last`, as a plan with those days has them."""
    return [opening.date for opening in _later_openings(plan, terms, first, last)]


def _later_openings(plan: Plan, terms: Terms, first: date, last: date) -> Iterator[_Opening]:
    """The hand-outs after the first day and up to the last, in their order."""
    if terms.every_days is not None:
        for n in range(terms.every_days, (last - first).days + 1, terms.every_days):
            yield _Opening(first + timedelta(days=n), f"day {n + 1}", plan.provisional)
    elif terms.visits:
        for visit in sorted(set(terms.visits)):
            if first < visit <= last:
                yield _Opening(visit, "visit")
    elif terms.at_visits:
        yield from _by_visits(mark for mark in plan.visits if first < mark.date <= last)
    else:
        yield from _by_infusions(mark for mark in plan.infusions if first < mark.date <= last)


def _by_visits(marks: Iterable[VisitMark]) -> Iterator[_Opening]:
    """The days of visits, two on one day as one (§7.2.6)."""
    for day, same in groupby(marks, key=lambda mark: mark.date):
        held = list(same)
        names = dose.join([mark.name for mark in held])
        yield _Opening(day, names, all(mark.planned for mark in held))


def _by_infusions(marks: Iterable[InfusionMark]) -> Iterator[_Opening]:
    """The days of infusions in their order, two on one day as one (§7.2.6)."""
    for day, same in groupby(sorted(marks, key=lambda mark: mark.date), lambda mark: mark.date):
        given = list(same)
        names = dose.join([f"infusion {mark.number}" for mark in given])
        yield _Opening(day, names, all(mark.planned for mark in given))


# Counting -------------------------------------------------------------------------------------

_DayOfTablets = tuple[str, Tablets]
"""The drug of a day, and its tablets."""


@dataclass(frozen=True)
class _Days:
    """The tablets of every day: the printed ones, and those that follow on them."""

    first: date
    last: date
    printed: tuple[_DayOfTablets, ...]
    plan: Plan = field(repr=False)

    @classmethod
    def of(cls, plan: Plan) -> _Days:
        printed = tuple((day.step.drug, day.tablets) for day in plan.days())
        return cls(plan.first_day, plan.last_day, printed, plan)

    def supplies(self, start: date, end: date, terms: Terms) -> tuple[Supply, ...]:
        """What is handed out on `start` for the days to `end`, and the spare days after it."""
        begin, stop = (start - self.first).days, (end - self.first).days + 1
        days = self.printed[begin:stop]
        spare = tuple(islice(self._from(stop), terms.spare_days))
        needed = _counts(days)
        with_spare = _counts(days + spare)
        return tuple(
            _supply(tablet, needed.get(tablet, []), counts, terms)
            for tablet, counts in with_spare.items()
        )

    def _from(self, place: int) -> Iterator[_DayOfTablets]:
        """The days from a place on: as printed, and after the last as the calendar goes on."""
        yield from self.printed[place:]
        yield from _afterwards(self.plan)


def days_from(
    plan: Plan, start: date, terms: Terms
) -> tuple[Sequence[_DayOfTablets], Sequence[_DayOfTablets]]:
    """The tablets of each printed day from `start` on, and of the spare days after the last."""
    days = _Days.of(plan)
    spare = tuple(islice(_afterwards(plan), terms.spare_days))
    return days.printed[(start - days.first).days :], spare


def _afterwards(plan: Plan) -> Iterator[_DayOfTablets]:
    """The days after the last printed one, without end: what the calendar's last line says."""
    return ((plan.after.drug, taken) for taken in cycle(plan.after.tablets))


def _counts(days: Iterable[_DayOfTablets]) -> dict[Tablet, list[Fraction]]:
    """Each taking's count of every tablet, by drug in their order, the largest strength first."""
    counts: dict[str, dict[tuple[Fraction, bool], list[Fraction]]] = {}
    for drug, tablets in days:
        for taken in chain.from_iterable(tablets.takings):
            strength = taken.strength_mg, taken.in_ml
            counts.setdefault(drug, {}).setdefault(strength, []).append(taken.count)
    return {
        Tablet(drug, *strength): by_strength[strength]
        for drug, by_strength in counts.items()
        for strength in sorted(by_strength, reverse=True)
    }


def _supply(
    tablet: Tablet, needed: Sequence[Fraction], with_spare: Sequence[Fraction], terms: Terms
) -> Supply:
    pack = terms.pack_of(tablet)
    all_of_it = needed_of(tablet, with_spare, terms)
    packs, dispensed = in_packs(all_of_it, pack)
    taken = sum(needed, Fraction(0))
    used_up = used_of(tablet, needed, terms)
    return Supply(
        tablet,
        taken=taken,
        tablets=needed_of(tablet, needed, terms),
        with_spare=all_of_it,
        packs=packs,
        pack_tablets=None if pack is None else pack.tablets,
        dispensed=dispensed,
        returned=Fraction(dispensed) - used_up,
    )
