"""The words of a command line, handed on as they were typed.

Typer makes a validator of Pydantic for each option and argument, and importing what that takes
costs more than most commands do. Text needs none: a command reads and refuses its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from taper.errors import UsageError

Parameter = TyperArgument | TyperOption

_FILES = (Path, list[Path])


class Told:
    """What is alike in the help of a command and of a group."""

    def get_help(self, ctx: Any) -> str:
        """Its help, as wide as the screen."""
        from taper.cli.help import page  # who only works waits for no page

        return page(self, ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """How it is called: arguments by the name of what they are."""
        from taper.cli.help import usage_of

        ours: Any = self
        parameters = ours.get_params(ctx)
        words = [usage_of(each) for each in parameters if each.param_type_name == "argument"]
        after = [ours.subcommand_metavar] if hasattr(self, "subcommand_metavar") else []
        return ["[OPTIONS]", *words, *after]


class Command(Told, TyperCommand):
    """A command that is called with the words that were typed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Its words read; one value is given once, as the last would put out the others."""
        if not ctx.resilient_parsing:
            _refuse_repeated(self.make_parser(ctx).parse_args(list(args))[2])
        return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> Any:
        """Its arguments and options, that for help too."""
        return list(map(_as_typed, super().get_params(ctx)))


class Group(Told, TyperGroup):
    """Commands under one name, whose own options are read alike."""

    def get_params(self, ctx: Any) -> Any:
        """Its options, that for help too."""
        return list(map(_as_typed, super().get_params(ctx)))

    def grouped(self) -> dict[str, list[Any]]:
        """Its commands under the titles that they stand under in the help."""
        return {"Commands": list(self.commands.values())}


def _refuse_repeated(given: Iterable[Any]) -> None:
    for option, times in Counter(given).items():
        if times > 1 and not option.multiple and not getattr(option, "is_flag", False):
            listed = ", with commas between its values" if "…" in str(option.metavar) else ""
            raise UsageError(f"{_said(option)} is given {times} times; allowed: once{listed}.")


def _said(parameter: Any) -> str:
    """What a person calls it: an option as it is typed, an argument as the help names it."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())


def _name_of(parameter: Any) -> str:
    """What names it: an empty name, as of a variable that is not set, is not the folder here."""
    is_folder = "DIR" in str(parameter.metavar)
    return "a name, such as . for the folder here" if is_folder else "the name of a file"


def _as_typed(parameter: Any) -> Any:
    """The same, read without a validator where it is to be text.

    A Typer that asks for its reader in another way than this one has its own: slower, and alike.
    """
    if "get_runtime_param" not in vars(parameter):
        parameter.get_runtime_param = _Reader(parameter.get_runtime_param).itself
        parameter.shell_complete = partial(_offered, parameter)
    return parameter


def _offered(parameter: Any, ctx: Any, incomplete: str) -> list[Any]:
    """What a shell offers to go on with; nothing where it is to look for files."""
    from taper.cli.completion import offered  # only a shell asks

    return offered(parameter, ctx, incomplete)


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
        if kind in _FILES and "" in ([value] if isinstance(value, str) else value):
            raise UsageError(f"{_said(param)} is empty; allowed: {_name_of(param)}.")
        if kind is str and isinstance(value, str):
            return str(value)
        if kind == list[str] and all(isinstance(each, str) for each in value):
            return list(value)
        return self._typers_own().coerce(value, param=param, ctx=ctx)
