"""What a line of a ledger may say, key by key; and which names it may have for files. Pure.

What 0.1.0 wrote is read for ever: keys that came later need not be there. A new key of a line is
a field here; one that this taper does not know is a later taper's, or nobody's. Longer than other
modules: the keys of a line stand together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from taper.doses.division import MAX_SHARE, Time
from taper.doses.tablets import MAX_STRENGTHS
from taper.planning.labels import Severity
from taper.planning.plan import Instruction, Kind, State
from taper.record.changes import Cause
from taper.record.forms import FORM
from taper.record.handing_out import KeptTerms
from taper.record.runs import MOST_NAMED
from taper.record.strict import (
    CLOSED,
    Count,
    Day,
    Days,
    Engine,
    FewEntries,
    Id,
    Locale,
    Mg,
    Number,
    Place,
    Revision,
    Sha256,
    Signed,
    Strength,
    Text,
    Word,
    Words,
)
from taper.trial.fields import MAX_DAYS
from taper.trial.taken import MOST_TAKEN

_SUFFIX = re.compile(rf"(?!.*\.part$)(\+[a-z0-9-]{{1,32}}){{0,2}}{FORM}", re.ASCII)
"""What follows the id in a file's name; never that of a file which is still being written."""
_Name = Annotated[str, Field(max_length=128)]
_Steps = Field(max_length=MAX_DAYS)
_Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}\z")]
"""Of free text, which itself is not kept."""
_LineNumber = Annotated[int, Field(ge=0, le=1_000_000_000)]


@with_config(CLOSED)
class _Replaced(TypedDict):
    revision: Revision
    plan_id: Sha256
    issued: Day
    changed_from: Day | None


@with_config(CLOSED)
class _Mark(TypedDict):
    sha256: Sha256
    inputs_sha256: Sha256
    engine: Engine
    part: NotRequired[Annotated[list[Day], Field(min_length=2, max_length=2)]]
    style: NotRequired[Literal["per-step"]]


# What was said --------------------------------------------------------------------------------


@with_config(CLOSED)
class _Protocol(TypedDict):
    id: Word
    version: Text
    sha256: Sha256


@with_config(CLOSED)
class _Tablet(TypedDict):
    mg: Mg
    split: Literal[1, 2, 4]


@with_config(CLOSED)
class _Solution(TypedDict):
    mg_per_ml: Mg
    smallest_ml: Mg


_Tablets = Annotated[list[_Tablet | _Solution], FewEntries]


_Share = Annotated[int, Field(ge=1, le=MAX_SHARE)]
_Times = Annotated[dict[Time, _Share], Field(min_length=1)]


@with_config(CLOSED)
class _Steroid(TypedDict):
    drug: Text
    dose_mg: Mg
    strengths: NotRequired[_Tablets]
    since: NotRequired[Day]
    times: NotRequired[_Times]
    product: NotRequired[Text]


@with_config(CLOSED)
class _Infusion(TypedDict):
    number: Number
    date: NotRequired[Day]
    missed: bool


@with_config(CLOSED)
class _Visit(TypedDict):
    name: Text
    date: NotRequired[Day]
    missed: bool


@with_config(CLOSED)
class _Event(TypedDict):
    type: Literal[
        "flare", "hold", "stress-dose", "set-dose", "withdraw", "tablets", "amendment", "weight"
    ]
    date: Day
    onset: NotRequired[Day]
    reason: NotRequired[_Fingerprint]
    resolved: NotRequired[Day]
    until: NotRequired[Day]
    days: NotRequired[Days]
    dose_mg: NotRequired[Mg]
    drug: NotRequired[Text]
    regimen: NotRequired[Text]
    strengths: NotRequired[_Tablets]
    times: NotRequired[_Times]
    protocol: NotRequired[_Protocol]
    kg: NotRequired[Mg]


@with_config(CLOSED)
class _Counted(TypedDict):
    mg: Mg
    count: Mg


_AllCounted = Annotated[list[_Counted], Field(max_length=MAX_STRENGTHS)]
_TakenFrom = TypedDict("_TakenFrom", {"from": NotRequired[Day]})
"""A key that no class can write."""


@with_config(CLOSED)
class _TakenDays(_TakenFrom):
    date: NotRequired[Day]
    until: NotRequired[Day]
    drug: NotRequired[Text]
    dose_mg: NotRequired[Mg]
    handed_out: NotRequired[_AllCounted]
    returned: NotRequired[_AllCounted]


@with_config(CLOSED)
class _Exposure(TypedDict):
    date: Day
    drug: Text
    dose_mg: Mg
    route: Literal["oral", "iv"]
    reason: _Fingerprint


@with_config(CLOSED)
class _Enrolment(TypedDict):
    drug: Text
    dose_mg: Mg
    date: Day


@with_config(CLOSED)
class _Contact(TypedDict):
    site: NotRequired[Text]
    phone: NotRequired[Text]


@with_config(CLOSED)
class _Facts(TypedDict):
    protocol: _Protocol
    steroid: NotRequired[_Steroid]
    taper_strengths: NotRequired[_Tablets]
    weight_kg: NotRequired[Mg]
    infusions: NotRequired[Annotated[list[_Infusion], FewEntries]]
    visits: NotRequired[Annotated[list[_Visit], FewEntries]]
    taper_started: NotRequired[Day]
    events: NotRequired[Annotated[list[_Event], FewEntries]]
    taken: NotRequired[Annotated[list[_TakenDays], Field(max_length=MOST_TAKEN)]]
    exposures: NotRequired[Annotated[list[_Exposure], Field(max_length=MOST_TAKEN)]]
    enrolment: NotRequired[_Enrolment]
    eligibility_waived: NotRequired[_Fingerprint]
    contact: NotRequired[_Contact]


