"""The days of a plan, placed in the grids of their months or in the large print's lists."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from taper.paper.pages.words import Words, drugs
from taper.planning.plan import Day, Instruction, Kind, Part, Plan


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a month's grid. `dose` is empty where the plan has no such day."""

    number: str = ""
    mark: str = ""
    dose: str = ""
    drug: str = ""
    tablets: str = ""
    when: str = ""
    events: tuple[str, ...] = ()
    is_new: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """One month's grid, week by week; `again` names it on a further page."""

    first: date
    title: str
    again: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """One day of the large print's lists."""

    date: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the large print."""

    title: str
    days: tuple[ListedDay, ...]


def cells(plan: Plan, words: Words, part: Part | None = None) -> dict[date, Cell]:
    """The cell of every printed day: of the whole plan, or of a part of it."""
    several = len(drugs(plan)) > 1
    made: dict[date, Cell] = {}
    before: Day | None = None
    for day in plan.days():
        if part is not None and not part.holds(day.date):
            before = day
            continue
        made[day.date] = Cell(
            number=_number(day.date, words, with_month=not made or day.date.day == 1),
            mark=words.mark(day, before),
            dose=words.mg(day.dose_mg),
            drug=words.drug(day.step.drug) if several else "",
            tablets=words.tablets(day.tablets),
            when=words.when() if day.tablets else "",
            events=tuple(events(plan, day, words)),
            is_new=day.is_first_of_step,
        )
        before = day
    return made


def _number(day: date, words: Words, *, with_month: bool) -> str:
    return words.language.short_day(day) if with_month else str(day.day)


def events(plan: Plan, day: Day, words: Words) -> Iterator[str]:
    """What else a day is: of a special dose, of an infusion, of a review."""
    if day.step.kind in (Kind.RESCUE, Kind.STRESS_DOSE):
        yield words.kind(day.step.kind)
    if day.step.kind is Kind.HOLD and day.is_first_of_step:
        yield words.gettext("Do not reduce")
    for infusion in plan.infusions:
        if infusion.date == day.date:
            yield words.infusion(infusion)
    if is_review(plan, day.date):
        yield words.gettext("Review")


def is_review(plan: Plan, day: date) -> bool:
    """Whether an open hold is to be reviewed on that day: the last that the whole plan prints."""
    return (
        day == (plan.whole_until or plan.last_day)
        and plan.after.instruction is Instruction.DO_NOT_REDUCE
    )


def others(plan: Plan, by_date: Mapping[date, Cell], words: Words) -> dict[date, Cell]:
    """The cells of the days that share a printed month and are not printed themselves."""
    made: dict[date, Cell] = {}
    for first in dict.fromkeys(day.replace(day=1) for day in by_date):
        for i in range(monthrange(first.year, first.month)[1]):
            day = first + timedelta(days=i)
            if day not in by_date:
                is_planned = plan.first_day <= day <= plan.last_day
                made[day] = Cell(
                    number=_number(day, words, with_month=False),
                    tablets=words.gettext("on other pages")
                    if is_planned
                    else words.gettext("not in this plan"),
                )
    return made


def months(
    by_date: Mapping[date, Cell], others: Mapping[date, Cell], words: Words
) -> Iterator[Month]:
    """The months from the first printed day to the last, whole weeks of whole months."""
    weekdays = tuple(words.language.weekday(n) for n in words.language.weekdays())
    for _, days in groupby(by_date, key=lambda day: (day.year, day.month)):
        first = next(days).replace(day=1)
        title = words.language.month(first)
        yield Month(
            first=first,
            title=title,
            again=words.gettext("%(month)s, continued") % {"month": title},
            weekdays=weekdays,
            weeks=tuple(_weeks(first, by_date, others, words)),
        )


def _weeks(
    first: date, by_date: Mapping[date, Cell], others: Mapping[date, Cell], words: Words
) -> Iterator[tuple[Cell, ...]]:
    """The weeks of a month that have a printed day; blanks stand for the other months."""
    day = first
    while day.month == first.month:
        column = words.language.column(day)
        week = [day + timedelta(days=i) for i in range(7 - column)]
        week = [each for each in week if each.month == first.month]
        if any(each in by_date for each in week):
            after = 7 - column - len(week)
            yield (
                *_blank(column),
                *(by_date.get(each) or others[each] for each in week),
                *_blank(after),
            )
        day = week[-1] + timedelta(days=1)


def _blank(days: int) -> tuple[Cell, ...]:
    return (Cell(span=days),) if days else ()


def listed(by_date: Mapping[date, Cell], words: Words) -> Iterator[Week]:
    """The days as lists of a week, for the large print."""

    def week(day: date) -> date:
        return day - timedelta(days=words.language.column(day))

    lists = [tuple(days) for _, days in groupby(by_date, key=week)]
    for number, days in enumerate(lists, start=1):
        yield Week(
            title=words.gettext("Week %(x)s of %(y)s") % {"x": number, "y": len(lists)},
            days=tuple(ListedDay(words.language.line_date(day), by_date[day]) for day in days),
        )
