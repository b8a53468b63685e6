"""The map as a picture: a card a room, from the highest floor down, and arrows beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, groupby

from scripts.rooms.house import FACE, GROUND, ROOT, Module, Room, ground, lying_in, needed, uses
from taper.drawing.svg import path, picture, text

PICTURE = ROOT / "docs" / "images" / "rooms.svg"
WIDE, MARGIN, LANE = 1000, 16, 14
"""In pixels: the picture, what is free at its sides, and from one line of arrows to the next."""
TITLE_HIGH, LINE, PADDING, PORT, TURN = 124, 18, 12, 8, 6
BESIDE, BETWEEN, NUMBER = 6, 22, 30
"""From a room to the next on its floor, to the next floor, and room for the floor's number."""
SAID, NAMED = 44, 60
"""Characters in a line of a room's sentence, and in one of the names of its modules."""
NAMES_FROM = 360
"""How far from a room's left its modules stand."""
TITLE = "The rooms of taper"
RULES = (
    "Imports go down, never up, and rooms of one floor know nothing of each other.",
    "An arrow: imports. It is left out where others lead to the same room.",
    "A thick frame: nothing in it reads a file or talks to anybody; a clinician can check it.",
)


@dataclass(frozen=True)
class Card:
    """A room in its place, or a folder: what is written in it, and where it begins."""

    name: str
    floor: int
    frame: str
    said: list[str]
    named: list[str]
    top: int

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.top + 2 * PADDING + LINE * max(1 + len(self.said), len(self.named))


def cards(all_rooms: list[Room]) -> list[Card]:
    """The rooms from above, and under them what is no code."""
    made: list[Card] = []
    for name, floor, frame, sentence, named in chain(map(_of_room, all_rooms), _ofground()):
        top = made[-1].bottom + _gap(made[-1].floor, floor) if made else TITLE_HIGH
        made.append(Card(name, floor, frame, textwrap.wrap(sentence, SAID), named, top))
    return made


def _gap(above: int, below: int) -> int:
    return BESIDE if above == below else BETWEEN


Written = tuple[str, int, str, str, list[str]]


def _of_room(room: Room) -> Written:
    frame = "stroke='#000' stroke-width='2.5'" if room.is_pure else "stroke='#777'"
    named = list(chain.from_iterable(_part(part, room) for part in room.parts))
    return room.name, room.floor, frame, room.face.sentence.replace("`", ""), named


def _part(part: list[Module], room: Room) -> list[str]:
    folder = part[0].path.parent
    face = "" if folder == room.place else f"{folder.relative_to(room.place).as_posix()}/ "
    return _wrapped(face, [each.name for each in part if each.path.name != FACE])


def _ofground() -> Iterator[Written]:
    for name, sentence in GROUND.items():
        yield (
            f"{name}/",
            0,
            "stroke='#777' stroke-dasharray='5 4'",
            sentence,
            _wrapped("", lying_in(ground(name))),
        )


def _wrapped(face: str, names: list[str]) -> list[str]:
    return textwrap.wrap(face + ", ".join(names), NAMED, subsequent_indent="  " if face else "")


Arrow = tuple[int, int]
"""From a card to another, by their numbers from above."""


def lanes(arrows: list[Arrow]) -> dict[int, int]:
    """In which line beside the cards the arrows to a card come down, 0 being the nearest.

    Those to one card come down together. Short lines are near, and two that touch are apart.
    """
    spans = {to: (min(a for a, b in arrows if b == to), to) for _, to in arrows}
    placed: dict[int, int] = {}
    for to, span in sorted(spans.items(), key=lambda each: (each[1][1] - each[1][0], each[1])):
        taken = {lane for other, lane in placed.items() if _touch(span, spans[other])}
        placed[to] = next(lane for lane in count() if lane not in taken)
    return placed


def _touch(one: Arrow, other: Arrow) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def drawing(all_rooms: list[Room]) -> str:
    """The picture of the rooms with their arrows."""
    placed = cards(all_rooms)
    number = {card.name: i for i, card in enumerate(placed)}
    arrows = sorted(
        (number[a], number[b]) for a, used in needed(uses(all_rooms)).items() for b in used
    )
    lane = lanes(arrows)
    left = MARGIN + LANE * (max(lane.values()) + 2)
    parts = [text(MARGIN, 36, TITLE, "font-size='24' font-weight='bold'")]
    parts += [text(MARGIN, 60 + 17 * i, rule) for i, rule in enumerate(RULES)]
    parts += chain.from_iterable(_floor(each, left) for each in _floors(placed))
    parts += chain.from_iterable(_card(each, left) for each in placed)
    for a, b in arrows:
        beside = sorted((to for of, to in arrows if of == a), key=lambda to: lane[to])
        out = placed[a].bottom - PADDING - PORT * beside.index(b)
        parts += _arrow(left, left - LANE * (lane[b] + 1), out, placed[b].top + PADDING + 8)
    return picture(WIDE, placed[-1].bottom + MARGIN, TITLE, parts)


def _floors(placed: list[Card]) -> list[list[Card]]:
    return [list(each) for _, each in groupby(placed, key=lambda card: card.floor)]


def _floor(on_it: list[Card], left: int) -> Iterator[str]:
    """The ground on which the rooms of one floor lie, with its number at the right."""
    top, bottom = on_it[0].top - BESIDE, on_it[-1].bottom + BESIDE
    yield _box(left - BESIDE, top, WIDE - MARGIN, bottom, "fill='#e4e4e4'")
    if on_it[0].floor:
        right = WIDE - MARGIN - NUMBER // 2 + 1
        yield text(right, (top + bottom) // 2 + 5, str(on_it[0].floor), "text-anchor='middle'")


def _box(left: int, top: int, right: int, bottom: int, more: str) -> str:
    size = f"width='{right - left}' height='{bottom - top}'"
    return f"<rect x='{left}' y='{top}' {size} rx='4' {more}/>"


def _card(card: Card, left: int) -> Iterator[str]:
    yield _box(left, card.top, WIDE - MARGIN - NUMBER, card.bottom, f"fill='#fff' {card.frame}")
    first, x = card.top + PADDING + 13, left + PADDING
    yield text(x, first, card.name, "font-size='17' font-weight='bold'")
    for i, line in enumerate(card.said, 1):
        yield text(x, first + LINE * i, line)
    for i, line in enumerate(card.named):
        yield text(left + NAMES_FROM, first + LINE * i, line, "font-family='monospace'")


def _arrow(left: int, lane: int, out: int, into: int) -> Iterator[str]:
    """From the side of one card down beside the others to the side of another."""
    yield path(
        f"M{left} {out}H{lane + TURN}Q{lane} {out} {lane} {out + TURN}"
        f"V{into - TURN}Q{lane} {into} {lane + TURN} {into}H{left - 6}",
        "#000",
        "stroke-width='1.25'",
    )
    yield f"<path d='M{left - 1} {into}l-8 -4v8z'/>"
