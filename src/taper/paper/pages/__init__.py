"""A plan as the HTML of its printed pages.

Words and dates are chosen here, doses never: each one printed is the plan's own.
"""

from __future__ import annotations

from datetime import date

from taper.paper.pages.calendar import Calendar, calendar
from taper.paper.pages.environment import environment, templates_dir
from taper.paper.pages.language import PaperSize, language
from taper.paper.pages.words import Words, words
from taper.planning.plan import Part, Plan, State
from taper.record.changes import Replaced

__all__ = [
    "PaperSize",
    "Replaced",
    "Words",
    "calendar_html",
    "front_html",
    "has_calendar",
    "language",
    "templates_dir",
    "words",
]


def has_calendar(plan: Plan) -> bool:
    """Whether there is anything to print: a participant without steroid has no calendar."""
    return plan.state is not State.NOT_ON_STEROID and bool(plan.steps)


def calendar_html(
    plan: Plan,
    *,
    plan_id: str,
    issued: date,
    paper: PaperSize | None = None,
    large: bool = False,
    replaces: Replaced | None = None,
    part: Part | None = None,
) -> str:
    """The patient's calendar of a plan, as one HTML document that needs no other file.

    `paper` is by the plan's locale unless it is given; `large` is the large print; of a `part`
    only its days are printed.
    Raises `ValueError` where the plan has no calendar (see `has_calendar`).
    """
    if not has_calendar(plan):
        raise ValueError(f"{plan.participant} is not on a steroid and has no calendar")
    said = words(plan.locale)
    view = calendar(
        plan,
        said,
        plan_id=plan_id,
        issued=issued,
        paper=paper or said.language.paper,
        large=large,
        replaces=replaces,
        part=part,
    )
    return environment(plan.locale).get_template("calendar/calendar.html").render(c=view)


def front_html(view: Calendar, locale: str) -> str:
    """The front pages of a calendar by themselves."""
    return environment(locale).get_template("calendar/_front.html").render(c=view)
