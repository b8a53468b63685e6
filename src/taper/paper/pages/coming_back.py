"""What a pharmacy expects back of what earlier revisions of a plan handed out (§7.5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from taper.paper.pages.staff import StaffWords
from taper.pharmacy.returns import Returned, Returns


@dataclass(frozen=True, slots=True)
class BackRow:
    """A tablet that earlier revisions handed out."""

    tablet: str
    given: str
    taken: str
    back: str

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return " ".join((self.tablet, self.given, self.taken, self.back))


@dataclass(frozen=True, slots=True)
class Back:
    """All of them, and what was counted."""

    said: str
    rows: tuple[BackRow, ...]

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the page."""
        yield self.said
        yield from (row.said for row in self.rows)


def coming_back(returns: Returns, words: StaffWords) -> Back:
    """What comes back, counted on the day on which the revision was issued."""
    day, until = map(words.language.full_date, (returns.counted_on, returns.supplied_until))
    said = (
        f"Handed out by earlier revisions up to {day}, for the days to {until}. What this plan "
        "takes on printed days until then stays with the participant, the rest comes back."
    )
    return Back(said, tuple(_row(each, words) for each in returns.tablets))


def _row(each: Returned, words: StaffWords) -> BackRow:
    amounts = (each.handed_out, each.taken, each.returned)
    given, taken, back = (words.counted_of(each.tablet, amount) for amount in amounts)
    return BackRow(words.named(each.tablet), given, taken, back)