# The record of a plan, as `taper.record.kept_line` writes it -----------------------------------

_Doses = Annotated[list[Mg], _Steps]
_Tablets_taken = list[tuple[Strength, Mg]]
_Times_taken = list[tuple[Word, Mg, _Tablets_taken]]
_Taken = tuple[Mg, _Tablets_taken] | tuple[Mg, _Tablets_taken, _Times_taken]
_Step = tuple[Day, Days, Word, Annotated[list[_Taken], Field(min_length=1)]]


@with_config(CLOSED)
class _Analysis(TypedDict):
    equivalence: Text
    baseline_prednisone_mg: Mg | None
    anchor: tuple[Number, Day] | None
    day_1: tuple[Day | None, Literal[0, 1]]
    target_mg: Mg | None
    after: tuple[Word, Instruction, _Doses] | None
    steps: Annotated[list[tuple[Number, Kind, Annotated[list[_Doses], _Steps], _Doses]], _Steps]
    findings: list[tuple[Day | None, Number | None]]


@with_config(CLOSED)
class _Row(TypedDict):
    site: Text | None
    protocol: tuple[Word, Text]
    state: State
    drug: Word | None
    baseline: tuple[Word, Mg] | None
    taper_start: Day | None
    target_reached: Day | None
    last_day: Day | None
    steps: Number
    cumulative_mg: Mg
    quantities: list[tuple[Word, Strength, Count | Mg]]
    findings: list[tuple[Severity, Word]]
    analysis: NotRequired[_Analysis]


@with_config(CLOSED)
class _Line(TypedDict):
    number: _LineNumber
    kind: Literal["revision", "files"]
    participant: Id
    revision: Revision
    issued: Day
    plan_id: Sha256
    provisional: bool
    status: Literal["draft", "illustrative", "approved"]
    locale: Locale
    replaces: _Replaced | None
    why: list[tuple[Cause, Words]]
    files: dict[_Name, _Mark]
    wrote: list[_Name]
    superseded: dict[_Name, Sha256]
    inputs_sha256: Sha256
    engine: Engine
    facts: _Facts
    course: Annotated[list[_Step], _Steps]
    row: _Row
    draft_translation: NotRequired[bool]
    terms: NotRequired[KeptTerms]
    previous: Sha256
    signed: NotRequired[Signed]


# What else is told ------------------------------------------------------------------------------

_Ending = Annotated[str, Field(pattern=rf"^(\+[a-z0-9-]{{1,32}})?{FORM}\z")]
_Page = Annotated[
    str, Field(pattern=r"^runs/[0-9]{4}-[0-9]{2}-[0-9]{2}(-[1-9][0-9]{0,5})?\.html\z")
]
_Refused = tuple[
    Id | None, Words, Place | None, Annotated[list[Words], FewEntries], Revision | None
]
_Named = Field(max_length=MOST_NAMED)


@with_config(CLOSED)
class _Run(TypedDict):
    number: _LineNumber
    kind: Literal["run"]
    day: Day
    source: Words
    asked: Annotated[list[_Ending], FewEntries]
    refused: Annotated[list[_Refused], _Named]
    absent: Annotated[list[Id], _Named]
    unnamed: Annotated[int, Field(ge=0, le=1_000_000_000)]
    by: NotRequired[Text]
    terms: NotRequired[KeptTerms]
    pages: Annotated[dict[_Page, Sha256], FewEntries]
    engine: Engine
    previous: Sha256
    signed: NotRequired[Signed]


@with_config(CLOSED)
class _Recalled(TypedDict):
    number: _LineNumber
    kind: Literal["recalled"]
    participant: Id
    revision: Revision
    on: Day
    by: Text
    engine: Engine
    previous: Sha256
    signed: NotRequired[Signed]


LINE: TypeAdapter[Any] = TypeAdapter(
    Annotated[_Line | _Run | _Recalled, Field(discriminator="kind")]
)
"""The whole of it, of each kind."""


def refuse_contradiction(said: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a line whose parts are each allowed, but not together."""
    if said["kind"] in ("run", "recalled"):
        return
    _refuse_foreign_files(said)
    replaces, revision = said["replaces"], said["revision"]
    if (revision == 1) != (replaces is None):
        raise ValueError("the first revision replaces nothing, any other the one before")
    if replaces is not None and replaces["revision"] != revision - 1:
        raise ValueError("a revision replaces the one before")
    if sum(days for _, days, _, _ in said["course"]) > MAX_DAYS:
        raise ValueError("more days than are ever printed")
    if said["row"]["steps"] != len(said["course"]):
        raise ValueError("another number of steps")


def _refuse_foreign_files(said: Mapping[str, Any]) -> None:
    """A line tells of its own participant's files alone."""
    who, replaces = said["participant"], said["replaces"]
    if not all(is_file_of(who, name) for name in (*said["files"], *said["wrote"])):
        raise ValueError("a file of nobody or of somebody else")
    if not set(said["wrote"]) <= said["files"].keys():
        raise ValueError("a file that was written and is none of its files")
    if said["superseded"]:
        if replaces is None or said["kind"] == "files":
            raise ValueError("files superseded by nothing")
        if not _are_former(who, replaces["revision"], said["superseded"]):
            raise ValueError("a superseded file of nobody or of somebody else")


def _are_former(who: str, revision: int, names: Collection[str]) -> bool:
    tail = f"-r{revision}."
    return all(tail in name and is_file_of(who, ".".join(name.rsplit(tail, 1))) for name in names)


def is_file_of(participant: str, name: str) -> bool:
    """Whether a batch calls a file of this participant so: the id, its paper and its ending."""
    return name.startswith(participant) and bool(_SUFFIX.fullmatch(name, len(participant)))
