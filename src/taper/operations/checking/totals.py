"""The sums that a regimen's sheet prints, held against its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.planning.totals import first_days
from taper.sources.checking import CheckedFile, Subject
from taper.sources.regimen_sheets import RegimenSheet, Total
from taper.sources.yaml import Lines
from taper.trial.regimens import Steps


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
