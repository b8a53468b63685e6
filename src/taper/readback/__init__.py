"""The finished PDF, opened with another library and compared with the plan.

A page that does not say what was computed is refused, however that came about: each printed
day must be in the right cell of the right page, with the plan's own dose and tablets, and each
glyph must lie inside its cell and its page, neither clipped nor covered.
"""

from __future__ import annotations

import re
from datetime import date

from taper import contract
from taper.errors import TaperError
from taper.plan import Plan
from taper.readback.compare import compare, refuse_other_doses
from taper.readback.sheet import Differs, read
from taper.render.front import Replaces
from taper.render.view import calendar
from taper.render.words import words

__all__ = ["ReadbackFailed", "verify"]


class ReadbackFailed(TaperError):
    """The paper does not say what was planned; it is not kept."""


def verify(
    pdf: bytes,
    plan: Plan,
    *,
    plan_id: str | None = None,
    issued: date | None = None,
    replaces: Replaces | None = None,
    large: bool = False,
) -> None:
    """Compare a calendar with the plan it was printed from; raise `ReadbackFailed` if it differs.

    `issued`, `replaces` and `large` as it was printed; without `issued`, the date that the file
    itself carries is taken.
    """
    said = words(plan.locale)
    try:
        sheets, created = read(pdf)
        view = calendar(
            plan,
            said,
            plan_id=plan_id or contract.plan_id(plan),
            issued=issued or _date(created),
            paper=said.language.paper,
            large=large,
            replaces=replaces,
        )
        refuse_other_doses(plan, view, said)
        compare(sheets, view, said)
    except Differs as found:
        raise ReadbackFailed(
            f"{plan.participant}: the calendar was refused when it was read back: {found}."
        ) from None


def _date(created: str) -> date:
    written = re.fullmatch(r"D:(\d{8}).*", created)
    if written is None:
        raise Differs("it does not carry the date of its issue")
    return date.fromisoformat(written[1])
