"""A plan as the HTML of its printed pages.

Words and dates are chosen here, doses never: each one printed is the plan's own.
"""

from __future__ import annotations

from taper.paper.pages.calendar import calendar_html, front_html
from taper.paper.pages.environment import templates_dir
from taper.paper.pages.language import PaperSize, language
from taper.paper.pages.words import Words, words
from taper.record.changes import Replaced

__all__ = [
    "PaperSize",
    "Replaced",
    "Words",
    "calendar_html",
    "front_html",
    "language",
    "templates_dir",
    "words",
]
