"""A document of lines and tables, read back from its PDF.

What its view model says must stand on the pages: each line in its order and whole on one page,
the header and footer on every page, and beside that what the HTML shows and nothing else. No
glyph may be clipped, covered, pale or outside its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Protocol

from taper.paper.pages.header import Header
from taper.paper.pages.words import words
from taper.paper.readback.boxes import Differs
from taper.paper.readback.legible import refuse_illegible, refuse_no_room_to_sign
from taper.paper.readback.pdf import Page, read
from taper.paper.readback.places import PICTURE, RUNNING, UNSEEN, refuse_out_of_place

_TABLE_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)


class Printed(Protocol):
    """What a document prints, as its view model knows it."""

    @property
    def lang(self) -> str:
        """The language of its pages, which may not be that of the patient's."""

    @property
    def header(self) -> Header:
        """What stands above and below every page."""

    @property
    def to_sign(self) -> tuple[str, ...]:
        """What stands under the lines to sign, which are on page 1; none on a card."""

    @property
    def lines(self) -> Iterable[str]:
        """What must stand on the pages, in order and each on one page."""


def compare_pages(pdf: bytes, view: Printed, html: str, most: int | None = None) -> None:
    """Refuse pages that do not say what was to be printed, or are too many; raises `Differs`."""
    pages = read(pdf)
    if most is not None and len(pages) > most:
        raise Differs(f"it takes {len(pages)} pages where there is room for {most}")
    for page in pages:
        refuse_illegible(page, view.header.code)
    refuse_no_room_to_sign(pages[0], view.to_sign)
    page_of = words(view.lang.replace("-", "_")).gettext("Page %(x)s of %(y)s")
    bodies = [_body(page, len(pages), view.header, page_of) for page in pages]
    _refuse_missing(bodies, view.lines)
    _refuse_other(bodies, html)
    refuse_out_of_place(pages, html, view.header, page_of % {"x": "%(x)s", "y": len(pages)})


def _body(page: Page, pages: int, head: Header, page_of: str) -> str:
    """A page's text without its header and footer, which must be there."""
    rest = _squeezed(text.said for text in page.texts)
    number = page_of % {"x": page.number, "y": pages}
    for line in (*head.banners, head.participant + number, head.warning + head.call, head.sheet):
        before, found, after = rest.rpartition(_squeezed([line]))
        if not found:
            raise Differs(f"page {page.number} lacks {line!r}")
        rest = before + after
    return rest


def _refuse_missing(bodies: Sequence[str], lines: Iterable[str]) -> None:
    page = at = 0
    for line in lines:
        wanted = _squeezed([line])
        while (found := bodies[page].find(wanted, at)) < 0:
            page, at = page + 1, 0
            if page == len(bodies):
                raise Differs(f"no page says, in its place, {line!r}")
        at = found + len(wanted)


def _refuse_other(bodies: Sequence[str], html: str) -> None:
    """The pages together say what the HTML says, and the heads of tables that go on again."""
    shown = RUNNING.sub("", UNSEEN.sub("", html))
    bodies = _without_pictures(bodies, PICTURE.findall(shown))
    shown = PICTURE.sub("", shown)
    heads = [_shown(head) for head in _TABLE_HEAD.findall(shown)]
    wanted = _shown(shown)
    for number, body in enumerate(bodies, 1):
        rest = body
        if not wanted.startswith(rest):
            again = next((head for head in heads if rest.startswith(head)), "")
            rest = rest.removeprefix(again)
        if not wanted.startswith(rest):
            raise Differs(f"page {number} {_first_difference(rest, wanted)}")
        wanted = wanted.removeprefix(rest)
    if wanted:
        raise Differs(f"no page says {wanted[:60]!r}")


def _without_pictures(bodies: Sequence[str], pictures: Iterable[str]) -> list[str]:
    """The pages without the words of their pictures, which are painted at a place of their own."""
    left = list(bodies)
    for said in map(_shown, pictures):
        page = next((i for i, body in enumerate(left) if said in body), None)
        if page is None:
            raise Differs(f"no page shows the picture of {said[:60]!r}")
        left[page] = left[page].replace(said, "", 1)
    return left


def _first_difference(found: str, wanted: str) -> str:
    at = next(
        (i for i, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other),
        min(len(found), len(wanted)),
    )
    return f"says {found[at : at + 40]!r} where {wanted[at : at + 40]!r} was planned"


def _shown(html: str) -> str:
    return _squeezed(_texts(html))


def _texts(html: str) -> Iterator[str]:
    yield from (unescape(each) for each in re.split(r"<[^>]*>", html))


def _squeezed(parts: Iterable[str]) -> str:
    """The parts without any space: where a long line breaks does not matter."""
    return "".join("".join(parts).split())
