"""The finished PDF, opened with another library and compared with the plan.

A page that does not say what was computed is refused, however that came about: each printed
day must be in the right cell of the right page, with the plan's own dose and tablets, and each
glyph must lie inside its cell and its page, neither clipped nor covered.
"""

from __future__ import annotations

import re
from datetime import date

from taper.errors import TaperError
from taper.paper.pages.calendar import calendar
from taper.paper.pages.words import words
from taper.paper.readback.calendars import compare, refuse_other_doses
from taper.paper.readback.pages import Printed, compare_pages
from taper.paper.readback.pdf import Differs, read
from taper.planning.plan import Part, Plan
from taper.record import plan_document
from taper.record.changes import Replaced

__all__ = ["ReadbackFailed", "verify", "verify_pages"]


class ReadbackFailed(TaperError):
    """The paper does not say what was planned; it is not kept."""


def verify(
    pdf: bytes,
    plan: Plan,
    *,
    plan_id: str | None = None,
    issued: date | None = None,
    replaces: Replaced | None = None,
    large: bool = False,
    part: Part | None = None,
) -> None:
    """Compare a calendar with the plan it was printed from; raise `ReadbackFailed` if it differs.

    `issued`, `replaces`, `large` and `part` as it was printed; without `issued`, the date that
    the file itself carries is taken.
    """
    said = words(plan.locale)
    try:
        sheets, created = read(pdf)
        view = calendar(
            plan,
            said,
            plan_id=plan_id or plan_document.plan_id(plan),
            issued=issued or _date(created),
            paper=said.language.paper,
            large=large,
            replaces=replaces,
            part=part,
        )
        refuse_other_doses(plan, view, said)
        compare(sheets, view, said)
    except Differs as found:
        raise _failed(plan, "calendar", found) from None


def verify_pages(
    pdf: bytes, plan: Plan, view: Printed, html: str, *, what: str, most: int | None
) -> None:
    """Compare a document of lines and tables with its view model and its HTML.

    `what` it is called in a sentence, `most` how many pages it may have. Raises
    `ReadbackFailed` if it differs.
    """
    try:
        compare_pages(pdf, view, html, most)
    except Differs as found:
        raise _failed(plan, what, found) from None


def _failed(plan: Plan, what: str, found: Differs) -> ReadbackFailed:
    return ReadbackFailed(
        f"{plan.participant}: the {what} was refused when it was read back: {found}."
    )


def _date(created: str) -> date:
    written = re.fullmatch(r"D:(\d{8}).*", created)
    if written is None:
        raise Differs("it does not carry the date of its issue")
    return date.fromisoformat(written[1])
