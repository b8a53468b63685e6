"""The options that choose a part of the days: `--from`, with `--until` or `--weeks`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.operations.plans.parts import FROM, UNTIL, AskedDays
from taper.paper.documents import Paper
from taper.record.forms import Format
from taper.trial.fields import MAX_DAYS, parse_count, parse_date
from taper.wording.quoting import shown

TODAY, WEEKS = "today", "--weeks"
_MOST_WEEKS = MAX_DAYS // 7

Since = Annotated[
    str | None,
    typer.Option(FROM, metavar="today|DATE", help="Only the days from this one on."),
]
Until = Annotated[
    str | None,
    typer.Option(UNTIL, metavar="DATE", help="Only the days until this one, itself included."),
]
Weeks = Annotated[
    str | None,
    typer.Option(WEEKS, metavar="N", help="Only so many weeks, counted from --from."),
]


def days_named(*typed: str | None) -> bool:
    """Whether any of the options is given."""
    return any(each is not None for each in typed)


def asked_days(
    since: str | None, until: str | None, weeks: str | None, today: date
) -> AskedDays | None:
    """The days that the options name, None where they name none."""
    if not days_named(since, until, weeks):
        return None
    is_today = since is not None and since.casefold() == TODAY
    first = today if is_today else _day(FROM, since)
    if weeks is not None:
        return AskedDays(first, _after_weeks(weeks, first, until), is_today, WEEKS)
    last = _day(UNTIL, until)
    if first is not None and last is not None and first > last:
        raise UsageError(f"--from is {first} and --until is {last}; allowed: a day not after it.")
    return AskedDays(first, last, is_today)


def _after_weeks(typed: str, first: date | None, until: str | None) -> date:
    """The last of so many weeks."""
    if first is None or until is not None:
        beside = "with --until" if first is not None else "without --from"
        raise UsageError(f"--weeks is given {beside}; allowed: --weeks with --from alone.")
    try:
        count = parse_count(typed)
    except ValueError:
        count = 0
    if not 1 <= count <= _MOST_WEEKS:
        raise UsageError(
            f"--weeks is {shown(typed)}; allowed: a whole number from 1 to {_MOST_WEEKS}."
        )
    return first + timedelta(days=7 * count - 1)


def _day(option: str, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return parse_date(typed)
    except ValueError as allowed:
        also = f"{TODAY}, or " if option == FROM else ""
        raise UsageError(f"{option} is {shown(typed)}; allowed: {also}{allowed}.") from allowed


def refuse_no_days(
    asked: AskedDays | None, chosen: Iterable[Paper], wanted: Iterable[Format]
) -> None:
    """Some days only are printed of what has a page for them."""
    if asked is None:
        return
    others = [each for each in chosen if not each.has_part]
    if others or not any(each.is_printed for each in wanted):
        option = asked.last_option if asked.first is None else FROM
        raise UsageError(
            f"{option} is given without a calendar to print; allowed: with --format pdf or html, "
            "and no --document but calendar, large-print and pharmacy."
        )


def refuse_beside_days(asked: AskedDays | None, options: Iterable[str]) -> None:
    """What counts by the whole calendar cannot be told of some of its days."""
    for option in options if asked is not None else ():
        raise UsageError(
            f"{option} is given with --from, --until or --weeks; allowed: it alone, as it counts "
            "by every printed day."
        )
