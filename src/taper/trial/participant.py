"""A participant as a frozen model: steroid, tablets, infusions and events (§5).

A participant is known by a trial id and nothing else; no field of a name or an arm exists.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    model_validator,
)

from taper.trial.attended import GivenInfusion, GivenVisit
from taper.trial.fields import (
    MAX_ENTRIES,
    WHERE_SAID,
    Date,
    Days,
    FieldError,
    PositiveMg,
    Reason,
    Record,
    Text,
    each_once,
    parse_phone,
    parse_waiver,
    said,
)
from taper.trial.ids import parse_new_id
from taper.trial.strengths import Tablets
from taper.trial.taken import Enrolment, Exposures, TakenDays
from taper.trial.times import Times

WAIVER_ALLOWED = (
    "who waived the limits of the start dose, and when, such as sponsor, 2026-01-20; nothing at "
    "all where nobody did"
)
LOCALE = r"^[a-z]{2,3}(_[A-Z]{2})?$"
"""The form of a locale; which languages there are is known where the catalogues are read."""


class Steroid(Record):
    """The steroid taken before the taper: drug, total mg a day, tablets at hand."""

    drug: Text
    dose_mg: PositiveMg
    strengths: Tablets | None = None
    since: Date | None = None
    times: Annotated[Times | None, WHERE_SAID] = None
    _product: str | None = PrivateAttr(default=None)

    @property
    def product(self) -> str | None:
        """The brand or form that was typed as the drug, where that is no plain tablet."""
        return (self.__pydantic_private__ or {}).get("_product")  # by its name it is searched for

    def in_form(self, product: str) -> Self:
        """The same steroid in a brand or form that is no plain tablet."""
        made = self.model_copy()
        made._product = product
        return made


class _Event(Record):
    """What happened or was decided; `date` is the first day that it changes."""

    date: Date


class Flare(_Event):
    """A flare of the disease; `resolved` is the first stable day, `onset` when it was noticed."""

    type: Literal["flare"]
    onset: Date | None = None
    resolved: Date | None = None

    @model_validator(mode="after")
    def _in_their_order(self) -> Self:
        if self.onset is not None and (self.date - self.onset).days not in range(367):
            raise FieldError("onset", "a date in the year up to the date of the flare")
        if self.resolved is not None and self.resolved < self.date:
            raise FieldError("resolved", "a date on or after the date of the flare")
        return self


class Hold(_Event):
    """A hold for another reason than a flare; `until` is the first day it no longer holds."""

    type: Literal["hold"]
    until: Date | None = None
    reason: Reason

    @model_validator(mode="after")
    def _until_later(self) -> Self:
        if self.until is not None and self.until <= self.date:
            raise FieldError("until", "a date later than the date of the hold")
        return self


def is_not_said(value: object) -> bool:
    """Whether nobody said it: what a file does not say is no part of what its hash is made of."""
    return value is None


class _Dosed(_Event):
    """A dose a day for some days; `drug` is said where the taper is in another than before."""

    days: Days
    dose_mg: PositiveMg
    drug: Text | None = Field(default=None, exclude_if=is_not_said)


class StressDose(_Dosed):
    """A higher dose for some days: fever, injury, surgery."""

    type: Literal["stress-dose"]
    reason: Reason | None = None


class SetDose(_Dosed):
    """A clinician's own dose for some days, from which the regimen then starts anew.

    `regimen` names another one: a shipped id, or the path of a sheet relative to the file.
    """

    type: Literal["set-dose"]
    reason: Reason
    regimen: Text | None = Field(default=None, exclude_if=is_not_said)


class Withdraw(_Event):
    """The taper ends the day before; the steroid does not."""

    type: Literal["withdraw"]
    reason: Reason


class OtherTablets(_Event):
    """From this day on the taper's drug has these tablets; other `times` where some are said."""

    type: Literal["tablets"]
    strengths: Tablets
    times: Annotated[Times | None, WHERE_SAID] = None


class Amendment(_Event):
    """From this day on another protocol holds: a shipped id, or a path relative to the file."""

    type: Literal["amendment"]
    protocol: Text


class Weighed(_Event):
    """A body weight, kg, by which the doses of a regimen by weight go on."""

    type: Literal["weight"]
    kg: PositiveMg


