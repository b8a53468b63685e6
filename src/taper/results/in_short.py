"""What came of all of them in a few rows: what a reader looks for first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.results.cohort import Cohort, Summary
from taper.results.figures import text
from taper.results.report import Cell, Table
from taper.results.series import Name

NAME = "in_short"
_COLUMNS = (
    *("at", "who", "n", "missing", "mean_change_percent", "sd", "sem", "median", "q1", "q3"),
    *("at_target", "of", "percent_at_target", "low", "high"),
)
_DECIMALS = 1


def in_short(cohort: Cohort, main: Name) -> Table:
    """A row a time and group of one series: the change from entry, and how many are at the target.

    Percent with one decimal; the other tables have four.
    """
    rows = tuple(tuple(_row(each)) for each in cohort.summaries if each.series is main)
    return Table(NAME, f"In short: change from entry and target, {main}", _COLUMNS, rows)


def _row(each: Summary) -> Iterator[Cell]:
    change, reached = each.change_percent, each.at_target
    yield from (each.time.label, each.who, str(change.n), str(each.missing))
    yield from map(_short, (change.mean, change.sd, change.sem))
    yield from (_short(change.quartile(number)) for number in (2, 1, 3))
    yield from (str(reached.count), str(reached.n))
    yield from map(_percent, (reached.share, reached.low, reached.high))


def _short(number: Fraction | None) -> Cell:
    return "" if number is None else text(number, _DECIMALS)


def _percent(share: Fraction | None) -> Cell:
    return _short(None if share is None else share * 100)
