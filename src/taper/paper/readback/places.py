"""Where each line of a card, a notice or a page for staff stands, beside what it says.

What the pages say is known to be in order before this is asked. Here each text is given to the
paragraph or cell that it belongs to, and these must stand as their HTML has them: one below the
other, the cells of a row beside each other, each within its column, the header above all, the
footer below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

from taper.paper.pages.header import Header
from taper.paper.readback.boxes import Box, Differs, around
from taper.paper.readback.pdf import Page, Text

SLACK = 1.0
"""Points by which the letters of two places may reach beside each other."""
ALIGNED = 7.0
"""Points by which letters of several sizes stand lower than others of their row."""
UNEVEN = 4.0
"""Points by which letters begin, or end, beside the edge that they are set along."""
_LEAVES = frozenset({"p", "h1", "h2", "h3", "td", "th", "li"})
_OTHERS = frozenset({"div", "section", "table", "thead", "tbody", "tr", "ul", "body"})
_BESIDE = frozenset({"tr", "panel", "signatures"})
"""Tags and classes of what holds its parts beside each other."""
RUNNING = re.compile(r"<header>.*?</header>|<footer[^>]*>.*?</footer>", re.DOTALL)
PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
UNSEEN = re.compile(r"<head>.*?</head>|<title>.*?</title>", re.DOTALL)


@dataclass(slots=True)
class Place:
    """A part of a page: a paragraph or cell with its words, or what holds several of them."""

    kind: str
    is_beside: bool
    """Whether its parts may stand beside each other, and not only one below the other."""
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
        return _around(texts) if texts else None


def _around(texts: Sequence[Text]) -> Box:
    return around([text.box for text in texts])


def refuse_out_of_place(
    pages: Sequence[Page], html: str, head: Header, page_of: str, *, columns: bool = False
) -> None:
    """Refuse pages on which a line stands elsewhere than its HTML has it; raises `Differs`.

    `page_of` is what each page says of its number, and of how many; the words of a picture have
    places of their own. `columns`: what stands in front is in two.
    """
    shown = RUNNING.sub("", UNSEEN.sub("", html))
    drawn = [said for each in PICTURE.findall(shown) if (said := _words(each))]
    root = _read(PICTURE.sub("", shown), _BESIDE | ({"front"} if columns else frozenset()))
    handing = _Handing(root)
    for page in pages:
        handing.out(page.number, _without(_body(page, head, page_of), drawn))
    if handing.rest:
        raise Differs(f"no page shows in its place {handing.rest[:60]!r}")
    for page in pages:
        _refuse_in(root, page.number)


def _words(html: str) -> str:
    return "".join(unescape(re.sub("<[^>]*>", "", html)).split())


# What the HTML has ----------------------------------------------------------------------------


class _Reader(HTMLParser):
    """The places of some HTML; it is our own, and each of its tags is closed."""

    def __init__(self, beside: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Place("body", is_beside=False)]
        self._beside = beside

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a place where the tag is one."""
        if tag in _LEAVES or tag in _OTHERS:
            known = dict(attrs)
            classes = (known.get("class") or "").split()
            is_beside = not self._beside.isdisjoint((tag, *classes))
            place = Place(tag, is_beside, across=int(known.get("colspan") or 1))
            self.open[-1].parts.append(place)
            self.open.append(place)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in _LEAVES or tag in _OTHERS:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Words of the place that is open."""
        self.open[-1].said += "".join(data.split())


def _read(html: str, beside: frozenset[str]) -> Place:
    reader = _Reader(beside)
    reader.feed(html)
    return reader.open[0]


# Whose each text is ---------------------------------------------------------------------------


def _body(page: Page, head: Header, page_of: str) -> Sequence[Text]:
    """A page's texts without its header and footer, which are painted last, above and below."""
    number = page_of % {"x": page.number}
    above = "".join("".join((*head.banners, head.participant, number)).split())
    below = "".join(f"{head.warning}{head.call}{head.sheet}".split())
    at = len(page.texts)
    middle, at = at, _back(page, at, below)
    middle, at = at, _back(page, at, above)
    body, header, footer = page.texts[:at], page.texts[at:middle], page.texts[middle:]
    if body and _around(body).top > _around(header).bottom + SLACK:
        raise Differs(f"on page {page.number}, the header is not above all else")
    if body and _around(body).bottom < _around(footer).top - SLACK:
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
        self.rest = self._left[0].said if self._left else ""
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
            if self.rest.startswith(said):
                heads = []
                self._left[0].texts.setdefault(page, []).append(text)
                self.rest = self.rest.removeprefix(said)
                if not self.rest:
                    del self._left[0]
                    self.rest = self._left[0].said if self._left else ""
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
    for (_, one), (part, other) in pairwise(there):
        is_right = place.is_beside and one.right <= other.left + SLACK
        is_below = one.bottom >= other.top - SLACK and place.kind != "tr"
        if not (is_right or is_below):
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
    texts = leaf.texts.get(page, [])
    lines = [texts[:1]]
    for one, other in pairwise(texts):
        if other.box.top <= one.box.bottom + SLACK:
            lines.append([other])
        elif other.box.left >= one.box.right - SLACK and other.box.top > one.box.bottom:
            lines[-1].append(other)
        else:
            raise _out_of_place(leaf, page)
    if texts and not _are_even([_around(line) for line in lines]):
        raise _out_of_place(leaf, page)


def _are_even(boxes: Sequence[Box]) -> bool:
    """Whether they begin, end or have their middle at one place from the left."""
    sides = ((box.left, box.right, (box.left + box.right) / 2) for box in boxes)
    return any(max(side) - min(side) <= UNEVEN for side in zip(*sides, strict=True))


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
        below = [(cell, box) for cell, box in cells if cell.kind == "td"]
        if below and not _are_even([box for _, box in below]):
            raise _out_of_place(below[0][0], page)
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
