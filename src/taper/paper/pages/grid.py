"""The days of a plan, placed in the grid of their weeks or in the large print's lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any, NamedTuple

from taper.paper.pages.diary import ticks
from taper.paper.pages.times import PartSaid
from taper.paper.pages.words import Words, drugs
from taper.planning.plan import Day, Instruction, Kind, Part, Plan

A_WEEK = 7


class Cell(NamedTuple):
    """One place of a grid. `dose` is empty where the plan has no such day."""

    day: date
    number: str
    mark: str = ""
    dose: str = ""
    drug: str = ""
    tablets: str = ""
    parts: tuple[PartSaid, ...] = ()
    when: str = ""
    events: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def says(self) -> tuple[Any, ...]:
        """What it says, from its mark to its events, whichever day it is."""
        return self[2:9]

    @property
    def said(self) -> str:
        """Its tablets on one line, and when they are taken."""
        between = " " if self.parts else ", "
        return self.tablets + (between + self.when if self.when else "")


@dataclass(frozen=True, slots=True)
class WeeksPage:
    """The weeks that stand on one page, under the months that they are of."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """One day of the large print's lists."""

    date: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Week:
    """One page of the large print: a week at most."""

    title: str
    days: tuple[ListedDay, ...]


def cells(
    plan: Plan,
    words: Words,
    part: Part | None = None,
    *,
    diary: bool = False,
    listed: bool = False,
) -> dict[date, Cell]:
    """The cell of every printed day: of the whole plan, or of a part of it; a `diary` is ticked.

    The tablets are `listed` where a line is too narrow for them.
    """
    made: dict[date, Cell] = {}
    marks, review = _marks(plan, words), _review_day(plan)
    before: Day | None = None
    for step in plan.steps:
        like: dict[int, Cell] = {}
        for i, day in enumerate(step.made_days()):
            if part is None or part.holds(day.date):
                turn = i % len(step.daily_mg)
                if turn not in like:
                    like[turn] = _taken(plan, day, words, diary=diary, listed=listed)
                made[day.date] = like[turn]._replace(
                    day=day.date,
                    number=_number(day.date, words, with_month=not made or day.date.day == 1),
                    mark=words.mark(day, before),
                    events=tuple(_events(day, words, marks.get(day.date, ()), review)),
                    is_new=day.is_first_of_step,
                )
            before = day
    return made


def _taken(plan: Plan, day: Day, words: Words, *, diary: bool, listed: bool) -> Cell:
    """What is taken on a day and on each like it: those of the same turn of a step's cycle."""
    return Cell(
        day=day.date,
        number="",
        dose=words.amount(day.dose_mg, day.tablets, in_ml=day.step.in_ml),
        drug=words.drug(day.step.drug) if len(drugs(plan)) > 1 else "",
        tablets=words.tablets(day.tablets, in_ml=day.step.in_ml, listed=listed),
        parts=words.parts(day.tablets, listed=listed),
        when=words.when(day.tablets),
        ticks=ticks(day, words) if diary else (),
    )


def _number(day: date, words: Words, *, with_month: bool) -> str:
    return words.language.short_day(day) if with_month else str(day.day)


def _events(day: Day, words: Words, marks: Sequence[str], review: date | None) -> Iterator[str]:
    """What else a day is: of a special dose, of an infusion or a visit, of a review."""
    if day.step.kind in (Kind.RESCUE, Kind.STRESS_DOSE):
        yield words.kind(day.step.kind)
    if day.step.kind is Kind.HOLD and day.is_first_of_step:
        yield words.gettext("Do not reduce")
    yield from marks
    if day.date == review:
        yield words.gettext("Review")


def _marks(plan: Plan, words: Words) -> Mapping[date, list[str]]:
    """The infusions and visits of each day that has some, in words."""
    made: dict[date, list[str]] = {}
    for infusion in plan.infusions:
        made.setdefault(infusion.date, []).append(words.infusion(infusion))
    for visit in plan.visits:
        made.setdefault(visit.date, []).append(words.visit(visit))
    return made


def _review_day(plan: Plan) -> date | None:
    """The day on which an open hold is to be reviewed: the last that the whole plan prints."""
    if plan.after.instruction is not Instruction.DO_NOT_REDUCE:
        return None
    return plan.whole_until or plan.last_day


def others(plan: Plan, by_date: Mapping[date, Cell], words: Words) -> dict[date, Cell]:
    """The cells of the days that share a printed week and are not printed themselves."""
    printed = list(by_date)
    first = printed[0]
    if len(printed) > A_WEEK:  # a week by itself begins with its first day
        first -= timedelta(days=words.language.column(first))
    made: dict[date, Cell] = {}
    for i in range(ceil(((printed[-1] - first).days + 1) / A_WEEK) * A_WEEK):
        day = first + timedelta(days=i)
        if day not in by_date:
            is_planned = plan.first_day <= day <= plan.last_day
            made[day] = Cell(
                day=day,
                number=_number(day, words, with_month=day == first or day.day == 1),
                tablets=words.gettext("on other pages")
                if is_planned
                else words.gettext("not in this plan"),
            )
    return made


def weeks_of(
    by_date: Mapping[date, Cell], others: Mapping[date, Cell]
) -> list[tuple[date, tuple[Cell, ...]]]:
    """The printed weeks, each with its first day: they run on over the end of a month."""
    days = sorted({*by_date, *others})
    return [
        (days[i], tuple(by_date.get(day) or others[day] for day in days[i : i + A_WEEK]))
        for i in range(0, len(days), A_WEEK)
    ]


def heading_a_page(week: tuple[Cell, ...], words: Words) -> tuple[Cell, ...]:
    """A week as the first of its page: its first day says the month too."""
    first = week[0]
    return (first._replace(number=_number(first.day, words, with_month=True)), *week[1:])


def weeks_page(weeks: Sequence[tuple[date, tuple[Cell, ...]]], words: Words) -> WeeksPage:
    """A page of the weeks that begin on these days, of which the first says its month too."""
    first, last = weeks[0][0], weeks[-1][0] + timedelta(days=6)
    every = (first + timedelta(days=i) for i in range((last - first).days + 1))
    rows = [cells for _, cells in weeks]
    rows[0] = heading_a_page(rows[0], words)
    return WeeksPage(
        title=words.language.months(every, words.join),
        weekdays=tuple(words.language.weekday((first.weekday() + i) % 7) for i in range(7)),
        weeks=tuple(rows),
    )


def listed(by_date: Mapping[date, Cell], words: Words) -> list[ListedDay]:
    """The days as rows of the large print."""
    return [ListedDay(words.language.line_date(day), cell) for day, cell in by_date.items()]


def numbered(pages: Sequence[Sequence[ListedDay]], words: Words) -> Iterator[Week]:
    """The pages of the large print, each under its number."""
    weeks = ceil(sum(map(len, pages)) / A_WEEK)
    # the last two share what is left
    is_week = len(pages) == weeks and all(len(days) == A_WEEK for days in pages[:-2])
    for number, days in enumerate(pages, start=1):
        said = {"x": number, "y": len(pages)}
        title = (
            words.gettext("Week %(x)s of %(y)s")
            if is_week
            else words.gettext("Your days, part %(x)s of %(y)s")
        )
        yield Week(title % said, tuple(days))
