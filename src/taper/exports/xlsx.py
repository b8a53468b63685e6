"""A plan as a workbook for a person: what it is, its steps, its days, and a chart. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.planning.plan import Day, Plan, Quantity, Step
from taper.record.plan_document import SHORT_ID
from taper.wording import workbook
from taper.wording.banner import banner
from taper.wording.layout import NBSP
from taper.wording.tablets import in_tablets

_Cell = str | int | None
_Column = tuple[str, str, float]
"""Its title, what kind its cells are of, and how many characters wide it is."""
_DAYS: Sequence[_Column] = (
    ("date", "date", 12),
    ("weekday", "text", 11),
    ("trial day", "number", 9),
    ("taper day", "number", 9),
    ("step", "number", 6),
    ("what", "text", 12),
    ("drug", "text", 18),
    ("dose mg", "number", 9),
    ("prednisone-equivalent mg", "number", 13),
    ("tablets", "text", 34),
)
_STEPS: Sequence[_Column] = (
    ("step", "number", 6),
    ("what", "text", 13),
    ("from", "date", 12),
    ("to", "date", 12),
    ("days", "number", 6),
    ("drug", "text", 18),
    ("dose mg", "number", 9),
    ("dose mg of each day in turn", "text", 14),
    ("tablets", "text", 50),
)
_TITLES, _FIRST = 2, 3
"""The row of the titles, below what the plan is, and the first one of the table."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SAID_WIDTH = 90
_DATES, _DOSES, _EQUIVALENTS = 0, 7, 8
"""The columns of the days that the chart is drawn of."""


def workbook_of(plan: Plan, plan_id: str, issued: date) -> bytes:
    """The workbook; the same plan issued on the same day gives the same bytes."""
    out = io.BytesIO()
    book = workbook.opened(out, f"Plan {plan_id[:SHORT_ID]}", in_memory=True)
    writing = _Writing(book, plan, plan_id[:SHORT_ID], issued)
    writing.facts()
    writing.table("Steps", _STEPS, map(_step, plan.steps))
    writing.table("Days", _DAYS, (_day(plan, day) for day in plan.days()))
    writing.chart()
    book.close()
    return out.getvalue()


class _Writing:
    """A workbook while it is written."""

    def __init__(self, book: Any, plan: Plan, short_id: str, issued: date) -> None:
        self._book, self._plan, self._short_id, self._issued = book, plan, short_id, issued
        warning = {"bold": True, "font_color": "#B00020"}
        self._formats: Mapping[str, Any] = {
            **workbook.formats_of(book),
            "title of numbers": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
            ),
            "heading": book.add_format({"bold": True}),
            "warning": book.add_format(warning),
        }

    def facts(self) -> None:
        """The sheet that says whose plan it is, what is handed out and what was found."""
        sheet = self._sheet("Plan", [("what", "text", 24), ("of this plan", "text", _SAID_WIDTH)])
        for i, (label, said) in enumerate(_facts(self._plan, self._issued), start=_FIRST):
            sheet.set_row(i, workbook.height([(said, _SAID_WIDTH - 1)]))
            sheet.write_string(i, 0, label, self._formats["text"])
            sheet.write_string(i, 1, said, self._formats["text"])

    def table(self, name: str, columns: Sequence[_Column], rows: Iterable[Sequence[_Cell]]) -> None:
        """A sheet with a row for each, below its titles, which stay in sight."""
        sheet = self._sheet(name, columns)
        last = _TITLES
        for last, row in enumerate(rows, start=_FIRST):
            texts = zip(map(str, row), (width - 1 for *_, width in columns), strict=True)
            sheet.set_row(last, workbook.height(texts))
            for j, (value, (_, kind, _)) in enumerate(zip(row, columns, strict=True)):
                workbook.put(sheet, (last, j), value, kind, self._formats)
        sheet.autofilter(_TITLES, 0, last, len(columns) - 1)

    def chart(self) -> None:
        """Every day's dose as a column, of several drugs as prednisone."""
        drugs = {step.drug for step in self._plan.steps}
        named = (
            f"{self._plan.drug}, mg a day" if len(drugs) == 1 else "prednisone-equivalent, mg a day"
        )
        column = _DOSES if len(drugs) == 1 else _EQUIVALENTS
        last = _FIRST + sum(step.days for step in self._plan.steps) - 1
        chart = self._book.add_chart({"type": "column"})
        chart.add_series(
            {
                "name": named,
                "categories": ["Days", _FIRST, _DATES, last, _DATES],
                "values": ["Days", _FIRST, column, last, column],
                "gap": 0,
                "fill": {"color": "#1F4E79"},
                "border": {"none": True},
            }
        )
        chart.set_title({"name": f"{self._plan.participant}: {named}", "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"})
        chart.set_y_axis({"min": 0, "name": "mg"})
        chart.set_size({"width": 980, "height": 480})
        sheet = self._sheet("Chart", [("", "text", 12)])
        said = f"The dose of every day from {self._plan.first_day} to {self._plan.last_day}."
        sheet.insert_chart(_FIRST, 0, chart, {"description": said})

    def _sheet(self, name: str, columns: Sequence[_Column]) -> Any:
        """A sheet that says on the screen and on each page whose plan it is, and for whom not."""
        sheet = self._book.add_worksheet(name)
        marks = " ".join(banner(self._plan.status, provisional=self._plan.provisional))
        said = f"{self._plan.participant}, plan {self._short_id}, issued {self._issued}"
        workbook.set_up(sheet, f"{said}. {marks}" if marks else said, titles=_TITLES)
        sheet.write_string(0, 0, said, self._formats["heading"])
        sheet.write_string(1, 0, marks, self._formats["warning"])
        sheet.set_row(_TITLES, workbook.height((title, width - 1) for title, _, width in columns))
        for j, (title, kind, width) in enumerate(columns):
            sheet.set_column(j, j, width)
            above = "title of numbers" if kind == "number" else "title"
            sheet.write_string(_TITLES, j, title, self._formats[above])
        return sheet


