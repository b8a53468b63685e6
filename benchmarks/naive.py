"""The calendar as one would write it first: a process a participant, ordinary markup.

`python -m benchmarks.naive PARTICIPANT.yaml OUT.pdf`
"""

from __future__ import annotations

import calendar
import datetime as dt
import sys
from itertools import groupby
from pathlib import Path

import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.site import TODAY
from taper import app, dose
from taper.plan import Day, Plan

Week = list[Day | dt.date]


def html(plan: Plan) -> str:
    here = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
    )
    months = [(first, _weeks(first, plan)) for first in _months(plan)]
    return here.get_template("naive.html").render(plan=plan, months=months, text=dose.text)


def _months(plan: Plan) -> list[dt.date]:
    return [day for day, _ in groupby(each.date.replace(day=1) for each in plan.days())]


def _weeks(first: dt.date, plan: Plan) -> list[Week]:
    """The month's weeks; a date where nothing is printed."""
    days = {day.date: day for day in plan.days() if day.date.replace(day=1) == first}
    weeks = calendar.Calendar(calendar.SUNDAY).monthdatescalendar(first.year, first.month)
    return [[days.get(date, date) for date in week] for week in weeks]


if __name__ == "__main__":
    source, out = sys.argv[1:]
    planned = app.plan_file(Path(source), today=dt.date.fromisoformat(TODAY))
    weasyprint.HTML(string=html(planned)).write_pdf(out)
