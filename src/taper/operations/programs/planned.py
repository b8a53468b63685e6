"""A plan as a program holds it: typed, to be walked through, and leaving as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, SupportsIndex, TypeVar, overload

from taper import sources
from taper.doses.division import Part, parts_of
from taper.doses.tablets import Tablets
from taper.errors import Refusal
from taper.operations.plans.one import plan_of
from taper.planning import plan as planning
from taper.planning.entered import Entered
from taper.planning.labels import Finding, ProtocolLabel
from taper.planning.plan import After, Baseline, Quantity, State, Step
from taper.planning.planner import make_plan
from taper.record import plan_document
from taper.record.plan_document import SHORT_ID
from taper.sources import arguments, given
from taper.sources.given import GivenParticipant, GivenProtocol
from taper.trial.fields import parse_date
from taper.trial.rules import Trial

Item = TypeVar("Item")
_WHO = "taper.plan"


class Records(tuple[Item, ...]):
    """Typed things in their order: a tuple, whose slices are such tuples too.

    `records()` gives the same as plain data.
    """

    _data: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, items: Iterable[Item], data: Iterable[Mapping[str, Any]]) -> Records[Item]:
        """The items with what each is as plain data."""
        made = cls(items)
        made._data = tuple(data)
        return made

    @overload
    def __getitem__(self, place: SupportsIndex) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Records[Item]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> Item | Records[Item]:
        if isinstance(place, slice):
            return Records.of(super().__getitem__(place), self._data[place])
        return super().__getitem__(place)

    def records(self) -> list[dict[str, Any]]:
        """A dict for each, the caller's own: text, whole numbers, None, lists and dicts.

        Dates are ISO text, doses exact decimal text of at most 4 decimals, in mg.
        """
        return [_copied(each) for each in self._data]


@dataclass(frozen=True, slots=True)
class Day:
    """One printed day: `dose_mg` of `drug` in all, made of `tablets`, of all its `times` together.

    `day` is the trial day counted from infusion 1, None where that has no date; `taper_day` is 1
    on the first taper day, None before; `step` is the number of the step. Doses are exact, mg.
    """

    date: date
    day: int | None
    taper_day: int | None
    step: int
    drug: str
    dose_mg: Fraction
    prednisone_equivalent_mg: Fraction
    tablets: Tablets

    @property
    def times(self) -> tuple[Part, ...]:
        """Time, dose and tablets of each part of a divided day, else none; mg exact."""
        return parts_of(self.tablets)


@dataclass(frozen=True, repr=False)
class Plan:
    """A participant's plan as of `today`; made by `taper.plan`, and never changed.

    Doses are exact `Fraction`s of a mg a day, dates are dates. One who takes no steroid has a
    plan without days, whose state is `not-on-steroid`; what follows from days is None there.
    """

    _computed: planning.Planned
    today: date

    @property
    def participant(self) -> str:
        """The participant's trial id."""
        return self._computed.participant

    @property
    def protocol(self) -> ProtocolLabel:
        """By which protocol it was computed: id, title, version, status, hash of its rules."""
        return self._computed.protocol

    @property
    def plan_id(self) -> str:
        """SHA-256 of what a reader of the calendar sees: the same instructions, the same id."""
        return str(self._document["plan_id"])

    @property
    def revision(self) -> int | None:
        """The number that was given with it; no part of its id."""
        return self._computed.revision

    @property
    def state(self) -> State:
        """Where it ends: `tapering` where that is the target, else `open-flare`, `withdrawn` …."""
        return self._computed.state

    @property
    def provisional(self) -> bool:
        """Whether the infusion that the taper follows is only planned: not for patient use."""
        return self._computed.provisional

    @property
    def drug(self) -> str | None:
        """The drug of the taper."""
        return self._tapering.drug if self._tapering else None

    @property
    def baseline(self) -> Baseline | None:
        """The dose before the taper, in its own drug and as prednisone."""
        return self._tapering.baseline if self._tapering else None

    @property
    def taper_start(self) -> date | None:
        """The first taper day."""
        return self._tapering.taper_start if self._tapering else None

    @property
    def target_mg(self) -> Fraction | None:
        """The protocol's target, mg prednisone a day; None where it prescribes no taper."""
        return self._computed.target_mg

    @property
    def target_reached(self) -> date | None:
        """The first day from which every printed day is at or under the target."""
        return self._tapering.target_reached if self._tapering else None

    @property
    def after(self) -> After | None:
        """What is taken after the last printed day."""
        return self._tapering.after if self._tapering else None

    @cached_property
    def days(self) -> Records[Day]:
        """Every printed day, in order."""
        days = _days(self._tapering) if self._tapering else ()
        return Records.of(days, self._document["days"])

    @cached_property
    def steps(self) -> Records[Step]:
        """Consecutive days with the same instruction, in order."""
        return Records.of(self._computed.steps, self._document["steps"])

    @cached_property
    def quantities(self) -> Records[Quantity]:
        """Whole tablets for every printed day, by drug, the largest strength first."""
        return Records.of(self._computed.quantities, self._document["quantities"])

    @cached_property
    def findings(self) -> Records[Finding]:
        """What a clinician must see; none of it stops a plan."""
        return Records.of(self._computed.findings, self._document["findings"])

    @cached_property
    def events(self) -> Records[Entered]:
        """Every event by date; `records()` has its number, what it did, the steps it made."""
        entered = self._tapering.events if self._tapering else ()
        return Records.of(entered, self._document.get("events", ()))

    def records(self) -> list[dict[str, Any]]:
        """A dict a day, for pandas, polars or a database: the `days` of `to_dict()`."""
        return self.days.records()

    def to_dict(self) -> dict[str, Any]:
        """The whole plan as plain data, schema taper-plan/1; doses are text, dates ISO text."""
        return dict(_copied(self._document))

    def to_json(self) -> str:
        """The same as text, as `taper plan --format json` writes it."""
        return plan_document.text_of(self._document)

    @property
    def _tapering(self) -> planning.Plan | None:
        """The plan that has days, None for who takes no steroid."""
        return self._computed if isinstance(self._computed, planning.Plan) else None

    @cached_property
    def _document(self) -> dict[str, Any]:
        return plan_document.as_dict(self._computed)

    def __repr__(self) -> str:
        return f"<taper.Plan {self.participant}, {self.state}, {self.plan_id[:SHORT_ID]}>"

    def __hash__(self) -> int:
        return hash(self.plan_id)


