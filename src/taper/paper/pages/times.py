"""The times of the day at which a dose is taken, in a patient's words (§10.3.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from taper.doses.division import Part, parts_of
from taper.doses.tablets import Tablets
from taper.paper.pages.language import NBSP
from taper.planning.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class PartSaid:
    """What is taken at one time: `Morning 7.5 mg:` and its tablets."""

    label: str
    tablets: str

    @property
    def said(self) -> str:
        """Both on one line."""
        return f"{self.label} {self.tablets}"

    @property
    def in_sentence(self) -> str:
        """Both, where a line may end between them alone: "5 mg: 1 tablet" looks like a day's."""
        return f"{self.label.replace(' ', NBSP)} {self.tablets}"


class TimesOfDay:
    """The phrases for a day whose dose is divided; a day that is not is taken in the morning."""

    gettext: Callable[[str], str]
    amount: Callable[..., str]
    tablets: Callable[..., str]
    join: Callable[[Sequence[str]], str]

    def parts(self, taken: Tablets, *, listed: bool = False) -> tuple[PartSaid, ...]:
        """What is taken at each time of a day; nothing where it is not divided."""
        parts = parts_of(taken)
        return tuple(self._part_said(part, in_ml=taken.in_ml, listed=listed) for part in parts)

    def _part_said(self, part: Part, *, in_ml: bool, listed: bool) -> PartSaid:
        amount = self.amount(part.dose_mg, part.tablets)
        said = {"time": self._named(part.time), "dose": amount}
        if not part.dose_mg:  # said, so that nobody looks for a dose that was forgotten
            return PartSaid(self.with_colon(said["time"]), self.none(in_ml=in_ml))
        tablets = self.tablets(part.tablets, listed=listed)
        return PartSaid(self.gettext("%(time)s %(dose)s:") % said, tablets)

    def with_colon(self, what: str) -> str:
        """What stands before tablets or a sentence, with the colon that its language writes."""
        return self.gettext("%(what)s:") % {"what": what}

    def none(self, *, in_ml: bool) -> str:
        """Nothing to take, in one piece: "tablets" by itself says another thing."""
        said = self.gettext("no liquid") if in_ml else self.gettext("no tablets")
        return said.replace(" ", NBSP)

    def _named(self, time: str) -> str:
        return {
            "morning": self.gettext("Morning"),
            "midday": self.gettext("Midday"),
            "afternoon": self.gettext("Afternoon"),
            "evening": self.gettext("Evening"),
            "bedtime": self.gettext("Bedtime"),
        }[time]

    def at(self, times: Sequence[str]) -> str:
        """The times within a sentence: `in parts in the morning and at midday`."""
        each = [self._at(time) for time in times]
        if len(each) == 1:
            return each[0]
        return self.gettext("in parts %(times)s") % {"times": self.join(each)}

    def _at(self, time: str) -> str:
        return {
            "morning": self.gettext("in the morning"),
            "midday": self.gettext("at midday"),
            "afternoon": self.gettext("in the afternoon"),
            "evening": self.gettext("in the evening"),
            "bedtime": self.gettext("at bedtime"),
        }[time]

    def when(self, taken: Tablets) -> str:
        """What goes with every dose: the time of day, which a divided one has of its own."""
        if parts_of(taken):
            return self.gettext("with food")
        return self.gettext("morning, with food") if taken else ""


def is_divided(plan: Plan) -> bool:
    """Whether the doses of its days are taken at several times, or not in the morning."""
    return any(step.times for step in plan.steps)


def division(step: Step) -> list[list[tuple[str, Fraction]]]:
    """The times of each day of its cycle with their doses; all in the morning is no division."""
    each = [[(part.time, part.dose_mg) for part in parts_of(day)] for day in step.tablets]
    return [] if step.times in ((), ("morning",)) else each
