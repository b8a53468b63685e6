"""A calendar of nobody, made before anybody asks: who asks first waits for no sheet or template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from taper.confined.reading import reading_here
from taper.web import calendar
from taper.web.at import At
from taper.web.child import answer

DAY = date(2026, 5, 20)


def rehearse(files: Mapping[str, bytes]) -> None:
    """Plan and show it as a page; of these files alone, as every answer."""
    form = {
        **calendar.USUAL,
        "participant": "TRY-1",
        "dose_mg": "20",
        "infusion_1": (DAY - timedelta(days=7)).isoformat(),
        "today": DAY.isoformat(),
    }
    with reading_here():
        answer(files, calendar.filled_page, form, At(root="", code="en", path="/", today=DAY))
