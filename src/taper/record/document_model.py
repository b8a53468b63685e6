"""What the JSON of a plan may say, key by key, where it is read again (§9). Pure.

Keys may be added to it: one that this taper does not know is a later taper's, or nobody's.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from taper.doses.division import Time
from taper.planning.effects import Did
from taper.planning.labels import Severity
from taper.planning.plan import Instruction, Kind, State
from taper.record.strict import (
    CLOSED,
    Count,
    Cycle,
    Day,
    Days,
    Engine,
    FewEntries,
    Id,
    Mg,
    Number,
    Revision,
    Sha256,
    Signed,
    Text,
    Word,
    Words,
)
from taper.trial.fields import MAX_DAYS

_Days = Field(max_length=MAX_DAYS)


@with_config(CLOSED)
class _Former(TypedDict):
    id: Word
    title: Text
    version: Text
    status: Literal["elsewhere", "draft", "illustrative", "approved"]
    sha256: Sha256
    since: Day | None


@with_config(CLOSED)
class _Protocol(TypedDict):
    id: Word
    version: Text
    status: Literal["elsewhere", "draft", "illustrative", "approved"]
    sha256: Sha256
    since: NotRequired[Day]
    before: NotRequired[list[_Former]]


@with_config(CLOSED)
class _Baseline(TypedDict):
    drug: Word
    dose_mg: Mg
    prednisone_equivalent_mg: Mg
    product: NotRequired[Text | None]
    form: NotRequired[Text | None]


@with_config(CLOSED)
class _Anchor(TypedDict):
    infusion: Number
    date: Day


_BeginsOn = TypedDict("_BeginsOn", {"from": NotRequired[Day]})
"""A key that no class can write."""


@with_config(CLOSED)
class _After(_BeginsOn):
    drug: Word
    dose_mg: Cycle
    instruction: Instruction
    pattern_mg: Annotated[list[Mg], _Days]


@with_config(CLOSED)
class _Contact(TypedDict):
    site: Text | None
    phone: Text | None


@with_config(CLOSED)
class _Tablet(TypedDict):
    strength_mg: Mg
    count: Mg


@with_config(CLOSED)
class _Measured(TypedDict):
    mg_per_ml: Mg
    ml: Mg


_Tablets = list[_Tablet | _Measured]


@with_config(CLOSED)
class _Time(TypedDict):
    time: Time
    dose_mg: Mg
    tablets: _Tablets
    turn: NotRequired[Days]


_Times = Annotated[list[_Time], _Days]


@with_config(CLOSED)
class Unprinted(TypedDict):
    """The tablets of what comes after, where no printed day has one of its doses."""

    tablets: Annotated[list[_Tablets], _Days]
    times: NotRequired[_Times]


@with_config(CLOSED)
class _Step(TypedDict):
    number: Number
    kind: Kind
    start: Day
    end: Day
    days: Days
    drug: Word
    daily_mg: Annotated[list[Mg], _Days]
    ideal_mg: Annotated[list[Cycle], _Days]
    tablets: Annotated[list[_Tablets], _Days]
    times: NotRequired[_Times]
    event: NotRequired[Number]
    reason: NotRequired[Text]


@with_config(CLOSED)
class _Day(TypedDict):
    date: Day
    day: Annotated[int, Field(ge=-99_999, le=99_999)] | None
    taper_day: Annotated[int, Field(ge=-99_999, le=99_999)] | None
    step: Number
    drug: Word
    dose_mg: Mg
    prednisone_equivalent_mg: Mg
    tablets: _Tablets
    times: NotRequired[_Times]


@with_config(CLOSED)
class _Quantity(TypedDict):
    drug: Word
    strength_mg: Mg
    tablets: Count


@with_config(CLOSED)
class _Volume(TypedDict):
    drug: Word
    mg_per_ml: Mg
    ml: Mg


@with_config(CLOSED)
class _Finding(TypedDict):
    code: Word
    severity: Severity
    text: Words
    date: Day | None
    step: Number | None
    source: Words | None


@with_config(CLOSED)
class _Strength(TypedDict):
    mg: Mg
    split: Literal[1, 2, 4]


@with_config(CLOSED)
class _Solution(TypedDict):
    mg_per_ml: Mg
    smallest_ml: Mg


@with_config(CLOSED)
class _Event(TypedDict):
    number: Number
    type: Word
    date: Day
    onset: NotRequired[Day]
    resolved: NotRequired[Day]
    until: NotRequired[Day]
    days: NotRequired[Days]
    drug: NotRequired[Text]
    dose_mg: NotRequired[Mg]
    strengths: NotRequired[list[_Strength | _Solution]]
    times: NotRequired[dict[Time, Count]]
    regimen: NotRequired[Text]
    protocol: NotRequired[Text]
    kg: NotRequired[Mg]
    reason: NotRequired[Text]
    did: Did
    steps: Annotated[list[Number], _Days]


@with_config(CLOSED)
class _Visit(TypedDict):
    name: Text
    date: Day
    planned: bool


@with_config(CLOSED)
class _Document(TypedDict):
    schema: Literal["taper-plan/1"]
    participant: Id
    protocol: _Protocol
    equivalence: Text
    drug: Word | None
    provisional: bool
    state: State
    baseline: _Baseline | None
    anchor: _Anchor | None
    taper_start: Day | None
    target_mg: Mg | None
    target_reached: Day | None
    plan_id: Sha256
    revision: Revision | None
    after: _After | None
    contact: _Contact
    steps: Annotated[list[_Step], _Days]
    days: Annotated[list[_Day], _Days]
    quantities: list[_Quantity | _Volume]
    findings: list[_Finding]
    events: NotRequired[Annotated[list[_Event], FewEntries]]
    visits: NotRequired[Annotated[list[_Visit], FewEntries]]
    inputs_sha256: Sha256
    engine: Engine
    dispensing: NotRequired[Any]
    printed: NotRequired[Any]
    signed: NotRequired[Signed]


DOCUMENT: TypeAdapter[_Document] = TypeAdapter(_Document)
"""The whole of it."""
