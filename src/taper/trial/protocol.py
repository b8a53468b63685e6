"""A trial's rules as frozen models: infusions, taper, regimen and flare rule (§4).

Doses here are prednisone-equivalent mg a day and ideal: they do not depend on tablets.
A protocol that can never reach its target is refused here, when it is read.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from taper.doses import dose
from taper.trial.fields import (
    MAX_ENTRIES,
    WHERE_SAID,
    Date,
    Days,
    DaysOrNone,
    FieldError,
    Mg,
    Number,
    PositiveMg,
    Record,
    Text,
    Title,
    each_once,
    parse_count,
)
from taper.trial.regimens import NO_UNITS, Linear, Regimen, Units
from taper.trial.rows import WEEKDAYS, Weekday
from taper.trial.timed import FIRST_DAYS, Infusion, Visit, counted, later

LONGEST_MONTH_DAYS = 31
USUAL_TABLE = "us-label"
"""The equivalence table of a protocol that names none."""


class Eligibility(Record):
    """Bounds of the baseline, prednisone-equivalent mg a day, both ends allowed."""

    min_mg: Mg | None = None
    max_mg: Mg | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.max_mg == 0:
            raise FieldError("max_mg", dose.ALLOWED_POSITIVE)
        if self.min_mg is not None and self.max_mg is not None and self.min_mg > self.max_mg:
            raise FieldError("max_mg", f"at least min_mg, {dose.text(self.min_mg)} mg")
        return self

    def allows(self, mg: Fraction) -> bool:
        """Whether a baseline lies within the bounds (§4.3.1)."""
        return (self.min_mg is None or mg >= self.min_mg) and (
            self.max_mg is None or mg <= self.max_mg
        )


class Approval(Record):
    """The document by which a protocol sheet was approved for patient use."""

    document: Text
    version: Text
    date: Date
    role: Text


class Window(Record):
    """A length of time given in exactly one unit."""

    months: Days | None = None
    weeks: Days | None = None
    days: Days | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if sum(each is not None for each in (self.months, self.weeks, self.days)) != 1:
            raise ValueError("exactly one of months, weeks or days")
        return self

    def end(self, start: date) -> date:
        """The last day of the window that begins on `start`, both counted as distances."""
        return later(start, self.months or 0, self.weeks or 0, self.days or 0)

    @property
    def longest_days(self) -> int:
        """The most days this window can have, whatever the months."""
        return LONGEST_MONTH_DAYS * (self.months or 0) + 7 * (self.weeks or 0) + (self.days or 0)

    def __str__(self) -> str:
        return next(counted(count, unit) for unit, count in self if count is not None)


def _one_day(value: object) -> object:
    """A bare day of the week is a list of it."""
    return [value] if isinstance(value, str) else value


def _weekday(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _each_once(days: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(days)) != len(days):
        raise ValueError("each day of the week once")
    return days


DayOfWeek = Annotated[Weekday, BeforeValidator(_weekday)]
DaysOfWeek = Annotated[
    tuple[DayOfWeek, ...],
    Field(min_length=1, max_length=len(WEEKDAYS)),
    BeforeValidator(_one_day),
    AfterValidator(_each_once),
]


class TaperRule(Record):
    """When the taper starts, where it ends and by which regimen."""

    after_infusion: Number
    offset_days: DaysOrNone = 14
    target_mg: Mg
    complete_within: Window = Window(months=4)
    maintenance_days: Days = 28
    drug: Text = "as-baseline"
    rounding: Literal["nearest", "up"] = "nearest"
    max_rounding_mg: Mg | None = None
    change_on: DaysOfWeek | None = None
    regimen: Regimen

    @model_validator(mode="after")
    def _reaches_target(self) -> Self:
        if not self.regimen.drugs:  # else the protocol's table is needed: `refuse_unreachable`
            self.refuse_unreachable(NO_UNITS)
        last = self.regimen.last
        if isinstance(last, Linear) and last.every_days > self.complete_within.longest_days:
            raise FieldError(
                "regimen.every_days",
                f"an interval that fits into the window, complete_within of {self.complete_within}",
            )
        return self

    @cached_property
    def change_days(self) -> frozenset[int]:
        """The days of the week on which a dose may fall, Monday 0; none where every day is one."""
        return frozenset(map(WEEKDAYS.index, self.change_on or ()))

    def refuse_unreachable(self, units: Units) -> None:
        """Raise `FieldError` where the regimen can never reach the target (§4.7)."""
        allowed = self.regimen.never_reaches(self.target_mg, units)
        if allowed:
            raise FieldError("regimen", allowed)


class RescueRow(Record):
    """A row of a flare's burst: prednisone-equivalent mg a day, for so many days."""

    mg: PositiveMg
    days: Days


