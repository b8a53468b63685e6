"""The options that choose what a plan is written as, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import named_out
from taper.doses import dose
from taper.errors import UsageError
from taper.operations.outputs import Format

PARQUET = "parquet"
"""What a whole batch can be written as; it is no file of one participant's."""

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", metavar="|".join(Format), help="What to write; may be given several times."
    ),
]
BatchFormats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="|".join([*Format, PARQUET]),
        help="What to write; may be given several times. parquet is of all plans together.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        parser=named_out,
        help="The folder to write to, made where it is missing.",
    ),
]


def formats(given: list[str] | None, otherwise: Format) -> list[Format]:
    """The formats that --format names, each once."""
    try:
        return list(dict.fromkeys(Format(each.lower()) for each in given or [otherwise]))
    except ValueError as wrong:
        unknown = next(each for each in given or () if each.lower() not in set(Format))
        if unknown.lower() == PARQUET:
            raise UsageError(
                "--format is parquet, which holds the plans of a whole batch; allowed: "
                f"{dose.join(list(Format), 'or')}, or taper batch."
            ) from wrong
        raise UsageError(
            f"--format is {unknown}; allowed: {dose.join(list(Format), 'or')}."
        ) from wrong


def batch_formats(given: list[str] | None, otherwise: Format) -> tuple[list[Format], bool]:
    """What to write of each participant, which may be nothing; and whether Parquet tables too."""
    each = [name for name in given or () if name.lower() != PARQUET]
    is_asked = len(each) < len(given or ())
    return (formats(each, otherwise) if each or not is_asked else []), is_asked
