"""Options of all kinds of commands, and what is made of what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from taper.errors import UsageError
from taper.wording.quoting import did_you_mean, quoted

Answer = Annotated[
    str,
    typer.Option("--format", metavar="table|json", help="A table to read, or JSON for programs."),
]


def wants_json(answer: str) -> bool:
    """Whether --format asks for JSON, where the choice is between that and a table."""
    if answer.lower() not in ("table", "json"):
        raise UsageError(f"--format is {quoted(answer)}; allowed: table or json.")
    return answer.lower() == "json"


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
