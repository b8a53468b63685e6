"""Steps as a table with titles: CSV, or what is copied from a spreadsheet or a page."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NoReturn

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.drugs import UnknownDrugError, in_plain_tablets
from taper.sources.written.steps import THOUSANDS, THOUSANDS_ALLOWED, Written, WrittenStep
from taper.trial.fields import MAX_DAYS, parse_date
from taper.wording.quoting import shown
from taper.wording.words import folded

_DELIMITERS = "\t;|,"
_TITLES: Mapping[str, str] = {
    title: column
    for column, titles in {
        "dose": "dose dose_mg mg daily_mg daily_dose daily_dose_mg dosis dosis_mg",
        "days": "days tage dias jours number_of_days duration_days",
        "weeks": "weeks wochen semanas semaines duration_weeks",
        "start": "start from start_date first_day beginn von desde debut",
        "end": "end to until end_date last_day ende bis hasta fin",
        "date": "date datum fecha",
        "drug": "drug medication steroid wirkstoff farmaco medicament",
    }.items()
    for title in titles.split()
}
_SAME: Mapping[str, frozenset[str]] = {
    "days": frozenset({"weeks"}),
    "date": frozenset({"start", "end"}),
}
"""Columns beside which another one says the same."""
_LASTS = frozenset({"days", "weeks", "start", "date"})
_PASSED_OVER = frozenset(
    {
        *(
            "participant",
            "protocol",
            "plan_id",
            "revision",
            "not_for_patient_use",
            "number",
            "step",
        ),
        *("kind", "day", "taper_day", "prednisone_equivalent_mg", "tablets", "times"),
    }
)
"""Columns of our own tables, which follow from the others; in another's `times` may be a number."""
_OURS = "plan_id"
"""The title that none but our own tables have."""
_IN_TURN = " then "
"""What parts the doses of a cycle in our own tables."""


def is_table(text: str) -> bool:
    """Whether the first line has titles of a dose and of how long it is taken."""
    rows = _rows(text)
    columns = {_column(title) for title in rows[0]} if rows else set()
    return "dose" in columns and bool(columns & _LASTS)


def written_in(text: str, name: str, drug: str | None) -> Written:
    """The steps of a table, a row each; `drug` is what is taken where no column names one."""
    titles, *rows = _rows(text)
    columns = [_column(title) for title in titles]
    _refuse_others(titles, name)
    _refuse_twice(titles, columns, name)
    steps: list[WrittenStep] = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(titles):
            read = f"{len(row)} cells"
            raise Refusal.of(name, f"row {number}", read, f"{len(titles)}, as there are titles")
        cells = {c: cell.strip() for c, cell in zip(columns, row, strict=True) if c}
        steps += _Row(name, f"row {number}", cells, drug, is_ours=_are_ours(titles)).steps()
    if not steps:
        raise Refusal.of(name, "the table", "one without a row", "a row for each step")
    return Written(steps)


def _refuse_others(titles: Sequence[str], name: str) -> None:
    """Refuse a column that might say more: `every other day` stands in one that nobody knows."""
    for title in titles:
        if not _column(title) and not (_are_ours(titles) and _plain(title) in _PASSED_OVER):
            known = "dose, days, weeks, start, end, date and drug"
            raise Refusal.of(name, "the titles", shown(title.strip()), f"the columns {known}")


def _are_ours(titles: Sequence[str]) -> bool:
    return _OURS in map(_plain, titles)


def _refuse_twice(titles: Sequence[str], columns: Sequence[str], name: str) -> None:
    """Refuse two columns that say one thing: nobody knows which of them is meant."""
    for title, column in zip(titles, columns, strict=True):
        others = {*_SAME.get(column, ()), *([column] if columns.count(column) > 1 else [])}
        if column and not others.isdisjoint(columns):
            raise Refusal.of(name, "the titles", f"more than one for what {shown(title)} is", "one")


def _rows(text: str) -> list[list[str]]:
    """The cells of every row that has any, without the line below the titles of a page's table."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((each for each in _DELIMITERS if each in first), "")
    if not delimiter:
        return []
    lines = (line.strip("| ") if delimiter == "|" else line for line in text.splitlines())
    rows = csv.reader((line for line in lines if line.strip()), delimiter=delimiter)
    return [row for row in rows if not re.fullmatch(r"[\s:|-]*", "".join(row))]


def _column(title: str) -> str:
    return _TITLES.get(_plain(title), "")


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", folded(title)).strip("_")


class _Row:
    """A row while it is read."""

    def __init__(
        self, name: str, place: str, cells: Mapping[str, str], drug: str | None, *, is_ours: bool
    ) -> None:
        self._name, self._place, self._cells, self._drug = name, place, cells, drug
        self._is_ours = is_ours

    def steps(self) -> Iterator[WrittenStep]:
        """The step of the row; of a cycle one for each of its days."""
        doses = [self._mg(each) for each in self._cells["dose"].split(_IN_TURN)]
        day = self._date("date")
        start, end, days = self._date("start") or day, self._date("end") or day, self._days()
        if len(doses) == 1:
            yield self._step(doses[0], days, start, end)
            return
        if days is None or start is None:
            self._refuse(self._cells["dose"], "days and start beside doses in turn")
        for i in range(days):
            each = date.fromordinal(start.toordinal() + i)
            yield self._step(doses[i % len(doses)], 1, each, each)

    def _step(
        self, mg: Fraction, days: int | None, start: date | None, end: date | None
    ) -> WrittenStep:
        return WrittenStep(self._place, self._named(), mg, days, start, end)

    def _named(self) -> str:
        typed = self._cells.get("drug", "")
        if not typed:
            if self._drug is None:
                self._refuse_step("one without a drug", "a column drug, or --drug")
            return self._drug
        try:
            return in_plain_tablets(typed)
        except UnknownDrugError as wrong:
            self._refuse_step(f"{shown(typed)}{wrong.because}", str(wrong))

    def _mg(self, typed: str) -> Fraction:
        if not typed:
            self._refuse_step("one without a dose", "a dose in mg, such as 7.5")
        number = re.sub(r"\s*mg$", "", typed.strip())
        if not self._is_ours and THOUSANDS.search(number):
            self._refuse(typed, THOUSANDS_ALLOWED)
        try:
            return dose.parse(number)
        except ValueError as allowed:
            self._refuse(typed, str(allowed))

    def _days(self) -> int | None:
        for column, times in (("days", 1), ("weeks", 7)):
            typed = self._cells.get(column, "")
            if typed:
                if not re.fullmatch("[1-9][0-9]{0,4}", typed) or int(typed) > MAX_DAYS:
                    self._refuse(typed, f"a whole number of {column}")
                return int(typed) * times
        return None

    def _date(self, column: str) -> date | None:
        typed = self._cells.get(column, "")
        if not typed:
            return None
        try:
            return parse_date(typed)
        except ValueError as allowed:
            self._refuse(typed, str(allowed))

    def _refuse(self, read: str, allowed: str) -> NoReturn:
        self._refuse_step(shown(read), allowed)

    def _refuse_step(self, what: str, allowed: str) -> NoReturn:
        """Of what a step says or lacks as a whole, in our words and not in quotation marks."""
        raise Refusal.of(self._name, self._place, what, allowed)
