"""The process that prints for another one, and can be ended without losing anything."""

from __future__ import annotations

from datetime import date

from taper.confined.answering import answer_all
from taper.paper.press import pdf
from taper.paper.press.fonts import font_configuration
from taper.paper.press.ownership import own_this_process
from taper.paper.press.renderer import ALONE


def main() -> None:
    """Answer with page after page until nobody asks any more."""
    own_this_process()
    answer_all(_begin, _printed)


def _begin() -> None:
    with ALONE:
        font_configuration()


def _printed(html: str, who: str, issued: date, attachment: bytes | None) -> bytes:
    return pdf.write_calendar(html, who=who, issued=issued, attachment=attachment)


if __name__ == "__main__":
    main()
