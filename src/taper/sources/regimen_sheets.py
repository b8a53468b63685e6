"""The sheet of a regimen: its rule, what was published, and where."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from taper.sources.diseases import Disease
from taper.trial.fields import MAX_ENTRIES, Days, FieldError, Mg, PositiveMg, Record, Text
from taper.trial.regimens import Regimen
from taper.wording.characters import first_hidden

MAX_PARAGRAPH = 2000


def parse_paragraph(value: object) -> str:
    """Text as long as a citation or a caveat may be."""
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_PARAGRAPH:
        raise ValueError(f"a text of 1 to {MAX_PARAGRAPH} characters")
    if first_hidden(value.replace("\n", "")) is not None:
        raise ValueError("text without control or invisible characters")
    return value


Paragraph = Annotated[
    str,
    BeforeValidator(parse_paragraph),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_PARAGRAPH}),
]


class Source(Record):
    """Where a sheet's numbers come from, how they were read, and when they were last looked at."""

    citation: Paragraph
    key: Text | None = None
    date: Text | None = None
    how: Literal["looked-up", "secondary", "memory", "project"] | None = None
    checked: Text | None = None


class StartDoses(Record):
    """The start doses that a regimen was published for, mg prednisone-equivalent a day."""

    from_: Mg = Field(alias="from")
    up_to: Mg

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_ > self.up_to:
            raise FieldError("up_to", "at least from")
        return self


_TOTAL = r"^[0-9]{1,7}(\.[0-9]{1,4})?$"
TotalMg = Annotated[
    str,
    Field(pattern=_TOTAL),
    WithJsonSchema({"type": ["string", "number"], "pattern": _TOTAL}),
]
"""mg over many days: more than any daily dose."""


class Total(Record):
    """A published or recomputed sum, against which the rows are checked."""

    from_mg: PositiveMg | None = None
    weight_kg: PositiveMg | None = None
    mg: TotalMg
    days: Days
    source: Text


class SourcedSheet(Record):
    """What every regimen's sheet says besides its rule."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$")]
    title: Text
    for_: Annotated[tuple[Disease, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None = (
        Field(default=None, alias="for")
    )
    status: Literal["looked-up", "high-confidence", "unverified"]
    evidence_grade: Literal["high", "moderate", "low-confidence"] | None = None
    unit: Text | None = None
    drug_published: Text | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    start_mg: StartDoses | None = None
    published: Annotated[tuple[Paragraph, ...], Field(max_length=MAX_ENTRIES)] = ()
    choice: Paragraph | None = None
    verify: Paragraph | None = None
    totals: Annotated[tuple[Total, ...], Field(max_length=MAX_ENTRIES)] = ()
    suggested_target_mg: Mg | None = None

    @model_validator(mode="after")
    def _says_what_to_check(self) -> Self:
        if self.status == "unverified" and self.verify is None:
            raise FieldError("verify", "the primary source to check, which an unverified one needs")
        return self


class RegimenSheet(SourcedSheet):
    """A regimen with where it comes from."""

    regimen: Regimen

    @model_validator(mode="after")
    def _reaches_its_target(self) -> Self:
        target = self.suggested_target_mg
        if target is None or self.regimen.drugs:  # another drug is compared by a protocol's table
            return self
        allowed = self.regimen.never_reaches(target)
        if allowed:
            raise FieldError("regimen", allowed)
        return self


class OpenRegimenSheet(SourcedSheet):
    """A regimen whose source leaves numbers open: a protocol's author fills them in."""

    needs: Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    regimen: dict[str, Any]
