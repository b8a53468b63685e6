"""Which strengths to stock so that a course can be made exactly with the fewest tablets.

Every choice of one, two or three strengths is tried on every dose of the course: a choice that
looks good for the first doses may fail at a later one, so nothing here is greedy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from taper.doses.quantities import quantity
from taper.doses.tablets import Stock, Tablets, can_make, combine, stock
from taper.errors import Refusal
from taper.planning.plan import NotTapering, Plan, Planned

MOST_STRENGTHS = 3
MOST_STEPS_OF_A_CHOICE = 2000
"""Fewer steps than a plan's own tablets may have, as each choice of them is searched."""

Course = Mapping[Fraction, int]
"""How many printed days one participant takes each dose, mg a day of one drug."""


def courses(plan: Plan) -> dict[str, Course]:
    """The printed days of a plan by drug and dose; days without a tablet need no stock.

    A solution is ordered in mL, and needs no choice of strengths.
    """
    by_drug: dict[str, Counter[Fraction]] = {}
    for day in plan.days():
        if day.dose_mg > 0 and not day.tablets.in_ml:
            by_drug.setdefault(day.step.drug, Counter())[day.dose_mg] += 1
    return dict(by_drug)


# What is needed ---------------------------------------------------------------------------------

Takers = Mapping[tuple[str, str], Sequence[tuple[Plan, Course]]]
"""Whoever takes tablets of a drug from a market, and their courses."""


@dataclass(frozen=True)
class Need:
    """What participants take of one drug, and the tablets to choose from; `whose`, in words."""

    drug: str
    candidates: Stock
    whose: str
    participants: tuple[str, ...]
    courses: tuple[Course, ...]
    as_planned: Mapping[Fraction, int]


def takers(planned: Iterable[tuple[Planned, str]], drug: str | None = None) -> Takers:
    """Who takes what, by drug and market in the order in which they turn up.

    Each plan comes with the market of its tablets; `drug` leaves out the days on any other.
    """
    found: dict[tuple[str, str], list[tuple[Plan, Course]]] = {}
    for plan, market in planned:
        if isinstance(plan, NotTapering):
            continue
        for taken, course in courses(plan).items():
            if drug in (None, taken):
                found.setdefault((taken, market), []).append((plan, course))
    return found


def needs(
    takers: Takers, at_hand: Callable[[str, str, Fraction], tuple[Stock, str]]
) -> tuple[list[Need], list[Refusal]]:
    """What is to be stocked; a drug without known tablets is refused and stops no other.

    `at_hand` gives the tablets of a drug on a market for doses up to some mg, and whose they are
    in words.
    """
    found: list[Need] = []
    refused: list[Refusal] = []
    for (drug, market), taken in takers.items():
        try:
            highest = max(mg for _, course in taken for mg in course)
            candidates, whose = at_hand(drug, market, highest)
        except Refusal as wrong:
            refused.append(wrong)
            continue
        plans = [plan for plan, _ in taken]
        found.append(
            Need(
                drug,
                candidates,
                whose,
                participants=tuple(plan.participant for plan in plans),
                courses=tuple(course for _, course in taken),
                as_planned=_as_planned(drug, plans),
            )
        )
    return found, refused


def _as_planned(drug: str, plans: Iterable[Plan]) -> dict[Fraction, int]:
    """The tablets of the plans as they are, by strength, the largest first."""
    planned: Counter[Fraction] = Counter()
    for plan in plans:
        tablets = (q for q in plan.quantities if q.drug == drug and not q.in_ml)
        planned.update({q.strength_mg: int(q.tablets) for q in tablets})
    return dict(sorted(planned.items(), reverse=True))


# Choices ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """What stocking these strengths means for the courses.

    `quantities` are whole tablets of each strength for every printed day, halves kept within one
    participant's course. They and the figures after them are None where a dose cannot be made.
    """

    strengths: Stock
    unmakeable: tuple[Fraction, ...]
    days_unmade: int
    quantities: Mapping[Fraction, int] | None = None
    most_pieces: int | None = None
    broken_days: int | None = None

    @property
    def is_feasible(self) -> bool:
        """Whether every dose of every day can be made."""
        return not self.unmakeable

    @property
    def uses_all(self) -> bool:
        """Whether each strength is used on some day; otherwise it is a choice of fewer."""
        return self.quantities is None or all(self.quantities.values())

    @property
    def tablets(self) -> int | None:
        """Whole tablets in all."""
        return None if self.quantities is None else sum(self.quantities.values())


def choices(
    courses: Sequence[Course], candidates: Stock, most: int = MOST_STRENGTHS
) -> tuple[Choice, ...]:
    """Every choice of up to `most` of the candidates, the best first.

    Feasible ones by fewest tablets, then fewest pieces on the worst day, fewest days with a broken
    tablet, fewest strengths, larger strengths. The others follow, those that fail on the fewest
    days first.
    """
    days = _together(courses)
    made = [
        _choice(stock(chosen), courses, days)
        for number in range(1, most + 1)
        for chosen in combinations(candidates, number)
    ]
    return tuple(sorted(made, key=_rank))


def _rank(choice: Choice) -> tuple[object, ...]:
    larger_first = [-strength.mg for strength in choice.strengths]
    return (
        choice.days_unmade,
        choice.tablets or 0,
        choice.most_pieces or 0,
        choice.broken_days or 0,
        len(choice.strengths),
        larger_first,
    )


def best(made: Iterable[Choice], number: int) -> Choice | None:
    """The best feasible choice that needs so many strengths, of choices in their order."""
    fitting = (c for c in made if c.is_feasible and c.uses_all and len(c.strengths) == number)
    return next(fitting, None)


def best_of_each_number(made: Sequence[Choice]) -> dict[int, Choice | None]:
    """The best choice of one strength, of two and so on; None where there is none."""
    return {number: best(made, number) for number in range(1, MOST_STRENGTHS + 1)}


def _together(courses: Iterable[Course]) -> Course:
    days: Counter[Fraction] = Counter()
    for course in courses:
        days.update(course)
    return days


def _choice(strengths: Stock, courses: Sequence[Course], days: Course) -> Choice:
    unmakeable = tuple(sorted((mg for mg in days if not can_make(mg, strengths)), reverse=True))
    if unmakeable:
        return Choice(strengths, unmakeable, sum(days[mg] for mg in unmakeable))
    ways = {mg: combine(mg, strengths) for mg in days}
    # Halves are not passed from one participant to the next; without halves all are one course.
    whole = all(strength.split == 1 for strength in strengths.tablets)
    return Choice(
        strengths,
        (),
        0,
        quantities=_quantities(strengths, [days] if whole else courses, ways),
        most_pieces=max((way.pieces for way in ways.values()), default=0),
        broken_days=sum(days[mg] for mg, way in ways.items() if way.is_broken),
    )


def _quantities(
    strengths: Stock, courses: Iterable[Course], ways: Mapping[Fraction, Tablets]
) -> dict[Fraction, int]:
    totals = {strength.mg: 0 for strength in strengths}
    for course in courses:
        counts: dict[Fraction, list[Fraction]] = {strength.mg: [] for strength in strengths}
        for mg, count in _counts(course, ways):
            counts[mg].append(count)
        for mg, its in counts.items():
            totals[mg] += quantity(its)
    return totals


def _counts(
    course: Course, ways: Mapping[Fraction, Tablets]
) -> Iterator[tuple[Fraction, Fraction]]:
    """How many tablets of which strength a course takes, dose by dose."""
    for mg, days in course.items():
        for taken in ways[mg]:
            yield taken.strength_mg, taken.count * days
