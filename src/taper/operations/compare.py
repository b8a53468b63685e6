"""Regimens, as they are written in sheets, put to one question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from taper import sources
from taper.doses import dose
from taper.errors import Refusal
from taper.operations.planned import Records
from taper.planning import comparison
from taper.planning.comparison import Answer, Question
from taper.sources import arguments, given
from taper.sources.given import Number, Written
from taper.trial.fields import parse_count, parse_date
from taper.trial.protocol import USUAL_TABLE, Window
from taper.trial.timed import MAX_MONTHS

_WHO = "taper.compare"


def compare(
    regimens: tuple[Written, ...],
    *,
    start_mg: Number,
    target_mg: Number,
    window_months: int | str,
    weight_kg: Number | None,
    start: date | str | None,
) -> Records[Answer]:
    """What comes of each regimen; raises `Refusal` for a question that cannot be asked."""
    question = Question(
        start_mg=arguments.mg(_WHO, "start_mg", start_mg),
        target_mg=arguments.mg(_WHO, "target_mg", target_mg, dose.parse),
        window=arguments.read(_WHO, "window_months", window_months, window),
        weight_kg=None if weight_kg is None else arguments.mg(_WHO, "weight_kg", weight_kg),
        start=None if start is None else arguments.read(_WHO, "start", start, parse_date),
        table=sources.equivalence_table(USUAL_TABLE),
    )
    if question.start_mg <= question.target_mg:
        target = dose.text(question.target_mg)
        read = f"{dose.text(question.start_mg)} mg, and target_mg is {target} mg"
        raise Refusal.of(_WHO, "start_mg", read, "a start_mg above target_mg")
    answers = [answer(*given.regimen(each), question) for each in regimens]
    return Records.of(answers, [each.as_dict(question.start) for each in answers])


def answer(name: str, sheet: Mapping[str, Any], question: Question) -> Answer:
    """What comes of a sheet's regimen, or why it cannot be used."""
    if "needs" in sheet:
        open_ = f"not usable before its open numbers are filled in: {'; '.join(sheet['needs'])}"
        return Answer(name, refused=f"{name}: {open_}.")
    return comparison.answer(name, sources.rule_of(sheet), question)


_MONTHS = f"whole months from 1 to {MAX_MONTHS}"


def window(months: object) -> Window:
    """A window of so many months; raises `ValueError` whose text is what is allowed."""
    try:
        count = parse_count(months)
    except ValueError as wrong:
        raise ValueError(_MONTHS) from wrong
    if not 1 <= count <= MAX_MONTHS:
        raise ValueError(_MONTHS)
    return Window(months=count)
