"""The options that choose what a plan is written as, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import named_out
from taper.doses import dose
from taper.errors import UsageError
from taper.exports.cdisc.transport import refuse_without_library
from taper.record.forms import BY_NAME, BY_OPTION, Format
from taper.wording.quoting import shown

PARQUET = "parquet"
"""What a whole batch can be written as; it is no file of one participant's."""

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", metavar="|".join(BY_NAME), help="What to write; may be given several times."
    ),
]
BatchFormats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="|".join([*BY_NAME, PARQUET]),
        help="What to write; may be given several times. parquet is of all plans together.",
    ),
]
Xpt = Annotated[
    bool,
    typer.Option("--xpt", help="With sdtm: SAS transport files (version 5) too; extra xpt."),
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
XPT_ALONE = "--xpt is given without --format sdtm; allowed: both, or neither."


def formats(given: list[str] | None, otherwise: Format) -> list[Format]:
    """The formats that --format names, each once."""
    every = [form for each in given or [otherwise] for form in _named(each)]
    return list(dict.fromkeys(every))


def _named(typed: str) -> tuple[Format, ...]:
    named = BY_NAME.get(typed.lower())
    if named is not None:
        return named
    allowed = dose.join(list(BY_NAME), "or")
    if typed.lower() == PARQUET:
        raise UsageError(
            "--format is parquet, which holds the plans of a whole batch; allowed: "
            f"{allowed}, or taper batch."
        )
    raise UsageError(f"--format is {shown(typed)}; allowed: {allowed}.")


def with_transport(wanted: list[Format], *, xpt: bool) -> list[Format]:
    """The same, and with --xpt a transport file beside each SDTM dataset."""
    if not xpt:
        return wanted
    added = BY_OPTION["xpt"]
    if not {each.asked_as for each in added} <= {each.asked_as for each in wanted}:
        raise UsageError(XPT_ALONE)
    refuse_without_library()
    return [*wanted, *added]


def batch_formats(given: list[str] | None, otherwise: Format) -> tuple[list[Format], bool]:
    """What to write of each participant, which may be nothing; and whether Parquet tables too."""
    each = [name for name in given or () if name.lower() != PARQUET]
    is_asked = len(each) < len(given or ())
    return (formats(each, otherwise) if each or not is_asked else []), is_asked
