"""The times of the day at which a dose is taken, as a participant's file has them (§7.4)."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

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


TIMES_ALLOWED = (
    f"times of the day, each once with its share from 1 to {MAX_SHARE}, such as "
    f"morning:2, midday:1, of {dose.join(list(TIMES), 'or')}"
)


def parse_times(value: object) -> dict[str, str]:
    """Times with their shares in one text, such as `morning:2; midday:1`, as a file has them."""
    parts = re.split("[;,]", str(value).lower())
    pairs = [part.partition(":") for part in parts]
    shares = {time.strip(" "): share.strip(" ") for time, _, share in pairs}
    if len(shares) != len(pairs):
        raise ValueError(TIMES_ALLOWED)
    try:
        Times.model_validate(shares)
    except ValidationError:
        raise ValueError(TIMES_ALLOWED) from None
    return shares
