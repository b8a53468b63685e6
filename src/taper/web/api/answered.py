"""What a program is answered, as models for its description; a plan is `taper-plan/1`."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict


class Problem(TypedDict):
    """One thing that is wrong: who, which field, what was read, what is allowed, in which line."""

    who: str
    field: str
    read: str
    allowed: str
    line: int | None


class Refused(TypedDict):
    """Why there is no answer (RFC 9457), with every problem found."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[Problem]


class Taken(TypedDict):
    """A dose as it was read."""

    drug: str
    dose_mg: str
    route: str
    ml: NotRequired[str]
    mg_per_ml: NotRequired[str]
    product: NotRequired[str]
    form: NotRequired[str]


class Wanted(TypedDict):
    """The dose that was asked for, exact to 4 decimals."""

    drug: str
    dose_mg: str
    product: NotRequired[str]
    form: NotRequired[str]


_From = TypedDict("_From", {"from": list[Taken]})
"""A key that no class can write."""


class Converted(_From):
    """A conversion, with the source of its figures; `exact` where nothing was rounded."""

    to: Wanted
    prednisone_equivalent_mg: str
    table: str
    source: str
    exact: bool
    notes: list[str]


class Made(TypedDict):
    """Tablets of a strength and how many; or of a solution the mg in each mL, and the mL."""

    strength_mg: NotRequired[str]
    count: NotRequired[str]
    mg_per_ml: NotRequired[str]
    ml: NotRequired[str]


class InTablets(TypedDict):
    """A dose and what it is made of."""

    drug: str
    dose_mg: str
    tablets: list[Made]
    product: NotRequired[str]
    form: NotRequired[str]
    notes: NotRequired[list[str]]


class Looked(TypedDict):
    """What a file is, and everything that is wrong with it."""

    path: None
    subject: str | None
    participant: str | None
    problems: list[Problem]
    remark: str
    plan: dict[str, Any] | None
    far_over: list[str]


class Checked(TypedDict):
    """The files in their order."""

    files: list[Looked]
