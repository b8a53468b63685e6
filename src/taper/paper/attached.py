"""What rides along in a file, read as strictly as any file that comes from elsewhere.

Whoever can write a PDF can write its plan and its record too: each field is of the type, the range
and the length that taper gives it, the plan's by `taper.record.document_model`, those of the record
of its print here; and the whole is then made again of what was read, and must be the same text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from taper.doses.division import Time
from taper.paper.kinds import Paper
from taper.record.document_model import DOCUMENT, Unprinted
from taper.record.handing_out import KeptTerms
from taper.record.plan_document import SCHEMA
from taper.record.strict import (
    CLOSED,
    MOST_REVISIONS,
    Count,
    Day,
    Days,
    FewEntries,
    Locale,
    Mg,
    NotWhole,
    Number,
    Revision,
    Sha256,
    Signed,
    Text,
    Word,
    Words,
    refuse_other,
)
from taper.trial.fields import MAX_DAYS

MOST_HANDED_OUT = 10_000_000
"""Ten years of days, with more tablets on each than anybody takes."""
_Ratio = Annotated[str, Field(max_length=40, pattern=r"^[0-9]+([./][0-9]+)?\z")]

_Tablet = tuple[Mg, Literal[1, 2, 4]]
_Solution = tuple[Annotated[str, Field(max_length=40, pattern=r"^[0-9]+(\.[0-9]+)?/mL\z")], Mg]
"""The mg in each mL, and the smallest mL."""


@with_config(CLOSED)
class _Replaced(TypedDict):
    revision: Revision | None
    plan_id: Sha256
    issued: Day | None
    changed_from: Day | None


@with_config(CLOSED)
class _Revision(TypedDict):
    number: Revision
    issued: Day
    plan_id: Sha256
    changed_from: Day | None
    why: Annotated[list[Words], FewEntries]


@with_config(CLOSED)
class _Entered(TypedDict):
    what: Word
    day: Day
    until: Day | None
    days: Days | None
    dose_mg: Mg | None
    reason: Text | None
    onset: NotRequired[Day]
    drug: NotRequired[Text]
    strengths: NotRequired[Annotated[list[_Tablet | _Solution], FewEntries]]
    times: NotRequired[Annotated[list[tuple[Time, Count]], FewEntries]]
    protocol: NotRequired[Text]
    kg: NotRequired[Mg]
    regimen: NotRequired[Text]


@with_config(CLOSED)
class _Beside(TypedDict):
    title: Text
    locale: Locale
    infusion_day: Literal[0, 1]
    infusions: Annotated[list[tuple[Number, Day, bool]], FewEntries]
    prednisone_per_mg: Annotated[dict[Word, _Ratio], FewEntries]
    reasons: Annotated[dict[str, Text], Field(max_length=MAX_DAYS)]
    events: NotRequired[Annotated[list[_Entered], FewEntries]]
    idle_flares: NotRequired[Annotated[list[Day], FewEntries]]
    after: NotRequired[Unprinted]


@with_config(CLOSED)
class _Returned(TypedDict):
    drug: Word
    strength_mg: NotRequired[Mg]
    mg_per_ml: NotRequired[Mg]
    handed_out: Annotated[int, Field(ge=0, le=MOST_HANDED_OUT)] | _Ratio
    taken: _Ratio
    returns_expected: _Ratio


@with_config(CLOSED)
class _Returns(TypedDict):
    counted_on: Day
    supplied_until: Day
    tablets: Annotated[list[_Returned], FewEntries]


@with_config(CLOSED)
class _Printed(TypedDict):
    document: Paper
    issued: Day
    paper: Literal["letter", "A4"] | None
    part: Annotated[list[Day], Field(min_length=2, max_length=2)] | None
    replaces: _Replaced | None
    history: Annotated[list[_Revision], Field(max_length=MOST_REVISIONS)]
    draft_translation: NotRequired[bool]
    code: NotRequired[Signed]
    beside: _Beside
    returns: NotRequired[_Returns]


@with_config({**CLOSED, "extra": "ignore"})
class _Dispensing(KeptTerms):
    """The terms; what follows from them is made again, and compared."""


_PARTS: Mapping[str, TypeAdapter[Any]] = {
    "printed": TypeAdapter(_Printed),
    "dispensing": TypeAdapter(_Dispensing),
}


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
    _refuse(DOCUMENT, document)
    for part, model in _PARTS.items():
        if part in document:
            _refuse(model, document[part], f"{part}.")


def _refuse(model: TypeAdapter[Any], said: Any, within: str = "") -> None:
    try:
        refuse_other(model, json.dumps(said))
    except NotWhole as wrong:
        newer = "" if wrong.newer is None else f", and it is of {wrong.newer}, a later one"
        place = f"{within}{wrong.place}"
        raise ValueError(f"its {place!r} is not as taper writes it{newer}") from None
