"""How a protocol or a regimen is named on a command line, and values of its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from taper import sources
from taper.errors import UsageError
from taper.wording import case
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


def read_option(name: str, typed: str, parse: Callable[[object], Value]) -> Value:
    """The value of an option; `parse` raises `ValueError` whose text is what is allowed."""
    try:
        return parse(typed)
    except ValueError as allowed:
        raise UsageError(f"{name} is {quoted(typed)}; allowed: {allowed}.") from None
