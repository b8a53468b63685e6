"""The times of the day at which a dose is taken, as a participant's file has them (§7.4)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from taper.doses import dose
from taper.doses.division import MAX_SHARE, TIMES, Shares, shares_of
from taper.trial.fields import WHERE_SAID, Record, parse_count


def _parse_share(value: object) -> int:
    try:
        share = parse_count(value)
    except ValueError:
        share = 0
    if not 1 <= share <= MAX_SHARE:
        raise ValueError(f"a share of the day's dose, a whole number from 1 to {MAX_SHARE}")
    return share


Share = Annotated[int, BeforeValidator(_parse_share), Field(ge=1, le=MAX_SHARE)]


class Times(Record):
    """The times at which each day's dose is taken, each with its share of it (§7.4)."""

    morning: Annotated[Share | None, WHERE_SAID] = None
    midday: Annotated[Share | None, WHERE_SAID] = None
    afternoon: Annotated[Share | None, WHERE_SAID] = None
    evening: Annotated[Share | None, WHERE_SAID] = None
    bedtime: Annotated[Share | None, WHERE_SAID] = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if not self.shares:
            raise ValueError(f"one at least of {dose.join(list(TIMES), 'or')}, with its share")
        return self

    @property
    def shares(self) -> Shares:
        """The same as the engine knows it."""
        return shares_of(dict(self))
