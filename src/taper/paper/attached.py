"""What rides along in a file, read as strictly as any file that comes from elsewhere.

Whoever can write a PDF can write its plan and its record too: each field is of the type, the range
and the length that `record` and `taper.record.plan_document` give it, and the whole is then made
again of what was read, and must be the same text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError

from taper.doses import dose
from taper.pharmacy.terms import MOST_IN_A_PACK
from taper.record.plan_document import SCHEMA
from taper.record.reading import MOST_REVISIONS
from taper.trial.fields import MAX_DAYS, MAX_ENTRIES, Text, parse_date
from taper.trial.participant import LOCALE, ParticipantId
from taper.wording.characters import is_seen

MOST_TEXT = 2_000
"""Characters of a finding and its source; the longest has 400."""


def _as_typed(read: Callable[[str], object]) -> AfterValidator:
    """A text that is what `read` reads, and stays text."""

    def checked(typed: str) -> str:
        read(typed)
        return typed

    return AfterValidator(checked)


def _seen(typed: str) -> None:
    if not is_seen(typed):
        raise ValueError("text with nothing hidden in it")


Day = Annotated[str, _as_typed(parse_date)]
Exact = Annotated[str, Field(max_length=40), _as_typed(dose.exact)]
Cycle = Annotated[str, Field(max_length=2_000, pattern=r"^[0-9./]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Said = Annotated[str, Field(max_length=MOST_TEXT), _as_typed(_seen)]
Word = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._+-]*$")]
Drug = Word
Count = Annotated[int, Field(ge=-MAX_DAYS * 100, le=1_000_000)]
RevisionNumber = Annotated[int, Field(ge=1, le=MOST_REVISIONS)]
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class _Part(BaseModel):
    """A part of what rides along: no key more, no type other."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Label(_Part):
    id: Said
    version: Said
    status: Word
    sha256: Sha256


class _Baseline(_Part):
    drug: Drug
    dose_mg: Exact
    prednisone_equivalent_mg: Exact
    product: Said | None = None
    form: Said | None = None


class _Anchor(_Part):
    infusion: Count
    date: Day


class _After(_Part):
    drug: Drug
    dose_mg: Cycle
    instruction: Word
    pattern_mg: Annotated[list[Exact], Field(max_length=MAX_ENTRIES)]


class _Contact(_Part):
    site: Said | None
    phone: Said | None


class _Tablet(_Part):
    strength_mg: Exact
    count: Exact


_Tablets = Annotated[list[_Tablet], Field(max_length=MAX_ENTRIES)]


class _Step(_Part):
    number: Count
    kind: Word
    start: Day
    end: Day
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]
    drug: Drug
    daily_mg: Annotated[list[Exact], Field(min_length=1, max_length=MAX_ENTRIES)]
    ideal_mg: Annotated[list[Cycle], Field(max_length=MAX_DAYS)]
    tablets: Annotated[list[_Tablets], Field(min_length=1, max_length=MAX_ENTRIES)]


class _Day(_Part):
    date: Day
    day: Count | None
    taper_day: Count | None
    step: Count
    drug: Drug
    dose_mg: Exact
    prednisone_equivalent_mg: Exact
    tablets: _Tablets


class _Quantity(_Part):
    drug: Drug
    strength_mg: Exact
    tablets: Count


class _Finding(_Part):
    code: Word
    severity: Word
    text: Said
    date: Day | None
    step: Count | None
    source: Said


class _Pack(_Part):
    drug: Drug | None
    strength_mg: Exact
    tablets: Annotated[int, Field(ge=1, le=MOST_IN_A_PACK)]


class _Dispensing(BaseModel):
    """The terms; what follows from them is made again, and compared."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)
    every: Annotated[str, Field(max_length=2_000, pattern=r"^[a-z]+(:[0-9,-]+)?$")]
    spare_days: Annotated[int, Field(ge=0, le=MAX_DAYS)]
    discard_halves: bool
    packs: Annotated[list[_Pack], Field(max_length=MAX_ENTRIES)]


class _Replaced(_Part):
    revision: RevisionNumber | None
    plan_id: Sha256
    issued: Day | None
    changed_from: Day | None


class _Revision(_Part):
    number: RevisionNumber
    issued: Day
    plan_id: Sha256
    changed_from: Day | None
    why: Annotated[list[Said], Field(max_length=MAX_ENTRIES)]


_Mark = Annotated[tuple[Count, Day, bool], Strict(False)]
"""An infusion: its number, its date, whether it is planned; JSON has no tuples."""


class _Beside(_Part):
    title: Text
    locale: Annotated[str, Field(pattern=LOCALE)]
    infusion_day: Annotated[int, Field(ge=0, le=1)]
    infusions: Annotated[list[_Mark], Field(max_length=MAX_ENTRIES)]
    prednisone_per_mg: Annotated[dict[Drug, Exact], Field(max_length=MAX_ENTRIES)]
    reasons: Annotated[dict[str, Text], Field(max_length=MAX_DAYS)]


class _Printed(_Part):
    document: Word
    issued: Day
    paper: Literal["letter", "A4"] | None
    part: Annotated[list[Day], Field(min_length=2, max_length=2)] | None
    replaces: _Replaced | None
    history: Annotated[list[_Revision], Field(max_length=MOST_REVISIONS)]
    draft_translation: bool = False
    beside: _Beside


class _Signed(_Part):
    key: Sha256
    signature: Signature


class _Attached(_Part):
    schema_: Annotated[Literal["taper-plan/1"], Field(alias="schema")]
    participant: ParticipantId
    protocol: _Label
    equivalence: Said
    drug: Drug | None
    provisional: bool
    state: Word
    baseline: _Baseline | None
    anchor: _Anchor | None
    taper_start: Day | None
    target_mg: Exact | None
    target_reached: Day | None
    plan_id: Sha256
    revision: RevisionNumber | None
    after: _After | None
    contact: _Contact
    steps: Annotated[list[_Step], Field(max_length=MAX_DAYS)]
    days: Annotated[list[_Day], Field(max_length=MAX_DAYS)]
    quantities: Annotated[list[_Quantity], Field(max_length=MAX_ENTRIES)]
    findings: Annotated[list[_Finding], Field(max_length=MAX_DAYS)]
    inputs_sha256: Sha256
    engine: Annotated[str, Field(max_length=40, pattern=r"^taper [0-9A-Za-z.+-]+$")]
    dispensing: _Dispensing | None = None
    printed: _Printed
    signed: _Signed | None = None


class SaidTwice(ValueError):
    """A key stands twice in one place: two readers may take two plans from it."""


def loaded(attached: bytes) -> Mapping[str, Any] | None:
    """The plan document that some bytes are, whatever stands in it; None where they are none.

    Raises `SaidTwice` where a key is.
    """
    try:
        document = json.loads(attached, object_pairs_hook=_each_once, parse_constant=_refused)
    except SaidTwice:
        raise
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return None
    return document


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise SaidTwice("a key stands twice")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def refuse_other_fields(document: Mapping[str, Any]) -> None:
    """Refuse a document with a field that none of ours has; raises `ValueError`, which says which.

    What was read is not repeated: it is of a stranger's hand.
    """
    try:
        _Attached.model_validate(document)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(each if isinstance(each, str) else "…" for each in first["loc"][:3])
        raise ValueError(f"its {place!r} is not as taper writes it") from None
