"""The option of `--format fhir`: how the steps of a plan are told as medication requests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.exports.fhir import Style
from taper.record.forms import Format
from taper.wording.case import known
from taper.wording.quoting import shown

FhirStyle = Annotated[
    str | None,
    typer.Option(
        "--fhir-style",
        metavar="|".join(Style),
        help="With fhir: one request a drug with its steps in sequence, or a request a step.",
    ),
]


def requests(typed: str | None, wanted: Collection[Format]) -> Style:
    """What --fhir-style asks for, the sequence where it is not given."""
    return style(typed, wanted) or Style.SEQUENCE


def style(typed: str | None, wanted: Collection[Format]) -> Style | None:
    """What --fhir-style asks for, None where it is not given; it is of `fhir` alone."""
    if typed is None:
        return None
    if Format.FHIR not in wanted:
        raise UsageError("--fhir-style is given without --format fhir; allowed: both, or neither.")
    word = known(typed, Style)
    if word is None:
        raise UsageError(f"--fhir-style is {shown(typed)}; allowed: {' or '.join(Style)}.")
    return Style(word)
