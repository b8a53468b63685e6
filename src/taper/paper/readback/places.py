"""Where each line of a card, a notice or a page for staff stands, beside what it says.

What the pages say is known to be in order before this is asked. Here each text is given to the
paragraph or cell that it belongs to, and these must stand as their HTML has them: one below the
other, the cells of a row beside each other, each within its column, the header above all, the
footer below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from taper.paper.pages.header import Header
from taper.paper.readback.boxes import Box, Differs
from taper.paper.readback.pdf import Page, Text

SLACK = 1.0
"""Points by which the letters of two places may reach beside each other."""
ALIGNED = 7.0
"""Points by which letters of several sizes stand lower than others of their row."""
_LEAVES = frozenset({"p", "h1", "h2", "h3", "td", "th", "li"})
_OTHERS = frozenset({"div", "section", "table", "thead", "tbody", "tr", "ul", "body"})
_BESIDE = frozenset({"tr", "panel", "signatures"})
"""What holds its parts beside each other; all else holds them one below the other."""


@dataclass(slots=True)
class Place:
    """A part of a page: a paragraph or cell with its words, or what holds several of them."""

    kind: str
    parts: list[Place] = field(default_factory=list)
    said: str = ""
    texts: dict[int, list[Text]] = field(default_factory=dict)
    """What of it stands on which page."""
    across: int = 1
    """How many columns it takes."""

    def leaves(self) -> Iterator[Place]:
        """The paragraphs and cells in it, in their order."""
        yield from ([self] if not self.parts else [])
        for part in self.parts:
            yield from part.leaves()

    def box(self, page: int) -> Box | None:
        """All that it covers of a page."""
        texts = [text for leaf in self.leaves() for text in leaf.texts.get(page, ())]
        return around(texts) if texts else None


def around(texts: Sequence[Text]) -> Box:
    """What these texts cover together."""
    boxes = [text.box for text in texts]
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
        -1,
    )


def refuse_out_of_place(
    pages: Sequence[Page], html: str, pictures: Iterable[str], head: Header, page_of: str
) -> None:
    """Refuse pages on which a line stands elsewhere than its HTML has it; raises `Differs`.

    The HTML is without its pictures, whose words are `pictures`: these have places of their own.
    """
    root, drawn = _read(html), list(pictures)
    handing = _Handing(root)
    for page in pages:
        handing.out(page.number, _without(_body(page, len(pages), head, page_of), drawn))
    for page in pages:
        _refuse_in(root, page.number)


# What the HTML has ----------------------------------------------------------------------------


class _Reader(HTMLParser):
    """The places of some HTML; it is our own, and each of its tags is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Place("body")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a place where the tag is one."""
        if tag in _LEAVES or tag in _OTHERS:
            known = dict(attrs)
            classes = (known.get("class") or "").split()
            kind = next((each for each in classes if each in _BESIDE), tag)
            place = Place(kind, across=int(known.get("colspan") or 1))
            self.open[-1].parts.append(place)
            self.open.append(place)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in _LEAVES or tag in _OTHERS:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Words of the place that is open."""
        self.open[-1].said += "".join(data.split())


def _read(html: str) -> Place:
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]


# Whose each text is ---------------------------------------------------------------------------


def _body(page: Page, pages: int, head: Header, page_of: str) -> Sequence[Text]:
    """A page's texts without its header and footer, which are painted last, above and below."""
    number = page_of % {"x": page.number, "y": pages}
    above = "".join("".join((*head.banners, head.participant, number)).split())
    below = "".join(f"{head.warning}{head.call}{head.sheet}".split())
    at = len(page.texts)
    middle, at = at, _back(page, at, below)
    middle, at = at, _back(page, at, above)
    body, header, footer = page.texts[:at], page.texts[at:middle], page.texts[middle:]
    if body and around(body).top > around(header).bottom + SLACK:
        raise Differs(f"on page {page.number}, the header is not above all else")
    if body and around(body).bottom < around(footer).top - SLACK:
        raise Differs(f"on page {page.number}, the footer is not below all else")
    return body


def _back(page: Page, at: int, said: str) -> int:
    """Where the texts begin that say so and end before that one."""
    found = ""
    while len(found) < len(said) and at:
        at -= 1
        found = "".join(page.texts[at].said.split()) + found
    if found != said:
        raise Differs(f"page {page.number} does not end with its header and footer")
    return at


