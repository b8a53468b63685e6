"""How a protocol or a regimen is named on a command line, and values of its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from taper import sources
from taper.errors import UsageError
from taper.operations.options import read_word
from taper.sources.diseases import DISEASES, is_for
from taper.wording import case
from taper.wording.hints import seems
from taper.wording.quoting import did_you_mean, quoted

Sheet = Mapping[str, Any]
Value = TypeVar("Value")
_YAML = (".yaml", ".yml")


def refuse_unknown(what: str, id_: str, known: tuple[str, ...]) -> None:
    """Raise for what is neither an id nor a path."""
    if case.known(id_, known) is None and "/" not in id_ and not id_.endswith(_YAML):
        raise UsageError(
            f"The {what} is {quoted(id_)}; allowed: an id that taper {what}s lists, or a path to "
            f"a file{did_you_mean(id_, known)}."
        )


def regimen_sheet(id_: str) -> Sheet:
    """A regimen by its id or its path, with all that its sheet says."""
    refuse_unknown("regimen", id_, sources.regimen_ids())
    shipped = case.known(id_, sources.regimen_ids())
    if shipped is not None:
        return sources.regimen_sheet(shipped)
    from taper.sources import checking  # the models of files, which no shipped sheet needs

    return checking.regimen_file(Path(id_))


ForDisease = Annotated[
    str | None,
    typer.Option("--for", metavar="DISEASE", help="Those for this disease, and those for any."),
]


def read_disease(typed: str) -> str:
    """The disease that regimens are asked for; upper or lower case."""
    return read_word("--for", typed, DISEASES)


def regimens_for(disease: str | None) -> list[Sheet]:
    """The shipped regimens for a disease and for any; all of them where none is named."""
    sheets = [sources.regimen_sheet(each) for each in sources.regimen_ids()]
    return sheets if disease is None else [sheet for sheet in sheets if is_for(sheet, disease)]


def read_option(name: str, typed: str, parse: Callable[[str], Value]) -> Value:
    """The value of an option; `parse` raises `ValueError` whose text is what is allowed."""
    try:
        return parse(typed)
    except ValueError as allowed:
        raise UsageError(f"{name} is {quoted(typed)}{seems(typed)}; allowed: {allowed}.") from None
