"""The calendar as one would write it first: a process a participant, ordinary markup.

It says all that ours says, word for word: what differs is how. A system font, borders that
collapse, three elements a cell, one template, no tags, nothing read back.

`python -m benchmarks.naive PARTICIPANT.yaml OUT.pdf`
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.site import TODAY
from taper.operations.plans.one import plan_file
from taper.paper.issue import Issue
from taper.paper.pages.calendar import calendar
from taper.paper.pages.words import words
from taper.planning.plan import Plan


def html(plan: Plan) -> str:
    """The naive markup of what our calendar of the plan says."""
    here = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
    )
    said = words(plan.locale)
    view = calendar(Issue.of(plan, dt.date.fromisoformat(TODAY)), said, large=False)
    return here.get_template("naive.html").render(c=view)


if __name__ == "__main__":
    source, out = sys.argv[1:]
    planned = plan_file(Path(source), today=dt.date.fromisoformat(TODAY))
    weasyprint.HTML(string=html(planned)).write_pdf(out)
