"""The tablets of a dose in a patient's words: in a sentence, or as a list in a narrow column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from taper.doses.tablets import Count, Tablets
from taper.paper.pages.language import NBSP
from taper.paper.pages.line_breaks import fits
from taper.paper.pages.times import PartSaid

QUARTER, HALF, THREE_QUARTERS = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)


class TabletWords:
    """The phrases for what lies in the hand.

    In a sentence they are `1 tablet of 20 mg and half of a 5 mg tablet`. Where a column is too
    narrow for that in its language the word stands above a list, `tablets:`, `1 of 20 mg and`,
    `half of one of 5 mg`: so none parts from its strength at a line's end (§10.2.5).
    """

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    mg: Callable[[Fraction], str]
    strength: Callable[..., str]
    parts: Callable[..., tuple[PartSaid, ...]]
    tablets: Callable[..., str]
    join: Callable[[Sequence[str]], str]

    def _tablets(self, taken: Tablets, *, in_ml: bool = False, listed: bool = False) -> str:
        parts = self.parts(taken, listed=listed)
        if parts:
            return "\n".join(part.said for part in parts)
        if not taken and in_ml:
            return self.gettext("no liquid today")
        if not taken:
            return self.gettext("no tablets today")
        said = self.join([said for each in taken for said in self.tablet(each, listed=listed)])
        if not listed or taken.in_ml:
            return said  # a volume has no name to stand below
        head = self.ngettext("tablet:", "tablets:", taken.pieces)
        return f"{head}\n{said}"

    def lists_tablets(
        self, days: Iterable[Tablets], points: float, size: float, then: str = ""
    ) -> bool:
        """Whether lines of so many points are too narrow for a tablet of any of these days.

        All days of a paper are then said as lists, so that they are read in one way. `then` is
        what stands right behind the tablets.
        """
        takings = {taking for day in days for taking in day.takings if not taking.in_ml}
        return any(not fits(f"{self.tablets(taking)}{then}", points, size) for taking in takings)

    def tablet(self, taken: Count, *, listed: bool = False) -> Iterator[str]:
        """The tablets of one strength: the whole ones, then a broken one, each by itself.

        `1 tablet of 5 mg` and `half of a 5 mg tablet`: what lies in the hand, without a fraction
        that could be read as something else, and never half a tablet "of 5 mg". A line never ends
        within: "5 mg" by itself looks like a dose. Only where a broken one is wider than its place,
        `broken` ends a line before the tablet.
        """
        if taken.in_ml:
            yield self._measured(taken)
            return
        whole, part = divmod(taken.count, 1)
        mg = self.mg(taken.strength_mg)
        if whole:
            yield (self._whole(whole, listed=listed) % {"n": whole, "mg": mg}).replace(" ", NBSP)
        if part:
            yield (self._part(part, listed=listed) % {"mg": mg}).replace(" ", NBSP)

    def _measured(self, taken: Count) -> str:
        """What a volume holds: `15 mg (3 mg per mL)`, beside the volume."""
        return f"{self.mg(taken.mg)} ({self.strength(taken.strength_mg, in_ml=True)})"

    def _whole(self, count: int, *, listed: bool) -> str:
        if listed:
            return self.gettext("%(n)s of %(mg)s")
        return self.ngettext("%(n)s tablet of %(mg)s", "%(n)s tablets of %(mg)s", count)

    def _part(self, part: Fraction, *, listed: bool) -> str:
        if listed:
            return {
                QUARTER: self.gettext("a quarter of one of %(mg)s"),
                HALF: self.gettext("half of one of %(mg)s"),
                THREE_QUARTERS: self.gettext("three quarters of one of %(mg)s"),
            }[part]
        return {
            QUARTER: self.gettext("a quarter of a %(mg)s tablet"),
            HALF: self.gettext("half of a %(mg)s tablet"),
            THREE_QUARTERS: self.gettext("three quarters of a %(mg)s tablet"),
        }[part]
