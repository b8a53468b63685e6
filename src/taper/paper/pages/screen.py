"""A paper as a page for a screen: it is looked at, and never printed.

A browser cuts pages elsewhere and knows no header that stands on each of them, and nothing reads
back what it prints. On paper such a page therefore says one thing: to print the PDF.
"""

from __future__ import annotations

from collections.abc import Iterator

from taper.paper.pages.environment import environment
from taper.paper.pages.words import words
from taper.sources.languages import SOURCE


def on_screen(html: str, participant: str, locale: str) -> str:
    """A paper's HTML with what a browser needs to show it, and to print nothing of it.

    `locale` is the reader's; whoever prints may read the source language alone: both stand there.
    """
    made = environment(locale)
    said = made.get_template("screen/_not_to_print.html").render(
        warnings=dict(_warnings(locale)).items(),
        participant=words(locale).gettext("Participant %(id)s") % {"id": participant},
    )
    head = made.get_template("screen/_head.html").render()
    # what anybody typed is escaped, so that each of these stands there once
    return html.replace("</head>", f"{head}</head>", 1).replace("</body>", f"{said}</body>", 1)


def _warnings(locale: str) -> Iterator[tuple[str, str]]:
    for each in (locale, SOURCE):
        known = words(each)
        yield (
            known.language.tag.partition("-")[0],
            known.gettext(
                "Take no tablets by this sheet: this page is for the screen. Print the PDF file "
                "instead."
            ),
        )