DEFAULT_REVIEW_DAYS = 28


class FlareRule(Record):
    """What a flare does to the taper."""

    action: Literal["hold", "step-back", "rescue"] = "hold"
    min_days: DaysOrNone = 14
    stable_days: DaysOrNone = 14
    review_days: Days = DEFAULT_REVIEW_DAYS
    resume: Literal["continue", "restart-step", "regimen"] = "continue"
    regimen: Regimen | None = None
    step_back: Annotated[int, BeforeValidator(parse_count), Field(ge=1, le=99)] = 1
    rescue: Annotated[tuple[RescueRow, ...], Field(max_length=MAX_ENTRIES)] = ()
    max_flares: Number | None = None

    @model_validator(mode="after")
    def _resumes_by_a_regimen(self) -> Self:
        if (self.resume == "regimen") != (self.regimen is not None):
            raise FieldError("regimen", "a regimen with resume regimen, and only there")
        if self.regimen is not None and self.regimen.drugs:
            raise FieldError("regimen", "a regimen whose rows are mg of prednisone, without in")
        return self

    @model_validator(mode="after")
    def _rescue_has_a_table(self) -> Self:
        if self.action == "rescue" and not self.rescue:
            raise FieldError("rescue", "a table of doses, which action rescue needs")
        return self


SdtmDomain = Literal["EC", "EX", "CM"]
"""Where SDTM holds what was taken: EC or EX where the steroid is a study treatment, else CM."""
USUAL_DOMAIN: SdtmDomain = "CM"
"""That of a protocol that names none."""


class Protocol(Record):
    """A trial's rules. `taper` is missing where the trial prescribes none."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$")]
    title: Title
    registry: Text | None = None
    version: Text
    status: Literal["draft", "illustrative", "approved"]
    approval: Approval | None = None
    sources: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    infusion_day: Annotated[int, BeforeValidator(parse_count), Field(le=1)] = 0
    infusions: Annotated[tuple[Infusion, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    visits: Annotated[
        tuple[Visit, ...], Field(max_length=MAX_ENTRIES), AfterValidator(each_once), WHERE_SAID
    ] = ()
    eligibility: Eligibility = Eligibility()
    equivalence: Text = USUAL_TABLE
    market: Text | None = None
    taper: TaperRule | None = None
    flare: FlareRule | None = None
    sdtm_domain: SdtmDomain = USUAL_DOMAIN

    @model_validator(mode="after")
    def _infusions_rise(self) -> Self:
        first = self.infusions[0]
        if first.number != 1 or first.planned(FIRST_DAYS[0]) != FIRST_DAYS[0]:
            raise FieldError("infusions", "infusions that begin with number 1 at months 0")
        if any(b.number <= a.number or not b.is_after(a) for a, b in pairwise(self.infusions)):
            raise FieldError("infusions", "infusions whose numbers and times rise")
        if self.taper and self.taper.after_infusion not in {i.number for i in self.infusions}:
            raise FieldError("taper.after_infusion", "the number of one of the infusions")
        return self

    @model_validator(mode="after")
    def _flares_reach_the_target(self) -> Self:
        other = self.flare and self.flare.regimen
        allowed = other.never_reaches(self.taper.target_mg) if other and self.taper else None
        if allowed:
            raise FieldError("flare.regimen", allowed)
        return self

    @model_validator(mode="after")
    def _approval_fits_status(self) -> Self:
        if (self.status == "approved") != (self.approval is not None):
            raise FieldError("approval", "an approval with status approved, and only there")
        return self

    @property
    def is_approved(self) -> bool:
        """Whether calendars of this protocol may be given to a patient."""
        return self.status == "approved"

    def infusion(self, number: int) -> Infusion | None:
        """The planned infusion of that number."""
        for infusion in self.infusions:
            if infusion.number == number:
                return infusion
        return None

    def visit(self, name: str) -> Visit | None:
        """The planned visit of that name, in any case."""
        return next((v for v in self.visits if v.name.casefold() == name.casefold()), None)
