"""Draws the README's picture: some weeks of the first sample participant's calendar.

`make picture` after a change of the calendar's look; needs `make demo` to have been run.
"""

from pathlib import Path

import pypdfium2

ROOT = Path(__file__).parents[1]
FULL = 4
"""The number of a page that is all plan, with new doses and an infusion."""

with pypdfium2.PdfDocument(ROOT / "calendars" / "IIM-001.pdf") as calendar:
    picture = calendar[FULL - 1].render(scale=1.25).to_pil()
picture.quantize(32).save(ROOT / "docs" / "images" / "calendar-page.png", optimize=True)