def _without(texts: Sequence[Text], pictures: list[str]) -> Sequence[Text]:
    """A page's texts without those of the pictures that stand on it, which are no others' then."""
    for said in list(pictures):
        for first in range(len(texts)):
            end = _end(texts, first, said)
            if end is not None:
                pictures.remove(said)
                texts = (*texts[:first], *texts[end:])
                break
    return texts


def _end(texts: Sequence[Text], first: int, said: str) -> int | None:
    """Where the texts end that from the first on say just that."""
    for at in range(first, len(texts)):
        part = "".join(texts[at].said.split())
        if not said.startswith(part):
            return None
        said = said.removeprefix(part)
        if not said:
            return at + 1
    return None


class _Handing:
    """What is still to be found of the paragraphs and cells, over all pages."""

    def __init__(self, root: Place) -> None:
        self._left = [leaf for leaf in root.leaves() if leaf.said]
        self._rest = self._left[0].said if self._left else ""
        self._heads = {
            id(leaf): [each for each in table.leaves() if each.kind == "th" and each.said]
            for table in _tables(root)
            for leaf in table.leaves()
        }

    def out(self, page: int, texts: Iterable[Text]) -> None:
        """Give each text of a page to its place; a table that goes on repeats its heads."""
        heads = list(self._heads.get(id(self._left[0]), ())) if self._left else []
        head = heads[0].said if heads else ""
        for text in texts:
            said = "".join(text.said.split())
            if self._rest.startswith(said):
                heads = []
                self._left[0].texts.setdefault(page, []).append(text)
                self._rest = self._rest.removeprefix(said)
                if not self._rest:
                    del self._left[0]
                    self._rest = self._left[0].said if self._left else ""
            elif heads and head.startswith(said):
                heads[0].texts.setdefault(page, []).append(text)
                head = head.removeprefix(said)
                if not head:
                    del heads[0]
                    head = heads[0].said if heads else ""


def _tables(place: Place) -> Iterator[Place]:
    if place.kind == "table":
        yield place
    for part in place.parts:
        yield from _tables(part)


# Whether it stands there ----------------------------------------------------------------------


def _refuse_in(place: Place, page: int) -> None:
    """Refuse parts of a place that do not stand as they must to each other, and in each of them."""
    if not place.parts:
        _refuse_lines(place, page)
    there = [(part, box) for part in place.parts if (box := part.box(page)) is not None]
    is_beside = place.kind in _BESIDE
    for (_, one), (part, other) in pairwise(there):
        follows = one.right <= other.left + SLACK if is_beside else one.bottom >= other.top - SLACK
        if not follows:
            raise _out_of_place(part, page)
    if place.kind == "tr":
        highest = max((box.top for _, box in there), default=0)
        for part, box in there:
            if part.kind == "td" and box.top < highest - ALIGNED:
                raise _out_of_place(part, page)
    if place.kind == "table":
        _refuse_columns(place, page)
    for part in place.parts:
        _refuse_in(part, page)


def _refuse_lines(leaf: Place, page: int) -> None:
    """The lines of a paragraph stand one below the other, the words of one beside each other."""
    for one, other in pairwise(leaf.texts.get(page, ())):
        is_beside = other.box.left >= one.box.right - SLACK and other.box.top > one.box.bottom
        if not is_beside and other.box.top > one.box.bottom + SLACK:
            raise _out_of_place(leaf, page)


def _refuse_columns(table: Place, page: int) -> None:
    """No cell reaches into the next column, in any row."""
    columns: dict[int, list[tuple[Place, Box]]] = {}
    for row in _rows(table):
        if any(cell.across > 1 for cell in row.parts):
            continue
        for number, cell in enumerate(row.parts):
            box = cell.box(page)
            if box is not None:
                columns.setdefault(number, []).append((cell, box))
    for number, cells in columns.items():
        left = min(box.left for _, box in cells)
        for cell, box in columns.get(number - 1, ()):
            if box.right > left + SLACK:
                raise _out_of_place(cell, page)


def _rows(place: Place) -> Iterator[Place]:
    if place.kind == "tr":
        yield place
    for part in place.parts:
        yield from _rows(part)


def _out_of_place(place: Place, page: int) -> Differs:
    texts = (text.said for leaf in place.leaves() for text in leaf.texts.get(page, ()))
    return Differs(f"on page {page}, {' '.join(texts)[:60]!r} stands in another place")
