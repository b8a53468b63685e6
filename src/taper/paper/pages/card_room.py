"""How high a wallet card is, so that as many steps stand on it as its one page holds.

The sizes are those of `wallet.css`. A longer language, a third banner or broken tablets leave room
for fewer steps than a card has in English; the last line then says to ask for a new card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from taper.paper.pages.header import most_lines
from taper.paper.pages.line_breaks import PAGE_SIZE, lines, width

if TYPE_CHECKING:
    from taper.paper.pages.wallet import CardStep, WalletCard

COLUMN = 245 - 2 * 11 - 2
"""How wide the lines of a panel's half are, in points."""
TEXT_PT, LINE, BETWEEN = 11.5, 14.5, 5
LEAST, PADDING = 140, 12
"""What a panel is high at least, and what stands above and below its words."""
STEP_EDGES, THEN_EDGES, FRAME = 7.5, 11, 3
BELOW_TITLE = 4
"""What lies between what its holder takes and the warning, where they are on one panel."""
CODE_LEFT, CODE_ROUND = 10, 9.2
"""What lies between the code to scan and the words on its left, and above and below it."""
ABOVE = 8 + 6 + 8 + 2
"""What the page leaves beside its margins: above and below, under the first line, for the frame."""


def fits(card: WalletCard) -> bool:
    """Whether the card stands on one page of its paper."""
    around = card.portrait.top + card.portrait.bottom + ABOVE
    return around + 2 * LINE + sum(_panels(card)) <= PAGE_SIZE[card.paper][1]


def _panels(card: WalletCard) -> Iterator[float]:
    last = len(card.panels) - 1
    for i, steps in enumerate(card.panels):
        left, right = 0.0, sum(map(_step, steps))
        if i == 0:
            left += _identity(card)
            right += 1.4 * LINE
        if i == last - 1:
            left += _calls(card)
        if i == last:
            left += sum(lines(each, COLUMN, TEXT_PT) * LINE + BETWEEN for each in _says(card))
            right += lines(card.then, COLUMN, TEXT_PT, "Bold") * LINE + THEN_EDGES
            right += lines(card.measure, COLUMN, TEXT_PT) * LINE + BETWEEN * bool(card.measure)
        yield max(left, right, LEAST) + PADDING


def _step(step: CardStep) -> float:
    count = lines(step.start, COLUMN, TEXT_PT) + lines(step.dose, COLUMN, 13, "Bold")
    return (count + lines(step.tablets, COLUMN, TEXT_PT)) * LINE + STEP_EDGES


def _identity(card: WalletCard) -> float:
    banners = sum(
        lines(each, COLUMN - FRAME, 12, "Bold") * 14 + 2 * FRAME for each in card.header.banners
    )
    code = card.header.code
    if code is None:
        return banners + _named(card, COLUMN)
    high, beside = code.side + CODE_ROUND, COLUMN - code.side - CODE_LEFT
    # an id that is longer than the line beside the code begins below it
    if any(width(word, 11) > beside for word in card.header.participant.split()):
        return banners + high + _named(card, COLUMN)
    return banners + max(high, _named(card, beside))


def _named(card: WalletCard, points: float) -> float:
    """Whose card it is and what its holder takes, on lines of so many points."""
    ids = (card.header.participant, *card.identity)
    own = sum(most_lines(each, points, 11, "Regular") for each in ids) * 13.5
    return own + lines(card.title, points, 16, "Bold") * 18.4 + BETWEEN


def _calls(card: WalletCard) -> float:
    stop = lines(card.header.warning, COLUMN - 16, 16, "Bold") * 19.2 + 9 + BETWEEN
    call = most_lines(card.header.call, COLUMN, 14, rule=card.header.rule)
    below_title = BELOW_TITLE * (len(card.panels) == 2)
    return below_title + stop + call * 18.2 + BETWEEN


def _says(card: WalletCard) -> Iterable[str]:
    return filter(None, (card.carries, card.for_helpers))