def _days(plan: planning.Plan) -> Iterable[Day]:
    for day in plan.days():
        drug = day.step.drug
        yield Day(
            day.date,
            plan.trial_day(day.date),
            plan.taper_day(day.date),
            day.step.number,
            drug,
            day.dose_mg,
            plan.prednisone_equivalent(day.dose_mg, drug),
            day.tablets,
        )


def computed_of(plan: Plan) -> planning.Planned:
    """The plan as the rooms below know it."""
    return plan._computed


def planned(
    protocol: GivenProtocol | None,
    participant: GivenParticipant,
    *,
    today: date | str,
    regimen: str | None,
    revision: int | None,
) -> Plan:
    """The participant's plan by the protocol, or, where that is None, by the one it names."""
    as_of = arguments.read(_WHO, "today", today, parse_date)
    number = None if revision is None else arguments.read(_WHO, "revision", revision, _revision)
    if protocol is None:
        who = given.participant(participant)
        trial = given.own_protocol(participant, who)
    else:
        trial = given.protocol(protocol)
        who = given.participant(participant, trial)
        trial = given.amended(trial, participant, who)
    if regimen is None:
        return Plan(make_plan(trial, who, as_of, number), as_of)
    _refuse_regimen(trial, regimen)
    by_choice = plan_of(trial, who, today=as_of, regimen=regimen)
    return Plan(replace(by_choice, revision=number), as_of)


def _revision(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("a whole number from 1, or None")
    return number


def _refuse_regimen(trial: Trial, regimen: str) -> None:
    """A regimen is chosen where the protocol prescribes none, and among those that are shipped."""
    if trial.protocol.taper is not None:
        read = f"{regimen}, and protocol {trial.protocol.id} prescribes its own taper"
        raise Refusal.of(_WHO, "regimen", read, "a regimen where the protocol prescribes none")
    arguments.one(_WHO, "regimen", regimen, sources.regimen_ids())


def _copied(data: Any) -> Any:
    """Plain data of which nothing is shared, so that a caller may change it."""
    if isinstance(data, Mapping):
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list) else data
