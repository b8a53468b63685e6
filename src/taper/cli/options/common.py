"""Options that several commands share, and the only clock of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper.doses import dose
from taper.errors import UsageError
from taper.operations.outputs import Format
from taper.trial.fields import parse_date
from taper.wording.quoting import did_you_mean, quoted
from taper.workers.pool import cores


def named_out(typed: str) -> Path:
    """What --out names. An empty name, as of a variable that is not set, is not the folder here."""
    return _named("--out", typed, "a name, such as . for the folder here")


def named_source(typed: str) -> Path:
    """What a batch reads; an empty name is none."""
    return _named("SOURCE", typed, "the name of a folder or a table, such as . for the folder here")


def _named(option: str, typed: str, allowed: str) -> Path:
    if not typed:
        raise UsageError(f"{option} is empty; allowed: {allowed}.")
    return Path(typed)


Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="YYYY-MM-DD",
        help="Plan as of this day, the only clock there is. [default: the computer's date]",
        show_default=False,
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", metavar="|".join(Format), help="What to write; may be given several times."
    ),
]
PARQUET = "parquet"
"""What a whole batch can be written as; it is no file of one participant's."""
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

Regimen = Annotated[
    str | None,
    typer.Option(
        "--regimen",
        metavar="ID|PATH",
        help="Taper by this regimen, or this sheet of one, where the protocol prescribes none.",
    ),
]
Answer = Annotated[
    str,
    typer.Option("--format", metavar="table|json", help="A table to read, or JSON for programs."),
]


def day(today: str | None) -> date:
    """The day that --today names. Nothing else in taper asks the computer for the date."""
    if today is None:
        return date.today()  # noqa: DTZ011 - the date where the user is, and here only
    try:
        return parse_date(today)
    except ValueError as allowed:
        raise UsageError(f"--today is {today}; allowed: {allowed}.") from allowed


def formats(given: list[str] | None, otherwise: Format) -> list[Format]:
    """The formats that --format names, each once."""
    try:
        return list(dict.fromkeys(Format(each) for each in given or [otherwise]))
    except ValueError as wrong:
        unknown = next(each for each in given or () if each not in set(Format))
        if unknown == PARQUET:
            raise UsageError(
                "--format is parquet, which holds the plans of a whole batch; allowed: "
                f"{dose.join(list(Format), 'or')}, or taper batch."
            ) from wrong
        raise UsageError(
            f"--format is {unknown}; allowed: {dose.join(list(Format), 'or')}."
        ) from wrong


def batch_formats(given: list[str] | None, otherwise: Format) -> tuple[list[Format], bool]:
    """What to write of each participant, which may be nothing; and whether Parquet tables too."""
    each = [name for name in given or () if name != PARQUET]
    is_asked = PARQUET in (given or ())
    return (formats(each, otherwise) if each or not is_asked else []), is_asked


def workers(given: str | None) -> int:
    """How many processes --workers names, else one a core."""
    if given is None:
        return cores()
    if not re.fullmatch("[1-9][0-9]{0,3}", given, re.ASCII):
        raise UsageError(f"--workers is {given}; allowed: a whole number from 1 to 9999.")
    return int(given)


def wants_json(answer: str) -> bool:
    """Whether --format asks for JSON, where the choice is between that and a table."""
    if answer not in (Format.TABLE, Format.JSON):
        raise UsageError(f"--format is {quoted(answer)}; allowed: table or json.")
    return answer == Format.JSON


_OPTION = re.compile(r"--?[a-z].*", re.IGNORECASE)
_NO_OPTION = re.compile(r"-(nan|inf|infinity)", re.IGNORECASE)


def refuse_unknown_options(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise for a mistyped option among arguments that may begin with a minus sign.

    Where `-5` is to be answered as a dose, what looks like an option is taken as an argument.
    """
    for typed in given:
        if _OPTION.fullmatch(typed) and not _NO_OPTION.fullmatch(typed):
            option = typed.partition("=")[0]
            raise UsageError(f"No such option: {quoted(option)}{did_you_mean(option, known)}.")