AnyEvent = Flare | Hold | StressDose | SetDose | Withdraw | OtherTablets | Amendment | Weighed
EVENTS: Mapping[str, type[AnyEvent]] = {
    "flare": Flare,
    "hold": Hold,
    "stress-dose": StressDose,
    "set-dose": SetDose,
    "withdraw": Withdraw,
    "tablets": OtherTablets,
    "amendment": Amendment,
    "weight": Weighed,
}
"""Every type of event, in the order in which they are listed."""
Event = Annotated[AnyEvent, Field(discriminator="type")]


AnEvent = TypeVar("AnEvent", bound=_Event)


class Contact(Record):
    """Whom to call; printed on every page."""

    site: Annotated[Text, said("the name of the clinic, or nothing at all")] | None = None
    phone: Annotated[Text, BeforeValidator(parse_phone)] | None = None


def _steroid(value: object) -> object:
    return None if value == "none" else value


class Participant(Record):
    """One participant. `steroid` is None for one who takes no steroid."""

    participant: Annotated[str, BeforeValidator(parse_new_id)]
    protocol: Text
    steroid: Annotated[Steroid | None, BeforeValidator(_steroid)]
    taper_strengths: Tablets | None = None
    weight_kg: PositiveMg | None = None
    infusions: Annotated[tuple[GivenInfusion, ...], Field(max_length=MAX_ENTRIES)] = ()
    visits: Annotated[
        tuple[GivenVisit, ...], Field(max_length=MAX_ENTRIES), AfterValidator(each_once), WHERE_SAID
    ] = ()
    taper_started: Date | None = None
    events: Annotated[tuple[Event, ...], Field(max_length=MAX_ENTRIES)] = ()
    taken: TakenDays = ()
    exposures: Exposures = ()
    enrolment: Annotated[Enrolment | None, WHERE_SAID] = None
    eligibility_waived: Annotated[Text, BeforeValidator(parse_waiver(WAIVER_ALLOWED))] | None = None
    locale: Annotated[str, Field(pattern=LOCALE)] = "en_US"
    contact: Contact = Contact()

    @model_validator(mode="after")
    def _infusions_rise(self) -> Self:
        numbers = [infusion.number for infusion in self.infusions]
        if len(set(numbers)) != len(numbers):
            raise FieldError("infusions", "each infusion number once")
        dated = sorted((x.number, x.date, i) for i, x in enumerate(self.infusions) if x.date)
        for (first, before, _), (_, after, i) in pairwise(dated):
            if after <= before:
                when = "the day of" if after == before else f"which is before {before}, the day of"
                raise FieldError(
                    f"infusions.{i}",
                    "infusion dates that rise with their numbers",
                    f"{after}, {when} infusion {first}",
                )
        return self

    def as_json(self, *, without: Iterable[str] = (), and_none: bool = True) -> dict[str, Any]:
        """What was said, as JSON, and the product where there is one: it is input as the rest is.

        Fields of `without` are left out, and unless `and_none` those of which nothing was said.
        """
        inputs = self.model_dump(
            mode="json", by_alias=True, exclude=set(without), exclude_none=not and_none
        )
        if self.steroid is not None and self.steroid.product is not None:
            inputs["steroid"]["product"] = self.steroid.product
        return inputs

    def infusion(self, number: int) -> GivenInfusion | None:
        """What the file says of that infusion."""
        for infusion in self.infusions:
            if infusion.number == number:
                return infusion
        return None

    @property
    def amendments(self) -> list[str]:
        """The protocols that its amendments name, each once."""
        return list(dict.fromkeys(event.protocol for event in self.events_of(Amendment)))

    def events_of(self, kind: type[AnEvent]) -> list[AnEvent]:
        """Its events of one type, in the order of the file."""
        return [event for event in self.events if type(event) is kind]

    @property
    def regimens(self) -> dict[str, str]:
        """The regimens that its set doses name, each with the first place where it does."""
        doses = [(i, each) for i, each in enumerate(self.events, 1) if isinstance(each, SetDose)]
        named = ((dose.regimen, f"events[{i}].regimen") for i, dose in reversed(doses))
        return {name: place for name, place in named if name is not None}

    def infusion_date(self, number: int) -> datetime.date | None:
        """The date the file gives for that infusion."""
        infusion = self.infusion(number)
        return infusion.date if infusion else None