# What stands in the cells ---------------------------------------------------------------------


def _facts(plan: Plan, issued: date) -> Iterator[tuple[str, str]]:
    yield "Participant", plan.participant
    protocol = plan.protocol
    yield "Protocol", f"{protocol.id} version {protocol.version}, {plan.status}"
    yield "Issued", issued.isoformat()
    if plan.revision is not None:
        yield "Revision", str(plan.revision)
    yield "State", plan.state
    yield "Baseline", f"{plan.baseline.drug} {dose.text(plan.baseline.dose_mg)} mg a day"
    yield "Taper starts", plan.taper_start.isoformat()
    yield "Target reached", str(plan.target_reached or "not in this plan")
    yield from (("To hand out in all", _quantity(each)) for each in plan.quantities)
    for finding in plan.findings:
        yield finding.severity, f"{finding.text} [{finding.source}]"


def _quantity(each: Quantity) -> str:
    amount, mg = dose.text(Fraction(each.tablets)), dose.text(each.strength_mg)
    if each.in_ml:
        return f"{each.drug}: {amount} mL of {mg} mg per mL"
    return f"{each.drug}: {amount} tablets of {mg} mg"


def _day(plan: Plan, day: Day) -> list[_Cell]:
    step = day.step
    same_mg = dose.text(plan.prednisone_equivalent(day.dose_mg, step.drug))
    return [
        day.date.isoformat(),
        _WEEKDAYS[day.date.weekday()],
        plan.trial_day(day.date),
        plan.taper_day(day.date),
        step.number,
        step.kind,
        step.drug,
        dose.text(day.dose_mg),
        same_mg,
        _taken(day.tablets),
    ]


def _step(step: Step) -> list[_Cell]:
    return [
        step.number,
        step.kind,
        step.start.isoformat(),
        step.end.isoformat(),
        step.days,
        step.drug,
        None if step.is_cycle else dose.text(step.daily_mg[0]),
        "\n".join(map(dose.text, step.daily_mg)) if step.is_cycle else None,
        "\n".join(map(_taken, step.tablets)),
    ]


def _taken(tablets: Tablets) -> str:
    """In words; of a divided day at each time."""
    times = [
        f"{part.time} {dose.text(part.dose_mg)} mg: {in_tablets(part.tablets)}"
        for part in parts_of(tablets)
    ]
    return ("; ".join(times) or in_tablets(tablets)).replace(NBSP, " ")
