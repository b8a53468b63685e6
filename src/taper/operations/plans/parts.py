"""Which days of a plan are asked for, and whether it knows them: from today to the next visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from taper.errors import Ground, Refusal, TaperError
from taper.planning.beyond import is_known_after
from taper.planning.plan import Part, Plan, Planned
from taper.trial.fields import MAX_DAYS

FROM, UNTIL = "--from", "--until"


@dataclass(frozen=True, slots=True)
class AskedDays:
    """The first and the last day that are asked for; None for those of the plan itself.

    `is_today` says that the first was not typed as a date: whose calendar begins later is shown
    the days that it has by then. `first_option` and `last_option` are what they were typed with,
    and `to_end` what else says where the days end.
    """

    first: date | None
    last: date | None
    is_today: bool = False
    last_option: str = UNTIL
    first_option: str = FROM
    to_end: str = "--until or --weeks"

    @property
    def counts_weeks(self) -> bool:
        """Whether the last day was said as so many weeks."""
        return self.last_option.endswith("weeks")

    def part_of(self, plan: Plan) -> Part:
        """Those days of a plan; raises `Refusal` for any of which nothing is known (§6.5.7)."""
        first, last = self.first or plan.first_day, self.last or plan.last_day
        if self.is_today:
            first = max(first, plan.first_day)
        self._refuse_before(plan, first, last)
        self._refuse_unknown(plan, first, last)
        if first > last:
            allowed = f"it with {self.to_end}, as the last printed day is {plan.last_day}"
            raise Refusal.of(plan.participant, self.first_option, first, allowed)
        return Part(first, last)

    def _refuse_before(self, plan: Plan, first: date, last: date) -> None:
        for option, day in ((self.first_option, first), (self.last_option, last)):
            if day < plan.first_day:
                allowed = f"a day of the plan, {plan.first_day} or later"
                raise Refusal.of(plan.participant, option, self._read(option, day), allowed)

    def _refuse_unknown(self, plan: Plan, first: date, last: date) -> None:
        for option, day in ((self.first_option, first), (self.last_option, last)):
            if day > plan.last_day and not is_known_after(plan):
                read = f"{self._read(option, day)}, after a withdrawal"
                allowed = (
                    f"a printed day of the plan, {plan.first_day} to {plan.last_day}, as a "
                    "clinician says what is taken then"
                )
                raise Refusal.of(plan.participant, option, read, allowed)
            if (day - plan.first_day).days >= MAX_DAYS:
                allowed = f"a day less than {MAX_DAYS} days after {plan.first_day}"
                raise Refusal.of(plan.participant, option, self._read(option, day), allowed)

    def _read(self, option: str, day: date) -> str:
        return f"until {day}" if option == self.last_option and self.counts_weeks else str(day)


def part_of(plan: Planned, asked: AskedDays | None) -> Part | None:
    """The part of a plan that is asked for, if any is; a plan without a day has none."""
    return asked.part_of(plan) if asked is not None and isinstance(plan, Plan) else None


def parts_of(
    plans: Iterable[Planned], asked: AskedDays | None
) -> tuple[list[tuple[Planned, Part | None]], list[Ground]]:
    """Each plan with its part of the days asked for, and why others have none.

    One without a day has no part and is not refused. Where nobody is left, the refusal is raised.
    """
    found: list[tuple[Planned, Part | None]] = []
    refused: list[Ground] = []
    for plan in plans:
        try:
            found.append((plan, part_of(plan, asked)))
        except TaperError as error:
            refused += error.grounds
    if refused and not found:
        raise TaperError("\n".join(map(str, refused)))
    return found, refused
