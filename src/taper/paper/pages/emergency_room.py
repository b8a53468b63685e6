"""How high an emergency card is, so that each of its halves stands whole on a page.

The sizes are those of `wallet.css` and `emergency.css`. Where a long id, three banners or many
words leave no room for both languages on one page, each has a card of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from taper.paper.pages.header import most_lines
from taper.paper.pages.line_breaks import PAGE_SIZE, lines

if TYPE_CHECKING:
    from taper.paper.pages.emergency import EmergencyCard, Half

CARD = {"letter": 524, "A4": 508}
"""How wide the card is, in points."""
PADDING, LEAST = 2 * 10 + 1, 80
"""What stands beside the words of a panel's half, and how high they are at least."""
EDGES, FRAME = 5 + 3 + 1, 2
"""What stands above and below a panel's words, and around the card."""
TEXT_PT, LINE, BETWEEN = 11.5, 14, 3
ABOVE = 2 + 3 + 15
"""What the page leaves beside its margins, and the line above the card."""


def fits(card: EmergencyCard, halves: Iterable[Half]) -> bool:
    """Whether those halves stand on one page of its paper, the first with whose card it is."""
    around = card.portrait.top + card.portrait.bottom + ABOVE + FRAME
    column = CARD[card.paper] / 2 - PADDING
    high = sum(sum(_panels(half, card, column)) for half in halves)
    return around + high <= PAGE_SIZE[card.paper][1]


def _panels(half: Half, card: EmergencyCard, column: float) -> Iterator[float]:
    side, takes = half.side, _bold(half.side.takes, column)
    stop = lines(side.stop, column - 16, 16, "Bold") * 19.2 + 9 + BETWEEN
    left = _banners(half, column) + lines(side.title, column, 15, "Bold") * 18 + 5
    right = stop + _text(side.needs, column)
    if half.identity:
        left += sum(most_lines(each, column, 11, "Regular") * 13.5 for each in half.identity)
        right += takes
    else:
        left += takes
    yield max(left, right, LEAST) + EDGES
    left = _bold(side.helpers, column) + sum(_text(each, column) for each in half.give_left)
    right = sum(_text(each, column) for each in half.give_right)
    right += most_lines(side.call, column, 13, rule=card.header.rule) * 16 + BETWEEN
    right += lines(card.source, column, 11) * 13.5 + 4.5 + BETWEEN
    if half.identity and card.header.code is not None:
        right += card.header.code.side + 2 * 4.6
    yield max(left, right, LEAST) + EDGES


def _banners(half: Half, column: float) -> float:
    frames = 3
    return sum(lines(each, column - frames, 12, "Bold") * 14 + frames + 3 for each in half.banners)


def _bold(text: str, column: float) -> float:
    return lines(text, column, 12.5, "Bold") * 15 + BETWEEN


def _text(text: str, column: float) -> float:
    return lines(text, column, TEXT_PT) * LINE + BETWEEN
