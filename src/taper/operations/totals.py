"""The rows of a regimen looked at for what they are: their sums, and those that rise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.planning.totals import first_days
from taper.sources.checking import CheckedFile, Subject
from taper.sources.protocols import trial_written
from taper.sources.regimen_sheets import RegimenSheet, Total
from taper.sources.regimens import reference_in
from taper.sources.yaml import Lines
from taper.trial.regimens import Regimen, Steps


def recomputed(checked: CheckedFile) -> CheckedFile:
    """What was checked, with every total of a regimen's sheet that is not the sum of its rows."""
    document = checked.document
    if document is None or checked.problems or not _is_whole_sheet(checked):
        return checked
    sheet = RegimenSheet.model_validate(document.data)
    who = document.name if checked.path is None else str(checked.path)
    found = tuple(wrong_totals(sheet, who, document.lines))
    return replace(checked, problems=found)


def _is_whole_sheet(checked: CheckedFile) -> bool:
    """What its source leaves open has no sum."""
    assert checked.document is not None  # the callers asked
    return checked.subject is Subject.REGIMEN and "needs" not in checked.document.data


def rising(checked: CheckedFile) -> str:
    """The rows that lie above the row before, in words: each would be cut to the dose before it.

    Of a sheet, or of the regimen written in a protocol; empty where none does.
    """
    rows = [] if checked.problems else list(_rising_rows(checked))
    if not rows:
        return ""
    rows_, rise = ("row", "rises") if len(rows) == 1 else ("rows", "rise")
    return f"{rows_} {dose.join(rows)} {rise} above the one before and would be cut to its dose"


def _rising_rows(checked: CheckedFile) -> Iterator[str]:
    """The rows as a person counts them, from 1; of several tables with the number of theirs."""
    rule = _written_rule(checked)
    tables = list(rule.all_tables()) if isinstance(rule, Steps) else []
    for i, rows in enumerate(tables, start=1):
        of_table = f" of table {i}" if len(tables) > 1 else ""
        for j, (before, row) in enumerate(pairwise(rows), start=2):
            if row.highest_mg > before.highest_mg:
                yield f"{j}{of_table}"


def _written_rule(checked: CheckedFile) -> Regimen | None:
    """The regimen that stands in the file itself, not one that it only names."""
    if checked.document is None:
        return None
    if checked.subject is Subject.REGIMEN and _is_whole_sheet(checked):
        return RegimenSheet.model_validate(checked.document.data).regimen
    if checked.subject is Subject.PROTOCOL and reference_in(checked.document.data) is None:
        taper = trial_written(checked.document, path=checked.path).protocol.taper
        return None if taper is None else taper.regimen
    return None


def wrong_totals(sheet: RegimenSheet, who: str, lines: Lines | None = None) -> Iterator[Problem]:
    """A problem for every total that is not the sum of the rows, or that has none."""
    for i, total in enumerate(sheet.totals):
        problem = _problem_of(sheet, total)
        if problem is not None:
            place = ("totals", i, problem.field)
            line = (lines or {}).get(place, (lines or {}).get(place[:2]))
            field = f"totals[{i + 1}].{problem.field}"
            yield replace(problem, who=who, field=field, line=line)


def _problem_of(sheet: RegimenSheet, total: Total) -> Problem | None:
    start_mg = total.from_mg or _highest_row(sheet)
    if start_mg is None:
        return Problem("", "from_mg", "missing", "the start dose that the sum is counted from")
    try:
        mg = first_days(sheet.regimen, start_mg, total.days, total.weight_kg)
    except Refusal as refused:
        return refused.problems[0]
    if mg == Fraction(total.mg):
        return None
    allowed = (
        f"{dose.text(mg)}, the sum of the rows over {total.days} days from {dose.text(start_mg)} mg"
    )
    return Problem("", "mg", total.mg, allowed)


def _highest_row(sheet: RegimenSheet) -> Fraction | None:
    """The dose at which a table is entered where its total does not say it."""
    is_table = isinstance(sheet.regimen, Steps) and sheet.regimen.steps
    return sheet.regimen.steps[0].highest_mg if is_table else None  # type: ignore[union-attr, index]
