"""The finished PDF, opened with another library and compared with the plan.

A page that does not say what was computed is refused, however that came about: each printed
day must be in the right cell of the right page, with the plan's own dose and tablets, and each
glyph must lie inside its cell and its page, neither clipped nor covered.
"""

from __future__ import annotations

from taper.errors import Failed
from taper.paper.issue import Issue
from taper.paper.pages.calendar import Calendar, calendar
from taper.paper.pages.words import words
from taper.paper.press.surroundings import without_collector
from taper.paper.readback.boxes import Differs
from taper.paper.readback.calendars import compare, refuse_other_doses
from taper.paper.readback.pages import Printed, compare_pages
from taper.paper.readback.pdf import read
from taper.planning.plan import Plan

__all__ = ["ReadbackFailed", "verify", "verify_calendar", "verify_pages"]


class ReadbackFailed(Failed):
    """The paper does not say what was planned; it is not kept."""


def verify(pdf: bytes, issue: Issue, *, large: bool = False, diary: bool = False) -> None:
    """Compare a calendar with the issue it was printed from; raise `ReadbackFailed` if it differs.

    `large` is the large print; a `diary` has boxes to tick.
    """
    said = words(issue.plan.locale)
    verify_calendar(pdf, issue, calendar(issue, said, large=large, diary=diary))


def verify_calendar(pdf: bytes, issue: Issue, view: Calendar) -> None:
    """Compare a calendar with what it was to show, and that with the plan; raises the same."""
    said = words(issue.plan.locale)
    try:
        with without_collector():
            pages = read(pdf)
            refuse_other_doses(issue.shown, view, said)
            compare(pages, view, said)
    except Differs as found:
        raise _failed(issue.plan, "diary" if view.returns else "calendar", found) from None


def verify_pages(
    pdf: bytes, plan: Plan, view: Printed, html: str, *, what: str, most: int | None
) -> None:
    """Compare a document of lines and tables with its view model and its HTML.

    `what` it is called in a sentence, `most` how many pages it may have. Raises
    `ReadbackFailed` if it differs.
    """
    try:
        with without_collector():
            compare_pages(pdf, view, html, most)
    except Differs as found:
        raise _failed(plan, what, found) from None


def _failed(plan: Plan, what: str, found: Differs) -> ReadbackFailed:
    return ReadbackFailed(
        f"{plan.participant}: the {what} was refused when it was read back: {found}."
    )
