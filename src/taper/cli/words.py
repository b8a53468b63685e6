"""The words of a command line, handed on as they were typed.

Typer makes a validator of Pydantic for each option and argument, and importing what that takes
costs more than most commands do. Text needs none: a command reads and refuses its own words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

Parameter = TyperArgument | TyperOption


class Command(TyperCommand):
    """A command that is called with the words that were typed."""

    def get_params(self, ctx: Any) -> Any:
        """Its arguments and options, that for help too."""
        return list(map(_as_typed, super().get_params(ctx)))


class Group(TyperGroup):
    """Commands under one name, whose own options are read alike."""

    def get_params(self, ctx: Any) -> Any:
        """Its options, that for help too."""
        return list(map(_as_typed, super().get_params(ctx)))


def _as_typed(parameter: Any) -> Any:
    """The same, read without a validator where it is to be text.

    A Typer that asks for its reader in another way than this one has its own: slower, and alike.
    """
    if "get_runtime_param" not in vars(parameter):
        parameter.get_runtime_param = _Reader(parameter.get_runtime_param).itself
    return parameter


class _Reader:
    """Stands for the reader of one option or argument that `typers_own` would make."""

    def __init__(self, typers_own: Callable[[], Any]) -> None:
        self._typers_own = typers_own

    def itself(self) -> _Reader:
        """What Typer asks for."""
        return self

    def coerce(self, value: Any, param: Parameter, ctx: Any) -> Any:
        """The value that the command is called with."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        kind = param.type_descriptor.annotation
        if kind is str and isinstance(value, str):
            return str(value)
        if kind == list[str] and all(isinstance(each, str) for each in value):
            return list(value)
        return self._typers_own().coerce(value, param=param, ctx=ctx)
