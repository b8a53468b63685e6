"""Regimens, as they are written in sheets, put to one question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from taper import sources
from taper.doses import dose
from taper.doses.evidence import Status
from taper.errors import Refusal
from taper.operations.programs.planned import Records
from taper.planning import comparison
from taper.planning.comparison import Answer, Question
from taper.sources import arguments, given
from taper.sources.given import Number, Written
from taper.trial.fields import parse_count, parse_date
from taper.trial.protocol import USUAL_TABLE, Window
from taper.trial.timed import MAX_MONTHS
from taper.wording.start_doses import start_doses

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
    asked = question_of(
        start_mg=start_mg,
        target_mg=target_mg,
        window_months=window_months,
        weight_kg=weight_kg,
        start=start,
    )
    answers = [answer(*given.regimen(each), asked) for each in regimens]
    return Records.of(answers, [each.as_dict(asked.start) for each in answers])


def question_of(
    *,
    start_mg: Number,
    target_mg: Number,
    window_months: int | str,
    weight_kg: Number | None,
    start: date | str | None,
) -> Question:
    """What every regimen is asked; raises `Refusal` for what cannot be asked."""
    asked = Question(
        start_mg=arguments.mg(_WHO, "start_mg", start_mg),
        target_mg=arguments.mg(_WHO, "target_mg", target_mg, dose.parse),
        window=arguments.read(_WHO, "window_months", window_months, window),
        weight_kg=None if weight_kg is None else arguments.mg(_WHO, "weight_kg", weight_kg),
        start=None if start is None else arguments.read(_WHO, "start", start, parse_date),
        table=sources.equivalence_table(USUAL_TABLE),
    )
    if asked.start_mg <= asked.target_mg:
        target = dose.text(asked.target_mg)
        read = f"{dose.text(asked.start_mg)} mg, and target_mg is {target} mg"
        raise Refusal.of(_WHO, "start_mg", read, "a start_mg above target_mg")
    return asked


def answer(name: str, sheet: Mapping[str, Any], question: Question) -> Answer:
    """What comes of a sheet's regimen, or why it cannot be used."""
    if "needs" in sheet:
        open_ = f"not usable before its open numbers are filled in: {'; '.join(sheet['needs'])}"
        return Answer(name, refused=f"{name}: {open_}.")
    return comparison.answer(name, sources.rule_of(sheet), question)


def outside(sheet: Mapping[str, Any], start_mg: Fraction) -> bool:
    """Whether a start dose is none of those that the regimen was published for."""
    bounds = sheet.get("start_mg")
    if bounds is None:
        return False
    return not dose.parse(bounds["from"]) <= start_mg <= dose.parse(bounds["up_to"])


def notes(asked: Sequence[tuple[Mapping[str, Any], Answer]], question: Question) -> Iterator[str]:
    """What must be known beside the figures."""
    for sheet, answer in asked:
        if answer.refused:
            yield answer.refused
        elif outside(sheet, question.start_mg):
            yield (
                f"{answer.name}: {dose.text(question.start_mg)} mg is outside its published start "
                f"doses, {start_doses(sheet)} mg."
            )
        if sheet["status"] == Status.UNVERIFIED:
            yield f"{answer.name}: {Status.UNVERIFIED}; check it against {sheet['verify']}."


@dataclass(frozen=True)
class Found:
    """What came of looking through many regimens: those that fit, and the ids of the others."""

    fitting: list[tuple[Mapping[str, Any], Answer]] = field(default_factory=list)
    too_long: list[str] = field(default_factory=list)
    by_weight: list[str] = field(default_factory=list)
    not_from_here: list[str] = field(default_factory=list)

    def said(self) -> Iterator[str]:
        """Why the others are not among them."""
        if self.too_long:
            yield f"Too long for the window: {dose.join(self.too_long)}."
        if self.by_weight:
            yield f"By weight, and none was given: {dose.join(self.by_weight)}."
        if self.not_from_here:
            yield f"Not between these doses: {dose.join(self.not_from_here)}."


def fitting(sheets: Iterable[Mapping[str, Any]], question: Question) -> Found:
    """Those that were published for that start dose, reach the target and fit, the shortest first.

    One whose fit depends on how long the months are is among them.
    """
    found = Found()
    for sheet in sheets:
        one = answer(sheet["id"], sheet, question)
        if outside(sheet, question.start_mg):
            found.not_from_here.append(one.name)
        elif one.figures is None and _lacks_weight(sheet, question):
            found.by_weight.append(one.name)
        elif one.figures is None:
            found.not_from_here.append(one.name)
        elif one.figures.fits is False:
            found.too_long.append(one.name)
        else:
            found.fitting.append((sheet, one))
    found.fitting.sort(key=lambda each: (each[1].figures.days, each[1].name))  # type: ignore[union-attr] # those without were left out
    return found


def _lacks_weight(sheet: Mapping[str, Any], question: Question) -> bool:
    is_open = "needs" in sheet
    return question.weight_kg is None and not is_open and sources.rule_of(sheet).needs_weight


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
