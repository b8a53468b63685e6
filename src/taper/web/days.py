"""Every day of a plan in the weeks of its months, as the page shows them.

A calendar has some hundred and fifty days, and most of them say what the day before said. What a
day says is made once for all like it, and a week is one piece of HTML: to make each day by itself
took longer than to plan it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from taper.paper.pages.grid import A_WEEK, Cell, cells, others, weeks_of
from taper.paper.pages.words import Words
from taper.planning.plan import Plan
from taper.web.speech import rendered


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks that begin in a month, each the places of its days; and the names of these."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[Markup, ...]


def months(plan: Plan, words: Words, code: str) -> Iterator[Month]:
    """The months of a plan, in a language of the page."""
    by_date = cells(plan, words)
    weeks = weeks_of(by_date, others(plan, by_date, words))
    for _, some in groupby(weeks, key=lambda week: (week[0].year, week[0].month)):
        each = list(some)
        weekdays = _weekdays(each[0][0].weekday(), words)
        heads = [str(escape(day)) for day in weekdays]
        yield Month(
            title=words.language.months([each[0][0]], words.join),
            weekdays=weekdays,
            weeks=tuple(_week(week, heads, code) for _, week in each),
        )


def _weekdays(first: int, words: Words) -> tuple[str, ...]:
    return tuple(words.language.weekday((first + i) % A_WEEK) for i in range(A_WEEK))


def _week(week: Sequence[Cell], heads: Sequence[str], code: str) -> Markup:
    """The places of a week; `heads` are the names of its days as HTML."""
    return Markup("".join(map(_day, week, heads, [code] * len(week))))


def _day(cell: Cell, head: str, code: str) -> str:
    """The place of a day: new where a step begins, outside where it is not in the plan.

    Nothing that anybody typed stands in it but what `_said` has from its template.
    """
    kind = ' class="outside"' if not cell.dose else ' class="new"' if cell.is_new else ""
    return (
        f'<td{kind} data-day="{head}"><time datetime="{cell.day.isoformat()}">'
        f"{_number(cell.number)}</time>{_body(cell, code)}</td>"
    )


def _body(cell: Cell, code: str) -> Markup:
    if not cell.dose:
        return Markup(" <span>{}</span>").format(cell.tablets)
    return _said(code, cell.says)


@lru_cache(maxsize=4096)
def _said(code: str, says: tuple[Any, ...]) -> Markup:
    """What a day says: the same on most days of a step."""
    mark, dose, drug, tablets, parts, when, events = says
    return Markup(
        rendered(
            "_day.html",
            code,
            mark=mark,
            dose=dose,
            drug=drug,
            tablets=tablets,
            parts=parts,
            when=when,
            events=events,
        )
    )


_number = lru_cache(maxsize=1024)(escape)
"""The number of a day, or the month with it, as HTML."""
